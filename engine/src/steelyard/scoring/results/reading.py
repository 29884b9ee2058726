"""A reader of traces in columns: the result of every part of the score, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.evaluators.polars import fact_column, prepare, trace_column
from steelyard.model.outcomes import ITEM_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.plan.structure import CutStage, Item, Plan, Requirement
from steelyard.scorecard.assemble import NOTHING_ASSESSED
from steelyard.scoring.results.codes import Flags, Texts, list_names

_MET = REQUIREMENT_STATUSES.index("met")
_NOT_MET = REQUIREMENT_STATUSES.index("not_met")
_NO_DATA = REQUIREMENT_STATUSES.index("no_data")

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PartColumns:
    """One item or deduction of every merchant.

    `outcome` indexes `ITEM_OUTCOMES`; points are integers with the plan's decimals, valid only
    where there is a score; `cuts` are the points that each stage took; `reasons` are numbers of
    texts.
    """

    id: str
    outcome: NDArray[np.uint8]
    points: Numbers
    points_before_caps: Numbers
    cuts: tuple[tuple[CutStage, Numbers], ...]
    reasons: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class DimensionColumns:
    """One dimension of every merchant.

    `score` has the decimals of its node, and is valid only where the dimension is assessed.
    """

    id: str
    score: Numbers
    assessed: Flags


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """The number of merchants with one outcome of an item for one set of reasons."""

    part: str
    outcome: str
    reasons: str
    merchants: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The results of merchants of one plan, in the order of the facts.

    `score` and `to_next_tier` have the plan's display decimals, every other number the plan's
    decimals. `tier` indexes the values of the plan's node; `to_next_tier`, what is missing to the
    tier before it there, is valid where it is not the first. `badges`, `benefits` and `reasons` are
    numbers of texts.
    """

    has_score: Flags
    score: Numbers
    unclamped: Numbers
    unrounded: Numbers
    base: Numbers
    has_base: Flags
    bonus: Numbers
    deductions_total: Numbers
    tier: NDArray[np.uint8] | None
    to_next_tier: Numbers
    dimensions: tuple[DimensionColumns, ...]
    items: tuple[PartColumns, ...]
    deductions: tuple[PartColumns, ...]
    badges: NDArray[np.int32]
    benefits: NDArray[np.int32]
    reasons: NDArray[np.int32]
    counts: tuple[ReasonCount, ...]


class Reader:
    """A reader of the results of one plan, which it evaluates in columns.

    `facts` are the columns that the plan may read, `required` the facts that it requires.
    """

    def __init__(self, plan: Plan, texts: Texts) -> None:
        self.plan = plan
        self.facts = tuple(fact_column(fact.id) for fact in plan.facts)
        self.required = {fact.id: fact for fact in plan.facts if fact.required}
        self._texts = texts
        self._vetoes = {veto.id: veto.active for veto in plan.vetoes}
        self._evaluate = prepare(plan, sorted(_wanted(plan)))

    def read(self, facts: pl.DataFrame, as_of: int) -> Columns:
        """Evaluate merchants and return their results; facts as `evaluators.polars` says."""
        trace = _Trace(self._evaluate(facts, as_of), facts)
        plan, total = self.plan, self.plan.total
        has_score = trace.flags(total.has_score)
        tier = None if total.tier is None else trace.codes(total.tier)
        counts: list[ReasonCount] = []
        return Columns(
            has_score=has_score,
            score=trace.numbers(total.score),
            unclamped=trace.numbers(total.unclamped),
            unrounded=trace.numbers(total.unrounded),
            base=trace.numbers(plan.base.used),
            has_base=trace.flags(plan.base.available),
            bonus=trace.numbers(total.bonus),
            deductions_total=trace.numbers(total.deductions),
            tier=tier,
            to_next_tier=self._to_next_tier(trace, tier),
            dimensions=tuple(
                DimensionColumns(
                    dimension.id, trace.numbers(dimension.score), trace.flags(dimension.assessed)
                )
                for dimension in plan.dimensions
            ),
            items=tuple(self._part(trace, item, has_score, counts) for item in plan.items),
            deductions=tuple(
                self._part(trace, item, has_score, counts) for item in plan.deductions
            ),
            badges=self._badges(trace, has_score),
            benefits=self._benefits(trace, tier, has_score),
            reasons=self._no_score(trace, has_score),
            counts=tuple(counts),
        )

    def _to_next_tier(self, trace: "_Trace", tier: NDArray[np.uint8] | None) -> Numbers:
        missing = np.zeros(trace.facts.height, dtype=np.int64)
        for place, above in enumerate(self.plan.tiers):
            if tier is not None and above.missing is not None:
                here = tier == place + 1
                missing[here] = trace.numbers(above.missing)[here]
        return missing

    def _part(
        self, trace: "_Trace", item: Item, has_score: Flags, counts: list[ReasonCount]
    ) -> PartColumns:
        outcome = trace.codes(item.outcome)
        cuts: tuple[tuple[CutStage, Numbers], ...] = tuple(
            (cut.stage, trace.numbers(cut.taken) * has_score) for cut in item.cuts
        )
        reasons = np.zeros(len(outcome), dtype=np.int32)
        for code in np.flatnonzero(np.bincount(outcome)):
            name = ITEM_OUTCOMES[code]
            rows = np.flatnonzero(outcome == code)
            causes = self._causes(trace, item, name, cuts)
            flags = [flag[rows] for _, flag in causes]
            numbers = list_names([cause for cause, _ in causes], flags, len(rows), self._texts)
            reasons[rows] = numbers
            for number in np.flatnonzero(often := np.bincount(numbers)):
                text = self._texts.known[number]
                counts.append(ReasonCount(item.id, name, text, int(often[number])))
        return PartColumns(
            id=item.id,
            outcome=outcome,
            points=trace.numbers(item.points),
            points_before_caps=trace.numbers(item.earned),
            cuts=cuts,
            reasons=reasons,
        )

    def _causes(  # noqa: PLR0911 - one return for each outcome
        self,
        trace: "_Trace",
        item: Item,
        outcome: str,
        cuts: Sequence[tuple[CutStage, Numbers]],
    ) -> list[tuple[str, Flags]]:
        """Return the names that can be reasons for an outcome of an item, and where they are."""
        match outcome:
            case "awarded":
                return [(stage, taken != 0) for stage, taken in cuts]
            case "not_met":
                return [
                    (requirement.id, trace.status(requirement, _NOT_MET))
                    for requirement in item.requirements
                ]
            case "not_assessed":
                return [(gate.id, trace.status(gate, _NOT_MET)) for gate in item.gates]
            case "vetoed":
                return [(veto, trace.flags(self._vetoes[veto])) for veto in item.vetoes]
            case "no_data":
                facts = [(fact, trace.absent(fact)) for fact in item.optional_facts]
                return facts + [(name, trace.lacking(name)) for name in item.optional_fields]
            case "out_of_scope" if item.scope is not None:
                return [(item.scope.id, trace.always())]
            case "superseded" if item.group is not None:
                return [(item.group, trace.always())]
            case _:
                return []

    def _badges(self, trace: "_Trace", has_score: Flags) -> NDArray[np.int32]:
        ids = [badge.id for badge in self.plan.badges]
        met = [trace.status(badge.requirement, _MET) & has_score for badge in self.plan.badges]
        return list_names(ids, met, len(has_score), self._texts)

    def _benefits(
        self, trace: "_Trace", tier: NDArray[np.uint8] | None, has_score: Flags
    ) -> NDArray[np.int32]:
        given: list[tuple[str, Flags]] = []
        for place, one in enumerate(self.plan.tiers if tier is not None else ()):
            given += [(benefit.id, (tier == place) & has_score) for benefit in one.benefits]
        for badge in self.plan.badges:
            met = trace.status(badge.requirement, _MET) & has_score
            given += [(benefit.id, met) for benefit in badge.benefits]
        names, flags = [name for name, _ in given], [flag for _, flag in given]
        return list_names(names, flags, len(has_score), self._texts)

    def _no_score(self, trace: "_Trace", has_score: Flags) -> NDArray[np.int32]:
        ids = [gate.id for gate in self.plan.gates]
        failed = [
            (trace.status(gate.requirement, _NOT_MET) | trace.status(gate.requirement, _NO_DATA))
            & ~has_score
            for gate in self.plan.gates
        ]
        nothing = ~trace.flags(self.plan.base.available) & ~has_score
        names = [*ids, NOTHING_ASSESSED]
        return list_names(names, [*failed, nothing], len(has_score), self._texts)


def _wanted(plan: Plan) -> set[int]:
    """Return the nodes that the reader reads."""
    total, base = plan.total, plan.base
    nodes = {total.has_score, total.score, total.unclamped, total.unrounded}
    nodes |= {total.bonus, total.deductions, base.used, base.available}
    optional = (total.tier, *(tier.missing for tier in plan.tiers))
    nodes.update(index for index in optional if index is not None)
    for dimension in plan.dimensions:
        nodes |= {dimension.score, dimension.assessed}
    for item in (*plan.items, *plan.deductions):
        nodes |= {item.outcome, item.points, item.earned, *(cut.taken for cut in item.cuts)}
        nodes.update(gate.status for gate in (*item.gates, *item.requirements))
    nodes.update(veto.active for veto in plan.vetoes)
    nodes.update(gate.requirement.status for gate in (*plan.gates, *plan.badges))
    return nodes


@dataclass(frozen=True, slots=True)
class _Trace:
    """Columns of a trace as arrays."""

    frame: pl.DataFrame
    facts: pl.DataFrame

    def numbers(self, node: int) -> Numbers:
        return self._array(node).astype(np.int64, copy=False)

    def flags(self, node: int) -> Flags:
        return self._array(node)

    def codes(self, node: int) -> NDArray[np.uint8]:
        return self._array(node).astype(np.uint8, copy=False)

    def status(self, requirement: Requirement, code: int) -> Flags:
        return self._array(requirement.status) == code

    def always(self) -> Flags:
        return np.ones(self.facts.height, dtype=np.bool_)

    def absent(self, fact: str) -> Flags:
        name = fact_column(fact)
        if name not in self.facts.columns:
            return self.always()
        return self.facts[name].is_null().to_numpy()

    def lacking(self, name: str) -> Flags:
        """Return where some record of a fact lacks a field, `fact.field`."""
        fact, _, field = name.rpartition(".")
        column = fact_column(fact)
        if column not in self.facts.columns:
            return ~self.always()
        records, kind = self.facts[column].list, self.facts.schema[column]
        inner = kind.inner if isinstance(kind, pl.List) else None
        if not isinstance(inner, pl.Struct) or field not in {one.name for one in inner.fields}:
            return (records.len().fill_null(0) > 0).to_numpy()
        lacks = records.eval(pl.element().struct.field(field).is_null()).list.any()
        return lacks.fill_null(value=False).to_numpy()

    def _array(self, node: int) -> NDArray:
        return self.frame[trace_column(node)].to_numpy()
