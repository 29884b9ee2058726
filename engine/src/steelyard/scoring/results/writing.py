"""Results as Parquet, JSON Lines or CSV, batch by batch."""

from io import BytesIO
from typing import BinaryIO, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.scoring.results.arrays import to_frame
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.tables import Scores, flat_frame, item_table, merchant_table

ROW_GROUP = 131_072


class Sink(Protocol):
    """Takes the results of one batch after another."""

    def add(self, scores: Scores, layout: Layout) -> None:
        """Write the results of a batch."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class ParquetSink:
    """Results as Parquet: a row a merchant, or with `items` the long form."""

    def __init__(self, file: BinaryIO, *, items: bool = False) -> None:
        self._file = file
        self._table = item_table if items else merchant_table
        self._writer: pq.ParquetWriter | None = None

    def add(self, scores: Scores, layout: Layout) -> None:
        """Write the results of a batch."""
        table = self._table(scores, layout)
        if self._writer is None:
            top = [field.name for field in table.schema if not pa.types.is_list(field.type)]
            self._writer = pq.ParquetWriter(
                self._file,
                table.schema,
                compression="zstd",
                # of a part, the least and most among all parts say nothing
                write_statistics=top,  # type: ignore[arg-type]  # column names are allowed
                # readers that know nothing of Arrow see plain texts and decimals
                store_schema=False,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)

    def close(self) -> None:
        """Write the file's footer."""
        if self._writer is not None:
            self._writer.close()


class JsonLinesSink:
    """Results as one JSON object a line; numbers are JSON numbers with their exact digits."""

    def __init__(self, file: BinaryIO, *, items: bool = False) -> None:
        self._file = file
        self._table = item_table if items else merchant_table

    def add(self, scores: Scores, layout: Layout) -> None:
        """Write the results of a batch."""
        self._file.write(json_lines(self._table(scores, layout)))

    def close(self) -> None:
        """Nothing is left."""


class CsvSink:
    """Results as CSV: a row a merchant with flat columns, or with `items` the long form."""

    def __init__(self, file: BinaryIO, *, items: bool = False) -> None:
        self._file = file
        self._items = items
        self._first = True

    def add(self, scores: Scores, layout: Layout) -> None:
        """Write the results of a batch."""
        flat = flat_frame if not self._items else _item_frame
        frame = flat(scores, layout)
        frame.write_csv(self._file, include_header=self._first)
        self._first = False

    def close(self) -> None:
        """Nothing is left."""


def _item_frame(scores: Scores, layout: Layout) -> pl.DataFrame:
    return to_frame(item_table(scores, layout))


SINKS = {"parquet": ParquetSink, "jsonl": JsonLinesSink, "csv": CsvSink}


_NUMBERS = (
    "score", "unrounded", "base", "bonus", "deductions_total", "points", "points_before_caps",
    "shadow_score",
)  # fmt: skip
# Polars writes decimals as texts. A quote inside a text is escaped, so that only fields match.
_NUMBER_IN_TEXT = rf'"({"|".join(_NUMBERS)})":"(-?\d+)(?:\.0+|(\.\d*[1-9])0*)?"'


def json_lines(table: pa.Table) -> bytes:
    """Return a table as JSON Lines, decimals as numbers without trailing zeros."""
    buffer = BytesIO()
    to_frame(table).write_ndjson(buffer)
    if not table.num_rows:
        return b""
    text = pl.Series([buffer.getvalue().decode().removesuffix("\n") + "\n"])
    return text.str.replace_all(_NUMBER_IN_TEXT, '"$1":$2$3').item().encode()
