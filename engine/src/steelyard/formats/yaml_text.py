"""A YAML reader on PyYAML's event stream, without its composer and constructors."""

# ruff: noqa: ANN401 - PyYAML's events and parsers have no useful types

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats.located import (
    PLAIN_ORDER,
    REORDERING,
    Builder,
    Located,
    Stop,
    reordering,
    shorten,
)
from steelyard.formats.scalars import resolve_plain
from steelyard.formats.texts import RULESET_LIMITS, Limits, Lines, check_text
from steelyard.formats.words import words

# YAML 1.2 does not print these, or (the last three) does not end a line with them as PyYAML does.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\x85\u2028\u2029]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def note_syntax_error(error: Any, text: str, lines: Lines, problems: Problems) -> None:
    """Note one syntax error of PyYAML (a `MarkedYAMLError`) in our words."""
    message = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(text)) if mark else 0
    if "escape" in message and text[offset - 1 : offset] == "\\":
        offset -= 1  # one parser marks the backslash, the other the character after it
    place = lines.place(offset)
    if "nesting depth" in message:  # a parser with a limit of its own
        problems.add("SY106", "values are nested too deep", place, expected="far fewer levels")
        return
    context = str(error.context or "")
    if "tag handle" in message or context.endswith(" a tag"):
        problems.add("SY107", "found a tag", place, expected="a value without a tag")
        return
    if "directive" in context:
        meaning = words()["yaml_cases"]["directive"]
    else:
        meaning = _meaning(message, text, offset)
    what = meaning["what"]
    if error.context_mark is not None and meaning.get("opens"):
        start: Place = lines.place(error.context_mark.index)
        what = f"{what}; it begins at {start.line}:{start.column}"
    problems.add("SY105", what, place, expected=meaning["expected"])


def _meaning(message: str, text: str, offset: int) -> Mapping[str, Any]:
    starts = words()["yaml_starts"]
    if "cannot start any token" in message and text[offset : offset + 1] in starts:
        return starts[text[offset]]
    if "node content" in message:
        return words()["yaml_cases"]["nothing" if text[offset:].strip() else "ended"]
    return next(word for word in words()["yaml"] if any(part in message for part in word["parts"]))


def parse_yaml(text: str, name: str, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the only document of a YAML text; messages call its file `name`.

    Raises `InvalidInput` with every problem up to the first syntax error or limit: SY102–SY111,
    SY113–SY115.
    """
    text = check_text(text, name, limits)
    lines = Lines(text, name)
    problems = Problems()
    builder = Builder(limits, problems)
    if found := _UNPRINTABLE.search(text):
        what = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
        expected = "printable text"
        fix = f'remove it, or write it as "\\u{ord(found[0]):04X}" in double quotes'
        problems.add("SY105", what, lines.place(found.start()), expected=expected, fix=fix)
    elif not limits.reordering and REORDERING.search(text):  # in comments too
        for found in islice(REORDERING.finditer(text), limits.problems):
            what = reordering(found[0])
            problems.add("SY105", what, lines.place(found.start()), expected=PLAIN_ORDER)
    else:
        _Reader(builder, lines, problems).read(text)
    problems.raise_any()
    root = builder.root
    if root is None or (root.text == "" and not root.quoted and root.value is None):
        problems.add("SY104", "the file has no value", Place(name), expected="one document")
        raise InvalidInput(problems)
    return root


def _parser_class() -> Any:
    """Return the faster parser if PyYAML was built with it; both give the same events."""
    import yaml

    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Reader:
    """Turns PyYAML's events into calls of a builder."""

    def __init__(self, builder: Builder, lines: Lines, problems: Problems) -> None:
        self._builder = builder
        self._lines = lines
        self._problems = problems
        self._documents = 0

    def read(self, text: str) -> None:
        """Read until the end, a syntax error or a limit, noting every problem."""
        import yaml
        from yaml.error import MarkedYAMLError

        try:
            for event in yaml.parse(text, Loader=_parser_class()):
                self._take(type(event).__name__, event, self._lines.place(event.start_mark.index))
        except Stop:
            return
        except MarkedYAMLError as error:
            note_syntax_error(error, text, self._lines, self._problems)

    def _take(self, kind: str, event: Any, place: Place) -> None:
        builder = self._builder
        self._refuse_tag(event, place)
        if kind == "ScalarEvent":
            self._scalar(event, place)
        elif kind == "MappingStartEvent":
            builder.start({}, place, event.anchor)
        elif kind == "SequenceStartEvent":
            builder.start([], place, event.anchor)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            builder.end()
        elif kind == "DocumentStartEvent":
            self._document(event, place)
        elif kind == "AliasEvent" and builder.expects_key:
            self._refuse_key(f"the alias *{event.anchor} is used as a key", place)
        elif kind == "AliasEvent":
            builder.alias(event.anchor, place)

    def _document(self, event: Any, place: Place) -> None:
        self._documents += 1
        if self._documents > 1:
            what = "a second document begins here"
            expected = "one document in a file"
            fix = "split the file at the `---` lines"
            self._builder.problem("SY111", what, place, expected=expected, fix=fix)
            raise Stop
        if event.version is not None and tuple(event.version) != (1, 2):
            what = f"the file declares YAML {event.version[0]}.{event.version[1]}"
            expected = "YAML 1.2"
            fix = "remove the %YAML line"
            self._builder.problem("SY105", what, place, expected=expected, fix=fix)

    def _scalar(self, event: Any, place: Place) -> None:
        text, is_plain = event.value, event.style in (None, "")
        if event.style == '"' and _SURROGATE.search(text):
            what = "an escape writes half of a surrogate pair"
            expected = "whole characters"
            fix = "write the character itself, or \\U0001F600"
            self._builder.problem("SY105", what, place, expected=expected, fix=fix)
        if self._builder.expects_key:
            self._key(event, place, is_plain=is_plain)
            return
        if is_plain and not text:
            # parsers differ in the place of an empty value, so take its key's
            place = self._builder.key_place or place
        value = resolve_plain(text, place, self._problems) if is_plain else text
        written = event.end_mark.index - event.start_mark.index
        self._builder.scalar(
            value,
            text,
            place,
            quoted=event.style in ("'", '"'),
            anchor=event.anchor,
            running=written == len(text) + (0 if is_plain else 2),
        )

    def _key(self, event: Any, place: Place, *, is_plain: bool) -> None:
        text = event.value
        if event.anchor is not None:
            self._refuse_key(f"the key {shorten(text)} has an anchor", place)
        elif is_plain and text == "<<":
            what = "merge keys `<<` are not supported"
            expected = "each key written out"
            fix = "write the keys of the other mapping here"
            self._builder.problem("SY108", what, place, expected=expected, fix=fix)
            self._builder.key(None, place)
        elif is_plain and not isinstance(resolve_plain(text, place, Problems()), str):
            meaning = f"the key {text} is not a text" if text else "a key is missing before `:`"
            self._refuse_key(meaning, place, f'write it in quotes: "{text}"' if text else None)
        else:
            self._builder.key(text, place)

    def _refuse_key(self, what: str, place: Place, fix: str | None = None) -> None:
        self._builder.problem("SY110", what, place, expected="a key that is plain text", fix=fix)
        self._builder.key(None, place)

    def _refuse_tag(self, event: Any, place: Place) -> None:
        if getattr(event, "tag", None) is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            what = f"found the tag {shorten(tag)}"
            expected = "a value without a tag"
            fix = "remove the tag; to make something text, put it in quotes"
            self._builder.problem("SY107", what, place, expected=expected, fix=fix)
