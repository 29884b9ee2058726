"""Workbooks (.xlsx): the libraries of the extra `excel`, and sheets that are written.

Every text is written as a text, never as a formula. A file has the same bytes whenever it is
written.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.formats.files import temporary_folder

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the file has no time zone, and needs some time
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384  # of a sheet
_EXACT_DIGITS = 15  # of a decimal that a double keeps


def need_excel(module: str) -> Any:  # noqa: ANN401 - a module of an optional dependency
    """Return a library of the extra `excel`. Raises `InvalidInput` SY714 if it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        what = f".xlsx files need the library {error.name or module}, which is not installed"
        fix = "pip install 'steelyard[excel]'"
        raise InvalidInput([Problem("SY714", what, fix=fix)]) from None


def new_workbook(target: BytesIO, folder: Path | None = None) -> Any:  # noqa: ANN401 - as above
    """Return a workbook that is written to `target` when it is closed.

    With `folder`, rows are kept there in temporary files, and are written in their order.
    """
    options: dict[str, Any] = {"in_memory": True}
    if folder is not None:
        options = {"constant_memory": True, "tmpdir": str(folder)}
    workbook = need_excel("xlsxwriter").Workbook(target, options)
    workbook.set_properties({"created": _CREATED})
    return workbook


class SheetWriter:
    """A writer of one sheet, row by row; `name` is the file in messages."""

    def __init__(self, folder: Path, name: str) -> None:
        self._target = BytesIO()
        self._workbook = new_workbook(self._target, folder)
        self._sheet = self._workbook.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._day = self._workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._name = name
        self._rows = 0

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Write rows of values; None is an empty cell. Raises `InvalidInput` SY115."""
        for row in rows:
            if self._rows == _MAX_ROWS or len(row) > _MAX_COLUMNS:
                raise self._too_large(f"at most {_MAX_ROWS:,} rows and {_MAX_COLUMNS:,} columns")
            for column, value in enumerate(row):
                if value is not None and self._write(column, value):
                    raise self._too_large("texts of at most 32,767 characters")
            self._rows += 1

    def _write(self, column: int, value: object) -> int:
        """Write a value; return a number other than 0 if a sheet cannot hold it."""
        place = (self._rows, column)
        if isinstance(value, bool):
            return self._sheet.write_boolean(*place, value)
        if isinstance(value, int | Decimal):
            number = Decimal(value)
            if len(number.normalize().as_tuple().digits) > _EXACT_DIGITS:
                return self._sheet.write_string(*place, format(number, "f"))
            return self._sheet.write_number(*place, value)
        if isinstance(value, date):
            return self._sheet.write_datetime(*place, value, self._day)
        return self._sheet.write_string(*place, str(value))

    def _too_large(self, expected: str) -> InvalidInput:
        what, fix = "the results do not fit in a sheet", "write .csv or .parquet"
        return InvalidInput([Problem("SY115", what, Place(self._name), expected, fix)])

    def close(self) -> bytes:
        """Return the content of the file."""
        self._workbook.close()
        return self._target.getvalue()

    def discard(self) -> None:
        """Close the temporary file, with or without its last rows."""
        self._sheet.row_data_fh.close()


@contextmanager
def open_sheet(name: str) -> Iterator[SheetWriter]:
    """Return a writer of a sheet; its temporary files are deleted when the context ends.

    Raises `InvalidInput` SY714 without the extra, SY116 if there is no room for the files.
    """
    with temporary_folder() as folder:
        writer = SheetWriter(folder, name)
        try:
            yield writer
        finally:
            writer.discard()
