"""A comparison of two bundles: every plan of one with the plan that the other has in its place."""

from datetime import date
from itertools import product

from steelyard.book.diff.comparison import Change, Comparison
from steelyard.book.diff.edit import Edit, Effect, make_edit
from steelyard.book.diff.facts import Chosen, compare_facts, compare_presence
from steelyard.book.diff.plans import compare_plans
from steelyard.book.kinds import Kind, compared_kinds
from steelyard.model.rollout import Rollout
from steelyard.plan.bundle import Bundle, BundlePeriod
from steelyard.plan.structure import Plan


def compare_bundles(old: Bundle, new: Bundle, *, as_of: date | None = None) -> Comparison:
    """Return every edit between two bundles on every day, or on one day.

    Raises `InvalidInput` SY505 for a line of a bundle that is not a plan.
    """
    rows: dict[Edit, tuple[dict[Kind, None], dict[str | None, None], date]] = {}
    facts = [{fact.id: fact for fact in side.head.facts} for side in (old, new)]
    for edit in compare_facts(facts[0], facts[1]):
        rows[edit] = ({}, {}, date.min)
    starts = {period.first_day for side in (old, new) for period in side.periods}
    days = [as_of] if as_of else [date.fromisoformat(day) for day in sorted(starts)]
    kinds_of_sides = [_kinds(side) for side in (old, new)]
    scenes_of_both = dict.fromkeys(period.scene for side in (old, new) for period in side.periods)
    known: dict[tuple[str, str], tuple[Edit, ...]] = {}
    moves = compared_kinds(*kinds_of_sides)
    for day, move, scene in product(days, moves, scenes_of_both):
        before, after = (
            side.period_of(*kind, scene, day) for side, kind in zip((old, new), move, strict=True)
        )
        for edit in _period_edits(move[0][0], old, new, before, after, known):
            kinds, scenes, _ = rows.setdefault(edit, ({}, {}, day))
            kinds.update(dict.fromkeys(move))
            scenes[scene] = None
    return Comparison(
        tuple(
            Change(edit, tuple(kinds), tuple(scenes), None if day == date.min else day)
            for edit, (kinds, scenes, day) in rows.items()
        ),
        tuple(dict.fromkeys(kind for kinds in kinds_of_sides for kind in kinds)),
        {label.id: label.title for side in (old, new) for label in side.head.industries},
        {label.id: label.title for side in (old, new) for label in side.head.shop_types},
    )


def _kinds(bundle: Bundle) -> list[Kind]:
    """Return every kind of merchant that a bundle knows, those of the default shop type first."""
    shop_types = [label.id for label in bundle.head.shop_types] or [None]
    return list(product((label.id for label in bundle.head.industries), shop_types))


def chosen(plan: Plan | None) -> Chosen | None:
    """Return the ruleset of a plan; a bundle has no place for it."""
    return None if plan is None else (plan.name, None)


def plan_edits(old: Plan, new: Plan) -> tuple[Edit, ...]:
    """Return the edits between two plans, but for facts and rollouts, which bundles declare."""
    return tuple(
        edit
        for edit in compare_plans(old, new)
        if edit.section != "facts" and edit.path != ("rollout",)
    )


def rollout_edit(old: Rollout | None, new: Rollout | None, effect: Effect = "score") -> Edit | None:
    """Return the edit of the share of a rollout on a day, None if it is the same.

    `effect` is that of an edit that moves merchants. Shadow rollouts move nobody.
    """
    if old == new:
        return None
    shown = new or old
    assert shown is not None
    if all(one is None or one.shadow for one in (old, new)):
        effect = "dates"
    sides = (one and (one, None) for one in (old, new))
    address = ("rulesets", shown.ruleset.partition("@")[0], "rollout")
    return make_edit("setting", address, *sides, effect=effect)


def _period_edits(
    industry: str,
    old: Bundle,
    new: Bundle,
    before: BundlePeriod | None,
    after: BundlePeriod | None,
    known: dict[tuple[str, str], tuple[Edit, ...]],
) -> list[Edit]:
    edits: list[Edit] = []
    rollout = rollout_edit(before and before.rollout, after and after.rollout)
    edits += [] if rollout is None else [rollout]
    for part in ("plan", "inside"):
        names = [None if one is None else getattr(one, part) or one.plan for one in (before, after)]
        if names[0] == names[1]:
            continue
        if names[0] is None or names[1] is None:
            plans = [
                None if name is None else side.plan(name)
                for side, name in zip((old, new), names, strict=True)
            ]
            edits += compare_presence(industry, chosen(plans[0]), chosen(plans[1]))
            continue
        key = (names[0], names[1])
        if key not in known:
            known[key] = plan_edits(old.plan(key[0]), new.plan(key[1]))
        edits += known[key]
    return edits
