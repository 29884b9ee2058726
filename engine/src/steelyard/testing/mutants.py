"""Mutants: a ruleset file with one small edit, such as a mistyped number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Literal

from steelyard.book import RulesetFile
from steelyard.errors import Place
from steelyard.formats import Located
from steelyard.model.numbers import decimals_of, to_scaled

Kind = Literal["threshold", "points", "cap", "weight", "comparison"]

Number = int | Decimal
Path = tuple[str | int, ...]

_EXACT = Context(prec=100)  # more digits than any number of a ruleset has


@dataclass(frozen=True, slots=True)
class Mutant:
    """One edit of one ruleset file.

    `part` is the entry that is edited (`rash-return`), empty for the settings of a ruleset; `old`
    and `new` are as a ruleset writes them. `edits` are the values that change, by their place
    in the file: one, or two if weight moves from one entry to another.
    """

    ruleset: str  # its name: maternity@2026.2
    place: Place
    kind: Kind
    part: str
    key: str  # the key inside the part: `weight`, `bands[2].at_least`, `when`
    old: str
    new: str
    edits: tuple[tuple[Path, str | Number | dict[str, Located]], ...]

    def apply(self, ruleset: RulesetFile) -> RulesetFile:
        """Return the edited file; the file on the disk does not change."""
        document = ruleset.document
        for path, value in self.edits:
            document = _edited(document, path, value)
        return replace(ruleset, document=document)


def _edited(located: Located, path: Path, value: str | Number | dict[str, Located]) -> Located:
    if not path:
        text = None if isinstance(value, dict) else str(value)
        return Located(value, located.place, text, located.quoted, located.key_places, running=True)
    step, rest = path[0], path[1:]
    below = located.at((step,))
    inside: dict[str, Located] | list[Located]
    if isinstance(located.value, dict):
        inside = {**located.value, str(step): _edited(below, rest, value)}
    else:
        assert isinstance(located.value, list)
        inside = list(located.value)
        inside[int(step)] = _edited(below, rest, value)
    return Located(inside, located.place, located.text, located.quoted, located.key_places)


def shifted(value: Number, decimals: int) -> tuple[Number, Number]:
    """Return a number one step lower and one step higher; a step is a unit of its last decimal."""
    places = max(decimals, decimals_of(value))
    scaled = to_scaled(value, places)
    return _unscaled(scaled - 1, places), _unscaled(scaled + 1, places)


def number_of(located: Located) -> Number | None:
    """Return a value that is a number, else None."""
    value = located.value
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def written_decimals(located: Located) -> int:
    """Return how many decimals a number was written with: 2 in `0.60`."""
    text = located.text or ""
    if "e" in text.lower():
        assert isinstance(located.value, int | Decimal)
        return decimals_of(located.value)
    return len(text.partition(".")[2])


def as_written(value: Number) -> str:
    """Return a number without trailing zeros."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unscaled(scaled: int, places: int) -> Number:
    return scaled if places == 0 else _EXACT.scaleb(Decimal(scaled), -places)


def common_decimals(located: Sequence[Located]) -> int:
    """Return the largest number of decimals in which any of the numbers is written."""
    return max((written_decimals(one) for one in located), default=0)
