"""One item of a core type for one merchant, through the compiler and the reference evaluator."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.book.checker.ruleset import ItemRule, Named
from steelyard.compiler.awards import CompiledItem, compile_item
from steelyard.compiler.conditions import Names
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.formats import Located, parse_yaml, read_yaml
from steelyard.language.expressions import Graph
from steelyard.model import ITEM_OUTCOMES, REQUIREMENT_STATUSES, FactDeclaration, Text
from steelyard.plugins.discovery import discover
from steelyard.plugins.discovery.declarations import read_facts

CASES = Path(__file__).parents[2] / "cases" / "items"
TYPES = discover(["core"]).item_types
DECIMALS = 4


@dataclass(frozen=True)
class Seen:
    """What became of an item: its outcome, points, and the status of every requirement and gate."""

    outcome: str
    points: Decimal
    requirements: dict[str, str]


def case_facts() -> dict[str, FactDeclaration]:
    """The facts that the cases read."""
    problems = Problems()
    facts = read_facts(read_yaml(CASES / "facts.yaml", name="facts.yaml"), "book", problems)
    problems.raise_any()
    return {fact.id: fact for fact in facts}


FACTS = case_facts()


def compiled(
    kind: str, parameters: Located | str, facts: Mapping[str, FactDeclaration] = FACTS
) -> tuple[Graph, CompiledItem]:
    """Compile one item; raises `InvalidInput` with every problem."""
    if isinstance(parameters, str):
        parameters = parse_yaml(parameters, "item.yaml")
    place = Place("item.yaml")
    rule = ItemRule(
        named=Named("item", Text("Item", "项目"), place, "", illustrative=True, why=""),
        type=kind,
        type_place=place,
        parameters=parameters,
        scope=None,
        gate=None,
        when=None,
        requires=(),
        cap=None,
        aliases=(),
        is_deduction=False,
    )
    graph, problems = Graph(facts), Problems()
    item = compile_item(rule, TYPES[kind], {}, Names(graph, {}), DECIMALS, problems)
    problems.raise_any()
    if item is None:
        raise InvalidInput(problems)
    return graph, item


def see(graph: Graph, item: CompiledItem, given: Mapping[str, Any], as_of: int) -> Seen:
    """Evaluate a compiled item for one merchant, whose facts are scaled integers."""
    values = evaluate_nodes(graph.nodes, given, as_of)
    for node, value in zip(graph.nodes, values, strict=True):
        assert value is None or node.low <= value <= node.high, node
    earned = values[item.earned.index]
    outcome = values[item.outcome.index]
    assert earned is not None
    assert outcome is not None
    return Seen(
        ITEM_OUTCOMES[outcome],
        Decimal(earned).scaleb(-item.earned.type.decimals),
        {
            one.id: REQUIREMENT_STATUSES[values[one.status] or 0]
            for one in (*item.record.gates, *item.record.requirements)
        },
    )
