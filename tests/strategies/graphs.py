"""Random well-typed graphs, built as item types and conditions build them."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from hypothesis import strategies as st
from tests.strategies.facts import FIRST_DAY, LAST_DAY, TITLE, declarations

from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    RecordList,
    all_of,
    any_of,
    choose,
    clamp,
    days_between,
    interpolate,
    maximum,
    minimum,
    month,
    months_between,
    quarter,
    ratio,
    start_of,
    weekday,
    working_days,
    year,
)
from steelyard.model.calendars import Calendar
from steelyard.model.dates import STARTS
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import ROUNDINGS

_MOST_NODES = 150


@st.composite
def graphs(draw, facts: dict[str, FactDeclaration] | None = None, size: int = 25) -> Graph:
    """A graph with up to `size` random steps, over given or random facts."""
    known = draw(declarations()) if facts is None else facts
    days_off = tuple(sorted(draw(st.sets(st.integers(FIRST_DAY, LAST_DAY), max_size=8))))
    calendar = Calendar("cn", TITLE, FIRST_DAY, LAST_DAY, days_off)
    graph = Graph(known, (FIRST_DAY, LAST_DAY), {"cn": calendar})
    pool = _leaves(graph)
    _grow(draw, graph, pool, draw(st.integers(1, size)))
    for fact in known.values():
        if fact.type == "records":
            _over_records(draw, graph, pool, fact)
    _grow(draw, graph, pool, draw(st.integers(1, 8)))
    return graph


def _leaves(graph: Graph) -> list[Expression]:
    yes = Expression.constant(graph, True)
    pool = [yes, Expression.as_of(graph)]
    pool += [Expression.constant(graph, number) for number in (0, 1, -3, Decimal("0.25"))]
    for name, fact in graph.facts.items():
        pool.append(Expression.has(graph, name))
        if fact.type == "records":
            pool.append(RecordList.fact(graph, name).size())
        else:
            pool.append(Expression.fact(graph, name))
    return pool


def _over_records(draw, graph: Graph, pool: list[Expression], fact: FactDeclaration) -> None:
    records = RecordList.fact(graph, fact.id)
    readable = [field.name for field in fact.fields if field.type != "id"]
    scoped = [*pool, *(records.has(name) for name in readable)]
    for name in readable:
        scoped += [records.field(name)] * 3
    _grow(draw, graph, scoped, draw(st.integers(1, 8)))
    for _ in range(draw(st.integers(1, 3))):
        value = draw(st.sampled_from(scoped[len(pool) :] or scoped))
        with suppress(ExpressionError):
            pool.append(_quantified(draw, records, value))


def _quantified(draw, records: RecordList, value: Expression) -> Expression:
    kind = value.type.kind
    if kind == "bool":
        return draw(st.sampled_from([records.count, records.any, records.all]))(value)
    if kind == "number" and draw(st.booleans()):
        return records.sum(value)
    extreme = draw(st.sampled_from([records.maximum, records.minimum]))
    empty = draw(st.integers(value.node.low, value.node.high))
    return extreme(
        value, empty=Decimal(empty).scaleb(-value.type.decimals) if kind == "number" else empty
    )


def _grow(draw, graph: Graph, pool: list[Expression], steps: int) -> None:
    for _ in range(steps):
        if len(graph.nodes) > _MOST_NODES:
            return
        make = draw(st.sampled_from(_STEPS))
        with suppress(ExpressionError):
            pool.append(make(draw, pool))


def _pick(draw, pool: list[Expression], *kinds: str) -> Expression:
    # the last ones are likelier, so that graphs grow deep
    fitting = [one for one in pool if one.type.kind in kinds]
    if not fitting:
        raise ExpressionError("SY402", "nothing fits")
    recent = fitting[-6:]
    return draw(st.sampled_from(recent if draw(st.booleans()) else fitting))


def _numbers(draw, pool: list[Expression]) -> tuple[Expression, Expression]:
    """Two numbers that may meet: units are dropped, as units are not what is tried here."""
    left, right = (_pick(draw, pool, "number").in_unit(None) for _ in range(2))
    return left, right


def _compare(draw, pool):
    left = _pick(draw, pool, "number", "date", "enum", "bool")
    right = _pick(draw, pool, left.type.kind)
    if left.type.kind == "number":
        left, right = left.in_unit(None), right.in_unit(None)
    operation: Callable = draw(
        st.sampled_from(
            [
                lambda a, b: a == b,
                lambda a, b: a != b,
                lambda a, b: a < b,
                lambda a, b: a <= b,
                lambda a, b: a > b,
                lambda a, b: a >= b,
            ]
        )
    )
    return operation(left, right)


def _near_constant(draw, pool):
    """A comparison with a constant inside the interval, which decides nothing beforehand."""
    left = _pick(draw, pool, "number")
    limit = draw(st.integers(left.node.low, left.node.high))
    constant = Decimal(limit).scaleb(-left.type.decimals)
    return draw(st.sampled_from([left <= constant, left < constant, left == constant]))


def _logic(draw, pool):
    tests = [_pick(draw, pool, "bool") for _ in range(draw(st.integers(2, 4)))]
    return draw(st.sampled_from([all_of, any_of]))(*tests)


def _arithmetic(draw, pool):
    left, right = _numbers(draw, pool)
    operation = draw(st.sampled_from(["add", "subtract", "multiply", "minimum", "maximum"]))
    if operation == "add":
        return left + right
    if operation == "subtract":
        return left - right
    if operation == "multiply":
        return left * right
    return (minimum if operation == "minimum" else maximum)(left, right)


def _divide(draw, pool):
    left, right = _numbers(draw, pool)
    how = draw(st.integers(0, 3))
    if how == 0:
        right = Expression.constant(left.graph, draw(st.integers(-12, 12)))
    elif how == 1:
        right = maximum(right, draw(st.integers(1, 5)))
    elif how == 2:
        right = minimum(right, draw(st.integers(-5, -1)))
    return left.divided_by(
        right, decimals=draw(st.integers(0, 4)), rounding=draw(st.sampled_from(ROUNDINGS))
    )


def _round(draw, pool):
    value = _pick(draw, pool, "number")
    return value.rounded(draw(st.integers(0, 3)), draw(st.sampled_from(ROUNDINGS)))


def _choose(draw, pool):
    then = _pick(draw, pool, "number", "date", "enum", "bool")
    otherwise = _pick(draw, pool, then.type.kind)
    if then.type.kind == "number":
        then, otherwise = then.in_unit(None), otherwise.in_unit(None)
    return choose(_pick(draw, pool, "bool"), then, otherwise)


def _member(draw, pool):
    value = _pick(draw, pool, "enum", "number")
    if value.type.kind == "enum":
        return value.is_in(draw(st.lists(st.sampled_from(value.type.values), min_size=1)))
    inside = st.integers(value.node.low, value.node.high)
    members = draw(st.lists(inside, min_size=1, max_size=5))
    return value.is_in([Decimal(one).scaleb(-value.type.decimals) for one in members])


def _shape(draw, pool):
    left, right = _numbers(draw, pool)
    if draw(st.booleans()):
        return ratio(left, right, rounding=draw(st.sampled_from(ROUNDINGS)))
    xs = sorted(draw(st.sets(st.integers(-50, 50), min_size=2, max_size=4)))
    ys = [Decimal(draw(st.integers(-20, 20))).scaleb(-1) for _ in xs]
    rounding = draw(st.sampled_from(ROUNDINGS))
    return interpolate(left, list(zip(xs, ys, strict=True)), decimals=3, rounding=rounding)


def _of_date(draw, pool):
    function = draw(st.sampled_from([year, quarter, month, weekday]))
    return function(_pick(draw, pool, "date"))


def _between(draw, pool):
    start, end = _pick(draw, pool, "date"), _pick(draw, pool, "date")
    how = draw(st.sampled_from(["days", "months", "working_days"]))
    if how == "working_days":
        return working_days(start, end, "cn")
    return (days_between if how == "days" else months_between)(start, end)


_STEPS: list[Callable] = [
    _compare,
    _near_constant,
    _near_constant,
    _logic,
    _arithmetic,
    _arithmetic,
    _divide,
    _round,
    _choose,
    _choose,
    _member,
    _shape,
    lambda draw, pool: ~_pick(draw, pool, "bool"),
    lambda draw, pool: -_pick(draw, pool, "number"),
    lambda draw, pool: clamp(_pick(draw, pool, "number").in_unit(None), 0, draw(st.integers(0, 9))),
    _between,
    _between,
    _of_date,
    lambda draw, pool: start_of(draw(st.sampled_from(list(STARTS))), _pick(draw, pool, "date")),
]
