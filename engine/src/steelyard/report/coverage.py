"""Which parts of the rules no case touches."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from steelyard.errors import Place
from steelyard.errors.output import place_json

Counts = Iterable[tuple[str, int, int]]

_WORDS = {
    "ruleset": "rulesets",
    "scene": "scenes",
    "gate": "answers of gates",
    "exemption": "answers of exemptions",
    "metric": "outcomes of metrics",
    "band": "bands and stretches",
    "item": "outcomes of items",
    "requirement": "answers of requirements",
    "row": "rows of decision tables",
    "veto": "answers of vetoes",
    "cap": "caps that cut",
    "tier": "tiers",
    "badge": "answers of badges",
    "branch": "answers of comparisons",
}


class TargetLike(Protocol):
    """One part of the rules."""

    @property
    def kind(self) -> str:
        """What kind of part it is."""
        ...

    @property
    def place(self) -> Place:
        """Where the rules say it."""
        ...

    @property
    def part(self) -> str:
        """The id of the entry that it belongs to; empty for a comparison, which several share."""
        ...

    @property
    def what(self) -> str:
        """What of the entry it is: an outcome, a row, an answer."""
        ...


def coverage_text(counts: Counts, untouched: Sequence[TargetLike]) -> str:
    """Return how much of each kind is touched, and every part that is not."""
    rows = [(_WORDS[kind], some, whole) for kind, some, whole in counts]
    width = max((len(words) for words, _, _ in rows), default=0)
    some, whole = sum(row[1] for row in rows), sum(row[2] for row in rows)
    lines = ["", f"touched by cases: {some} of {whole}"]
    lines += [f"  {words:{width}}  {touched} of {all_}" for words, touched, all_ in rows]
    if untouched:
        lines += ["", "touched by no case:"]
        lines += [f"  {one.place}: {_named(one)}" for one in untouched]
    return "".join(f"{line}\n" for line in lines)


def _named(one: TargetLike) -> str:
    return f"{one.kind} {one.part}: {one.what}" if one.part else f"{one.kind}: {one.what}"


def coverage_json(counts: Counts, untouched: Sequence[TargetLike]) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "counts": {kind: {"touched": some, "of": whole} for kind, some, whole in counts},
        "untouched": [
            {"kind": one.kind, "part": one.part, "what": one.what, **place_json(one.place)}
            for one in untouched
        ],
    }
