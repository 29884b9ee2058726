"""The data of an impact of a change of rules on a population."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from steelyard.book.diff.edit import Edit
from steelyard.model.texts import Text
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact, FactName

# standings that are no tier
BELOW, NO_SCORE, REJECTED = "", "no_score", "rejected"

Status = Literal["scored", "no_score", "rejected"]
Grain = Literal["edit", "part", "section", "aspect"]
ChangeVerdict = Literal["identical", "same_scores", "measured"]
UnexercisedReason = Literal["not_in_force", "no_merchants", "no_data"]


@dataclass(frozen=True, slots=True)
class CaseName:
    """The days (ISO dates) on each side, and the scene, for which the rules were compared."""

    as_of: str
    as_of_candidate: str
    scene: str | None


@dataclass(frozen=True, slots=True)
class PlanUsed:
    """The plan of one kind of merchant on one side; ruleset and digest are None without rules."""

    industry: str
    shop_type: str | None
    ruleset: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class SideInfo:
    """One side: its name on the command line, its day, the book's title, and its plans."""

    name: str
    as_of: str
    title: Text
    plans: tuple[PlanUsed, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The result of a merchant on one side: a tier, below all tiers, no score, or rejected."""

    id: str
    title: Text

    @property
    def is_ranked(self) -> bool:
        """True if it can be compared with other standings: a tier, or below all tiers."""
        return self.id not in (NO_SCORE, REJECTED)

    @property
    def is_tier(self) -> bool:
        """True if it is a tier."""
        return self.is_ranked and self.id != BELOW


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
    min: Exact | None
    max: Exact | None

    @property
    def rise(self) -> Exact | None:
        """The largest value, 0 if none is above 0; None if there are no values."""
        return self.max and replace(self.max, value=max(self.max.value, 0))

    @property
    def drop(self) -> Exact | None:
        """The smallest value, 0 if none is below 0; None if there are no values."""
        return self.min and replace(self.min, value=min(self.min.value, 0))


@dataclass(frozen=True, slots=True)
class Money:
    """The cost of benefits on each side, in one currency."""

    currency: str
    before: Exact
    after: Exact


@dataclass(frozen=True, slots=True)
class Segment:
    """The impact on the whole population (no dimension), or on a part of it.

    `statuses` counts merchants by (status before, status after), `moves` by (standing before,
    standing after). `up`, `down` and `unchanged` are merchants with a score on both sides.
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
    moves: Mapping[tuple[str, str], int]
    tier_up: int
    tier_down: int
    badge_gained: int
    badge_lost: int
    benefit_gained: int
    benefit_lost: int
    benefit_reduced: int
    down_by_cap: int
    worse_off: int
    near_miss: int
    psi: Exact | None
    costs: tuple[Money, ...]

    @property
    def newly_scored(self) -> int:
        """Merchants with a score after the change only."""
        return self.count("no_score", "scored") + self.count("rejected", "scored")

    @property
    def no_longer_scored(self) -> int:
        """Merchants with a score before the change only."""
        return self.count("scored", "no_score") + self.count("scored", "rejected")

    @property
    def newly_rejected(self) -> int:
        """Merchants that are rejected after the change only."""
        return self.count("scored", "rejected") + self.count("no_score", "rejected")

    @property
    def no_longer_rejected(self) -> int:
        """Merchants that are rejected before the change only."""
        return self.count("rejected", "scored") + self.count("rejected", "no_score")

    def count(self, before: Status, after: Status) -> int:
        """Return the number of merchants with these statuses."""
        return self.statuses.get((before, after), 0)


@dataclass(frozen=True, slots=True)
class Contribution:
    """The exact contribution of one group of edits to the change.

    `edits` are indices of edits. `points` is the group's share of the sum of all changes, `scores`
    its share of the change of the number of merchants with a score. Both are numerators over
    `Attribution.denominator`; points are in steps of the last displayed decimal. `up` and `down`
    count the merchants whose score the group raises or lowers.
    """

    id: str
    edits: tuple[int, ...]
    points: int
    scores: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """The contributions of all groups of edits; they add up to the change.

    `grain` tells which edits form a group, `limit` is the maximum number of groups. `points` is the
    sum of all changes, in steps of the last displayed decimal; `scores` is the number of merchants
    with a score after, less those before; `decimals` are those of a displayed score.
    """

    denominator: int
    grain: Grain
    limit: int
    contributions: tuple[Contribution, ...]
    points: int
    scores: int
    decimals: int

    def points_of(self, numerator: int) -> Fraction:
        """Return a contribution in points."""
        return Fraction(numerator, self.denominator * 10**self.decimals)

    def scores_of(self, numerator: int) -> Fraction:
        """Return a contribution in merchants with a score."""
        return Fraction(numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Reward:
    """A badge or benefit: how many merchants have it on each side, gain it and lose it."""

    kind: Literal["badge", "benefit"]
    id: str
    title: Text
    before: int
    after: int
    gained: int
    lost: int
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class ItemOutcomes:
    """The number of merchants with each outcome of an item or deduction, on each side."""

    kind: Literal["item", "deduction"]
    id: str
    title: Text
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def is_changed(self) -> bool:
        """True if a merchant may have another outcome after the change."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ShownMerchant:
    """A merchant shown by name, and its rank on each of its top lists; the first has rank 1.

    `weight` is the fact that ranks the lists. `contributions` has the numerator of every group of
    edits. `before` and `after` are the
    scorecards. If there is none, `problems_before` and `problems_after` give the reasons.
    """

    merchant: str
    industry: str
    shop_type: str | None
    lists: tuple[str, ...]
    ranks: tuple[int, ...]
    status_before: Status
    status_after: Status
    score_before: Exact | None
    score_after: Exact | None
    change: Exact | None
    standing_before: str
    standing_after: str
    weight: Exact | None
    contributions: tuple[int, ...]
    before: Scorecard | None
    after: Scorecard | None
    problems_before: tuple[str, ...] = ()
    problems_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of a changed ruleset: the days from its announcement to its first day.

    Without an announcement the notice is 0 days. A version that is `edited` in place while it is in
    force counts as not announced. If the ruleset is `withdrawn`, `start` is the first day without
    it; only a version that still says when it ends was announced.
    """

    ruleset: str
    title: Text
    announced: str | None
    start: str
    days: int
    edited: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PopulationInfo:
    """The population that was scored: its files, its rows, and the SHA-256 digest of the files."""

    sources: tuple[str, ...]
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Impact:
    """The complete result of a dry run.

    `verdict` is `identical` (every plan has the same digest on both sides), `same_scores` (the
    plans compute the same numbers, node by node; only words, places or dates differ) or `measured`.
    Only a measured impact has segments. `where` has the kinds of merchants of every edit.
    """

    verdict: ChangeVerdict
    live: SideInfo
    candidate: SideInfo
    scene: str | None
    decimals: int
    edits: tuple[Edit, ...]
    where: tuple[tuple[tuple[str, str | None], ...], ...]
    idle: tuple[int, ...]  # edits that are proved to change no score
    untouched: tuple[int, ...]  # edits that concern no merchant of the population
    notices: tuple[Notice, ...]
    population: PopulationInfo | None = None
    standings: tuple[Standing, ...] = ()
    segments: tuple[Segment, ...] = ()
    attribution: Attribution | None = None
    rewards: tuple[Reward, ...] = ()
    items: tuple[ItemOutcomes, ...] = ()
    merchants: tuple[ShownMerchant, ...] = ()
    weight: FactName | None = None  # the fact that ranks merchants shown by name
    near: Exact | None = None  # the distance to a tier that counts as a near miss
    industries: Mapping[str, Text] = field(default_factory=dict)
    shop_types: Mapping[str, Text] = field(default_factory=dict)
    # merchants that one side rejects, by the code of the first problem of each
    rejections: Mapping[str, int] = field(default_factory=dict)
    unreadable: int = 0  # rejected rows whose industry is unknown
    missing_kinds: tuple[str, ...] = ()  # industries without a merchant in the population
    dimensions: tuple[str, ...] = ()  # of segments, also of those without a merchant
    unread: tuple[int, ...] = ()  # edits of parts that are applied to no merchant's data

    @property
    def total(self) -> Segment:
        """The segment of the whole population."""
        return self.segments[0]

    @property
    def is_all_rejected(self) -> bool:
        """True if both sides reject every merchant."""
        return self.total.count("rejected", "rejected") == self.total.merchants

    @property
    def case(self) -> CaseName:
        """The days and the scene."""
        return CaseName(self.live.as_of, self.candidate.as_of, self.scene)


@dataclass(frozen=True, slots=True)
class Unexercised:
    """An edit that a dry run did not try on any merchant, and why.

    The rules that it changes are in force at none of the days and scenes; or the population has no
    merchant of its kinds; or no merchant is in the scope of the part with data for it. `scenes` has
    None for days without a scene. `first_day` is the first day with the edit, None for any day.
    """

    edit: Edit
    kinds: tuple[tuple[str, str | None], ...]
    scenes: tuple[str | None, ...]
    first_day: str | None
    reason: UnexercisedReason


@dataclass(frozen=True, slots=True)
class DryRun:
    """The impact on one population at each of several days and scenes, in their order."""

    impacts: tuple[Impact, ...]
    unexercised: tuple[Unexercised, ...]
