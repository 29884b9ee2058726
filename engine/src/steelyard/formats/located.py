"""Values with the places where they are written, built from starts, ends and scalars within limits.

YAML and JSON are read by different scanners and built by this one builder, so both are held to
the same limits and the same rules on keys.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from steelyard.errors import Place, Problems
from steelyard.formats.texts import Limits
from steelyard.model.frozen import frozen

Value: TypeAlias = "dict[str, Located] | list[Located] | str | int | Decimal | bool | None"

# the bidirectional controls: text between them is shown in another order than it is read
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
PLAIN_ORDER = "text that is shown in the order in which it is read"

NO_KEYS: dict[str, Place] = {}  # shared by all values that are not mappings; never filled


@frozen
class Located:
    """One value of a document.

    `text` is the text of a scalar (`2026.2`, without quotes and escapes), None for mappings and
    lists. `quoted` is true for `'x'` and `"x"`, false for `x`. `key_places` has the place of each
    key of a mapping. `running` is true if the characters of a scalar's text follow each other in
    the file, which is not so in a block, over several lines, or with escapes. A value that an alias
    repeats is the same object, with the place of its anchor.
    """

    value: Value
    place: Place
    text: str | None
    quoted: bool
    key_places: dict[str, Place]
    running: bool = True

    def plain(self) -> Any:  # noqa: ANN401 - the types depend on the document
        """Return the value as plain data: dict, list, str, int, Decimal, bool or None.

        Recursion is bounded: the loader refuses documents past its limit of depth.
        """
        if isinstance(self.value, dict):
            return {key: located.plain() for key, located in self.value.items()}
        if isinstance(self.value, list):
            return [located.plain() for located in self.value]
        return self.value

    @property
    def mapping(self) -> dict[str, "Located"]:
        """The value, which must be a mapping."""
        assert isinstance(self.value, dict)
        return self.value

    @property
    def sequence(self) -> list["Located"]:
        """The value, which must be a list."""
        assert isinstance(self.value, list)
        return self.value

    def key_place(self, key: str) -> Place:
        """Return the place of a key, or of the mapping if it has no such key."""
        return self.key_places.get(key, self.place)

    def at(self, path: tuple[str | int, ...]) -> "Located":
        """Return the value that a path of keys and indices leads to; it must exist."""
        located: Any = self
        for step in path:
            located = located.value[step]
        return located


class Stop(Exception):  # noqa: N818 - control flow: the problem is already noted
    """Reading must end here."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is not yet complete.

    `size` counts the values in it, itself too, and `characters` those of their texts; `height` is
    how many levels of mappings and lists it is made of. `at_key` is true where a mapping expects a
    key; `key` is the last key, or None where the key was refused and its value will be dropped.
    """

    value: dict[str, Located] | list[Located]
    place: Place
    anchor: str | None
    at_key: bool
    key: str | None = None
    key_place: Place | None = None
    key_places: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    characters: int = 0
    height: int = 1


class _Anchored(NamedTuple):  # made for every value, so cheap to make
    located: Located
    size: int
    characters: int
    height: int


class Builder:
    """A builder of one value from events in document order.

    Every method may raise `Stop` after noting a problem that makes going on useless.
    """

    def __init__(self, limits: Limits, problems: Problems) -> None:
        self.root: Located | None = None
        self._limits = limits
        self._problems = problems
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}  # None: begun and not yet complete
        self._values = 0
        self._aliased = 0
        self._aliased_characters = 0

    @property
    def expects_key(self) -> bool:
        """True if the next event must be a key of a mapping."""
        return bool(self._frames) and self._frames[-1].at_key

    @property
    def key_place(self) -> Place | None:
        """The place of the key whose value comes next, if there is one."""
        return self._frames[-1].key_place if self._frames else None

    def start(
        self, value: dict[str, Located] | list[Located], place: Place, anchor: str | None = None
    ) -> None:
        """Begin an (empty) mapping or list."""
        self._count(place)
        if len(self._frames) >= self._limits.depth:
            self._too_deep(place)
        if anchor is not None:
            self._anchors[anchor] = None
        self._frames.append(_Frame(value, place, anchor, isinstance(value, dict)))

    def end(self) -> None:
        """Complete the innermost mapping or list."""
        frame = self._frames.pop()
        keys = frame.key_places if isinstance(frame.value, dict) else NO_KEYS
        located = Located(frame.value, frame.place, None, False, keys)
        anchored = _Anchored(located, frame.size, frame.characters, frame.height)
        self._add(anchored, frame.anchor)

    def key(self, key: str | None, place: Place) -> None:
        """Set the key of the next value, or None to drop that value because its key is invalid."""
        self._count(place)
        frame = self._frames[-1]
        frame.at_key, frame.key, frame.key_place = False, key, place
        if key is not None:
            frame.characters += len(key)
            self._check_order(key, place)
        first = place if key is None else frame.key_places.setdefault(key, place)
        if key is not None and first is not place:
            frame.key = None
            what = f"duplicate key {shorten(key)}, first at {first}"
            expected = "every key once"
            fix = "remove or rename one of the two"
            self.problem("SY109", what, place, expected=expected, fix=fix)

    def scalar(
        self,
        value: Value,
        text: str,
        place: Place,
        *,
        quoted: bool,
        anchor: str | None = None,
        running: bool = True,
    ) -> None:
        """Add a value that is neither mapping nor list."""
        self._count(place)
        self._check_order(text, place)
        located = Located(value, place, text, quoted, NO_KEYS, running)
        self._add(_Anchored(located, 1, len(text), 0), anchor)

    def alias(self, name: str, place: Place) -> None:
        """Repeat the value of an anchor."""
        if name not in self._anchors:
            what = f"the alias *{name} has no anchor &{name} before it"
            self.problem("SY105", what, place, expected="an anchor earlier in the file")
            self.scalar(None, "", place, quoted=False)
            return
        anchored = self._anchors[name]
        if anchored is None:
            what = f"the alias *{name} is inside its own anchor"
            self.problem("SY108", what, place, expected="a value without a circular reference")
            raise Stop
        self._aliased += anchored.size
        self._aliased_characters += anchored.characters
        limits = self._limits
        too_many = self._aliased > limits.aliased
        if too_many or self._aliased_characters > limits.aliased_characters:
            what = f"aliases repeat too {'many values' if too_many else 'much text'}"
            most = (
                f"{limits.aliased} values"
                if too_many
                else f"{limits.aliased_characters} characters"
            )
            expected = f"at most {most} repeated by aliases"
            fix = "write the values out, or split the file"
            self.problem("SY108", what, place, expected=expected, fix=fix)
            raise Stop
        if len(self._frames) + anchored.height > self._limits.depth:
            self._too_deep(place)
        self._add(anchored, None)

    def problem(
        self, code: str, what: str, place: Place, *, expected: str, fix: str | None = None
    ) -> None:
        """Note a problem; the limit on problems ends the reading."""
        self._problems.add(code, what, place, expected=expected, fix=fix)
        if len(self._problems.found) >= self._limits.problems:
            raise Stop

    def _add(self, anchored: _Anchored, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = anchored
        if not self._frames:
            self.root = anchored.located
            return
        frame = self._frames[-1]
        frame.size += anchored.size
        frame.characters += anchored.characters
        frame.height = max(frame.height, anchored.height + 1)
        if isinstance(frame.value, list):
            frame.value.append(anchored.located)
        elif frame.at_key:
            frame.at_key, frame.key = False, None
            what = "a mapping or list is used as a key"
            self.problem("SY110", what, anchored.located.place, expected="a key that is plain text")
        else:
            if frame.key is not None:
                frame.value[frame.key] = anchored.located
            frame.at_key, frame.key, frame.key_place = True, None, None

    def _check_order(self, text: str, place: Place) -> None:
        found = not text.isascii() and not self._limits.reordering and REORDERING.search(text)
        if found:
            self.problem("SY105", reordering(found[0]), place, expected=PLAIN_ORDER)

    def _count(self, place: Place) -> None:
        self._values += 1
        if self._values > self._limits.values:
            what = "the file has too many values"
            expected = f"at most {self._limits.values} values"
            self.problem("SY115", what, place, expected=expected, fix="split the file into several")
            raise Stop

    def _too_deep(self, place: Place) -> None:
        what = "values are nested too deep"
        self.problem("SY106", what, place, expected=f"at most {self._limits.depth} levels")
        raise Stop


def reordering(character: str) -> str:
    """Return what is wrong with a character that changes the order of text."""
    return f"the character U+{ord(character):04X} changes the order in which text is shown"


def shorten(text: str) -> str:
    """Return a text in quotes, with control characters escaped, cut to a readable length."""
    return repr(text) if len(text) <= 60 else f"{text[:57]!r}…"
