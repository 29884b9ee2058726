"""What a cell of CSV means: a text where texts stand, otherwise what YAML reads in its place."""

from typing import Any

import orjson

from steelyard.errors import Place, Problems
from steelyard.intake import Known
from steelyard.loader.scalars import resolve_plain

TEXT_TYPES = ("enum", "date", "id")


def cell_value(name: str, text: str, known: Known) -> Any:  # noqa: ANN401 - any value of a row
    """Return the value of a cell: text, exact number, boolean, or a list read from JSON.

    A cell that is not what its fact needs stays a text, so that the row reader can say so.
    """
    fact = known.declarations.get(name)
    if fact is None or name in ("merchant", "industry", "shop_type") or fact.type in TEXT_TYPES:
        return text
    if fact.type == "records":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    problems = Problems()
    value = resolve_plain(text, Place(""), problems)
    return text if problems.found else value
