"""A frame of any type of Arrow, Polars or pandas is scored row by row, or refused as a whole."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.budget import search
from tests.fuzz.shop import DAY, attempt, book_in

import steelyard

NAMES = (
    "merchant", "industry", "shop_type", "shop.orders", "shop.rate", "shop.since", "shop.open",
    "shop.area", "shop.staff", "shop", "odd",
)  # fmt: skip
ZONES = (None, "UTC", "Asia/Shanghai", "+05:30", "Nowhere/Land")
UNITS = ("s", "ms", "us", "ns")
FIXED = [
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
    pa.float16(), pa.float32(), pa.float64(), pa.date32(), pa.date64(), pa.time32("s"), pa.time32("ms"),
    pa.time64("us"), pa.time64("ns"), pa.month_day_nano_interval(), pa.decimal128(38, 10), pa.decimal128(5, -3),
    pa.decimal128(3, 3), pa.decimal256(76, 40), pa.decimal256(10, 2), pa.decimal32(9, 4), pa.decimal64(18, 4),
    pa.binary(4), *(pa.duration(unit) for unit in UNITS),
    *(pa.timestamp(unit, zone) for unit in UNITS for zone in ZONES),
]  # fmt: skip
OTHERS = [
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
    pa.bool_(), pa.null(),
]  # fmt: skip
TEXTS = (
    "",
    "toys",
    "a",
    "0.5",
    "10",
    "-1",
    "true",
    "2026-06-01",
    "乐\0",
    "1e3",
    "x" * 200,
    '[{"years": 3}]',
)
VALUES = (
    *TEXTS, None, True, 0, 5, -1, 2**63 - 1, 2**64, 0.5, 1.5, float("nan"), float("inf"), Decimal("0.5"),
    Decimal("1E+30"), Decimal("NaN"), date(2026, 6, 1), date.max, datetime(2026, 6, 1, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC), time(1), timedelta(1), b"a", b"\xff", [], [{"years": 3}], [None], {"years": 3}, {}, object(),
)  # fmt: skip


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    return steelyard.open_plans(book_in(tmp_path_factory.mktemp("book")), as_of=DAY)


def _fixed(source, kind, length):
    """Return an array with any bits, or with small numbers."""
    size = length * kind.byte_width
    content = source.randbytes(size)
    if source.random() < 0.5:
        content = b"".join(
            source.randint(0, 60).to_bytes(kind.byte_width, "little") for _ in range(length)
        )
    valid = pa.py_buffer(source.randbytes(length // 8 + 1)) if source.random() < 0.5 else None
    return pa.Array.from_buffers(kind, length, [valid, pa.py_buffer(content)])


def _other(source, kind, length):
    if pa.types.is_null(kind):
        return pa.nulls(length)
    if pa.types.is_boolean(kind):
        return pa.array([source.choice([True, False, None]) for _ in range(length)], kind)
    texts = [source.choice([*TEXTS, None]) for _ in range(length)]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or kind == pa.binary_view():
        texts = [source.choice([b"\xff", b"a", text and text.encode()]) for text in texts]
    return pa.array(texts, kind)


def arrow_array(source, length, depth=2):  # noqa: PLR0911 - one for each kind
    """Return an array of any type, nested up to a depth."""
    form = source.randrange(12) if depth else source.randrange(5)

    def offsets(width):
        cuts = sorted(source.randint(0, 3 * length) for _ in range(length - 1))
        return pa.array([0, *cuts, 3 * length][: length + 1], width)

    match form:
        case 0 | 1 | 2:
            return _fixed(source, source.choice(FIXED), length)
        case 3 | 4:
            return _other(source, source.choice(OTHERS), length)
        case 5:
            inner = arrow_array(source, 3 * length, depth - 1)
            if source.random() < 0.5:
                return pa.ListArray.from_arrays(offsets(pa.int32()), inner)
            return pa.LargeListArray.from_arrays(offsets(pa.int64()), inner)
        case 6:
            return pa.FixedSizeListArray.from_arrays(arrow_array(source, 2 * length, depth - 1), 2)
        case 7 | 8:
            names = source.sample(
                ["years", "orders", "rate", "staff", "", "odd"], source.randint(1, 3)
            )
            inner = [arrow_array(source, length, depth - 1) for _ in names]
            struct = pa.StructArray.from_arrays(inner, names)
            return (
                struct
                if form == 7
                else pa.ListArray.from_arrays(pa.array(range(length + 1), pa.int32()), struct)
            )
        case 9:
            codes = pa.array(
                [source.choice([0, 0, None]) for _ in range(length)],
                source.choice([pa.int8(), pa.uint32()]),
            )
            return pa.DictionaryArray.from_arrays(codes, arrow_array(source, max(1, length), 0))
        case 10:
            keys = pa.array(["years"] * 3 * length)
            return pa.MapArray.from_arrays(
                offsets(pa.int32()), keys, arrow_array(source, 3 * length, depth - 1)
            )
        case _:
            ends = pa.array(range(1, length + 1), pa.int32())
            return pa.RunEndEncodedArray.from_arrays(ends, _other(source, pa.string(), length))


def arrow_table(source):
    """Return a table with odd columns among right ones."""
    length = source.randint(1, 4)
    columns = {
        "merchant": pa.array([f"m{number}" for number in range(length)]),
        "industry": pa.array(["toys"] * length),
    }
    for name in source.sample(NAMES, source.randint(1, 3)):
        columns[name] = arrow_array(source, length)
    return pa.table(columns), length


POLARS = (
    pl.Int8(), pl.Int128(), pl.UInt64(), pl.UInt128(), pl.Float32(), pl.Float64(), pl.Boolean(), pl.Null(), pl.String(),
    pl.Binary(), pl.Categorical(), pl.Enum(["a", "toys"]), pl.Date(), pl.Time(), pl.Object(), pl.Decimal(38, 4),
    pl.Decimal(38, 38), pl.Datetime("ns", "Asia/Shanghai"), pl.Datetime("ms"), pl.Duration("us"),
    pl.List(pl.Struct({"years": pl.Int8()})), pl.List(pl.Struct({"years": pl.Object()})), pl.List(pl.Null()),
    pl.List(pl.Struct({})), pl.Struct({}), pl.Struct({"orders": pl.Int64()}), pl.Array(pl.Int8(), 2),
    pl.Array(pl.Struct({"years": pl.Int64()}), 1), pl.List(pl.List(pl.Int8())), pl.List(pl.Categorical()),
)  # fmt: skip
PANDAS = (
    "object", "string", "category", "Int64", "UInt8", "float32", "Float64", "boolean", "bool", "complex128",
    "datetime64[ns]", "datetime64[ns, Asia/Shanghai]", "timedelta64[s]", "period[D]", "Sparse[int]", "interval",
)  # fmt: skip


def polars_frame(source):
    length = source.randint(0, 4)
    columns = {
        "merchant": pl.Series([f"m{number}" for number in range(length)], dtype=pl.String),
        "industry": pl.Series(["toys"] * length, dtype=pl.String),
    }
    for name in source.sample(NAMES, source.randint(1, 3)):
        values = [source.choice(VALUES) for _ in range(length)]
        kind = source.choice(POLARS)
        try:
            series = pl.Series(values, dtype=kind, strict=False)
        except (
            pl.exceptions.PolarsError,
            pl.exceptions.PanicException,
            TypeError,
            ValueError,
            OverflowError,
        ):
            series = pl.Series([])
        columns[name] = (
            series if len(series) == length else pl.Series([None] * length, dtype=pl.Null())
        )
    frame = pl.DataFrame(columns)
    return (frame.lazy() if source.random() < 0.2 else frame), length


def pandas_frame(source):
    length = source.randint(0, 4)
    columns = {
        "merchant": [f"m{number}" for number in range(length)],
        "industry": ["toys"] * length,
    }
    frame = pd.DataFrame(columns, index=range(length))
    names = (*NAMES, 5, None, ("a", "b"), "乐")
    for name in source.sample(names, source.randint(1, 3)):
        values = np.empty(length, dtype=object)
        for number in range(length):
            values[number] = source.choice(VALUES)
        column = pd.Series(values, dtype=object, index=frame.index)
        with suppress(TypeError, ValueError, OverflowError, AttributeError):
            column = column.astype(source.choice(PANDAS))
        frame[name] = column
    return frame, length


def mappings(source):
    length = source.randint(0, 4)
    return [
        {
            "merchant": f"m{number}",
            "industry": "toys",
            **{name: source.choice(VALUES) for name in source.sample(NAMES, 2)},
        }
        for number in range(length)
    ], length


def outcome(merchants, plans, rows):
    """Score; a frame that is refused as a whole is refused with problems, or a `TypeError` of it."""
    try:
        result, codes = attempt(lambda: steelyard.score(merchants, plans))
    except TypeError as error:
        result, codes = None, {str(error)}
    if result is None:
        assert all(code.startswith(("SY", "merchants ")) for code in codes)
        return
    assert result.rows == rows == result.scores.height + result.rejects.height
    assert result.scores.height == result.scored + result.unscored
    assert all(result.rejects["problems"].list.len() > 0)
    assert str(result)


MAKERS = (arrow_table, arrow_table, polars_frame, pandas_frame, mappings)


@pytest.mark.filterwarnings("ignore")  # of pandas and NumPy, about the odd values themselves
@search(8.0)
@given(seed=st.integers(0, 2**64))
def test_every_row_of_any_frame_is_scored_or_rejected(plans, seed):
    source = random.Random(seed)
    frame, rows = source.choice(MAKERS)(source)
    outcome(frame, plans, rows)
