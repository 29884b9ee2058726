"""The error codes, each with its name and its meaning, read from `codes.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple


class Code(NamedTuple):
    """An error code, its name in kebab-case, and its meaning in English."""

    code: str
    name: str
    meaning: str


class _Codes(Mapping[str, Code]):
    """Every code by its number, read when one is used: most commands meet no problem."""

    @cached_property
    def _codes(self) -> dict[str, Code]:
        text = (files("steelyard.errors") / "codes.toml").read_text(encoding="utf-8")
        return {code: Code(code, **entry) for code, entry in tomllib.loads(text).items()}

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


CODES = _Codes()
