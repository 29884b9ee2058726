"""Expressions: values of a plan being built, combined with Python's operators.

`a >= b`, `a + b`, `(a & b) | ~c` build nodes and evaluate nothing. Constants may be `int`,
`Decimal`, `str` (an enum value), `bool` or `date`; a `float` is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from steelyard.language.expressions.graph import ExpressionError, Graph
from steelyard.language.expressions.written import Compared, Form, denied, joined, settled
from steelyard.model.limits import MAX_DECIMALS
from steelyard.model.numbers import ROUNDINGS, NumberError, Rounding, decimals_of, to_scaled
from steelyard.model.types import BOOL, DATE, ValueType, number_type
from steelyard.plan.nodes import Node
from steelyard.plan.operations import Operation
from steelyard.plan.structure import Comparison

if TYPE_CHECKING:
    from steelyard.model.facts import FactDeclaration

Number = int | Decimal
T = TypeVar("T")

_UNIT = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)  # as facts declare it


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expression:
    """A typed value of a plan in the making: a graph and the index of a node in it."""

    graph: Graph
    index: int
    literal: bool = False  # a constant without unit takes unit and scale of the other operand
    written: Form | None = None  # a test as its author wrote it, None for a value by itself

    def __repr__(self) -> str:
        from steelyard.plan.infix import render

        text = render(self.graph.nodes, self.index, {})
        parts = "".join(f"; {name} = {part}" for name, part in text.parts)
        return f"<{self.type}: {text.text}{parts}>"

    @property
    def node(self) -> Node:
        """The node that gives the value."""
        return self.graph.nodes[self.index]

    @property
    def type(self) -> ValueType:
        """The type of the value."""
        return self.node.type

    @property
    def form(self) -> Form:
        """The form of a yes/no value."""
        if self.node.op == "constant":
            return settled(holds=bool(self.node.value))
        return self.written or Compared(self.index, "is", self.index)

    # --- where expressions come from

    @staticmethod
    def constant(
        graph: Graph, value: int | Decimal | bool | date, unit: str | None = None
    ) -> Expression:
        """Return a constant; a number without a unit takes the unit of the other operand."""
        if isinstance(value, bool):
            return add_node(graph, "constant", BOOL, value=int(value))
        if isinstance(value, int | Decimal):
            decimals = _decimals_of(value)
            if decimals > MAX_DECIMALS:
                raise ExpressionError(
                    "SY404", f"{value} has {decimals} decimals; max {MAX_DECIMALS}"
                )
            scaled = to_scaled(value, decimals)
            made = add_node(graph, "constant", number_type(decimals, unit), value=scaled)
            return Expression(graph, made.index, literal=unit is None)
        if isinstance(value, date) and not isinstance(value, datetime):
            return add_node(graph, "constant", DATE, value=value.toordinal())
        fixes = {float: "use an int or a Decimal made from text", datetime: "use its date()"}
        raise ExpressionError(
            "SY402",
            f"{value!r} is a {type(value).__name__}, which cannot be a constant",
            next((fix for kind, fix in fixes.items() if isinstance(value, kind)), None),
            misuse=True,
        )

    @staticmethod
    def scaled_constant(graph: Graph, value: int, kind: ValueType) -> Expression:
        """Return the constant of a type whose scaled integer (or code) is `value`."""
        return add_node(graph, "constant", kind, value=value)

    @staticmethod
    def fact(graph: Graph, name: str) -> Expression:
        """Return the value of a declared fact, or a derived value."""
        if name in graph.values:
            value = graph.values[name]
            return Expression(graph, value.value, literal=value.literal)
        fact = declared_fact(graph, name)
        if fact.type == "records":
            raise ExpressionError(
                "SY402",
                f"{name} is a list of records, not one value",
                "use exists, all, filter(...).size() or size on it",
            )
        low, high = fact.low, fact.high
        absent = min(max(0, low), high)
        return add_node(graph, "fact", fact.value_type, name=name, low=low, high=high, value=absent)

    @staticmethod
    def has(graph: Graph, name: str) -> Expression:
        """Return whether a fact is present, or every fact that a derived value needs."""
        if name in graph.values:
            return Expression(graph, graph.values[name].known)
        fact = declared_fact(graph, name)
        return add_node(graph, "has", BOOL, name=name, low=int(fact.required), high=1)

    @staticmethod
    def as_of(graph: Graph) -> Expression:
        """Return the date of the score."""
        return add_node(graph, "as_of", DATE, low=graph.as_of[0], high=graph.as_of[1])

    # --- comparisons

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]  # builds a node
        left, right = self.meet(other)
        return _compared("equal", left, "==", right)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]  # builds a node
        return ~(self == other)

    __hash__ = None  # type: ignore[assignment]  # `==` builds a node, so it cannot be a key

    def __lt__(self, other: object) -> Expression:
        left, right = self.meet(other, order=True)
        return _compared("less", left, "<", right)

    def __le__(self, other: object) -> Expression:
        left, right = self.meet(other, order=True)
        return _compared("less_or_equal", left, "<=", right)

    def __gt__(self, other: object) -> Expression:
        left, right = self.meet(other, order=True)
        return _compared("less", left, ">", right)

    def __ge__(self, other: object) -> Expression:
        left, right = self.meet(other, order=True)
        return _compared("less_or_equal", left, ">=", right)

    def is_in(self, members: Iterable[object]) -> Expression:
        """Return whether the value is one of some others, usually constants."""
        if isinstance(members, str | Expression):
            what = f"the members are {members!r}, which is no list"
            raise ExpressionError("SY402", what, "use a tuple of values", misuse=True)
        members = in_order(members)
        if not members:
            raise ExpressionError("SY402", "nothing is in an empty list", of_values=True)
        met = [self.meet(member) for member in members]
        # members may be no constants, or may have brought more decimals
        if any(left.index != self.index or right.node.op != "constant" for left, right in met):
            return any_of(*(self == member for member in members))
        codes = sorted({right.node.value for _, right in met})
        made = add_node(self.graph, "in", BOOL, self, members=tuple(codes))
        for left, right in met:
            _note_doubt(made, left, right)
        return replace(made, written=Compared(made.index, "in", self.index))

    # --- logic

    def __and__(self, other: Expression) -> Expression:
        return all_of(self, other)

    def __or__(self, other: Expression) -> Expression:
        return any_of(self, other)

    def __invert__(self) -> Expression:
        need_bool(self)
        if self.node.op == "constant":
            return Expression.constant(self.graph, not self.node.value)
        if self.node.op == "not":
            opposite = Expression(self.graph, self.node.args[0])
        else:
            opposite = add_node(self.graph, "not", BOOL, self)
        return replace(opposite, written=denied(self.form))

    def __bool__(self) -> NoReturn:
        raise ExpressionError(
            "SY402",
            "an expression has no truth value while the plan is being built",
            "use &, | and ~ instead of and, or and not; choose(...) instead of if",
            misuse=True,
        )

    # --- arithmetic

    def __add__(self, other: object) -> Expression:
        left, right = self.meet(other, arithmetic=True)
        return add_node(self.graph, "add", wider(left, right), left, right)

    def __radd__(self, other: object) -> Expression:
        return self + other

    def __sub__(self, other: object) -> Expression:
        left, right = self.meet(other, arithmetic=True)
        return add_node(self.graph, "subtract", wider(left, right), left, right)

    def __rsub__(self, other: object) -> Expression:
        return self.lift(other) - self

    def __mul__(self, other: object) -> Expression:
        left, right = need_number(self), need_number(self.lift(other))
        decimals = left.type.decimals + right.type.decimals
        if decimals > MAX_DECIMALS:
            raise ExpressionError(
                "SY404",
                f"the product would have {decimals} decimals; max {MAX_DECIMALS}",
                "round one of the factors first",
            )
        unit = _product_unit(left.type.unit, right.type.unit)
        return add_node(self.graph, "multiply", number_type(decimals, unit), left, right)

    def __rmul__(self, other: object) -> Expression:
        return self * other

    def __neg__(self) -> Expression:
        need_number(self)
        if self.node.op == "constant":
            made = add_node(self.graph, "constant", self.type, value=-self.node.value)
            return Expression(self.graph, made.index, self.literal)
        return add_node(self.graph, "negate", self.type, self)

    def divided_by(
        self, divisor: Expression | int, *, decimals: int, rounding: Rounding
    ) -> Expression:
        """Return self / divisor with `decimals`, rounded in the named way.

        Raises `ExpressionError` SY502 if the divisor cannot be proved to be other than zero.
        """
        top, bottom = need_number(self), need_number(self.lift(divisor))
        _check_rounding(decimals, rounding)
        shift = decimals + bottom.type.decimals - top.type.decimals
        if shift < 0:
            bottom, shift = bottom.scaled(bottom.type.decimals - shift), 0
        unit = _quotient_unit(top.type.unit, bottom.type.unit)
        kind = number_type(decimals, unit)
        return add_node(self.graph, "divide", kind, top, bottom, shift=shift, mode=rounding)

    def rounded(self, decimals: int, rounding: Rounding) -> Expression:
        """Return the number with fewer (or exactly as many) decimals."""
        need_number(self)
        _check_rounding(decimals, rounding)
        if decimals >= self.type.decimals:
            return self.scaled(decimals)
        power = 10 ** (self.type.decimals - decimals)
        divisor = add_node(self.graph, "constant", number_type(), value=power)
        kind = number_type(decimals, self.type.unit)
        return add_node(self.graph, "divide", kind, self, divisor, mode=rounding)

    def scaled(self, decimals: int) -> Expression:
        """Return the same number written with more decimals."""
        _check_decimals(decimals)
        shift = decimals - self.type.decimals
        if shift == 0:
            return self
        if shift < 0:
            raise ExpressionError(
                "SY404",
                f"{_described(self)} has more than {decimals} decimals",
                "write it with fewer decimals, or round it",
            )
        kind = number_type(decimals, self.type.unit)
        if self.node.op == "constant":
            made = add_node(self.graph, "constant", kind, value=self.node.value * 10**shift)
            return Expression(self.graph, made.index, self.literal)
        made = add_node(self.graph, "scale_up", kind, self, shift=shift)
        return Expression(self.graph, made.index, self.literal)  # a choice of constants stays one

    def in_unit(self, unit: str | None) -> Expression:
        """Return the same number in another unit, for example points instead of hours.

        Nothing is converted, and merchants read the new unit. None takes the unit away.
        """
        need_number(self)
        _check_unit(unit)
        node = self.node
        if node.type.unit == unit and not self.literal:
            return self
        kind = number_type(node.type.decimals, unit)
        if node.op == "constant":
            return add_node(self.graph, "constant", kind, value=node.value)
        return add_node(self.graph, "scale_up", kind, self, shift=0)

    # --- how two sides meet

    def lift(self, other: object) -> Expression:
        """Return another operand as an expression; a text is a value of this enum."""
        if isinstance(other, Expression):
            return same_graph(self.graph, other)
        if isinstance(other, str):
            return self._enum_constant(other)
        return Expression.constant(self.graph, other)  # type: ignore[arg-type]  # it refuses others

    def _enum_constant(self, value: str) -> Expression:
        from steelyard.errors import suggest

        if self.type.kind != "enum":
            raise ExpressionError(
                "SY402", f"{_described(self)} is compared with the text {value!r}"
            )
        if value not in self.type.values:
            raise ExpressionError(
                "SY405",
                f"{value!r} is not one of {', '.join(self.type.values)}",
                suggest(value, self.type.values),
            )
        code = self.type.values.index(value)
        return add_node(self.graph, "constant", self.type, value=code)

    def meet(
        self, other: object, *, order: bool = False, arithmetic: bool = False
    ) -> tuple[Expression, Expression]:
        """Return both sides at one scale; refuse sides of different kinds or units."""
        left, right = self, self.lift(other)
        if left.type.kind != right.type.kind:
            raise ExpressionError(
                "SY402", f"{_described(left)} and {_described(right)} do not fit together"
            )
        kind = left.type.kind
        if kind == "number":
            return _same_scale(left, right)
        if arithmetic:
            raise ExpressionError(
                "SY402",
                f"{kind} values cannot be added or subtracted",
                "use days(from, to) for dates" if kind == "date" else None,
            )
        if order and kind != "date":
            raise ExpressionError(
                "SY402",
                f"{kind} values have no order",
                "compare them with == or in" if kind == "enum" else None,
            )
        if kind == "enum" and left.type.values != right.type.values:
            raise ExpressionError("SY402", "two texts with different sets of values are compared")
        return left, right


def _compared(op: Operation, left: Expression, sign: Comparison, right: Expression) -> Expression:
    """Return a comparison; its node is `op` with the smaller side first."""
    if left.type.kind == "id":
        raise ExpressionError(
            "SY402",
            "ids are compared only to relate two lists",
            "write exists(p, p.store == s.id) inside a test over the other list",
        )
    ordered = (right, left) if sign in (">", ">=") else (left, right)
    made = add_node(left.graph, op, BOOL, *ordered)
    _note_doubt(made, *ordered)
    for side, other in ((left, right), (right, left)):
        if other.type.kind == "bool" and other.node.op == "constant":  # `x == false` is `!x`
            return replace(made, written=side.form if other.node.value else denied(side.form))
    return replace(made, written=Compared(made.index, sign, left.index, right.index))


def all_of(*tests: Expression) -> Expression:
    """Return whether every test holds."""
    return _connect("and", tests)


def any_of(*tests: Expression) -> Expression:
    """Return whether some test holds."""
    return _connect("or", tests)


def add_node(
    graph: Graph,
    op: Operation,
    kind: ValueType,
    *args: Expression,
    **rest: Any,  # noqa: ANN401 - the other fields of `Node`
) -> Expression:
    """Add a node to the graph and return its value; `rest` are the other fields of the node."""
    indices = tuple(same_graph(graph, arg).index for arg in args)
    return Expression(graph, graph.add(Node(op, kind, indices, **rest)))


def same_graph(graph: Graph, value: Expression) -> Expression:
    """Return an expression of a graph as it is; refuse one of another plan."""
    if value.graph is not graph:
        raise ExpressionError(
            "SY402",
            "an expression of another plan is used",
            "build every expression from the item at hand; keep none between calls",
            misuse=True,
        )
    return value


def in_order(values: Iterable[T]) -> tuple[T, ...]:
    """Return values as a tuple; reject a set, whose order differs between processes."""
    if isinstance(values, set | frozenset):
        raise ExpressionError(
            "SY402",
            f"a {type(values).__name__} has no order",
            "use a tuple, or sorted(...)",
            misuse=True,
        )
    return tuple(values)


def declared_fact(graph: Graph, name: str) -> FactDeclaration:
    """Return the declaration of a fact; refuse an unknown name."""
    from steelyard.errors import suggest

    if name in graph.values:
        raise ExpressionError("SY402", f"{name} is a derived value, not a list of records")
    fact = graph.facts.get(name)
    if fact is None:
        known = (*graph.facts, *graph.values)
        raise ExpressionError("SY203", f"unknown fact {name!r}", suggest(name, known))
    return fact


def _decimals_of(value: Number) -> int:
    try:
        return decimals_of(value)
    except NumberError:
        what = f"{value} is not finite"
        raise ExpressionError("SY402", what, misuse=True) from None


def check_number(value: object) -> None:
    """Refuse anything but a finite int or Decimal, without a node for it."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        what = f"{value!r} is a {type(value).__name__}, not a number"
        raise ExpressionError("SY402", what, "use an int or a Decimal made from text", misuse=True)
    _decimals_of(value)


def _check_decimals(decimals: object) -> None:
    if type(decimals) is not int or not 0 <= decimals <= MAX_DECIMALS:
        what = f"a number cannot have {decimals!r} decimals"
        fix = f"use a whole number from 0 to {MAX_DECIMALS}"
        raise ExpressionError("SY404", what, fix, misuse=True)


def _check_rounding(decimals: object, rounding: object) -> None:
    _check_decimals(decimals)
    if rounding not in ROUNDINGS:
        what = f"{rounding!r} is not one of {', '.join(ROUNDINGS)}"
        raise ExpressionError("SY402", what, misuse=True)


def _check_unit(unit: object) -> None:
    if unit is not None and not (isinstance(unit, str) and _UNIT.match(unit)):
        what = f"{unit!r} is not a unit"
        fix = "write it as facts do, in lower_snake_case: days, count, points"
        raise ExpressionError("SY406", what, fix, misuse=True)


def _described(value: Expression) -> str:
    return f"an {value.type}" if str(value.type)[0] in "ie" else f"a {value.type}"


def need_bool(value: Expression) -> Expression:
    """Return a yes/no value as it is; refuse anything else."""
    _need_expression(value)
    if value.type.kind != "bool":
        raise ExpressionError("SY402", f"a yes/no value is needed, not {_described(value)}")
    return value


def need_number(value: Expression) -> Expression:
    """Return a number as it is; refuse anything else."""
    _need_expression(value)
    if value.type.kind != "number":
        raise ExpressionError("SY402", f"a number is needed, not {_described(value)}")
    return value


def need_date(value: Expression) -> Expression:
    """Return a date as it is; refuse anything else."""
    if isinstance(value, str):  # of a condition
        what, fix = f"a date is needed, not the text {value!r}", 'write date("2026-03-05")'
        raise ExpressionError("SY402", what, fix)
    _need_expression(value)
    if value.type.kind != "date":
        raise ExpressionError("SY402", f"a date is needed, not {_described(value)}")
    return value


def _need_expression(value: object) -> None:
    if not isinstance(value, Expression):
        what = f"an expression is needed, not a {type(value).__name__}"
        raise ExpressionError("SY402", what, misuse=True)


def _same_scale(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    for constant, other in ((left, right), (right, left)):
        # points have the decimals that computing them needs; only a fact's are declared
        declared = not other.literal and other.type.unit != "points"
        if constant.literal and declared and constant.type.decimals > other.type.decimals:
            raise ExpressionError(
                "SY404",
                f"{_constant_text(constant)} has more decimals ({constant.type.decimals}) than the "
                f"value beside it ({other.type.decimals})",
                "write the number with no more decimals than the fact has",
            )
    if not left.literal and not right.literal and left.type.unit != right.type.unit:
        raise ExpressionError(
            "SY406",
            f"{left.type.unit or 'a bare number'} and {right.type.unit or 'a bare number'} "
            "are different units",
            "compare numbers of one unit; a share of a count is a product: a >= 0.8 * b",
        )
    decimals = max(left.type.decimals, right.type.decimals)
    return left.scaled(decimals), right.scaled(decimals)


def _note_doubt(test: Expression, left: Expression, right: Expression) -> None:
    """Note a comparison with a constant that never holds, or whose constant is out of reach."""
    if (left.node.op == "constant") == (right.node.op == "constant") or left.type.kind == "enum":
        return
    subject, limit = (left, right) if right.node.op == "constant" else (right, left)
    value = limit.node.value
    outside = not subject.node.low <= value <= subject.node.high
    if test.node.high == 0 or outside:
        test.graph.doubt(test.index, subject.index, limit.index)


def _constant_text(value: Expression) -> str:
    from steelyard.model.numbers import format_scaled

    if value.node.op != "constant":  # for example a choice between constants
        return "a number made of constants"
    return format_scaled(value.node.value, value.type.decimals)


def wider(left: Expression, right: Expression) -> ValueType:
    """Return the type of two numbers of one scale; a bare constant takes the other unit."""
    return right.type if left.literal else left.type


def _product_unit(left: str | None, right: str | None) -> str | None:
    # a share of something is that something
    plain = [unit for unit in (left, right) if unit not in (None, "share")]
    if len(plain) == 2:
        return "*".join(sorted(str(unit) for unit in plain))
    return plain[0] if plain else (left or right)


def _quotient_unit(top: str | None, bottom: str | None) -> str | None:
    if bottom in (None, "share"):
        return top
    return "share" if top == bottom else f"{top or '1'}/{bottom}"


def _connect(op: Operation, tests: tuple[Expression, ...]) -> Expression:
    """Return tests without nesting, duplicates and neutral constants.

    `has(x) or not has(x)` is true.

    This holds for presence only: `x or not x` is unknown if x is absent.
    """
    if not tests:
        raise ExpressionError("SY402", "all_of and any_of need at least one test", misuse=True)
    graph = need_bool(tests[0]).graph
    neutral, absorbing = (1, 0) if op == "and" else (0, 1)
    flat: dict[int, None] = {}
    for test in tests:
        node = same_graph(graph, need_bool(test)).node
        for index in node.args if node.op == op else (test.index,):
            flat.setdefault(index)
    kept = [
        index
        for index in flat
        if not (graph.nodes[index].op == "constant" and graph.nodes[index].value == neutral)
    ]
    for index in kept:
        node = graph.nodes[index]
        denied = graph.nodes[node.args[0]].op if node.op == "not" else ""
        opposite = denied in ("has", "has_field") and node.args[0] in flat
        if opposite or (node.op == "constant" and node.value == absorbing):
            return Expression.constant(graph, bool(absorbing))
    if not kept:
        return Expression.constant(graph, bool(neutral))
    forms = [test.form for test in tests if test.node.op != "constant"]
    written = joined("all" if op == "and" else "any", forms)
    parts = [Expression(graph, index) for index in kept]
    made = parts[0] if len(parts) == 1 else add_node(graph, op, BOOL, *parts)
    return replace(made, written=written)
