"""Tables of results: one row per merchant, nested or flat, and the long form, one row per item.

All numbers have as many decimals as the plan of the run with the most decimals, so that a column
has the same type in every run of a book.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import CUT_STAGES, CutStage, Plan
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

    `labels` has the columns merchant, industry, shop_type, rollout, arm and plan (its digest), in
    the order of the input; `texts` are those that reasons, badges and benefits number. `shadows`
    are the results of those merchants that are computed under a version in shadow too; where a run
    has such a version, `labels` has shadow_plan.
    """

    as_of: date
    scene: str | None
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

    known, tiers, above = each.tiers()
    labels = scores.labels.to_arrow()
    none = np.zeros(scores.height, dtype=np.int8)
    columns = {
        "merchant": labels["merchant"],
        "industry": labels["industry"],
        "shop_type": labels["shop_type"],
        "as_of": pa.repeat(pa.scalar(scores.as_of, pa.date32()), scores.height),
        "scene": words(none, [scores.scene or ""], none == (0 if scores.scene else 1)),
        "status": words((~scored).astype(np.int8), ("scored", "no_score")),
        "score": decimals(
            each.shown(lambda one: one.score, layout.display_factor),
            layout.display_decimals,
            scored,
        ),
        "tier": words(tiers, known, scored & (tiers >= 0)),
        "next_tier": words(above, known, scored & (above >= 0)),
        "to_next_tier": decimals(
            each.shown(lambda one: one.to_next_tier, layout.display_factor),
            layout.display_decimals,
            scored & (above >= 0),
        ),
        "unclamped": number(lambda one: one.unclamped, scored),
        "unrounded": number(lambda one: one.unrounded, scored),
        "base": number(lambda one: one.base, based),
        "bonus": number(lambda one: one.bonus, scored),
        "deductions_total": number(lambda one: one.deductions_total, scored),
        "dimensions": _dimensions(scores, layout),
        "items": _parts(scores, layout, scored, lambda score: score.items),
        "deductions": _parts(scores, layout, scored, lambda score: score.deductions),
        "badges": words(each.over(lambda one: one.badges, np.int32), scores.texts),
        "benefits": words(each.over(lambda one: one.benefits, np.int32), scores.texts),
        "reasons": words(each.over(lambda one: one.reasons, np.int32), scores.texts),
        "ruleset": each.rulesets(),
        "rollout": labels["rollout"],
        "arm": labels["arm"],
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
    values = each.shown(
        lambda one: one.score, lambda plan: 10 ** (decimals_beside - plan.display_decimals)
    )
    known, tiers, _ = each.tiers()
    return {
        "shadow_score": decimals(values, decimals_beside, scored),
        "shadow_tier": words(tiers, known, scored & (tiers >= 0)),
        "shadow_plan": scores.labels["shadow_plan"].to_arrow(),
    }


def item_table(scores: Scores, layout: Layout) -> pa.Table:
    """Return the long form: for each merchant a row for each item, then for each deduction."""
    scored = _Spread(scores).over(lambda one: one.has_score, np.bool_)
    parts = _AllParts(scores, layout, scored, lambda score: (*score.items, *score.deductions))
    lengths = parts.lengths
    kinds = np.zeros(int(lengths.sum()), dtype=np.int8)
    _, base = _starts(lengths)
    for group in scores.groups:
        for place in range(len(group.columns.deductions)):
            kinds[base[group.rows] + len(group.columns.items) + place] = 1
    rows = np.repeat(np.arange(scores.height), lengths)
    columns = {
        "merchant": words(rows, scores.labels["merchant"].to_list()),
        "part": words(kinds, ("item", "deduction")),
        **parts.fields(),
        **{stage: parts.taken(stage) for stage in CUT_STAGES},
        "reasons": parts.reasons(),
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

    def shown(self, pick: Pick, factor: Callable[[Plan], int]) -> Numbers:
        """Return numbers as displayed, each multiplied by its plan's factor."""
        values = np.zeros(self._height, dtype=np.int64)
        for group in self._groups:
            values[group.rows] = pick(group.columns) * factor(group.plan)
        return values

    def tiers(self) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
        """Return all tiers, and the numbers of every merchant's tier and of the next tier above.

        A number is -1 where there is no such tier.
        """
        known: dict[str, int] = {}
        values, above = (np.full(self._height, -1, dtype=np.int32) for _ in range(2))
        for group in self._groups:
            if group.columns.tier is not None:
                total = group.plan.total
                assert total.tier is not None
                names = group.plan.nodes[total.tier].type.values
                # the empty name is below every tier
                numbers = [known.setdefault(name, len(known)) if name else -1 for name in names]
                values[group.rows] = np.array(numbers, np.int32)[group.columns.tier]
                above[group.rows] = np.array([-1, *numbers[:-1]], np.int32)[group.columns.tier]
        return list(known), values, above

    def rulesets(self) -> pa.Array:
        """Return `ruleset@version` of every merchant."""
        known: dict[str, int] = {}
        values = np.zeros(self._height, dtype=np.int32)
        for group in self._groups:
            name = group.plan.name
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
    every = _AllParts(scores, layout, scored, parts)
    fields = {**every.fields(), "cuts": every.cuts(), "reasons": every.reasons()}
    return lists(every.lengths, pa.StructArray.from_arrays(list(fields.values()), list(fields)))


class _AllParts:
    """The parts of all merchants, one after another; `lengths` has how many each merchant has."""

    def __init__(self, scores: Scores, layout: Layout, scored: Flags, parts: Parts) -> None:
        self.lengths, base = _starts(_lengths(scores, parts))
        self._layout, self._texts = layout, scores.texts
        self._size = int(self.lengths.sum())
        self._valid = None if scored.all() else np.repeat(scored, self.lengths)
        self._placed = [
            (base[group.rows] + place, one, layout.factor(group.plan))
            for group in scores.groups
            for place, one in enumerate(parts(group.columns))
        ]

    def fields(self) -> dict[str, pa.Array]:
        """Return ids, outcomes and points."""
        known = (*self._layout.items, *self._layout.deductions)
        place_of = {name: place for place, name in enumerate(known)}
        return {
            "item": words(self._over(lambda one: place_of[one.id], np.int32), known),
            "outcome": words(self._over(lambda one: one.outcome, np.uint8), ITEM_OUTCOMES),
            "points": self._points(lambda one: one.points),
            "points_before_caps": self._points(lambda one: one.points_before_caps),
        }

    def taken(self, stage: CutStage) -> pa.Array:
        """Return the points that a stage took from each part."""
        return self._points(lambda one: dict(one.cuts).get(stage, 0))

    def cuts(self) -> pa.Array:
        """Return lists of the stages that took points, with the points."""
        here: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        stages: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        values: list[Numbers] = [np.zeros(0, np.int64)]
        for at, one, factor in self._placed:
            for stage, taken in one.cuts:
                rows = np.flatnonzero(taken)
                here.append(at[rows])
                stages.append(np.full(len(rows), CUT_STAGES.index(stage)))
                values.append(taken[rows] * factor)
        place, stage = np.concatenate(here), np.concatenate(stages)
        order = np.lexsort((stage, place))
        fields = [
            words(stage[order], CUT_STAGES),
            decimals(np.concatenate(values)[order], self._layout.decimals),
        ]
        lengths = np.bincount(place, minlength=self._size)
        return lists(lengths, pa.StructArray.from_arrays(fields, ["cap", "points"]))

    def reasons(self) -> pa.Array:
        """Return why the parts do not give more."""
        return words(self._over(lambda one: one.reasons, np.int32), self._texts)

    def _points(self, pick: Callable[[PartColumns], Numbers | int]) -> pa.Array:
        values = np.zeros(self._size, np.int64)
        for at, one, factor in self._placed:
            values[at] = pick(one) * factor
        return decimals(values, self._layout.decimals, self._valid)

    def _over(
        self, pick: Callable[[PartColumns], NDArray | int], kind: type[np.generic]
    ) -> NDArray:
        values = np.zeros(self._size, kind)
        for at, one, _ in self._placed:
            values[at] = pick(one)
        return values


def _flat_part(
    prefix: str, scores: Scores, layout: Layout, scored: Flags, parts: Parts, name: str
) -> dict[str, pa.Array]:
    size = scores.height
    there, outcome = np.zeros(size, np.bool_), np.zeros(size, np.uint8)
    stages = layout.stages[name]
    points = {
        field: np.zeros(size, np.int64) for field in ("points", "points_before_caps", *stages)
    }
    reasons = np.zeros(size, np.int32)
    for group in scores.groups:
        factor = layout.factor(group.plan)
        for part in parts(group.columns):
            if part.id == name:
                there[group.rows] = True
                outcome[group.rows] = part.outcome
                points["points"][group.rows] = part.points * factor
                points["points_before_caps"][group.rows] = part.points_before_caps * factor
                for stage, taken in part.cuts:
                    points[stage][group.rows] = taken * factor
                reasons[group.rows] = part.reasons
    valid = there & scored
    return {
        f"{prefix}.outcome": words(outcome, ITEM_OUTCOMES, there),
        **{
            f"{prefix}.{field}": decimals(values, layout.decimals, valid)
            for field, values in points.items()
        },
        f"{prefix}.reasons": words(reasons, scores.texts, there),
    }
