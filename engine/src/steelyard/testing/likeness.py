"""Whether two plans mean the same, whatever words and places they carry."""

import json
from dataclasses import replace
from typing import Any

from steelyard.plan.codec import canonical_bytes
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan

# what people read beside the numbers: a condition's text, a band table's rows, places
_WORDS = frozenset(("bands", "place", "text"))


def same_meaning(one: Plan, other: Plan) -> bool:
    """Return whether two plans give every merchant the same trace, node for node."""
    if len(one.nodes) != len(other.nodes):
        return False
    if any(_operation(left) != _operation(right) for left, right in zip(one.nodes, other.nodes)):  # noqa: B905 - of one length
        return False
    return _structure(one) == _structure(other)


def _operation(node: Node) -> tuple[object, ...]:
    return (
        node.op, node.type, node.args, node.value, node.members, node.name, node.field, node.shift,
        node.mode, node.scope,
    )  # fmt: skip


def _structure(plan: Plan) -> Any:  # noqa: ANN401 - plain data
    return _without_words(json.loads(canonical_bytes(replace(plan, nodes=()))))


def _without_words(value: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, dict):
        return {key: _without_words(one) for key, one in value.items() if key not in _WORDS}
    return [_without_words(one) for one in value] if isinstance(value, list) else value
