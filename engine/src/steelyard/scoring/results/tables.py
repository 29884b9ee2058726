"""Tables of results: one row per merchant, nested or flat, and the long form, one row per item.

All numbers have as many decimals as the plan of the run with the most decimals, so that a column
has the same type in every run of a book.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Plan
from steelyard.scoring.results.arrays import decimals, lists, to_frame, words
from steelyard.scoring.results.codes import Flags
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.reading import Columns, Numbers, PartColumns


@dataclass(frozen=True, slots=True)
class Group:
    """Results of those merchants of a batch that one plan scored; `rows` are their positions."""

    plan: Plan
    rows: NDArray[np.int64]
    columns: Columns


@dataclass(frozen=True, slots=True)
class Scores:
    """The results of a batch: who the merchants are, and groups that cover every position once.

    `labels` has the columns merchant, industry, shop_type and plan (its digest), in the order of
    the input; `texts` are those that reasons and badges number. `shadows` are the results of those
    merchants that are computed under a version in shadow too; where a run has such a version,
    `labels` has shadow_plan.
    """

    labels: pl.DataFrame
    groups: tuple[Group, ...]
    texts: tuple[str, ...]
    shadows: tuple[Group, ...] = ()

    @property
    def height(self) -> int:
        """The number of merchants."""
        return self.labels.height


Pick = Callable[[Columns], NDArray]


def merchant_table(scores: Scores, layout: Layout) -> pa.Table:
    """Return a row a merchant, with lists of dimensions, items and deductions."""
    each = _Spread(scores)
    scored = each.over(lambda one: one.has_score, np.bool_)
    based = each.over(lambda one: one.has_base, np.bool_)

    def number(pick: Pick, valid: Flags) -> pa.Array:
        return decimals(each.points(pick, layout), layout.decimals, valid)

    tiers, reached = each.tiers()
    labels = scores.labels.to_arrow()
    columns = {
        "merchant": labels["merchant"],
        "industry": labels["industry"],
        "shop_type": labels["shop_type"],
        "status": words((~scored).astype(np.int8), ("scored", "no_score")),
        "score": decimals(each.score(layout.display_factor), layout.display_decimals, scored),
        "tier": words(tiers, reached, scored & (tiers >= 0)),
        "unrounded": number(lambda one: one.unrounded, scored),
        "base": number(lambda one: one.base, based),
        "bonus": number(lambda one: one.bonus, scored),
        "deductions_total": number(lambda one: one.deductions_total, scored),
        "dimensions": _dimensions(scores, layout),
        "items": _parts(scores, layout, scored, lambda score: score.items),
        "deductions": _parts(scores, layout, scored, lambda score: score.deductions),
        "badges": words(each.over(lambda one: one.badges, np.int32), scores.texts),
        "reasons": words(each.over(lambda one: one.reasons, np.int32), scores.texts),
        "ruleset": each.rulesets(),
        "plan": labels["plan"],
        **_shadow(scores, layout),
    }
    return pa.table(columns)


def _shadow(scores: Scores, layout: Layout) -> dict[str, pa.Array]:
    """Return the columns of shadow results; none if no plan is in shadow."""
    decimals_beside = layout.shadow_decimals
    if decimals_beside is None:
        return {}
    each = _Spread(scores, scores.shadows)
    scored = each.over(lambda one: one.has_score, np.bool_)
    values = each.score(lambda plan: 10 ** (decimals_beside - plan.display_decimals))
    tiers, reached = each.tiers()
    return {
        "shadow_score": decimals(values, decimals_beside, scored),
        "shadow_tier": words(tiers, reached, scored & (tiers >= 0)),
        "shadow_plan": scores.labels["shadow_plan"].to_arrow(),
    }


def item_table(scores: Scores, layout: Layout) -> pa.Table:
    """Return the long form: for each merchant a row for each item, then for each deduction."""
    scored = _Spread(scores).over(lambda one: one.has_score, np.bool_)
    lengths, fields = _flat_parts(
        scores, layout, scored, lambda score: (*score.items, *score.deductions)
    )
    kinds = np.zeros(int(lengths.sum()), dtype=np.int8)
    _, base = _starts(lengths)
    for group in scores.groups:
        for place in range(len(group.columns.deductions)):
            kinds[base[group.rows] + len(group.columns.items) + place] = 1
    rows = np.repeat(np.arange(scores.height), lengths)
    columns = {
        "merchant": words(rows, scores.labels["merchant"].to_list()),
        "part": words(kinds, ("item", "deduction")),
        **dict(zip(_PART_FIELDS, fields, strict=True)),
    }
    return pa.table(columns)


def flat_frame(scores: Scores, layout: Layout) -> pl.DataFrame:
    """Return a row a merchant with a column for each field of each part of all the run's plans.

    A part that a merchant's plan does not have is null.
    """
    nested = merchant_table(scores, layout)
    plain = [name for name in nested.column_names if name not in _NESTED]
    frame = to_frame(nested.select(plain))
    each = _Spread(scores)
    scored = each.over(lambda one: one.has_score, np.bool_)
    columns: dict[str, pa.Array] = {}
    for name in layout.dimensions:
        values, valid = np.zeros(scores.height, np.int64), np.zeros(scores.height, np.bool_)
        for group in scores.groups:
            for dimension in group.columns.dimensions:
                if dimension.id == name:
                    factor = layout.dimension_factor(group.plan, name)
                    values[group.rows] = dimension.score * factor
                    valid[group.rows] = dimension.assessed
        columns[f"dimension.{name}"] = decimals(values, layout.dimension_decimals, valid)
    for kind, parts in _KINDS:
        for name in layout.ids(kind):
            columns |= _flat_part(f"{kind}.{name}", scores, layout, scored, parts, name)
    return frame.hstack(to_frame(pa.table(columns)).get_columns())


Parts = Callable[[Columns], Sequence[PartColumns]]

_NESTED = ("dimensions", "items", "deductions")
_KINDS: tuple[tuple[str, Parts], ...] = (
    ("item", lambda one: one.items),
    ("deduction", lambda one: one.deductions),
)
_PART_FIELDS = ("item", "outcome", "points", "points_before_caps", "reasons")


class _Spread:
    """A writer of the values of groups in input order; `groups` are those of scores or others."""

    def __init__(self, scores: Scores, groups: Sequence[Group] | None = None) -> None:
        self._height = scores.height
        self._groups = scores.groups if groups is None else groups

    def over(self, pick: Pick, kind: type[np.generic]) -> NDArray:
        """Return one value a merchant."""
        values = np.zeros(self._height, dtype=kind)
        for group in self._groups:
            values[group.rows] = pick(group.columns)
        return values

    def points(self, pick: Pick, layout: Layout) -> Numbers:
        """Return numbers with the run's decimals."""
        values = np.zeros(self._height, dtype=np.int64)
        for group in self._groups:
            values[group.rows] = pick(group.columns) * layout.factor(group.plan)
        return values

    def score(self, factor: Callable[[Plan], int]) -> Numbers:
        """Return the displayed scores, each multiplied by its plan's factor."""
        values = np.zeros(self._height, dtype=np.int64)
        for group in self._groups:
            values[group.rows] = group.columns.score * factor(group.plan)
        return values

    def tiers(self) -> tuple[NDArray[np.int32], list[str]]:
        """Return the number of every merchant's tier among all tiers; -1 where there is none."""
        known: dict[str, int] = {}
        values = np.full(self._height, -1, dtype=np.int32)
        for group in self._groups:
            if group.columns.tier is not None:
                total = group.plan.total
                assert total.tier is not None
                names = group.plan.nodes[total.tier].type.values
                # the empty name is below every tier
                numbers = [known.setdefault(name, len(known)) if name else -1 for name in names]
                values[group.rows] = np.array(numbers, np.int32)[group.columns.tier]
        return values, list(known)

    def rulesets(self) -> pa.Array:
        """Return `ruleset@version` of every merchant."""
        known: dict[str, int] = {}
        values = np.zeros(self._height, dtype=np.int32)
        for group in self._groups:
            name = f"{group.plan.ruleset}@{group.plan.version}"
            values[group.rows] = known.setdefault(name, len(known))
        return words(values, list(known))


def _dimensions(scores: Scores, layout: Layout) -> pa.Array:
    lengths, base = _starts(_lengths(scores, lambda score: score.dimensions))
    size = int(lengths.sum())
    names = np.zeros(size, np.int32)
    values, valid = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    for group in scores.groups:
        at = base[group.rows]
        for place, one in enumerate(group.columns.dimensions):
            names[at + place] = layout.dimensions.index(one.id)
            values[at + place] = one.score * layout.dimension_factor(group.plan, one.id)
            valid[at + place] = one.assessed
    fields = [words(names, layout.dimensions), decimals(values, layout.dimension_decimals, valid)]
    return lists(lengths, pa.StructArray.from_arrays(fields, ["dimension", "score"]))


def _lengths(scores: Scores, parts: Callable[[Columns], Sequence[object]]) -> NDArray[np.int64]:
    """Return how many parts each merchant has."""
    lengths = np.zeros(scores.height, dtype=np.int64)
    for group in scores.groups:
        lengths[group.rows] = len(parts(group.columns))
    return lengths


def _starts(lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lengths again, and where each merchant's parts start in a flat array."""
    return lengths, np.cumsum(lengths) - lengths


def _parts(scores: Scores, layout: Layout, scored: Flags, parts: Parts) -> pa.Array:
    lengths, fields = _flat_parts(scores, layout, scored, parts)
    return lists(lengths, pa.StructArray.from_arrays(fields, list(_PART_FIELDS)))


def _flat_parts(
    scores: Scores, layout: Layout, scored: Flags, parts: Parts
) -> tuple[NDArray[np.int64], list[pa.Array]]:
    """Return how many parts each merchant has, and the fields of all of them."""
    lengths, base = _starts(_lengths(scores, parts))
    size = int(lengths.sum())
    known = (*layout.items, *layout.deductions)
    place_of = {name: place for place, name in enumerate(known)}
    names, outcome = np.zeros(size, np.int32), np.zeros(size, np.uint8)
    reasons = np.zeros(size, np.int32)
    points, before = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for group in scores.groups:
        at, factor = base[group.rows], layout.factor(group.plan)
        for place, one in enumerate(parts(group.columns)):
            here = at + place
            names[here] = place_of[one.id]
            outcome[here] = one.outcome
            points[here] = one.points * factor
            before[here] = one.points_before_caps * factor
            reasons[here] = one.reasons
    valid = None if scored.all() else np.repeat(scored, lengths)
    return lengths, [
        words(names, known),
        words(outcome, ITEM_OUTCOMES),
        decimals(points, layout.decimals, valid),
        decimals(before, layout.decimals, valid),
        words(reasons, scores.texts),
    ]


def _flat_part(
    prefix: str, scores: Scores, layout: Layout, scored: Flags, parts: Parts, name: str
) -> dict[str, pa.Array]:
    size = scores.height
    there, outcome = np.zeros(size, np.bool_), np.zeros(size, np.uint8)
    points, before = np.zeros(size, np.int64), np.zeros(size, np.int64)
    reasons = np.zeros(size, np.int32)
    for group in scores.groups:
        factor = layout.factor(group.plan)
        for part in parts(group.columns):
            if part.id == name:
                there[group.rows] = True
                outcome[group.rows] = part.outcome
                points[group.rows] = part.points * factor
                before[group.rows] = part.points_before_caps * factor
                reasons[group.rows] = part.reasons
    return {
        f"{prefix}.outcome": words(outcome, ITEM_OUTCOMES, there),
        f"{prefix}.points": decimals(points, layout.decimals, there & scored),
        f"{prefix}.points_before_caps": decimals(before, layout.decimals, there & scored),
        f"{prefix}.reasons": words(reasons, scores.texts, there),
    }
