"""A plan that was changed in any place is refused, or means the same to every evaluator."""

import copy
import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.plans import tiny_plan
from tests.fuzz.budget import search
from tests.strategies.columns import facts_by_row, random_facts

from steelyard.errors import InvalidInput
from steelyard.evaluators import polars, python, reference
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.bounds import bounds, bounds_text
from steelyard.plan.codec import from_json, to_json
from steelyard.plan.pretty import plan_text
from steelyard.plan.trace import trace_nodes

ROWS = 12
NUMBERS = (-(2**63), -(2**53), -1, 0, 1, 2, 3, 10**6, 2**53 - 1, 2**63 - 1)


def _reference_plan():
    opened = open_book(Path("rulesets"))
    return compile_plan(opened, industry="general", as_of=date(2026, 6, 1))


@pytest.fixture(scope="module")
def plans():
    return [json.loads(json.dumps(to_json(plan))) for plan in (tiny_plan(), _reference_plan())]


def _paths(data, path=()):
    """Yield the path of every value of JSON data."""
    yield path
    if isinstance(data, dict | list):
        for key, part in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _paths(part, (*path, key))


def _at(data, path):
    for key in path:
        data = data[key]
    return data


def _changed(source, whole, path):
    """Return another value for a place: a near one, or one of another place."""
    value = _at(whole, path)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdigit()):
        number = source.choice([int(value) + source.randint(-3, 3), source.choice(NUMBERS)])
        return type(value)(number)
    same = [other for other in _paths(whole) if other and path and other[-1] == path[-1]]
    return copy.deepcopy(_at(whole, source.choice(same or [path])))


def mutate(source, whole):
    """Change, remove or repeat values of a plan in up to three places."""
    data = copy.deepcopy(whole)
    for _ in range(source.randint(1, 3)):
        section = source.choice(["nodes", "nodes", "nodes", *sorted(data)])
        if section not in data:
            continue
        path = source.choice(list(_paths(data[section], (section,))))
        holder = _at(data, path[:-1])
        match source.choice(["change", "change", "change", "remove", "repeat"]):
            case "change":
                holder[path[-1]] = _changed(source, data, path)
            case "remove":
                del holder[path[-1]]
            case "repeat" if isinstance(holder, list):
                holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
    return data


@search(2.0)
@given(seed=st.integers(0, 2**64))
def test_a_changed_plan_is_refused_or_means_one_thing(plans, seed):
    source = random.Random(seed)
    mutant = mutate(source, source.choice(plans))
    try:
        plan = from_json(mutant)
    except InvalidInput:
        return
    declared = {fact.id: fact for fact in plan.facts}
    facts = random_facts(declared, ROWS, source.randint(0, 2**32))
    day = plan.dates.first_day.toordinal()
    trace = polars.prepare(plan)(facts, day)
    scalar = python.prepare(plan)
    low_high = [(plan.nodes[index].low, plan.nodes[index].high) for index in trace_nodes(plan)]
    for merchant, row in zip(facts_by_row(declared, facts), trace.iter_rows(), strict=True):
        assert row == scalar(merchant, day) == reference.evaluate(plan, merchant, day)
        for value, (low, high) in zip(row, low_high, strict=True):
            assert low <= value <= high
    plan_text(plan)
    bounds_text(bounds(plan))
