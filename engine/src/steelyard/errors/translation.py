"""Diagnostics in other languages, by a catalogue of sentences: `messages/zh.toml`.

The code writes its sentences in English, with the values in them. The catalogue maps the shape of
each sentence to its translation, so a sentence of the parser's library is translated like one of
ours, and a sentence that the catalogue lacks stays English. docs/decisions/0026-translation.md
says why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Self

from steelyard.errors.tables import read_table

_VALUE, _PLURAL = "{}", "(s)"
_PIECES = re.compile(r"(\{\}|\(s\))")
_LAST_OR = re.compile(r" (?:or|and) (?=[^,]*$)")


@dataclass(frozen=True)
class _Sentence:
    """A shape of sentences: `{} is given {} time(s)`, and its translation: `{0} 出现了 {1} 次`.

    In the shape, `{}` is a value, one character at least, and `(s)` is an `s` or nothing. In the
    translation, `{0}` is the first value as it is, `{0:text}` a value that is a sentence, and
    `{0:list}` a list: `a, b or c`.
    """

    shape: str
    translation: str

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The text between the values."""
        return tuple(
            part for part in _PIECES.split(self.shape) if part not in ("", _VALUE, _PLURAL)
        )

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = {_VALUE: "(.+?)", _PLURAL: "s?"}
        pieces = (parts.get(part, re.escape(part)) for part in _PIECES.split(self.shape))
        return re.compile("".join(pieces), re.DOTALL)

    def translate(self, text: str, language: str) -> str | None:
        """Return the translation of a text of this shape, None of another."""
        if not all(literal in text for literal in self.literals):
            return None
        found = self.pattern.fullmatch(text)
        return found and self.translation.format(*(_Value(v, language) for v in found.groups()))


class _Value(str):
    """A value in a sentence, written as the translation says."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        value = super().__new__(cls, text)
        value.language = language
        return value

    def __format__(self, form: str) -> str:
        if form == "text":
            return translate(self, self.language)
        if form == "list":
            comma, last = _catalogue(self.language).joints
            parts = _LAST_OR.sub(last, self).split(", ")
            return comma.join(translate(part, self.language) for part in parts)
        return str(self)


@dataclass(frozen=True)
class _Catalogue:
    """The sentences of a language, those with the most literal text first."""

    sentences: tuple[_Sentence, ...]
    joints: tuple[str, str]

    @cached_property
    def exact(self) -> Mapping[str, str]:
        """The translations of the sentences without values."""
        return {
            one.shape: one.translation for one in self.sentences if not _PIECES.search(one.shape)
        }


@cache
def _catalogue(language: str) -> _Catalogue:
    table = read_table(__file__, f"messages/{language}.toml")
    joints = table.pop("joints")
    sentences = [_Sentence(*pair) for part in table.values() for pair in part.items()]
    sentences.sort(key=lambda one: -sum(map(len, one.literals)))
    return _Catalogue(tuple(sentences), (joints["comma"], joints["last"]))


LANGUAGES = ("en", "zh")


def translate(text: str, language: str) -> str:
    """Return a diagnostic in a language; in English if the catalogue lacks its shape."""
    if language == "en":
        return text
    catalogue = _catalogue(language)
    if text in catalogue.exact:
        return catalogue.exact[text].format()
    found = (one.translate(text, language) for one in catalogue.sentences)
    return next((translation for translation in found if translation is not None), text)
