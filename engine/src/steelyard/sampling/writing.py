"""Files of sampled merchants, written whole or not at all."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import orjson
import polars as pl
import pyarrow.parquet as pq

from steelyard.results.files import WholeFiles
from steelyard.results.writing import format_of


def write_sample(frames: Iterable[pl.DataFrame], path: Path) -> int:
    """Write raw merchants in the format of the path's ending; return how many there are.

    Raises `InvalidInput` SY701 for an unknown ending, SY116 if the file cannot be written.
    """
    form = format_of(path)
    rows = 0
    with WholeFiles() as files:
        file = files.open(path)
        write = {"parquet": _Parquet, "csv": _Csv, "jsonl": _JsonLines}[form](file)
        for frame in frames:
            write.add(frame)
            rows += frame.height
        write.close()
    return rows


class _Parquet:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table.cast(self._writer.schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _Csv:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._first = True

    def add(self, frame: pl.DataFrame) -> None:
        lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
        frame = frame.with_columns(_json_cells(frame[name]) for name in lists)
        frame.write_csv(self._file, include_header=self._first)
        self._first = False

    def close(self) -> None:
        pass


class _JsonLines:
    """One object a line; what is absent is left out, decimals keep their digits."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, frame: pl.DataFrame) -> None:
        for row in frame.iter_rows(named=True):
            given = {name: value for name, value in row.items() if value is not None}
            self._file.write(orjson.dumps(given, default=_number, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        pass


def _json_cells(lists: pl.Series) -> pl.Series:
    texts = [
        None if one is None else orjson.dumps(one.to_list(), default=_number).decode()
        for one in lists
    ]
    return pl.Series(lists.name, texts, dtype=pl.String)


def _number(value: object) -> orjson.Fragment:
    """Return a decimal as a number token of its digits."""
    return orjson.Fragment(format(value, "f"))
