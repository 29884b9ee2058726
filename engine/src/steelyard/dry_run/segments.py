"""Segments: parts of a population by industry, shop type, or the value of a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.evaluators.polars import fact_column
from steelyard.model.dates import read_day
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import format_scaled, parse_decimal, to_scaled
from steelyard.model.texts import Text
from steelyard.report.wording.messages import say

_SHARES = 10  # bands of a share
_BANDS = 10  # of a number in a narrow range
_YEARS = range(2015, 2036)  # in which dates are grouped one by one
_MOST_POWERS = 18


@dataclass(frozen=True, slots=True)
class Dimension:
    """A partition of merchants by one fact; the last segment has the merchants without a value.

    Segments are ids with titles. `texts` are the values of an enum, `edges` the limits of bands.
    """

    id: str
    column: str
    segments: tuple[tuple[str, Text], ...]
    texts: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()

    def codes(self, facts: pl.DataFrame) -> NDArray[np.int64]:
        """Return the segment of every merchant, as an index of `segments`."""
        unknown = len(self.segments) - 1
        if self.column not in facts.columns:
            return np.full(facts.height, unknown, dtype=np.int64)
        values = facts[self.column]
        if self.texts:
            places = {name: place for place, name in enumerate(self.texts)}
            found = values.cast(pl.String).replace_strict(
                places, default=unknown, return_dtype=pl.Int64
            )
            return found.fill_null(unknown).to_numpy()
        if isinstance(values.dtype, pl.List):
            values = values.list.len()
        numbers = values.cast(pl.Int64)
        edges = np.array(self.edges, dtype=np.int64)
        codes = np.searchsorted(edges, numbers.fill_null(0).to_numpy(), side="right")
        return np.where(numbers.is_null().to_numpy(), unknown, codes)


def phrase(key: str) -> Text:
    """Return a fixed phrase in all languages."""
    return Text(say(key, "en"), say(key, "zh"))


def by_label(name: str, labels: Mapping[str, Text]) -> Dimension:
    """Return the dimension of industries or of shop types."""
    segments = (*labels.items(), ("", phrase("impact.segment.unknown")))
    return Dimension(name, name, segments, texts=tuple(labels))


def by_fact(name: str, fact: FactDeclaration, edges: Sequence[int] | None = None) -> Dimension:
    """Return the dimension of a fact: its values, or bands of its numbers.

    Edges are scaled integers. Without edges, a share has ten bands, a date its years, and any other
    number powers of ten, or ten bands if its range is narrow.
    """
    unknown = ("", phrase("impact.segment.unknown"))
    column = fact_column(fact.id)
    if fact.type == "enum":
        values = tuple((value, Text(value, value)) for value in fact.values)
        return Dimension(name, column, (*values, unknown), edges=tuple(range(1, len(values))))
    if fact.type == "bool":
        values = tuple((value, phrase(f"impact.segment.{value}")) for value in ("no", "yes"))
        return Dimension(name, column, (*values, unknown), edges=(1,))
    limits = tuple(edges) if edges is not None else _usual_edges(fact)
    bands = tuple(_band(fact, limits, place) for place in range(len(limits) + 1))
    return Dimension(name, column, (*bands, unknown), edges=limits)


def find_dimension(text: str, facts: Mapping[str, FactDeclaration]) -> Dimension:
    """Return the dimension that `--by` names: `FACT`, or `FACT:30,100,500` with edges.

    Raises `InvalidInput` SY703 for a fact that is not declared, SY701 for edges that are none.
    """
    name, _, listed = text.partition(":")
    if name not in facts:
        what = f"unknown fact {name!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(name, facts))])
    if not listed:
        return by_fact(name, facts[name])
    return by_fact(name, facts[name], _read_edges(listed, facts[name]))


def _read_edges(listed: str, fact: FactDeclaration) -> tuple[int, ...]:
    """Return the first values of the bands as scaled integers of the fact."""
    expected = "numbers that ascend, inside the fact's bounds, with commas between them"
    try:
        if fact.type == "date":
            expected = "days YYYY-MM-DD that ascend, with commas between them"
            days = [read_day(part) for part in listed.split(",")]
            edges = [] if None in days else [day.toordinal() for day in days if day is not None]
        elif fact.type in ("int", "decimal"):
            numbers = [parse_decimal(part.strip()) for part in listed.split(",")]
            edges = [to_scaled(number, fact.decimals) for number in numbers]
        elif fact.type == "records":
            edges = [int(part) for part in listed.split(",")]
        else:
            expected = f"no bands: {fact.id} has named values"
            edges = []
    except ValueError:
        edges = []
    low, high = (0, fact.max_records) if fact.type == "records" else (fact.low, fact.high)
    inside = all(low <= edge <= high for edge in edges)
    if not edges or edges != sorted(set(edges)) or not inside:
        what = f"{listed[:60]!r} does not say where bands of {fact.id} begin"
        raise InvalidInput([Problem("SY701", what, expected=expected)])
    return tuple(edges)


def _usual_edges(fact: FactDeclaration) -> tuple[int, ...]:
    if fact.type == "records":
        return tuple(range(1, min(fact.max_records, _SHARES) + 1))
    if fact.type == "date":
        first, last = (date.fromordinal(max(end, 1)).year for end in (fact.low, fact.high))
        years = [year for year in _YEARS if first < year <= last]
        return tuple(date(year, 1, 1).toordinal() for year in years)
    one = 10**fact.decimals
    if fact.unit == "share":
        return tuple(one * tenth // _SHARES for tenth in range(1, _SHARES))
    powers = (10**power * one for power in range(_MOST_POWERS))
    found = tuple(edge for edge in powers if fact.low < edge <= fact.high)
    if len(found) > 1 or fact.high - fact.low < _BANDS:
        return found
    step = (fact.high - fact.low) // _BANDS
    return tuple(fact.low + step * place for place in range(1, _BANDS))


def _band(fact: FactDeclaration, edges: Sequence[int], place: int) -> tuple[str, Text]:
    low = edges[place - 1] if place else None
    high = edges[place] if place < len(edges) else None
    if fact.type == "date":
        text = _days(low, high)
        return text, Text(text, text)
    whole = fact.type in ("int", "records")
    if low is None and high is None:
        return "all", phrase("impact.segment.all")
    if low is None:
        text = f"< {_number(fact, high or 0)}"
    elif high is None:
        text = f"≥ {_number(fact, low)}"
    elif whole and high - low == 1:
        text = _number(fact, low)
    else:
        text = f"{_number(fact, low)}–{_number(fact, high - 1 if whole else high)}"
    return text, Text(text, text)


def _days(low: int | None, high: int | None) -> str:
    """Return a band of days: a whole year by its number, else its ends."""
    if low is None:
        return f"< {date.fromordinal(high)}" if high else "…"
    first = date.fromordinal(low)
    if (first.month, first.day) == (1, 1) and (
        high is None or date.fromordinal(high).year == first.year + 1
    ):
        return str(first.year) if high else f"≥ {first.year}"
    return f"{first} – {date.fromordinal(high - 1)}" if high else f"≥ {first}"


def _number(fact: FactDeclaration, value: int) -> str:
    if fact.unit == "share" and fact.decimals >= 2:
        return f"{format_scaled(value, fact.decimals - 2, trim=True)}%"
    if fact.decimals == 0:
        return f"{value:,}"
    return format_scaled(value, fact.decimals, trim=True)
