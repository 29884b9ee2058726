"""The words for errors of syntax and of schemas, from `words.toml`."""

from functools import cache
from typing import Any

from steelyard.errors.tables import read_table


@cache
def words() -> dict[str, Any]:
    """Return the tables of words; the file is read when there is an error."""
    return read_table(__file__, "words.toml")
