"""The error codes, each with its name and its meaning, read from `codes.toml`."""

import tomllib
from importlib.resources import files
from typing import NamedTuple


class Code(NamedTuple):
    """An error code, its name in kebab-case, and its meaning in English."""

    code: str
    name: str
    meaning: str


def _read_codes() -> dict[str, Code]:
    text = (files("steelyard.errors") / "codes.toml").read_text(encoding="utf-8")
    return {code: Code(code, **entry) for code, entry in tomllib.loads(text).items()}


CODES = _read_codes()
