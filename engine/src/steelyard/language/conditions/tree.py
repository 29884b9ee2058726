"""The tree of a condition, before any name is looked up.

Every part has `at`, the offset in characters of its first character in the text. Two trees are
equal if their parts are, apart from these offsets.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a sign; a `Decimal` keeps the zeros that were written."""

    value: int | Decimal
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TextValue:
    """A text in quotes, with escapes resolved."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name; `item["easy-exchange"].awarded` has the path `item.easy-exchange.awarded`."""

    path: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values; only the right side of `in` may be a list."""

    members: tuple["Tree", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands.

    `&&` and `||` have two or more operands, none of them of the same operator; `!` has one; `-`
    one or two; `?:` has test, then and otherwise; all others have two.
    """

    operator: str
    operands: tuple["Tree", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: `min(a, b)`."""

    function: str
    arguments: tuple["Tree", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Method:
    """A function after a dot: `staff.exists(s, s.valid)`. `name_at` is the offset of its name."""

    receiver: "Tree"
    method: str
    arguments: tuple["Tree", ...]
    at: int = field(default=0, compare=False)
    name_at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A piece of CEL that is not in the subset, or is not even CEL; parsing reports it."""

    code: str
    what: str
    fix: str | None
    inside: tuple["Tree", ...] = ()
    at: int = field(default=0, compare=False)


Tree = Number | TextValue | Truth | Name | ListOf | Operation | Call | Method | Refused

OVER_RECORDS = ("exists", "exists_one", "all", "filter")
FOLDS = ("sum", "min", "max", "longestRun")  # of the values that `map` gives
TAKEN = ("first", "last")  # of the records that `sortBy` gives
GROUPED = ("groupBy", "windows")
_BINDING = (
    *OVER_RECORDS,
    *GROUPED,
    "sortBy",
    "map",
)  # methods whose first argument names the record


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """Return the direct parts of a tree, in the order in which they are written."""
    match tree:
        case ListOf(members=parts) | Operation(operands=parts) | Call(arguments=parts):
            return parts
        case Refused(inside=parts):
            return parts
        case Method(receiver=receiver, arguments=arguments):
            return (receiver, *arguments)
        case _:
            return ()


def names_read(tree: Tree, bound: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Yield every name that a condition reads, in order; not the variables that it binds itself."""
    if isinstance(tree, Name):
        if tree.path.partition(".")[0] not in bound:
            yield tree
        return
    parts = parts_of(tree)
    if isinstance(tree, Method) and tree.method in _BINDING and len(parts) >= 3:
        variable = parts[1]
        yield from names_read(parts[0], bound)
        inner = bound | {variable.path} if isinstance(variable, Name) else bound
        for part in parts[2:]:
            yield from names_read(part, inner)
        return
    for part in parts:
        yield from names_read(part, bound)
