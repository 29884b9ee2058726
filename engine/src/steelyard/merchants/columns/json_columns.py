"""Values parsed from JSON to columns, as far as a few checks show that nothing is lost.

A text is read fast if it has no number so long or so small that it might be refused, and no key
twice. Where a number needs more digits than a double has, it still rounds to the same integer
(`numbers`); only whether it is whole may be lost, so a row with such a number has no doubles for
whole numbers. Rows of which this cannot be said are doubtful.
"""

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration, FieldDeclaration

LABELS = ("merchant", "industry", "shop_type")

# at most 40 characters are read as a number: a sign, these digits, and an exponent of one digit
_REFUSED_NUMBER = r"[:\[,]\s*-?(?:[0-9.]{37}|[0-9.]+[eE][-+]?[0-9]{2})"
_LONG_NUMBER = r"[:\[,]\s*-?[0-9.]{16}"
_KEY = r'"\s*:'

Row = dict[str, Any]


def parse_fast(texts: pl.Series) -> list[Any]:
    """Return the object or list of every text that can be read fast, None for the others."""
    plain = ~texts.str.contains(_REFUSED_NUMBER)
    keys = texts.str.count_matches(_KEY)
    result: list[Any] = []
    for text, is_plain, count in zip(texts.to_list(), plain, keys, strict=True):
        value = None
        if is_plain:
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError:
                value = None
        # a key that is written twice is parsed once
        result.append(value if isinstance(value, dict | list) and _count(value) == count else None)
    return result


def long_numbers(texts: pl.Series) -> frozenset[int]:
    """Return the positions of the texts with a number of more digits than a double has."""
    return frozenset(texts.str.contains(_LONG_NUMBER).fill_null(False).arg_true())


def _count(value: Row | list[Any], depth: int = 8) -> int:
    """Return how many keys a value has, as far down as facts and records go."""
    if isinstance(value, list):
        return sum(_count(one, depth) for one in value if type(one) is dict)
    total = len(value)
    for part in value.values():
        kind = type(part)
        if (kind is dict or kind is list) and depth:
            total += _count(part, depth - 1)
    return total


class Table:
    """Columns filled row by row; a value of a type that its fact never has makes a row doubtful."""

    def __init__(self, known: MerchantSchema, size: int, long: frozenset[int]) -> None:
        self.doubtful: set[int] = set()
        self._long = long
        self._size = size
        self._facts = known.declarations
        self._columns: dict[str, list[Any]] = {name: [None] * size for name in LABELS}
        self._sections = frozenset(
            name[:dot] for name in self._facts for dot in range(len(name)) if name[dot] == "."
        )

    def add(self, position: int, row: Row, prefix: str = "") -> None:
        """Put the values of a row into their columns."""
        columns, facts = self._columns, self._facts
        nested = False
        for key, value in row.items():
            name = prefix + key
            column = columns.get(name)
            if column is None:
                if type(value) is dict and name in self._sections:
                    nested = True
                    self.add(position, value, f"{name}.")
                    continue
                if name not in facts:
                    self.doubtful.add(position)
                    continue
                column = columns[name] = [None] * self._size
            column[position] = value
        if nested and any("." in key for key in row):  # a fact may be given in both ways
            self.doubtful.add(position)

    def frame(self) -> pl.DataFrame:
        """Return the columns, with values that do not fit left out and their rows doubtful."""
        series: dict[str, pl.Series] = {}
        for name, values in self._columns.items():
            fact = self._facts.get(name)
            if name in LABELS or fact is None:
                series[name] = self._texts(values)
            elif fact.type == "records":
                series[name] = self.records(values, fact)
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
        series = pl.Series(values, dtype=kind, strict=False)
        if series.null_count() > values.count(None):  # whole numbers past 64 bits
            for at, (value, kept) in enumerate(zip(values, series, strict=True)):
                if value is not None and kept is None:
                    self.doubtful.add(at if rows is None else rows[at])
        return series

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

    def records(self, values: list[Any], fact: FactDeclaration) -> pl.Series:
        """Return a column of lists of records; what does not fit is left out and doubtful."""
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
