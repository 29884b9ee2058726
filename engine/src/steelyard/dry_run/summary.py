"""The impact of a change, built from the counts of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from steelyard.dry_run.batches import BatchEvaluator, near_miss_steps
from steelyard.dry_run.calculation import Calculation
from steelyard.dry_run.impact.model import (
    Attribution,
    ChangeVerdict,
    Contribution,
    Impact,
    ItemOutcomes,
    Money,
    PlanUsed,
    PopulationInfo,
    Reward,
    Segment,
    ShownMerchant,
    SideInfo,
    Spread,
    Status,
)
from steelyard.dry_run.impact.stability import stability_index
from steelyard.dry_run.impact.tally import (
    FLAGS,
    POPULATION,
    SCORED,
    STATUSES,
    ImpactTally,
    NameCounts,
)
from steelyard.dry_run.notices import find_notices
from steelyard.dry_run.pairs import Pairing
from steelyard.dry_run.segments import Dimension, phrase
from steelyard.dry_run.sides import Side
from steelyard.dry_run.top_lists import ListedMerchant, TopList
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_EDIT_BLOCKS
from steelyard.model.numbers import divide
from steelyard.model.texts import Text
from steelyard.pipeline import PreparedPlan, prepare, score_merchant
from steelyard.plan.structure import Plan
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact, FactName

_MEAN_DECIMALS = 2  # of a mean, past those of a score


@dataclass(frozen=True, slots=True)
class Measurement:
    """The two sides of a run, its evaluator, and everything that it counts."""

    live: Side
    candidate: Side
    calculation: Calculation
    dimensions: Sequence[Dimension]
    weight: FactDeclaration | None
    scene: str | None
    tally: ImpactTally
    names: NameCounts
    lists: Sequence[TopList]
    evaluator: BatchEvaluator

    def plans(self, *sides: int) -> list[Plan]:
        """Return the plans of some sides: 0 is live, 1 the candidate."""
        rules = (pair.sides[side] for side in sides for pair in self.calculation.pairs)
        return [rule.plan for rule in rules if rule is not None]


def unmeasured(
    verdict: ChangeVerdict,
    live: Side,
    candidate: Side,
    pairing: Pairing,
    dimensions: Sequence[Dimension],
    scene: str | None,
) -> Impact:
    """Return the impact of a change that is proved to change no score."""
    return Impact(
        verdict=verdict,
        live=_side_info(live),
        candidate=_side_info(candidate),
        scene=scene,
        decimals=0,
        edits=pairing.edits,
        where=pairing.where,
        idle=tuple(n for n, edit in enumerate(pairing.edits) if edit.effect == "score"),
        untouched=(),
        notices=find_notices(live, candidate, pairing),
        industries={**live.industries, **candidate.industries},
        shop_types={**live.shop_types, **candidate.shop_types},
        dimensions=tuple(dimension.id for dimension in dimensions),
    )


def build_impact(measured: Measurement, sources: tuple[str, ...], digest: str) -> Impact:
    """Return the impact of a run on a population: its files and their digest."""
    calculation, kinds = measured.calculation, measured.names.kinds
    present = {industry for industry, _ in kinds}
    near = [near_miss_steps(plan, calculation.decimals) for plan in measured.plans(1)]
    impact = unmeasured(
        "measured", measured.live, measured.candidate, calculation.pairing, measured.dimensions,
        measured.scene,
    )  # fmt: skip
    return replace(
        impact,
        decimals=calculation.decimals,
        idle=calculation.idle,
        untouched=tuple(n for n, own in enumerate(impact.where) if kinds.isdisjoint(own)),
        unread=_unread_edits(measured),
        population=PopulationInfo(sources, measured.tally.rows, digest),
        standings=calculation.standings,
        segments=tuple(_segments(measured)),
        attribution=_attribution(measured) if calculation.groups else None,
        rewards=tuple(_rewards(measured)),
        items=tuple(_items(measured)),
        merchants=tuple(_merchants(measured)),
        weight=measured.weight and FactName(measured.weight.id, measured.weight.title),
        near=Exact(max(near, default=1), calculation.decimals, "points"),
        rejections={code: n for code, n in sorted(measured.names.rejections.items()) if n},
        unreadable=measured.names.unreadable,
        missing_kinds=tuple(name for name in impact.industries if name not in present),
    )


def _unread_edits(measured: Measurement) -> tuple[int, ...]:
    """Return the edits of parts that are applied to no merchant's data."""
    unread: set[int] = set()
    read: set[int] = set()
    for pair in measured.calculation.pairs:
        if measured.names.kinds.isdisjoint(pair.pair.kinds):
            continue
        for number in pair.pair.edits:
            edit = measured.calculation.pairing.edits[number]
            part = (edit.section, edit.part)
            is_known = any(side is not None and part in side.outcomes for side in pair.sides)
            lacks_data = is_known and (pair.pair.kinds[0], part) not in measured.names.with_data
            (unread if lacks_data and edit.effect == "score" else read).add(number)
    return tuple(sorted(unread - read))


def _segments(measured: Measurement) -> Iterator[Segment]:
    yield _segment(measured, POPULATION, 0, "", phrase("impact.everybody"))
    for dimension in measured.dimensions:
        statuses = measured.tally.counts[dimension.id, "statuses"]
        present = {code for code, *_ in statuses}
        for code, (value, title) in enumerate(dimension.segments):
            if code in present:
                yield _segment(measured, dimension.id, code, value, title)


def _segment(measured: Measurement, dimension: str, code: int, value: str, title: Text) -> Segment:
    def counts(measure: str) -> dict[tuple[int, ...], int]:
        return measured.tally.of_segment(dimension, measure, code)

    decimals, standings = measured.calculation.decimals, measured.calculation.standings
    costs = measured.tally.costs
    statuses: dict[tuple[Status, Status], int] = {
        (STATUSES[before], STATUSES[after]): n for (before, after), n in counts("statuses").items()
    }
    before, after, change = (
        _spread({steps: n for (steps,), n in counts(measure).items()}, decimals)
        for measure in ("before", "after", "change")
    )
    return Segment(
        dimension=dimension,
        value=value,
        title=title,
        merchants=sum(statuses.values()),
        statuses=statuses,
        up=sum(n for steps, n in change.counts if steps > 0),
        down=sum(n for steps, n in change.counts if steps < 0),
        unchanged=sum(n for steps, n in change.counts if steps == 0),
        before=before,
        after=after,
        change=change,
        moves={
            (standings[before].id, standings[after].id): n
            for (before, after), n in counts("moves").items()
        },
        psi=stability_index(dict(before.counts), dict(after.counts)),
        costs=tuple(
            Money(
                currency,
                Exact(costs[dimension, code, currency, 0], places, currency),
                Exact(costs[dimension, code, currency, 1], places, currency),
            )
            for currency, places in sorted(measured.evaluator.currencies.items())
            if (dimension, code, currency, 0) in costs
        ),
        **{flag: counts(flag).get((), 0) for flag in FLAGS},
    )


def _spread(counts: Mapping[int, int], decimals: int) -> Spread:
    merchants = sum(counts.values())
    if not merchants:
        return Spread(decimals, (), 0, None, None, None, None)
    total = sum(value * n for value, n in counts.items())
    mean = divide(total * 10**_MEAN_DECIMALS, merchants, "half_even")
    median, smallest, largest = (
        Exact(value, decimals, "points")
        for value in (_at_rank(counts, -(-merchants // 2)), min(counts), max(counts))
    )
    return Spread(
        decimals,
        tuple(counts.items()),
        merchants,
        Exact(mean, decimals + _MEAN_DECIMALS, "points"),
        median,
        smallest,
        largest,
    )


def _at_rank(counts: Mapping[int, int], rank: int) -> int:
    """Return the value of the merchant at a rank, counted from the smallest value."""
    seen = 0
    for value, n in counts.items():
        seen += n
        if seen >= rank:
            return value
    raise AssertionError("a rank lies above the number of merchants")


def _attribution(measured: Measurement) -> Attribution:
    tally, calculation = measured.tally, measured.calculation
    contributions = tuple(
        Contribution(
            id=f"E{number + 1}",
            edits=tuple(sorted(group)),
            points=tally.points[number],
            scores=tally.scores[number],
            up=tally.up[number],
            down=tally.down[number],
        )
        for number, group in enumerate(calculation.groups)
    )
    points = sum(steps * n for (_, steps), n in tally.counts[POPULATION, "change"].items())
    scores = 0
    for (_, before, after), n in tally.counts[POPULATION, "statuses"].items():
        if (before == SCORED) != (after == SCORED):
            scores += n if after == SCORED else -n
    over = calculation.denominator
    if (sum(tally.points), sum(tally.scores)) != (points * over, scores * over):
        raise AssertionError(f"the contributions do not add up to the change: {contributions}")
    return Attribution(
        denominator=over,
        grain=calculation.grain,
        limit=MAX_EDIT_BLOCKS,
        contributions=contributions,
        points=points,
        scores=scores,
        decimals=calculation.decimals,
    )


def _rewards(measured: Measurement) -> Iterator[Reward]:
    titles: dict[tuple[Literal["badge", "benefit"], str], Text] = {}
    for plan in measured.plans(0, 1):
        for badge in plan.badges:
            titles["badge", badge.id] = badge.title
        for giver in (*plan.tiers, *plan.badges):
            titles.update({("benefit", benefit.id): benefit.title for benefit in giver.benefits})
    rewards, costs = measured.names.rewards, measured.names.reward_costs
    for (kind, name), title in sorted(titles.items()):
        cost = None
        for currency, decimals in sorted(measured.evaluator.currencies.items()):
            keys = [(name, currency, side) for side in (0, 1)]
            if kind == "benefit" and any(key in costs for key in keys):
                before, after = (Exact(costs[key], decimals, currency) for key in keys)
                cost = Money(currency, before, after)
        numbers = (rewards[kind, name, what] for what in ("before", "after", "gained", "lost"))
        yield Reward(kind, name, title, *numbers, cost=cost)


def _items(measured: Measurement) -> Iterator[ItemOutcomes]:
    titles: dict[tuple[Literal["item", "deduction"], str], Text] = {}
    for plan in measured.plans(0, 1):
        titles.update({("item", item.id): item.title for item in plan.items})
        titles.update(
            {("deduction", deduction.id): deduction.title for deduction in plan.deductions}
        )
    counts = sorted(measured.names.outcomes.items())
    for (kind, name), title in titles.items():
        before, after = (
            {key[3]: n for key, n in counts if key[:3] == (kind, name, side) and n}
            for side in (0, 1)
        )
        yield ItemOutcomes(kind, name, title, before, after)


def _merchants(measured: Measurement) -> Iterator[ShownMerchant]:
    lists: dict[int, dict[str, int]] = {}  # by merchant, the rank on each list
    entries: dict[int, ListedMerchant] = {}
    for top in measured.lists:
        for rank, entry in enumerate(top.entries, 1):
            lists.setdefault(entry.number, {})[top.name] = rank
            entries.setdefault(entry.number, entry)
    prepared: dict[str, PreparedPlan] = {}  # by digest
    for number, entry in entries.items():
        before, problems_before = _scorecard(measured.live, 0, entry, prepared)
        last = len(entry.merchants) - 1
        after, problems_after = _scorecard(measured.candidate, last, entry, prepared)
        yield replace(
            entry.shown,
            lists=tuple(lists[number]),
            ranks=tuple(lists[number].values()),
            before=before,
            after=after,
            problems_before=problems_before,
            problems_after=problems_after,
        )


def _scorecard(
    side: Side, reading: int, entry: ListedMerchant, prepared: dict[str, PreparedPlan]
) -> tuple[Scorecard | None, tuple[str, ...]]:
    """Return a merchant's scorecard on one side, or the reasons why it has none."""
    merchant = entry.merchants[reading]
    if merchant is None:
        return None, entry.problems[reading]
    rules = side.rules.get((merchant.industry, merchant.shop_type))
    if rules is None or rules.plan is None:
        return None, tuple(problem.what for problem in rules.problems) if rules else ()
    if rules.digest not in prepared:
        prepared[rules.digest] = prepare(rules.plan, plan_digest=rules.digest)
    result = score_merchant(prepared[rules.digest], merchant, side.as_of)
    if result.reject is not None:
        return None, tuple(str(problem) for problem in result.reject.problems)
    return result.scorecard, ()


def _side_info(side: Side) -> SideInfo:
    plans = tuple(
        PlanUsed(
            industry,
            shop_type,
            rules.plan.name if rules.plan is not None else None,
            rules.digest or None,
        )
        for (industry, shop_type), rules in side.rules.items()
    )
    return SideInfo(side.name, side.as_of.isoformat(), side.title, plans)
