"""Results as Parquet, JSON Lines, CSV or a sheet, batch by batch."""

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.scoring.results import columns
from steelyard.scoring.results.arrays import to_frame
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.tables import Scores, flat_frame, item_table, merchant_table

ROW_GROUP = 131_072
LINES = 8_192  # merchants that are written as JSON at a time


class Sheet(Protocol):
    """A sheet that is written row by row; its content is ready at the end."""

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Write rows of values."""
        ...

    def close(self) -> bytes:
        """Return the content of the file."""
        ...


class Sink:
    """A writer of the results of one batch after another to a file.

    `kind` is parquet, jsonl, csv or xlsx. Each merchant is a row, with flat columns in CSV and in
    sheets; with `items`, each item is a row (the long form). Numbers of JSON Lines have their exact
    digits. With `spreadsheet`, CSV begins with a byte order mark and has no text that works as a
    formula. A `sheet` is what the file of kind xlsx holds.
    """

    def __init__(
        self,
        file: BinaryIO,
        kind: str,
        *,
        items: bool,
        spreadsheet: bool = False,
        sheet: Sheet | None = None,
    ) -> None:
        self._file = file
        self._kind = kind
        self._items = items
        self._spreadsheet = spreadsheet
        self._sheet = sheet
        self._writer: pq.ParquetWriter | None = None
        self._is_empty = True

    def add(self, scores: Scores, layout: Layout) -> None:
        """Write the results of a batch."""
        table = item_table if self._items else merchant_table
        if self._kind == "parquet":
            self._add_parquet(table(scores, layout))
        elif self._kind == "jsonl":
            for lines in json_lines(table(scores, layout)):
                write_whole(self._file, lines)
        else:
            frame = to_frame(table(scores, layout)) if self._items else flat_frame(scores, layout)
            if self._sheet is not None:
                self._sheet.write([frame.columns] if self._is_empty else [])
                self._sheet.write(frame.iter_rows())
                self._is_empty = False
                return
            if self._spreadsheet:
                frame = without_formulas(frame)
            frame.write_csv(
                self._file,
                include_header=self._is_empty,
                include_bom=self._is_empty and self._spreadsheet,
            )
        self._is_empty = False

    def close(self) -> None:
        """Write the footer of a Parquet file, a sheet, and whatever is still in memory."""
        if self._writer is not None:
            self._writer.close()
        if self._sheet is not None:
            write_whole(self._file, self._sheet.close())
        self._file.flush()

    def _add_parquet(self, table: pa.Table) -> None:
        if self._writer is None:
            top = [field.name for field in table.schema if not pa.types.is_list(field.type)]
            self._writer = pq.ParquetWriter(
                self._file,
                table.schema,
                compression="zstd",
                # statistics over all parts of a merchant are useless
                write_statistics=top,  # type: ignore[arg-type]  # column names are allowed
                # readers without Arrow's schema get plain texts and decimals
                store_schema=False,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)


_FORMULA = r"^[=+\-@\t\r＝＋－＠]"  # some spreadsheets read the wide forms too


def without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with an apostrophe before texts that a spreadsheet reads as formulas."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
    )


_NUMBERS = {
    column.name
    for table in (columns.MERCHANT, columns.SHADOW, columns.PART, columns.LONG)
    for column in table
    if column.type == "number"
}
# Polars writes decimals as texts. A quote inside a text is escaped, so that only fields match.
_NUMBER_IN_TEXT = rf'"({"|".join(sorted(_NUMBERS))})":"(-?\d+)(?:\.0+|(\.\d*[1-9])0*)?"'


def json_lines(table: pa.Table) -> Iterator[bytes]:
    """Yield a table as JSON Lines, decimals as numbers without trailing zeros.

    Some rows at a time, since their texts take several times the memory of the table.
    """
    for start in range(0, table.num_rows, LINES):
        buffer = BytesIO()
        to_frame(table.slice(start, LINES)).write_ndjson(buffer)
        text = pl.Series([buffer.getvalue().decode().removesuffix("\n") + "\n"])
        yield text.str.replace_all(_NUMBER_IN_TEXT, '"$1":$2$3').item().encode()


def write_whole(file: BinaryIO, content: bytes) -> None:
    """Write all of some bytes; a file without a buffer may write less than it is given."""
    left = memoryview(content)
    while left:
        written = file.write(left)
        if not written:  # a full pipe that does not block
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left = left[written:]


def digest_results(table: pa.Table) -> str:
    """Return the SHA-256 of the JSON Lines of a table of merchants, sorted by merchant.

    It equals the digest of the file of `--out FILE.jsonl` after sorting by the first field, so it
    does not depend on the order of the results.
    """
    digest = sha256()
    for lines in json_lines(table.sort_by("merchant")):
        digest.update(lines)
    return f"sha256:{digest.hexdigest()}"
