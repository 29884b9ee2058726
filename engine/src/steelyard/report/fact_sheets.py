"""Sheets to fill in: a column for each fact, which `steelyard score` reads when they have rows."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from steelyard.formats.workbooks import new_workbook
from steelyard.merchants.rows.values import value_bounds
from steelyard.model.facts import FactDeclaration
from steelyard.report.facts import need_text, shape_text
from steelyard.report.wording.values import both

_LABELS = ("merchant", "industry", "shop_type")
_ROWS = 10_000  # below the header that check what is typed
_LISTS = "Lists"  # the hidden sheet with the values of drop-downs
_BOOLEANS = ("true", "false")
_WIDTH = 18


def csv_template(facts: Sequence[FactDeclaration], labels: Mapping[str, Sequence[str]]) -> str:
    """Return a CSV file with a header only; `labels` has industries and shop types."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(_columns(facts, labels))
    return text.getvalue()


def xlsx_template(facts: Sequence[FactDeclaration], labels: Mapping[str, Sequence[str]]) -> bytes:
    """Return a workbook with a header only.

    Each name has a note with titles and allowed values in both languages, and each column checks
    what is typed. The values of drop-downs are in a hidden sheet. Raises `InvalidInput` SY714
    without the extra.
    """
    target = BytesIO()
    workbook: Any = new_workbook(target)
    sheet, lists = workbook.add_worksheet("Merchants"), workbook.add_worksheet(_LISTS)
    lists.hide()
    sheet.freeze_panes(1, 1)
    bold = workbook.add_format({"bold": True})
    formats = {
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "text": workbook.add_format({"num_format": "@"}),
    }
    by_id = {fact.id: fact for fact in facts}
    for column, name in enumerate(_columns(facts, labels)):
        fact = by_id.get(name)
        values = labels.get(name, fact.values if fact is not None else ())
        type_ = "enum" if fact is None else fact.type
        kind = "text" if type_ in ("enum", "records") else type_
        sheet.set_column(column, column, max(_WIDTH, len(name) + 2), formats.get(kind))
        sheet.write_string(0, column, name, bold)
        if fact is not None and name not in _LABELS:
            sheet.write_comment(0, column, _note(fact), {"author": "", "x_scale": 2, "y_scale": 2})
        rule = _list_rule(lists, column, _BOOLEANS if type_ == "bool" else values)
        rule = rule or (_range_rule(fact) if fact is not None else None)
        if rule is not None:
            sheet.data_validation(1, column, _ROWS, column, rule)
    workbook.close()
    return target.getvalue()


def _columns(facts: Sequence[FactDeclaration], labels: Mapping[str, Sequence[str]]) -> list[str]:
    own = [name for name in _LABELS if name == "merchant" or labels.get(name)]
    return [*own, *(fact.id for fact in facts if fact.id not in _LABELS)]


def _note(fact: FactDeclaration) -> str:
    """Return title, need and allowed values in both languages; records with their fields."""
    lines = [both(fact.title, "en")]
    lines += [f"{need_text(fact, one)}; {shape_text(fact, one)}" for one in ("en", "zh")]
    lines += [f"- {field.name}: {both(field.title, 'en')}" for field in fact.fields]
    if fact.fields:
        names = ", ".join(f'"{field.name}": …' for field in fact.fields)
        lines.append(f"[{{{names}}}]")
    return "\n".join(lines)


def _list_rule(lists: Any, column: int, values: Sequence[str]) -> dict[str, Any] | None:  # noqa: ANN401 - a sheet
    """Return the rule of a drop-down of some values, which are put into a column of `lists`."""
    if not values:
        return None
    from xlsxwriter.utility import xl_col_to_name

    lists.write_column(0, column, values)
    letters = xl_col_to_name(column)
    source = f"={_LISTS}!${letters}$1:${letters}${len(values)}"
    return {"validate": "list", "source": source}


def _range_rule(fact: FactDeclaration) -> dict[str, Any] | None:
    """Return the rule of numbers and dates within the bounds of a fact."""
    if fact.type not in ("int", "decimal", "date"):
        return None
    low, high = value_bounds(fact)
    kind = {"int": "integer", "decimal": "decimal", "date": "date"}[fact.type]
    ends: list[Any] = [low, high]
    if fact.type == "date":
        ends = [date.fromisoformat(low), date.fromisoformat(high)]
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": ends[0] if fact.type == "date" else f"={low}",
        "maximum": ends[1] if fact.type == "date" else f"={high}",
        "error_message": f"{low} … {high}",
    }
