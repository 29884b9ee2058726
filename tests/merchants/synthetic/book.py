"""The reference book as samples see it."""

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from steelyard.merchants.rows import MerchantSchema, read_merchants
from steelyard.merchants.synthetic import Levels, read_levels, sample
from steelyard.merchants.synthetic.writing import json_lines
from steelyard.pipeline import open_book

BOOK = Path("rulesets")
DAY = date(2026, 6, 1)


@cache
def known() -> MerchantSchema:
    """The facts, industries and shop types of the reference book."""
    return open_book(BOOK).known


@cache
def levels() -> Levels:
    """The levels of the reference book."""
    return read_levels(BOOK, known().declarations)


def sampled(rows, *, of=None, at=None, industries=None, seed=7, **more) -> pl.DataFrame:
    """A sample as one frame; of the reference book if nothing else is said."""
    of = of or known()
    frames = sample(
        of.declarations,
        levels() if at is None else at,
        industries=industries or of.industries,
        shop_types=of.shop_types,
        rows=rows,
        seed=seed,
        as_of=DAY,
        **more,
    )
    return pl.concat(frames)


def read(frame: pl.DataFrame, of: MerchantSchema):
    """What the row reader says of sampled merchants."""
    text = "[" + ",".join(line.decode() for line in json_lines(frame)) + "]"
    return read_merchants(text, of, name="a.json")
