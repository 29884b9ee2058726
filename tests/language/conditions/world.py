"""The facts that the tests of conditions read, and facts declared in YAML case files."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from steelyard.model import FactDeclaration, FieldDeclaration, Text, to_scaled
from steelyard.model.calendars import Calendar

NO_TEXT = Text("", "")
DATES = (date(2000, 1, 1).toordinal(), date(2099, 12, 31).toordinal())


def declared(shapes: Mapping[str, Mapping[str, Any]]) -> dict[str, FactDeclaration]:
    """Declare facts as a case file writes them: {id: {type, decimals, unit, bounds, values, fields}}."""
    return {name: fact(name, shape) for name, shape in shapes.items()}


def fact(name: str, shape: Mapping[str, Any]) -> FactDeclaration:
    """Declare one fact."""
    kind, low, high = _bounds(shape)
    fields = tuple(field(key, value) for key, value in shape.get("fields", {}).items())
    return FactDeclaration(
        name,
        kind,
        NO_TEXT,
        "",
        "",
        required=shape.get("required", False),
        decimals=shape.get("decimals", 0),
        unit=shape.get("unit"),
        low=low,
        high=high,
        values=tuple(shape.get("values", ())),
        fields=fields,
        key=tuple(shape.get("key", ())),
        max_records=shape.get("max_records", 20),
    )


def field(name: str, shape: Mapping[str, Any]) -> FieldDeclaration:
    """Declare one field of a record."""
    kind, low, high = _bounds(shape)
    return FieldDeclaration(
        name,
        kind,
        NO_TEXT,
        required=shape.get("required", True),
        decimals=shape.get("decimals", 0),
        unit=shape.get("unit"),
        low=low,
        high=high,
        values=tuple(shape.get("values", ())),
    )


def ordinal(day: Any) -> int:
    """Return the ordinal of a date as a case file writes it."""
    return date.fromisoformat(str(day)).toordinal()


def calendar(name: str, days: Mapping[str, Any]) -> Calendar:
    """Declare a calendar as a case file writes it: {first, last, days_off}."""
    first, last = ordinal(days["first"]), ordinal(days["last"])
    return Calendar(name, NO_TEXT, first, last, tuple(ordinal(day) for day in days["days_off"]))


def _bounds(shape: Mapping[str, Any]) -> tuple[Any, int, int]:
    kind = shape["type"]
    if kind == "date":
        low, high = (ordinal(day) for day in shape["bounds"]) if "bounds" in shape else DATES
        return kind, low, high
    if kind == "enum":
        return kind, 0, len(shape["values"]) - 1
    if kind in ("int", "decimal"):
        low, high = (
            to_scaled(Decimal(str(end)), shape.get("decimals", 0)) for end in shape["bounds"]
        )
        return kind, low, high
    return kind, 0, 1


def scaled(value: Any, declaration: FactDeclaration | FieldDeclaration) -> Any:
    """Return a value of a case file as the integer, truth or records that an evaluator takes."""
    if isinstance(declaration, FactDeclaration) and declaration.type == "records":
        return tuple(_record(record, declaration) for record in value)
    if declaration.type == "date":
        return date.fromisoformat(str(value)).toordinal()
    if declaration.type == "enum":
        return declaration.values.index(value)
    if declaration.type in ("int", "decimal"):
        return to_scaled(Decimal(str(value)), declaration.decimals)
    return value


def _record(record: Mapping[str, Any], declaration: FactDeclaration) -> dict[str, Any]:
    fields = {one.name: one for one in declaration.fields}
    return {name: scaled(value, fields[name]) for name, value in record.items()}
