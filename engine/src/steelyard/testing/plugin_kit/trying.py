"""Trying a law on random cases: the least case that breaks it, in one line."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.draws import plans_of
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.verdicts import one_line

Facts = dict[str, Any]
Law = Callable[[Plan, Facts, int], None]


class BrokenError(Exception):
    """A law does not hold; the text says for what."""


def broken(name: str, cases: Any, examples: int, law: Callable[[Any], None]) -> Iterator[str]:  # noqa: ANN401 - a strategy
    """Yield how a law is broken by the least case that Hypothesis finds, if it finds one."""
    from hypothesis import given

    from steelyard.testing.plugin_kit.drawing import repeatable

    @repeatable(examples, shrink=True)
    @given(cases)
    def holds(case: Any) -> None:  # noqa: ANN401 - whatever the strategy makes
        law(case)

    try:
        holds()
    except BrokenError as error:
        yield f"{name}: {error}"
    except Exception as error:  # noqa: BLE001 - what an evaluator raises is the plugin's doing
        yield one_line(f"{name}: {type(error).__name__}: {error}")


def for_merchants(subject: Subject, law: Law) -> Iterator[str]:
    """Yield, for each item type, a merchant for whom a law does not hold, if one is found."""
    from hypothesis import strategies as st

    from steelyard.testing.plugin_kit.merchants import days_of, merchants_of

    for name in subject.item_types:
        plans = plans_of(subject, name)
        cases = st.integers(0, len(plans) - 1).flatmap(
            lambda number, plans=plans: st.tuples(
                st.just(number), merchants_of(plans[number], subject.seeds), days_of()
            )
        )

        def one(case: tuple[int, Facts, int], plans: tuple[Plan, ...] = plans) -> None:
            number, facts, as_of = case
            law(plans[number], facts, as_of)

        yield from broken(name, cases, subject.examples * 2, one)


def shown(facts: Facts, declared: Sequence[FactDeclaration]) -> str:
    """Return a merchant's facts as a merchant file has them, in one line of bounded length."""
    known = {fact.id: fact for fact in declared}
    texts = (f"{name} {_value(known[name], value)}" for name, value in sorted(facts.items()))
    return one_line(", ".join(texts), 200)


def _value(one: FactDeclaration | FieldDeclaration, value: object) -> str:
    if isinstance(value, tuple) and isinstance(one, FactDeclaration):
        fields = {field.name: field for field in one.fields}
        records = (
            ", ".join(f"{key}: {_value(fields[key], inner)}" for key, inner in record.items())
            for record in value
        )
        return f"[{', '.join(f'{{{record}}}' for record in records)}]"
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value).lower()
    if one.type == "date":
        return date.fromordinal(value).isoformat()
    return one.values[value] if one.type == "enum" else format_scaled(value, one.decimals)
