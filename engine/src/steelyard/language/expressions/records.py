"""Lists of records: certifications, reports, monthly figures, to be counted or searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from steelyard.language.expressions.expression import (
    Expression,
    Number,
    add_node,
    check_number,
    declared_fact,
    need_bool,
    need_number,
)
from steelyard.language.expressions.graph import ExpressionError, Graph
from steelyard.model.numbers import decimals_of, to_scaled
from steelyard.model.types import BOOL, COUNT, ValueType
from steelyard.plan.operations import Operation

if TYPE_CHECKING:
    from steelyard.model.facts import FieldDeclaration


@dataclass(frozen=True, slots=True)
class RecordList:
    """The records of a fact (certifications, reports), to be counted or searched."""

    graph: Graph
    name: str

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
        return add_node(self.graph, "size", COUNT, name=self.name)

    def count(self, test: Expression) -> Expression:
        """Return for how many records a test holds."""
        return self._fold("count_records", COUNT, need_bool(test))

    def any(self, test: Expression) -> Expression:
        """Return whether a test holds for some record (false for an empty list)."""
        return self._fold("any_record", BOOL, need_bool(test))

    def all(self, test: Expression) -> Expression:
        """Return whether a test holds for every record (true for an empty list)."""
        return self._fold("all_records", BOOL, need_bool(test))

    def sum(self, value: Expression) -> Expression:
        """Return the sum of a number over the records."""
        return self._fold("sum_records", need_number(value).type, value)

    def maximum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the largest number or date over the records, or `empty` if there are none.

        `empty` is a number in the unit of the value, with no more decimals; or a date (or its
        ordinal).
        """
        return self._fold("maximum_record", value.type, value, _empty(value, empty))

    def minimum(self, value: Expression, *, empty: Number | date) -> Expression:
        """Return the smallest number or date over the records, or `empty` if there are none."""
        return self._fold("minimum_record", value.type, value, _empty(value, empty))

    def _fold(
        self, op: Operation, kind: ValueType, value: Expression, empty: int = 0
    ) -> Expression:
        return add_node(self.graph, op, kind, value, name=self.name, value=empty)


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
