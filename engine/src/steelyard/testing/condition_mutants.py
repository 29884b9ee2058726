"""Edits of conditions: a number one step off, or another comparison or connective."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from steelyard.errors import Place
from steelyard.language.conditions.condition import Condition
from steelyard.language.conditions.text import format_condition
from steelyard.language.conditions.tree import Number, Operation, Tree, names_read, parts_of
from steelyard.model.numbers import decimals_of
from steelyard.testing.mutants import Kind, as_written, shifted

_NEIGHBOURS = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionEdit:
    """A changed condition, with the change: `>= 30` became `> 30`."""

    kind: Kind
    place: Place
    old: str
    new: str
    text: str


def condition_edits(
    condition: Condition, decimals: Callable[[str], int]
) -> Iterator[ConditionEdit]:
    """Yield every edit of a condition, in the order in which its parts are written.

    `decimals` returns the number of decimals for the value of a name.
    """
    edits = sorted(_edits(condition.tree, 0, decimals), key=lambda edit: (edit[0].at, edit[1]))
    for part, kind, edited in edits:
        place = condition.source.place(part.at)
        text = format_condition(_with_edit(condition.tree, part, edited))
        yield ConditionEdit(kind, place, _text(part), _text(edited), text)


def _edits(
    tree: Tree, places: int, decimals: Callable[[str], int]
) -> Iterator[tuple[Tree, Kind, Tree]]:
    """Yield the edits of the parts of a tree: a part and its replacement.

    `places` is the number of decimals of the numbers that are compared here.
    """
    match tree:
        case Number(value=number):
            for value in shifted(number, max(places, decimals_of(number))):
                if value >= 0:  # a sign is an operation of its own
                    yield tree, "threshold", replace(tree, value=value)
        case Operation(operator="!", operands=(operand,)):
            yield tree, "comparison", operand
        case Operation(operator="in"):
            yield tree, "comparison", Operation("!", (tree,), tree.at)
        case Operation(operator=operator) if operator in _NEIGHBOURS:
            yield tree, "comparison", replace(tree, operator=_NEIGHBOURS[operator])
    inner = _places(tree, places, decimals)
    for part in parts_of(tree):
        yield from _edits(part, inner, decimals)


def _text(part: Tree) -> str:
    return as_written(part.value) if isinstance(part, Number) else format_condition(part)


def _places(tree: Tree, places: int, decimals: Callable[[str], int]) -> int:
    """Return the decimals of a number among the parts of a tree."""
    if not isinstance(tree, Operation):
        return 0
    if tree.operator in ("==", "!=", "<", "<=", ">", ">=", "in"):
        return max((decimals(name.path) for name in names_read(tree)), default=0)
    # a factor has another unit than the other side
    return 0 if tree.operator == "*" else places


def _with_edit(value: Any, part: Tree, edited: Tree) -> Any:  # noqa: ANN401 - a field of a tree
    """Return a tree, or the value of a field of a tree, with one part replaced."""
    if value is part:
        return edited
    if isinstance(value, tuple):
        return tuple(_with_edit(member, part, edited) for member in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = [field.name for field in fields(value)]
    return replace(
        value, **{name: _with_edit(getattr(value, name), part, edited) for name in names}
    )
