"""A reader of policies of dispatch."""

from collections.abc import Mapping
from pathlib import Path

from steelyard.book import Book
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import Located, read_yaml
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.numbers import decimals_of, format_scaled, to_scaled
from steelyard.model.texts import Text
from steelyard.programme.dispatch.model import SCORE_DECIMALS, SHARE_DECIMALS, Group, Policy

SHAPE, SHARES = "SY830", "SY831"
_WHOLE = 10**SHARE_DECIMALS


def read_policy(path: Path) -> Policy:
    """Return the policy of a file.

    Raises `InvalidInput` with every problem: SY1xx (unreadable), SY830 (shape, groups that leave
    agents out), SY831 (min shares above 100 %), SY305 (an id twice).
    """
    return policy_of(read_yaml(path))


def check_policies(book: Book) -> tuple[Problem, ...]:
    """Return every problem of the policies of a book, `dispatch/*.yaml`."""
    problems = Problems()
    for document in book.policies.values():
        try:
            policy_of(document)
        except InvalidInput as error:
            problems.extend(error.problems)
    return tuple(problems.found)


def policy_of(document: Located) -> Policy:
    """Return the policy of a document. Raises `InvalidInput` as `read_policy` does."""
    problems = Problems()
    if not validate(document, load_schema("dispatch"), SHAPE, problems):
        raise InvalidInput(problems.found)
    top = document.mapping
    groups = tuple(_group(entry, problems) for entry in top["groups"].sequence)
    _check_groups(top["groups"], groups, problems)
    score, waiting = top["score"].mapping, top["waiting"].plain()
    above = _scaled(score, "above", SCORE_DECIMALS, problems)
    problems.raise_any()
    return Policy(
        id=str(top["policy"].value),
        title=Text(**top["title"].plain()),
        illustrative="illustrative" in top and bool(top["illustrative"].value),
        skills=tuple(top["skills"].plain()),
        groups=groups,
        score_weight=score["weight"].plain(),
        score_above=above or 0,
        max_minutes=waiting["max_minutes"],
        step_minutes=waiting["step_minutes"],
        step_cost=waiting["cost"],
        salt=str(top["salt"].value),
    )


def _group(entry: Located, problems: Problems) -> Group:
    keys = entry.mapping
    return Group(
        id=str(keys["id"].value),
        title=Text(**keys["title"].plain()),
        weight=keys["weight"].plain(),
        certified=keys["certified"].plain() if "certified" in keys else None,
        score_min=_scaled(keys, "score_min", SCORE_DECIMALS, problems),
        min_share=_scaled(keys, "min_share", SHARE_DECIMALS, problems) or 0,
    )


def _scaled(
    keys: Mapping[str, Located], name: str, decimals: int, problems: Problems
) -> int | None:
    """Return a number as a scaled integer; None if it is absent or has too many decimals."""
    if name not in keys:
        return None
    value = keys[name].plain()
    if decimals_of(value) > decimals:
        what = f"{name} {value} has more than {decimals} decimals"
        problems.add(SHAPE, what, keys[name].place, fix="shorten it")
        return None
    return to_scaled(value, decimals)


def _check_groups(entries: Located, groups: tuple[Group, ...], problems: Problems) -> None:
    first: dict[str, Place] = {}
    for entry, group in zip(entries.sequence, groups, strict=True):
        place = entry.mapping["id"].place
        other = first.setdefault(group.id, place)
        if other is not place:
            what = f"the id {group.id!r} is also at {other}"
            problems.add("SY305", what, place, fix="rename or remove one of the two")
        is_last = entry is entries.sequence[-1]
        is_open = group.certified is None and group.score_min is None
        if is_last and not is_open:
            what = f"the last group {group.id!r} has limits, so an agent may be in no group"
            expected = "a last group without `certified` and `score_min`"
            problems.add(SHAPE, what, place, expected=expected, fix="add a group for all others")
        elif is_open and not is_last:
            what = f"the group {group.id!r} takes every agent, so the groups after it have none"
            problems.add(SHAPE, what, place, fix="move it to the end")
    total = sum(group.min_share for group in groups)
    if total > _WHOLE:
        percent = format_scaled(total, SHARE_DECIMALS - 2, trim=True)
        what = f"the min shares of the groups add up to {percent} %"
        expected = "at most 100 %"
        problems.add(SHARES, what, entries.place, expected=expected, fix="lower some `min_share`")
