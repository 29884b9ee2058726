"""Files of sampled merchants, written whole or not at all."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow.parquet as pq

from steelyard.formats.files import AtomicFiles, format_of
from steelyard.merchants.synthetic.texts import cells, json_lines

_LINES = 16_384  # how many lines of JSON are made at a time


def write_sample(frames: Iterable[pl.DataFrame], path: Path) -> int:
    """Write raw merchants in the format of the path's ending; return how many there are.

    Raises `InvalidInput` SY701 for an unknown ending, SY116 if the file cannot be written.
    """
    form = format_of(path)
    rows = 0
    with AtomicFiles() as files:
        file = files.open(path)
        write = {"parquet": _Parquet, "csv": _Csv, "jsonl": _JsonLines}[form](file)
        try:
            for frame in frames:
                write.add(frame)
                rows += frame.height
        finally:
            write.close()  # before the file is, however this ends
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
        frame = pl.DataFrame([cells(column) for column in frame])
        frame.write_csv(self._file, include_header=self._first)
        self._first = False

    def close(self) -> None:
        pass


class _JsonLines:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, frame: pl.DataFrame) -> None:
        for part in frame.iter_slices(_LINES):
            self._file.write(json_lines(part).encode())

    def close(self) -> None:
        pass
