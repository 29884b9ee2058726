"""A condition's tree as text: one canonical spelling, with no more parentheses than needed."""

from steelyard.language.conditions.syntax import write_number, write_text
from steelyard.language.conditions.tree import (
    Call,
    ListOf,
    Method,
    Name,
    Number,
    Operation,
    Refused,
    TextValue,
    Tree,
    Truth,
)
from steelyard.model.reserved import RESERVED_WORDS

_CHOICE, _OR, _AND, _RELATION, _SUM, _PRODUCT, _SIGN, _MEMBER = range(8)
_LEVELS = {
    "?:": _CHOICE, "||": _OR, "&&": _AND, "+": _SUM, "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT,
    "!": _SIGN,
}  # fmt: skip


def format_condition(tree: Tree) -> str:  # noqa: PLR0911 - one return a kind of part
    """Return the canonical text of a tree; parsing it gives an equal tree."""
    match tree:
        case Number(value=value):
            return write_number(value)
        case TextValue(value=value):
            return write_text(value)
        case Truth(value=value):
            return "true" if value else "false"
        case Name(path=path):
            return _path(path)
        case ListOf(members=members):
            return f"[{_separated(members)}]"
        case Call(function=function, arguments=arguments):
            return f"{function}({_separated(arguments)})"
        case Method(receiver=receiver, method=method, arguments=arguments):
            return f"{_at_least(_MEMBER, receiver)}.{method}({_separated(arguments)})"
        case Operation():
            return _operation(tree)
        case Refused(what=what):
            return f"<{what}>"


def _operation(tree: Operation) -> str:
    operator, operands = tree.operator, tree.operands
    level = _level(tree)
    if operator == "?:":
        test, then, otherwise = operands
        return f"{_at_least(_OR, test)} ? {_at_least(_OR, then)} : {_at_least(_CHOICE, otherwise)}"
    if operator in ("&&", "||"):
        return f" {operator} ".join(_at_least(level + 1, operand) for operand in operands)
    if len(operands) == 1:
        (operand,) = operands
        repeated = (  # `--x`, but `!(-x)`
            isinstance(operand, Operation)
            and _level(operand) == _SIGN
            and operand.operator == operator
        )
        return operator + _at_least(_SIGN if repeated else _MEMBER, operand)
    left, right = operands
    return f"{_at_least(level, left)} {operator} {_at_least(level + 1, right)}"


def _level(tree: Tree) -> int:
    if not isinstance(tree, Operation):
        return _MEMBER
    if tree.operator == "-":
        return _SIGN if len(tree.operands) == 1 else _SUM
    return _LEVELS.get(tree.operator, _RELATION)


def _at_least(level: int, tree: Tree) -> str:
    text = format_condition(tree)
    return text if _level(tree) >= level else f"({text})"


def _separated(trees: tuple[Tree, ...]) -> str:
    return ", ".join(format_condition(tree) for tree in trees)


def _path(path: str) -> str:
    first, *rest = path.split(".")
    plain = "".join(f".{segment}" if _is_plain(segment) else f'["{segment}"]' for segment in rest)
    return first + plain


def _is_plain(segment: str) -> bool:
    return "-" not in segment and not segment[0].isdigit() and segment not in RESERVED_WORDS
