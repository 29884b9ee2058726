"""Dates on every evaluator: the whole range of dates, tables of working days, hostile plans."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from steelyard.evaluators import polars, python
from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    months_between,
    start_of,
    working_days,
)
from steelyard.model.calendars import Calendar
from steelyard.model.dates import LAST_ORDINAL, PARTS, STARTS, days_without, part_of
from steelyard.model.dates import months_between as months
from steelyard.model.dates import start_of as start
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_CALENDAR_DAYS, MAX_TABLE_DAYS
from steelyard.model.texts import Text
from steelyard.model.types import DATE, number_type
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OPERATIONS

NONE = Text("", "")
LAST = date(2199, 12, 31).toordinal()
STEP = 11  # shares no factor with a week


def dated(name, low, high):
    return FactDeclaration(name, "date", NONE, "", "", required=True, low=low, high=high)


def test_every_evaluator_knows_the_whole_calendar():
    day = Node("fact", DATE, name="day", low=1, high=LAST_ORDINAL, value=1)
    nodes = [day]
    for part in PARTS:
        high = {"year": 9999, "quarter": 4, "month": 12, "weekday": 7}[part]
        nodes.append(Node("date_part", number_type(), (0,), 1, high, mode=part))
    nodes += [Node("start_of", DATE, (0,), 1, LAST_ORDINAL, mode=period) for period in STARTS]
    wanted = list(range(1, len(nodes)))
    days = [*range(1, LAST, STEP), LAST, LAST_ORDINAL]
    expected = [
        tuple(part_of(part, day) for part in PARTS) + tuple(start(one, day) for one in STARTS)
        for day in days
    ]
    frame = pl.DataFrame({"day": days}, schema={"day": pl.Int32})
    assert polars.prepare_nodes(nodes, wanted)(frame, 1).rows() == expected
    generated = python.prepare_nodes(nodes, [dated("day", 1, LAST_ORDINAL)], wanted)
    some = slice(None, None, 17)
    assert [generated({"day": day}, 1) for day in days[some]] == expected[some]


def test_months_agree_at_the_ends_of_all_months():
    ends = [
        date(year, month, 1).toordinal() + step
        for year in (1, 1899, 1900, 2023, 2024, 2199)
        for month in range(1, 13)
        for step in (0, 27, *((-1,) if (year, month) != (1, 1) else ()))
    ]
    facts = {"a": dated("a", 1, LAST), "b": dated("b", 1, LAST)}
    graph = Graph(facts)
    value = months_between(Expression.fact(graph, "a"), Expression.fact(graph, "b"))
    pairs = [(one, other) for one in ends for other in ends[::5]]
    expected = [months(*pair) for pair in pairs]
    frame = pl.DataFrame(pairs, schema={"a": pl.Int32, "b": pl.Int32}, orient="row")
    made = polars.prepare_nodes(graph.nodes, [value.index])(frame, 1)
    assert made.to_series().to_list() == expected
    generated = python.prepare_nodes(graph.nodes, facts.values(), [value.index])
    assert [generated({"a": a, "b": b}, 1)[0] for a, b in pairs] == expected


CALENDAR = Calendar("cn", NONE, 738_000, 740_000, tuple(range(738_001, 740_000, 7)))


def working(low=738_000, high=740_000, calendar=CALENDAR):
    graph = Graph({"a": dated("a", low, high)}, (738_000, 739_000), {"cn": calendar})
    return working_days(Expression.fact(graph, "a"), Expression.as_of(graph), "cn")


def test_a_count_of_working_days_in_a_population():
    value = working()
    days = list(range(738_000, 740_001))
    frame = pl.DataFrame({"a": days}, schema={"a": pl.Int32})
    for as_of in (738_000, 738_500, 739_000):
        run = polars.prepare_nodes(value.graph.nodes, [value.index])
        found = run(frame, as_of).to_series().to_list()
        assert found == [days_without(day, as_of, CALENDAR.days_off) for day in days]
        assert run(frame.head(0), as_of).height == 0
        assert run(frame.head(1), as_of).height == 1


def test_days_off_that_nobody_can_reach_are_not_in_the_plan():
    longer = replace(CALENDAR, last=745_000, days_off=(*CALENDAR.days_off, 741_000, 742_000))
    assert working(calendar=longer).node == working().node
    assert len(working(high=738_100).node.members) < len(CALENDAR.days_off)


@pytest.mark.parametrize(("low", "high"), [(737_999, 738_500), (739_000, 740_001)])
def test_a_date_outside_the_calendar_is_refused_with_the_fix(low, high):
    with pytest.raises(ExpressionError) as caught:
        working(low, high)
    assert caught.value.code == "SY510"
    assert "tighten the bounds of a" in str(caught.value.fix)


def test_a_date_that_no_calendar_has_is_refused():
    far = FactDeclaration("list", "records", NONE, "", "", max_records=1)
    graph = Graph({"list": far})
    day = graph.add(Node("as_of", DATE, low=1, high=9))
    beyond = Expression(
        graph, graph.add(Node("minimum_record", DATE, (day,), name="list", value=10**7))
    )
    with pytest.raises(ExpressionError) as caught:
        start_of("month", beyond)
    assert caught.value.code == "SY501"


def test_all_tables_of_a_plan_together_are_bounded():
    wide = Calendar("cn", NONE, 730_000, 730_000 + MAX_CALENDAR_DAYS - 1, ())
    facts = {f"f{n}": dated(f"f{n}", wide.first, wide.last) for n in range(30)}
    graph = Graph(facts, (wide.first, wide.last), {"cn": wide})
    dates = [Expression.fact(graph, name) for name in facts]
    most = MAX_TABLE_DAYS // MAX_CALENDAR_DAYS
    for day in dates[:most]:
        working_days(day, Expression.as_of(graph), "cn")
    with pytest.raises(ExpressionError) as caught:
        working_days(dates[most], Expression.as_of(graph), "cn")
    assert caught.value.code == "SY407"


DAY = Node("fact", DATE, name="day", low=738_000, high=740_000, value=738_000)
FAR = replace(DAY, high=10**7)


@pytest.mark.parametrize(
    ("node", "args"),
    [
        (Node("date_part", number_type(), (0,), mode="decade"), [DAY]),
        (Node("date_part", number_type(), (0,), mode="year"), [FAR]),
        (Node("start_of", DATE, (0,), mode="year"), [replace(DAY, low=0)]),
        (Node("start_of", DATE, (0,), mode=""), [DAY]),
        (Node("months_between", number_type(), (0, 0)), [DAY, FAR]),
        (Node("working_days", number_type(), (0, 0), mode="cn"), [DAY, FAR]),
        (Node("working_days", number_type(), (0, 0), mode="cn", members=(2, 1)), [DAY, DAY]),
        (Node("working_days", number_type(), (0, 0), mode="cn", members=(1, 1)), [DAY, DAY]),
        (Node("working_days", number_type(), (0, 0), members=(1, 2)), [DAY, DAY]),
    ],
)
def test_nodes_that_no_evaluator_could_compute_are_refused(node, args):
    assert OPERATIONS[node.op].accepts(node, args)
    assert not OPERATIONS[node.op].check(node, args)
