"""Fixed phrases by key, read from one file per language: `messages/en.toml`, `messages/zh.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from steelyard.errors.tables import read_table
from steelyard.model.texts import Language


@cache
def languages() -> tuple[Language, ...]:
    """Return the code of every language that has a file of phrases, English first."""
    codes = (file.stem for file in Path(__file__).with_name("messages").glob("*.toml"))
    return tuple(sorted(codes, key=lambda code: (code != "en", code)))


@cache
def phrases(language: Language) -> Mapping[str, str]:
    """Return every phrase of a language by key; every language has the same keys."""
    return read_table(__file__, f"messages/{language}.toml")


def say(key: str, language: Language, **parts: str) -> str:
    """Return the phrase of a key, with `{name}` replaced by the part of that name.

    `{name:merchant|merchants}` is the first word if the part is 1, else the second.
    """
    return phrases(language)[key].format(**{name: _Part(part) for name, part in parts.items()})


class _Part(str):
    """A part of a phrase, which may be a count."""

    __slots__ = ()

    def __format__(self, words: str) -> str:
        one, bar, several = words.partition("|")
        if not bar:
            return super().__format__(words)
        return one if self == "1" else several
