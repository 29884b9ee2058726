"""An edit: one thing that the rules say differently."""

from dataclasses import dataclass
from typing import Literal

from steelyard.errors import Place
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


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of one part of the rules.

    `section` and `part` say which part (`items`, `rash-return`; a metric is `service/refund-time`),
    `path` which of its keys. `before` and `after` are values as a ruleset writes them, None where
    there is none; the places are those of the values. `layered` says that the part stays as it was
    below and is overridden by a layer above it.
    """

    kind: Kind
    effect: Effect
    section: str
    part: str
    path: tuple[str, ...]
    title: Text | None
    before: str | None
    after: str | None
    before_place: Place | None
    after_place: Place | None
    layered: bool = False

    @property
    def id(self) -> str:
        """The dotted name of what is edited: `items.rash-return.with.max_share`."""
        return ".".join(part for part in (self.section, self.part, *self.path) if part)
