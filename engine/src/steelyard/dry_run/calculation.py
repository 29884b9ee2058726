"""Compilation of a dry run to evaluators, groups of edits and weights of variants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.book.diff.entries import merged_order
from steelyard.dry_run.attribution import denominator, weights
from steelyard.dry_run.edit_groups import EditGroup, Level, find_groups
from steelyard.dry_run.evaluating import PairEvaluator, PartName, SideRules
from steelyard.dry_run.impact.model import BELOW, NO_SCORE, REJECTED, Standing
from steelyard.dry_run.pairs import Pair, Pairing
from steelyard.dry_run.segments import phrase
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

    `groups` are indices of groups of edits. `masks` has, for every subset of these groups, the
    index of its rules in `variants`, where None scores no merchant. `evaluators` and `evaluated`
    have, for each reading of facts, an evaluator and the indices of its variants. `table` has the
    weights. `edited` are the parts of the rules that an edit changes.
    """

    pair: Pair
    edited: frozenset[PartName]
    sides: tuple[SideRules | None, SideRules | None]
    groups: tuple[int, ...]
    variants: tuple[Variant | None, ...]
    masks: tuple[int, ...]
    evaluators: tuple[PairEvaluator, ...]
    evaluated: tuple[tuple[int, ...], ...]
    table: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Calculation:
    """All pairs of rules of a dry run, with their common denominator, decimals and tiers.

    `standings` are the tiers, the highest first, then those without a tier: below all tiers,
    without a score, rejected. `idle` are the edits that are proved to change no score, because no
    variant's score depends on them.
    """

    pairing: Pairing
    pairs: tuple[PairCalculation, ...]
    groups: tuple[EditGroup, ...]
    grain: Level
    denominator: int
    decimals: int
    standings: tuple[Standing, ...]
    idle: tuple[int, ...]


def prepare(
    pairing: Pairing,
    live: Side,
    candidate: Side,
    catalogue: Catalogue,
    *,
    attribution: bool,
) -> Calculation:
    """Compile everything that a dry run evaluates."""
    makers = [Variants(pair, pairing, live, candidate, catalogue) for pair in pairing.pairs]
    groups: tuple[EditGroup, ...] = ()
    grain: Level = "edit"
    if attribution:
        by_pair = {number: pair.edits for number, pair in enumerate(pairing.pairs)}
        groups, grain = find_groups(pairing.edits, by_pair, lambda number: makers[number].works)
    pairs = [_prepare_pair(maker, groups) for maker in makers]
    plans = [variant.plan for pair in pairs for variant in pair.variants if variant]
    plans += [side.plan for pair in pairs for side in pair.sides if side is not None]
    return Calculation(
        pairing=pairing,
        pairs=tuple(pairs),
        groups=groups,
        grain=grain,
        denominator=denominator(max((len(pair.groups) for pair in pairs), default=0)),
        decimals=max((plan.display_decimals for plan in plans), default=0),
        standings=_standings(pairs),
        idle=_idle_edits(groups, pairs) if attribution else (),
    )


def _prepare_pair(maker: Variants, groups: Sequence[EditGroup]) -> PairCalculation:
    pair, readings = maker.pair, len(maker.pairing.readings)
    own = frozenset(pair.edits)
    places = tuple(place for place, group in enumerate(groups) if group & own)
    variants: list[Variant | None] = []
    masks: list[int] = []
    known: dict[tuple[int, int, int] | None, int] = {}
    for mask in range(1 << len(places)):
        chosen = [groups[place] for bit, place in enumerate(places) if mask >> bit & 1]
        variant = maker.variant(own & frozenset().union(*chosen))
        key = None if variant is None else (id(variant.plan), variant.day, variant.reading)
        if key not in known:
            known[key] = len(variants)
            variants.append(variant)
        masks.append(known[key])
    edits = [maker.pairing.edits[number] for number in pair.edits]
    edited = frozenset((edit.section, edit.part) for edit in edits if edit.effect == "score")
    evaluators: list[PairEvaluator] = []
    evaluated: list[tuple[int, ...]] = []
    for reading in range(readings):
        read = [(n, one) for n, one in enumerate(variants) if one and one.reading == reading]
        live = _side_variant(pair.live.plan, maker.live, reading, 0)
        candidate = _side_variant(pair.candidate.plan, maker.candidate, reading, readings - 1)
        evaluators.append(PairEvaluator((live, candidate), [one for _, one in read], edited))
        evaluated.append(tuple(n for n, _ in read))
    plans = (pair.live.plan, pair.candidate.plan)
    before, after = (None if plan is None else SideRules.of(plan) for plan in plans)
    return PairCalculation(
        pair=pair,
        edited=edited,
        sides=(before, after),
        groups=places,
        variants=tuple(variants),
        masks=tuple(masks),
        evaluators=tuple(evaluators),
        evaluated=tuple(evaluated),
        table=weights(len(places)) if places else None,
    )


def _side_variant(plan: Plan | None, side: Side, reading: int, own: int) -> Variant | None:
    """Return the rules of one side; None if the side uses another reading of facts."""
    if plan is None or reading != own:
        return None
    return Variant(plan, side.as_of.toordinal(), reading)


def standing_ranks(calculation: Calculation) -> list[int]:
    """Return the rank of every standing: 0 for the highest tier, and 0 for no score.

    A removed tier and the tier that replaces it have the same rank, so a new name is no fall.
    """
    before, after = (
        {
            tier.id
            for pair in calculation.pairs
            if (rules := pair.sides[side])
            for tier in rules.plan.tiers
        }
        for side in (0, 1)
    )
    ranks: dict[int, int] = {}
    gone: list[int] = []
    rank = 0
    tiers = [standing.id for standing in calculation.standings if standing.is_tier]
    for place, name in enumerate(tiers):
        if name not in after:
            gone.append(place)
            continue
        if name not in before and gone:
            ranks[gone.pop(0)] = rank
        else:
            for tier in gone:
                ranks[tier] = rank
                rank += 1
            gone = []
        ranks[place] = rank
        rank += 1
    for tier in gone:
        ranks[tier] = rank
        rank += 1
    return [*(ranks[place] for place in range(len(tiers))), len(tiers), 0, 0]


def _standings(pairs: Sequence[PairCalculation]) -> tuple[Standing, ...]:
    """Return the tiers of all plans, the highest first, and the standings without a tier."""
    titles: dict[str, Text] = {}
    order: list[str] = []
    for side in (0, 1):
        for pair in pairs:
            rules = pair.sides[side]
            if rules is not None:
                titles.update({tier.id: tier.title for tier in rules.plan.tiers})
                order = merged_order(order, [tier.id for tier in rules.plan.tiers])
    return (
        *(Standing(name, titles[name]) for name in order),
        Standing(BELOW, phrase("impact.standing.below")),
        Standing(NO_SCORE, phrase("impact.standing.no_score")),
        Standing(REJECTED, phrase("impact.standing.rejected")),
    )


def _idle_edits(groups: Sequence[EditGroup], pairs: Sequence[PairCalculation]) -> tuple[int, ...]:
    """Return the edits of groups that change the score of no variant."""
    touched = {place for pair in pairs for place in pair.groups}
    idle = set(touched)
    for pair in pairs:
        roots = _score_roots([pair.variants[place] for place in pair.masks])
        for bit, place in enumerate(pair.groups):
            without = [mask for mask in range(len(roots)) if not mask >> bit & 1]
            if any(roots[mask] != roots[mask | 1 << bit] for mask in without):
                idle.discard(place)
    return tuple(sorted(number for place in idle for number in groups[place]))


def _numbered(plans: Sequence[tuple[Plan, int]]) -> list[list[int]]:
    """Return a number for every node of several plans; equal numbers mean equal values."""
    merged = merge(plans)
    numbers = value_numbers(merged.nodes)
    return [[numbers[node] for node in where] for where in merged.places]


def _score_roots(variants: Sequence[Variant | None]) -> list[tuple[object, ...]]:
    """Return a key for the score of each variant; variants of equal keys compute the same score."""
    plans = {id(variant.plan): (variant.plan, variant.day) for variant in variants if variant}
    numbers = dict(zip(plans, _numbered(list(plans.values())), strict=True))
    return [
        ()
        if variant is None
        else (
            numbers[id(variant.plan)][variant.plan.total.score],
            numbers[id(variant.plan)][variant.plan.total.has_score],
            variant.plan.display_decimals,
            tuple(sorted(fact.id for fact in variant.plan.facts if fact.required)),
            variant.reading,
        )
        for variant in variants
    ]


def computes_alike(pair: Pair, days: tuple[int, int]) -> bool:
    """Return whether both sides compute equal results, node by node."""
    live, candidate = pair.live.plan, pair.candidate.plan
    if live is None or candidate is None:
        return live is candidate
    before, after = _numbered([(live, days[0]), (candidate, days[1])])
    return _results(live, before) == _results(candidate, after)


def _results(plan: Plan, numbers: Sequence[int]) -> tuple[object, ...]:
    rules = SideRules.of(plan)
    return (
        plan.display_decimals,
        [numbers[node] for node in rules.nodes()],
        [(item.id, numbers[item.points]) for item in (*plan.items, *plan.deductions)],
        [(tier.id, [benefit.id for benefit in tier.benefits]) for tier in plan.tiers],
        [(badge.id, [benefit.id for benefit in badge.benefits]) for badge in plan.badges],
        sorted(rules.required),
    )
