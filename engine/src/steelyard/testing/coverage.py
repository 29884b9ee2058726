"""Coverage: the parts of a book's rules that its cases touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from steelyard.book import Book, RulesetFile, Selection
from steelyard.book.checker import check_ruleset
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.merchants.rows import missing_facts
from steelyard.pipeline import PreparedPlan
from steelyard.testing.branches import Branches
from steelyard.testing.cases import CaseReport, CaseResult
from steelyard.testing.running import CaseBook, ReadyCase
from steelyard.testing.targets import KINDS, Evaluation, Kind, Target, Touches, targets_of


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """All parts of a book's rules in order of place, and the parts that a case touches."""

    cases: CaseReport
    targets: tuple[Target, ...]
    touched: frozenset[Target]

    @property
    def untouched(self) -> tuple[Target, ...]:
        """The parts that no case touches."""
        return tuple(target for target in self.targets if target not in self.touched)

    def counts(self) -> Iterator[tuple[Kind, int, int]]:
        """Yield each kind of part with the number of touched parts and of all parts."""
        for kind in KINDS:
            ofkind = [target for target in self.targets if target.kind == kind]
            if ofkind:
                yield kind, sum(one in self.touched for one in ofkind), len(ofkind)


def cover_book(folder: Path) -> CoverageReport:
    """Run the cases of a book and note what they touch, in every plan that the book can give.

    A part that several plans share is one part, touched under any of them. Raises `InvalidInput`
    for a book or cases file of wrong form, and for rules that do not compile.
    """
    tested = CaseBook(folder)
    book = tested.opened.book
    plans = {
        name: _CoveredPlan(tested.prepared(selection), selection)
        for name, selection in tested.selections.items()
    }
    targets: set[Target] = set(_targets_of_book(book))
    for plan in plans.values():
        targets.update(plan.targets)
    touched: set[Target] = set()
    results: list[CaseResult] = []
    for ready in tested.cases:
        plan = None if ready.plan_name is None else plans[ready.plan_name]
        if plan is not None and ready.selection is not None:
            touched |= plan.touched(ready)
            touched |= set(_targets_of_layers(book, ready.selection.layers))
        results.append(tested.run(ready))
    order = sorted(
        targets,
        key=lambda target: (target.place, KINDS.index(target.kind), target.part, target.what),
    )
    return CoverageReport(CaseReport(tuple(results)), tuple(order), frozenset(touched))


class _CoveredPlan:
    """One plan, with its coverage targets."""

    def __init__(self, prepared: PreparedPlan, selection: Selection) -> None:
        self._plan = prepared.plan
        self._required = prepared.required
        self._branches = Branches.of(self._plan)
        rules = check_ruleset(selection)
        self.targets: dict[Target, Touches] = targets_of(self._plan, rules, self._branches)

    def touched(self, ready: ReadyCase) -> set[Target]:
        """Return the parts that a case touches; none if its merchant is rejected."""
        merchant, day = ready.merchant, ready.case.as_of
        if merchant is None or missing_facts(merchant, self._required):
            return set()
        values = evaluate_nodes(self._plan.nodes, merchant.facts, day.toordinal())
        taken = self._branches.taken(merchant.facts, values)
        run = Evaluation(values, taken)
        return {target for target, touches in self.targets.items() if touches(run)}


def _targets_of_book(book: Book) -> Iterator[Target]:
    yield from _targets_of_layers(book, book.rulesets)
    for scene in book.scenes:
        yield Target("scene", book.places[f"scenes.{scene.id}"], scene.id, "scores a case")


def _targets_of_layers(book: Book, layers: Iterable[RulesetFile]) -> Iterator[Target]:
    for layer in layers:
        yield Target("ruleset", layer.place, layer.name, "scores a case")
        if layer.scene is not None:
            place = book.places[f"scenes.{layer.scene}"]
            yield Target("scene", place, layer.scene, "scores a case")
