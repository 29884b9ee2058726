"""Scoring populations: facts in columns to results, by the plans of a book.

    batches ─→ by kind of merchant ─→ Polars evaluator ─→ results
                        └─ no plan, or a required fact missing ─→ rejects

Every row of a batch ends in exactly one of the two. A kind of merchant has two arms while a version
is rolled out to it; in shadow, those in its part are computed under it too, beside their results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput
from steelyard.evaluators.polars import fact_column
from steelyard.merchants.columns import Batch
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.rows import Merchant, Reject, missing_facts
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout, members
from steelyard.plan.codec import canonical_bytes
from steelyard.plan.structure import Plan
from steelyard.scoring.plans import KindPlan, PlanSet
from steelyard.scoring.results.codes import Texts
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.reading import Reader
from steelyard.scoring.results.tables import Group, Scores

NONE = -1  # the number of no arm and of no scorer

Kind = tuple[str, str | None]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """The results of a batch: `rows` = scores.height + len(rejects)."""

    origins: tuple[Origin, ...]
    rows: int
    scores: Scores
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class _Arm:
    """The plan of a kind of merchant, inside a rollout or outside: its reader by number.

    `reader` is `NONE` where there is no plan.
    """

    reader: int
    plan: KindPlan


class _Side(NamedTuple):
    """A side of a rollout, as results name it; both None where there is no rollout."""

    rollout: str | None
    arm: Literal["outside", "inside"] | None


class _PlanReaders:
    """Plans ready to evaluate; plans with equal rules share one reader."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.all: list[Reader] = []
        self._alike: dict[bytes, int] = {}

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan of each."""
        return tuple(reader.plan for reader in self.all)

    def arm(self, kind_plan: KindPlan) -> _Arm:
        """Return the arm of a plan, and prepare its reader unless there is one with equal rules."""
        plan = kind_plan.plan
        if plan is None:
            return _Arm(NONE, kind_plan)
        # kinds of one ruleset differ in their selection, which no node reads
        rules = canonical_bytes(replace(plan, selection=()))
        if rules not in self._alike:
            self._alike[rules] = len(self.all)
            self.all.append(Reader(plan, self.texts))
        return _Arm(self._alike[rules], kind_plan)


class PopulationScorer:
    """A scorer of batches under the plans of a book. `layout` is that of every result.

    `plans` are those that can hold for a merchant, `shadows` are in addition computed in shadow.
    """

    def __init__(self, plans: PlanSet) -> None:
        self._as_of, self._scene = plans.as_of, plans.scene
        self._live, self._beside = _PlanReaders(), _PlanReaders()
        self._arms: list[_Arm] = []
        self._arm_of: dict[Kind, int] = {}
        self._rollouts: dict[Kind, tuple[Rollout, int]] = {}
        self._sides: list[_Side] = [_Side(None, None)]
        self._side_of: dict[Kind, int] = {}  # the side outside; the next is that inside
        for plan in plans.plans:
            kind = (plan.industry, plan.shop_type)
            self._arm_of[kind] = self._add(self._live.arm(plan))
            if plan.rollout is not None and plan.inside is not None:
                readers = self._beside if plan.rollout.shadow else self._live
                self._rollouts[kind] = (plan.rollout, self._add(readers.arm(plan.inside)))
                self._side_of[kind] = len(self._sides)
                name = plan.rollout.ruleset
                self._sides += [_Side(name, "outside"), _Side(name, "inside")]
        # the last is for merchants in no arm, whose number counts from the end
        self._reader_of = np.array([*(arm.reader for arm in self._arms), NONE], dtype=np.int32)
        digests = [*(arm.plan.digest for arm in self._arms), None]
        self._digests = pl.Series(digests, dtype=pl.String)
        self.plans, self.shadows = self._live.plans, self._beside.plans
        self.layout = Layout.of(self.plans, self.shadows)

    def _add(self, arm: _Arm) -> int:
        self._arms.append(arm)
        return len(self._arms) - 1

    def score(self, batch: Batch) -> ScoredBatch:
        """Score a batch. Raises `InvalidInput` for a kind whose ruleset has problems."""
        facts = batch.facts
        arms, beside, sides = self._in_arms(facts)
        rejects = [*batch.rejects, *self._without_plan(batch, arms)]
        self._check_beside(beside)
        readers = self._reader_of[arms]
        for number, reader in enumerate(self._live.all):
            lacking = (readers == number) & lacks(facts, reader.required)
            if lacking.any():
                rejects += _without_facts(batch, np.flatnonzero(lacking), reader.required)
                arms[lacking] = NONE
        readers = self._reader_of[beside]
        for number, reader in enumerate(self._beside.all):
            beside[(readers == number) & lacks(facts, reader.required)] = NONE
        arms[self._reader_of[arms] == NONE] = NONE
        beside[self._reader_of[beside] == NONE] = NONE
        scores = self._scores(facts, arms, beside, sides)
        rejects.sort(key=lambda one: one.row)
        return ScoredBatch(batch.origins, batch.rows, scores, tuple(rejects))

    def _in_arms(self, facts: pl.DataFrame) -> tuple[Numbers, Numbers, Numbers]:
        """Return for each merchant the numbers of its arm, of its shadow arm, and of its side.

        The shadow arm is `NONE` where there is none.
        """
        arms = np.full(facts.height, NONE, dtype=np.int32)
        beside, sides = arms.copy(), np.zeros(facts.height, dtype=np.int32)
        for kind, here in _kinds(facts):
            arms[here] = self._arm_of[kind]
            if kind in self._rollouts:
                rollout, rolled = self._rollouts[kind]
                positions = np.flatnonzero(here)
                names = facts["merchant"][positions].to_list()
                inside = positions[np.array(members(rollout, names), dtype=np.bool_)]
                (beside if rollout.shadow else arms)[inside] = rolled
                sides[positions] = self._side_of[kind]
                sides[inside] += 1
        return arms, beside, sides

    def _without_plan(self, batch: Batch, arms: Numbers) -> list[Reject]:
        rejects: list[Reject] = []
        for number, arm in enumerate(self._arms):
            positions = np.flatnonzero(arms == number) if arm.reader == NONE else ()
            if not len(positions):
                continue
            _check_wrong(arm)
            for name, row in _names(batch.facts, positions):
                placed = tuple(
                    replace(problem, place=batch.place(row)) for problem in arm.plan.problems
                )
                rejects.append(Reject(name, row, placed))
        return rejects

    def _check_beside(self, beside: Numbers) -> None:
        for number, arm in enumerate(self._arms):
            if arm.reader == NONE and (beside == number).any():
                _check_wrong(arm)

    def nothing(self) -> Scores:
        """Return the results of no merchants, for tables that still need their columns."""
        labels = {"merchant": pl.String, "industry": pl.String, "shop_type": pl.String}
        none = np.zeros(0, dtype=np.int32)
        return self._scores(pl.DataFrame(schema=labels), none, none, none)

    def _scores(
        self, facts: pl.DataFrame, arms: Numbers, beside: Numbers, sides: Numbers
    ) -> Scores:
        kept = arms != NONE
        if not kept.all():
            facts, arms, beside = facts.filter(pl.Series(kept)), arms[kept], beside[kept]
            sides = sides[kept]
        known = dict.fromkeys(_Side._fields, pl.String)
        labels = facts.select("merchant", "industry", "shop_type").hstack(
            pl.DataFrame(self._sides, schema=known, orient="row")[sides]
        )
        labels = labels.with_columns(self._digests_at(arms).alias("plan"))
        shadows: tuple[Group, ...] = ()
        if self.shadows:
            labels = labels.with_columns(self._digests_at(beside).alias("shadow_plan"))
            shadows = self._groups(facts, beside, self._beside)
        groups = self._groups(facts, arms, self._live)
        texts = tuple(self._live.texts.known)
        return Scores(self._as_of, self._scene, labels, groups, texts, shadows)

    def _digests_at(self, arms: Numbers) -> pl.Series:
        return self._digests.gather(np.where(arms == NONE, len(self._arms), arms))

    def _groups(
        self, facts: pl.DataFrame, arms: Numbers, readers: _PlanReaders
    ) -> tuple[Group, ...]:
        chosen = self._reader_of[arms]
        groups: list[Group] = []
        for number, reader in enumerate(readers.all):
            rows = np.flatnonzero(chosen == number)
            if not len(rows):
                continue
            # the name is there for merchants that give no fact: no columns would be no rows
            given = (name for name in reader.facts if name in facts.columns)
            own = facts.select("merchant", *given)
            if len(rows) < facts.height:
                own = own.filter(pl.Series(chosen == number))
            groups.append(Group(reader.plan, rows, reader.read(own, self._as_of.toordinal())))
        return tuple(groups)


def _check_wrong(arm: _Arm) -> None:
    """Raise `InvalidInput` for a ruleset that has problems."""
    if arm.plan.is_wrong:
        raise InvalidInput(arm.plan.problems)


def _kinds(facts: pl.DataFrame) -> list[tuple[Kind, Flags]]:
    """Return every kind of merchant in a batch, and where its merchants are."""
    kinds = facts.select("industry", "shop_type").unique().sort("industry", "shop_type").rows()
    return [(kind, of_kind(facts, kind)) for kind in kinds]


def of_kind(facts: pl.DataFrame, kind: Kind) -> Flags:
    """Return the merchants of one industry and shop type."""
    industry, shop_type = kind
    chosen = facts.select(
        pl.col("industry").eq_missing(pl.lit(industry, pl.String))
        & pl.col("shop_type").eq_missing(pl.lit(shop_type, pl.String))
    )
    return chosen.to_series().to_numpy()


def lacks(facts: pl.DataFrame, required: Mapping[str, FactDeclaration]) -> Flags:
    """Return where a required fact is absent."""
    lacking = np.zeros(facts.height, dtype=np.bool_)
    for name in required:
        column = fact_column(name)
        if column not in facts.columns:
            lacking[:] = True
        elif facts[column].null_count():
            lacking |= facts[column].is_null().to_numpy()
    return lacking


def _without_facts(
    batch: Batch, positions: NDArray[np.int64], required: dict[str, FactDeclaration]
) -> list[Reject]:
    columns = [name for name in required if fact_column(name) in batch.facts.columns]
    own = ("merchant", "row", *(fact_column(name) for name in columns))
    rejects: list[Reject] = []
    for name, row, *values in batch.facts.select(own)[positions].rows():
        present = {
            fact: value for fact, value in zip(columns, values, strict=True) if value is not None
        }
        merchant = Merchant(name, "", None, present, row, batch.place(row))
        rejects.append(Reject(name, row, tuple(missing_facts(merchant, required))))
    return rejects


def _names(facts: pl.DataFrame, positions: Sequence[int] | NDArray[np.int64]) -> list[tuple]:
    return facts.select("merchant", "row")[positions].rows()
