"""A checked ruleset: the contents of its YAML files as frozen, typed data.

Conditions are `Located` texts, as written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from steelyard.book.layering import value_name
from steelyard.book.reading import RulesetFile
from steelyard.errors import Place
from steelyard.formats import Located
from steelyard.model.calendars import Calendar
from steelyard.model.numbers import Rounding
from steelyard.model.texts import Prose, Text

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Named:
    """The keys that all entries of a ruleset share."""

    id: str
    title: Text
    place: Place
    source: Prose
    illustrative: bool
    why: Prose


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A named prerequisite of an item: a condition, and a remedy and title if it is not met."""

    id: str
    title: Text
    when: Located
    assessed: Located | None
    remedy: Text | None
    place: Place
    title_not_met: Text | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a band table: a comparison with `limit`, and a score.

    `edge` is None in the row `otherwise`.
    """

    edge: Literal["at_least", "above", "at_most", "below"] | None
    limit: Number
    score: Number
    place: Place


@dataclass(frozen=True, slots=True)
class Sample:
    """The smallest sample of a metric.

    If `fact` is below `at_least`, the metric has the fixed `score`; it is skipped if `score` is
    None. `place` is the place of `fact`.
    """

    fact: str
    at_least: Number
    score: Number | None
    place: Place


@dataclass(frozen=True, slots=True)
class MetricRule:
    """A metric of a dimension; exactly one of `bands`, `curve` and `formula` is given."""

    named: Named
    fact: str
    fact_place: Place
    weight: Number
    bands: tuple[Band, ...]
    curve: tuple[tuple[Number, Number], ...]
    sample: Sample | None
    small_sample: tuple[Located, Number] | None
    scope: Located | None
    curve_places: tuple[Place, ...] = ()  # places of the points of `curve`
    formula: Located | None = None


@dataclass(frozen=True, slots=True)
class DimensionRule:
    """A weighted group of metrics."""

    named: Named
    weight: Number
    cap: Number | None
    metrics: tuple[MetricRule, ...]


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A value derived from facts, parts of the score and other values, by an expression."""

    named: Named
    expression: Located
    unit: str | None = None

    @property
    def name(self) -> str:
        """The name by which everything reads it: `value.on_time_share`, `value.tea.kg`."""
        return value_name(self.named.id)


@dataclass(frozen=True, slots=True)
class GateRule:
    """A condition that a merchant must meet to have a score."""

    named: Named
    when: Located
    remedy: Text | None
    title_not_met: Text | None = None


@dataclass(frozen=True, slots=True)
class ExemptionRule:
    """Metrics that are left out for merchants that meet a condition."""

    named: Named
    when: Located
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRule:
    """A bonus item or deduction: its type, the parameters of that type, and the common keys."""

    named: Named
    type: str
    type_place: Place
    parameters: Located | None
    scope: Located | None
    gate: Located | None
    when: Located | None
    requires: tuple[NamedCondition, ...]
    cap: Number | None
    aliases: tuple[str, ...]
    is_deduction: bool


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A group of items; `keep` is the number of best items that count (0: all)."""

    named: Named
    items: tuple[str, ...]
    combine: Literal["sum", "best", "best_n"]
    keep: int
    cap: Number | None
    is_deduction: bool


@dataclass(frozen=True, slots=True)
class VetoRule:
    """An event or condition that blocks items; after an event, for a number of `days`."""

    named: Named
    since: str | None
    days: int | None
    when: Located | None
    blocks: tuple[str, ...]
    since_place: Place | None = None


@dataclass(frozen=True, slots=True)
class CostRule:
    """The cost of a benefit: an amount per merchant, or per unit of the fact `per`."""

    amount: Number
    currency: str
    per: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """A benefit that a tier or badge gives to a merchant."""

    id: str
    title: Text
    cost: CostRule | None = None


@dataclass(frozen=True, slots=True)
class TierRule:
    """A tier and its lowest score, `at_least`, which is None for the tier `otherwise`."""

    named: Named
    at_least: Number | None
    benefits: tuple[BenefitRule, ...]
    place: Place | None = None  # of `at_least`


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """A badge, which a merchant gets where a condition holds.

    Of badges with one name in `exclusive`, a merchant gets the first at most.
    """

    named: Named
    when: Located
    benefits: tuple[BenefitRule, ...]
    exclusive: str | None = None


@dataclass(frozen=True, slots=True)
class BaseRule:
    """The source of the base score: metrics, a reported fact, a fixed score or a formula."""

    source: Literal["metrics", "reported", "fixed", "formula"]
    reported: str | None
    score: Number | None
    place: Place
    reported_place: Place | None = None
    formula: Located | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of the score: inclusive range, displayed decimals, rounding, precision.

    `precision` is the number of decimals that divisions are rounded to.
    """

    low: Number
    high: Number
    decimals: int
    rounding: Rounding
    precision: int
    place: Place


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of one selection: its layers joined, checked and typed."""

    file: RulesetFile
    layers: tuple[RulesetFile, ...]
    selection: Mapping[str, Any]
    scale: Scale
    base: BaseRule
    gates: tuple[GateRule, ...]
    exemptions: tuple[ExemptionRule, ...]
    dimensions: tuple[DimensionRule, ...]
    items: tuple[ItemRule, ...]
    deductions: tuple[ItemRule, ...]
    groups: tuple[GroupRule, ...]
    vetoes: tuple[VetoRule, ...]
    tiers: tuple[TierRule, ...]
    badges: tuple[BadgeRule, ...]
    bonus_cap: Number | None
    deduction_cap: Number | None
    aliases: Mapping[str, str]
    values: tuple[ValueRule, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    offered: tuple[str, ...] = ()  # names of the values that plugins ship, read or not

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day on which the rules can hold, as ordinals."""
        return self.file.start.toordinal(), self.file.last_day.toordinal()
