"""The columns of results, read from `columns.toml`; the reference page is made from them."""

import tomllib
from importlib.resources import files
from typing import NamedTuple


class Column(NamedTuple):
    """A column, its type in words, and its meaning."""

    name: str
    type: str
    meaning: str


_TABLES = {
    table: tuple(Column(**column) for column in columns)
    for table, columns in tomllib.loads(
        (files("steelyard.scoring.results") / "columns.toml").read_text(encoding="utf-8")
    ).items()
}
MERCHANT, SHADOW, PART, CUT, REJECT = (
    _TABLES[name] for name in ("merchant", "shadow", "part", "cut", "reject")
)
_LIST = next(column for column in PART if column.name == "cuts")
LONG = (  # a row holds no list: each cap has a column
    *_TABLES["long"],
    *(one for column in PART for one in (CUT if column is _LIST else (column,))),
)
