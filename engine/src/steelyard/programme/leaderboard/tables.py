"""The places of a leaderboard as a table, for CSV and Parquet."""

import io
from decimal import Decimal

import polars as pl

from steelyard.model.numbers import decimals_of
from steelyard.programme.leaderboard.data import validity
from steelyard.programme.leaderboard.digests import number
from steelyard.programme.leaderboard.model import Leaderboard


def places_frame(made: Leaderboard) -> pl.DataFrame:
    """Return a row for each place, in order; numbers are decimals without needless zeros."""
    first, last = validity(made)
    places = [(section.id, one) for section in made.sections for one in section.places]
    size = len(places)

    def same(name: str, value: object, kind: type[pl.DataType]) -> pl.Series:
        return pl.Series(name, [value] * size, dtype=kind)

    def each(name: str, values: list, kind: type[pl.DataType]) -> pl.Series:
        return pl.Series(name, values, dtype=kind)

    ranked = [one for _, one in places]
    columns = [
        same("board", made.board.id, pl.String),
        each("section", [name for name, _ in places], pl.String),
        each("rank", [one.rank for one in ranked], pl.Int64),
        each("merchant", [one.candidate.merchant for one in ranked], pl.String),
        each("industry", [one.candidate.industry for one in ranked], pl.String),
        each("shop_type", [one.candidate.shop_type for one in ranked], pl.String),
        each("tier", [one.candidate.tier for one in ranked], pl.String),
    ]
    for place, key in enumerate(made.board.keys[:-1]):
        columns.append(_numbers(key.column, [one.candidate.values[place] for one in ranked]))
    columns += [
        each("reserved", [one.reserved for one in ranked], pl.Boolean),
        each("previous_rank", [one.previous for one in ranked], pl.Int64),
        each("movement", [one.movement for one in ranked], pl.String),
        same("as_of", made.as_of, pl.Date),
        same("valid_from", first, pl.Date),
        same("valid_until", last, pl.Date),
        same("leaderboard", made.digest, pl.String),
    ]
    return pl.DataFrame(columns)


def _numbers(name: str, values: list[int | None]) -> pl.Series:
    exact = [None if value is None else Decimal(number(value) or 0) for value in values]
    decimals = max((decimals_of(value) for value in exact if value is not None), default=0)
    return pl.Series(name, exact, dtype=pl.Decimal(38, decimals))


def leaderboard_csv(made: Leaderboard) -> bytes:
    """Return the places as CSV."""
    return places_frame(made).write_csv().encode()


def leaderboard_parquet(made: Leaderboard) -> bytes:
    """Return the places as Parquet."""
    file = io.BytesIO()
    places_frame(made).write_parquet(file)
    return file.getvalue()
