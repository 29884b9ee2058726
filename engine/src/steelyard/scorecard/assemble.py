"""Assembly of scorecards from traces."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Protocol

from steelyard.model.rollout import SHARE_DECIMALS, Rollout
from steelyard.plan.structure import (
    Benefit,
    DerivedValue,
    Dimension,
    Item,
    Metric,
    Plan,
    Tier,
    Veto,
)
from steelyard.plan.trace import Facts, Trace
from steelyard.scorecard.alternatives import Alternatives, Prepare
from steelyard.scorecard.model import (
    BadgeResult,
    BaseResult,
    BenefitResult,
    CutResult,
    DimensionResult,
    Exact,
    ExemptionResult,
    GateResult,
    GroupResult,
    Improvement,
    ItemResult,
    MetricResult,
    PotResult,
    RolloutResult,
    RulesetResult,
    Scorecard,
    ShadowResult,
    Stage,
    TierResult,
    ValueResult,
    VetoResult,
    minus,
)
from steelyard.scorecard.reading import PlanReader, TraceReader
from steelyard.scorecard.records import RecordTests
from steelyard.scorecard.requirements import TestRecords, requirement_result


def rollout_result(rollout: Rollout | None) -> RolloutResult | None:
    """Return the rollout of a plan as its scorecards show it; None if it is in shadow."""
    if rollout is None or rollout.shadow:
        return None
    return RolloutResult(rollout.ruleset, _share(rollout), None)


def with_shadow(card: Scorecard, rollout: Rollout, shadow: Scorecard | None) -> Scorecard:
    """Return a card that also has the result under the version in shadow.

    `shadow` is the merchant's card under that version, None if it could not be scored under it.
    """
    if shadow is None:
        beside = ShadowResult("rejected", None, None, None, None)
    else:
        title = next((tier.title for tier in shadow.tiers if tier.id == shadow.tier), None)
        beside = ShadowResult(shadow.status, shadow.score, shadow.tier, title, shadow.plan)
    return card._replace(rollout=RolloutResult(rollout.ruleset, _share(rollout), beside))


def _share(rollout: Rollout) -> Exact:
    return Exact(rollout.share, SHARE_DECIMALS, "share")


NOTHING_ASSESSED = "nothing-assessed"


class _Merchant(Protocol):
    """The parts of a merchant that a scorecard needs: its name, its kind and its facts."""

    @property
    def name(self) -> str: ...

    @property
    def industry(self) -> str: ...

    @property
    def shop_type(self) -> str | None: ...

    @property
    def facts(self) -> Facts: ...


def assemble(
    plan: Plan, digest: str, merchant: _Merchant, trace: Trace, as_of: date, prepare: Prepare
) -> Scorecard:
    """Return the scorecard of one merchant. For many of one plan, keep an `Assembler`."""
    return Assembler(plan, digest, prepare).scorecard(merchant, trace, as_of)


class Assembler:
    """A maker of scorecards for one plan; `digest` is the plan's.

    `prepare` is the `prepare_nodes` of an evaluator, for results of single records, and under other
    outcomes and facts. Without `advise`, scorecards have neither stakes nor improvements.
    """

    def __init__(self, plan: Plan, digest: str, prepare: Prepare, *, advise: bool = True) -> None:
        self._plan = plan
        self._digest = digest
        self._reader = PlanReader(plan)
        self._records = RecordTests(plan, prepare)
        self._alternatives = Alternatives(plan, prepare) if advise else None

    def scorecard(self, merchant: _Merchant, trace: Trace, as_of: date) -> Scorecard:
        """Return the scorecard of one merchant from the trace of the plan on its facts."""
        plan = self._plan
        values = TraceReader(self._reader, trace, merchant.facts)
        total = plan.total
        has_score = values.flag(total.has_score)
        day, alternatives = as_of.toordinal(), self._alternatives if has_score else None
        stakes = alternatives.stakes(values, merchant.facts, day) if alternatives else None

        def improvements(metric: Metric) -> tuple[Improvement, ...]:
            if alternatives is None:
                return ()
            return alternatives.improvements(values, metric, merchant.facts, day)

        test_records = partial(self._records.test, merchant.facts, day)
        requirement = partial(requirement_result, values, test_records=test_records)
        item_result = partial(
            _item, values, stakes=stakes, has_score=has_score, test_records=test_records
        )

        def scored(index: int | None) -> Exact | None:
            return values.optional(index) if has_score else None

        badges = [
            BadgeResult(
                badge.id,
                badge.title,
                requirement(badge.requirement),
                _benefits(badge.benefits),
            )
            for badge in plan.badges
        ]
        gates = tuple(
            GateResult(gate.id, gate.title, requirement(gate.requirement)) for gate in plan.gates
        )
        score, unrounded = scored(total.score), scored(total.unrounded)
        after_cap, bonus = scored(total.after_cap), scored(total.bonus)
        name = values.word(total.tier) if has_score and total.tier is not None else None
        tiers = tuple(_tier(values, tier, has_score=has_score) for tier in plan.tiers)
        held = tuple(badge for badge in badges if badge.requirement.met and has_score)
        rewards = [*(tier for tier in tiers if tier.id == name), *held]
        benefits = {one.id: one for reward in rewards for one in reward.benefits}
        return Scorecard(
            merchant=merchant.name,
            industry=merchant.industry,
            shop_type=merchant.shop_type,
            as_of=as_of,
            status="scored" if has_score else "no_score",
            score=score,
            unclamped=scored(total.unclamped),
            unrounded=unrounded,
            rounding=minus(score, unrounded) if score and unrounded else None,
            low=values.number(total.low),
            high=values.number(total.high),
            tier=name or None,
            next_tier=next((one.id for one in reversed(tiers) if one.distance is not None), None),
            ruleset=_ruleset(plan, as_of),
            plan=self._digest,
            rollout=rollout_result(plan.rollout),
            reasons=() if has_score else _reasons(values, plan, gates),
            gates=gates,
            base=_base(values, plan),
            dimensions=tuple(
                _dimension(values, dimension, improvements) for dimension in plan.dimensions
            ),
            items=tuple(item_result(item) for item in plan.items),
            deductions=tuple(item_result(item) for item in plan.deductions),
            groups=tuple(
                GroupResult(
                    id=group.id,
                    title=group.title,
                    kind=group.kind,
                    combine=group.combine,
                    keep=group.keep,
                    items=group.items,
                    earned=scored(group.earned),
                    points=scored(group.points),
                    cap=values.optional(group.cap),
                )
                for group in plan.groups
            ),
            bonus=PotResult(
                scored(total.earned), scored(total.after_groups), after_cap, bonus,
                values.optional(total.bonus_cap),
            ),
            deductions_total=PotResult(
                scored(total.deductions_earned), scored(total.deductions_after_groups),
                scored(total.deductions_after_cap), scored(total.deductions),
                values.optional(total.deduction_cap),
            ),
            wasted_bonus=_wasted(after_cap, bonus),
            exemptions=tuple(
                ExemptionResult(
                    exemption.id, exemption.title, values.flag(exemption.active), exemption.metrics
                )
                for exemption in plan.exemptions
            ),
            vetoes=tuple(_veto(values, veto) for veto in plan.vetoes),
            tiers=tiers,
            badges=held,
            other_badges=tuple(badge for badge in badges if badge not in held),
            benefits=tuple(benefits.values()),
            values=tuple(_value(values, value) for value in plan.values),
        )  # fmt: skip


def _wasted(after_cap: Exact | None, bonus: Exact | None) -> Exact | None:
    if after_cap is None or bonus is None:
        return None
    lost = minus(after_cap, bonus)
    # the floor may lift negative bonus: that is a gift, not waste
    return lost if lost.value > 0 else Exact(0, lost.decimals, lost.unit)


def _ruleset(plan: Plan, as_of: date) -> RulesetResult:
    dates = plan.dates
    return RulesetResult(
        id=plan.ruleset,
        version=plan.version,
        title=plan.title,
        stage=_stage(plan, as_of.isoformat()),
        announced=dates.announced,
        start=dates.start,
        enforced=dates.enforced,
        until=dates.until,
        scene=plan.scene,
        layers=tuple(layer.name for layer in plan.layers),
    )


def _stage(plan: Plan, day: str) -> Stage:
    """Return the stage of a ruleset's life; ISO dates compare as texts."""
    dates = plan.dates
    if day < dates.start:
        return "announced"
    if dates.until is not None and day >= dates.until:
        return "ended"
    return "transition" if dates.enforced is not None and day < dates.enforced else "enforced"


def _reasons(values: TraceReader, plan: Plan, gates: tuple[GateResult, ...]) -> tuple[str, ...]:
    failed = tuple(gate.id for gate in gates if gate.requirement.status in ("not_met", "no_data"))
    return failed if values.flag(plan.base.available) else (*failed, NOTHING_ASSESSED)


def _value(values: TraceReader, value: DerivedValue) -> ValueResult:
    is_known = values.flag(value.known)
    return ValueResult(
        id=value.id,
        name=value.name,
        title=value.title,
        value=values.value(value.value) if is_known else None,
        missing=() if is_known else values.lacking([value.known]),
        source=value.source,
        illustrative=value.illustrative,
        why=value.why,
    )


def _base(values: TraceReader, plan: Plan) -> BaseResult:
    base = plan.base

    def if_available(index: int | None, available: int | None) -> Exact | None:
        if index is None or available is None or not values.flag(available):
            return None
        return values.number(index)

    return BaseResult(
        source=base.source,
        computed=if_available(base.computed, base.computed_available),
        reported=if_available(base.reported, base.reported_available),
        reported_fact=base.reported_fact,
        before_clamp=if_available(base.before_clamp, base.available),
        used=if_available(base.used, base.available),
    )


def _dimension(
    values: TraceReader,
    dimension: Dimension,
    improvements: Callable[[Metric], tuple[Improvement, ...]],
) -> DimensionResult:
    assessed = values.flag(dimension.assessed)
    return DimensionResult(
        id=dimension.id,
        title=dimension.title,
        assessed=assessed,
        score_before_cap=values.number(dimension.score_before_cap) if assessed else None,
        cap=values.optional(dimension.cap),
        score=values.number(dimension.score) if assessed else None,
        weight=values.number(dimension.weight),
        metrics=tuple(
            _metric(values, metric, improvements(metric)) for metric in dimension.metrics
        ),
    )


def _metric(
    values: TraceReader, metric: Metric, improvements: tuple[Improvement, ...]
) -> MetricResult:
    outcome = values.word(metric.outcome)
    assessed = values.flag(metric.assessed)
    # a derived value may be known although a fact below it is absent
    observed = values.value if assessed else values.known
    return MetricResult(
        id=metric.id,
        title=metric.title,
        fact=values.of_plan.name(metric.fact),
        window=values.of_plan.windows.get(metric.fact),
        observed=observed(metric.observed),
        unit=values.of_plan.plan.nodes[metric.observed].type.unit,
        outcome=outcome,
        score=values.number(metric.score) if assessed else None,
        weight=values.number(metric.weight),
        missing=values.missing(metric) if outcome == "no_data" else (),
        bands=metric.bands,
        improvements=improvements,
        source=metric.source,
        illustrative=metric.illustrative,
    )


def _item(
    values: TraceReader,
    item: Item,
    stakes: Mapping[str, int] | None,
    *,
    has_score: bool,
    test_records: TestRecords,
) -> ItemResult:
    """Return the result of an item; `stakes` are those of all items, if they are known."""
    requirement = partial(requirement_result, values, test_records=test_records)
    outcome = values.word(item.outcome)
    own = values.of_plan.plan.nodes[item.own_points]
    most = Exact(max(own.high, 0), own.type.decimals, own.type.unit)
    return ItemResult(
        id=item.id,
        type=item.type,
        title=item.title,
        outcome=outcome,
        points=values.number(item.points) if has_score else None,
        points_before_caps=values.number(item.earned) if has_score else None,
        cuts=tuple(
            CutResult(cut.stage, values.number(cut.points), values.number(cut.taken))
            for cut in item.cuts
        )
        if has_score
        else (),
        most=most,
        at_stake=None if stakes is None else Exact(stakes[item.id], most.decimals, most.unit),
        scope=None if item.scope is None else requirement(item.scope),
        gates=tuple(map(requirement, item.gates)),
        requirements=tuple(map(requirement, item.requirements)),
        vetoes=_standing(values, item),
        missing=values.missing(item) if outcome == "no_data" else (),
        group=item.group,
        aliases=item.aliases,
        why=item.why,
        source=item.source,
        illustrative=item.illustrative,
    )


def _standing(values: TraceReader, item: Item) -> tuple[str, ...]:
    """Return the ids of the vetoes that currently block an item."""
    return tuple(
        veto.id
        for veto in values.of_plan.plan.vetoes
        if veto.id in item.vetoes and values.flag(veto.active)
    )


def _veto(values: TraceReader, veto: Veto) -> VetoResult:
    dated = veto.since is not None and not values.is_open(veto.since)

    def day(index: int | None) -> date | None:
        return date.fromordinal(values.raw(index)) if dated and index is not None else None

    return VetoResult(
        id=veto.id,
        title=veto.title,
        active=values.flag(veto.active),
        since=day(veto.since),
        until=day(veto.until),
        blocks=veto.blocks,
    )


def _tier(values: TraceReader, tier: Tier, *, has_score: bool) -> TierResult:
    missing = values.optional(tier.missing) if has_score else None
    distance = missing if missing is not None and missing.value else None
    return TierResult(
        id=tier.id,
        title=tier.title,
        at_least=values.optional(tier.at_least),
        reached=has_score and distance is None,
        distance=distance,
        benefits=_benefits(tier.benefits),
    )


def _benefits(benefits: tuple[Benefit, ...]) -> tuple[BenefitResult, ...]:
    return tuple(BenefitResult(benefit.id, benefit.title) for benefit in benefits)
