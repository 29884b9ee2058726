"""The Polars evaluator means what the reference means, for every row of a frame."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies.columns import facts_by_row, facts_in_columns, random_facts
from tests.strategies.facts import dates, merchant_facts
from tests.strategies.graphs import graphs
from tests.strategies.rulesets import FACTS, TODAY, rulesets

from steelyard.compiler import compile_ruleset
from steelyard.evaluators import polars, python, reference
from steelyard.evaluators.polars import trace_column
from steelyard.language.expressions import Expression, Graph
from steelyard.model.numbers import ROUNDINGS
from steelyard.model.types import BOOL, number_type
from steelyard.plan.nodes import Node
from steelyard.plan.trace import trace_nodes
from steelyard.plugins.discovery import discover

ITEM_TYPES = discover(["core"]).item_types
AS_OF = TODAY.toordinal()
RANDOM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def compiled(ruleset):
    return compile_ruleset(ruleset, FACTS, ITEM_TYPES, {"core": "0"})


@settings(max_examples=150, **RANDOM)
@given(st.data())
def test_every_operation_means_what_the_reference_means(data):
    graph = data.draw(graphs())
    people = data.draw(st.lists(merchant_facts(graph.facts), max_size=4))
    as_of = data.draw(dates())
    own = [index for index, node in enumerate(graph.nodes) if node.scope is None]
    some = data.draw(st.lists(st.sampled_from(own), min_size=1, max_size=4, unique=True))
    for wanted in (own, some):
        frame = polars.prepare_nodes(graph.nodes, wanted)(
            facts_in_columns(graph.facts, people), as_of
        )
        assert frame.columns == [trace_column(index) for index in wanted]
        assert frame.height == len(people)
        for row, facts in zip(frame.iter_rows(), people, strict=True):
            values = reference.evaluate_nodes(graph.nodes, facts, as_of)
            assert row == tuple(values[index] for index in wanted)
            assert [type(one) for one in row] == [type(values[index]) for index in wanted]


@settings(max_examples=25, **RANDOM)
@given(rulesets(), st.integers(0, 2**32))
def test_traces_of_whole_plans_agree(ruleset, seed):
    """Reference = Python = Polars on random plans and populations, the whole trace."""
    check_population(compiled(ruleset), rows=40, seed=seed, every=1)


@pytest.mark.slow
@settings(max_examples=250, **RANDOM)
@given(rulesets(), st.integers(0, 2**32))
def test_a_million_merchants(ruleset, seed):
    """250 rulesets with 4,000 merchants each; the reference evaluates every twentieth."""
    check_population(compiled(ruleset), rows=4000, seed=seed, every=20)


def check_population(plan, *, rows, seed, every):
    facts = random_facts(FACTS, rows, seed)
    trace = polars.prepare(plan)(facts, AS_OF)
    assert trace.columns == [trace_column(index) for index in trace_nodes(plan)]
    assert sum(trace.null_count().row(0)) == 0
    traced = python.prepare(plan)
    pairs = zip(facts_by_row(FACTS, facts), trace.iter_rows(), strict=True)
    for place, (merchant, row) in enumerate(pairs):
        assert row == traced(merchant, AS_OF)
        if place % every == 0:
            assert row == reference.evaluate(plan, merchant, AS_OF)


wide = st.one_of(st.integers(-30, 30), st.integers(-(2**62), 2**62))


@given(
    st.lists(wide, min_size=1, max_size=20),
    wide.filter(bool),
    st.sampled_from(ROUNDINGS),
    st.booleans(),
)
def test_division_by_constants_and_by_columns(tops, bottom, rounding, by_column):
    """Near the ends of 64 bits too, where nothing may be doubled or negated on the way."""
    from steelyard.model.facts import FactDeclaration
    from steelyard.model.texts import Text

    def fact(name, low, high):
        return FactDeclaration(
            name, "int", Text(name, name), "", "", required=True, low=low, high=high
        )

    facts = {
        "a.top": fact("a.top", -(2**62), 2**62),
        "a.bottom": fact("a.bottom", min(bottom, -1), -1)
        if bottom < 0
        else fact("a.bottom", 1, max(bottom, 1)),
    }
    graph = Graph(facts, (AS_OF, AS_OF))
    divisor = Expression.fact(graph, "a.bottom") if by_column else bottom
    result = Expression.fact(graph, "a.top").divided_by(divisor, decimals=0, rounding=rounding)
    frame = pl.DataFrame({"a.top": tops, "a.bottom": [bottom] * len(tops)})
    found = polars.prepare_nodes(graph.nodes, [result.index])(frame, AS_OF).to_series().to_list()
    assert found == [
        reference.evaluate_nodes(graph.nodes, {"a.top": top, "a.bottom": bottom}, AS_OF)[
            result.index
        ]
        for top in tops
    ]


def test_nodes_that_only_other_compilers_make():
    """Proved narrow values of wide constants, and members that the argument cannot have."""
    number, truth, large = number_type(0), BOOL, 5 * 10**9
    nodes = (
        Node("fact", number, name="a.zero", low=0, high=0),
        Node("constant", number, low=large, high=large, value=large),
        Node("multiply", number, (0, 1), 0, 0),
        Node("constant", truth, low=1, high=1, value=1),
        Node("if", number, (3, 0, 1), 0, 0),
        Node("in", truth, (0,), 0, 1, members=(7, large)),
        Node("minimum", number, (0, 1), 0, 0),
    )
    wanted = (2, 4, 5, 6)
    facts = pl.DataFrame({polars.fact_column("a.zero"): [0, 0]})
    frame = polars.prepare_nodes(nodes, wanted)(facts, AS_OF)
    values = reference.evaluate_nodes(nodes, {"a.zero": 0}, AS_OF)
    assert frame.rows() == [tuple(values[index] for index in wanted)] * 2
    assert [type(one) for one in frame.row(0)] == [int, int, bool, int]


def test_facts_that_nobody_gives_need_no_column():
    """Absent facts of every type, records and their masks too, read as absent."""
    from steelyard.language.expressions import RecordList

    graph = Graph(FACTS, (AS_OF, AS_OF))
    wanted = []
    for name, fact in FACTS.items():
        if fact.required:
            continue
        wanted.append(Expression.has(graph, name).index)
        if fact.type == "records":
            wanted.append(RecordList.fact(graph, name).size().index)
        else:
            wanted.append(Expression.fact(graph, name).index)
    frame = polars.prepare_nodes(graph.nodes, wanted)(pl.DataFrame({"row": [1, 2]}), AS_OF)
    values = reference.evaluate_nodes(graph.nodes, {}, AS_OF)
    assert frame.rows() == [tuple(values[index] for index in wanted)] * 2


def test_no_merchants_give_no_rows():
    graph = Graph(FACTS, (AS_OF, AS_OF))
    constant = Expression.constant(graph, 3).index
    frame = polars.prepare_nodes(graph.nodes, [constant])(
        pl.DataFrame({"row": pl.Series([], dtype=pl.Int64)}), AS_OF
    )
    assert frame.shape == (0, 1)
