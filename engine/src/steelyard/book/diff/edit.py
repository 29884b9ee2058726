"""Edits: single differences between two states of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from steelyard.errors import Place
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout, RolloutSchedule
from steelyard.model.texts import Text

Kind = Literal[
    "added",
    "retired",
    "renamed",
    "type",
    "parameter",
    "points",  # of bands and curves
    "weight",
    "cap",
    "tier",
    "gate",
    "condition",
    "members",
    "order",
    "setting",
    "fact",
    "dates",
    "benefits",
    "words",
]

# what an edit can change at most: a score; what a score gives; when rules hold; only words
Effect = Literal["score", "rewards", "dates", "words"]

EditValue = str | FactDeclaration | RolloutSchedule | Rollout
"""A value as a ruleset writes it, or something that only a report puts into words."""

Written = tuple[EditValue | None, Place | None]  # a value and its place

WORDS = frozenset(
    ("id", "title", "title_not_met", "why", "source", "illustrative", "remedy", "aliases")
)
REWARDS = ("tiers", "badges")  # sections that read the score, and that nothing reads


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of one part of the rules.

    `section` and `part` name the part (`items`, `rash-return`; a metric is `service/refund-time`),
    `path` is the key inside it. `before` and `after` are None if there is no value; the places are
    those of the values. `layered` is true if the two values come from different rulesets, so that
    one layer overrides another.
    """

    kind: Kind
    effect: Effect
    section: str
    part: str
    path: tuple[str, ...]
    title: Text | None
    before: EditValue | None
    after: EditValue | None
    before_place: Place | None
    after_place: Place | None
    layered: bool = False

    @property
    def id(self) -> str:
        """The dotted name of the edited value: `items.rash-return.with.max_share`."""
        return ".".join(part for part in (self.section, self.part, *self.path) if part)


def make_edit(
    kind: Kind,
    address: Sequence[str],
    before: Written | None,
    after: Written | None,
    *,
    title: Text | None = None,
    effect: Effect | None = None,
) -> Edit:
    """Return an edit at an address: the section, the part, then the path of the key.

    Without `effect`, the section and the key decide which effect the edit has.
    """
    section, part, *path = address
    usual: Effect = "rewards" if section in REWARDS else "score"
    if path and path[0] in WORDS:
        usual = "words"
    values = (before and before[0], after and after[0])
    places = (before and before[1], after and after[1])
    return Edit(kind, effect or usual, section, part, tuple(path), title, *values, *places)


def order_edit(
    address: tuple[str, str],
    old: Sequence[str],
    new: Sequence[str],
    places: tuple[Place | None, Place | None] = (None, None),
) -> Edit | None:
    """Return the edit of the order of entries, if both sides order their common names differently.

    The order matters, because caps reduce the last item first and the first of equal items is best.
    """
    common = set(old) & set(new)
    if [name for name in old if name in common] == [name for name in new if name in common]:
        return None
    before, after = (", ".join(names) for names in (old, new))
    return make_edit("order", (*address, "order"), (before, places[0]), (after, places[1]))
