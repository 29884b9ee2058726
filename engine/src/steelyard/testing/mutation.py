"""Mutation tests: the mutants of a book's rules that its cases notice or miss."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from steelyard.book import RulesetFile, Selection
from steelyard.book.checker import check_ruleset
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Problems
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.pipeline import PreparedPlan, compile_rules
from steelyard.plan.structure import Plan
from steelyard.testing.cases import CaseReport, CaseResult
from steelyard.testing.mutants import Mutant
from steelyard.testing.plan_equivalence import gives_same_results, has_same_nodes
from steelyard.testing.ruleset_mutants import MutableRuleset
from steelyard.testing.running import CaseBook, PlanName, ReadyCase, prepare_for_cases

Verdict = Literal["noticed", "unnoticed", "refused", "equivalent"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and its verdict; `by` is the first case that noticed it."""

    mutant: Mutant
    verdict: Verdict
    by: CaseResult | None = None


@dataclass(frozen=True, slots=True)
class MutationReport:
    """All mutants of a book in order of file and place; none if a case fails without a mutant."""

    cases: CaseReport
    trials: tuple[Trial, ...]

    def count(self, verdict: Verdict) -> int:
        """Return the number of mutants with a verdict."""
        return sum(trial.verdict == verdict for trial in self.trials)

    @property
    def unnoticed(self) -> tuple[Trial, ...]:
        """The mutants that no case notices."""
        return tuple(trial for trial in self.trials if trial.verdict == "unnoticed")

    @property
    def judged(self) -> int:
        """The number of mutants that count: those that give valid rules with other results."""
        return self.count("noticed") + self.count("unnoticed")

    def reaches(self, share: Fraction) -> bool:
        """Return whether a share of the counted mutants is noticed; true if none counts."""
        return self.count("noticed") >= share * self.judged


def mutate_book(folder: Path, progress: Callable[[int, int], None] | None = None) -> MutationReport:
    """Try every mutant of a book's rulesets on its cases.

    No mutant is tried if a case fails under the unchanged rules. `progress` is called with the
    number of mutants done and the number of all mutants. Raises `InvalidInput` for a book or a
    cases file of wrong form, and for rules that do not compile.
    """
    tested = CaseBook(folder)
    report = CaseReport(tuple(tested.run(ready) for ready in tested.cases))
    if report.failed:
        return MutationReport(report, ())
    laboratory = _Laboratory(tested)
    mutants = [
        (ruleset, mutant)
        for ruleset in sorted(tested.opened.book.rulesets, key=lambda one: one.file)
        for mutant in laboratory.mutants(ruleset)
    ]
    trials: list[Trial] = []
    for ruleset, mutant in mutants:
        trials.append(laboratory.try_mutant(ruleset, mutant))
        if progress is not None:
            progress(len(trials), len(mutants))
    return MutationReport(report, tuple(trials))


class _Laboratory:
    """A runner of mutants: it compiles only changed parts and stops at the first noticing case."""

    def __init__(self, tested: CaseBook) -> None:
        self._opened = tested.opened
        self._cases = tested.cases
        self._selections = tested.selections
        self._words = {id(ready): set(_words(ready.case.expect)) for ready in tested.cases}

    def _plan(self, name: PlanName) -> Plan:
        return compile_rules(self._opened, self._selections[name])

    def mutants(self, ruleset: RulesetFile) -> list[Mutant]:
        """Return the mutants of a file; none if no merchant can ever be scored by it."""
        names = self._reached(ruleset)
        if not names:
            return []
        used = {ready.plan_name for ready in self._cases}
        name = next((one for one in names if one in used), names[0])
        mutable = MutableRuleset(
            ruleset,
            check_ruleset(self._selections[name]),
            self._plan(name),
            self._opened.facts,
            self._opened.catalogue.item_types,
        )
        return mutable.mutants()

    def try_mutant(self, ruleset: RulesetFile, mutant: Mutant) -> Trial:
        """Run the cases on a mutant and return its verdict."""
        edited = mutant.apply(ruleset)
        if not _fits(edited):
            return Trial(mutant, "refused")

        @cache
        def plan(name: PlanName) -> Plan:
            selection = _with_layer(self._selections[name], edited)
            return compile_selection(selection, self._opened.catalogue, self._opened.facts)

        @cache
        def prepared(name: PlanName) -> PreparedPlan | None:
            if has_same_nodes(plan(name), self._plan(name)):
                return None
            return prepare_for_cases(plan(name))

        try:
            for ready in self._in_order(ruleset, mutant):
                assert ready.plan_name is not None
                edited_rules = prepared(ready.plan_name)
                if edited_rules is not None:
                    result = ready.run(edited_rules)
                    if not result.passed:
                        return Trial(mutant, "noticed", result)
            changes_nothing = all(
                gives_same_results(plan(name), self._plan(name)) for name in self._reached(ruleset)
            )
        except InvalidInput:
            return Trial(mutant, "refused")
        return Trial(mutant, "equivalent" if changes_nothing else "unnoticed")

    def _reached(self, ruleset: RulesetFile) -> list[PlanName]:
        return [name for name in self._selections if ruleset.name in name[1:]]

    def _in_order(self, ruleset: RulesetFile, mutant: Mutant) -> Iterator[ReadyCase]:
        """Yield the cases that a mutant can change, the most likely to notice it first.

        Those are cases that expect something of the changed part, then cases of the same ruleset.
        """
        stem = ruleset.file.rpartition(".")[0]
        part = mutant.part or mutant.key.partition(".")[0]

        def distance(ready: ReadyCase) -> tuple[bool, bool]:
            beside = ready.case.place.file.rpartition(".cases.")[0] == stem
            return part not in self._words[id(ready)], not beside

        reached = [
            ready
            for ready in self._cases
            if ready.plan_name is not None and ruleset.name in ready.plan_name[1:]
        ]
        yield from sorted(reached, key=distance)


def _words(expected: Any) -> Iterator[str]:  # noqa: ANN401 - as in the cases file
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(expected, list):
        for value in expected:
            yield from _words(value)
    else:
        yield str(expected)


def _fits(ruleset: RulesetFile) -> bool:
    return validate(ruleset.document, load_schema("ruleset"), "SY301", Problems())


def _with_layer(selection: Selection, edited: RulesetFile) -> Selection:
    rollout = selection.rollout
    return replace(
        selection,
        layers=tuple(edited if layer.name == edited.name else layer for layer in selection.layers),
        rollout=edited if rollout is not None and rollout.name == edited.name else rollout,
    )
