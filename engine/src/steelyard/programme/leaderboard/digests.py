"""Digests of leaderboards: SHA-256 of canonical JSON of everything that decides who has a place.

A leaderboard is named by its rows, the definition of the board, the digests of the plans, and the
day. Titles, movement against a previous board, and who is next do not change the name.
"""

from decimal import Decimal
from typing import Any

from steelyard.model.boards import Board
from steelyard.model.numbers import format_scaled
from steelyard.plan.codec import canonical_json, digest_bytes
from steelyard.programme.leaderboard.model import Leaderboard, Values
from steelyard.programme.results import SCALE

FORMAT = "steelyard-leaderboard/1"


def number(value: int | None) -> str | None:
    """Return a number as text with its exact digits."""
    return None if value is None else format_scaled(value, SCALE, trim=True)


def definition_digest(board: Board) -> str:
    """Return the digest of what a board declares, without titles and places in files."""
    groups = board.groups
    return digest_bytes(
        canonical_json(
            {
                "board": board.id,
                "by": board.by,
                "labels": {name: list(values) for name, values in board.labels.items()},
                "conditions": [
                    {
                        "id": one.id,
                        "column": one.column,
                        "min": _limit(one.low),
                        "max": _limit(one.high),
                        "in": None if one.values is None else list(one.values),
                        "has": one.has,
                    }
                    for one in board.conditions
                ],
                "keys": [[key.column, key.descending, key.absent] for key in board.keys],
                "size": board.size,
                "groups": groups and [groups.column, groups.low, groups.high],
                "valid": [board.first_day, board.last_day],
            }
        )
    )


def _limit(value: Decimal | int | None) -> str | None:
    return None if value is None else format(Decimal(value).normalize(), "f")


def leaderboard_digest(made: Leaderboard) -> str:
    """Return the digest that names a leaderboard."""
    counts = made.counts
    rows = [
        [
            section.id,
            [[one.candidate.merchant, list(texts(one.candidate.values))] for one in section.places],
        ]
        for section in made.sections
        if section.places
    ]
    return digest_of(
        definition=made.definition,
        as_of=made.as_of.isoformat(),
        scene=made.scene,
        plans=list(made.plans),
        counts=[counts.rows, counts.eligible, dict(counts.not_eligible), counts.rejected],
        rows=rows,
    )


def texts(values: Values) -> tuple[str | None, ...]:
    """Return the values of keys as texts."""
    return tuple(map(number, values))


def digest_of(**content: Any) -> str:  # noqa: ANN401 - JSON data
    """Return the digest of the content of a leaderboard."""
    return digest_bytes(canonical_json({"format": FORMAT, **content}))
