"""Which parts of a book's rules its cases touch."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from steelyard.book.checker.reading import check_ruleset
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.merchants.rows import missing_facts
from steelyard.pipeline import PlanScorer
from steelyard.testing.bench import Bench, PlanName, ReadyCase
from steelyard.testing.branches import Branches
from steelyard.testing.cases import CaseReport
from steelyard.testing.targets import targets_of
from steelyard.testing.touching import KINDS, Evaluation, Kind, Target, Touches


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Every part of a book's rules in order of place, and those that some case touches."""

    cases: CaseReport
    targets: tuple[Target, ...]
    touched: frozenset[Target]

    @property
    def untouched(self) -> tuple[Target, ...]:
        """The parts that no case touches."""
        return tuple(one for one in self.targets if one not in self.touched)

    def counts(self) -> Iterator[tuple[Kind, int, int]]:
        """Give, for each kind of part that there is, how many are touched, and of how many."""
        for kind in KINDS:
            ofkind = [one for one in self.targets if one.kind == kind]
            if ofkind:
                yield kind, sum(one in self.touched for one in ofkind), len(ofkind)


def cover_book(folder: Path) -> CoverageReport:
    """Run the cases of a book and note what they touch, in every plan that the book can give.

    A part that several plans share is one part, touched under any of them. Raises `InvalidInput`
    for a book or cases file of wrong form, and for rules that do not compile.
    """
    bench = Bench(folder)
    plans = {name: _CoveredPlan(bench, name) for name in bench.selections}
    found: set[Target] = set(_of_the_book(bench))
    for plan in plans.values():
        found.update(plan.targets)
    touched: set[Target] = set()
    for ready in bench.cases:
        if ready.plan is not None:
            touched |= plans[ready.plan].touched(ready)
            touched |= _touched_of_the_book(bench, ready)
    results = tuple(
        ready.judge(plans[ready.plan].scorer if ready.plan is not None else None)
        for ready in bench.cases
    )
    order = sorted(found, key=lambda one: (one.place, KINDS.index(one.kind), one.part, one.what))
    return CoverageReport(CaseReport(results), tuple(order), frozenset(touched))


class _CoveredPlan:
    """One plan, with what can be touched in it."""

    def __init__(self, bench: Bench, name: PlanName) -> None:
        self._plan = bench.plan(name)
        self._branches = Branches.of(self._plan)
        self._facts = {fact.id: fact for fact in self._plan.facts}
        rules = check_ruleset(bench.selections[name])
        self.targets: dict[Target, Touches] = targets_of(self._plan, rules, self._branches)
        self.scorer = PlanScorer(self._plan, digest="covered")  # no case reads the digest

    def touched(self, ready: ReadyCase) -> set[Target]:
        """Return what a case touches; nothing where its merchant is rejected."""
        merchant, day = ready.merchant, ready.case.as_of
        if merchant is None or missing_facts(merchant, self._facts):
            return set()
        values = evaluate_nodes(self._plan.nodes, merchant.facts, day.toordinal())
        taken = self._branches.taken(merchant.facts, values)
        run = Evaluation(values, taken)
        return {target for target, touches in self.targets.items() if touches(run)}


def _of_the_book(bench: Bench) -> Iterator[Target]:
    for ruleset in bench.book.rulesets:
        yield Target("ruleset", ruleset.place, ruleset.name, "scores a case")
    for scene in bench.book.scenes:
        yield Target("scene", bench.book.places[f"scenes.{scene.id}"], scene.id, "scores a case")


def _touched_of_the_book(bench: Bench, ready: ReadyCase) -> set[Target]:
    assert ready.plan is not None
    layers = bench.selections[ready.plan].layers
    rulesets = {Target("ruleset", one.place, one.name, "scores a case") for one in layers}
    scenes = {
        Target("scene", bench.book.places[f"scenes.{one.scene}"], one.scene, "scores a case")
        for one in layers
        if one.scene is not None
    }
    return rulesets | scenes
