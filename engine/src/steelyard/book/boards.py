"""A reader of leaderboards, `boards/*.yaml`: schema first, then the sense of the declaration."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.arguments import given_path
from steelyard.model.boards import (
    LIST_COLUMNS,
    MERCHANT,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    Board,
    Condition,
    GroupLimits,
    Key,
    is_number,
)
from steelyard.model.texts import Text

BOARDS = "boards"
_LABELS = {"industries": "industry", "shop_types": "shop_type", "scenes": "scene", "tiers": "tier"}
_DIMENSION = re.compile(r"dimension\.[a-z][a-z0-9]*(-[a-z0-9]+)*")

Known = Mapping[str, Sequence[str]]
"""The industries, shop types, scenes and tiers of a book, by the key that lists them."""


def read_board(path: Path) -> Board:
    """Read a board that is a file of its own. Raises `InvalidInput` with every problem in it."""
    path = given_path(path, "path")
    problems = Problems()
    board = add_board(read_yaml(path), {}, problems)
    problems.raise_any()
    assert board is not None
    return board


def add_board(document: Located, boards: dict[str, Board], problems: Problems) -> Board | None:
    """Add the board of a file to those of the book, and return it, or note its problems."""
    before = len(problems.errors)
    if not validate(document, load_schema("board"), "SY350", problems):
        return None
    top = document.mapping
    _check_keys(top, problems)
    _check_conditions(top, problems)
    _check_limits(top, problems)
    if len(problems.errors) > before:
        return None
    board = _board(document)
    first = boards.setdefault(board.id, board)
    if first is not board:
        what = f"the board {board.id} is declared here and at {first.place}"
        problems.add("SY353", what, board.place, fix="rename or remove one of the two")
    return board


def check_boards(documents: Sequence[Located], known: Known, problems: Problems) -> None:
    """Report industries, shop types, scenes and tiers of boards that the book does not have."""
    for document in documents:
        for key, name in _listed(document):
            if str(name.value) not in known[key]:
                what = f"unknown {_LABELS[key].replace('_', ' ')} {name.value!r}"
                expected = f"one of {', '.join(known[key])}" if known[key] else None
                fix = suggest(str(name.value), known[key]) or "remove it, or add it to the book"
                problems.add("SY306", what, name.place, expected=expected, fix=fix)


def _listed(document: Located) -> Iterator[tuple[str, Located]]:
    """Yield the names that a board lists, each with the key that lists it."""
    eligibility = document.mapping.get("eligibility")
    if eligibility is not None:
        for key in _LABELS:
            if key in eligibility.mapping:
                yield from ((key, name) for name in eligibility.mapping[key].sequence)


# --- what the schema cannot say


def _check_keys(top: Mapping[str, Located], problems: Problems) -> None:
    """Report keys that do not order all merchants, and columns that cannot be ranked by."""
    rank, ties = top["rank"].sequence, top["ties"].sequence
    last = ties[-1].mapping["column"]
    columns = [one.mapping["column"] for one in (*rank, *ties)]
    early = [column for column in columns[:-1] if column.value == MERCHANT]
    if last.value != MERCHANT and not early:
        what = f"the tie-breaks end in {last.value!r}, so merchants may still be equal"
        fix = "add `- {column: merchant}` at the end"
        problems.add("SY351", what, last.place, expected="tie-breaks that end in merchant", fix=fix)
    for column, times in Counter(str(one.value) for one in columns).items():
        if times > 1:
            place = [one.place for one in columns if one.value == column][-1]
            what = f"the order has {column!r} twice"
            problems.add("SY351", what, place, expected="every column once", fix="remove it here")
    for column in early[:1]:
        what = "keys after 'merchant' never decide, because no two merchants share an id"
        problems.add("SY351", what, column.place, fix="move it to the end of `ties`")
    for column in columns:
        if column.value != MERCHANT:
            _check_column(column, (*NUMBER_COLUMNS, "dimension.ID"), problems, "rank by")
    for entry in (*rank, *ties):
        if entry.mapping["column"].value == MERCHANT and "absent" in entry.mapping:
            what = "every merchant has an id, so `absent` never applies"
            problems.add("SY351", what, entry.key_place("absent"), fix="remove it")


def _check_column(
    column: Located, allowed: Sequence[str], problems: Problems, purpose: str
) -> None:
    name = str(column.value)
    if name in allowed or ("dimension.ID" in allowed and _DIMENSION.fullmatch(name)):
        return
    every = (*NUMBER_COLUMNS, *TEXT_COLUMNS, *LIST_COLUMNS)
    what = f"{name!r} is no column of numbers" if name in every else f"unknown column {name!r}"
    if purpose == "test" and name in every:
        what = f"a condition cannot test {name!r} like this"
    expected = f"a column of results to {purpose}: {', '.join(allowed)}"
    problems.add("SY352", what, column.place, expected=expected, fix=suggest(name, allowed))


def _check_conditions(top: Mapping[str, Located], problems: Problems) -> None:
    """Report columns of conditions that have no values of their kind, and duplicate ids."""
    ids: dict[str, Located] = {}
    for condition in _conditions(top):
        entry = condition.mapping
        kind: tuple[str, ...] = (*NUMBER_COLUMNS, "dimension.ID")
        if "in" in entry:
            kind = TEXT_COLUMNS
        elif "has" in entry:
            kind = LIST_COLUMNS
        _check_column(entry["column"], kind, problems, "test")
        low, high = entry.get("min"), entry.get("max")
        if low is not None and high is not None and low.value > high.value:  # type: ignore[operator]
            what = f"`min` {low.text} is above `max` {high.text}"
            problems.add("SY350", what, low.place, fix="exchange the two")
        first = ids.setdefault(str(entry["id"].value), entry["id"])
        if first is not entry["id"]:
            what = f"two conditions are named {entry['id'].value}"
            problems.add("SY350", what, entry["id"].place, fix="rename one of them")


def _conditions(top: Mapping[str, Located]) -> Iterator[Located]:
    eligibility = top.get("eligibility")
    if eligibility is not None and "conditions" in eligibility.mapping:
        yield from eligibility.mapping["conditions"].sequence


def _check_limits(top: Mapping[str, Located], problems: Problems) -> None:
    """Report limits of groups, and days, that contradict each other."""
    size, days = top["size"], top["valid"].mapping
    if "groups" in top:
        groups = top["groups"].mapping
        low, high = groups.get("min"), groups.get("max")
        if low is not None and high is not None and low.value > high.value:  # type: ignore[operator]
            what = f"`min` {low.value} is above `max` {high.value}"
            problems.add("SY350", what, low.place, expected="min ≤ max ≤ size")
        for name, limit in (("min", low), ("max", high)):
            if limit is not None and limit.value > size.value:  # type: ignore[operator]
                what = f"`{name}` {limit.value} is above the size {size.value}"
                problems.add("SY350", what, limit.place, expected="min ≤ max ≤ size")
        if "by" in top and groups["by"].value == top["by"].value:
            what = f"each section of the board is one {groups['by'].value} already"
            fix = "group by another column, or remove `by`"
            problems.add("SY350", what, groups["by"].place, fix=fix)
    if days["from"].value > days["until"].value:  # type: ignore[operator]
        what = f"`until` {days['until'].value} is before `from` {days['from'].value}"
        expected = "days after the day of the scores, the first one first"
        problems.add("SY350", what, days["until"].place, expected=expected)


# --- typed data


def _board(document: Located) -> Board:
    top, plain = document.mapping, document.plain()
    eligibility: dict[str, Any] = plain.get("eligibility", {})
    return Board(
        id=plain["board"],
        title=Text(**plain["title"]),
        description=Text(**plain["description"]) if "description" in plain else None,
        illustrative=plain.get("illustrative", False),
        by=plain.get("by"),
        labels={
            column: tuple(eligibility[key]) for key, column in _LABELS.items() if key in eligibility
        },
        conditions=tuple(map(_condition, eligibility.get("conditions", ()))),
        keys=tuple(_key(one) for one in (*top["rank"].sequence, *top["ties"].sequence)),
        ranking_keys=len(top["rank"].sequence),
        size=plain["size"],
        groups=_groups(top["groups"]) if "groups" in top else None,
        first_day=plain["valid"]["from"],
        last_day=plain["valid"]["until"],
        place=top["board"].place,
    )


def _key(located: Located) -> Key:
    entry = located.plain()
    default = "descending" if is_number(entry["column"]) else "ascending"
    descending = entry.get("order", default) == "descending"
    return Key(entry["column"], descending, entry.get("absent"), located.mapping["column"].place)


def _condition(entry: Mapping[str, Any]) -> Condition:
    values = tuple(entry["in"]) if "in" in entry else None
    return Condition(
        entry["id"],
        Text(**entry["title"]),
        entry["column"],
        entry.get("min"),
        entry.get("max"),
        values,
        entry.get("has"),
    )


def _groups(located: Located) -> GroupLimits:
    entry = located.plain()
    place = located.mapping["min" if "min" in entry else "max"].place
    return GroupLimits(entry["by"], entry.get("min", 0), entry.get("max"), place)


def tiers_of(documents: Sequence[Located]) -> tuple[str, ...]:
    """Return the ids of the tiers that rulesets declare, in order of first declaration."""
    ids: dict[str, None] = {}
    for document in documents:
        tiers = document.mapping.get("tiers")
        for tier in tiers.value if tiers is not None and isinstance(tiers.value, list) else ():
            if isinstance(tier.value, dict) and "id" in tier.value:
                ids.setdefault(str(tier.value["id"].value))
    return tuple(ids)


def find_board(boards: Mapping[str, Board], name: str) -> Board:
    """Return the board of an id. Raises `InvalidInput` SY703 if the book has no such board."""
    if name in boards:
        return boards[name]
    problems = Problems()
    expected = f"one of {', '.join(sorted(boards))}" if boards else f"a file in {BOARDS}/"
    fix = suggest(name, boards) or "name a file of a board, such as boards/good-service.yaml"
    problems.add("SY703", f"the book has no board {name!r}", expected=expected, fix=fix)
    raise InvalidInput(problems)
