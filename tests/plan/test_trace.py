"""The trace names every node of the structure, once, in order, and nothing else."""

from dataclasses import fields, is_dataclass, replace
from typing import get_args, get_type_hints

from tests.fixtures.plans import tiny_plan

from steelyard.evaluators.reference import evaluate, evaluate_nodes
from steelyard.model.rollout import Rollout
from steelyard.plan.structure import Atom, Clause, Group, NodeIndex, Plan
from steelyard.plan.trace import trace_nodes

PLAIN = {
    (Group, "keep"),
    (Atom, "clause"),
    (Clause, "parent"),
    (Plan, "decimals"),
    (Plan, "display_decimals"),
    (Rollout, "share"),
}


def indices(value) -> set[int]:
    """Every integer of the structure except those known to be plain numbers."""
    if is_dataclass(value):
        parts = [
            getattr(value, field.name)
            for field in fields(value)
            if (type(value), field.name) not in PLAIN | {(Plan, "nodes"), (Plan, "facts")}
            and field.name not in ("place", "illustrative")
        ]
    elif isinstance(value, tuple):
        parts = value
    else:
        return {value} if type(value) is int else set()
    return set().union(*map(indices, parts)) if parts else set()


def test_trace_nodes_are_exactly_the_indices_in_the_structure():
    assert trace_nodes(tiny_plan()) == tuple(sorted(indices(tiny_plan())))


def test_plain_numbers_of_the_structure_are_not_taken_for_indices():
    for owner, name in PLAIN:
        hint = get_type_hints(owner, include_extras=True)[name]
        assert hint is int
        assert NodeIndex not in get_args(hint)


def test_an_index_that_changes_changes_the_trace():
    tiny = tiny_plan()
    tier = replace(tiny.tiers[0], at_least=len(tiny.nodes) + 5)
    assert len(tiny.nodes) + 5 in trace_nodes(replace(tiny, tiers=(tier,)))


def test_a_trace_is_aligned_with_its_nodes():
    tiny = tiny_plan()
    facts = {"orders.paid": 100, "industry": 0}
    values = evaluate_nodes(tiny.nodes, facts, 739700)
    assert evaluate(tiny, facts, 739700) == tuple(values[index] for index in trace_nodes(tiny))
