"""The parts of a scorecard. Points and scores carry the plan's decimals; nothing is a float.

They are named tuples: as immutable as frozen dataclasses, and a fifth of the start-up cheaper.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from steelyard.model.frozen import frozen
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Prose, Text


@frozen
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


class Term(NamedTuple):
    """A value inside a formula, with its title; `value` is None where a fact is missing.

    `fold` tells what of a list of records it is: their number, or a sum or an extreme over them.
    """

    title: Text
    value: Value | None
    fold: Literal["", "count", "sum", "largest", "smallest"] = ""


Operator = Literal[
    "or", "and", "not", "=", "<", "<=", ">", ">=", "+", "-", "*", "/", "negate", "min", "max",
    "clamp", "days", "months", "working_days", "year", "quarter", "month", "weekday",
    "start_of_week", "start_of_month", "start_of_quarter", "start_of_year", "floor", "ceiling",
    "round",
]  # fmt: skip


class Calculation(NamedTuple):
    """A formula: an operator or function on values, titled values and other formulas.

    `clamp` holds its first operand between the other two. The third operand of `working_days` is
    the title of the calendar. `floor`, `ceiling` and `round` round it down, up or to the nearest
    number with the decimals of the result.
    """

    operator: Operator
    operands: tuple["Exact | date | str | bool | Text | Term | Calculation", ...]


Formula = Exact | date | str | bool | Text | Term | Calculation


class RecordName(NamedTuple):
    """A record: its number in the list, from 1, and the values of the fields that identify it."""

    number: int
    key: tuple[Value, ...]


class RecordsResult(NamedTuple):
    """A test over the records of a fact: it holds for `holding` of `total`.

    `listed` are the records that decide the comparison: if `holds`, those for which the test holds,
    else those for which it does not. `unknown` is the number of records that lack a field.
    """

    holding: int
    total: int
    holds: bool
    listed: tuple[RecordName, ...]
    unknown: int


class AtomResult(NamedTuple):
    """One comparison of a requirement, as its author wrote it: `observed comparison needed`.

    `comparison` is a comparison of the plan; `given` / `not given` if the rule tests whether a
    fact is present; `all`, `not all`, `some` or `none` if it is a test over records. `title` names
    the observed value if it is one fact or a part of the score; otherwise `observed_formula` tells
    how it is computed. `needed_formula` does so for the needed value, None for a constant. `facts`
    are the facts that the observed value is computed from. `observed` and `needed` are None if a
    fact is missing; `needed` is also None for a set of values (`members`) and for a yes/no value.
    `part` and `whole` are given if the observed value is a ratio: the numbers that were divided, so
    `whole` may be the least divisor that the rule allows. The ratio may be limited or rounded, as
    `observed_formula` tells. `missing` are the facts and
    fields of records that are missing. `met` is None if a missing fact leaves it open. `distance`
    is the change that the observed value needs while all else stays: positive if it must rise,
    negative if it must fall, 0 if the comparison is met, in days for dates, None for values without
    an order, and where the needed value changes too. `unit` is the unit of all three numbers.
    `clause` is the number of the clause that it belongs to, 0 for the requirement itself.
    """

    comparison: str
    title: Text | None
    facts: tuple[FactName, ...]
    observed: Value | None
    observed_formula: Formula | None
    needed: Value | None
    needed_formula: Formula | None
    unit: str | None
    members: tuple[Value, ...]
    part: Value | None
    whole: Value | None
    records: RecordsResult | None
    missing: tuple[FactName, ...]
    met: bool | None
    distance: Exact | None
    clause: int


class ClauseResult(NamedTuple):
    """Comparisons of a requirement of which all or any must hold, inside the clause `parent`.

    Clauses count from 1; 0 is the requirement itself. `met` is None if it is open.
    """

    combine: Literal["all", "any"]
    parent: int
    met: bool | None


class RequirementResult(NamedTuple):
    """A named yes/no condition. `met` is None if it was skipped or a fact is missing.

    `combine` tells whether all or any of the atoms and clauses must hold. It is "other" if only
    `text`, the condition as the ruleset writes it, describes the condition completely. `atoms` and
    `clauses` are those that matter for the merchant: of a choice, only the branch that is taken.
    `unnamed` is true if the title says nothing of the condition; `title_not_met` is the title where
    it is not met. `observed`, `needed` and
    `distance` belong to the first atom that is not met, or to the first atom if all are met.
    """

    id: str
    title: Text
    title_not_met: Text | None
    unnamed: bool
    status: str
    met: bool | None
    observed: Value | None
    needed: Value | None
    distance: Exact | None
    combine: Literal["all", "any", "other"]
    atoms: tuple[AtomResult, ...]
    clauses: tuple[ClauseResult, ...]
    text: str
    remedy: Text | None


class Improvement(NamedTuple):
    """A change of one fact that raises the score: `needed` instead of `observed`.

    `gain` is the rise of the unrounded score, `score` the displayed score after the change. `tier`
    is the id of the tier after the change, None if it stays the same.
    """

    fact: FactName
    observed: Exact
    needed: Exact
    gain: Exact
    score: Exact
    tier: str | None


class MetricResult(NamedTuple):
    """A fact turned into a score; `score` is None if the metric is not counted.

    `improvements` are changes of the fact that raise the score: to the next better band or point of
    the curve, to the first value that reaches another tier, and to the best value.
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
    source: Prose
    illustrative: bool


class DimensionResult(NamedTuple):
    """A weighted group of metrics; scores are None if no metric is counted."""

    id: str
    title: Text
    assessed: bool
    score_before_cap: Exact | None
    cap: Exact | None
    score: Exact | None
    weight: Exact
    metrics: tuple[MetricResult, ...]


class BaseResult(NamedTuple):
    """The base score: `computed` from metrics, `reported` by the platform, or both.

    `source` tells which of the two is `used`. `before_clamp` is that score before it is limited to
    the range of scores.
    """

    source: Literal["metrics", "reported", "fixed", "formula"]
    computed: Exact | None
    reported: Exact | None
    reported_fact: str
    before_clamp: Exact | None
    used: Exact | None


class CutResult(NamedTuple):
    """The points of an item after one limit that may reduce them, and what the limit took."""

    stage: str
    points: Exact
    taken: Exact


class ItemResult(NamedTuple):
    """A bonus item, or a deduction, whose points are subtracted from the score.

    `points_before_caps` are the points that it earned, `points` those by which it changed the score
    after all caps. `most` is the maximum that its rules can give after its own cap. `at_stake` is
    the maximum rise of the unrounded score through this item alone: a bonus item is awarded in
    full, a deduction is not made. All are None if there is no score.
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
    why: Prose
    source: Prose
    illustrative: bool


class GroupResult(NamedTuple):
    """Items that share a rule. `earned` is their sum before the choice of items and the cap."""

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
    """The sum of all bonus items, or of all deductions, after each cap.

    `points` is the change of the score. All are None if there is no score.
    """

    earned: Exact | None
    after_groups: Exact | None
    after_cap: Exact | None
    points: Exact | None
    cap: Exact | None


class VetoResult(NamedTuple):
    """An event that blocks items; the dates are those of the event that is active now."""

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
    """A level of the displayed score. `distance` is the missing score; None if it is reached."""

    id: str
    title: Text
    at_least: Exact | None
    reached: bool
    distance: Exact | None
    benefits: tuple[BenefitResult, ...]


class BadgeResult(NamedTuple):
    """A mark that a merchant gets if its requirement is met."""

    id: str
    title: Text
    requirement: RequirementResult
    benefits: tuple[BenefitResult, ...]


class ValueResult(NamedTuple):
    """A derived value; `value` is None where a fact that it needs is missing."""

    id: str
    name: str
    title: Text
    value: Value | None
    missing: tuple[FactName, ...]
    source: Prose
    illustrative: bool
    why: Prose


class GateResult(NamedTuple):
    """A condition for having a score."""

    id: str
    title: Text
    requirement: RequirementResult


class RulesetResult(NamedTuple):
    """The rules that were applied, and their stage on the date of the score."""

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
    """The result of a version in shadow, for comparison only.

    `status` is `rejected` if the version requires facts that the merchant lacks, or has no ruleset
    for it. `tier` is an id, `tier_title` its title.
    """

    status: Literal["scored", "no_score", "rejected"]
    score: Exact | None
    tier: str | None
    tier_title: Text | None
    plan: str | None


class RolloutResult(NamedTuple):
    """A version that is rolled out to a share of the merchants that includes this merchant.

    The version is in force for the merchant. In `shadow` it is only computed for comparison.
    """

    ruleset: str
    share: Exact
    shadow: ShadowResult | None


class Scorecard(NamedTuple):
    """The result for one merchant.

    base.used + Σ items' points − Σ deductions' points = unrounded;
    unrounded + rounding = score. `unclamped` is the score without its range, which `low` and `high`
    are: it ranks merchants that share the maximum or the minimum. `wasted_bonus` is the bonus above
    the maximum score. `next_tier` is the id of the tier above, None in the highest. `reasons` are
    given if `status` is `no_score`: the ids of the gates that failed, or `nothing-assessed`.
    `badges` are the badges that the merchant has, `other_badges` the others; `benefits` are those
    of its tier and its badges. `rollout` is None if the merchant is in the share of no rollout.
    """

    merchant: str
    industry: str
    shop_type: str | None
    as_of: date
    status: Literal["scored", "no_score"]
    score: Exact | None
    unclamped: Exact | None
    unrounded: Exact | None
    rounding: Exact | None
    low: Exact
    high: Exact
    tier: str | None
    next_tier: str | None
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
    benefits: tuple[BenefitResult, ...]
    values: tuple[ValueResult, ...]
