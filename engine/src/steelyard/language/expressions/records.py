"""Lists of records: certifications, reports, monthly figures, to be counted or searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from steelyard.language.expressions.expression import (
    Expression,
    Number,
    add_node,
    all_of,
    any_of,
    check_number,
    declared_fact,
    need_bool,
    need_date,
    need_number,
)
from steelyard.language.expressions.functions import choose
from steelyard.language.expressions.graph import ExpressionError, Graph
from steelyard.model.limits import MAX_WINDOW_DAYS
from steelyard.model.numbers import decimals_of, to_scaled
from steelyard.model.types import BOOL, COUNT, ValueType, number_type
from steelyard.plan.operations import Operation

if TYPE_CHECKING:
    from steelyard.model.facts import FieldDeclaration


@dataclass(frozen=True, slots=True)
class RecordList:
    """Some records of a fact (certifications, reports), to be counted or searched.

    `where` is the test that they pass, None for all records. A `relation` leaves those that belong
    to the record at hand, an `order` a number of those that come last in it.
    """

    graph: Graph
    name: str
    where: Expression | None = None
    relation: Relation | None = None
    order: Order | None = None

    @staticmethod
    def fact(graph: Graph, name: str) -> RecordList:
        """Return the records of a declared fact of type records."""
        if declared_fact(graph, name).type != "records":
            raise ExpressionError("SY402", f"{name} is one value, not a list of records")
        return RecordList(graph, name)

    def field(self, name: str) -> Expression:
        """Return a field of the record in the test."""
        field = self._field(name)
        absent = min(max(0, field.low), field.high)
        bounds = {"low": field.low, "high": field.high, "value": absent}
        if field.type == "id":
            bounds = {"low": 0, "high": 1}  # it has more than one value, and no order
        return add_node(self.graph, "field", field.value_type, name=self.name, field=name, **bounds)

    def has(self, name: str) -> Expression:
        """Return whether the record in the test has a field."""
        field = self._field(name)
        return add_node(
            self.graph, "has_field", BOOL, name=self.name, field=name, low=int(field.required)
        )

    def declares(self, name: str) -> bool:
        """Return whether the records are declared with a field of this name."""
        return self.graph.facts[self.name].field(name) is not None

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that tell records apart, as declared; empty if none are."""
        return self.graph.facts[self.name].key

    def _field(self, name: str) -> FieldDeclaration:
        from steelyard.errors import suggest

        fact = self.graph.facts[self.name]
        field = fact.field(name)
        if field is None:
            readable = [known.name for known in fact.fields]
            raise ExpressionError(
                "SY403",
                f"{name} is not a field of {self.name} (it has {', '.join(readable)})",
                suggest(name, readable),
            )
        return field

    # --- some of the records

    def filter(self, test: Expression) -> RecordList:
        """Return the records for which a test holds, too."""
        need_bool(test)
        return replace(self, where=test if self.where is None else all_of(self.where, test))

    def matching(self, own: Expression, key: Expression) -> RecordList:
        """Return the records whose `key` equals `own`, a value of the record at hand.

        One of both must tell the records of its list apart, unless both are of one list.
        """
        self._need_key(key)
        scope = own.node.scope
        if own.type.kind != "id" or key.type.kind != "id":
            own, key = own.meet(key)
        lists = ((key, self.name), (own, scope))
        if scope != self.name and not any(self._is_unique(side, name) for side, name in lists):
            raise ExpressionError(
                "SY409",
                f"neither {_field_name(key)} tells the records of {self.name} apart, "
                f"nor {_field_name(own)} those of {scope}",
                f"declare `key: [{own.node.field or 'id'}]` for {scope}, so that merchants with "
                "two such records are rejected",
            )
        return replace(self, relation=Relation(own, key))

    def last(self, number: int, by: Expression) -> RecordList:
        """Return some records of the largest numbers or dates, all if there are no more."""
        return self._ordered(number, by)

    def first(self, number: int, by: Expression) -> RecordList:
        """Return some records of the smallest numbers or dates, all if there are no more."""
        return self._ordered(number, by, reverse=True)

    def _ordered(self, number: int, by: Expression, *, reverse: bool = False) -> RecordList:
        if by.type.kind != "date":
            need_number(by)
        self._need_key(by)
        order = _reversed(by) if reverse else by
        return RecordList(self.graph, self.name, order=Order(self.where, order, by, number))

    def groups(self, key: Expression) -> Groups:
        """Return the groups of records that have one key."""
        self._need_key(key)
        return Groups(self, replace(self, relation=Relation(key, key)), key)

    def windows(self, day: Expression, days: int) -> Groups:
        """Return, for each day with a record, the records of some days up to it."""
        self._need_key(need_date(day))
        if not 1 <= days <= MAX_WINDOW_DAYS:
            what = f"a window has {days} days"
            raise ExpressionError("SY402", what, f"use 1 to {MAX_WINDOW_DAYS} days")
        return Groups(self, replace(self, relation=Relation(day, day, days)), day)

    def _need_key(self, key: Expression) -> None:
        """Refuse a key that is the same for all records, and records that have an order or key."""
        if self.relation is not None or self.order is not None:
            raise ExpressionError(
                "SY408",
                "records of one group, or the first or last ones, can be filtered, counted, tested "
                "and mapped only",
                "group and sort the whole list",
            )
        if key.node.scope != self.name:
            what = f"the key reads no field of {self.name}"
            raise ExpressionError("SY402", what, "use a field of the record, such as its id")

    def _is_unique(self, key: Expression, name: str | None) -> bool:
        """Return whether a key tells all records of a list apart."""
        return name is not None and self.graph.facts[name].key == (key.node.field,)

    # --- values of the records

    def size(self) -> Expression:
        """Return how many records there are."""
        if self.where is None and self.relation is None and self.order is None:
            return add_node(self.graph, "size", COUNT, name=self.name)
        return self.count(Expression.constant(self.graph, True))

    def count(self, test: Expression) -> Expression:
        """Return for how many records a test holds."""
        return self._fold("count_records", COUNT, self._and_where(need_bool(test)))

    def any(self, test: Expression) -> Expression:
        """Return whether a test holds for some record (false for an empty list)."""
        return self._fold("any_record", BOOL, self._and_where(need_bool(test)))

    def all(self, test: Expression) -> Expression:
        """Return whether a test holds for every record (true for an empty list)."""
        need_bool(test)
        where = self._embedded
        return self._fold("all_records", BOOL, test if where is None else any_of(~where, test))

    def sum(self, value: Expression) -> Expression:
        """Return the sum of a number over the records."""
        where = self._embedded
        chosen = need_number(value) if where is None else choose(where, value, 0)
        return self._fold("sum_records", chosen.type, chosen)

    def maximum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the largest number or date over the records, or `empty` if there are none.

        `empty` is a number in the unit of the value, with no more decimals; or a date (or its
        ordinal).
        """
        return self._extreme("maximum_record", value, _empty(value, empty), value.node.low)

    def minimum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the smallest number or date over the records, or `empty` if there are none."""
        return self._extreme("minimum_record", value, _empty(value, empty), value.node.high)

    def distinct(self, key: Expression) -> Expression:
        """Return how many different values of a key the records have."""
        return self.groups(key).size()

    def longest_run(self, day: Expression) -> Expression:
        """Return the most consecutive days on which there is a record."""
        self._need_key(need_date(day))
        kind = number_type(0, "days")
        return add_node(self.graph, "longest_run", kind, self.test, day, name=self.name)

    @property
    def test(self) -> Expression:
        """The test that the records pass, true for all records."""
        return Expression.constant(self.graph, True) if self.where is None else self.where

    @property
    def _embedded(self) -> Expression | None:
        """The test that the value of a fold must contain, because the node has no other place."""
        return None if self.relation is not None else self.where

    def _and_where(self, test: Expression) -> Expression:
        where = self._embedded
        if where is None:
            return test
        is_true = test.node.op == "constant" and test.node.value
        return where if is_true else all_of(where, test)

    def _extreme(self, op: Operation, value: Expression, empty: int, neutral: int) -> Expression:
        where = self._embedded
        if where is None:
            return self._fold(op, value.type, value, empty)
        # a record that does not pass is no extreme
        no_extreme = Expression.scaled_constant(self.graph, neutral, value.type)
        found = self._fold(op, value.type, choose(where, value, no_extreme), neutral)
        none = Expression.scaled_constant(self.graph, empty, value.type)
        return choose(replace(self, where=None).any(where), found, none)

    def _fold(
        self, op: Operation, kind: ValueType, value: Expression, empty: int = 0
    ) -> Expression:
        graph, name = self.graph, self.name
        if self.relation is not None:
            args = (self.relation.own, self.test, self.relation.key, value)
            span = self.relation.days
            return add_node(
                graph, "related_records", kind, *args, name=name, mode=op, value=empty, span=span
            )
        if self.order is not None:
            self._check_ties(value, self.order)
            return self.order.fold(self, op, kind, value, empty)
        return add_node(graph, op, kind, value, name=name, value=empty)

    def _check_ties(self, value: Expression, order: Order) -> None:
        """Refuse a value that may depend on which of several equal records come first."""
        if self._is_unique(order.by, self.name) or _follows(value, order.by):
            return
        raise ExpressionError(
            "SY409",
            f"several records of {self.name} may have one {_field_name(order.by)}, and the result "
            "would depend on their order",
            f"declare `key: [{order.by.node.field or 'day'}]` for {self.name}, or take the values "
            "by which it is sorted",
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of records that share a key, or windows of days.

    `members` are the records of the group of the record at hand. What is computed from them and
    the `key` is the same for all records of a group.
    """

    records: RecordList
    members: RecordList
    key: Expression

    def filter(self, test: Expression) -> Groups:
        """Return the groups for which a test holds, too."""
        return replace(self, records=self.records.filter(test))

    def size(self) -> Expression:
        """Return how many groups there are."""
        return self._sum(Expression.constant(self.records.graph, 1), COUNT)

    def count(self, test: Expression) -> Expression:
        """Return for how many groups a test holds."""
        return self.filter(test).size()

    def any(self, test: Expression) -> Expression:
        """Return whether a test holds for some group (false if there are none)."""
        return self.records.any(test)

    def all(self, test: Expression) -> Expression:
        """Return whether a test holds for every group (true if there are none)."""
        return self.records.all(test)

    def sum(self, value: Expression) -> Expression:
        """Return the sum of a number over the groups."""
        return self._sum(need_number(value), value.type)

    def maximum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the largest number or date over the groups, or `empty` if there are none."""
        return self.records.maximum(value, empty=empty)

    def minimum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the smallest number or date over the groups, or `empty` if there are none."""
        return self.records.minimum(value, empty=empty)

    def distinct(self, key: Expression) -> Expression:
        """Return how many different values of a key the groups have."""
        return self.records.distinct(key)

    def longest_run(self, day: Expression) -> Expression:
        """Return the most consecutive days that the groups have."""
        return self.records.longest_run(day)

    def _sum(self, value: Expression, kind: ValueType) -> Expression:
        records = self.records
        return add_node(
            records.graph, "sum_groups", kind, records.test, self.key, value, name=records.name
        )


@dataclass(frozen=True, slots=True)
class Relation:
    """Records whose key is that of the record at hand, or lies in some days up to its day."""

    own: Expression
    key: Expression
    days: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """A number of the records that pass a test and come last in an order, given `by` a value."""

    where: Expression | None
    order: Expression
    by: Expression
    number: int

    def fold(
        self, records: RecordList, op: Operation, kind: ValueType, value: Expression, empty: int
    ) -> Expression:
        """Return the fold of a value over these records."""
        test = Expression.constant(records.graph, True) if self.where is None else self.where
        return add_node(
            records.graph, "top_records", kind, test, self.order, value,
            name=records.name, mode=op, value=empty, span=self.number,
        )  # fmt: skip


def _reversed(order: Expression) -> Expression:
    """Return a number that falls where a number or date rises."""
    if order.type.kind != "date":
        return -order
    last = Expression.scaled_constant(order.graph, order.node.high, order.type)
    return add_node(order.graph, "days_between", number_type(0, "days"), order, last)


def _follows(value: Expression, by: Expression) -> bool:
    """Return whether a value is the same for all records that have one order."""
    nodes, todo = value.graph.nodes, [value.index]
    while todo:
        index = todo.pop()
        node = nodes[index]
        if index == by.index or node.scope is None:
            continue
        if not node.args or node.op == "related_records":
            return False
        todo.extend(node.args)
    return True


def _field_name(value: Expression) -> str:
    node = value.node
    return f"{node.name}.{node.field}" if node.field else "the key"


def _empty(value: Expression, empty: Number | date) -> int:
    """Return the value for an empty list as a scaled integer or an ordinal."""
    if value.type.kind not in ("number", "date"):
        what = f"{value.type} values have no order"
        raise ExpressionError("SY402", what, "ask for the largest number or date")
    if value.type.kind == "date":
        if type(empty) is int:
            return empty
        if isinstance(empty, date) and not isinstance(empty, datetime):
            return empty.toordinal()
        raise ExpressionError("SY402", f"{empty!r} is no date", "give a date", misuse=True)
    check_number(empty)
    assert isinstance(empty, int | Decimal)
    if decimals_of(empty) > value.type.decimals:
        what = f"{empty} has more than {value.type.decimals} decimals"
        raise ExpressionError("SY404", what, "write it with fewer decimals", misuse=True)
    return to_scaled(empty, value.type.decimals)
