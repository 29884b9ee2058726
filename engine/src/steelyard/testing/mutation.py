"""Which mutants of a book's rules its cases notice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from steelyard.book import RulesetFile, Selection
from steelyard.book.checker.reading import check_ruleset
from steelyard.errors import InvalidInput, Problems
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.pipeline import PlanScorer
from steelyard.plan.structure import Plan
from steelyard.testing.bench import Bench, PlanName, ReadyCase
from steelyard.testing.cases import CaseReport, CaseResult
from steelyard.testing.likeness import gives_the_same, is_same
from steelyard.testing.mutants import Mutant
from steelyard.testing.ruleset_mutants import Surroundings, mutants_of

Verdict = Literal["noticed", "unnoticed", "refused", "equivalent"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and what became of it; `by` is the first case that noticed it."""

    mutant: Mutant
    verdict: Verdict
    by: CaseResult | None = None


@dataclass(frozen=True, slots=True)
class MutationReport:
    """Every mutant of a book in order of file and place; none where a case fails to begin with."""

    cases: CaseReport
    trials: tuple[Trial, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many mutants ended in a way."""
        return sum(trial.verdict == verdict for trial in self.trials)

    @property
    def unnoticed(self) -> tuple[Trial, ...]:
        """The mutants that no case notices."""
        return tuple(trial for trial in self.trials if trial.verdict == "unnoticed")

    @property
    def judged(self) -> int:
        """How many mutants count: those that make rules, and other rules than before."""
        return self.count("noticed") + self.count("unnoticed")

    def reaches(self, share: Fraction) -> bool:
        """Return whether at least a share of what counts is noticed; of nothing, all is."""
        return self.count("noticed") >= share * self.judged


def mutate_book(folder: Path, progress: Callable[[int, int], None] | None = None) -> MutationReport:
    """Try every mutant of a book's rulesets on its cases.

    No mutant is tried where a case fails as the rules are: it could notice nothing. `progress` is
    told how many mutants are done, and of how many. Raises `InvalidInput` for a book or a cases
    file of wrong form, and for rules that do not compile.
    """
    bench = Bench(folder)
    laboratory = _Laboratory(bench)
    report = CaseReport(tuple(laboratory.judge(ready) for ready in bench.cases))
    if report.failed:
        return MutationReport(report, ())
    mutants = [
        (ruleset, mutant)
        for ruleset in sorted(bench.book.rulesets, key=lambda one: one.file)
        for mutant in laboratory.mutants(ruleset)
    ]
    trials: list[Trial] = []
    for ruleset, mutant in mutants:
        trials.append(laboratory.try_mutant(ruleset, mutant))
        if progress is not None:
            progress(len(trials), len(mutants))
    return MutationReport(report, tuple(trials))


class _Laboratory:
    """Compiles only what a mutant can change, and stops at the first case that notices it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._scorers: dict[PlanName, PlanScorer] = {}
        self._words = {id(ready): set(_words(ready.case.expect)) for ready in bench.cases}

    def judge(self, ready: ReadyCase) -> CaseResult:
        """Run a case under the rules as they are."""
        name = ready.plan
        if name is not None and name not in self._scorers:
            self._scorers[name] = _scorer(self._bench.plan(name))
        return ready.judge(None if name is None else self._scorers[name])

    def mutants(self, ruleset: RulesetFile) -> list[Mutant]:
        """Return the mutants of a file; none if nothing can ever be scored by it."""
        names = self._reached(ruleset)
        if not names:
            return []
        used = {ready.plan for ready in self._bench.cases}
        name = next((one for one in names if one in used), names[0])
        around = Surroundings(
            check_ruleset(self._bench.selections[name]),
            self._bench.plan(name),
            self._bench.facts,
            self._bench.catalogue.item_types,
        )
        return mutants_of(ruleset, around)

    def try_mutant(self, ruleset: RulesetFile, mutant: Mutant) -> Trial:
        """Return what becomes of a mutant."""
        edited = mutant.apply(ruleset)
        if not _fits(edited):
            return Trial(mutant, "refused")

        @cache
        def plan(name: PlanName) -> Plan:
            return self._bench.compile(_with_layer(self._bench.selections[name], edited))

        @cache
        def scorer(name: PlanName) -> PlanScorer | None:
            return None if is_same(plan(name), self._bench.plan(name)) else _scorer(plan(name))

        try:
            for ready in self._in_order(ruleset, mutant):
                assert ready.plan is not None
                edited_rules = scorer(ready.plan)
                if edited_rules is not None:
                    result = ready.judge(edited_rules)
                    if not result.passed:
                        return Trial(mutant, "noticed", result)
            changes_nothing = all(
                gives_the_same(plan(name), self._bench.plan(name))
                for name in self._reached(ruleset)
            )
        except InvalidInput:
            return Trial(mutant, "refused")
        return Trial(mutant, "equivalent" if changes_nothing else "unnoticed")

    def _reached(self, ruleset: RulesetFile) -> list[PlanName]:
        return [name for name in self._bench.selections if ruleset.name in name[1:]]

    def _in_order(self, ruleset: RulesetFile, mutant: Mutant) -> Iterator[ReadyCase]:
        """Give the cases that a mutant can reach, those that are likeliest to notice it first.

        A case is likely to if it stands beside the file, and if it expects something of the part.
        """
        stem = ruleset.file.rpartition(".")[0]
        part = mutant.part or mutant.key.partition(".")[0]

        def distance(ready: ReadyCase) -> tuple[bool, bool]:
            beside = ready.case.place.file.rpartition(".cases.")[0] == stem
            return part not in self._words[id(ready)], not beside

        reached = [
            ready
            for ready in self._bench.cases
            if ready.plan is not None and ruleset.name in ready.plan[1:]
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


def _scorer(plan: Plan) -> PlanScorer:
    return PlanScorer(plan, digest="mutant")  # no case reads the digest


def _with_layer(selection: Selection, edited: RulesetFile) -> Selection:
    rollout = selection.rollout
    return replace(
        selection,
        layers=tuple(edited if one.name == edited.name else one for one in selection.layers),
        rollout=edited if rollout is not None and rollout.name == edited.name else rollout,
    )
