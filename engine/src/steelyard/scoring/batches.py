"""Scoring populations: facts in columns to results, by the plans of a book.

    batches ─→ by kind of merchant ─→ columnar evaluator ─→ results
                        └─ no plan, or a required fact missing ─→ rejects

Every row of a batch ends in exactly one of the two. A kind of merchant has two arms while a version
is rolled out to it; in shadow, those in its part are computed under it too, beside their results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Problem
from steelyard.evaluators.columnar import fact_column
from steelyard.merchants.columns import Batch
from steelyard.merchants.rows import Merchant, Reject, missing_facts
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout, members
from steelyard.plan.codec import canonical_bytes, decode
from steelyard.plan.structure import Plan
from steelyard.scoring.arms import NO_RULESET
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
    """What became of every row of a batch: `rows` = scores.height + len(rejects)."""

    source: str
    rows: int
    scores: Scores
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class _Scorer:
    """A plan ready to evaluate, for the kinds of merchants that it is right for."""

    reader: Reader
    facts: tuple[str, ...]  # columns that the plan may read
    required: dict[str, FactDeclaration]


@dataclass(frozen=True, slots=True)
class _Arm:
    """The plan of a kind of merchant, inside a rollout or outside: its scorer by number.

    `scorer` is `NONE` where there is no plan, for the reason that `problems` give.
    """

    scorer: int
    digest: str
    problems: tuple[Problem, ...] = ()


class _Scorers:
    """Plans ready to evaluate, those with equal rules once."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.all: list[_Scorer] = []
        self._alike: dict[bytes, int] = {}

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan of each."""
        return tuple(one.reader.plan for one in self.all)

    def arm(self, one: KindPlan) -> _Arm:
        """Return the arm of a plan, which is made ready if none like it is."""
        plan = decode(Plan, one.content) if one.content else None
        if plan is None:
            return _Arm(NONE, "", one.problems)
        # kinds of one ruleset differ in what they were selected by, which no node reads
        rules = canonical_bytes(replace(plan, selection=()))
        if rules not in self._alike:
            self._alike[rules] = len(self.all)
            self.all.append(_scorer(plan, self.texts))
        return _Arm(self._alike[rules], one.digest)


class PopulationScorer:
    """Scores batches under the plans of a book. `layout` is that of every result.

    `plans` are those that can hold for a merchant, `shadows` those that are computed beside.
    """

    def __init__(self, plans: PlanSet) -> None:
        self._as_of = plans.as_of.toordinal()
        self._live, self._beside = _Scorers(), _Scorers()
        self._arms: list[_Arm] = []
        self._arm_of: dict[Kind, int] = {}
        self._rollouts: dict[Kind, tuple[Rollout, int]] = {}
        for one in plans.plans:
            kind = (one.industry, one.shop_type)
            self._arm_of[kind] = self._add(self._live.arm(one))
            if one.rollout is not None and one.rolled is not None:
                scorers = self._beside if one.rollout.shadow else self._live
                self._rollouts[kind] = (one.rollout, self._add(scorers.arm(one.rolled)))
        # the last is for merchants in no arm, whose number counts from the end
        self._scorer_of = np.array([*(one.scorer for one in self._arms), NONE], dtype=np.int32)
        self._digests = pl.Series([*(one.digest for one in self._arms), None], dtype=pl.String)
        self.plans, self.shadows = self._live.plans, self._beside.plans
        self.layout = Layout.of(self.plans, self.shadows)

    def _add(self, arm: _Arm) -> int:
        self._arms.append(arm)
        return len(self._arms) - 1

    def score(self, batch: Batch) -> ScoredBatch:
        """Score a batch. Raises `InvalidInput` for a kind whose ruleset is there and is wrong."""
        facts = batch.facts
        arms, beside = self._in_arms(facts)
        rejects = [*batch.rejects, *self._without_plan(batch, arms)]
        self._check_beside(beside)
        scorers = self._scorer_of[arms]
        for number, scorer in enumerate(self._live.all):
            lacking = (scorers == number) & lacks(facts, scorer.required)
            if lacking.any():
                rejects += _without_facts(batch, np.flatnonzero(lacking), scorer.required)
                arms[lacking] = NONE
        scorers = self._scorer_of[beside]
        for number, scorer in enumerate(self._beside.all):
            beside[(scorers == number) & lacks(facts, scorer.required)] = NONE
        arms[self._scorer_of[arms] == NONE] = NONE
        beside[self._scorer_of[beside] == NONE] = NONE
        scores = self._scores(facts, arms, beside)
        rejects.sort(key=lambda one: one.row)
        return ScoredBatch(batch.source, batch.rows, scores, tuple(rejects))

    def _in_arms(self, facts: pl.DataFrame) -> tuple[Numbers, Numbers]:
        """Return the number of the arm that every merchant is scored in, and computed beside."""
        arms = np.full(facts.height, NONE, dtype=np.int32)
        beside = arms.copy()
        for kind, here in _kinds(facts):
            arms[here] = self._arm_of[kind]
            if kind in self._rollouts:
                rollout, rolled = self._rollouts[kind]
                positions = np.flatnonzero(here)
                names = facts["merchant"][positions].to_list()
                inside = positions[np.array(members(rollout, names), dtype=np.bool_)]
                (beside if rollout.shadow else arms)[inside] = rolled
        return arms, beside

    def _without_plan(self, batch: Batch, arms: Numbers) -> list[Reject]:
        rejects: list[Reject] = []
        for number, arm in enumerate(self._arms):
            positions = np.flatnonzero(arms == number) if arm.scorer == NONE else ()
            if not len(positions):
                continue
            _check_wrong(arm)
            for name, row in _names(batch.facts, positions):
                placed = tuple(replace(one, place=batch.place(row)) for one in arm.problems)
                rejects.append(Reject(name, row, placed))
        return rejects

    def _check_beside(self, beside: Numbers) -> None:
        for number, arm in enumerate(self._arms):
            if arm.scorer == NONE and (beside == number).any():
                _check_wrong(arm)

    def nothing(self) -> Scores:
        """Return the results of no merchants, for tables that still need their columns."""
        labels = {"merchant": pl.String, "industry": pl.String, "shop_type": pl.String}
        none = np.zeros(0, dtype=np.int32)
        return self._scores(pl.DataFrame(schema=labels), none, none)

    def _scores(self, facts: pl.DataFrame, arms: Numbers, beside: Numbers) -> Scores:
        kept = arms != NONE
        if not kept.all():
            facts, arms, beside = facts.filter(pl.Series(kept)), arms[kept], beside[kept]
        labels = facts.select("merchant", "industry", "shop_type")
        labels = labels.with_columns(self._digests_at(arms).alias("plan"))
        shadows: tuple[Group, ...] = ()
        if self.shadows:
            labels = labels.with_columns(self._digests_at(beside).alias("shadow_plan"))
            shadows = self._groups(facts, beside, self._beside)
        groups = self._groups(facts, arms, self._live)
        return Scores(labels, groups, tuple(self._live.texts.known), shadows)

    def _digests_at(self, arms: Numbers) -> pl.Series:
        return self._digests.gather(np.where(arms == NONE, len(self._arms), arms))

    def _groups(self, facts: pl.DataFrame, arms: Numbers, scorers: _Scorers) -> tuple[Group, ...]:
        chosen = self._scorer_of[arms]
        groups: list[Group] = []
        for number, scorer in enumerate(scorers.all):
            rows = np.flatnonzero(chosen == number)
            if not len(rows):
                continue
            own = facts.select(name for name in scorer.facts if name in facts.columns)
            if len(rows) < facts.height:
                own = own.filter(pl.Series(chosen == number))
            columns = scorer.reader.read(own, self._as_of)
            groups.append(Group(scorer.reader.plan, rows, columns))
        return tuple(groups)


def _check_wrong(arm: _Arm) -> None:
    """Raise `InvalidInput` for a ruleset that is there and is wrong."""
    if any(problem.code != NO_RULESET for problem in arm.problems):
        raise InvalidInput(arm.problems)


def _scorer(plan: Plan, texts: Texts) -> _Scorer:
    return _Scorer(
        reader=Reader(plan, texts),
        facts=tuple(fact_column(fact.id) for fact in plan.facts),
        required={fact.id: fact for fact in plan.facts if fact.required},
    )


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
    given = batch.facts.select(fact_column(name) for name in columns)[positions].rows()
    rejects: list[Reject] = []
    for (name, row), values in zip(_names(batch.facts, positions), given, strict=True):
        present = {
            fact: value for fact, value in zip(columns, values, strict=True) if value is not None
        }
        merchant = Merchant(name, "", None, present, row, batch.place(row))
        rejects.append(Reject(name, row, tuple(missing_facts(merchant, required))))
    return rejects


def _names(facts: pl.DataFrame, positions: Sequence[int] | NDArray[np.int64]) -> list[tuple]:
    return facts.select("merchant", "row")[positions].rows()
