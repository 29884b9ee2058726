"""A value together with the place where it is written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from steelyard.errors import Place

Value: TypeAlias = "dict[str, Located] | list[Located] | str | int | Decimal | bool | None"

NO_KEYS: dict[str, Place] = {}  # shared by all values that are not mappings; never filled


@dataclass(frozen=True, slots=True)
class Located:
    """One value of a document.

    `text` is what a scalar was written as (`2026.2`, without quotes and escapes), None for mappings
    and lists. `quoted` tells `'x'` and `"x"` from `x`. `key_places` has the place of each key of a
    mapping. `running` says that the characters of a scalar's text follow each other in the file, as
    they do not in a block, over several lines, or with escapes. A value that an alias repeats is
    the same object, with the place of its anchor.
    """

    value: Value
    place: Place
    text: str | None
    quoted: bool
    key_places: dict[str, Place]
    running: bool = True

    def plain(self) -> Any:  # noqa: ANN401 - the shape is what the document has
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
