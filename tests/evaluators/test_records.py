"""Laws of operations over lists of records: the order of records never matters."""

from datetime import date
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.conditions.world import declared
from tests.strategies.columns import facts_in_columns
from tests.strategies.facts import dates, merchant_facts
from tests.strategies.graphs import graphs

from steelyard.errors import Place
from steelyard.evaluators import polars, python
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Graph

FIRST = date(2026, 1, 1).toordinal()
FACTS = declared(
    {
        "stores": {
            "type": "records", "required": True, "max_records": 4, "key": ["id"],
            "fields": {"id": {"type": "id"}},
        },
        "jobs": {
            "type": "records", "required": True, "max_records": 12,
            "fields": {
                "store": {"type": "id"},
                "day": {"type": "date", "bounds": ["2026-01-01", "2026-03-31"]},
                "late": {"type": "bool"},
                "points": {"type": "int", "bounds": [-9, 9]},
            },
        },
    }
)  # fmt: skip
IDS = st.sampled_from(["a", "b", "c", "d"])
JOBS = st.lists(
    st.fixed_dictionaries(
        {
            "store": IDS,
            "day": st.integers(FIRST, FIRST + 20),
            "late": st.booleans(),
            "points": st.integers(-9, 9),
        }
    ),
    max_size=12,
)
AS_OF = FIRST + 60


def shuffled(draw, facts: dict) -> dict:
    """The same facts, the records of every list in another order."""
    return {
        name: tuple(draw(st.permutations(value))) if isinstance(value, tuple) else value
        for name, value in facts.items()
    }


@settings(max_examples=70, deadline=None)
@given(st.data())
def test_the_order_of_records_does_not_matter(data):
    graph = data.draw(graphs())
    facts = data.draw(merchant_facts(graph.facts))
    as_of = data.draw(dates())
    before = evaluate_nodes(graph.nodes, facts, as_of)
    assert evaluate_nodes(graph.nodes, shuffled(data.draw, facts), as_of) == before


def totals(jobs, key):
    """The points of each group, by a dictionary of our own."""
    found: dict = {}
    for job in jobs:
        found[key(job)] = found.get(key(job), 0) + job["points"]
    return found


def worst(jobs, length: int) -> int:
    """The largest sum of days that end on one with a job, by trying every day."""
    sums = [
        sum(job["points"] for job in jobs if end - length < job["day"] <= end)
        for end in {job["day"] for job in jobs}
    ]
    return max(sums, default=0)


def run_of_late(jobs) -> int:
    """The longest run of days with a late job."""
    days = sorted({job["day"] for job in jobs if job["late"]})
    runs = groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])
    return max((len(list(run)) for _, run in runs), default=0)


MEANINGS = {
    "jobs.map(j, j.store).distinct().size()": lambda jobs, _: len({j["store"] for j in jobs}),
    "jobs.filter(j, j.late).map(j, j.store).distinct().size()": (
        lambda jobs, _: len({j["store"] for j in jobs if j["late"]})
    ),
    "stores.filter(s, jobs.exists(j, j.store == s.id && j.late)).size()": (
        lambda jobs, stores: len(stores & {j["store"] for j in jobs if j["late"]})
    ),
    "stores.map(s, jobs.filter(j, j.store == s.id).map(j, j.points).sum()).max(-99)": (
        lambda jobs, stores: max(
            (totals(jobs, lambda j: j["store"]).get(store, 0) for store in stores), default=-99
        )
    ),
    "jobs.groupBy(j, j.store).map(g, g.map(j, j.points).sum()).min(99)": (
        lambda jobs, _: min(totals(jobs, lambda j: j["store"]).values(), default=99)
    ),
    "jobs.groupBy(j, j.store).map(g, min(g.map(j, j.points).sum(), 3)).sum()": (
        lambda jobs, _: sum(min(one, 3) for one in totals(jobs, lambda j: j["store"]).values())
    ),
    "jobs.groupBy(j, j.day).filter(g, g.all(j, j.late)).size()": (
        lambda jobs, _: len({j["day"] for j in jobs} - {j["day"] for j in jobs if not j["late"]})
    ),
    "jobs.sortBy(j, j.points).last(3).map(j, j.points).sum()": (
        lambda jobs, _: sum(sorted(j["points"] for j in jobs)[-3:])
    ),
    "jobs.sortBy(j, j.points).first(3).map(j, j.points).max(0)": (
        lambda jobs, _: max(sorted(j["points"] for j in jobs)[:3], default=0)
    ),
    "jobs.windows(j, j.day, 7).map(w, w.map(j, j.points).sum()).max(-999) + "
    "(jobs.size() == 0 ? 999 : 0)": lambda jobs, _: worst(jobs, 7),
    "jobs.filter(j, j.late).map(j, j.day).longestRun()": lambda jobs, _: run_of_late(jobs),
}  # fmt: skip


@pytest.mark.parametrize("text", MEANINGS)
@settings(max_examples=30, deadline=None)
@given(jobs=JOBS, stores=st.sets(IDS))
def test_an_operation_means_what_its_definition_says(text, jobs, stores):
    graph = Graph(FACTS)
    value = lower(parse(text, Place("rules.yaml", 1, 1)), FactScope(graph), want="any").index
    facts = {"jobs": tuple(jobs), "stores": tuple({"id": store} for store in sorted(stores))}
    expected = MEANINGS[text](jobs, stores)
    assert evaluate_nodes(graph.nodes, facts, AS_OF)[value] == expected
    assert python.prepare_nodes(graph.nodes, FACTS.values(), [value])(facts, AS_OF) == (expected,)
    frame = facts_in_columns(FACTS, [facts, {"jobs": (), "stores": ()}, facts])
    column = polars.prepare_nodes(graph.nodes, [value])(frame, AS_OF).to_series()
    assert (column[0], column[2]) == (expected, expected)
