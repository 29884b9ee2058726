"""Populations: merchants of several files, read in batches after a first pass over the names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats.files import temporary_folder
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.duplicates import (
    IN_MEMORY,
    Batch,
    Names,
    find_duplicates,
    reject_duplicates,
)
from steelyard.merchants.columns.frames import check_columns, flat, read_frame
from steelyard.merchants.columns.json_lines import blocks, names_of, read_lines
from steelyard.merchants.columns.rows import facts_frame
from steelyard.merchants.columns.sources import Source, find_sources, frames
from steelyard.merchants.rows import MerchantFile, MerchantSchema, read_merchants
from steelyard.merchants.rows.merchants import Duplicate

NAMES_AT_ONCE = 1 << 20
CSV_OFFSET = 1  # the header is line 1


@dataclass(frozen=True)
class Population:
    """Merchants of several files.

    `rows` is the number of rows; `duplicates` are the names that several rows share.
    """

    sources: tuple[Source, ...]
    known: MerchantSchema
    rows: int
    duplicates: dict[str, Duplicate]
    _documents: dict[str, MerchantFile]

    def batches(self, rows: int) -> Iterator[Batch]:
        """Iterate over all rows in batches. Rows with a duplicate name become rejects."""
        for source in self.sources:
            for batch in self._read(source, rows):
                yield reject_duplicates(batch, self.duplicates)

    def _read(self, source: Source, rows: int) -> Iterator[Batch]:
        if source.format == "document":
            yield _document_batch(source, self._documents[source.name], self.known)
            return
        texts = source.format == "csv"
        for first, part in _parts(source, rows):
            if isinstance(part, pl.Series):
                yield read_lines(part, self.known, source=source.name, first_row=first)
            else:
                yield read_frame(
                    part,
                    self.known,
                    source=source.name,
                    first_row=first,
                    texts=texts,
                    offset=CSV_OFFSET if texts else 0,
                )


def _parts(
    source: Source, rows: int, columns: Sequence[str] | None = None
) -> Iterator[tuple[int, pl.Series | pl.DataFrame]]:
    """Yield parts of a source (lines, or rows of a frame), each after its first row's number."""
    if source.format == "jsonl":
        yield from blocks(source, rows)
        return
    first = 1
    for frame in frames(source, rows, columns):
        yield first, frame
        first += frame.height


@contextmanager
def open_population(
    named: Sequence[str | Path],
    known: MerchantSchema,
    *,
    text_format: str | None = None,
    in_memory: int = IN_MEMORY,
) -> Iterator[Population]:
    """Open files, folders, globs or standard input (`-`) as a population.

    `text_format` is the format of standard input. All names are read once, to count the rows and to
    find names that several rows share. Temporary files are removed when the context ends. Raises
    `InvalidInput` with the problems of every file that is unreadable or invalid.
    """
    with temporary_folder() as folder:
        sources = find_sources(named, text_format, folder)
        documents = _check(sources, known)
        duplicates, rows = find_duplicates(
            lambda: (part for source in sources for part in _names(source, documents)),
            folder,
            in_memory=in_memory,
        )
        yield Population(tuple(sources), known, rows, duplicates, documents)


def _check(sources: Sequence[Source], known: MerchantSchema) -> dict[str, MerchantFile]:
    """Return the documents by source name. Raises `InvalidInput` with the problems of all files."""
    problems = Problems()
    documents: dict[str, MerchantFile] = {}
    for source in sources:
        try:
            if source.format == "document":
                documents[source.name] = read_merchants(source.path, known)
            elif source.format != "jsonl":
                first = next(frames(source, 1))
                problems.extend(
                    check_columns(
                        flat(first).schema, known, Place(source.name), texts=source.format == "csv"
                    )
                )
        except InvalidInput as error:
            problems.extend(error.problems)
    problems.raise_any()
    return documents


def _names(source: Source, documents: dict[str, MerchantFile]) -> Iterator[Names]:
    if source.format == "document":
        entries = (*documents[source.name].merchants, *documents[source.name].rejects)
        rows, names = [entry.row for entry in entries], [entry.name for entry in entries]
        yield Names(source.name, pl.Series(rows), pl.Series(names, dtype=pl.String))
        return
    for first, part in _parts(source, NAMES_AT_ONCE, [NAME]):
        rows = pl.int_range(first, first + len(part), dtype=pl.Int64, eager=True)
        if isinstance(part, pl.Series):
            not_blank = part.str.contains(r"\S")
            yield Names(source.name, rows.filter(not_blank), names_of(part.filter(not_blank)))
        else:
            yield Names(source.name, rows, part[NAME].cast(pl.String))


def _document_batch(source: Source, merchant_file: MerchantFile, known: MerchantSchema) -> Batch:
    facts = facts_frame(merchant_file.merchants, known.declarations)
    for label in ("industry", "shop_type"):
        if label in known.declarations and f"fact:{label}" not in facts.columns:
            facts = facts.with_columns(pl.lit(None, pl.Int32).alias(f"fact:{label}"))
    size = len(merchant_file.merchants) + len(merchant_file.rejects)
    return Batch(source.name, size, facts, merchant_file.rejects)
