"""Blocks of JSON Lines to columns.

A line is read fast where a few checks show that nothing can be lost: no number so long or so small
that it might be refused, no key twice. Every other line goes to the row reader as text. Where a
number needs more digits than a double has, it still rounds to the same integer (`numbers`); only
whether it is whole may be lost, so a line with such a number has no doubles for whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
import polars as pl

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.intake import Known, Merchant, Reject
from steelyard.loader import MERCHANT_LIMITS, parse_json
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.population.batches import Batch
from steelyard.population.frames import NAME, read_columns
from steelyard.population.rows import read_located

_LABELS = (NAME, "industry", "shop_type")
_LONG_NUMBER = r"[:\[,]\s*-?[0-9.]{16}"
_REFUSED_NUMBER = r"[:\[,]\s*-?(?:[0-9.]{38}|[0-9.]+[eE][-+]?[0-9]{2})"
_KEY = r'"\s*:'

Row = dict[str, Any]


def read_lines(lines: pl.Series, known: Known, *, source: str, first_row: int) -> Batch:
    """Return the merchants of some lines; the row of a line is its number.

    Lines of nothing but spaces are not rows.
    """
    numbers = pl.int_range(first_row, first_row + len(lines), dtype=pl.Int64, eager=True)
    filled = lines.str.contains(r"\S")
    lines, numbers = lines.filter(filled), numbers.filter(filled)
    texts = lines.to_list()
    parsed = _parse(lines, texts)
    long = lines.str.contains(_LONG_NUMBER).arg_true()
    table = _Table(known, len(texts), frozenset(long))
    for position, row in enumerate(parsed):
        if row is None:
            table.doubtful.add(position)
        else:
            table.add(position, row)

    def read_rows(positions: Sequence[int]) -> Iterator[Merchant | Reject]:
        for position in positions:
            yield _read_line(texts[position], numbers[position], source, known)

    return read_columns(
        table.frame(),
        known,
        read_rows,
        source=source,
        rows=numbers,
        doubtful=sorted(table.doubtful),
    )


def names_of(lines: pl.Series) -> pl.Series:
    """Return the merchants' names of some lines; null where a line has none that can be read."""
    found = lines.str.extract(r'"merchant"\s*:\s*"([^"\\]+)"')
    once = (lines.str.count_matches('"merchant"', literal=True) == 1) & found.is_not_null()
    # a key or a name may be written with escapes
    once &= ~lines.str.contains("\\", literal=True)
    if once.all():
        return found
    names = found.to_list()
    for position in (~once).arg_true():
        names[position] = _name(lines[position])
    return pl.Series(names, dtype=pl.String)


def _name(text: str) -> str | None:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    name = row.get(NAME) if isinstance(row, dict) else None
    return name if isinstance(name, str) else None


def _parse(lines: pl.Series, texts: Sequence[str]) -> list[Row | None]:
    """Return the object of every line that can be read fast, None for the others."""
    plain = ~lines.str.contains(_REFUSED_NUMBER)
    keys = lines.str.count_matches(_KEY).to_list()
    result: list[Row | None] = []
    for text, is_plain, count in zip(texts, plain, keys, strict=True):
        row = None
        if is_plain:
            try:
                row = orjson.loads(text)
            except orjson.JSONDecodeError:
                row = None
        # a key that is written twice is parsed once
        usable = isinstance(row, dict) and _count(row) == count
        result.append(row if usable else None)
    return result


def _count(value: Row) -> int:
    total = len(value)
    for part in value.values():
        kind = type(part)
        if kind is dict:
            total += _count(part)
        elif kind is list:
            total += sum(_count(one) for one in part if type(one) is dict)
    return total


def _read_line(text: str, row: int, source: str, known: Known) -> Merchant | Reject:
    place = Place(source, row)
    try:
        located = parse_json(text, source, MERCHANT_LIMITS)
    except InvalidInput as error:
        return Reject(None, row, _on_line(error.problems, row))
    if not isinstance(located.value, dict):
        problem = Problem(
            "SY601",
            "this is not a mapping",
            place,
            "an object with `merchant`, `industry` and facts",
        )
        return Reject(None, row, (problem,))
    read = read_located(located, row, known)
    if isinstance(read, Reject):
        return replace(read, problems=_on_line(read.problems, row))
    return replace(read, place=place)


def _on_line(problems: Iterable[Problem], row: int) -> tuple[Problem, ...]:
    return tuple(
        replace(one, place=replace(one.place, line=row)) if one.place else one for one in problems
    )


class _Table:
    """Columns filled row by row; a value of a type that its fact never has makes a row doubtful."""

    def __init__(self, known: Known, size: int, long: frozenset[int]) -> None:
        self.doubtful: set[int] = set()
        self._long = long
        self._size = size
        self._facts = known.declarations
        self._columns: dict[str, list[Any]] = {name: [None] * size for name in _LABELS}
        self._sections = frozenset(
            name[:dot] for name in self._facts for dot in range(len(name)) if name[dot] == "."
        )

    def add(self, position: int, row: Row, prefix: str = "") -> None:
        """Put the values of a row into their columns."""
        columns, facts = self._columns, self._facts
        for key, value in row.items():
            name = prefix + key
            column = columns.get(name)
            if column is None:
                if type(value) is dict and name in self._sections:
                    self.add(position, value, f"{name}.")
                    continue
                if name not in facts:
                    self.doubtful.add(position)
                    continue
                column = columns[name] = [None] * self._size
            if column[position] is not None:  # dotted and nested
                self.doubtful.add(position)
            column[position] = value

    def frame(self) -> pl.DataFrame:
        """Return the columns, with values that do not fit left out and their rows doubtful."""
        series: dict[str, pl.Series] = {}
        for name, values in self._columns.items():
            fact = self._facts.get(name)
            if name in _LABELS or fact is None:
                series[name] = self._texts(values)
            elif fact.type == "records":
                series[name] = self._records(values, fact)
            else:
                series[name] = self._plain(values, fact, None)
        return pl.DataFrame(series)

    def _texts(self, values: list[Any]) -> pl.Series:
        self._keep(values, (str,), None)
        return pl.Series(values, dtype=pl.String)

    def _plain(
        self, values: list[Any], one: FactDeclaration | FieldDeclaration, rows: Sequence[int] | None
    ) -> pl.Series:
        allowed, kind = _FORMS[one.type]
        self._keep(values, allowed, rows)
        if one.type == "int" and self._long and float in {*map(type, values)}:
            for at, value in enumerate(values):
                if type(value) is float and (at if rows is None else rows[at]) in self._long:
                    self.doubtful.add(at if rows is None else rows[at])
        if kind is pl.Float64 and not any(type(value) is float for value in values):
            kind = pl.Int64
        return pl.Series(values, dtype=kind, strict=False)

    def _keep(
        self, values: list[Any], allowed: tuple[type, ...], rows: Sequence[int] | None
    ) -> None:
        """Blank the values of other types; their rows are doubtful."""
        if {*map(type, values)} <= {*allowed, type(None)}:
            return
        for at, value in enumerate(values):
            if value is not None and type(value) not in allowed:
                self.doubtful.add(at if rows is None else rows[at])
                values[at] = None

    def _records(self, values: list[Any], fact: FactDeclaration) -> pl.Series:
        names = [field.name for field in fact.fields]
        known = set(names)
        fields: dict[str, list[Any]] = {name: [] for name in names}
        rows: list[int] = []
        lengths: list[int | None] = []
        for at, value in enumerate(values):
            if value is None:
                lengths.append(None)
                continue
            usable = type(value) is list and all(
                type(record) is dict and record.keys() <= known for record in value
            )
            if not usable:
                self.doubtful.add(at)
                lengths.append(None)
                continue
            lengths.append(len(value))
            for record in value:
                rows.append(at)
                for name in names:
                    fields[name].append(record.get(name))
        columns = [
            self._plain(fields[field.name], field, rows).alias(field.name) for field in fact.fields
        ]
        records = pl.DataFrame(columns).to_struct("records")
        return _lists(records, lengths)


def _lists(records: pl.Series, lengths: Sequence[int | None]) -> pl.Series:
    """Return a list for each length: the next so many records; null for none."""
    of = [at for at, length in enumerate(lengths) for _ in range(length or 0)]
    folded = (
        pl.DataFrame({"of": pl.Series(of, dtype=pl.UInt32), "records": records})
        .group_by("of", maintain_order=True)
        .agg("records")
    )
    whole = pl.DataFrame(
        {
            "of": pl.Series(range(len(lengths)), dtype=pl.UInt32),
            "length": pl.Series(lengths, dtype=pl.Int32),
        }
    ).join(folded, on="of", how="left", maintain_order="left")
    empty = pl.lit([], dtype=folded.schema["records"])
    return whole.select(
        pl.when(pl.col("length") == 0).then(empty).otherwise(pl.col("records"))
    ).to_series()


_FORMS: dict[str, tuple[tuple[type, ...], type[pl.DataType]]] = {
    "bool": ((bool,), pl.Boolean),
    "int": ((int, float), pl.Float64),
    "decimal": ((int, float), pl.Float64),
    "date": ((str,), pl.String),
    "enum": ((str,), pl.String),
    "id": ((str,), pl.String),
}
