"""The words for errors of syntax and of schemas, from `words.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> dict[str, Any]:
    """Return the tables of words; the file is read when there is an error."""
    file = files("steelyard.formats") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
