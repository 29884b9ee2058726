"""The rules of both sides, paired by kind of merchant, and the edits between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from steelyard.book.diff import Edit, compare_joined
from steelyard.book.diff.bundles import chosen, plan_edits, rollout_edit
from steelyard.book.diff.calendars import compare_calendars
from steelyard.book.diff.edit import make_edit
from steelyard.book.diff.facts import Chosen, compare_facts, compare_presence, reads_alike
from steelyard.book.diff.rollouts import compare_rollouts, reach_on
from steelyard.book.kinds import Kind, Move, changes_of_kind
from steelyard.dry_run.sides import KindRules, Side
from steelyard.errors import Problem
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout
from steelyard.plan.structure import Plan

DAY = "day"  # the section of the edit that moves the day of the score
FACTS = "facts"
SHOP_TYPE = "shop_type"  # the fact whose edits move merchants to another kind

Arm = tuple[Rollout, bool]
"""A rollout, and whether merchants are in its share."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The merchants with the same rules on each side; `edits` are places in all edits.

    `moves` has their kinds on both sides: all pairs are equal, or none is. `arms` has the rollout
    of each side that has one, and whether the merchants are in its share.
    """

    moves: tuple[Move, ...]
    live: KindRules
    candidate: KindRules
    edits: tuple[int, ...]
    arms: tuple[Arm, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the merchants on either side."""
        return tuple(dict.fromkeys(kind for move in self.moves for kind in move))


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
    common = compare_facts(live.facts, candidate.facts, (live.places, candidate.places))
    where: dict[Edit, list[Kind]] = {}
    made: dict[object, tuple[list[Move], KindRules, KindRules, list[Edit], tuple[Arm, ...]]] = {}
    for move, one, other, arms in _arms(live, candidate):
        own = _own_edits((live, candidate), move, one, other, common, apart=len(readings) > 1)
        for edit in own:
            kinds_of_edit = where.setdefault(edit, [])
            kinds_of_edit += [kind for kind in dict.fromkeys(move) if kind not in kinds_of_edit]
        key = (_rules_of(one), _rules_of(other), arms, tuple(own))
        made.setdefault(key, ([], one, other, own, arms))[0].append(move)
    numbers = {edit: number for number, edit in enumerate(where)}
    pairs = tuple(
        Pair(tuple(moves), one, other, tuple(numbers[edit] for edit in own), arms)
        for moves, one, other, own, arms in made.values()
    )
    return Pairing(pairs, tuple(where), tuple(map(tuple, where.values())), readings, facts)


def _own_edits(
    sides: tuple[Side, Side],
    move: Move,
    one: KindRules,
    other: KindRules,
    of_facts: Sequence[Edit],
    *,
    apart: bool,
) -> list[Edit]:
    """Return the edits that change the rules for merchants; `of_facts` are those of all facts.

    `apart` is True if the two sides read merchants differently.
    """
    has_types = [bool(side.shop_types) for side in sides]
    is_one_sided = one.plan is None or other.plan is None
    of_reading = [edit for edit in of_facts if edit.effect == "score"]
    if move[0] != move[1] and all(has_types):
        return of_reading  # from the rules of one shop type to those of another one
    if is_one_sided and has_types[0] != has_types[1]:
        return of_reading  # who names a shop type is rejected on the side that has none
    rollouts = _rollout_edits(*sides, move[0])
    if one.plan is None or other.plan is None:
        # these merchants have rules on one side only: that is their only edit
        return [*compare_presence(move[0][0], _chosen(one), _chosen(other)), *rollouts]
    plans = (one.plan, other.plan)
    read = {fact.id for plan in plans for fact in plan.facts}
    counted_by = {calendar.id for plan in plans for calendar in plan.calendars}
    of_calendars = compare_calendars(*(side.calendars for side in sides))
    return [
        *_day(*sides),
        *_edits(one, other, one.plan, other.plan),
        # reject a row that one side cannot read, even if its rules do not need the fact
        *(e for e in of_facts if e.part in read or (apart and e.effect == "score")),
        *(edit for edit in of_calendars if edit.part in counted_by),
        *rollouts,
    ]


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


def _moves(live: Side, candidate: Side) -> Iterator[Move]:
    """Yield every kind of merchant; then, by industry, who is of another kind on each side."""
    kinds = dict.fromkeys((*live.rules, *candidate.rules))
    yield from ((kind, kind) for kind in kinds)
    yield from changes_of_kind(list(live.rules), list(candidate.rules))


def _arms(
    live: Side, candidate: Side
) -> Iterator[tuple[Move, KindRules, KindRules, tuple[Arm, ...]]]:
    """Yield the rules of both sides for every kind, and for every part of it during rollouts."""
    for move in _moves(live, candidate):
        one = live.rules.get(move[0], _nothing(live, move[0]))
        other = candidate.rules.get(move[1], _nothing(candidate, move[1]))
        rollouts = (one.rollout, other.rollout)
        for places in product(*([False, True] if rollout else [False] for rollout in rollouts)):
            if _is_empty(rollouts, places):
                continue
            arms = tuple(
                (rollout, inside)
                for rollout, inside in zip(rollouts, places, strict=True)
                if rollout is not None
            )
            yield move, one.arm(places[0]), other.arm(places[1]), arms


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
