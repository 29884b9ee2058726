"""Titles of what is computed from lists of records: `Days: Late orders in 7 days`."""

from collections.abc import Callable, Mapping, Sequence

from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node
from steelyard.plan.operations import RELATED

Facts = Mapping[str, FactDeclaration]

_KEY = Text("group", "组")
_VALUE = Text("value", "数值")
_FOLDED: dict[str, Callable[[Text], Text]] = {
    "sum_records": lambda title: Text(f"sum of {title.en}", f"{title.zh}合计"),
    "maximum_record": lambda title: Text(f"largest {title.en}", f"最大的{title.zh}"),
    "minimum_record": lambda title: Text(f"smallest {title.en}", f"最小的{title.zh}"),
}


def record_title(nodes: Sequence[Node], node: Node, facts: Facts) -> Text | None:
    """Return the title of an operation over records; None if it reads a whole list as it is.

    `facts` are the declarations by id.
    """
    if node.op in _OF_LISTS:
        return _OF_LISTS[node.op](nodes, node, facts)
    value = nodes[node.args[-1]] if node.args else node
    while value.op == "scale_up":
        value = nodes[value.args[0]]
    if node.op in _FOLDED and value.op == RELATED:
        return _related(nodes, value, facts)
    return None


def _fact(name: str, facts: Facts) -> Text:
    return facts[name].title if name in facts else Text(name, name)


def _field(node: Node, facts: Facts) -> Text | None:
    """Return the title of a field, None for a value that is computed from some."""
    fact = facts.get(node.name) if node.op == "field" else None
    field = None if fact is None else fact.field(node.field)
    return None if field is None else field.title


def _of_fact(node: Node, name: str, facts: Facts) -> Text:
    """Return the title of a list of records, and of the field that a value is."""
    field, fact = _field(node, facts), _fact(name, facts)
    return fact if field is None else fact.before(field)


def _folded(node: Node, value: Node, facts: Facts) -> Text:
    title = _of_fact(value, node.name, facts)
    return _FOLDED.get(node.mode, lambda same: same)(title)


def _related(nodes: Sequence[Node], node: Node, facts: Facts) -> Text:
    own, _, key, value = (nodes[argument] for argument in node.args)
    title = _folded(node, value, facts)
    if node.span:
        return Text(f"{title.en} in {node.span} days", f"{node.span}天内{title.zh}")
    if node.args[0] == node.args[2]:
        group = _field(key, facts) or _KEY
        return Text(f"{title.en} by {group.en}", f"按{group.zh}分组的{title.zh}")
    other = _fact(own.name, facts)
    return Text(f"{title.en} by {other.en}", f"按{other.zh}分组的{title.zh}")


def _groups(nodes: Sequence[Node], node: Node, facts: Facts) -> Text:
    key = _of_fact(nodes[node.args[1]], node.name, facts)
    if nodes[node.args[2]].op == "constant":
        return Text(f"different values of {key.en}", f"{key.zh}的不同值个数")
    return Text(f"sum over all values of {key.en}", f"按{key.zh}分组的合计")


def _top(nodes: Sequence[Node], node: Node, facts: Facts) -> Text:
    order, value = (nodes[argument] for argument in node.args[1:])
    title = _folded(node, value, facts)
    is_reversed = order.op in ("negate", "days_between")
    if is_reversed:
        order = nodes[order.args[0]]
    by, count = _field(order, facts) or _VALUE, node.span
    end, zh = ("first", "最前") if is_reversed else ("last", "最后")
    return Text(f"{title.en}, {end} {count} by {by.en}", f"按{by.zh}排序{zh}{count}条的{title.zh}")


def _run(_nodes: Sequence[Node], node: Node, facts: Facts) -> Text:
    title = _fact(node.name, facts)
    return Text(f"{title.en}: longest run of days", f"{title.zh}：最长连续天数")


_OF_LISTS: dict[str, Callable[[Sequence[Node], Node, Facts], Text]] = {
    "sum_groups": _groups,
    "top_records": _top,
    "longest_run": _run,
}
