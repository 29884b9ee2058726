"""Checks of the example book: its cases hold and show every requirement."""

from collections.abc import Iterator
from itertools import chain

from steelyard.compiler.selections import check_book
from steelyard.errors import InvalidInput
from steelyard.plan.structure import (
    DerivedValue,
    Gate,
    Item,
    Metric,
    Plan,
    Veto,
    conditions_of,
)
from steelyard.plugins.discovery.shipped import LISTS
from steelyard.scorecard.model import ItemResult
from steelyard.testing.plugin_kit.report import Finding, Note
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.running import test_book


def example_book_holds(subject: Subject) -> Iterator[Finding]:
    """Yield the problems of the example book and of its cases."""
    if not subject.book_folders:
        yield 'the plugin registers no example book: registry.example(files(__name__) / "example")'
        return
    cases = 0
    for folder in subject.book_folders:
        try:
            errors = [problem for problem in check_book(folder) if problem.severity == "error"]
            report = None if errors else test_book(folder)
        except InvalidInput as error:
            errors, report = list(error.problems), None
        if report is None:
            yield from (str(problem) for problem in errors)
            return
        cases += len(report.results)
        for case in report.failed:
            yield f"{case.place}: the case {case.name!r}: {'; '.join(case.differences)}"
    used = {item.type for plan in subject.plans for item in _items(plan)}
    yield from (
        f"no ruleset of the example book has an item of the type {name}"
        for name in subject.item_types
        if name not in used
    )
    taken = {part.id for plan in subject.plans for part in _rules(plan)}
    yield from (
        f"no ruleset of the example book takes the rule {name}"
        for _, name in subject.rules
        if name not in taken
    )
    yield Note(f"{cases} cases")


def every_item_is_awarded(subject: Subject) -> Iterator[Finding]:
    """Yield item types that no case of the example book shows awarded."""
    awarded = {item.type for item in _results(subject) if item.outcome == "awarded"}
    for name in subject.item_types:
        if name not in awarded:
            yield f"no case of the example book has {name} awarded"


def every_requirement_is_refused(subject: Subject) -> Iterator[Finding]:
    """Yield requirements that no case of the example book shows not met."""
    refused = {
        (item.type, condition.id)
        for item in _results(subject)
        for condition in (item.scope, *item.gates, *item.requirements)
        if condition is not None and condition.status == "not_met"
    }
    examples = (plan for plan in subject.example_plans.values() if isinstance(plan, Plan))
    requirements = dict.fromkeys(
        (item.type, condition.id)
        for plan in chain(subject.plans, examples)
        for item in _items(plan)
        if item.type in subject.item_types
        for condition in conditions_of(item)
    )
    for name, requirement in requirements:
        if (name, requirement) not in refused:
            yield f"no case of the example book has {requirement} of {name} not met"
    yield Note(f"{len(requirements)} requirements")


def every_rule_is_shown(subject: Subject) -> Iterator[Finding]:
    """Yield gates that no case of the example book shows not met, and vetoes never active."""
    judged = [(key, name) for key, name in subject.rules if key in ("gates", "vetoes")]
    cards = [case.scorecard for case in subject.cases if case.scorecard is not None]
    shown = {
        gate.id for card in cards for gate in card.gates if gate.requirement.status == "not_met"
    }
    shown |= {veto.id for card in cards for veto in card.vetoes if veto.active}
    for key, name in judged:
        if name not in shown:
            how = "active" if key == "vetoes" else "not met"
            yield f"no case of the example book has the {LISTS[key]} {name} {how}"
    yield Note(f"{len(judged)} gates and vetoes")


def _items(plan: Plan) -> tuple[Item, ...]:
    return (*plan.items, *plan.deductions)


def _rules(plan: Plan) -> Iterator[DerivedValue | Gate | Metric | Veto]:
    """Yield every part of a plan that a plugin may ship."""
    yield from (*plan.values, *plan.gates, *plan.vetoes)
    yield from (metric for dimension in plan.dimensions for metric in dimension.metrics)


def _results(subject: Subject) -> list[ItemResult]:
    """Return every item of every scorecard of the example book's cases."""
    cards = [case.scorecard for case in subject.cases if case.scorecard is not None]
    return [item for card in cards for item in (*card.items, *card.deductions)]
