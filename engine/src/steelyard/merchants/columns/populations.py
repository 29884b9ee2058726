"""Populations: merchants of several files, read in batches after a first pass over the names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import MERCHANT_LIMITS
from steelyard.formats.files import temporary_folder
from steelyard.formats.texts import read_text
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.duplicates import (
    IN_MEMORY,
    Batch,
    Names,
    find_duplicates,
    reject_duplicates,
)
from steelyard.merchants.columns.frames import check_columns, flat, read_frame
from steelyard.merchants.columns.json_lines import is_filled, names_of, read_lines
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.columns.parts import Part, Unit, parts, units
from steelyard.merchants.columns.rows import facts_frame
from steelyard.merchants.columns.sources import Source, find_sources, printable
from steelyard.merchants.rows import MerchantFile, MerchantSchema, read_merchants
from steelyard.merchants.rows.merchants import Duplicate
from steelyard.merchants.rows.reading import STANDARD_INPUT
from steelyard.model.limits import MAX_FILE_PROBLEMS, MAX_SHOWN_NAME

NAMES_AT_ONCE = 1 << 20
KEPT = 1 << 28  # bytes of small files that are read once and kept


@dataclass(frozen=True)
class Population:
    """Merchants of several files.

    `rows` is the number of rows; `duplicates` are the names that several rows share.
    """

    sources: tuple[Source, ...]
    known: MerchantSchema
    rows: int
    duplicates: dict[str, Duplicate]
    _contents: "_Contents"

    def batches(self, rows: int) -> Iterator[Batch]:
        """Iterate over all rows in batches. Rows with a duplicate name become rejects."""
        for unit in self._contents.units:
            for batch in self._read(unit, rows):
                yield reject_duplicates(batch, self.duplicates)

    def names(self) -> Iterator[Names]:
        """Iterate over the names of all rows; one that cannot be read is null."""
        return self._contents.names()

    def _read(self, unit: Unit, rows: int) -> Iterator[Batch]:
        if unit[0].format == "document":
            document = self._contents.documents[unit]
            yield _document_batch(unit[0], document, self.known)
            return
        for part in self._contents.parts(unit, rows):
            where = {"origins": part.origins, "first_row": part.first}
            if isinstance(part.rows, pl.Series):
                yield read_lines(part.rows, self.known, **where, given=part.given)
            else:
                yield read_frame(part.rows, self.known, texts=part.texts, **where)


class _Contents:
    """The contents of files: documents, small files that are kept, and files to be read again."""

    def __init__(self, units: Sequence[Unit], known: MerchantSchema) -> None:
        self.units, self._known = units, known
        self.documents: dict[Unit, MerchantFile] = {}
        self._kept: dict[Unit, list[Part]] = {}
        self._room = KEPT

    def check(self) -> None:
        """Read documents, headers and small files. Raises `InvalidInput` with all problems."""
        problems, known = Problems(), self._known
        problems.extend(_unknown_folders(self.units, known))
        problems.raise_any()
        for unit in self.units:
            try:
                if unit[0].format == "document":
                    self.documents[unit] = _read_document(unit[0], known)
                elif len(unit) > 1 or unit[0].format == "xlsx":  # read once
                    problems.extend(self._check_small(unit))
                elif unit[0].format != "jsonl":
                    problems.extend(_header_problems(next(parts(unit, known, 1)), known))
            except InvalidInput as error:
                found = [] if len(unit) == 1 else _problems_of_each(unit, known)
                problems.extend(found or error.problems)
        problems.raise_any()

    def _check_small(self, unit: Unit) -> Iterator[Problem]:
        found = list(parts(unit, self._known, NAMES_AT_ONCE))
        size = sum(part.rows.estimated_size() for part in found)
        if size <= self._room:
            self._kept[unit] = found
            self._room -= int(size)
        for part in found:
            yield from _header_problems(part, self._known)

    def parts(self, unit: Unit, rows: int, columns: Sequence[str] | None = None) -> Iterator[Part]:
        """Iterate over the rows of files, at most `rows` at a time."""
        if unit in self._kept:
            return (piece for part in self._kept[unit] for piece in part.split(rows))
        return parts(unit, self._known, rows, columns)

    def names(self) -> Iterator[Names]:
        """Iterate over the names of all rows."""
        for unit in self.units:
            if unit[0].format == "document":
                document = self.documents[unit]
                entries = (*document.merchants, *document.rejects)
                rows = pl.Series([entry.row for entry in entries], dtype=pl.Int64)
                names = pl.Series([entry.name for entry in entries], dtype=pl.String)
                yield Names((Origin(unit[0].name),), rows, names)
                continue
            for part in self.parts(unit, NAMES_AT_ONCE, [NAME]):
                rows = pl.int_range(
                    part.first, part.first + len(part.rows), dtype=pl.Int64, eager=True
                )
                if isinstance(part.rows, pl.Series):
                    filled = is_filled(part.rows)
                    names = names_of(part.rows.filter(filled))
                    yield Names(part.origins, rows.filter(filled), names)
                else:
                    yield Names(part.origins, rows, part.rows[NAME].cast(pl.String))


def _unknown_folders(units: Sequence[Unit], known: MerchantSchema) -> Iterator[Problem]:
    """Iterate over a problem SY602 for each column of folders that is no fact."""
    folders = {
        name: Place(printable(source.path.parent))
        for unit in reversed(units)
        for source in unit
        for name, _ in source.columns
    }
    for name, place in sorted(folders.items()):
        if name not in known.declarations and name not in ("industry", "shop_type"):
            what = f"the folder's name gives {name[:MAX_SHOWN_NAME]!r}, which is not a fact"
            fix = known.fix(name[:MAX_SHOWN_NAME]) or "name each of these folders by itself"
            yield Problem("SY602", what, place, "the names of declared facts", fix)


def _read_document(source: Source, known: MerchantSchema) -> MerchantFile:
    if source.name != STANDARD_INPUT:
        return read_merchants(source.path, known)
    return read_merchants(read_text(source.path, source.name, MERCHANT_LIMITS), known)


def _problems_of_each(unit: Unit, known: MerchantSchema) -> list[Problem]:
    """Return the problems of several files, of which at least one cannot be read."""
    found: list[Problem] = []
    for source in unit:
        try:
            for part in parts((source,), known, NAMES_AT_ONCE):
                found += _header_problems(part, known) if part.first == 1 else []
        except InvalidInput as error:
            found += error.problems
        if len(found) >= MAX_FILE_PROBLEMS:
            break
    return found


def _header_problems(part: Part, known: MerchantSchema) -> list[Problem]:
    if isinstance(part.rows, pl.Series):
        return []
    place = Place(part.origins[0].source)
    found = check_columns(flat(part.rows).schema, known, place, texts=part.texts)
    if others := len({origin.source for origin in part.origins}) - 1:
        return [replace(one, what=f"{one.what}, as in {others:,} more files") for one in found]
    return found


@contextmanager
def open_population(
    named: Sequence[str | Path],
    known: MerchantSchema,
    *,
    text_format: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    in_memory: int = IN_MEMORY,
) -> Iterator[Population]:
    """Open files, folders, globs or standard input (`-`) as a population.

    `text_format` is the format of standard input, and `encoding` that of CSV and JSON Lines without
    a byte order mark; the default is UTF-8. `sheet` is the sheet of workbooks. All names are read
    once, to count the rows and to find names that several rows share. Temporary files are removed
    when the context ends. Raises `InvalidInput` with the problems of every file that is unreadable
    or invalid.
    """
    with temporary_folder() as folder:
        found = find_sources(named, text_format, folder, encoding)
        sources = [replace(one, sheet=sheet) if one.format == "xlsx" else one for one in found]
        contents = _Contents(units(sources), known)
        contents.check()
        duplicates, rows = find_duplicates(contents.names, folder, in_memory=in_memory)
        yield Population(tuple(sources), known, rows, duplicates, contents)


def _document_batch(source: Source, merchant_file: MerchantFile, known: MerchantSchema) -> Batch:
    facts = facts_frame(merchant_file.merchants, known.declarations)
    for label in ("industry", "shop_type"):
        if label in known.declarations and f"fact:{label}" not in facts.columns:
            facts = facts.with_columns(pl.lit(None, pl.Int32).alias(f"fact:{label}"))
    size = len(merchant_file.merchants) + len(merchant_file.rejects)
    return Batch((Origin(source.name),), size, facts, merchant_file.rejects)
