"""YAML from PyYAML's event stream; nothing of its composer or constructors is used."""

# ruff: noqa: ANN401 - PyYAML's events and parsers have no useful types

import re
from collections.abc import Callable, Iterator
from typing import Any

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats.building import Builder, Stop, shorten
from steelyard.formats.limits import RULESET_LIMITS, Limits
from steelyard.formats.located import Located
from steelyard.formats.scalars import resolve_plain
from steelyard.formats.texts import Lines, check_text
from steelyard.formats.yaml_errors import note_syntax_error

# YAML 1.2 does not print these, or (the last three) does not end a line with them as PyYAML does.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\x85\u2028\u2029]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_yaml(text: str, name: str, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the one document of a YAML text, `name` being its file in messages.

    Raises `InvalidInput` with every problem up to the first syntax error or limit: SY102–SY111,
    SY113–SY115.
    """
    text = check_text(text, name, limits)
    lines = Lines(text, name)
    problems = Problems()
    _check_characters(text, lines, problems)
    builder = Builder(limits, problems)
    reader = _Reader(builder, lines, problems)
    if not problems.found:
        reader.read(text)
    problems.raise_any()
    root = builder.root
    if root is None or (root.text == "" and not root.quoted and root.value is None):
        problems.add("SY104", "the file holds no value", Place(name), expected="one document")
        raise InvalidInput(problems)
    return root


def _check_characters(text: str, lines: Lines, problems: Problems) -> None:
    found = _UNPRINTABLE.search(text)
    if found:
        what = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
        expected = "printable text"
        fix = f'remove it, or write it as "\\u{ord(found[0]):04X}" in double quotes'
        problems.add("SY105", what, lines.place(found.start()), expected=expected, fix=fix)


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
        self._take: dict[str, Callable[[Any, Place], None]] = {
            "DocumentStartEvent": self._document,
            "MappingStartEvent": self._mapping,
            "SequenceStartEvent": self._sequence,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
        }

    def read(self, text: str) -> None:
        """Read until the end, a syntax error or a limit, noting every problem."""
        from yaml.error import MarkedYAMLError

        try:
            for event in _events(text):
                take = self._take.get(type(event).__name__)
                if take is not None:
                    take(event, self._lines.place(event.start_mark.index))
        except Stop:
            return
        except MarkedYAMLError as error:
            note_syntax_error(error, text, self._lines, self._problems)

    def _document(self, event: Any, place: Place) -> None:
        self._documents += 1
        if self._documents > 1:
            what = "a second document begins here"
            expected = "one document in a file"
            fix = "split the file at the `---` lines"
            self._builder.problem("SY111", what, place, expected=expected, fix=fix)
            raise Stop
        if event.version is not None and tuple(event.version) != (1, 2):
            what = f"the file says it is YAML {event.version[0]}.{event.version[1]}"
            expected = "YAML 1.2"
            fix = "remove the %YAML line"
            self._builder.problem("SY105", what, place, expected=expected, fix=fix)

    def _mapping(self, event: Any, place: Place) -> None:
        self._refuse_tag(event, place)
        self._builder.start({}, place, event.anchor)

    def _sequence(self, event: Any, place: Place) -> None:
        self._refuse_tag(event, place)
        self._builder.start([], place, event.anchor)

    def _end(self, _event: Any, _place: Place) -> None:
        self._builder.end()

    def _alias(self, event: Any, place: Place) -> None:
        if self._builder.expects_key:
            self._refuse_key(f"the alias *{event.anchor} is used as a key", place)
        else:
            self._builder.alias(event.anchor, place)

    def _scalar(self, event: Any, place: Place) -> None:
        self._refuse_tag(event, place)
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
            # the two parsers put nothing at different places; its key is what a person looks for
            place = self._builder.key_place or place
        value = resolve_plain(text, place, self._problems) if is_plain else text
        self._builder.scalar(
            value,
            text,
            place,
            quoted=event.style in ("'", '"'),
            anchor=event.anchor,
            running=self._runs(event),
        )

    def _runs(self, event: Any) -> bool:
        written = event.end_mark.index - event.start_mark.index
        return written == len(event.value) + (0 if event.style in (None, "") else 2)

    def _key(self, event: Any, place: Place, *, is_plain: bool) -> None:
        text = event.value
        if event.anchor is not None:
            self._refuse_key(f"the key {shorten(text)} has an anchor", place)
        elif is_plain and text == "<<":
            what = "merge keys `<<` are not read"
            expected = "each key written out"
            fix = "write the keys of the other mapping here"
            self._builder.problem("SY108", what, place, expected=expected, fix=fix)
            self._builder.refuse_key(place)
        elif is_plain and not isinstance(resolve_plain(text, place, Problems()), str):
            meaning = f"the key {text} is not a text" if text else "a key is missing before `:`"
            self._refuse_key(meaning, place, f'write it in quotes: "{text}"' if text else None)
        else:
            self._builder.key(text, place)

    def _refuse_key(self, what: str, place: Place, fix: str | None = None) -> None:
        self._builder.problem("SY110", what, place, expected="a key that is plain text", fix=fix)
        self._builder.refuse_key(place)

    def _refuse_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            what = f"found the tag {shorten(tag)}"
            expected = "a value without a tag"
            fix = "remove the tag; to make something text, put it in quotes"
            self._builder.problem("SY107", what, place, expected=expected, fix=fix)


def _events(text: str) -> Iterator[Any]:
    import yaml

    return yaml.parse(text, Loader=_parser_class())
