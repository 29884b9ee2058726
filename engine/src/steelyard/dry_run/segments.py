"""Segments: parts of a population told apart by what merchants are, or by a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.evaluators.columnar import fact_column
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text

UNKNOWN = Text("unknown", "未知")
_SHARES = 10  # bands of a share
_MOST_POWERS = 18


@dataclass(frozen=True, slots=True)
class Dimension:
    """How merchants are told apart: the last segment is those of whom nothing is known.

    `column` is the column of facts to look at; texts are found in `texts`, numbers between `edges`.
    """

    id: str
    title: Text
    column: str
    segments: tuple[tuple[str, Text], ...]
    texts: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()

    def codes(self, facts: pl.DataFrame) -> NDArray[np.int64]:
        """Return the segment of every merchant, as a place in `segments`."""
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


def by_label(name: str, title: Text, labels: Mapping[str, Text]) -> Dimension:
    """Return the dimension of an industry or shop type."""
    segments = (*labels.items(), ("", UNKNOWN))
    return Dimension(name, title, name, segments, texts=tuple(labels))


def by_fact(
    name: str, fact: FactDeclaration, edges: Sequence[int] | None = None, title: Text | None = None
) -> Dimension:
    """Return the dimension of a fact: its values, or bands of its numbers.

    Without edges (in the fact's own unit), a share has ten bands, another number powers of ten, a
    date its years.
    """
    title = title or fact.title
    column = fact_column(fact.id)
    if fact.type == "enum":
        named = tuple((value, Text(value, value)) for value in fact.values)
        limits = tuple(range(1, len(fact.values)))
        return Dimension(name, title, column, (*named, ("", UNKNOWN)), edges=limits)
    if fact.type == "bool":
        yes_or_no = (("no", Text("no", "否")), ("yes", Text("yes", "是")), ("", UNKNOWN))
        return Dimension(name, title, column, yes_or_no, edges=(1,))
    if edges is not None:
        limits = tuple(edge * 10**fact.decimals for edge in edges)
    else:
        limits = _usual_edges(fact)
    bands = tuple(_band(fact, limits, place) for place in range(len(limits) + 1))
    return Dimension(name, title, column, (*bands, ("", UNKNOWN)), edges=limits)


def find_dimension(text: str, facts: Mapping[str, FactDeclaration]) -> Dimension:
    """Return the dimension that `--by` names: `FACT`, or `FACT:30,100,500` with edges.

    Raises `InvalidInput` SY703 for a fact that nobody declares, SY701 for edges that are none.
    """
    name, _, listed = text.partition(":")
    if name not in facts:
        what = f"nobody declares a fact called {name!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(name, facts))])
    edges: list[int] | None = None
    if listed:
        try:
            edges = [int(part) for part in listed.split(",")]
        except ValueError:
            edges = []
        if not edges or edges != sorted(set(edges)):
            what = f"{listed!r} does not say where bands begin"
            expected = "whole numbers that ascend, with commas between them"
            raise InvalidInput([Problem("SY701", what, expected=expected)])
    return by_fact(name, facts[name], edges)


def _usual_edges(fact: FactDeclaration) -> tuple[int, ...]:
    if fact.type == "records":
        return tuple(range(1, min(fact.max_records, _SHARES) + 1))
    if fact.type == "date":
        first, last = (date.fromordinal(max(end, 1)).year for end in (fact.low, fact.high))
        years = range(max(first, last - _MOST_POWERS) + 1, last + 1)
        return tuple(date(year, 1, 1).toordinal() for year in years)
    one = 10**fact.decimals
    if fact.unit == "share":
        return tuple(one * tenth // _SHARES for tenth in range(1, _SHARES))
    powers = (10**power * one for power in range(_MOST_POWERS))
    return tuple(edge for edge in powers if fact.low < edge <= fact.high)


def _band(fact: FactDeclaration, edges: Sequence[int], place: int) -> tuple[str, Text]:
    low = edges[place - 1] if place else None
    high = edges[place] if place < len(edges) else None
    if fact.type == "date":
        year = date.fromordinal(low if low is not None else (high or 2) - 1).year
        text = str(year) if low is not None else f"≤ {year}"
        return text, Text(text, text)
    whole = fact.type in ("int", "records")
    if low is None:
        text = f"< {_number(fact, high or 0)}"
    elif high is None:
        text = f"≥ {_number(fact, low)}"
    elif whole and high - low == 1:
        text = _number(fact, low)
    else:
        text = f"{_number(fact, low)}–{_number(fact, high - 1 if whole else high)}"
    return text, Text(text, text)


def _number(fact: FactDeclaration, value: int) -> str:
    if fact.unit == "share" and fact.decimals >= 2:
        return f"{format_scaled(value, fact.decimals - 2, trim=True)}%"
    if fact.decimals == 0:
        return f"{value:,}"
    return format_scaled(value, fact.decimals, trim=True)
