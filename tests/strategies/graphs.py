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
from steelyard.language.expressions.expression import add_node
from steelyard.model.calendars import Calendar
from steelyard.model.dates import STARTS
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import ROUNDINGS
from steelyard.model.types import COUNT

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
    scoped: dict[str, list[Expression]] = {}
    for fact in known.values():
        if fact.type == "records":
            _over_records(draw, graph, pool, fact, scoped)
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


def _over_records(
    draw,
    graph: Graph,
    pool: list[Expression],
    fact: FactDeclaration,
    others: dict[str, list[Expression]],
) -> None:
    """Add values over the records of a fact; `others` are values of records of each list so far."""
    records = RecordList.fact(graph, fact.id)
    readable = [field.name for field in fact.fields]
    scoped = [*pool, *(records.has(name) for name in readable)]
    for name in readable:
        scoped += [records.field(name)] * 3
    _grow(draw, graph, scoped, draw(st.integers(1, 8)))
    others[fact.id] = own = [one for one in scoped if one.node.scope == fact.id]
    for _ in range(draw(st.integers(0, 3))):
        with suppress(ExpressionError):
            scoped.append(_related(draw, draw(st.sampled_from(own)), scoped, others))
    _grow(draw, graph, scoped, draw(st.integers(0, 3)))
    for _ in range(draw(st.integers(0, 2))):
        with suppress(ExpressionError):
            pool.append(_of_list(draw, graph, fact.id, own, scoped))
    for _ in range(draw(st.integers(1, 3))):
        value = draw(st.sampled_from(scoped[len(pool) :] or scoped))
        with suppress(ExpressionError):
            pool.append(_quantified(draw, records, value))


_FOLDS = {
    "count_records": "bool",
    "any_record": "bool",
    "all_records": "bool",
    "sum_records": "number",
    "maximum_record": "number",
    "minimum_record": "date",
}


def _fold_of(draw, op: str, args: list[Expression], values: list[Expression], **rest) -> Expression:
    """A node that folds a value in one of the ways that exist."""
    mode = draw(st.sampled_from(list(_FOLDS)))
    value = _pick(draw, values, _FOLDS[mode])
    kind = COUNT if mode == "count_records" else value.type
    empty = value.node.low if mode in ("maximum_record", "minimum_record") else 0
    return add_node(args[0].graph, op, kind, *args, value, mode=mode, value=empty, **rest)


def _related(draw, own: Expression, values, others) -> Expression:
    """A relation of a value of one record to the records of another list, or of its own."""
    name = draw(st.sampled_from(list(others)))
    if own.type.kind == "date" and name == own.node.scope and draw(st.booleans()):
        test, span = _pick(draw, values, "bool"), draw(st.integers(1, 400))
        return _fold_of(draw, "related_records", [own, test, own], values, name=name, span=span)
    of_list = [one for one in values if one.node.scope in (None, name)]
    keys = [one for one in others[name] if _same(one, own)]
    if not keys:
        raise ExpressionError("SY402", "nothing fits")
    args = [own, _pick(draw, of_list, "bool"), draw(st.sampled_from(keys))]
    return _fold_of(draw, "related_records", args, [*of_list, *others[name]], name=name)


def _same(left: Expression, right: Expression) -> bool:
    kinds = (left.type, right.type)
    return len({(kind.kind, kind.decimals, kind.values) for kind in kinds}) == 1


def _of_list(draw, graph: Graph, name: str, own, scoped) -> Expression:
    """An operation over the records for which a test holds."""
    test = _pick(draw, scoped, "bool")
    op = draw(st.sampled_from(["sum_groups", "top_records", "longest_run"]))
    if op == "sum_groups":
        key, value = draw(st.sampled_from(own)), _pick(draw, scoped, "number")
        return add_node(graph, op, value.type, test, key, value, name=name)
    if op == "longest_run":
        return add_node(graph, op, COUNT, test, _pick(draw, own, "date"), name=name)
    order = _pick(draw, own, "number", "date")
    span = draw(st.integers(1, 4))
    return _fold_of(draw, op, [test, order], scoped, name=name, span=span)


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
