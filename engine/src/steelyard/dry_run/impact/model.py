"""The impact of a change, as reports and guardrails read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from steelyard.book.diff.edit import Edit
from steelyard.model.texts import Text
from steelyard.scorecard import Scorecard
from steelyard.scorecard.values import Exact

# where a merchant stands on one side, when not in a tier
BELOW, NO_SCORE, REJECTED = "", "no_score", "rejected"

Status = Literal["scored", "no_score", "rejected"]
Grain = Literal["edit", "part", "section", "aspect"]


@dataclass(frozen=True, slots=True)
class PlanUsed:
    """The plan of one kind of merchant on one side; without a ruleset both texts are empty."""

    industry: str
    shop_type: str | None
    ruleset: str
    digest: str


@dataclass(frozen=True, slots=True)
class SideInfo:
    """One side: what it was called, its day, and its plans."""

    name: str
    as_of: str
    title: Text
    plans: tuple[PlanUsed, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Where a merchant may stand: a tier, below all tiers, without a score, rejected."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution of scores or of changes, with the display decimals of the run.

    `counts` has pairs (value in steps of the last decimal, merchants), ascending. The mean has two
    decimals more, rounded half-even; a quantile is the value of a real merchant (nearest rank).
    """

    decimals: int
    counts: tuple[tuple[int, int], ...]
    merchants: int
    mean: Exact | None
    median: Exact | None
    least: Exact | None
    most: Exact | None


@dataclass(frozen=True, slots=True)
class Move:
    """How many merchants went from one place to another."""

    before: str
    after: str
    merchants: int


@dataclass(frozen=True, slots=True)
class Money:
    """What benefits cost in one currency on each side."""

    currency: str
    before: Exact
    after: Exact


@dataclass(frozen=True, slots=True)
class Segment:
    """The impact on a whole population (no dimension), or on a part of it.

    `statuses` counts merchants by (status before, status after). `up`, `down` and `unchanged` are
    merchants with a score on both sides; `moves` has every merchant once.
    """

    dimension: str
    value: str
    title: Text
    merchants: int
    statuses: Mapping[tuple[Status, Status], int]
    up: int
    down: int
    unchanged: int
    before: Spread
    after: Spread
    change: Spread
    moves: tuple[Move, ...]
    tier_up: int
    tier_down: int
    badge_gained: int
    badge_lost: int
    benefit_gained: int
    benefit_lost: int
    near_miss: int
    psi: Exact | None
    costs: tuple[Money, ...]

    @property
    def newly_scored(self) -> int:
        """Merchants with a score after the change alone."""
        return self.count("no_score", "scored") + self.count("rejected", "scored")

    @property
    def no_longer_scored(self) -> int:
        """Merchants with a score before the change alone."""
        return self.count("scored", "no_score") + self.count("scored", "rejected")

    @property
    def newly_rejected(self) -> int:
        """Merchants that are rejected after the change alone."""
        return self.count("scored", "rejected") + self.count("no_score", "rejected")

    @property
    def no_longer_rejected(self) -> int:
        """Merchants that are rejected before the change alone."""
        return self.count("rejected", "scored") + self.count("rejected", "no_score")

    def count(self, before: Status, after: Status) -> int:
        """Return how many merchants have these statuses."""
        return self.statuses.get((before, after), 0)


@dataclass(frozen=True, slots=True)
class Share:
    """What one block of edits is to blame for, exactly.

    `edits` are numbers of edits. `points` is its part in the sum of all changes, `scores` its part
    in the change of the number of merchants with a score: both are numerators over
    `Attribution.denominator`, points in steps of the last displayed decimal. `up` and `down` count
    merchants for whom the part is above or below zero.
    """

    id: str
    edits: tuple[int, ...]
    points: int
    scores: int
    up: int
    down: int
    merchants: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Shares of all blocks; they add up to the whole change. `grain` says how coarse blocks are."""

    denominator: int
    grain: Grain
    limit: int
    shares: tuple[Share, ...]
    points: int  # the sum of all changes, in steps of the last displayed decimal
    scores: int  # merchants with a score after, less those before


@dataclass(frozen=True, slots=True)
class Rewarded:
    """A badge or benefit: how many have it on each side, and how many got or lost it."""

    kind: Literal["badge", "benefit"]
    id: str
    title: Text
    before: int
    after: int
    gained: int
    lost: int
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class PartCount:
    """Outcomes of an item or deduction on each side: how many merchants have each."""

    kind: Literal["item", "deduction"]
    id: str
    title: Text
    before: Mapping[str, int]
    after: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A merchant shown by name. `lists` says why; `shares` are numerators by block.

    `before` and `after` are the scorecards, None where the merchant has none; then
    `problems_before` and `problems_after` say why.
    """

    merchant: str
    industry: str
    shop_type: str | None
    lists: tuple[str, ...]
    status_before: Status
    status_after: Status
    score_before: Exact | None
    score_after: Exact | None
    change: Exact | None
    label_before: str
    label_after: str
    shares: tuple[int, ...]
    before: Scorecard | None
    after: Scorecard | None
    problems_before: tuple[str, ...] = ()
    problems_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before it takes effect a changed ruleset was announced; None if not announced.

    A version that is `edited` in place while it holds was announced in another form, so not at all.
    """

    ruleset: str
    title: Text
    announced: str | None
    start: str
    days: int | None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """Who was scored: the files, how many rows, and the digest of all of them (SHA-256)."""

    sources: tuple[str, ...]
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a dry run finds.

    `verdict` is `identical` (every plan has the same digest on both sides), `same_scores` (the
    plans compute the same numbers, node by node; only words, places or dates differ) or `measured`.
    Without a population scored, `segments` is empty.
    """

    verdict: Literal["identical", "same_scores", "measured"]
    live: SideInfo
    candidate: SideInfo
    scene: str | None
    decimals: int
    edits: tuple[Edit, ...]
    where: tuple[tuple[tuple[str, str | None], ...], ...]
    idle: tuple[int, ...]  # edits that are proved to change no score
    untouched: tuple[int, ...]  # edits for whose kinds the population has nobody
    notices: tuple[Notice, ...]
    population: Population | None = None
    labels: tuple[Label, ...] = ()
    segments: tuple[Segment, ...] = ()
    attribution: Attribution | None = None
    rewards: tuple[Rewarded, ...] = ()
    parts: tuple[PartCount, ...] = ()
    shown: tuple[Shown, ...] = ()
    near: Exact | None = None  # how near below a tier is near
    industries: Mapping[str, Text] = field(default_factory=dict)
    shop_types: Mapping[str, Text] = field(default_factory=dict)
    rejections: Mapping[str, int] = field(default_factory=dict)  # merchants by code of a problem
    missing_kinds: tuple[str, ...] = ()  # industries of which the population has nobody

    @property
    def whole(self) -> Segment:
        """The segment of the whole population."""
        return self.segments[0]
