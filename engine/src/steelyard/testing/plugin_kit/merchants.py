"""Random merchants for a plan: facts inside their bounds, often near the plan's constants."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.trial import AS_OF

Facts = dict[str, Any]
Strategy = st.SearchStrategy[Any]
Declared = FactDeclaration | FieldDeclaration

_MOST_RECORDS = 6


def days_of() -> st.SearchStrategy[int]:
    """Return days of scoring, as ordinals."""
    today = AS_OF.toordinal()
    return st.just(today) | st.integers(today - 150, today + 300)


def merchants_of(
    plan: Plan, seeds: Sequence[Facts] = (), given: str | None = None
) -> st.SearchStrategy[Facts]:
    """Return merchants with some of the facts that a plan reads; `given` is always among them.

    About half of them are one of the `seeds` with some facts changed.

    Parts never exceed their wholes, records have different keys, as intake sees to it.
    """
    near = _near(plan)
    drawn = {fact.id: _fact(fact, near) for fact in plan.facts}
    always = {fact.id for fact in plan.facts if fact.required or fact.id == given}
    strategy = st.fixed_dictionaries(
        {name: one for name, one in drawn.items() if name in always},
        optional={name: one for name, one in drawn.items() if name not in always},
    )
    declared = {fact.id: fact for fact in plan.facts}
    known = [{name: one for name, one in seed.items() if name in declared} for seed in seeds]
    if known:
        some = st.fixed_dictionaries({}, optional=drawn)
        changed = st.tuples(strategy, st.sampled_from(known), some)
        strategy |= changed.map(
            lambda parts: {
                **{name: one for name, one in parts[0].items() if name in always},
                **parts[1],
                **parts[2],
            }
        )
    return strategy.map(lambda facts: consistent(facts, declared))


def range_of(name: str, facts: Facts, declared: Mapping[str, FactDeclaration]) -> tuple[int, int]:
    """Return the values that a merchant's fact may have beside all its others."""
    fact = declared[name]
    low, high = fact.low, fact.high
    whole = declared.get(fact.at_most or "")
    if whole is not None and whole.id in facts:
        high = min(high, in_decimals(facts[whole.id], whole, fact))
    for part in declared.values():
        if part.at_most == name and part.id in facts:
            low = max(low, -in_decimals(-facts[part.id], part, fact))
    return low, high


def consistent(facts: Facts, declared: Mapping[str, FactDeclaration]) -> Facts:
    """Return a merchant with every part lowered to its whole, wholes first."""
    done: Facts = {}

    def settle(name: str) -> None:
        if name in done or name not in facts:
            return
        fact = declared[name]
        value = facts[name]
        whole = declared.get(fact.at_most or "")
        if whole is not None:
            settle(whole.id)
            if whole.id in done:
                value = min(value, in_decimals(done[whole.id], whole, fact))
        done[name] = max(value, fact.low)

    for name in facts:
        if declared[name].at_most is None or declared[name].at_most == name:
            done[name] = facts[name]
    for name in facts:
        settle(name)
    return done


def in_decimals(value: int, of: FactDeclaration, to: FactDeclaration) -> int:
    """Return a scaled integer of one fact as one of another, downwards."""
    moved = to.decimals - of.decimals
    return value * 10**moved if moved >= 0 else value // 10**-moved


def _near(plan: Plan) -> Callable[[Declared], list[int]]:
    """Return which values of a fact or field lie at and beside the constants of a plan."""
    constants = {
        (node.type.kind, node.type.decimals, node.value)
        for node in plan.nodes
        if node.op == "constant" and node.type.kind in ("number", "date")
    }
    today = AS_OF.toordinal()

    def near(one: Declared) -> list[int]:
        if one.type == "date":
            days = {today, *(value for kind, _, value in constants if kind == "date")}
            spans = {
                value for kind, decimals, value in constants if kind == "number" and not decimals
            }
            middle = days | {today - span for span in spans} | {today + span for span in spans}
        else:
            middle = {
                value * 10**one.decimals // 10**decimals
                for kind, decimals, value in constants
                if kind == "number"
            }
        beside = {value + step for value in middle for step in (-1, 0, 1)}
        return sorted(value for value in beside if one.low <= value <= one.high)

    return near


def _fact(fact: FactDeclaration, near: Callable[[Declared], list[int]]) -> Strategy:
    if fact.type != "records":
        return _value(fact, near)
    fields = [field for field in fact.fields if field.type != "id"]
    record = st.fixed_dictionaries(
        {field.name: _value(field, near) for field in fields if field.required},
        optional={field.name: _value(field, near) for field in fields if not field.required},
    )
    readable = [name for name in fact.key if any(field.name == name for field in fields)]
    told_apart = bool(readable) and len(readable) == len(fact.key)

    def key(one: Facts) -> tuple[Any, ...]:
        return tuple(one.get(name) for name in readable)

    most = min(fact.max_records, _MOST_RECORDS)
    return st.lists(record, max_size=most, unique_by=key if told_apart else None).map(tuple)


def _value(one: Declared, near: Callable[[Declared], list[int]]) -> Strategy:
    if one.type == "bool":
        return st.booleans()
    choices: list[Strategy] = [
        st.sampled_from((one.low, one.high)),
        st.integers(one.low, min(one.high, one.low + 200)),
        st.integers(one.low, one.high),
    ]
    beside = near(one)
    if beside:
        choices += [st.sampled_from(beside)] * 2
    return st.one_of(*choices)


def full_merchant(facts: Iterable[FactDeclaration], records: int) -> Facts:
    """Return a merchant that gives every fact, with many records: what costs the most."""

    def middle(one: Declared) -> int | bool:
        return True if one.type == "bool" else (one.low + one.high) // 2

    def value(fact: FactDeclaration) -> object:
        if fact.type != "records":
            return middle(fact)
        record = {field.name: middle(field) for field in fact.fields if field.type != "id"}
        return (record,) * min(fact.max_records, records)

    declared = {fact.id: fact for fact in facts}
    return consistent({name: value(fact) for name, fact in declared.items()}, declared)
