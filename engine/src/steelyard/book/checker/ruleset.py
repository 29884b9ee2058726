"""A checked ruleset: what its YAML says, as frozen typed data."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from steelyard.book.reading import RulesetFile
from steelyard.errors import Place
from steelyard.formats import Located
from steelyard.model.numbers import Rounding
from steelyard.model.texts import Text

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Phrase:
    """A condition's text, as written, and where."""

    text: str
    place: Place
    quoted: bool
    running: bool = True  # see `Located.running`


@dataclass(frozen=True, slots=True)
class Named:
    """What every entry has."""

    id: str
    title: Text
    place: Place
    source: str
    illustrative: bool
    why: str


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A prerequisite."""

    id: str
    title: Text
    when: Phrase
    assessed: Phrase | None
    remedy: Text | None


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a band table; `edge` None is `otherwise`."""

    edge: Literal["at_least", "above", "at_most", "below"] | None
    limit: Number
    score: Number
    place: Place


@dataclass(frozen=True, slots=True)
class Sample:
    """Below `at_least` of a fact, a metric is skipped (`score` None) or fixed; its fact's place."""

    fact: str
    at_least: Number
    score: Number | None
    place: Place


@dataclass(frozen=True, slots=True)
class MetricRule:
    """A metric: exactly one of `bands` and `curve` is not empty."""

    named: Named
    fact: str
    fact_place: Place
    weight: Number
    bands: tuple[Band, ...]
    curve: tuple[tuple[Number, Number], ...]
    sample: Sample | None
    small_sample: tuple[Phrase, Number] | None
    scope: Phrase | None
    curve_places: tuple[Place, ...] = ()  # of the knots


@dataclass(frozen=True, slots=True)
class DimensionRule:
    """A weighted group of metrics."""

    named: Named
    weight: Number
    cap: Number | None
    metrics: tuple[MetricRule, ...]


@dataclass(frozen=True, slots=True)
class GateRule:
    """A condition without which there is no score."""

    named: Named
    when: Phrase
    remedy: Text | None


@dataclass(frozen=True, slots=True)
class ExemptionRule:
    """Metrics that do not count where a condition holds."""

    named: Named
    when: Phrase
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRule:
    """A bonus item or deduction: a type with parameters, and the keys that every item may have."""

    named: Named
    type: str
    type_place: Place
    parameters: Located | None
    scope: Phrase | None
    gate: Phrase | None
    when: Phrase | None
    requires: tuple[NamedCondition, ...]
    cap: Number | None
    aliases: tuple[str, ...]
    is_deduction: bool


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A group; `keep` is how many members count (0: all)."""

    named: Named
    items: tuple[str, ...]
    combine: Literal["sum", "best", "best_n"]
    keep: int
    cap: Number | None
    is_deduction: bool


@dataclass(frozen=True, slots=True)
class VetoRule:
    """An event that takes items out."""

    named: Named
    since: str | None
    days: int | None
    when: Phrase | None
    blocks: tuple[str, ...]
    since_place: Place | None = None


@dataclass(frozen=True, slots=True)
class CostRule:
    """What a benefit costs: an amount a merchant, or a unit of the fact `per`."""

    amount: Number
    currency: str
    per: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """What a tier or badge gives."""

    id: str
    title: Text
    cost: CostRule | None = None


@dataclass(frozen=True, slots=True)
class TierRule:
    """A level; `at_least` None is `otherwise`."""

    named: Named
    at_least: Number | None
    benefits: tuple[BenefitRule, ...]
    place: Place | None = None  # of `at_least`


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """A mark on the page."""

    named: Named
    when: Phrase
    benefits: tuple[BenefitRule, ...]


@dataclass(frozen=True, slots=True)
class BaseRule:
    """Where the base score comes from."""

    source: Literal["metrics", "reported", "fixed"]
    reported: str | None
    score: Number | None
    place: Place
    reported_place: Place | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of the score: inclusive range, displayed decimals, rounding, precision."""

    low: Number
    high: Number
    decimals: int
    rounding: Rounding
    precision: int
    place: Place


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All layers of one selection, joined, checked and typed."""

    file: RulesetFile
    layers: tuple[RulesetFile, ...]
    scene: str | None
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
