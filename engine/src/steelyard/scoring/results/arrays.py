"""Arrow arrays from integers: exact decimals, dictionaries of texts, lists of parts."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from steelyard.plan.digits import RESULT_DIGITS

Flags = NDArray[np.bool_]


def decimals(values: NDArray[np.int64], scale: int, valid: Flags | None = None) -> pa.Array:
    """Return the numbers value / 10**scale; null where not valid."""
    bits = None
    if valid is not None and not valid.all():
        bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(values, dtype=np.int64))
    return pa.Array.from_buffers(pa.decimal64(RESULT_DIGITS, scale), len(values), [bits, data])


def words(numbers: NDArray, known: Sequence[str], valid: Flags | None = None) -> pa.Array:
    """Return texts by their numbers in a list; null where not valid."""
    mask = None if valid is None or valid.all() else ~valid
    indices = pa.array(numbers.astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(known, pa.string()))


def lists(lengths: NDArray[np.int64], values: pa.Array) -> pa.Array:
    """Split values into consecutive lists, one for each row."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def plain(table: pa.Table) -> pa.Table:
    """Return a table with texts instead of dictionaries, and decimals that all readers support."""
    schema = pa.schema([field.with_type(_plain(field.type)) for field in table.schema])
    return table.cast(schema)


def to_frame(table: pa.Table) -> pl.DataFrame:
    """Return a table as a frame of plain texts and decimals."""
    return pl.DataFrame(pl.from_arrow(plain(table)))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return pa.string()
    if pa.types.is_decimal(kind):
        return pa.decimal128(kind.precision, kind.scale)
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    return kind
