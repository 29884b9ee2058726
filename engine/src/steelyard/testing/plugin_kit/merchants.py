"""Random merchants for a plan: facts inside their bounds, often near the plan's constants."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from steelyard.model.facts import Declaration, FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.report import one_line
from steelyard.testing.trial import AS_OF

Facts = dict[str, Any]
Strategy = st.SearchStrategy[Any]
TODAY = AS_OF.toordinal()
DAYS = (TODAY, TODAY - 150, TODAY + 1, TODAY + 300)
_MAX_RECORDS = 6


def days_of(plan: Plan) -> list[int]:
    """Return some days, as ordinals, on which a plan holds."""
    first, last = plan.dates.first_day.toordinal(), plan.dates.last_day.toordinal()
    return [day for day in DAYS if first <= day <= last] or [first, last]


def merchants_of(plan: Plan, seeds: Sequence[Facts]) -> st.SearchStrategy[Facts]:
    """Return merchants with some of the facts that a plan reads.

    About half of them are one of the `seeds` with some facts changed. As in merchant files, no
    part exceeds its whole, and records have different keys.
    """
    declared = {fact.id: fact for fact in plan.facts}
    drawn = {fact.id: _fact(fact, plan) for fact in plan.facts}
    required = {name: drawn[name] for name, fact in declared.items() if fact.required}
    optional = {name: drawn[name] for name, fact in declared.items() if not fact.required}
    strategy: Strategy = st.fixed_dictionaries(required, optional=optional)
    known = [{name: seed[name] for name in declared if name in seed} for seed in seeds]
    if known:
        changes = st.fixed_dictionaries({}, optional=drawn)
        changed = st.tuples(st.fixed_dictionaries(required), st.sampled_from(known), changes)
        strategy |= changed.map(lambda parts: {**parts[0], **parts[1], **parts[2]})
    return strategy.map(lambda facts: consistent(facts, declared))


def consistent(facts: Facts, declared: Mapping[str, FactDeclaration]) -> Facts:
    """Return a merchant with every part lowered to its whole, wholes first."""
    result: Facts = {}

    def settle(name: str) -> None:
        fact = declared[name]
        whole = declared.get(fact.at_most or "")
        result[name] = facts[name]
        if whole is not None and whole.id != name and whole.id in facts:
            if whole.id not in result:
                settle(whole.id)
            moved = fact.decimals - whole.decimals
            limit = result[whole.id] * 10**moved if moved >= 0 else result[whole.id] // 10**-moved
            result[name] = max(min(facts[name], limit), fact.low)

    for name in facts:
        if name not in result:
            settle(name)
    return result


def merchant_text(facts: Facts, declared: Sequence[FactDeclaration]) -> str:
    """Return a merchant's facts as a merchant file has them, in one line of bounded length."""
    known = {fact.id: fact for fact in declared}
    texts = (f"{name} {_text(known[name], value)}" for name, value in sorted(facts.items()))
    return one_line(", ".join(texts) or "a merchant without facts", 200)


def _text(fact: Declaration, value: Any) -> str:  # noqa: ANN401 - by the type of the fact
    if isinstance(fact, FactDeclaration) and fact.type == "records":
        fields = {field.name: field for field in fact.fields}
        records = (
            ", ".join(f"{key}: {_text(fields[key], row[key])}" for key in row) for row in value
        )
        return f"[{', '.join(f'{{{record}}}' for record in records)}]"
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value).lower()
    if fact.type == "date":
        return date.fromordinal(value).isoformat()
    return fact.values[value] if fact.type == "enum" else format_scaled(value, fact.decimals)


def _readable(fact: FactDeclaration) -> list[FieldDeclaration]:
    return [field for field in fact.fields if field.type != "id"]


def _fact(fact: FactDeclaration, plan: Plan) -> Strategy:
    if fact.type != "records":
        return _value(fact, plan)
    drawn = {field.name: _value(field, plan) for field in _readable(fact)}
    required = {field.name: drawn.pop(field.name) for field in _readable(fact) if field.required}
    record = st.fixed_dictionaries(required, optional=drawn)
    keyed = bool(fact.key) and {*fact.key} <= {*required, *drawn}
    return st.lists(
        record,
        max_size=min(fact.max_records, _MAX_RECORDS),
        unique_by=(lambda row: tuple(row.get(name) for name in fact.key)) if keyed else None,
    ).map(tuple)


def _value(fact: Declaration, plan: Plan) -> Strategy:
    if fact.type == "bool":
        return st.booleans()
    choices: list[Strategy] = [
        st.sampled_from((fact.low, fact.high)),
        st.integers(fact.low, min(fact.high, fact.low + 200)),
        st.integers(fact.low, fact.high),
    ]
    near = _near_constants(fact, plan)
    return st.one_of(*choices, *[st.sampled_from(near)] * 2 if near else ())


def _near_constants(fact: Declaration, plan: Plan) -> list[int]:
    """Return the values of a fact that equal a constant of a plan or differ from it by one."""
    constants = [node for node in plan.nodes if node.op == "constant"]
    numbers = [node for node in constants if node.type.kind == "number"]
    if fact.type == "date":
        days = {TODAY, *(node.value for node in constants if node.type.kind == "date")}
        spans = {node.value for node in numbers if not node.type.decimals}
        middle = days | {TODAY - span for span in spans} | {TODAY + span for span in spans}
    else:
        middle = {node.value * 10**fact.decimals // 10**node.type.decimals for node in numbers}
    beside = {value + step for value in middle for step in (-1, 0, 1)}
    return sorted(value for value in beside if fact.low <= value <= fact.high)
