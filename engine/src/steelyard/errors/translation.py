"""Diagnostics in other languages, by a catalogue of sentences: `messages/zh.toml`.

The code writes its sentences in English, with the values in them. The catalogue maps the shape of
each sentence to its translation, so a sentence of the parser's library is translated like one of
ours, and a sentence that the catalogue lacks stays English. docs/decisions/0026-translation.md
says why.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from string import Formatter

from steelyard.errors.tables import read_table

_VALUE, _PLURAL = "{}", "(s)"
_PIECES = re.compile(r"(\{\}|\(s\))")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_OTHER = re.compile(r"[A-Za-z0-9`'\"\[(<&*+#-]")
_JOINTS = re.compile(r"(, or |, and |, | or | and )")


@dataclass(frozen=True)
class _Sentence:
    """A shape of sentences: `{} is given {} time(s)`, and its translation: `{0} 出现了 {1} 次`.

    In the shape, `{}` is a value, one character at least, and `(s)` is an `s` or nothing. In the
    translation, `{0}` is the first value as it is, `{0:text}` a value that is a sentence,
    `{0:known}` one that the catalogue must have, `{0:list}` a list of names: `a, b or c`, and
    `{0:texts}` a list of sentences.
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
        return found and self._filled(found.groups(), language)

    def _filled(self, values: Sequence[str], language: str) -> str | None:
        """Return the translation with values; None if one must be a sentence and is none."""
        pieces: list[str] = []
        for literal, number, form, _ in Formatter().parse(self.translation):
            pieces.append(literal)
            if number is not None:
                value = _written(values[int(number)], form or "", language)
                if value is None:
                    return None
                pieces.append(value)
        return reduce(_spaced, pieces, "")


def _written(value: str, form: str, language: str) -> str | None:
    """Return a value as a translation asks for it; None if it must be a sentence and is none."""
    if form == "known":
        return _find(value, language)
    if form == "text":
        return translate(value, language)
    if form in ("list", "texts"):
        joints = _catalogue(language).joints
        parts = _parts(value)
        if form == "texts":
            parts[::2] = [translate(part, language) for part in parts[::2]]
        parts[1::2] = [joints[joint.split()[-1]] for joint in parts[1::2]]
        return reduce(_spaced, parts, "")
    return value


def _parts(value: str) -> list[str]:
    """Return the parts of a list with the joints between them; code in brackets stays whole."""
    first, *others = _JOINTS.split(value)
    parts = [first]
    for joint, text in zip(others[::2], others[1::2], strict=True):
        if sum(map(parts[-1].count, "([{")) > sum(map(parts[-1].count, ")]}")):
            parts[-1] += joint + text
        else:
            parts += [joint, text]
    return parts


def _spaced(left: str, right: str) -> str:
    """Join two pieces: with a space between Chinese and other letters, without one in Chinese."""
    before, after = left.rstrip(" "), right.lstrip(" ")
    chinese = [bool(_CHINESE.match(end)) for end in (before[-1:], after[:1])]
    other = [bool(_OTHER.match(end)) for end in (before[-1:], after[:1])]
    if all(chinese):
        return before + after
    return f"{before} {after}" if any(chinese) and any(other) else left + right


@dataclass(frozen=True)
class _Catalogue:
    """The sentences of a language, in the order in which they are tried.

    Those around another sentence are first, then those with the most literal text. `joints` are
    the translations of what stands between the parts of lists.
    """

    sentences: tuple[_Sentence, ...]
    joints: Mapping[str, str]

    @cached_property
    def exact(self) -> Mapping[str, str]:
        """The translations of the sentences without values."""
        return {
            one.shape: one.translation for one in self.sentences if not _PIECES.search(one.shape)
        }


@cache
def _catalogue(language: str) -> _Catalogue:
    table = read_table(__file__, f"messages/{language}.toml")
    joints, around = table.pop("joints"), table.pop("around")
    sentences = [_Sentence(*pair) for part in table.values() for pair in part.items()]
    sentences.sort(key=lambda one: -sum(map(len, one.literals)))
    return _Catalogue((*(_Sentence(*pair) for pair in around.items()), *sentences), joints)


LANGUAGES = ("en", "zh")


def translate(text: str, language: str) -> str:
    """Return a diagnostic in a language; in English if the catalogue lacks its shape."""
    return text if language == "en" else _find(text, language) or text


def _find(text: str, language: str) -> str | None:
    catalogue = _catalogue(language)
    if text in catalogue.exact:
        return catalogue.exact[text].format()
    found = (one.translate(text, language) for one in catalogue.sentences)
    return next((translation for translation in found if translation is not None), None)
