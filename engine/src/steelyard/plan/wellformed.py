"""The check of a plan that was read from a file.

Evaluators rely on it: arguments precede their reader and have the right types, names are declared,
intervals contain every possible value, divisors are not zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_DECIMALS, MAX_PLAN_FAULTS, MAX_TABLE_DAYS
from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES
from steelyard.model.rollout import MILLION
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OPERATIONS, Interval, open_scopes, table_days
from steelyard.plan.structure import Plan, Requirement, requirements_of
from steelyard.plan.trace import trace_nodes

_WIDEST = {"date": (1, date.max.toordinal()), "bool": (0, 1), "records": (0, 0), "id": (0, 0)}


def faults(plan: Plan) -> list[str]:
    """Return the faults of a plan as sentences, at most `MAX_PLAN_FAULTS`; empty if it has none."""
    mistakes = [
        f"dates.{name} is not a day written YYYY-MM-DD: {day[:20]!r}"
        for name in ("announced", "start", "enforced", "until")
        if (day := getattr(plan.dates, name)) is not None and not _is_day(day)
    ]
    if mistakes:
        return mistakes  # nodes are checked against these days
    facts = {fact.id: fact for fact in plan.facts}
    mistakes.extend(fact_faults(plan.facts))
    scales = {"decimals": plan.decimals, "display_decimals": plan.display_decimals}
    mistakes.extend(
        f"{name} cannot be {scale}"
        for name, scale in scales.items()
        if not 0 <= scale <= MAX_DECIMALS
    )
    if plan.rollout is not None and not 0 <= plan.rollout.share <= MILLION:
        mistakes.append(f"the share of the rollout cannot be {plan.rollout.share} millionths")
    for index, node in enumerate(plan.nodes):
        mistakes.extend(f"node {index}: {what}" for what in _node_faults(plan, index, node, facts))
        if len(mistakes) >= MAX_PLAN_FAULTS:
            return mistakes[:MAX_PLAN_FAULTS]
    for index in trace_nodes(plan):
        if not 0 <= index < len(plan.nodes):
            mistakes.append(f"the structure names node {index} of {len(plan.nodes)}")
        elif plan.nodes[index].scope is not None:
            mistakes.append(f"the structure names node {index}, which has no value of its own")
    if not mistakes:
        mistakes.extend(_structure_faults(plan))
    return mistakes[:MAX_PLAN_FAULTS]


def fact_faults(facts: Sequence[FactDeclaration]) -> Iterator[str]:
    """Yield the faults of declarations: readers of merchants rely on their scales and bounds."""
    if len({fact.id for fact in facts}) < len(facts):
        yield "two facts have one id"
    for fact in facts:
        if fact.max_records < 0:
            yield f"{fact.id} cannot have {fact.max_records} records"
        for name, one in (
            (fact.id, fact),
            *((f"{fact.id}.{one.name}", one) for one in fact.fields),
        ):
            if not 0 <= one.decimals <= MAX_DECIMALS:
                yield f"the decimals of {name} cannot be {one.decimals}"
            first, last = _WIDEST.get(one.type, (one.low, one.high))
            if one.type == "enum":
                first, last = 0, len(one.values) - 1
            if one.otherwise is not None and one.otherwise not in one.values:
                yield f"{name} has no value {one.otherwise!r} for all others"
            if not first <= one.low <= one.high <= last:
                yield f"the bounds of {name} cannot be {one.low} and {one.high}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text and text != date.min.isoformat()
    except ValueError:
        return False


def _node_faults(
    plan: Plan, index: int, node: Node, facts: Mapping[str, FactDeclaration]
) -> Iterator[str]:
    unusable = _unusable(plan, index, node)
    if unusable is not None:
        yield unusable
        return
    args = [plan.nodes[argument] for argument in node.args]
    rules = OPERATIONS[node.op]
    if not rules.accepts(node, args):
        yield f"{node.op} has arguments or a result of the wrong type"
        return
    if node.low > node.high or (node.type.kind == "bool" and not 0 <= node.low <= node.high <= 1):
        yield f"the interval [{node.low}, {node.high}] holds no value"
    fact = facts.get(node.name)
    if node.type.kind == "enum" and not 0 <= node.low <= node.high < len(node.type.values):
        yield f"the interval [{node.low}, {node.high}] has codes without a value"
    if not rules.check(node, args):
        yield f"{node.op} is not well-formed"
    elif not _holds(node, _proved(plan, node, args, fact)):
        yield f"the interval [{node.low}, {node.high}] does not hold every value"
    scopes = open_scopes(node, args)
    if scopes != ({node.scope} - {None}) or (scopes and rules.over_records):
        yield f"its scope cannot be {node.scope!r}"
    if node.name and not _names_fact(node, fact):
        yield f"{node.op} cannot read {node.name!r} as the plan declares it"


def _unusable(plan: Plan, index: int, node: Node) -> str | None:
    """Return what is wrong with a node so that nothing may be computed from it."""
    if any(not 0 <= argument < index for argument in node.args):
        return "an argument is not an earlier node"
    for one in (node, *(plan.nodes[argument] for argument in node.args)):
        if not 0 <= one.type.decimals <= MAX_DECIMALS:
            return f"a number cannot have {one.type.decimals} decimals"
    return None


def _proved(plan: Plan, node: Node, args: list[Node], fact: FactDeclaration | None) -> Interval:
    """Return the interval that holds every value: of leaves, it is what is declared for them."""
    if node.op == "as_of":
        return plan.dates.first_day.toordinal(), plan.dates.last_day.toordinal()
    declared = fact
    if fact is not None and node.op in ("field", "has_field"):
        declared = fact.field(node.field)
    if node.type.kind == "id":
        return 0, 1  # ids have no order, and never one value only
    if node.op in ("has", "has_field"):
        return int(declared is not None and declared.required), 1
    if node.op in ("fact", "field") and declared is not None and node.type.kind != "bool":
        return min(declared.low, node.value), max(declared.high, node.value)
    return OPERATIONS[node.op].interval(node, args, fact.max_records if fact else 0)


def _holds(node: Node, proved: Interval) -> bool:
    """Return whether the interval of a node contains the interval proved from its arguments."""
    return node.low <= proved[0] and proved[1] <= node.high


def _names_fact(node: Node, fact: FactDeclaration | None) -> bool:
    if fact is None:
        return False
    if node.op == "fact":
        return fact.type != "records" and fact.value_type == node.type
    if node.op == "has":
        return True
    if node.op in ("field", "has_field"):
        field = fact.field(node.field)
        if field is None:
            return False
        return node.op == "has_field" or field.value_type == node.type
    return fact.type == "records"


def _requirement_faults(plan: Plan, requirement: Requirement) -> Iterator[str]:
    nodes, clauses = plan.nodes, requirement.clauses
    name = f"the requirement {requirement.id}"
    for number, clause in enumerate(clauses, start=1):
        if not 0 <= clause.parent < number:
            yield f"{name} has a clause inside clause {clause.parent}"
    for atom in requirement.atoms:
        if not 0 <= atom.clause <= len(clauses):
            yield f"{name} has a comparison in clause {atom.clause} of {len(clauses)}"
        if atom.needed is None and atom.comparison not in ("in", "not in", "is", "is not"):
            yield f"{name} has a comparison {atom.comparison} with nothing"
        observed = nodes[atom.observed].type
        for side, other in ((atom.needed, observed), (atom.part, None), (atom.whole, None)):
            kind = "number" if other is None else other.kind
            if side is not None and nodes[side].type.kind != kind:
                yield f"{name} compares values of different types"


def _structure_faults(plan: Plan) -> Iterator[str]:
    def bad(name: str, index: int | None, kind: str) -> Iterator[str]:
        if index is not None and plan.nodes[index].type.kind != kind:
            yield f"{name} is not of type {kind}"

    def codes(name: str, index: int, known: tuple[str, ...]) -> Iterator[str]:
        if plan.nodes[index].type.values != known:
            yield f"{name} does not have the values {', '.join(known)}"

    days = sum(table_days(node, [plan.nodes[arg] for arg in node.args]) for node in plan.nodes)
    if days > MAX_TABLE_DAYS:
        yield f"working days are counted in {days} days; max {MAX_TABLE_DAYS}"
    for requirement in requirements_of(plan):
        yield from _requirement_faults(plan, requirement)
    yield from bad("total.has_score", plan.total.has_score, "bool")
    yield from bad("total.score", plan.total.score, "number")
    yield from bad("total.tier", plan.total.tier, "enum")
    for item in (*plan.items, *plan.deductions):
        yield from codes(f"items.{item.id}.outcome", item.outcome, ITEM_OUTCOMES)
        yield from bad(f"items.{item.id}.met", item.met, "bool")
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            yield from codes(f"metrics.{metric.id}.outcome", metric.outcome, METRIC_OUTCOMES)
