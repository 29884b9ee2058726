"""What a dry run computes, prepared: evaluators, blocks and how arrays of a batch are filled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.book.diff.entries import merged_order
from steelyard.dry_run.attribution import denominator, weights
from steelyard.dry_run.blocks import Block, Level, find_blocks
from steelyard.dry_run.evaluating import PairEvaluator, SideRules
from steelyard.dry_run.pairs import Pair, Pairs
from steelyard.dry_run.sides import Side
from steelyard.dry_run.variants import Variant, Variants
from steelyard.evaluators.simplify import value_numbers
from steelyard.model.texts import Text
from steelyard.plan.merging import merge
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue


@dataclass(frozen=True, slots=True)
class PairCalculation:
    """One pair of rules, ready for batches.

    `blocks` are places among all blocks; `masks` says for every subset of them which plan scores
    it, as a place in `variants`. `evaluators` has one for each reading of facts, with the variants
    of that reading: `evaluated[r]` are their places in `variants`.
    """

    pair: Pair
    sides: tuple[SideRules | None, SideRules | None]
    blocks: tuple[int, ...]
    variants: tuple[Variant | None, ...]  # None: no rules, so nobody has a score
    masks: tuple[int, ...]
    evaluators: tuple[PairEvaluator, ...]
    evaluated: tuple[tuple[int, ...], ...]
    table: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Calculation:
    """All pairs of a dry run, and what their results have in common.

    `idle` are edits that no variant's score depends on: they are proved to change none.
    """

    pairs: Pairs
    calculations: tuple[PairCalculation, ...]
    blocks: tuple[Block, ...]
    grain: Level
    denominator: int
    decimals: int
    labels: tuple[tuple[str, Text], ...]
    idle: tuple[int, ...]


def prepare(
    pairs: Pairs,
    live: Side,
    candidate: Side,
    catalogue: Catalogue,
    *,
    attribution: bool,
) -> Calculation:
    """Compile what a dry run evaluates."""
    makers = [Variants(pair, pairs, live, candidate, catalogue) for pair in pairs.pairs]
    blocks: tuple[Block, ...] = ()
    grain: Level = "edit"
    if attribution:
        by_pair = {n: pair.edits for n, pair in enumerate(pairs.pairs)}
        blocks, grain = find_blocks(pairs.edits, by_pair, lambda number: makers[number].works)
    calculations = [
        _calculation(pair, maker, blocks, pairs)
        for pair, maker in zip(pairs.pairs, makers, strict=True)
    ]
    plans = [one.plan for calculation in calculations for one in calculation.variants if one]
    plans += [side.plan for one in calculations for side in one.sides if side is not None]
    return Calculation(
        pairs=pairs,
        calculations=tuple(calculations),
        blocks=blocks,
        grain=grain,
        denominator=denominator(max((len(one.blocks) for one in calculations), default=0)),
        decimals=max((plan.display_decimals for plan in plans), default=0),
        labels=_labels(calculations),
        idle=_idle(blocks, calculations) if attribution else (),
    )


def _calculation(
    pair: Pair, maker: Variants, blocks: Sequence[Block], pairs: Pairs
) -> PairCalculation:
    plans = (pair.live.plan, pair.candidate.plan)
    sides = tuple(None if plan is None else SideRules.of(plan) for plan in plans)
    own = frozenset(pair.edits)
    touching = tuple(place for place, block in enumerate(blocks) if block & own)
    none_made: frozenset[int] = frozenset()
    variants: list[Variant | None] = []
    masks: list[int] = []
    known: dict[tuple[int, int, int] | None, int] = {}
    for mask in range(1 << len(touching)):
        chosen = [blocks[place] for bit, place in enumerate(touching) if mask >> bit & 1]
        made = frozenset(n for n in none_made.union(*chosen) if n in own)
        one = maker.variant(made)
        key = None if one is None else (id(one.plan), one.day, one.reading)
        place = known.setdefault(key, len(variants))
        if place == len(variants):
            variants.append(one)
        masks.append(place)
    evaluators: list[PairEvaluator] = []
    evaluated: list[tuple[int, ...]] = []
    last = len(pairs.readings) - 1
    for reading in range(last + 1):
        here = [(n, one) for n, one in enumerate(variants) if one and one.reading == reading]
        ends = (
            _end(pair.live.plan, maker.live, reading) if reading == 0 else None,
            _end(pair.candidate.plan, maker.candidate, reading) if reading == last else None,
        )
        evaluators.append(PairEvaluator(ends, [one for _, one in here]))
        evaluated.append(tuple(n for n, _ in here))
    return PairCalculation(
        pair=pair,
        sides=(sides[0], sides[1]),
        blocks=touching,
        variants=tuple(variants),
        masks=tuple(masks),
        evaluators=tuple(evaluators),
        evaluated=tuple(evaluated),
        table=weights(len(touching)) if touching else None,
    )


def _end(plan: Plan | None, side: Side, reading: int) -> Variant | None:
    return None if plan is None else Variant(plan, side.as_of.toordinal(), reading)


def tier_ranks(calculation: Calculation) -> dict[int, int]:
    """Return the rank of every tier by its place in the labels, the highest 0.

    A tier that is gone and the one that came in its place have one rank: a new name is no fall.
    """
    sides = [
        {
            tier.id
            for one in calculation.calculations
            if (rules := one.sides[side])
            for tier in rules.plan.tiers
        }
        for side in (0, 1)
    ]
    ranks: dict[int, int] = {}
    gone: list[int] = []
    rank = 0
    for place, (name, _) in enumerate(calculation.labels):
        if name not in sides[1]:
            gone.append(place)
            continue
        if name not in sides[0] and gone:
            ranks[gone.pop(0)] = rank
        else:
            for left in gone:
                ranks[left] = rank
                rank += 1
            gone = []
        ranks[place] = rank
        rank += 1
    for left in gone:
        ranks[left] = rank
        rank += 1
    return ranks


def _labels(calculations: Sequence[PairCalculation]) -> tuple[tuple[str, Text], ...]:
    """Return the tiers of all plans, the highest first."""
    titles: dict[str, Text] = {}
    order: list[str] = []
    for side in (0, 1):
        for one in calculations:
            rules = one.sides[side]
            if rules is not None:
                titles.update({tier.id: tier.title for tier in rules.plan.tiers})
                order = merged_order(order, [tier.id for tier in rules.plan.tiers])
    return tuple((name, titles[name]) for name in order)


def _idle(blocks: Sequence[Block], calculations: Sequence[PairCalculation]) -> tuple[int, ...]:
    """Return the edits of blocks without which every variant computes the same score."""
    busy: set[int] = set()
    for one in calculations:
        roots = _score_roots([one.variants[place] for place in one.masks])
        for bit, place in enumerate(one.blocks):
            pairs = ((roots[m], roots[m | 1 << bit]) for m in range(len(roots)) if not m >> bit & 1)
            if any(without != made for without, made in pairs):
                busy.add(place)
    concerned = {place for one in calculations for place in one.blocks}
    return tuple(
        sorted(n for place, block in enumerate(blocks) if place in concerned - busy for n in block)
    )


def _score_roots(variants: Sequence[Variant | None]) -> list[tuple[object, ...]]:
    """Return what tells the scores of some rules apart: equal roots compute the same score."""
    plans = list({id(one.plan): (one.plan, one.day) for one in variants if one}.values())
    merged = merge(plans)
    numbers = value_numbers(merged.nodes)
    places = {
        id(plan): [numbers[node] for node in where]
        for (plan, _), where in zip(plans, merged.places, strict=True)
    }
    return [
        ()
        if one is None
        else (
            places[id(one.plan)][one.plan.total.score],
            places[id(one.plan)][one.plan.total.has_score],
            one.plan.display_decimals,
            tuple(sorted(fact.id for fact in one.plan.facts if fact.required)),
            one.reading,
        )
        for one in variants
    ]


def computes_alike(pair: Pair, days: tuple[int, int]) -> bool:
    """Whether both sides of a pair compute the same, node by node: only words or places differ."""
    one, other = pair.live.plan, pair.candidate.plan
    if one is None or other is None:
        return one is other
    merged = merge([(one, days[0]), (other, days[1])])
    numbers = value_numbers(merged.nodes)
    places = [[numbers[node] for node in where] for where in merged.places]
    return _whole(one, places[0]) == _whole(other, places[1])


def _whole(plan: Plan, where: Sequence[int]) -> tuple[object, ...]:
    rules = SideRules.of(plan)
    parts = [(one.id, where[one.points]) for one in (*plan.items, *plan.deductions)]
    tiers = [(tier.id, tuple(one.id for one in tier.benefits)) for tier in plan.tiers]
    badges = [(badge.id, tuple(one.id for one in badge.benefits)) for badge in plan.badges]
    required = sorted(rules.required)
    return (
        plan.display_decimals,
        [where[node] for node in rules.wanted()],
        parts,
        tiers,
        badges,
        required,
    )


__all__ = ["Calculation", "PairCalculation", "computes_alike", "prepare"]
