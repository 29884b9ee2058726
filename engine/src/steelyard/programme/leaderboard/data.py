"""A leaderboard as JSON, and a previous one read from it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.formats.texts import RULESET_LIMITS, read_text
from steelyard.model.boards import MERCHANT, Board
from steelyard.model.dates import read_day
from steelyard.model.limits import MAX_LEADERBOARD_BYTES
from steelyard.programme.leaderboard.digests import (
    FORMAT,
    definition_digest,
    digest_of,
    number,
)
from steelyard.programme.leaderboard.model import (
    BoardSection,
    Candidate,
    Decision,
    Fallen,
    Leaderboard,
    Need,
    Outside,
    Previous,
    Ranked,
)

_FIX = "name a file that `steelyard leaderboard --format json` wrote for this board"
_EXPECTED = "a leaderboard as JSON, unchanged"


def leaderboard_json(made: Leaderboard) -> dict[str, Any]:
    """Return a leaderboard as data for `report.json.to_text`; numbers are exact tokens."""
    board, counts = made.board, made.counts
    first, last = validity(made)
    previous = made.previous
    return {
        "format": FORMAT,
        "digest": made.digest,
        "board": {
            "id": board.id,
            "title": dict(board.title.by_language),
            "definition": made.definition,
            "illustrative": board.illustrative,
            "by": board.by,
            "keys": [
                {"column": key.column, "order": "descending" if key.descending else "ascending"}
                for key in board.keys
            ],
            "size": board.size,
        },
        "as_of": made.as_of.isoformat(),
        "scene": made.scene,
        "valid": {"from": first.isoformat(), "until": last.isoformat()},
        "plans": list(made.plans),
        "rows": {
            "read": counts.rows,
            "eligible": counts.eligible,
            "not_eligible": dict(counts.not_eligible),
            "rejected": counts.rejected,
        },
        "previous": previous and {"digest": previous.digest, "as_of": previous.as_of.isoformat()},
        "sections": [_section(section, board) for section in made.sections],
    }


def validity(made: Leaderboard) -> tuple[date, date]:
    """Return the first and the last day on which a leaderboard is valid."""
    board = made.board
    return (
        made.as_of + timedelta(days=board.first_day),
        made.as_of + timedelta(days=board.last_day),
    )


def _section(section: BoardSection, board: Board) -> dict[str, Any]:
    return {
        "id": section.id,
        "eligible": section.eligible,
        "places": [_place(one, board) for one in section.places],
        "outside": [_outside(one, board) for one in section.outside],
        "short": [
            {"group": one.group, "min": one.wanted, "eligible": one.eligible}
            for one in section.short
        ],
        "fell": [_fallen(one, board) for one in section.fell],
    }


def _place(one: Ranked, board: Board) -> dict[str, Any]:
    return {
        "rank": one.rank,
        **_candidate(one.candidate, board),
        "reserved": one.reserved,
        "before_next": _decision(one.below, board),
        "to_pass": _need(one.to_pass, board),
        "previous_rank": one.previous,
        "movement": one.movement,
    }


def _candidate(one: Candidate, board: Board) -> dict[str, Any]:
    columns = [key.column for key in board.keys[:-1]]
    return {
        "merchant": one.merchant,
        "industry": one.industry,
        "shop_type": one.shop_type,
        "tier": one.tier,
        "values": {name: _token(value) for name, value in zip(columns, one.values, strict=True)},
    }


def _decision(one: Decision | None, board: Board) -> dict[str, Any] | None:
    if one is None:
        return None
    column = board.keys[one.key].column
    if column == MERCHANT:
        return {"by": column}
    values = {"value": _token(one.own), "next": _token(one.other)}
    return {"by": column, **values, "difference": _token(one.difference)}


def _need(one: Need | None, board: Board) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "merchant": one.rival,
        "column": board.keys[one.key].column,
        "direction": "up" if board.keys[one.key].descending else "down",
        "target": _token(one.target),
        "change": _token(one.change),
        "beyond": one.beyond,
    }


def _outside(one: Outside, board: Board) -> dict[str, Any]:
    return {
        **_candidate(one.candidate, board),
        "reason": one.reason,
        "to_enter": _need(one.to_enter, board),
    }


def _fallen(one: Fallen, board: Board) -> dict[str, Any]:
    return {
        "merchant": one.merchant,
        "previous_rank": one.previous,
        "reason": one.reason,
        "rule": one.rule,
        "now": None if one.outside is None else _outside(one.outside, board),
    }


def _token(value: int | None) -> orjson.Fragment | None:
    text = number(value)
    return None if text is None else orjson.Fragment(text)


# --- a previous leaderboard


def read_previous(path: Path, board: Board) -> Previous:
    """Read the previous leaderboard of a board.

    Raises `InvalidInput` SY815 if the file is no leaderboard, was edited, or is of another board or
    another definition.
    """
    name = path.as_posix()
    place = Place(name)
    text = read_text(path, name, replace(RULESET_LIMITS, bytes=MAX_LEADERBOARD_BYTES))
    try:
        # the text of a number has all its digits
        data = json.loads(text, parse_float=str, parse_constant=str)
        digest = _digest(data)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        data, digest = {}, ""
    if not digest or data["format"] != FORMAT:
        what = "the file is not a leaderboard"
        raise InvalidInput([Problem("SY815", what, place, _EXPECTED, _FIX)])
    if digest != data["digest"]:
        what = "the leaderboard was edited: its digest does not fit its rows"
        fix = "make the previous board anew from its results"
        raise InvalidInput([Problem("SY815", what, place, _EXPECTED, fix)])
    if data["board"]["id"] != board.id:
        what = f"the leaderboard is of the board {data['board']['id']}, not of {board.id}"
        raise InvalidInput([Problem("SY815", what, place, f"the board {board.id}", _FIX)])
    if data["board"]["definition"] != definition_digest(board):
        what = f"the previous board was made with another definition of {board.id}"
        fix = "make the previous board anew with this definition, or leave out --previous"
        expected = "one definition on both days, so that movement means something"
        raise InvalidInput([Problem("SY815", what, place, expected, fix)])
    day = read_day(data["as_of"])
    assert day is not None
    ranks = {
        section["id"]: {one["merchant"]: one["rank"] for one in section["places"]}
        for section in data["sections"]
    }
    return Previous(digest, day, ranks, place)


def _digest(data: Mapping[str, Any]) -> str:
    """Return the digest that the content of a leaderboard gives."""
    columns = [key["column"] for key in data["board"]["keys"][:-1]]
    rows = [
        [
            section["id"],
            [
                [one["merchant"], [_plain(one["values"][name]) for name in columns]]
                for one in section["places"]
            ],
        ]
        for section in data["sections"]
        if section["places"]
    ]
    counts = data["rows"]
    ranks = [one["rank"] for section in data["sections"] for one in section["places"]]
    expected = [at + 1 for section in data["sections"] for at in range(len(section["places"]))]
    if ranks != expected or read_day(data["as_of"]) is None:
        raise KeyError("rank")
    return digest_of(
        definition=data["board"]["definition"],
        as_of=data["as_of"],
        scene=data["scene"],
        plans=data["plans"],
        counts=[
            counts["read"], counts["eligible"], counts["not_eligible"], counts["rejected"],
        ],
        rows=rows,
    )  # fmt: skip


def _plain(value: str | int | None) -> str | None:
    return None if value is None else str(value)
