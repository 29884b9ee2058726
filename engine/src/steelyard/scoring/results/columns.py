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
MERCHANT, SHADOW, PART = _TABLES["merchant"], _TABLES["shadow"], _TABLES["part"]
LONG, REJECT = (*_TABLES["long"], *PART), _TABLES["reject"]
