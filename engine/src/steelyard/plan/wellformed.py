"""Whether a plan that was read is one that the compiler could have written.

Evaluators trust their plan: that arguments come first and have the right types, that names are
declared, that divisors are not zero. Data from outside has to earn that trust once, when read.
"""

from collections.abc import Callable, Iterator, Mapping

from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_DECIMALS, MAX_PLAN_FAULTS, MAX_SHIFT
from steelyard.model.numbers import ROUNDINGS
from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES
from steelyard.model.rollout import MILLION
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan
from steelyard.plan.trace import trace_nodes

Kinds = tuple[str, ...]
_NUMBER: Kinds = ("number",)
_BOOL: Kinds = ("bool",)
_DATE: Kinds = ("date",)
_ORDERED: Kinds = ("number", "date")
_ANY: Kinds = ("bool", "number", "date", "enum")

# operation → kinds of the arguments (the last repeats if open-ended), kinds of the result
_SIGNATURES: dict[str, tuple[tuple[Kinds, ...], Kinds]] = {
    "constant": ((), _ANY),
    "fact": ((), _ANY),
    "has": ((), _BOOL),
    "as_of": ((), _DATE),
    "field": ((), _ANY),
    "has_field": ((), _BOOL),
    "not": ((_BOOL,), _BOOL),
    "equal": ((_ANY, _ANY), _BOOL),
    "less": ((_ORDERED, _ORDERED), _BOOL),
    "less_or_equal": ((_ORDERED, _ORDERED), _BOOL),
    "in": ((_ANY,), _BOOL),
    "add": ((_ORDERED, _ORDERED), _ORDERED),
    "subtract": ((_NUMBER, _NUMBER), _NUMBER),
    "multiply": ((_NUMBER, _NUMBER), _NUMBER),
    "negate": ((_NUMBER,), _NUMBER),
    "divide": ((_NUMBER, _NUMBER), _NUMBER),
    "scale_up": ((_NUMBER,), _NUMBER),
    "days_between": ((_DATE, _DATE), _NUMBER),
    "if": ((_BOOL, _ANY, _ANY), _ANY),
    "count_records": ((_BOOL,), _NUMBER),
    "any_record": ((_BOOL,), _BOOL),
    "all_records": ((_BOOL,), _BOOL),
    "sum_records": ((_NUMBER,), _NUMBER),
    "maximum_record": ((_ANY,), _ANY),
    "minimum_record": ((_ANY,), _ANY),
    "size": ((), _NUMBER),
}
_OPEN_ENDED: dict[str, tuple[Kinds, Kinds]] = {
    "and": (_BOOL, _BOOL),
    "or": (_BOOL, _BOOL),
    "minimum": (_ORDERED, _ORDERED),
    "maximum": (_ORDERED, _ORDERED),
}
_SAME_TYPE = ("equal", "less", "less_or_equal", "if")


def faults(plan: Plan) -> list[str]:
    """Return the faults of a plan as sentences, at most `MAX_PLAN_FAULTS`."""
    found: list[str] = []
    facts = {fact.id: fact for fact in plan.facts}
    if len(facts) < len(plan.facts):
        found.append("two facts have one id")
    scales = {"decimals": plan.decimals, "display_decimals": plan.display_decimals}
    scales.update({f"the decimals of {fact.id}": fact.decimals for fact in plan.facts})
    found.extend(
        f"{name} cannot be {scale}"
        for name, scale in scales.items()
        if not 0 <= scale <= MAX_DECIMALS
    )
    if plan.rollout is not None and not 0 <= plan.rollout.share <= MILLION:
        found.append(f"the share of the rollout cannot be {plan.rollout.share} millionths")
    for index, node in enumerate(plan.nodes):
        found.extend(f"node {index}: {what}" for what in _node_faults(plan, index, node, facts))
        if len(found) >= MAX_PLAN_FAULTS:
            return found[:MAX_PLAN_FAULTS]
    for index in trace_nodes(plan):
        if not 0 <= index < len(plan.nodes):
            found.append(f"the structure names node {index} of {len(plan.nodes)}")
        elif plan.nodes[index].scope is not None:
            found.append(f"the structure names node {index}, which has no value of its own")
    if not found:
        found.extend(_structure_faults(plan))
    return found[:MAX_PLAN_FAULTS]


def _node_faults(
    plan: Plan, index: int, node: Node, facts: Mapping[str, FactDeclaration]
) -> Iterator[str]:
    if any(not 0 <= argument < index for argument in node.args):
        yield "an argument is not an earlier node"
        return
    args = [plan.nodes[argument] for argument in node.args]
    if not 0 <= node.type.decimals <= MAX_DECIMALS:
        yield f"a number cannot have {node.type.decimals} decimals"
    if not _fits(node, args):
        yield f"{node.op} has arguments or a result of the wrong type"
        return
    if node.low > node.high or (node.type.kind == "bool" and not 0 <= node.low <= node.high <= 1):
        yield f"the interval [{node.low}, {node.high}] holds no value"
    check = _CHECKS.get(node.op)
    if check is not None and not check(node, args):
        yield f"{node.op} is not well-formed"
    if node.scope != _scope(node, args):
        yield f"its scope cannot be {node.scope!r}"
    if node.name and not _names_fact(node, facts.get(node.name)):
        yield f"{node.op} cannot read {node.name!r} as the plan declares it"


def _fits(node: Node, args: list[Node]) -> bool:
    kinds = [argument.type.kind for argument in args]
    if node.op in _OPEN_ENDED:
        each, result = _OPEN_ENDED[node.op]
        return bool(args) and all(kind in each for kind in kinds) and node.type.kind in result
    wanted, result = _SIGNATURES[node.op]
    if len(kinds) != len(wanted) or node.type.kind not in result:
        return False
    if any(kind not in each for kind, each in zip(kinds, wanted, strict=True)):
        return False
    if node.op in _SAME_TYPE:
        left, right = args[-2:]
        same = left.type.kind == right.type.kind and left.type.decimals == right.type.decimals
        return same and (node.op != "if" or node.type.kind == left.type.kind)
    return True


_CHECKS: dict[str, Callable[[Node, list[Node]], bool]] = {
    "constant": lambda node, _: node.low == node.value == node.high,
    "fact": lambda node, _: bool(node.name) and node.low <= node.value <= node.high,
    "has": lambda node, _: bool(node.name),
    "field": lambda node, _: bool(node.field) and node.low <= node.value <= node.high,
    "has_field": lambda node, _: bool(node.field),
    "size": lambda node, _: bool(node.name),
    "divide": lambda node, args: (
        node.mode in ROUNDINGS
        and 0 <= node.shift <= MAX_SHIFT
        and not args[1].low <= 0 <= args[1].high
    ),
    "scale_up": lambda node, _: 0 <= node.shift <= MAX_SHIFT,
}


def _scope(node: Node, args: list[Node]) -> str | None:
    if node.op in ("field", "has_field"):
        return node.name
    scopes = {argument.scope for argument in args if argument.scope is not None}
    if node.op.endswith(("_record", "_records")):
        return None if scopes <= {node.name} else "mixed"
    if len(scopes) > 1:
        return "mixed"
    return scopes.pop() if scopes else None


def _names_fact(node: Node, fact: FactDeclaration | None) -> bool:
    if fact is None:
        return False
    if node.op == "fact":
        return fact.type != "records" and fact.value_type == node.type
    if node.op == "has":
        return True
    if node.op in ("field", "has_field"):
        field = fact.field(node.field)
        if field is None or field.type == "id":
            return False
        return node.op == "has_field" or field.value_type == node.type
    return fact.type == "records"


def _structure_faults(plan: Plan) -> Iterator[str]:
    def bad(name: str, index: int | None, kind: str) -> Iterator[str]:
        if index is not None and plan.nodes[index].type.kind != kind:
            yield f"{name} is not of type {kind}"

    def codes(name: str, index: int, known: tuple[str, ...]) -> Iterator[str]:
        if plan.nodes[index].type.values != known:
            yield f"{name} does not have the values {', '.join(known)}"

    yield from bad("total.has_score", plan.total.has_score, "bool")
    yield from bad("total.score", plan.total.score, "number")
    yield from bad("total.tier", plan.total.tier, "enum")
    for item in (*plan.items, *plan.deductions):
        yield from codes(f"items.{item.id}.outcome", item.outcome, ITEM_OUTCOMES)
        yield from bad(f"items.{item.id}.met", item.met, "bool")
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            yield from codes(f"metrics.{metric.id}.outcome", metric.outcome, METRIC_OUTCOMES)
