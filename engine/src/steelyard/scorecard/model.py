"""The parts of a scorecard. Points and scores carry the plan's decimals; nothing is a float.

They are named tuples: as immutable as frozen dataclasses, and a fifth of the start-up cheaper.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text


@dataclass(frozen=True, slots=True)
class Exact:
    """The number value / 10**decimals, with its unit; writes itself without trailing zeros."""

    value: int
    decimals: int
    unit: str | None = None

    @property
    def decimal(self) -> Decimal:
        """The same number as a `Decimal`."""
        return Decimal(format_scaled(self.value, self.decimals))

    def at(self, decimals: int) -> int:
        """Return the scaled integer at a scale that is at least the number's own."""
        return self.value * 10 ** (decimals - self.decimals)

    def __str__(self) -> str:
        return format_scaled(self.value, self.decimals, trim=True)


Value = Exact | date | str | bool  # enum values are their text


def minus(left: Exact, right: Exact) -> Exact:
    """Return left − right at the finer of the two scales, in the unit of the left."""
    decimals = max(left.decimals, right.decimals)
    return Exact(left.at(decimals) - right.at(decimals), decimals, left.unit or right.unit)


Stage = Literal["announced", "transition", "enforced", "ended"]


class FactName(NamedTuple):
    """A fact by its id, and its title for people."""

    id: str
    title: Text


class AtomResult(NamedTuple):
    """One comparison of a requirement: `observed comparison needed`.

    `comparison` is one of the plan's, or `given` / `not given` where the presence of a fact is
    asked. `title` names what is observed where it is a part of the score or one fact; `facts` are
    what it is computed from. `observed` and `needed` are None where a
    fact is absent, and `needed` where `members` or a plain yes/no says it all. `met` is None where
    it cannot be told. `distance` is how much the observed value has to change: positive is more,
    negative is less, 0 where it is met; days for dates; None where no distance exists. `unit` is
    of all three.
    """

    comparison: str
    title: Text | None
    facts: tuple[FactName, ...]
    observed: Value | None
    needed: Value | None
    unit: str | None
    members: tuple[str, ...]
    met: bool | None
    distance: Exact | None


class RequirementResult(NamedTuple):
    """A named yes/no condition. `met` is None where it was skipped or a fact is missing.

    `combine` says whether all or any of the atoms must hold; "other" where `text`, the condition
    as the ruleset writes it, is the only complete description. `observed`, `needed` and `distance`
    are of the first atom that is not met, else of the first atom.
    """

    id: str
    title: Text
    status: str
    met: bool | None
    observed: Value | None
    needed: Value | None
    distance: Exact | None
    combine: Literal["all", "any", "other"]
    atoms: tuple[AtomResult, ...]
    text: str
    remedy: Text | None


class Improvement(NamedTuple):
    """A change of one fact that raises the score: `needed` instead of `observed`.

    `gain` is the rise of the unrounded score, `score` the displayed score then. `tier` is the id of
    the tier then, None if it stays the same.
    """

    fact: FactName
    observed: Exact
    needed: Exact
    gain: Exact
    score: Exact
    tier: str | None


class MetricResult(NamedTuple):
    """A fact turned into a score; `score` is None where it does not count.

    `improvements` are the changes of the fact that raise the score: to the next better band or
    knot, to the first that reaches another tier, and to the best.
    """

    id: str
    title: Text
    fact: FactName
    window: str | None
    observed: Value | None
    unit: str | None
    outcome: str
    score: Exact | None
    weight: Exact
    missing: tuple[FactName, ...]
    bands: tuple[str, ...]
    improvements: tuple[Improvement, ...]
    source: str
    illustrative: bool


class DimensionResult(NamedTuple):
    """A weighted group of metrics; scores are None where none of them counts."""

    id: str
    title: Text
    assessed: bool
    score_before_cap: Exact | None
    cap: Exact | None
    score: Exact | None
    weight: Exact
    metrics: tuple[MetricResult, ...]


class BaseResult(NamedTuple):
    """The base score. What is computed and what the platform reports are kept apart.

    `source` says which of them is `used`; `before_clamp` is it before it is held in the range.
    """

    source: Literal["metrics", "reported", "fixed"]
    computed: Exact | None
    reported: Exact | None
    reported_fact: str
    before_clamp: Exact | None
    used: Exact | None


class CutResult(NamedTuple):
    """Points of an item after a stage that may cut them."""

    stage: str
    points: Exact


class ItemResult(NamedTuple):
    """A bonus item, or a deduction, whose points are taken from the score.

    `points_before_caps` is what it earned, `points` what is left of it, by which the score really
    changed. `most` is the most that its rules can ever give after its own cap. `at_stake` is the
    most that the unrounded score could rise through this item alone: for an item, if it were
    awarded in full; for a deduction, if it were not taken. All None where there is no score.
    """

    id: str
    type: str
    title: Text
    outcome: str
    points: Exact | None
    points_before_caps: Exact | None
    cuts: tuple[CutResult, ...]
    most: Exact
    at_stake: Exact | None
    scope: RequirementResult | None
    gates: tuple[RequirementResult, ...]
    requirements: tuple[RequirementResult, ...]
    vetoes: tuple[str, ...]
    missing: tuple[FactName, ...]
    group: str | None
    aliases: tuple[str, ...]
    why: str
    source: str
    illustrative: bool


class GroupResult(NamedTuple):
    """Items that share a rule. `earned` is their sum before the choice and the cap."""

    id: str
    title: Text
    kind: Literal["items", "deductions"]
    combine: Literal["sum", "best", "best_n"]
    keep: int
    items: tuple[str, ...]
    earned: Exact | None
    points: Exact | None
    cap: Exact | None


class PotResult(NamedTuple):
    """All bonus items, or all deductions, on their way through the caps.

    `points` is by how much the score really changed. All None where there is no score.
    """

    earned: Exact | None
    after_groups: Exact | None
    after_cap: Exact | None
    points: Exact | None
    cap: Exact | None


class VetoResult(NamedTuple):
    """An event that blocks items; the dates are those of a present event."""

    id: str
    title: Text
    active: bool
    since: date | None
    until: date | None
    blocks: tuple[str, ...]


class ExemptionResult(NamedTuple):
    """A time or place in which some metrics are not counted."""

    id: str
    title: Text
    active: bool
    metrics: tuple[str, ...]


class BenefitResult(NamedTuple):
    """A benefit of a tier or badge."""

    id: str
    title: Text


class TierResult(NamedTuple):
    """A level of the displayed score. `distance` is how much is lacking; None if reached."""

    id: str
    title: Text
    at_least: Exact | None
    reached: bool
    distance: Exact | None
    benefits: tuple[BenefitResult, ...]


class BadgeResult(NamedTuple):
    """A mark on the page, with the requirement that gives or withholds it."""

    id: str
    title: Text
    requirement: RequirementResult
    benefits: tuple[BenefitResult, ...]


class GateResult(NamedTuple):
    """A condition without which there is no score."""

    id: str
    title: Text
    requirement: RequirementResult


class RulesetResult(NamedTuple):
    """Which rules were applied, and where in their life they stood on the day."""

    id: str
    version: str
    title: Text
    stage: Stage
    announced: str | None
    start: str
    enforced: str | None
    until: str | None
    scene: str | None
    layers: tuple[str, ...]


class ShadowResult(NamedTuple):
    """The result under a version in shadow; it does not count.

    `rejected` is a merchant that has no facts or no ruleset for it. `tier` is an id, `tier_title`
    its title.
    """

    status: Literal["scored", "no_score", "rejected"]
    score: Exact | None
    tier: str | None
    tier_title: Text | None
    plan: str | None


class RolloutResult(NamedTuple):
    """A version that is rolled out to a share of the merchants, this one among them.

    It holds for the merchant, unless it is in `shadow`: then it is only computed for comparison.
    """

    ruleset: str
    share: Exact
    shadow: ShadowResult | None


class Scorecard(NamedTuple):
    """The result for one merchant.

    base.used + Σ items' points − Σ deductions' points = unrounded;
    unrounded + rounding = score. `wasted_bonus` is the bonus that the ceiling ate. `reasons` are
    ids of the gates that failed, or `nothing-assessed`, where status is `no_score`. `badges` are
    those given, `other_badges` those not given. `low` and `high` are the range of the score.
    `rollout` is None where the merchant is in no rollout's part.
    """

    merchant: str
    industry: str
    shop_type: str | None
    as_of: date
    status: Literal["scored", "no_score"]
    score: Exact | None
    unrounded: Exact | None
    rounding: Exact | None
    low: Exact
    high: Exact
    tier: str | None
    ruleset: RulesetResult
    plan: str
    rollout: RolloutResult | None
    reasons: tuple[str, ...]
    gates: tuple[GateResult, ...]
    base: BaseResult
    dimensions: tuple[DimensionResult, ...]
    items: tuple[ItemResult, ...]
    deductions: tuple[ItemResult, ...]
    groups: tuple[GroupResult, ...]
    bonus: PotResult
    deductions_total: PotResult
    wasted_bonus: Exact | None
    exemptions: tuple[ExemptionResult, ...]
    vetoes: tuple[VetoResult, ...]
    tiers: tuple[TierResult, ...]
    badges: tuple[BadgeResult, ...]
    other_badges: tuple[BadgeResult, ...]
