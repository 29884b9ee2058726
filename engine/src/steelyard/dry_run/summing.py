"""From what was counted to the impact."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from steelyard.dry_run.batches import near_steps
from steelyard.dry_run.boards import Board, Entry
from steelyard.dry_run.calculation import Calculation
from steelyard.dry_run.impact.model import (
    BELOW,
    NO_SCORE,
    REJECTED,
    Attribution,
    Impact,
    Label,
    Money,
    Move,
    Notice,
    PartCount,
    PlanUsed,
    Population,
    Rewarded,
    Segment,
    Share,
    Shown,
    SideInfo,
    Spread,
    Status,
)
from steelyard.dry_run.impact.stability import stability_index
from steelyard.dry_run.impact.tally import STATUSES, WHOLE, Tally
from steelyard.dry_run.pairs import Pairs
from steelyard.dry_run.segments import Dimension
from steelyard.dry_run.sides import Side, ruleset_files
from steelyard.model.limits import MAX_EDIT_BLOCKS, MAX_LABELS
from steelyard.model.numbers import divide
from steelyard.model.texts import Text
from steelyard.pipeline import PreparedPlan, prepare, score_merchant
from steelyard.plan.structure import Plan
from steelyard.scorecard import Scorecard
from steelyard.scorecard.values import Exact

_MEAN_DECIMALS = 2
_EVERYBODY = Text("All merchants", "全部商家")
_LABELS = (
    Label(BELOW, Text("below every tier", "未达到任何等级")),
    Label(NO_SCORE, Text("no score", "暂无分数")),
    Label(REJECTED, Text("rejected", "数据无效")),
)


def unmeasured(
    verdict: str, live: Side, candidate: Side, pairs: Pairs, scene: str | None
) -> Impact:
    """Return the impact of a change that is proved to do nothing."""
    return Impact(
        verdict=cast("Literal['identical', 'same_scores']", verdict),
        live=_side(live),
        candidate=_side(candidate),
        scene=scene,
        decimals=0,
        edits=pairs.edits,
        where=pairs.where,
        idle=tuple(n for n, edit in enumerate(pairs.edits) if edit.effect == "score"),
        untouched=(),
        notices=notices(live, candidate),
        industries={**live.industries, **candidate.industries},
        shop_types={**live.shop_types, **candidate.shop_types},
    )


@dataclass(frozen=True, slots=True)
class Summing:
    """Everything that a run collected; `impact()` puts it into words that reports know."""

    live: Side
    candidate: Side
    calculation: Calculation
    dimensions: Sequence[Dimension]
    scene: str | None
    collected_tally: Tally
    boards: Sequence[Board]
    outcomes: Counter[tuple[str, str, int, str]]
    rewards: Counter[tuple[str, str, str]]
    reward_costs: Counter[tuple[str, str, int]]
    kinds: frozenset[tuple[str, str | None]]
    currencies: Mapping[str, int]
    rejections: Mapping[str, int]
    sources: tuple[str, ...]
    digest: str

    def impact(self) -> Impact:
        """Return the impact."""
        pairs = self.calculation.pairs
        labels = (*(Label(*one) for one in self.calculation.labels), *_LABELS)
        industries = {**self.live.industries, **self.candidate.industries}
        present = {industry for industry, _ in self.kinds}
        return Impact(
            verdict="measured",
            live=_side(self.live),
            candidate=_side(self.candidate),
            scene=self.scene,
            decimals=self.calculation.decimals,
            edits=pairs.edits,
            where=pairs.where,
            idle=self.calculation.idle,
            untouched=tuple(
                number
                for number, kinds in enumerate(pairs.where)
                if not any(kind in self.kinds for kind in kinds)
            ),
            notices=notices(self.live, self.candidate),
            population=Population(self.sources, self.collected_tally.rows, self.digest),
            labels=labels,
            segments=tuple(self._segments()),
            attribution=self._attribution(),
            rewards=tuple(self._rewarded()),
            parts=tuple(self._parts()),
            shown=tuple(self._shown(labels)),
            near=self._near(),
            industries=industries,
            shop_types={**self.live.shop_types, **self.candidate.shop_types},
            rejections=self.rejections,
            missing_kinds=tuple(name for name in industries if name not in present),
        )

    def _plans(self, side: int) -> list[Plan]:
        rules = (one.sides[side] for one in self.calculation.calculations)
        return [one.plan for one in rules if one is not None]

    def _near(self) -> Exact:
        steps = max((near_steps(plan) for plan in self._plans(1)), default=1)
        return Exact(steps, self.calculation.decimals, "points")

    # --- segments

    def _segments(self) -> list[Segment]:
        found = [self._segment(WHOLE, 0, "", _EVERYBODY)]
        for dimension in self.dimensions:
            codes = {code for code, _ in self.collected_tally.statuses[dimension.id]}
            found += [
                self._segment(dimension.id, code, *dimension.segments[code])
                for code in range(len(dimension.segments))
                if code in codes
            ]
        return found

    def _segment(self, dimension: str, code: int, value: str, title: Text) -> Segment:
        tally = self.collected_tally
        statuses: dict[tuple[Status, Status], int] = {}
        for (own, pair), n in sorted(tally.statuses[dimension].items()):
            if own == code:
                key = tuple(STATUSES[part] for part in divmod(pair, len(STATUSES)))
                statuses[cast("tuple[Status, Status]", key)] = n
        before, after, change = (
            self._spread(counts[dimension], code)
            for counts in (tally.before, tally.after, tally.change)
        )
        labels = (*(name for name, _ in self.calculation.labels), BELOW, NO_SCORE, REJECTED)
        moves = tuple(
            Move(labels[move // MAX_LABELS], labels[move % MAX_LABELS], n)
            for (own, move), n in sorted(tally.moves[dimension].items())
            if own == code
        )
        flags = {
            name: counts[code] for (of, name), counts in tally.flags.items() if of == dimension
        }
        costs = tuple(
            Money(currency, *(Exact(total, decimals, currency) for total in sums[code]))
            for currency, decimals in sorted(self.currencies.items())
            if code in (sums := tally.costs.get((dimension, currency), {}))
        )
        return Segment(
            dimension=dimension,
            value=value,
            title=title,
            merchants=sum(statuses.values()),
            statuses=statuses,
            up=sum(n for step, n in change.counts if step > 0),
            down=sum(n for step, n in change.counts if step < 0),
            unchanged=sum(n for step, n in change.counts if step == 0),
            before=before,
            after=after,
            change=change,
            moves=moves,
            psi=stability_index(dict(before.counts), dict(after.counts)),
            costs=costs,
            **flags,
        )

    def _spread(self, counts: Counter[tuple[int, int]], code: int) -> Spread:
        own = tuple(sorted((value, n) for (of, value), n in counts.items() if of == code))
        decimals, merchants = self.calculation.decimals, sum(n for _, n in own)
        if not merchants:
            return Spread(decimals, (), 0, None, None, None, None)
        total = sum(value * n for value, n in own)
        mean = divide(total * 10**_MEAN_DECIMALS, merchants, "half_even")
        return Spread(
            decimals,
            own,
            merchants,
            Exact(mean, decimals + _MEAN_DECIMALS, "points"),
            *(
                Exact(value, decimals, "points")
                for value in (_at_rank(own, -(-merchants // 2)), own[0][0], own[-1][0])
            ),
        )

    # --- attribution

    def _attribution(self) -> Attribution | None:
        tally, calculation = self.collected_tally, self.calculation
        if not calculation.blocks:
            return None
        shares = [
            Share(
                id=f"E{number + 1}",
                edits=tuple(sorted(block)),
                points=tally.points[number],
                scores=tally.scores[number],
                up=tally.up[number],
                down=tally.down[number],
                merchants=tally.up[number] + tally.down[number],
            )
            for number, block in enumerate(calculation.blocks)
        ]
        points = sum(value * n for (_, value), n in tally.change[WHOLE].items())
        scores = sum(n for (_, pair), n in tally.statuses[WHOLE].items() if pair % 3 == 0) - sum(
            n for (_, pair), n in tally.statuses[WHOLE].items() if pair // 3 == 0
        )
        over = calculation.denominator
        attributed = sum(share.points for share in shares)
        gained = sum(share.scores for share in shares)
        if (attributed, gained) != (points * over, scores * over):
            raise AssertionError(f"shares add up to {attributed}, {gained}: not to the change")
        return Attribution(
            calculation.denominator,
            calculation.grain,
            MAX_EDIT_BLOCKS,
            tuple(shares),
            points,
            scores,
        )

    # --- what scores give

    def _rewarded(self) -> list[Rewarded]:
        titles: dict[tuple[str, str], Text] = {}
        for side in (0, 1):
            for plan in self._plans(side):
                for badge in plan.badges:
                    titles["badge", badge.id] = badge.title
                for one in (*plan.tiers, *plan.badges):
                    for benefit in one.benefits:
                        titles["benefit", benefit.id] = benefit.title
        found: list[Rewarded] = []
        for (kind, name), title in sorted(titles.items()):
            counts = {what: self.rewards[kind, name, what] for what in _WHATS}
            cost = None
            for currency, decimals in sorted(self.currencies.items()):
                sums = [self.reward_costs.get((name, currency, side)) for side in (0, 1)]
                if kind == "benefit" and any(one is not None for one in sums):
                    money = (Exact(one or 0, decimals, currency) for one in sums)
                    cost = Money(currency, *money)
            found.append(
                Rewarded(
                    cast("Literal['badge', 'benefit']", kind), name, title, **counts, cost=cost
                )
            )
        return found

    def _parts(self) -> list[PartCount]:
        titles: dict[tuple[str, str], Text] = {}
        for side in (0, 1):
            for plan in self._plans(side):
                titles.update({("item", one.id): one.title for one in plan.items})
                titles.update({("deduction", one.id): one.title for one in plan.deductions})
        found: list[PartCount] = []
        for (kind, name), title in titles.items():
            sides = [
                {
                    outcome: n
                    for (of, part, own, outcome), n in sorted(self.outcomes.items())
                    if (of, part, own) == (kind, name, side) and n
                }
                for side in (0, 1)
            ]
            found.append(PartCount(cast("Literal['item', 'deduction']", kind), name, title, *sides))
        return found

    # --- merchants by name

    def _shown(self, labels: Sequence[Label]) -> list[Shown]:
        lists: dict[int, list[str]] = {}
        entries: dict[int, Entry] = {}
        for board in self.boards:
            for entry in board.entries:
                lists.setdefault(entry.rank[1], []).append(board.name)
                entries.setdefault(entry.rank[1], entry)
        cards = _Cards(self.live, self.candidate)
        return [self._one(entries[at], tuple(lists[at]), labels, cards) for at in lists]

    def _one(
        self, entry: Entry, lists: tuple[str, ...], labels: Sequence[Label], cards: "_Cards"
    ) -> Shown:
        values = cast("Mapping[str, tuple]", entry.values)
        decimals = self.calculation.decimals
        statuses: list[Status] = [cast("Status", STATUSES[one]) for one in values["status"]]
        scores = [
            Exact(score, decimals, "points") if status == "scored" else None
            for score, status in zip(values["score"], statuses, strict=True)
        ]
        both = scores[0] is not None and scores[1] is not None
        step = values["score"][1] - values["score"][0]
        before, why_before = cards.card(0, entry)
        after, why_after = cards.card(1, entry)
        return Shown(
            merchant=entry.name,
            industry=entry.industry,
            shop_type=entry.shop_type,
            lists=lists,
            status_before=statuses[0],
            status_after=statuses[1],
            score_before=scores[0],
            score_after=scores[1],
            change=Exact(step, decimals, "points") if both else None,
            label_before=labels[values["label"][0]].id,
            label_after=labels[values["label"][1]].id,
            shares=values["shares"],
            before=before,
            after=after,
            problems_before=why_before,
            problems_after=why_after,
        )


_WHATS = ("before", "after", "gained", "lost")


class _Cards:
    """Scorecards of shown merchants, each plan prepared once."""

    def __init__(self, live: Side, candidate: Side) -> None:
        self._sides = (live, candidate)
        self._prepared: dict[tuple[int, str, str | None], PreparedPlan] = {}

    def card(self, side: int, entry: Entry) -> tuple[Scorecard | None, tuple[str, ...]]:
        """Return a merchant's scorecard on one side, or why it has none."""
        reading = side if len(entry.merchants) > 1 else 0
        merchant = entry.merchants[reading]
        if merchant is None:
            return None, cast("Mapping[str, tuple]", entry.values)["problems"][reading]
        kind = (merchant.industry, merchant.shop_type)
        rules = self._sides[side].rules.get(kind)
        if rules is None or rules.plan is None:
            problems = rules.problems if rules is not None else ()
            return None, tuple(problem.what for problem in problems)
        key = (side, *kind)
        if key not in self._prepared:
            self._prepared[key] = prepare(rules.plan, plan_digest=rules.digest)
        result = score_merchant(self._prepared[key], merchant, self._sides[side].as_of)
        if result.scorecard is None:
            assert result.reject is not None
            return None, tuple(str(problem) for problem in result.reject.problems)
        return result.scorecard, ()


def notices(live: Side, candidate: Side) -> tuple[Notice, ...]:
    """Return the notice of every ruleset version that only the candidate uses."""
    old = {file.name: file.digest for file in ruleset_files(live).values()}
    day = candidate.as_of
    found: list[Notice] = []
    for name, file in sorted(ruleset_files(candidate).items()):
        if old.get(name) == file.digest:
            continue
        # what is edited in place while it holds was announced in another form
        edited = name in old and file.start <= day
        announced: date | None = None if edited else file.announced
        days = None if announced is None else (file.start - announced).days
        told = None if announced is None else announced.isoformat()
        title = Text(**file.part("title").plain())
        found.append(Notice(name, title, told, file.start.isoformat(), days, edited))
    return tuple(found)


def _side(side: Side) -> SideInfo:
    plans = tuple(
        PlanUsed(
            industry,
            shop_type,
            f"{one.plan.ruleset}@{one.plan.version}" if one.plan is not None else "",
            one.digest,
        )
        for (industry, shop_type), one in side.rules.items()
    )
    return SideInfo(side.name, side.as_of.isoformat(), side.title, plans)


def _at_rank(counts: Sequence[tuple[int, int]], rank: int) -> int:
    seen = 0
    for value, n in counts:
        seen += n
        if seen >= rank:
            return value
    raise AssertionError("a rank lies above the number of merchants")
