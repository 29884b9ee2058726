"""Expressions: values in the making, combined with Python's operators.

`a >= b`, `a + b`, `(a & b) | ~c` build nodes; nothing is evaluated. Constants may be `int`,
`Decimal`, `str` (an enum value), `bool` or `date`; a `float` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from steelyard.expression.graph import ExpressionError, Graph
from steelyard.model.numbers import MAX_DECIMALS, ROUNDINGS, Rounding, decimals_of, to_scaled
from steelyard.model.types import BOOL, COUNT, DATE, ValueType, number_type
from steelyard.plan.nodes import Node, Operation

if TYPE_CHECKING:
    from steelyard.model.facts import FactDeclaration

Number = int | Decimal


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A typed value of a plan in the making: a graph and the index of a node in it."""

    graph: Graph
    index: int
    literal: bool = False  # a bare constant takes the unit and scale of what it meets

    @property
    def node(self) -> Node:
        """The node that gives the value."""
        return self.graph.nodes[self.index]

    @property
    def type(self) -> ValueType:
        """The type of the value."""
        return self.node.type

    # --- where expressions come from

    @staticmethod
    def constant(
        graph: Graph, value: int | Decimal | bool | date, unit: str | None = None
    ) -> Expression:
        """Return a constant; a number without a unit takes the unit of what it meets."""
        if isinstance(value, bool):
            return _add(graph, "constant", BOOL, value=int(value))
        if isinstance(value, int | Decimal):
            decimals = decimals_of(value)
            if decimals > MAX_DECIMALS:
                raise ExpressionError(
                    "SY404", f"{value} has {decimals} decimals; the most is {MAX_DECIMALS}"
                )
            scaled = to_scaled(value, decimals)
            made = _add(graph, "constant", number_type(decimals, unit), value=scaled)
            return Expression(graph, made.index, literal=unit is None)
        if isinstance(value, date):
            return _add(graph, "constant", DATE, value=value.toordinal())
        raise ExpressionError(
            "SY402",
            f"{value!r} is a {type(value).__name__}, which cannot be a constant",
            "use an int or a Decimal made from text" if isinstance(value, float) else None,
        )

    @staticmethod
    def scaled_constant(graph: Graph, value: int, kind: ValueType) -> Expression:
        """Return the constant of a type whose scaled integer (or code) is `value`."""
        return _add(graph, "constant", kind, value=value)

    @staticmethod
    def fact(graph: Graph, name: str) -> Expression:
        """Return the value of a declared fact."""
        fact = _declared(graph, name)
        if fact.type == "records":
            raise ExpressionError(
                "SY402",
                f"{name} is a list of records, not one value",
                "use exists, all, filter(...).size() or size on it",
            )
        low, high = fact.low, fact.high
        absent = min(max(0, low), high)
        return _add(graph, "fact", fact.value_type, name=name, low=low, high=high, value=absent)

    @staticmethod
    def has(graph: Graph, name: str) -> Expression:
        """Return whether a fact is present."""
        fact = _declared(graph, name)
        return _add(graph, "has", BOOL, name=name, low=int(fact.required), high=1)

    @staticmethod
    def as_of(graph: Graph) -> Expression:
        """Return the date of the score."""
        return _add(graph, "as_of", DATE, low=graph.as_of[0], high=graph.as_of[1])

    # --- comparisons

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]  # builds a node
        left, right = self._meet(other)
        return _add(self.graph, "equal", BOOL, left, right)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]  # builds a node
        return ~(self == other)

    __hash__ = None  # type: ignore[assignment]  # `==` builds a node, so it cannot be a key

    def __lt__(self, other: object) -> Expression:
        left, right = self._meet(other, order=True)
        return _add(self.graph, "less", BOOL, left, right)

    def __le__(self, other: object) -> Expression:
        left, right = self._meet(other, order=True)
        return _add(self.graph, "less_or_equal", BOOL, left, right)

    def __gt__(self, other: object) -> Expression:
        left, right = self._meet(other, order=True)
        return _add(self.graph, "less", BOOL, right, left)

    def __ge__(self, other: object) -> Expression:
        left, right = self._meet(other, order=True)
        return _add(self.graph, "less_or_equal", BOOL, right, left)

    def is_in(self, members: Iterable[object]) -> Expression:
        """Return whether the value is one of some others, usually constants."""
        members = tuple(members)
        met = [self._meet(member) for member in members]
        # members may be no constants, or may have brought more decimals
        if any(left.index != self.index or right.node.op != "constant" for left, right in met):
            return any_of(*(self == member for member in members))
        codes = sorted({right.node.value for _, right in met})
        return _add(self.graph, "in", BOOL, self, members=tuple(codes))

    # --- logic

    def __and__(self, other: Expression) -> Expression:
        return all_of(self, other)

    def __or__(self, other: Expression) -> Expression:
        return any_of(self, other)

    def __invert__(self) -> Expression:
        _need_bool(self)
        if self.node.op == "not":
            return Expression(self.graph, self.node.args[0])
        if self.node.op == "constant":
            return Expression.constant(self.graph, not self.node.value)
        return _add(self.graph, "not", BOOL, self)

    def __bool__(self) -> NoReturn:
        raise ExpressionError(
            "SY402",
            "an expression has no truth value while the plan is being built",
            "use &, | and ~ instead of and, or and not; choose(...) instead of if",
        )

    # --- arithmetic

    def __add__(self, other: object) -> Expression:
        left, right = self._meet(other, arithmetic=True)
        return _add(self.graph, "add", _wider(left, right), left, right)

    def __radd__(self, other: object) -> Expression:
        return self + other

    def __sub__(self, other: object) -> Expression:
        left, right = self._meet(other, arithmetic=True)
        return _add(self.graph, "subtract", _wider(left, right), left, right)

    def __rsub__(self, other: object) -> Expression:
        return self._lift(other) - self

    def __mul__(self, other: object) -> Expression:
        left, right = _need_number(self), _need_number(self._lift(other))
        decimals = left.type.decimals + right.type.decimals
        if decimals > MAX_DECIMALS:
            raise ExpressionError(
                "SY404",
                f"the product would have {decimals} decimals; the most is {MAX_DECIMALS}",
                "round one of the factors first",
            )
        unit = _product_unit(left.type.unit, right.type.unit)
        return _add(self.graph, "multiply", number_type(decimals, unit), left, right)

    def __rmul__(self, other: object) -> Expression:
        return self * other

    def __neg__(self) -> Expression:
        _need_number(self)
        if self.node.op == "constant":
            made = _add(self.graph, "constant", self.type, value=-self.node.value)
            return Expression(self.graph, made.index, self.literal)
        return _add(self.graph, "negate", self.type, self)

    def divided_by(
        self, divisor: Expression | int, *, decimals: int, rounding: Rounding
    ) -> Expression:
        """Return self / divisor with `decimals`, rounded in the named way.

        Raises `ExpressionError` SY502 if the divisor cannot be proved to be other than zero.
        """
        top, bottom = _need_number(self), _need_number(self._lift(divisor))
        if rounding not in ROUNDINGS:
            raise ExpressionError("SY402", f"{rounding!r} is not one of {', '.join(ROUNDINGS)}")
        shift = decimals + bottom.type.decimals - top.type.decimals
        if shift < 0:
            bottom, shift = bottom.scaled(bottom.type.decimals - shift), 0
        unit = _quotient_unit(top.type.unit, bottom.type.unit)
        return _add(
            self.graph,
            "divide",
            number_type(decimals, unit),
            top,
            bottom,
            shift=shift,
            mode=rounding,
        )

    def rounded(self, decimals: int, rounding: Rounding) -> Expression:
        """Return the number with fewer (or exactly as many) decimals."""
        _need_number(self)
        if decimals >= self.type.decimals:
            return self.scaled(decimals)
        divisor = _add(
            self.graph, "constant", number_type(), value=10 ** (self.type.decimals - decimals)
        )
        return _add(
            self.graph,
            "divide",
            number_type(decimals, self.type.unit),
            self,
            divisor,
            mode=rounding,
        )

    def scaled(self, decimals: int) -> Expression:
        """Return the same number written with more decimals."""
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
            made = _add(self.graph, "constant", kind, value=self.node.value * 10**shift)
            return Expression(self.graph, made.index, self.literal)
        made = _add(self.graph, "scale_up", kind, self, shift=shift)
        return Expression(self.graph, made.index, self.literal)  # a choice of constants stays one

    def in_unit(self, unit: str | None) -> Expression:
        """Return the same number counted as another unit (`hours` as `points`, say)."""
        _need_number(self)
        node = self.node
        if node.type.unit == unit and not self.literal:
            return self
        if node.op == "constant":
            return _add(
                self.graph, "constant", number_type(node.type.decimals, unit), value=node.value
            )
        return _add(self.graph, "scale_up", number_type(node.type.decimals, unit), self, shift=0)

    # --- how two sides meet

    def _lift(self, other: object) -> Expression:
        if isinstance(other, Expression):
            return other
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
        return _add(self.graph, "constant", self.type, value=code)

    def _meet(
        self, other: object, *, order: bool = False, arithmetic: bool = False
    ) -> tuple[Expression, Expression]:
        left, right = self, self._lift(other)
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


@dataclass(frozen=True, slots=True)
class RecordList:
    """The records of a fact (certifications, reports), to be counted or searched."""

    graph: Graph
    name: str

    @staticmethod
    def fact(graph: Graph, name: str) -> RecordList:
        """Return the records of a declared fact of type records."""
        if _declared(graph, name).type != "records":
            raise ExpressionError("SY402", f"{name} is one value, not a list of records")
        return RecordList(graph, name)

    def field(self, name: str) -> Expression:
        """Return a field of the record at hand."""
        field = self._field(name)
        absent = min(max(0, field.low), field.high)
        return _add(
            self.graph,
            "field",
            field.value_type,
            name=self.name,
            field=name,
            low=field.low,
            high=field.high,
            value=absent,
        )

    def has(self, name: str) -> Expression:
        """Return whether the record at hand has a field."""
        field = self._field(name)
        return _add(
            self.graph, "has_field", BOOL, name=self.name, field=name, low=int(field.required)
        )

    def declares(self, name: str) -> bool:
        """Return whether the records are declared with a field of this name."""
        return self.graph.facts[self.name].field(name) is not None

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that tell records apart, as declared; empty if none are."""
        return self.graph.facts[self.name].key

    def _field(self, name: str):  # noqa: ANN202 - FieldDeclaration, private
        from steelyard.errors import suggest

        fact = self.graph.facts[self.name]
        field = fact.field(name)
        if field is None or field.type == "id":
            readable = [known.name for known in fact.fields if known.type != "id"]
            why = "is an id, which cannot be read" if field else "is not a field"
            raise ExpressionError(
                "SY403",
                f"{name} {why} of {self.name} (it has {', '.join(readable)})",
                suggest(name, readable),
            )
        return field

    def size(self) -> Expression:
        """Return how many records there are."""
        return _add(self.graph, "size", COUNT, name=self.name)

    def count(self, test: Expression) -> Expression:
        """Return for how many records a test holds."""
        _need_bool(test)
        return _add(self.graph, "count_records", COUNT, test, name=self.name)

    def any(self, test: Expression) -> Expression:
        """Return whether a test holds for some record (false for an empty list)."""
        _need_bool(test)
        return _add(self.graph, "any_record", BOOL, test, name=self.name)

    def all(self, test: Expression) -> Expression:
        """Return whether a test holds for every record (true for an empty list)."""
        _need_bool(test)
        return _add(self.graph, "all_records", BOOL, test, name=self.name)

    def sum(self, value: Expression) -> Expression:
        """Return the sum of a number over the records."""
        _need_number(value)
        return _add(self.graph, "sum_records", value.type, value, name=self.name)

    def maximum(self, value: Expression, *, empty: int) -> Expression:
        """Return the largest value over the records, or the scaled integer `empty`."""
        return _add(self.graph, "maximum_record", value.type, value, name=self.name, value=empty)

    def minimum(self, value: Expression, *, empty: int) -> Expression:
        """Return the smallest value over the records, or the scaled integer `empty`."""
        return _add(self.graph, "minimum_record", value.type, value, name=self.name, value=empty)


# --- functions


def all_of(*tests: Expression) -> Expression:
    """Return whether every test holds."""
    return _connect("and", tests)


def any_of(*tests: Expression) -> Expression:
    """Return whether some test holds."""
    return _connect("or", tests)


def choose(test: Expression, then: object, otherwise: object) -> Expression:
    """Return `then` where the test holds, else `otherwise`."""
    _need_bool(test)
    if not isinstance(then, Expression):
        if isinstance(otherwise, Expression):
            then = otherwise._lift(then)  # noqa: SLF001 - same module
        else:
            then = Expression.constant(test.graph, then)  # type: ignore[arg-type]  # it refuses others
    left, right = then._meet(otherwise)  # noqa: SLF001 - same module
    if test.node.op == "constant":
        return left if test.node.value else right
    if left.index == right.index:
        return left
    kind = _wider(left, right) if left.type.kind == "number" else left.type
    made = _add(test.graph, "if", kind, test, left, right)
    return Expression(test.graph, made.index, left.literal and right.literal)


def minimum(first: Expression, *others: object) -> Expression:
    """Return the smallest of some numbers."""
    return _extreme("minimum", first, others)


def maximum(first: Expression, *others: object) -> Expression:
    """Return the largest of some numbers."""
    return _extreme("maximum", first, others)


def clamp(value: Expression, low: object, high: object) -> Expression:
    """Return the value, held inside [low, high]."""
    return minimum(maximum(value, low), high)


def days_between(start: Expression | date, end: Expression | date) -> Expression:
    """Return the whole days from one date to another, negative if the second is earlier."""
    if isinstance(start, Expression):
        end = start._lift(end)  # noqa: SLF001 - same module
    elif isinstance(end, Expression):
        start = end._lift(start)  # noqa: SLF001 - same module
    else:
        raise ExpressionError("SY402", "days between two constants is a constant; write it")
    for side in (start, end):
        if side.type.kind != "date":
            raise ExpressionError("SY402", f"days are counted between dates, not {side.type}")
    return _add(start.graph, "days_between", number_type(0, "days"), start, end)


# --- private


def _add(
    graph: Graph,
    op: Operation,
    kind: ValueType,
    *args: Expression,
    low: int = 0,
    high: int = 1,
    value: int = 0,
    members: tuple[int, ...] = (),
    name: str = "",
    field: str = "",
    shift: int = 0,
    mode: str = "",
) -> Expression:
    node = Node(
        op,
        kind,
        tuple(arg.index for arg in args),
        low,
        high,
        value,
        members,
        name,
        field,
        shift,
        mode,
    )
    return Expression(graph, graph.add(node))


def _declared(graph: Graph, name: str) -> FactDeclaration:
    from steelyard.errors import suggest

    fact = graph.facts.get(name)
    if fact is None:
        raise ExpressionError("SY203", f"no fact is called {name!r}", suggest(name, graph.facts))
    return fact


def _described(value: Expression) -> str:
    return f"an {value.type}" if str(value.type)[0] in "ie" else f"a {value.type}"


def _need_bool(value: Expression) -> Expression:
    if value.type.kind != "bool":
        raise ExpressionError("SY402", f"a yes/no value is needed, not {_described(value)}")
    return value


def _need_number(value: Expression) -> Expression:
    if value.type.kind != "number":
        raise ExpressionError("SY402", f"a number is needed, not {_described(value)}")
    return value


def _same_scale(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    for one, other in ((left, right), (right, left)):
        # points have the decimals that computing them needs; only a fact's are declared
        declared = not other.literal and other.type.unit != "points"
        if one.literal and declared and one.type.decimals > other.type.decimals:
            raise ExpressionError(
                "SY404",
                f"{_constant_text(one)} has more decimals ({one.type.decimals}) than the value "
                f"beside it ({other.type.decimals})",
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


def _constant_text(value: Expression) -> str:
    from steelyard.model.numbers import format_scaled

    if value.node.op != "constant":  # a choice between constants, say
        return "a number made of constants"
    return format_scaled(value.node.value, value.type.decimals)


def _wider(left: Expression, right: Expression) -> ValueType:
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
    """Flatten, drop repeats and neutral constants; `x or not x` is true, `x and not x` false."""
    if not tests:
        raise ExpressionError("SY402", "all_of and any_of need at least one test")
    graph = tests[0].graph
    neutral, absorbing = (1, 0) if op == "and" else (0, 1)
    flat: dict[int, None] = {}
    for test in tests:
        node = _need_bool(test).node
        for index in node.args if node.op == op else (test.index,):
            flat.setdefault(index)
    kept = [
        index
        for index in flat
        if not (graph.nodes[index].op == "constant" and graph.nodes[index].value == neutral)
    ]
    for index in kept:
        node = graph.nodes[index]
        opposite = node.op == "not" and node.args[0] in flat
        if opposite or (node.op == "constant" and node.value == absorbing):
            return Expression.constant(graph, bool(absorbing))
    if len(kept) < 2:
        return Expression(graph, kept[0]) if kept else Expression.constant(graph, bool(neutral))
    return _add(graph, op, BOOL, *(Expression(graph, index) for index in kept))


def _extreme(op: Operation, first: Expression, others: tuple[object, ...]) -> Expression:
    result = first
    for other in others:
        left, right = result._meet(other)  # noqa: SLF001 - same module
        _need_number(left)
        result = _add(first.graph, op, _wider(left, right), left, right)
    return result
