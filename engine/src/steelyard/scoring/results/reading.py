"""Reading traces in columns: what each part of the score came to, and why not more.

`Reader` holds which nodes are wanted and reads what the Polars evaluator made of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.evaluators.polars import fact_column, prepare, trace_column
from steelyard.model.outcomes import ITEM_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.plan.structure import Item, Plan, Requirement
from steelyard.scoring.results.codes import Flags, Texts, combinations

NOTHING_ASSESSED = "nothing-assessed"
BETWEEN = " "  # ids hold no spaces

_NOT_MET = REQUIREMENT_STATUSES.index("not_met")
_NO_DATA = REQUIREMENT_STATUSES.index("no_data")
_OUTCOME_BITS = 3

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PartColumns:
    """One item or deduction of every merchant.

    `outcome` indexes `ITEM_OUTCOMES`; points are integers with the plan's decimals and mean
    something only where there is a score; `reasons` are numbers of texts.
    """

    id: str
    outcome: NDArray[np.uint8]
    points: Numbers
    points_before_caps: Numbers
    reasons: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class DimensionColumns:
    """One dimension of every merchant.

    `score` has the decimals of its node, and means something only where it is assessed.
    """

    id: str
    score: Numbers
    assessed: Flags


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many merchants an item came out for in one way, for one set of reasons."""

    part: str
    outcome: str
    reasons: str
    merchants: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The results of merchants of one plan, in the order of the facts.

    `score` has the plan's display decimals, every other number the plan's decimals. `tier` indexes
    `tiers`. `badges` and `reasons` are numbers of texts.
    """

    has_score: Flags
    score: Numbers
    unrounded: Numbers
    base: Numbers
    has_base: Flags
    bonus: Numbers
    deductions_total: Numbers
    tier: NDArray[np.uint8] | None
    dimensions: tuple[DimensionColumns, ...]
    items: tuple[PartColumns, ...]
    deductions: tuple[PartColumns, ...]
    badges: NDArray[np.int32]
    reasons: NDArray[np.int32]
    counts: tuple[ReasonCount, ...]


@dataclass(slots=True)
class _Nodes:
    """The nodes that a reader asks for."""

    wanted: set[int] = field(default_factory=set)

    def add(self, *nodes: int | None) -> None:
        self.wanted.update(node for node in nodes if node is not None)


class Reader:
    """Evaluates one plan in columns and reads the results."""

    def __init__(self, plan: Plan, texts: Texts) -> None:
        self.plan = plan
        self._texts = texts
        self._vetoes = {veto.id: veto.active for veto in plan.vetoes}
        self._evaluate = prepare(plan, sorted(_wanted(plan)))
        self.tiers = tuple(tier.id for tier in plan.tiers)

    def read(self, facts: pl.DataFrame, as_of: int) -> Columns:
        """Evaluate merchants and return their results; facts as `evaluators.polars` says."""
        trace = _Trace(self._evaluate(facts, as_of), facts)
        plan, total = self.plan, self.plan.total
        has_score = trace.flags(total.has_score)
        counts: list[ReasonCount] = []
        return Columns(
            has_score=has_score,
            score=trace.numbers(total.score),
            unrounded=trace.numbers(total.unrounded),
            base=trace.numbers(plan.base.used),
            has_base=trace.flags(plan.base.available),
            bonus=trace.numbers(total.bonus),
            deductions_total=trace.numbers(total.deductions),
            tier=None if total.tier is None else trace.codes(total.tier),
            dimensions=tuple(
                DimensionColumns(one.id, trace.numbers(one.score), trace.flags(one.assessed))
                for one in plan.dimensions
            ),
            items=tuple(self._part(trace, item, counts) for item in plan.items),
            deductions=tuple(self._part(trace, item, counts) for item in plan.deductions),
            badges=self._badges(trace, has_score),
            reasons=self._no_score(trace, has_score),
            counts=tuple(counts),
        )

    def _part(self, trace: "_Trace", item: Item, counts: list[ReasonCount]) -> PartColumns:
        signals = _Signals()
        for one in item.requirements:
            signals.add("not_met", one.id, trace.status(one, _NOT_MET))
        for one in item.gates:
            signals.add("not_assessed", one.id, trace.status(one, _NOT_MET))
        for name in item.vetoes:
            signals.add("vetoed", name, trace.flags(self._vetoes[name]))
        for fact in item.optional_facts:
            signals.add("no_data", fact, trace.absent(fact))
        always = {
            "out_of_scope": item.scope.id if item.scope is not None else "",
            "superseded": item.group or "",
        }
        outcome = trace.codes(item.outcome)
        reasons, often = signals.texts(outcome, always, self._texts)
        known = self._texts.known
        counts += [
            ReasonCount(item.id, ITEM_OUTCOMES[code], known[number], n) for code, number, n in often
        ]
        return PartColumns(
            id=item.id,
            outcome=outcome,
            points=trace.numbers(item.points),
            points_before_caps=trace.numbers(item.earned),
            reasons=reasons,
        )

    def _badges(self, trace: "_Trace", has_score: Flags) -> NDArray[np.int32]:
        ids = [badge.id for badge in self.plan.badges]
        met = [trace.status(badge.requirement, 0) & has_score for badge in self.plan.badges]
        return self._ids(ids, met, len(has_score))

    def _no_score(self, trace: "_Trace", has_score: Flags) -> NDArray[np.int32]:
        ids = [gate.id for gate in self.plan.gates]
        failed = [
            (trace.status(gate.requirement, _NOT_MET) | trace.status(gate.requirement, _NO_DATA))
            & ~has_score
            for gate in self.plan.gates
        ]
        nothing = ~trace.flags(self.plan.base.available) & ~has_score
        return self._ids([*ids, NOTHING_ASSESSED], [*failed, nothing], len(has_score))

    def _ids(self, ids: Sequence[str], given: Sequence[Flags], rows: int) -> NDArray[np.int32]:
        """Return the number of the text that lists the ids whose flags are set."""

        def text(code: int) -> str:
            return BETWEEN.join(name for place, name in enumerate(ids) if code >> place & 1)

        return combinations(given, rows, text, self._texts)[0]


def _wanted(plan: Plan) -> set[int]:
    total, nodes = plan.total, _Nodes()
    nodes.add(total.has_score, total.score, total.unrounded, total.bonus, total.deductions)
    nodes.add(total.tier, plan.base.used, plan.base.available)
    for dimension in plan.dimensions:
        nodes.add(dimension.score, dimension.assessed)
    for item in (*plan.items, *plan.deductions):
        nodes.add(item.outcome, item.points, item.earned)
        nodes.add(*(one.status for one in (*item.gates, *item.requirements)))
    nodes.add(*(veto.active for veto in plan.vetoes))
    nodes.add(*(one.requirement.status for one in (*plan.gates, *plan.badges)))
    return nodes.wanted


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

    def absent(self, fact: str) -> Flags:
        name = fact_column(fact)
        if name not in self.facts.columns:
            return np.ones(self.facts.height, dtype=np.bool_)
        return self.facts[name].is_null().to_numpy()

    def _array(self, node: int) -> NDArray:
        return self.frame[trace_column(node)].to_numpy()


@dataclass(slots=True)
class _Signals:
    """What can keep an item from its points: for which outcome it is the reason, and its name."""

    outcomes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    flags: list[Flags] = field(default_factory=list)

    def add(self, outcome: str, name: str, flags: Flags) -> None:
        self.outcomes.append(outcome)
        self.names.append(name)
        self.flags.append(flags)

    def texts(
        self, outcome: NDArray[np.uint8], always: dict[str, str], texts: Texts
    ) -> tuple[NDArray[np.int32], list[tuple[int, int, int]]]:
        """Return the texts' numbers, and (outcome, text's number, how often)."""

        def text(code: int) -> str:
            name = ITEM_OUTCOMES[code & (1 << _OUTCOME_BITS) - 1]
            if name in always:
                return always[name]
            bits = code >> _OUTCOME_BITS
            chosen = (
                one
                for place, (one, of) in enumerate(zip(self.names, self.outcomes, strict=True))
                if of == name and bits >> place & 1
            )
            return BETWEEN.join(dict.fromkeys(chosen))

        digits = [(outcome >> place & 1).astype(np.bool_) for place in range(_OUTCOME_BITS)]
        numbers, often = combinations([*digits, *self.flags], len(outcome), text, texts)
        last = (1 << _OUTCOME_BITS) - 1
        counted: dict[tuple[int, int], int] = {}
        for code, n in often:
            key = (code & last, texts.number(text(code)))
            counted[key] = counted.get(key, 0) + n
        return numbers, [(code, number, n) for (code, number), n in counted.items()]
