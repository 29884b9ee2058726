"""The table of nodes under construction: no duplicates, and proved intervals for all values."""

import operator
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from steelyard.errors import Place
from steelyard.model.calendars import Calendar
from steelyard.model.dates import FIRST_ORDINAL, LAST_ORDINAL
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_TABLE_DAYS
from steelyard.model.numbers import INT64_HIGH, INT64_LOW, format_scaled
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.operations import (
    OVER_RECORDS,
    CalendarError,
    DivisorError,
    interval,
    open_scopes,
    table_days,
)


class ExpressionError(Exception):
    """An expression that cannot be a node of a plan: a code, what is wrong, and the fix.

    `misuse` is true if the calling code is wrong for all inputs (a float, or an expression used as
    a truth value). `of_values` is true if the given numbers are wrong, such as points of a curve
    that do not ascend.
    """

    def __init__(
        self,
        code: str,
        what: str,
        fix: str | None = None,
        *,
        misuse: bool = False,
        of_values: bool = False,
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix
        self.misuse = misuse
        self.of_values = of_values


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number that the value beside it cannot reach: a limit of a comparison, a knot of a curve.

    `node` is the comparison or the curve, `subject` the value, and `limit` the constant.
    """

    node: int
    subject: int
    limit: int
    place: Place | None


def _about(value: int, decimals: int) -> str:
    """Return a large scaled number in a few digits: `1.25e+18`."""
    return f"{Decimal(f'{value}e-{decimals}'):.3g}"


def _with_decimals(decimals: int) -> str:
    return f" with {decimals} decimal{'s' * (decimals > 1)}" if decimals else ""


def _with(node: Node, low: int, high: int, scope: str | None, place: Place | None) -> Node:
    """Return a node with another interval, scope and place; it is faster than `replace`."""
    return Node(
        node.op, node.type, node.args, low, high, node.value, node.members, node.name, node.field,
        node.shift, node.mode, scope, place, node.span,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value: its node, and the node that tells whether it is known.

    A `literal` is made of constants without a unit, and takes the unit of what is beside it.
    """

    value: int
    known: int
    literal: bool


@dataclass(frozen=True, slots=True)
class GraphState:
    """The nodes of a graph at one time, their keys, and the facts that they may read."""

    nodes: tuple[Node, ...]
    keys: tuple[Node, ...]
    facts: tuple[tuple[str, FactDeclaration], ...]
    values: tuple[tuple[str, Derived], ...]
    as_of: tuple[int, int]


def _same_objects(one: Sequence[object], other: Sequence[object]) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))


class Graph:
    """All nodes of one plan in the making.

    `facts` are the declarations that may be read; `as_of` bounds the date of scoring; `calendars`
    are those of the book. `doubts` are numbers that nothing can reach, which are errors of the
    author in most cases. `named` are the nodes that conditions read by a name that is not a fact's,
    such as `score.quality`. `values` are derived values by name, which are read like facts.
    """

    def __init__(
        self,
        facts: Mapping[str, FactDeclaration],
        as_of: tuple[int, int] = (FIRST_ORDINAL, LAST_ORDINAL),
        calendars: Mapping[str, Calendar] = MappingProxyType({}),
    ) -> None:
        self.facts = facts
        self.as_of = as_of
        self.calendars = calendars
        self.nodes: list[Node] = []
        self.doubts: list[Doubt] = []
        self.named: set[int] = set()
        self.values: dict[str, Derived] = {}
        self._index: dict[Node, int] = {}
        self._place: Place | None = None
        self._table_days = 0

    @contextmanager
    def at(self, place: Place | None) -> Iterator[None]:
        """Set the place in the ruleset of every node that is made inside the block."""
        before, self._place = self._place, place or self._place
        try:
            yield
        finally:
            self._place = before

    def add(self, node: Node) -> int:
        """Add a node, or find the equal one, and return its index.

        Raises `ExpressionError` (SY501, SY502) if the value cannot be proved to fit in int64 or a
        divisor to be other than zero.
        """
        node = _with(node, node.low, node.high, self._scope(node), None)
        known = self._index.get(node)
        if known is not None:
            return known
        # leaves and enum codes bring their interval; everything else has it computed
        max_records = self.facts[node.name].max_records if node.name else 0
        try:
            low, high = interval(node, [self.nodes[index] for index in node.args], max_records)
        except DivisorError:
            raise ExpressionError(
                "SY502",
                f"the divisor can be zero: it lies in {self.range_text(node.args[1])}",
                f"raise the lower bound{self._blame(node.args[1])} above zero, or divide by the "
                "larger of the divisor and 1",
            ) from None
        except CalendarError:
            raise ExpressionError(
                "SY501",
                "a date may lie outside the calendar, which has the years 1 to 9999",
                f"tighten the bounds{self._blame(*node.args)}",
            ) from None
        if low < INT64_LOW or high > INT64_HIGH:
            blamed = self._blame(*node.args)
            raise ExpressionError(
                "SY501",
                f"a value may reach {_about(max(abs(low), abs(high)), node.type.decimals)}"
                f"{_with_decimals(node.type.decimals)}, which does not fit in 64 bits",
                f"tighten the bounds{blamed}" if blamed else "use smaller numbers",
            )
        self._table_days += table_days(node, [self.nodes[index] for index in node.args])
        if self._table_days > MAX_TABLE_DAYS:
            what = f"the plan counts working days in more than {MAX_TABLE_DAYS} days in all"
            raise ExpressionError("SY407", what, f"tighten the bounds{self._blame(*node.args)}")
        self.nodes.append(_with(node, low, high, node.scope, self._place))
        self._index[node] = len(self.nodes) - 1
        return len(self.nodes) - 1

    def doubt(self, node: int, subject: int, limit: int) -> None:
        """Note a constant that the value `subject` cannot reach, at the present place."""
        self.doubts.append(Doubt(node, subject, limit, self._place))

    def state(self) -> "GraphState":
        """Return what there is now, to see later whether a plugin did anything but add nodes."""
        return GraphState(
            tuple(self.nodes),
            tuple(self._index),
            tuple(self.facts.items()),
            tuple(self.values.items()),
            self.as_of,
        )

    def fault_since(self, before: "GraphState") -> str | None:
        """Return what was done to a graph besides adding nodes by `add`, None if nothing was."""
        count = len(before.nodes)
        if not _same_objects(before.nodes, self.nodes[:count]):
            return "changed the nodes of other items"
        keys = tuple(self._index)
        if (
            list(self._index.values()) != list(range(len(self.nodes)))
            or not _same_objects(before.keys, keys[:count])
            or any(
                _with(key, node.low, node.high, node.scope, node.place) != node
                for key, node in zip(keys[count:], self.nodes[count:], strict=True)
            )
        ):
            return "made nodes without the functions of item"
        if tuple(self.facts.items()) != before.facts or self.as_of != before.as_of:
            return "changed the declarations of facts"
        if tuple(self.values.items()) != before.values:
            return "changed the derived values"
        for node in self.nodes[count:]:
            records = self.facts[node.name].max_records if node.name else 0
            args = [self.nodes[index] for index in node.args]
            if (node.low, node.high) != interval(node, args, records):
                return "changed the interval of a node"
        return None

    def range_text(self, index: int) -> str:
        """Return a node's proved interval for people: `[0, 5.00]`."""
        node = self.nodes[index]
        low = format_scaled(node.low, node.type.decimals)
        high = format_scaled(node.high, node.type.decimals)
        return f"[{low}, {high}]"

    def facts_below(self, *indices: int) -> list[str]:
        """Return the names of the facts that these nodes read, sorted."""
        names = {self.nodes[index].name for index in nodes_below(self.nodes, indices)}
        return sorted(names - {""})

    def _blame(self, *indices: int) -> str:
        """Return the facts and fields of records with the widest bounds."""
        below = [self.nodes[index] for index in nodes_below(self.nodes, indices)]
        widths = {node.name: self._width(node.name) for node in below if node.name}
        fields = {f"{node.scope}.{node.field}": node for node in below if node.field and node.scope}
        for name, node in fields.items():
            widths.pop(node.scope or "", None)
            widths[name] = node.high - node.low
        widest = sorted(widths, key=lambda name: (widths[name], name), reverse=True)
        return f" of {', '.join(widest[:2])}" if widest else ""

    def _width(self, name: str) -> int:
        return self.facts[name].high - self.facts[name].low if name in self.facts else 0

    def _scope(self, node: Node) -> str | None:
        scopes = open_scopes(node, [self.nodes[argument] for argument in node.args])
        if scopes and node.op in OVER_RECORDS:
            raise ExpressionError("SY402", "lists of records cannot be nested inside each other")
        if len(scopes) > 1:
            raise ExpressionError(
                "SY402", f"fields of two lists of records are mixed: {', '.join(sorted(scopes))}"
            )
        return scopes.pop() if scopes else None
