"""The Python expression of each operation on values.

Every text that is not a name or a literal is in parentheses, so texts combine freely.
"""

from dataclasses import dataclass
from datetime import date
from math import gcd

from steelyard.model.dates import days_without, months_between
from steelyard.plan.nodes import Node


@dataclass(frozen=True, slots=True)
class Operand:
    """The text that reads a value: a name, a literal or an expression.

    `height` counts nested expressions (0 for names and literals); `denied` is the text of the
    opposite where that is as short.
    """

    text: str
    node: Node
    height: int = 0
    denied: str = ""


def expression(node: Node, args: list[Operand], spare: str, *, required: bool) -> Operand:
    """Return the expression of a node.

    `spare` is the prefix of names that only this expression uses; `required` is true if the fact or
    field that the node reads is always present.
    """
    height = 1 + max((argument.height for argument in args), default=0)
    leaf = _leaf(node, required=required)
    if leaf is not None:
        return Operand(leaf, node, 0 if node.op in ("constant", "as_of") else 1)
    if node.op in _COMPARISONS:
        sign, opposite = _COMPARISONS[node.op]
        left, right = (argument.text for argument in args)
        return Operand(f"({left} {sign} {right})", node, height, f"({left} {opposite} {right})")
    if node.op == "in":
        return _membership(node, args[0], height)
    if node.op in ("minimum", "maximum"):
        return _extreme(node, args, spare)
    if node.op in _WITH_SPARE:
        return Operand(_WITH_SPARE[node.op](node, args, spare), node, height + 3)
    return Operand(_plain(node, args), node, height)


# the text of a leaf: of a fact or field that is always present, and of one that may be absent
_LEAVES = {
    "constant": ("{value}", "{value}"),
    "as_of": ("as_of", "as_of"),
    "fact": ("facts[{name!r}]", "get({name!r}, {value})"),
    "has": ("({name!r} in facts)", "({name!r} in facts)"),
    "size": ("len(facts[{name!r}])", "len(get({name!r}, ()))"),
    "field": ("record[{field!r}]", "record.get({field!r}, {value})"),
    "has_field": ("({field!r} in record)", "({field!r} in record)"),
}


def _leaf(node: Node, *, required: bool) -> str | None:
    if node.op not in _LEAVES:
        return None
    present, perhaps_absent = _LEAVES[node.op]
    template = present if required else perhaps_absent
    return template.format(name=node.name, field=node.field, value=literal(node, node.value))


def literal(node: Node, value: int) -> str:
    """Return the text of a constant that a node has."""
    if node.type.kind == "id":
        return repr("")
    if node.type.kind == "bool":
        return str(bool(value))
    return str(value) if value >= 0 else f"({value})"


_COMPARISONS = {"equal": ("==", "!="), "less": ("<", ">="), "less_or_equal": ("<=", ">")}


def _membership(node: Node, argument: Operand, height: int) -> Operand:
    possible = [m for m in node.members if argument.node.low <= m <= argument.node.high]
    if len(possible) == 1:
        value = literal(argument.node, possible[0])
        text, denied = f"({argument.text} == {value})", f"({argument.text} != {value})"
    else:
        values = f"{{{', '.join(str(member) for member in possible)}}}"
        text, denied = f"({argument.text} in {values})", f"({argument.text} not in {values})"
    return Operand(text, node, height, denied)


_TEMPLATES = {
    "not": "(not {0})",
    "add": "({0} + {1})",
    "subtract": "({0} - {1})",
    "multiply": "({0} * {1})",
    "negate": "(-{0})",
    "days_between": "({1} - {0})",
    "months_between": "months_between({0}, {1})",
    "if": "({1} if {0} else {2})",
}


# the functions that texts call
FUNCTIONS = {"day_of": date.fromordinal, "months_between": months_between}

# {0} reads the date first, {1} again
_CALENDAR = {
    ("date_part", "year"): "day_of({0}).year",
    ("date_part", "quarter"): "((day_of({0}).month + 2) // 3)",
    ("date_part", "month"): "day_of({0}).month",
    ("date_part", "weekday"): "(({0} - 1) % 7 + 1)",
    ("start_of", "week"): "({0} - ({1} - 1) % 7)",
    ("start_of", "month"): "({0} - day_of({1}).day + 1)",
    ("start_of", "quarter"): (
        "day_of({0}).replace(month=(day_of({1}).month + 2) // 3 * 3 - 2, day=1).toordinal()"
    ),
    ("start_of", "year"): "day_of({0}).replace(month=1, day=1).toordinal()",
}


def _of_date(node: Node, args: list[Operand], spare: str) -> str:
    return _CALENDAR[node.op, node.mode].format(*_named(args[0], spare))


def _working_days(node: Node, args: list[Operand], spare: str) -> str:
    """Return the difference of two entries of a table with an entry for every possible day."""
    first = min(argument.node.low for argument in args)
    last = max(argument.node.high for argument in args)
    table = tuple(days_without(first, day, node.members) for day in range(first, last + 1))
    start, end = (argument.text for argument in args)
    return f"(({spare} := {table})[{end} - {first}] - {spare}[{start} - {first}])"


def _plain(node: Node, args: list[Operand]) -> str:
    texts = [argument.text for argument in args]
    if node.op == "not" and args[0].denied:
        return args[0].denied
    if node.op in ("and", "or"):
        return f"({f' {node.op} '.join(texts)})"
    if node.op == "scale_up":
        return f"({texts[0]} * {10**node.shift})"
    return _TEMPLATES[node.op].format(*texts)


def _named(operand: Operand, spare: str) -> tuple[str, str]:
    """Return the text that reads a value first, and the one that reads it again."""
    if operand.height == 0:
        return operand.text, operand.text
    return f"({spare} := {operand.text})", spare


def _extreme(node: Node, args: list[Operand], spare: str) -> Operand:
    """Write a minimum or maximum as comparisons, at a third of the cost of calling `min`."""
    sign = "<" if node.op == "minimum" else ">"
    result = args[0]
    for place, other in enumerate(args[1:]):
        left, left_again = _named(result, f"{spare}_{2 * place}")
        right, right_again = _named(other, f"{spare}_{2 * place + 1}")
        text = f"({left_again} if {left} {sign} {right} else {right_again})"
        result = Operand(text, node, 2 + max(result.height, other.height))
    return result


def _quotient(node: Node, args: list[Operand], spare: str) -> str:
    """Return numerator * 10**shift / denominator, rounded, by floor division only."""
    top, bottom = args
    factor = 10**node.shift
    if bottom.node.op == "constant" and bottom.node.value > 0:
        common = gcd(factor, bottom.node.value)
        divisor = bottom.node.value // common
        scaled = _times(top.text, factor // common)
        if divisor == 1:
            return scaled
        return _rounded(node, top.node, scaled, divisor, spare)
    scaled, divisor = _times(top.text, factor), bottom.text
    if bottom.node.high < 0:
        scaled, divisor = f"(-{scaled})", f"(-{divisor})"
    if node.mode == "floor":
        return f"({scaled} // {divisor})"
    if node.mode == "ceiling":
        return f"(-(-{scaled} // {divisor}))"
    # nearest: floor(n / d + 1/2) is floor((2n + d) / 2d), then ties are put right
    twice, numerator, half = f"{spare}_d", f"{spare}_n", f"{spare}_q"
    start = (
        f"({half} := ({numerator} := 2 * {scaled} + ({twice} := {divisor})) "
        f"// ({twice} := 2 * {twice}))"
    )
    tie = f"{numerator} % {twice} == 0"
    if node.mode == "half_even":
        return f"({start} - ({half} & 1 and {tie}))"
    return f"({start} - ({numerator} < {twice} // 2 and {tie}))"


def _rounded(node: Node, top: Node, scaled: str, divisor: int, spare: str) -> str:
    """Return a number divided by a known positive one."""
    half = divisor // 2
    if node.mode == "floor":
        return f"({scaled} // {divisor})"
    if node.mode == "ceiling":
        return f"(-(-{scaled} // {divisor}))"
    # an odd divisor has no ties
    if divisor % 2 or (node.mode == "half_up" and top.low >= 0):
        return f"(({scaled} + {half}) // {divisor})"
    numerator, quotient = f"{spare}_n", f"{spare}_q"
    start = f"({quotient} := ({numerator} := {scaled} + {half}) // {divisor})"
    tie = f"{numerator} % {divisor} == 0"
    if node.mode == "half_even":
        return f"({start} - ({quotient} & 1 and {tie}))"
    return f"({start} - ({numerator} < {half} and {tie}))"


def _times(text: str, factor: int) -> str:
    return text if factor == 1 else f"({text} * {factor})"


# operations whose texts give names to what they read again
_WITH_SPARE = {
    "divide": _quotient,
    "working_days": _working_days,
    "date_part": _of_date,
    "start_of": _of_date,
}
