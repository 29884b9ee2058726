"""The cases of a dry run (days and scenes), and the edits that none of them tries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from steelyard.book.diff.comparison import Change
from steelyard.book.diff.edit import Edit
from steelyard.dry_run.impact.model import Impact, Unexercised, UnexercisedReason
from steelyard.errors import InvalidInput, Problem

_SCENE = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
NO_SCENE = "none"  # on the command line: the rules of an ordinary day


@dataclass(frozen=True, slots=True)
class Case:
    """A day of the score, another day on the candidate's side if given, and a scene."""

    as_of: date
    as_of_candidate: date | None = None
    scene: str | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The days on the live side and on the candidate's side."""
        return self.as_of, self.as_of_candidate or self.as_of

    @property
    def name(self) -> str:
        """The name of the case in names of files: `2026-11-11-double-11`."""
        days = dict.fromkeys(day.isoformat() for day in self.days)
        return "-".join((*days, *([self.scene] if self.scene else [])))


def cases_of(
    days: Sequence[date], candidate_days: Sequence[date], scenes: Sequence[str]
) -> tuple[Case, ...]:
    """Return a case for every day in every scene.

    A candidate's day belongs to the day at the same place. Raises `InvalidInput` SY701 if there
    are candidate's days for some days only, and for a case that is given twice; SY318 for a scene
    whose name no scene can have.
    """
    if candidate_days and len(candidate_days) != len(days):
        what = f"{len(candidate_days)} days of the candidate for {len(days)} days"
        fix = "give one --as-of-candidate for each --as-of, in the same order"
        raise InvalidInput([Problem("SY701", what, fix=fix)])
    for scene in scenes:
        if not _SCENE.fullmatch(scene):  # it is a part of names of files
            raise InvalidInput([Problem("SY318", f"unknown scene {scene[:60]!r}")])
    others = candidate_days or [None] * len(days)
    named = [None if scene == NO_SCENE else scene for scene in scenes] or [None]
    cases = [
        Case(day, other, scene)
        for (day, other), scene in product(zip(days, others, strict=True), named)
    ]
    twice = [case for number, case in enumerate(cases) if case in cases[:number]]
    if twice:
        scene = f" in the scene {twice[0].scene}" if twice[0].scene else ""
        what = f"{twice[0].as_of}{scene} is given twice"
        raise InvalidInput([Problem("SY701", what, fix="give each --as-of and each --scene once")])
    return tuple(cases)


def find_unexercised(
    changes: Sequence[Change], impacts: Sequence[Impact]
) -> tuple[Unexercised, ...]:
    """Return the edits between two books that no case of a dry run tries on a merchant.

    Edits of words, and of dates, are left out: a date makes other edits on the days between.
    """
    reasons: dict[object, UnexercisedReason] = {}
    exercised: set[object] = set()
    for impact in impacts:
        same_day = impact.live.as_of == impact.candidate.as_of
        for number, edit in enumerate(impact.edits):
            keys = {_key(edit), *([] if same_day else [_new_value(edit)])}
            if number in impact.unread:
                reasons.update(dict.fromkeys(keys, "no_data"))
            elif number in impact.untouched:
                for key in keys:
                    reasons.setdefault(key, "no_merchants")
            else:
                exercised |= keys
    found: list[Unexercised] = []
    for change in changes:
        keys = (_key(change.edit), _new_value(change.edit))
        if change.edit.effect in ("words", "dates") or not exercised.isdisjoint(keys):
            continue
        reason: UnexercisedReason = "not_in_force"
        for key in keys:
            reason = reasons.get(key, reason)
        first = None if change.first_day is None else change.first_day.isoformat()
        found.append(Unexercised(change.edit, change.kinds, change.scenes, first, reason))
    return tuple(found)


def _key(edit: Edit) -> Edit:
    """Return an edit without its effect: who gets a version has none on the rules themselves."""
    return replace(edit, effect="score")


def _new_value(edit: Edit) -> object:
    """Return a key of the new value; between two days, the old value may be another one."""
    return edit.id, edit.after, edit.after_place
