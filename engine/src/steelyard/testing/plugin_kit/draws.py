"""What an item type makes of random valid parameters: drawn and compiled once for all checks."""

from dataclasses import dataclass
from typing import Any

from steelyard.errors import InvalidInput, Problem
from steelyard.formats import parse_yaml
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.trial import flow, item_text
from steelyard.testing.plugin_kit.verdicts import NotRunError


@dataclass(frozen=True, slots=True)
class Draw:
    """Parameters as YAML, and the plan of a ruleset with this item alone, or what is wrong."""

    parameters: str
    made: Plan | tuple[Problem, ...]


def example_of(item_type: ItemType) -> dict[str, Any]:
    """Return the parameters of an item type's example; none if it cannot be read."""
    try:
        document = parse_yaml(item_type.example, "example")
    except InvalidInput:
        return {}
    entry = document.value
    given = entry.get("with") if isinstance(entry, dict) else None
    plain = None if given is None else given.plain()
    return plain if isinstance(plain, dict) else {}


def draws_of(subject: Subject, name: str) -> tuple[Draw, ...]:
    """Return the draws of an item type, the example's parameters first."""
    known = subject.kept.get(("draws", name))
    if known is None:
        known = subject.kept["draws", name] = tuple(_draw(subject, name))
    assert isinstance(known, tuple)
    return known


def plans_of(subject: Subject, name: str) -> tuple[Plan, ...]:
    """Return the plans of the draws that are accepted; raises `NotRunError` if none is."""
    plans = tuple(draw.made for draw in draws_of(subject, name) if isinstance(draw.made, Plan))
    if not plans:
        raise NotRunError(f"{name} accepts no parameters")
    return plans


def _draw(subject: Subject, name: str) -> list[Draw]:
    from steelyard.testing.plugin_kit.adverse import adverse_parameters
    from steelyard.testing.plugin_kit.drawing import each_example, parameters_of

    item_type = subject.item_types[name]
    example = example_of(item_type)
    texts: dict[str, None] = {flow(example): None} if example else {}
    facts = subject.trial.facts
    for adverse in adverse_parameters(item_type, facts, example, subject.seeds):
        texts.setdefault(flow(adverse))
    strategy = parameters_of(item_type, facts, example)
    each_example(strategy, subject.examples, lambda value: texts.setdefault(flow(value)))
    return [Draw(text, subject.trial.attempt(item_text(name, text))) for text in texts]
