"""The error codes, each with its name and its meaning, read from `codes.toml`."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from steelyard.errors.tables import read_table


class Code(NamedTuple):
    """An error code, its name in kebab-case, and its meaning in English and in Chinese."""

    code: str
    name: str
    meaning: str
    zh: str = ""


class _Codes(Mapping[str, Code]):
    """Every code by its number, read when one is used: most commands meet no problem."""

    @cached_property
    def _codes(self) -> dict[str, Code]:
        table = read_table(__file__, "codes.toml")
        return {code: Code(code, **entry) for code, entry in table.items()}

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


CODES = _Codes()
