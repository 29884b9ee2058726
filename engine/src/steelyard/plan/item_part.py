"""The part of a plan that judges one item: its text, its nodes with their ranges, its cost."""

from collections.abc import Iterator, Mapping
from itertools import count

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.model.frozen import frozen
from steelyard.plan.bounds import Bounds, NeverAwarded, NeverBinding, PartBounds
from steelyard.plan.infix import render
from steelyard.plan.nodes import Node
from steelyard.plan.pretty import interval_text, item_lines, labels_of
from steelyard.plan.structure import Item, Plan, conditions_of


@frozen
class ItemNode:
    """One node: a name inside the item, its operation, its range, and whether records have it."""

    name: str
    text: str
    type: str
    range: str
    of_records: bool


@frozen
class ItemPart:
    """The part of a plan that judges one item.

    `facts` are read from the merchant, `reads` are parts of the plan that are computed elsewhere,
    and `lines` is the item in the text of the plan.
    """

    item: Item
    lines: str
    facts: tuple[str, ...]
    reads: tuple[str, ...]
    nodes: tuple[ItemNode, ...]


@frozen
class ItemBounds:
    """The bounds of one item, and of the group that it is in."""

    item: PartBounds
    group: PartBounds | None
    never_awarded: tuple[NeverAwarded, ...]
    never_binding: tuple[NeverBinding, ...]


def find_item(plan: Plan, name: str) -> Item:
    """Return the item or deduction with an id or alias. Raises `InvalidInput` SY703."""
    items = (*plan.items, *plan.deductions)
    for item in items:
        if name == item.id or name in item.aliases:
            return item
    known = [item.id for item in items]
    expected = f"one of {', '.join(known)}" if known else "a ruleset with items"
    what = f"unknown item {name[:80]!r} in {plan.name}"
    raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(name, known))])


def item_part(plan: Plan, item: Item) -> ItemPart:
    """Return the part of a plan that judges an item: up to its points before the caps of others."""
    own, outside = _named(labels_of(plan), item)
    below = list(_below(plan.nodes, _roots(item), outside))
    inner = [index for index in below if index not in outside and plan.nodes[index].args]
    numbers = count(1)
    names = {index: own[index] if index in own else f"n{next(numbers)}" for index in inner}
    labels = outside | names
    return ItemPart(
        item,
        item_lines(plan, item),
        tuple(sorted({plan.nodes[index].name for index in below if plan.nodes[index].name})),
        tuple(sorted({outside[index] for index in below if index in outside})),
        tuple(_node(plan.nodes, index, labels) for index in inner),
    )


def item_part_text(part: ItemPart, name: str) -> str:
    """Return the part as text; `name` is that of the plan."""
    of_records = sum(node.of_records for node in part.nodes)
    width, wide = (
        max((len(text) for text in texts), default=0)
        for texts in ([n.name for n in part.nodes], [n.range for n in part.nodes])
    )
    lines = [
        f"plan {name}",
        "",
        part.lines.rstrip("\n"),
        "",
        f"reads the facts {', '.join(part.facts) or '—'}",
        f"reads the parts {', '.join(part.reads) or '—'}",
        f"costs {len(part.nodes)} nodes, {of_records} of them for each record",
        "",
        "nodes",
        *(f"  {node.name:{width}}  {node.range:{wide}}  {node.text}" for node in part.nodes),
    ]
    return "".join(f"{line}\n" for line in lines)


def item_bounds(found: Bounds, item: Item) -> ItemBounds:
    """Return the bounds of one item."""
    (part,) = (part for part in (*found.items, *found.deductions) if part.id == item.id)
    return ItemBounds(
        part,
        next((group for group in found.groups if group.id == item.group), None),
        tuple(never for never in found.never_awarded if never.id == item.id),
        tuple(
            never
            for never in found.never_binding
            if never.limit == "group_cap" and never.id == item.group
        ),
    )


def _roots(item: Item) -> list[int]:
    """Return the nodes that judge an item: conditions, points before the caps of others."""
    statuses = [condition.status for condition in conditions_of(item)]
    return [item.met, item.own_points, item.outcome, *statuses]


def _named(labels: Mapping[int, str], item: Item) -> tuple[dict[int, str], dict[int, str]]:
    """Return the labels of an item's own nodes, and those of all others."""
    prefix = f"item.{item.id}."
    own = {index: label for index, label in labels.items() if label.startswith(prefix)}
    return own, {index: label for index, label in labels.items() if index not in own}


def _below(nodes: tuple[Node, ...], roots: list[int], outside: Mapping[int, str]) -> Iterator[int]:
    """Yield the nodes below some roots, ascending; what is below another part is left out."""
    seen, todo = set(roots), list(roots)
    while todo:
        index = todo.pop()
        if index not in outside:
            new = set(nodes[index].args) - seen
            seen |= new
            todo += new
    yield from sorted(seen)


def _node(nodes: tuple[Node, ...], index: int, labels: Mapping[int, str]) -> ItemNode:
    node = nodes[index]
    text = render(nodes, index, labels).text
    is_of_records = node.scope is not None
    return ItemNode(labels[index], text, str(node.type), interval_text(node), is_of_records)
