"""Nodes as text that people can read: `maternity.covered / max(maternity.eligible, 1) >= 0.8`.

The text uses the language of conditions (CEL). Rounding, which CEL lacks, is written as a function:
`round_half_even(x, 2)`. Long or shared parts get a name (`a`, `b`, …) and are written below the
text, so that the length of the text and the depth of recursion are bounded.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_lowercase

from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_INFIX_DEPTH
from steelyard.model.numbers import format_scaled
from steelyard.model.types import ValueType
from steelyard.plan.nodes import Node
from steelyard.plan.operations import FOLDS, RELATED

SHARED_SIZE = 6  # a part with fewer nodes is repeated rather than named

# how tightly an operation binds its parts; an atom most
_CHOICE, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)

_LEAVES = {
    "constant": "{value}",
    "fact": "{name}",
    "has": "has({name})",
    "field": "{record}.{field}",
    "has_field": "has({record}.{field})",
    "size": "{name}.size()",
}
_INFIX = {
    "or": ("||", _OR),
    "and": ("&&", _AND),
    "equal": ("==", _COMPARE),
    "less": ("<", _COMPARE),
    "less_or_equal": ("<=", _COMPARE),
    "multiply": ("*", _PRODUCT),
}
_OPPOSITE = {"equal": "!=", "less": ">=", "less_or_equal": ">"}
_TURNED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
_ROUNDED = {
    "floor": "round_down",
    "ceiling": "round_up",
    "half_even": "round_half_even",
    "half_up": "round_half_up",
}
_FUNCTIONS = {
    "minimum": "min",
    "maximum": "max",
    "days_between": "days",
    "months_between": "months",
    "working_days": "working_days",
}
_RECORDS = {
    "any_record": "exists",
    "all_records": "all",
    "sum_records": "sum",
    "maximum_record": "max",
    "minimum_record": "min",
}
_OF_LISTS = ("sum_groups", "top_records", "longest_run")


@frozen
class Rendered:
    """The text of a value, and the parts named in it, in the order in which they are named."""

    text: str
    parts: tuple[tuple[str, str], ...] = ()


def render(
    nodes: Sequence[Node],
    index: int,
    labels: Mapping[int, str] | None = None,
) -> Rendered:
    """Return the text of a node.

    `labels` name nodes that are written elsewhere; the node itself is always spelled out.
    """
    return _Writer(nodes, dict(labels or {})).render(index)


class _Writer:
    """A writer of one value; it names long or shared parts and writes them out afterwards."""

    def __init__(self, nodes: Sequence[Node], labels: dict[int, str]) -> None:
        self._nodes = nodes
        self._labels = labels
        self._named: dict[int, str] = {}
        self._record = "record"

    def render(self, index: int) -> Rendered:
        self._labels.pop(index, None)
        shared = self._shared(index)
        for part in shared:
            self._name(part)
        text = self._spell(index)
        parts: list[tuple[str, str]] = []
        while len(parts) < len(self._named):  # spelling a part may name more
            part = list(self._named)[len(parts)]
            parts.append((self._named[part], self._spell(part)))
        return Rendered(text, tuple(parts))

    def _shared(self, root: int) -> list[int]:
        """Return the parts that are read more than once and are not small, topmost first."""
        reads: dict[int, int] = {}
        todo, seen = [root], {root}
        while todo:
            for argument in self._nodes[todo.pop()].args:
                reads[argument] = reads.get(argument, 0) + 1
                if argument not in seen and argument not in self._labels:
                    seen.add(argument)
                    todo.append(argument)
        often = (index for index, count in reads.items() if count > 1 and index not in self._labels)
        return sorted((index for index in often if self._is_large(index)), reverse=True)

    def _is_large(self, index: int) -> bool:
        seen: set[int] = set()
        todo = [index]
        while todo and len(seen) < SHARED_SIZE:
            below = todo.pop()
            if below not in seen and below not in self._labels:
                seen.add(below)
                todo.extend(self._nodes[below].args)
        # a value that depends on a record cannot be written outside its quantifier
        return len(seen) >= SHARED_SIZE and self._nodes[index].scope is None

    def _name(self, index: int) -> str:
        if index not in self._named:
            count = len(self._named)
            letter, round_ = ascii_lowercase[count % 26], count // 26
            self._named[index] = f"{letter}{round_ or ''}"
        return self._named[index]

    def _spell(self, index: int) -> str:
        return self._text(index, 0, spelled=True)[0]

    def _text(  # noqa: C901, PLR0911 - one case a form
        self, index: int, depth: int, *, spelled: bool = False
    ) -> tuple[str, int]:
        """Return the text of a node and the precedence of its operator."""
        node = self._nodes[index]
        while node.op == "scale_up" and (spelled or self._is_free(index)):
            index, spelled = node.args[0], False  # another scale of the same number
            node = self._nodes[index]
        if not spelled:
            known = self._labels.get(index) or self._named.get(index)
            if known is not None:
                return known, _ATOM
            if depth > MAX_INFIX_DEPTH and node.args:
                return self._name(index), _ATOM
        if not node.args or node.op == "size":
            value = literal(node.value, node.type) if node.op == "constant" else ""
            leaf = _LEAVES.get(node.op, node.op)
            return leaf.format(
                name=node.name, field=node.field, value=value, record=self._record
            ), _ATOM
        if node.op in ("add", "subtract"):
            return self._sum(node, depth), _SUM
        if node.op == "if":
            return self._chosen(node, depth), _CHOICE
        if node.op in _INFIX:
            return self._joined(node, depth)
        if node.op == "divide":
            return self._divided(node, depth)
        if node.op == RELATED:
            return self._related(node, depth), _ATOM
        return self._other(node, depth)

    def _part(self, index: int, depth: int, binds: int) -> str:
        """Return the text of an argument, in parentheses if it binds less tightly than `binds`."""
        text, inner = self._text(index, depth + 1)
        return text if inner >= binds else f"({text})"

    def _joined(self, node: Node, depth: int) -> tuple[str, int]:
        sign, binds = _INFIX[node.op]
        if node.op in _OPPOSITE:
            return self._compared(node, sign, depth), binds
        first, *rest = node.args
        # only the left side of a chain may bind as loosely as the chain
        right = binds if node.op in ("and", "or") else binds + 1
        texts = [self._part(first, depth, binds)]
        texts += [self._part(argument, depth, right) for argument in rest]
        return f" {sign} ".join(texts), binds

    def _sum(self, node: Node, depth: int) -> str:
        """Write a chain of sums and differences from left to right, without recursion."""
        if node.type.kind == "date" and self._nodes[node.args[1]].op == "constant":
            days = self._nodes[node.args[1]].value
            return f"{self._part(node.args[0], depth, _SUM)} + {days} days"
        terms: list[str] = []
        while True:
            left, right = node.args
            sign = "+" if node.op == "add" else "-"
            terms.append(f"{sign} {self._part(right, depth, _PRODUCT)}")
            if self._nodes[left].op not in ("add", "subtract") or not self._is_free(left):
                return " ".join([self._part(left, depth, _SUM), *reversed(terms)])
            node = self._nodes[left]

    def _chosen(self, node: Node, depth: int) -> str:
        """Write a chain of choices row by row, without recursion."""
        rows: list[str] = []
        while True:
            test, then, otherwise = node.args
            rows.append(f"{self._part(test, depth, _OR)} ? {self._part(then, depth, _OR)} : ")
            if self._nodes[otherwise].op != "if" or not self._is_free(otherwise):
                return "".join([*rows, self._part(otherwise, depth, _OR)])
            node = self._nodes[otherwise]

    def _compared(self, node: Node, sign: str, depth: int) -> str:
        left, right = node.args
        if self._nodes[left].op == "constant" and self._nodes[right].op != "constant":
            left, right, sign = right, left, _TURNED[sign]
        return f"{self._part(left, depth, _SUM)} {sign} {self._part(right, depth, _SUM)}"

    def _divided(self, node: Node, depth: int) -> tuple[str, int]:
        top, bottom = (self._nodes[argument] for argument in node.args)
        word = _ROUNDED[node.mode]
        places = node.type.decimals
        lost = top.type.decimals - places
        if node.shift == 0 and lost > 0 and bottom.op == "constant" and bottom.value == 10**lost:
            return f"{word}({self._text(node.args[0], depth + 1)[0]}, {places})", _ATOM
        above = self._part(node.args[0], depth, _PRODUCT)
        below = self._part(node.args[1], depth, _UNARY)
        if node.shift != places + bottom.type.decimals - top.type.decimals:
            # not the quotient of the two numbers but of their digits
            return f"{word}(digits({above}) * 1e{node.shift} / digits({below}))", _ATOM
        return f"{word}({above} / {below}, {places})", _ATOM

    def _other(  # noqa: PLR0911 - one case an operation
        self, node: Node, depth: int
    ) -> tuple[str, int]:
        args = node.args
        if node.op == "not":
            inner = self._nodes[args[0]]
            if inner.op in _OPPOSITE and self._is_free(args[0]):
                return self._compared(inner, _OPPOSITE[inner.op], depth), _COMPARE
            return f"!{self._part(args[0], depth, _UNARY)}", _UNARY
        if node.op == "negate":
            return f"-{self._part(args[0], depth, _UNARY)}", _UNARY
        if node.op == "in":
            kind = self._nodes[args[0]].type
            members = ", ".join(literal(member, kind) for member in node.members)
            return f"{self._part(args[0], depth, _SUM)} in [{members}]", _COMPARE
        texts = [self._text(argument, depth + 1)[0] for argument in args]
        if node.op in _OF_LISTS:
            return _of_list(node, texts, self._record), _ATOM
        if node.op in FOLDS:
            return _of_records(node, texts[0], self._record), _ATOM
        if node.op in ("date_part", "start_of"):
            return (
                f"{node.mode}({texts[0]})"
                if node.op == "date_part"
                else f'start_of("{node.mode}", {texts[0]})'
            ), _ATOM
        quoted = [f'"{node.mode}"'] if node.op == "working_days" else []
        return f"{_FUNCTIONS[node.op]}({', '.join([*texts, *quoted])})", _ATOM

    def _related(self, node: Node, depth: int) -> str:
        """Write a relation as a test on another record, which has a name of its own."""
        record = self._record
        own = self._text(node.args[0], depth + 1)[0]
        self._record = other = "other" if record == "record" else f"{record}_"
        test, key, value = (self._part(argument, depth, _COMPARE) for argument in node.args[1:])
        self._record = record
        related = f"{key} == {own}"
        if node.span:
            related = f"{own} + {1 - node.span} days <= {key} && {key} <= {own}"
        related = " && ".join([related, *([] if test == "true" else [test])])
        if node.mode == "any_record":
            also = "" if value == "true" else f" && {value}"
            return f"{node.name}.exists({other}, {related}{also})"
        return _folded(node, f"{node.name}.filter({other}, {related})", value, other)

    def _is_free(self, index: int) -> bool:
        return index not in self._labels and index not in self._named


def _of_records(node: Node, value: str, record: str) -> str:
    """Return the text of a fold of a value over all records."""
    if node.op == "count_records":
        return f"{node.name}.filter({record}, {value}).size()"
    empty = ""
    if node.op in ("maximum_record", "minimum_record"):
        empty = f", if none: {literal(node.value, node.type)}"
    return f"{node.name}.{_RECORDS[node.op]}({record}, {value}{empty})"


def _of_list(node: Node, texts: Sequence[str], record: str) -> str:
    """Return the text of an operation over the records for which a test holds."""
    test, key, *_ = texts
    source = node.name if test == "true" else f"{node.name}.filter({record}, {test})"
    if node.op == "longest_run":
        return f"{source}.map({record}, {key}).longestRun()"
    if node.op == "top_records":
        source = f"{source}.sortBy({record}, {key}).last({node.span})"
        return _folded(node, source, texts[-1], record)
    if texts[-1] == "1":
        return f"{source}.map({record}, {key}).distinct().size()"
    return f"{source}.groupBy({record}, {key}).map(group, {texts[-1]}).sum()"


def _folded(node: Node, source: str, value: str, record: str) -> str:
    """Return the text of the fold `mode` of a value over some records."""
    if node.mode == "count_records":
        counted = "" if value == "true" else f".filter({record}, {value})"
        return f"{source}{counted}.size()"
    empty = ""
    if node.mode in ("maximum_record", "minimum_record"):
        empty = f", if none: {literal(node.value, node.type)}"
    return f"{source}.{_RECORDS.get(node.mode, node.mode)}({record}, {value}{empty})"


def literal(value: int, kind: ValueType) -> str:
    """Return a constant as a condition writes it."""
    if kind.kind == "bool":
        return "true" if value else "false"
    if kind.kind == "enum":
        known = 0 <= value < len(kind.values)
        return f'"{kind.values[value]}"' if known else f"code {value}"
    if kind.kind == "date":
        known = date.min.toordinal() <= value <= date.max.toordinal()
        return date.fromordinal(value).isoformat() if known else f"day {value}"
    return format_scaled(value, kind.decimals, trim=True)
