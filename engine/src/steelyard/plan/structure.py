"""The structure of a score on top of the nodes: which node is which part.

Every `NodeIndex` is the index of a node; every other `int` is a plain number. All sums, caps,
choices inside groups and outcomes are nodes too, so an evaluator only has to evaluate nodes; the
structure says how to read what it computed. Points and scores are numbers with `Plan.decimals`
decimals.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from steelyard.errors import Place
from steelyard.model.facts import FactDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.rollout import Rollout
from steelyard.model.texts import Prose, Text
from steelyard.plan.nodes import Node

CutStage = Literal["item_cap", "group_choice", "group_cap", "total_cap", "ceiling", "floor"]
CUT_STAGES: tuple[CutStage, ...] = get_args(CutStage)  # in the order in which they take points

Comparison = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]

FORMAT = "steelyard-plan/2"
LAST_DAY = date(2199, 12, 31)  # no plan reaches further, so that its dates have bounds

NodeIndex = Annotated[int, "index of a node"]


@frozen
class Atom:
    """One comparison inside a requirement, as its author wrote it: `observed comparison needed`.

    `test` is its result. `needed` is None for `in`, whose members the node `test` has, and for a
    yes/no value. `observed_known` and `needed_known` tell whether the sides have a value (None:
    always). `part` and `whole` are those of an observed ratio. `shown` are the values inside the
    formulas of both sides. `clause` is the number of the clause that it belongs to, 0 for the
    requirement itself.
    """

    comparison: Comparison
    test: NodeIndex
    observed: NodeIndex
    needed: NodeIndex | None = None
    observed_known: NodeIndex | None = None
    needed_known: NodeIndex | None = None
    part: NodeIndex | None = None
    whole: NodeIndex | None = None
    shown: tuple[NodeIndex, ...] = ()
    clause: int = 0


@frozen
class Clause:
    """Comparisons of a requirement of which all or any must hold, inside the clause `parent`.

    Clauses count from 1. A clause with a `guard` matters only where that node is true.
    """

    combine: Literal["all", "any"]
    parent: int = 0
    guard: NodeIndex | None = None
    guard_known: NodeIndex | None = None


@frozen
class Requirement:
    """A named yes/no condition. `status` is one of `REQUIREMENT_STATUSES`.

    `combine` tells whether all of its atoms and clauses or any of them must hold. It is "other" if
    the condition is too long to be shown so; then `text` is the only description. `unnamed` is true
    if the title says nothing of the condition, so that the fact is a better name. `title_not_met`
    is the title where it is not met.
    """

    id: str
    title: Text
    status: NodeIndex
    atoms: tuple[Atom, ...] = ()
    clauses: tuple[Clause, ...] = ()
    combine: Literal["all", "any", "other"] = "all"
    text: str = ""
    unnamed: bool = False
    title_not_met: Text | None = None
    remedy: Text | None = None
    place: Place | None = None


@frozen
class Metric:
    """A fact turned into a score. `outcome` is one of `METRIC_OUTCOMES`.

    `no_data` comes from one of `optional_facts`, or of `optional_fields` of records (`fact.field`).
    """

    id: str
    title: Text
    fact: str
    observed: NodeIndex
    outcome: NodeIndex
    score: NodeIndex
    weight: NodeIndex
    assessed: NodeIndex
    bands: tuple[str, ...] = ()
    optional_facts: tuple[str, ...] = ()
    optional_fields: tuple[str, ...] = ()
    source: Prose = ""
    illustrative: bool = False
    place: Place | None = None


@frozen
class Dimension:
    """A weighted group of metrics; `score` is after its cap."""

    id: str
    title: Text
    weight: NodeIndex
    assessed: NodeIndex
    score_before_cap: NodeIndex
    score: NodeIndex
    cap: NodeIndex | None
    metrics: tuple[Metric, ...]
    place: Place | None = None


@frozen
class Base:
    """The base score: computed from metrics, reported by the platform, or both kept apart.

    `available` is false if there is no base. `before_clamp` is the base before it is limited to the
    range of scores, `used` the base after that.
    """

    source: Literal["metrics", "reported", "fixed", "formula"]
    available: NodeIndex
    before_clamp: NodeIndex
    used: NodeIndex
    computed: NodeIndex | None
    computed_available: NodeIndex | None
    reported: NodeIndex | None
    reported_available: NodeIndex | None
    reported_fact: str = ""


@frozen
class Cut:
    """The points of an item or deduction after one limit that may reduce them.

    `taken` are the points that the limit took; they are negative where the minimum score lifts
    negative points.
    """

    stage: CutStage
    points: NodeIndex
    taken: NodeIndex


@frozen
class Item:
    """A bonus item, or a deduction, whose points are subtracted.

    `outcome` is one of `ITEM_OUTCOMES`. `met` is true if scope, gates and requirements hold and no
    veto applies, before groups choose. `earned` are the points before any cap, `cuts` the points
    after each cap in order, `points` the points after all caps. `no_data` comes from one of
    `optional_facts`, or of `optional_fields` of records (`fact.field`).
    """

    id: str
    type: str
    title: Text
    outcome: NodeIndex
    met: NodeIndex
    earned: NodeIndex
    points: NodeIndex
    cuts: tuple[Cut, ...]
    gates: tuple[Requirement, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    scope: Requirement | None = None
    veto: NodeIndex | None = None
    vetoes: tuple[str, ...] = ()
    group: str | None = None
    optional_facts: tuple[str, ...] = ()
    optional_fields: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    why: Prose = ""
    source: Prose = ""
    illustrative: bool = False
    place: Place | None = None

    @property
    def own_points(self) -> NodeIndex:
        """The node of the item's points after its own cap, before any group."""
        first = self.cuts[0] if self.cuts else None
        return first.points if first is not None and first.stage == "item_cap" else self.earned


@frozen
class Group:
    """Items that share a rule: `sum`, `best` or `best_n`, and a cap."""

    id: str
    title: Text
    kind: Literal["items", "deductions"]
    combine: Literal["sum", "best", "best_n"]
    keep: int
    items: tuple[str, ...]
    earned: NodeIndex
    points: NodeIndex
    cap: NodeIndex | None
    place: Place | None = None


@frozen
class DerivedValue:
    """A value that is derived from facts or parts of the score, with the name of its author.

    Everything reads it by `name`, as a fact. `known` is false where a fact that it needs is absent.
    """

    id: str
    name: str
    title: Text
    value: NodeIndex
    known: NodeIndex
    source: Prose = ""
    illustrative: bool = False
    why: Prose = ""
    place: Place | None = None


@frozen
class Gate:
    """A condition for having a score: a merchant that fails a gate has no score, not a low one."""

    id: str
    title: Text
    requirement: Requirement


@frozen
class Veto:
    """An event that blocks items while it is active."""

    id: str
    title: Text
    active: NodeIndex
    since: NodeIndex | None
    until: NodeIndex | None
    since_fact: str
    blocks: tuple[str, ...]
    place: Place | None = None


@frozen
class Exemption:
    """A time or place in which some metrics are not counted."""

    id: str
    title: Text
    active: NodeIndex
    metrics: tuple[str, ...]
    place: Place | None = None


@frozen
class Benefit:
    """A benefit of a tier or badge; `cost` is what it costs for one merchant, in `currency`."""

    id: str
    title: Text
    cost: NodeIndex | None = None
    currency: str = ""


@frozen
class Tier:
    """A named level of the displayed score; `at_least` is a node, None for the lowest tier.

    `missing` is the rise of the displayed score that reaches the tier: 0 where it is reached, None
    for the lowest tier.
    """

    id: str
    title: Text
    at_least: NodeIndex | None
    missing: NodeIndex | None
    benefits: tuple[Benefit, ...] = ()


@frozen
class Badge:
    """A mark that a merchant gets if its requirement holds.

    `held` is given for exclusive badges: whether the merchant has this one or one before it.
    """

    id: str
    title: Text
    requirement: Requirement
    benefits: tuple[Benefit, ...] = ()
    held: NodeIndex | None = None


@frozen
class Total:
    """The steps from the base to the displayed score.

    The bonus is `earned`, then `after_groups` (groups keep their best items), `after_cap`, and last
    `bonus`, which the maximum score limits. Deductions take the same steps; the minimum score
    limits them. `unclamped` is the score without that range: the base before it is limited +
    `after_cap` − `deductions_after_cap`. `unrounded` = base + bonus − deductions; `score` is
    `unrounded` rounded once to `display_decimals`. `tier` is an enum of tier ids.
    """

    earned: NodeIndex
    after_groups: NodeIndex
    after_cap: NodeIndex
    bonus: NodeIndex
    bonus_cap: NodeIndex | None
    deductions_earned: NodeIndex
    deductions_after_groups: NodeIndex
    deductions_after_cap: NodeIndex
    deductions: NodeIndex
    deduction_cap: NodeIndex | None
    low: NodeIndex
    high: NodeIndex
    unclamped: NodeIndex
    unrounded: NodeIndex
    score: NodeIndex
    tier: NodeIndex | None
    has_score: NodeIndex


@frozen
class Layer:
    """One ruleset file that the plan was compiled from, with its digest (SHA-256 of its bytes)."""

    ruleset: str
    version: str
    file: str
    digest: str

    @property
    def name(self) -> str:
        """The ruleset and its version: `maternity@2026.3`."""
        return f"{self.ruleset}@{self.version}"


@frozen
class PluginUsed:
    """A plugin whose item types or facts the plan uses."""

    name: str
    version: str


@frozen
class CalendarUsed:
    """A calendar by which the plan counts working days; its days off are in the nodes."""

    id: str
    title: Text


@frozen
class Dates:
    """ISO dates of a ruleset: announced, start, end; None if not given."""

    announced: str | None
    start: str
    enforced: str | None
    until: str | None

    @property
    def first_day(self) -> date:
        """The first day on which the plan holds."""
        return date.fromisoformat(self.start)

    @property
    def last_day(self) -> date:
        """The last day on which the plan holds: the day before `until`, else the calendar's end."""
        if self.until is None:
            return LAST_DAY
        return date.fromisoformat(self.until) - timedelta(days=1)


@frozen
class Plan:
    """A compiled ruleset. `digest` (see `plan.fingerprint`) names it for ever.

    `rollout` is given if the plan applies to a share of the merchants only.
    """

    format: str
    ruleset: str
    version: str
    title: Text
    selection: tuple[tuple[str, str], ...]
    dates: Dates
    layers: tuple[Layer, ...]
    plugins: tuple[PluginUsed, ...]
    decimals: int
    display_decimals: int
    facts: tuple[FactDeclaration, ...]
    nodes: tuple[Node, ...]
    gates: tuple[Gate, ...]
    exemptions: tuple[Exemption, ...]
    dimensions: tuple[Dimension, ...]
    base: Base
    items: tuple[Item, ...]
    deductions: tuple[Item, ...]
    groups: tuple[Group, ...]
    vetoes: tuple[Veto, ...]
    total: Total
    tiers: tuple[Tier, ...]
    badges: tuple[Badge, ...]
    scene: str | None = None
    rollout: Rollout | None = None
    values: tuple[DerivedValue, ...] = ()
    calendars: tuple[CalendarUsed, ...] = ()

    @property
    def name(self) -> str:
        """The ruleset and its version: `maternity@2026.3`."""
        return f"{self.ruleset}@{self.version}"


def requirements_of(plan: Plan) -> Iterator[Requirement]:
    """Yield every requirement of a plan, in the order in which they are judged."""
    for gate in plan.gates:
        yield gate.requirement
    for item in (*plan.items, *plan.deductions):
        yield from conditions_of(item)
    for badge in plan.badges:
        yield badge.requirement


def conditions_of(item: Item) -> tuple[Requirement, ...]:
    """Return the conditions of an item: its scope, gates and requirements."""
    scope = () if item.scope is None else (item.scope,)
    return (*scope, *item.gates, *item.requirements)
