"""Edits of conditions: each number one notch off, each comparison and connection its neighbour."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from steelyard.errors import Place
from steelyard.language.conditions.condition import Condition
from steelyard.language.conditions.text import format_condition
from steelyard.language.conditions.tree import (
    Call,
    ListOf,
    Method,
    Number,
    Operation,
    Tree,
    names_read,
    parts_of,
)
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
    found = sorted(_edits(condition.tree, 0, decimals), key=lambda one: (one[0], one[1]))
    for at, kind, old, new, tree in found:
        place = condition.source.place(at)
        yield ConditionEdit(kind, place, old, new, format_condition(tree))


_Edit = tuple[int, Kind, str, str, Tree]


def _edits(tree: Tree, places: int, decimals: Callable[[str], int]) -> Iterator[_Edit]:
    """Give the edits of a tree, each with the whole tree that it makes.

    `places` is how many decimals a number has that is compared here.
    """
    if isinstance(tree, Number):
        digits = max(places, decimals_of(tree.value))
        for value in shifted(tree.value, digits):
            if value >= 0:  # a sign is an operation of its own
                yield (
                    tree.at,
                    "threshold",
                    as_written(tree.value),
                    as_written(value),
                    replace(tree, value=value),
                )
        return
    yield from _of_operator(tree)
    inner = _places(tree, places, decimals)
    for index, part in enumerate(parts_of(tree)):
        for at, kind, old, new, edited in _edits(part, inner, decimals):
            yield at, kind, old, new, _with_part(tree, index, edited)


def _of_operator(tree: Tree) -> Iterator[_Edit]:
    if not isinstance(tree, Operation):
        return
    old = format_condition(tree)
    if tree.operator in _NEIGHBOURS:
        edited = replace(tree, operator=_NEIGHBOURS[tree.operator])
        yield tree.at, "comparison", old, format_condition(edited), edited
    elif tree.operator == "!":
        (operand,) = tree.operands
        yield tree.at, "comparison", old, format_condition(operand), operand
    elif tree.operator == "in":
        denied = Operation("!", (tree,), tree.at)
        yield tree.at, "comparison", old, format_condition(denied), denied


def _places(tree: Tree, places: int, decimals: Callable[[str], int]) -> int:
    """Return the decimals of a number among the parts of a tree."""
    if not isinstance(tree, Operation):
        return 0
    if tree.operator in ("==", "!=", "<", "<=", ">", ">=", "in"):
        return max((decimals(name.path) for name in names_read(tree)), default=0)
    # a factor has another unit than the other side
    return 0 if tree.operator == "*" else places


def _with_part(tree: Tree, index: int, part: Tree) -> Tree:
    match tree:
        case ListOf():
            return replace(tree, members=_put(tree.members, index, part))
        case Operation():
            return replace(tree, operands=_put(tree.operands, index, part))
        case Call():
            return replace(tree, arguments=_put(tree.arguments, index, part))
        case Method():
            if index == 0:
                return replace(tree, receiver=part)
            return replace(tree, arguments=_put(tree.arguments, index - 1, part))
        case _:
            raise AssertionError(tree)


def _put(parts: tuple[Tree, ...], index: int, part: Tree) -> tuple[Tree, ...]:
    return (*parts[:index], part, *parts[index + 1 :])
