"""Edits of who gets a version: the steps of rollouts."""

from collections.abc import Iterator, Mapping
from datetime import date

from steelyard.book.diff.edit import Edit, Effect, Written, make_edit
from steelyard.book.reading import RulesetFile
from steelyard.model.rollout import RolloutStep
from steelyard.model.texts import Text

Versions = Mapping[str, RulesetFile]
"""The versions of a book by `name@version`."""


def compare_rollouts(
    old: Versions, new: Versions, effect: Effect = "score"
) -> Iterator[tuple[str, Edit]]:
    """Yield each version whose rollout is not the same, with the edit.

    `effect` is that of an edit that moves merchants. Shadow rollouts move nobody.
    """
    for name in old:
        if name not in new:
            continue  # the version itself is an edit
        before, after = old[name], new[name]
        if before.rollout != after.rollout:
            days = _days(before, after)
            moves = any(reach_on(before, day) != reach_on(after, day) for day in days)
            address = ("rulesets", after.id, "rollout")
            title = Text(**after.part("title").plain())
            own = effect if moves else "dates"
            sides = (_written(before), _written(after))
            yield name, make_edit("setting", address, *sides, title=title, effect=own)


def first_day(before: RulesetFile, after: RulesetFile) -> date:
    """Return the first day on which an edited rollout is another one."""
    days = _days(before, after)
    return next((day for day in days if _step(before, day) != _step(after, day)), days[0])


def reach_on(version: RulesetFile, day: date) -> tuple[str, int] | None:
    """Return the salt and the share of the merchants who get a version, None for everybody."""
    rollout = version.rollout
    step = None if rollout is None else rollout.step_on(day)
    if rollout is None or (step is not None and step.reach == "everybody"):
        return None
    if step is None or step.shadow or step.reach == "nobody":
        return "", 0
    return rollout.salt, step.share


def _days(before: RulesetFile, after: RulesetFile) -> list[date]:
    steps = [step for side in (before, after) if side.rollout for step in side.rollout.steps]
    return sorted({before.start, after.start, *(step.start for step in steps)})


def _step(version: RulesetFile, day: date) -> tuple[str, RolloutStep | None] | None:
    if version.rollout is None:
        return None
    return version.rollout.salt, version.rollout.step_on(day)


def _written(version: RulesetFile) -> Written | None:
    if version.rollout is None:
        return None
    return version.rollout, version.part("rollout").place
