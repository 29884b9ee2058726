"""The rules of both sides, paired by kind of merchant, and the edits between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from steelyard.book.diff import Edit, compare_joined
from steelyard.book.diff.bundles import chosen, plan_edits, rollout_edit
from steelyard.book.diff.edit import make_edit
from steelyard.book.diff.facts import Chosen, compare_facts, compare_presence, reads_alike
from steelyard.book.diff.rollouts import compare_rollouts, reach_on
from steelyard.book.kinds import Kind
from steelyard.dry_run.sides import KindRules, Side
from steelyard.errors import Problem
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout
from steelyard.plan.structure import Plan

DAY = "day"  # the section of the edit that moves the day of the score
FACTS = "facts"


Arm = tuple[Rollout, bool]
"""A rollout, and whether merchants are in its share."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The kinds of merchants with the same rules on each side; `edits` are places in all edits.

    `arms` has the rollout of each side that has one, and whether the merchants are in its share.
    """

    kinds: tuple[Kind, ...]
    live: KindRules
    candidate: KindRules
    edits: tuple[int, ...]
    arms: tuple[Arm, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs of rules of two sides, and every edit between them.

    `where` has the kinds of merchants that each edit concerns. `readings` has the schema of
    merchants of each side, or one schema if both sides read merchants alike. `facts` has the facts
    of each reading.
    """

    pairs: tuple[Pair, ...]
    edits: tuple[Edit, ...]
    where: tuple[tuple[Kind, ...], ...]
    readings: tuple[MerchantSchema, ...]
    facts: tuple[Mapping[str, FactDeclaration], ...]


def pair_sides(live: Side, candidate: Side) -> Pairing:
    """Return the rules of two sides, paired by kind of merchant, with every edit."""
    readings, facts = _readings(live, candidate)
    common = compare_facts(live.facts, candidate.facts)
    where: dict[Edit, list[Kind]] = {}
    made: dict[object, tuple[list[Kind], KindRules, KindRules, list[Edit], tuple[Arm, ...]]] = {}
    for kind, one, other, arms in _arms(live, candidate):
        if one.plan is None or other.plan is None:
            # these merchants have rules on one side only: that is their only edit
            own = list(compare_presence(kind[0], _chosen(one), _chosen(other)))
        else:
            own = [*_day(live, candidate), *_edits(one, other, one.plan, other.plan)]
            read = {fact.id for plan in (one.plan, other.plan) for fact in plan.facts}
            # reject a row that one side cannot read, even if its rules do not need the fact
            apart = len(readings) > 1
            own += [
                edit for edit in common if edit.part in read or (apart and edit.effect == "score")
            ]
        own += _rollout_edits(live, candidate, kind)
        for edit in own:
            kinds_of_edit = where.setdefault(edit, [])
            if kind not in kinds_of_edit:
                kinds_of_edit.append(kind)
        key = (_rules_of(one), _rules_of(other), arms)
        made.setdefault(key, ([], one, other, own, arms))[0].append(kind)
    numbers = {edit: number for number, edit in enumerate(where)}
    pairs = tuple(
        Pair(tuple(kinds), one, other, tuple(numbers[edit] for edit in own), arms)
        for kinds, one, other, own, arms in made.values()
    )
    return Pairing(pairs, tuple(where), tuple(map(tuple, where.values())), readings, facts)


def _chosen(rules: KindRules) -> Chosen | None:
    """Return the ruleset that is chosen for merchants, None where there is none."""
    if rules.selection is None:
        return chosen(rules.plan)
    return rules.selection.ruleset.name, rules.selection.ruleset.place


def _edits(one: KindRules, other: KindRules, old: Plan, new: Plan) -> tuple[Edit, ...]:
    """Return the edits between the rules of two sides; a bundle has plans only."""
    if one.joined is None or other.joined is None:
        return plan_edits(old, new)
    return compare_joined(one.joined, other.joined)


def _rollout_edits(live: Side, candidate: Side, kind: Kind) -> list[Edit]:
    """Return the edits of who gets a version of a kind's rules on the day.

    They are no part of the rules, so they have no contribution to a score.
    """
    sides = [side.rules[kind] for side in (live, candidate) if kind in side.rules]
    if not live.versions or not candidate.versions:
        edit = rollout_edit(*(one.rollout for one in sides), effect="dates") if sides[1:] else None
        return [] if edit is None else [edit]
    selections = [
        one.selection for side in sides for one in (side, side.inside) if one and one.selection
    ]
    names = {layer.name for selection in selections for layer in selection.layers}
    return [
        edit
        for name, edit in compare_rollouts(live.versions, candidate.versions, "dates")
        if name in names
        and reach_on(live.versions[name], live.as_of)
        != reach_on(candidate.versions[name], candidate.as_of)
    ]


def _arms(
    live: Side, candidate: Side
) -> Iterator[tuple[Kind, KindRules, KindRules, tuple[Arm, ...]]]:
    """Yield the rules of both sides for every kind, and for every part of it during rollouts."""
    for kind in dict.fromkeys((*live.rules, *candidate.rules)):
        one = live.rules.get(kind, _nothing(live, kind))
        other = candidate.rules.get(kind, _nothing(candidate, kind))
        rollouts = (one.rollout, other.rollout)
        for places in product(*([False, True] if rollout else [False] for rollout in rollouts)):
            if _is_empty(rollouts, places):
                continue
            arms = tuple(
                (rollout, inside)
                for rollout, inside in zip(rollouts, places, strict=True)
                if rollout is not None
            )
            yield kind, one.arm(places[0]), other.arm(places[1]), arms


def _is_empty(rollouts: tuple[Rollout | None, Rollout | None], places: tuple[bool, ...]) -> bool:
    """Return whether nobody can be inside one share and outside the other: one holds the other."""
    one, other = rollouts
    if one is None or other is None or one.salt != other.salt or places[0] == places[1]:
        return False
    return one.share == other.share or (one.share < other.share) == places[0]


def _day(live: Side, candidate: Side) -> list[Edit]:
    """Return the edit of the scoring date: on another day, equal rules may score differently."""
    if live.as_of == candidate.as_of:
        return []
    before, after = live.as_of.isoformat(), candidate.as_of.isoformat()
    return [make_edit("dates", (DAY, ""), (before, None), (after, None))]


def _nothing(side: Side, kind: Kind) -> KindRules:
    industry, shop_type = kind
    who = f"{industry} ({shop_type})" if shop_type else industry
    problem = Problem("SY310", f"{side.name} knows no merchants of the kind {who}")
    return KindRules(None, "", problems=(problem,))


def _rules_of(one: KindRules) -> str:
    """Return a key of rules that is the same for all kinds with the same layers."""
    if one.selection is not None:
        return " ".join(f"{layer.file} {layer.digest}" for layer in one.selection.layers)
    return one.digest or "; ".join(problem.what for problem in one.problems)


def _readings(
    live: Side, candidate: Side
) -> tuple[tuple[MerchantSchema, ...], tuple[Mapping[str, FactDeclaration], ...]]:
    """Return the schemas to read merchants with: one for both sides if their facts allow it."""
    alike = all(
        reads_alike(fact, candidate.facts[name])
        for name, fact in live.facts.items()
        if name in candidate.facts
    )
    labels = (live.known.industries, live.known.shop_types)
    if alike and labels == (candidate.known.industries, candidate.known.shop_types):
        only_live = {n: fact for n, fact in live.facts.items() if n not in candidate.facts}
        facts = {**candidate.facts, **only_live}
        return (MerchantSchema(tuple(facts.values()), *labels),), (facts,)
    return (live.known, candidate.known), (live.facts, candidate.facts)
