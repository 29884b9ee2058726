"""Scoring populations: facts in columns to results, by the plans of a book.

    batches ─→ by kind of merchant ─→ columnar evaluator ─→ results
                        └─ no plan, or a required fact missing ─→ rejects

Every row of a batch ends in exactly one of the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Problem
from steelyard.evaluators.columnar import fact_column
from steelyard.intake import Merchant, Reject, missing_facts
from steelyard.model.facts import FactDeclaration
from steelyard.plan.codec import canonical_bytes, decode
from steelyard.plan.structure import Plan
from steelyard.population import Batch
from steelyard.results.codes import Texts
from steelyard.results.layout import Layout
from steelyard.results.reading import Reader
from steelyard.results.tables import Group, Scores
from steelyard.scoring.plans import KindPlan, PlanSet

NO_RULESET = "SY310"

Kind = tuple[str, str | None]
Flags = NDArray[np.bool_]


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


class PopulationScorer:
    """Scores batches under the plans of a book. `layout` is that of every result."""

    def __init__(self, plans: PlanSet) -> None:
        self._as_of = plans.as_of.toordinal()
        self._texts = Texts()
        self._problems: dict[Kind, tuple[Problem, ...]] = {}
        self._digests: dict[Kind, str] = {}
        self._scorer_of: dict[Kind, int] = {}
        self._scorers: list[_Scorer] = []
        decoded = [(one, _decoded(one)) for one in plans.plans]
        alike: dict[bytes, int] = {}
        for one, plan in decoded:
            kind = (one.industry, one.shop_type)
            if plan is None:
                self._problems[kind] = one.problems
                continue
            # kinds of one ruleset differ in what they were selected by, which no node reads
            rules = canonical_bytes(replace(plan, selection=()))
            if rules not in alike:
                alike[rules] = len(self._scorers)
                self._scorers.append(_scorer(plan, self._texts))
            self._digests[kind] = one.digest
            self._scorer_of[kind] = alike[rules]
        self.plans = tuple(one.reader.plan for one in self._scorers)
        self.layout = Layout.of(self.plans)

    def score(self, batch: Batch) -> ScoredBatch:
        """Score a batch. Raises `InvalidInput` for a kind whose ruleset is there and is wrong."""
        facts, size = batch.facts, batch.facts.height
        chosen = np.full(size, -1, dtype=np.int32)
        rejects = list(batch.rejects)
        for kind, here in _kinds(facts):
            if kind in self._scorer_of:
                chosen[here] = self._scorer_of[kind]
            else:
                rejects += self._without_plan(batch, kind, np.flatnonzero(here))
        for number, scorer in enumerate(self._scorers):
            lacking = (chosen == number) & _lacks(facts, scorer.required)
            if lacking.any():
                rejects += _without_facts(batch, np.flatnonzero(lacking), scorer.required)
                chosen[lacking] = -1
        scores = self._scores(facts, chosen)
        rejects.sort(key=lambda one: one.row)
        return ScoredBatch(batch.source, batch.rows, scores, tuple(rejects))

    def nothing(self) -> Scores:
        """Return the results of no merchants, for tables that still need their columns."""
        labels = {"merchant": pl.String, "industry": pl.String, "shop_type": pl.String}
        return self._scores(pl.DataFrame(schema=labels), np.zeros(0, dtype=np.int32))

    def _scores(self, facts: pl.DataFrame, chosen: NDArray[np.int32]) -> Scores:
        kept = chosen >= 0
        if not kept.all():
            facts, chosen = facts.filter(pl.Series(kept)), chosen[kept]
        groups: list[Group] = []
        for number, scorer in enumerate(self._scorers):
            rows = np.flatnonzero(chosen == number)
            if not len(rows):
                continue
            own = facts.select(name for name in scorer.facts if name in facts.columns)
            if len(rows) < facts.height:
                own = own.filter(pl.Series(chosen == number))
            columns = scorer.reader.read(own, self._as_of)
            groups.append(Group(scorer.reader.plan, rows, columns))
        return Scores(self._labels(facts), tuple(groups), tuple(self._texts.known))

    def _labels(self, facts: pl.DataFrame) -> pl.DataFrame:
        digests = pl.DataFrame(
            [(*kind, digest) for kind, digest in self._digests.items()],
            schema={"industry": pl.String, "shop_type": pl.String, "plan": pl.String},
            orient="row",
        )
        return facts.select("merchant", "industry", "shop_type").join(
            digests,
            on=["industry", "shop_type"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )

    def _without_plan(self, batch: Batch, kind: Kind, positions: NDArray[np.int64]) -> list[Reject]:
        problems = self._problems.get(kind, ())
        if any(problem.code != NO_RULESET for problem in problems):
            raise InvalidInput(problems)
        rejects: list[Reject] = []
        for name, row in _names(batch.facts, positions):
            placed = tuple(replace(problem, place=batch.place(row)) for problem in problems)
            rejects.append(Reject(name, row, placed))
        return rejects


def _decoded(one: KindPlan) -> Plan | None:
    return decode(Plan, one.content) if one.content else None


def _scorer(plan: Plan, texts: Texts) -> _Scorer:
    return _Scorer(
        reader=Reader(plan, texts),
        facts=tuple(fact_column(fact.id) for fact in plan.facts),
        required={fact.id: fact for fact in plan.facts if fact.required},
    )


def _kinds(facts: pl.DataFrame) -> list[tuple[Kind, Flags]]:
    """Return every kind of merchant in a batch, and where its merchants are."""
    found = facts.select("industry", "shop_type").unique().sort("industry", "shop_type").rows()
    return [
        (
            (industry, shop_type),
            facts.select(
                pl.col("industry").eq_missing(pl.lit(industry, pl.String))
                & pl.col("shop_type").eq_missing(pl.lit(shop_type, pl.String))
            )
            .to_series()
            .to_numpy(),
        )
        for industry, shop_type in found
    ]


def _lacks(facts: pl.DataFrame, required: dict[str, FactDeclaration]) -> Flags:
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
