"""Checks of what authors claim: proved by intervals and signs, else tried on random merchants."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from steelyard.formats import parse_yaml
from steelyard.language.expressions import Graph
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemContext, ItemType
from steelyard.testing.plugin_kit.directions import directions
from steelyard.testing.plugin_kit.draws import Draw, draws_of, plans_of
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.trial import only_item
from steelyard.testing.plugin_kit.trying import BrokenError, broken, shown
from steelyard.testing.plugin_kit.verdicts import Finding, Note

_TIMES = 10  # as many merchants as other laws have: what is not proved is tried harder
_ORDERED = ("int", "decimal", "date", "bool")


def most_points_hold(subject: Subject) -> Iterator[Finding]:
    """Yield item types that give more than their author claims, and how the rest is known."""
    for name, item_type in subject.item_types.items():
        if item_type.claims.max_points is None:
            yield Note(f"{name}: no claim of max_points")
        else:
            yield from _most_points(subject, name, item_type)


def _most_points(subject: Subject, name: str, item_type: ItemType) -> Iterator[Finding]:
    plans_of(subject, name)
    unproved: list[tuple[Draw, Plan, Decimal]] = []
    claimed = 0
    for draw in draws_of(subject, name):
        if not isinstance(draw.made, Plan):
            continue
        claimed += 1
        try:
            most = _claimed_most(subject, item_type, draw)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the author's function
            yield f"{name}: max_points of {draw.parameters}: {type(error).__name__}: {error}"
            return
        node = draw.made.nodes[only_item(draw.made).earned]
        if Decimal(node.high).scaleb(-node.type.decimals) > most:
            unproved.append((draw, draw.made, most))
    if not unproved:
        yield Note(f"{name}: max_points proved for {claimed} sets of parameters")
        return
    wrong = list(_more_than_claimed(subject, name, unproved))
    yield from wrong
    if not wrong:
        yield Note(
            f"{name}: max_points held on {_tried(subject)} merchants; intervals do not "
            f"prove it for {len(unproved)} of {claimed} sets of parameters"
        )


def _claimed_most(subject: Subject, item_type: ItemType, draw: Draw) -> Decimal:
    claim = item_type.claims.max_points
    if callable(claim):
        claim = claim(_context(subject, item_type, draw))
    if isinstance(claim, bool) or not isinstance(claim, int | Decimal):
        raise TypeError(f"max_points is a {type(claim).__name__}, not an int or a Decimal")
    return Decimal(claim)


def _context(subject: Subject, item_type: ItemType, draw: Draw) -> ItemContext:
    """Return what the item type's function was given for these parameters."""
    given = parse_yaml(draw.parameters, "parameters").plain()
    defaults = {
        name: schema["default"]
        for name, schema in item_type.parameters.items()
        if "default" in schema
    }

    def no_condition(_: str) -> NoReturn:
        raise TypeError("a claim reads parameters, not conditions")

    graph = Graph(subject.trial.facts)
    return ItemContext(graph, "item", item_type.title, {**defaults, **given}, 4, no_condition)


def _more_than_claimed(
    subject: Subject, name: str, plans: list[tuple[Draw, Plan, Decimal]]
) -> Iterator[Finding]:
    from hypothesis import strategies as st

    from steelyard.testing.plugin_kit.merchants import days_of, merchants_of

    def law(case: tuple[int, dict[str, Any], int]) -> None:
        number, facts, as_of = case
        draw, plan, most = plans[number]
        given = _points(plan, facts, as_of)
        if given > most:
            raise BrokenError(
                f"gives {given} points where at most {most} are claimed, with "
                f"{draw.parameters}, for {shown(facts, plan.facts)}"
            )

    cases = st.integers(0, len(plans) - 1).flatmap(
        lambda number: st.tuples(
            st.just(number), merchants_of(plans[number][1], subject.seeds), days_of()
        )
    )
    yield from broken(name, cases, _tried(subject), law)


def _tried(subject: Subject) -> int:
    return subject.examples * _TIMES


def _points(plan: Plan, facts: dict[str, Any], as_of: int) -> Decimal:
    from steelyard.evaluators.reference import evaluate_nodes

    index = only_item(plan).earned
    value = evaluate_nodes(plan.nodes[: index + 1], facts, as_of)[index]
    assert value is not None
    return Decimal(int(value)).scaleb(-plan.nodes[index].type.decimals)


def directions_hold(subject: Subject) -> Iterator[Finding]:
    """Yield facts with which points go another way than claimed, and how the rest is known."""
    for name, item_type in subject.item_types.items():
        if not item_type.claims.monotone:
            yield Note(f"{name}: no claim of monotone")
        for fact, way in item_type.claims.monotone.items():
            yield from _direction(subject, name, fact, way)


def _direction(subject: Subject, name: str, fact: str, way: str) -> Iterator[Finding]:
    declared = subject.trial.facts.get(fact)
    if declared is None or declared.type not in _ORDERED or way not in ("up", "down"):
        yield (
            f"{name} claims monotone {fact}: {way}; it takes a number, a date or a "
            "yes/no, up or down"
        )
        return
    plans = [
        plan
        for plan in plans_of(subject, name)
        if any(node.name == fact and node.op == "fact" for node in plan.nodes)
    ]
    if not plans:
        yield f"{name} claims monotone {fact}: {way}, but never reads {fact}"
        return
    ways = [directions(plan.nodes, fact)[only_item(plan).earned] for plan in plans]
    unproved = [
        plan for plan, found in zip(plans, ways, strict=True) if found not in ("constant", way)
    ]
    if not unproved:
        yield Note(f"{name}: monotone {fact}: {way} proved for {len(plans)} sets of parameters")
        return
    wrong = list(_other_way(subject, name, fact, way, unproved))
    yield from wrong
    if not wrong:
        yield Note(
            f"{name}: monotone {fact}: {way} held on {_tried(subject)} pairs of merchants; "
            f"signs do not prove it for {len(unproved)} of {len(plans)} sets of parameters"
        )


def _other_way(
    subject: Subject, name: str, fact: str, way: str, plans: list[Plan]
) -> Iterator[Finding]:
    from hypothesis import strategies as st

    from steelyard.testing.plugin_kit.merchants import days_of, merchants_of, range_of

    def law(case: tuple[Plan, dict[str, Any], Any, int]) -> None:
        plan, facts, value, as_of = case
        less, more = sorted((facts[fact], value))
        before, after = (_points(plan, {**facts, fact: one}, as_of) for one in (less, more))
        if (after < before) if way == "up" else (after > before):
            others = {key: one for key, one in facts.items() if key != fact}
            raise BrokenError(
                f"monotone {fact}: {way} does not hold: {before} points for "
                f"{shown({fact: less}, plan.facts)}, {after} for {shown({fact: more}, plan.facts)}"
                f"{_with(subject, name, plan)}, beside {shown(others, plan.facts)}"
            )

    try:
        for case in _beside_constants(subject, fact, plans):
            law(case)
    except BrokenError as error:
        yield f"{name}: {error}"
        return

    @st.composite
    def pairs(draw: Any) -> tuple[Plan, dict[str, Any], Any, int]:  # noqa: ANN401 - Hypothesis'
        plan = draw(st.sampled_from(plans))
        facts = draw(merchants_of(plan, subject.seeds, fact))
        low, high = range_of(fact, facts, {one.id: one for one in plan.facts})
        other = merchants_of(plan, given=fact).map(lambda another: another[fact])
        value = draw(other | st.integers(low, high))
        return plan, facts, min(max(value, low), high), draw(days_of())

    yield from broken(name, pairs(), _tried(subject), law)


def _with(subject: Subject, name: str, plan: Plan) -> str:
    """Return the parameters of which a plan was made, to be read."""
    made = (draw.parameters for draw in draws_of(subject, name) if draw.made is plan)
    return f" with {next(made, '')}"


def _beside_constants(
    subject: Subject, fact: str, plans: list[Plan]
) -> Iterator[tuple[Plan, dict[str, Any], Any, int]]:
    """Yield every merchant of the cases with the fact on both sides of each threshold of a plan.

    A plan compares the fact with a constant, which random merchants seldom meet from both sides
    while all else that the points need holds.
    """
    from steelyard.testing.plugin_kit.merchants import range_of
    from steelyard.testing.plugin_kit.trial import AS_OF

    for plan in plans:
        declared = {one.id: one for one in plan.facts}
        marks = thresholds(plan, fact)
        for seed in subject.seeds:
            facts = {key: one for key, one in seed.items() if key in declared}
            low, high = range_of(fact, facts, declared)
            for mark in marks:
                if low < mark <= high:
                    yield plan, {**facts, fact: mark - 1}, mark, AS_OF.toordinal()


def thresholds(plan: Plan, fact: str) -> list[int]:
    """Return the constants that a plan compares a fact with, ascending, in the fact's decimals.

    The value is one at which the comparison may turn, coming from the value below.
    """
    found: set[int] = set()
    for node in plan.nodes:
        if node.op in ("equal", "less", "less_or_equal"):
            sides = [plan.nodes[index] for index in node.args]
            for side, other in (sides, reversed(sides)):
                if side.op == "fact" and side.name == fact and other.op == "constant":
                    found |= {other.value, other.value + 1}
    return sorted(found)
