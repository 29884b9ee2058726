"""Raw merchants as texts: cells of CSV, lines of JSON."""

import orjson
import polars as pl

_NOT_PLAIN = r'["\\\x00-\x1f]'  # what a text of JSON cannot hold as it is


def cells(column: pl.Series) -> pl.Series:
    """Return records as JSON arrays; other columns as they are."""
    if not isinstance(column.dtype, pl.List):
        return column
    texts = [
        None if records is None else orjson.dumps(records, default=_number).decode()
        for records in column.to_list()
    ]
    return pl.Series(column.name, texts, dtype=pl.String)


def json_lines(frame: pl.DataFrame) -> str:
    """Return an object a line; what is absent is left out, decimals keep their digits.

    Every row has the first column.
    """
    if frame.is_empty():
        return ""
    members = [
        (("," if index else "{") + _quoted(column.name) + ":" + _json(column))
        .fill_null("")
        .alias(column.name)
        for index, column in enumerate(frame)
    ]
    lines = pl.DataFrame(members).select(pl.concat_str(pl.all()) + "}")
    return "\n".join(lines.to_series()) + "\n"


def _json(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.List):
        return cells(column)
    text = column.cast(pl.String)
    if column.dtype == pl.Date:
        return '"' + text + '"'
    if column.dtype != pl.String:
        return text
    if not text.str.contains(_NOT_PLAIN).any():
        return '"' + text + '"'
    return pl.Series(column.name, [None if one is None else _quoted(one) for one in text])


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _number(value: object) -> orjson.Fragment:
    """Return a decimal as a number token of its digits."""
    return orjson.Fragment(format(value, "f"))
