"""Faults planted into a sample, so that what happens to wrong rows can be tried."""

from collections.abc import Mapping

import polars as pl

from steelyard.model.facts import FactDeclaration
from steelyard.sampling.draws import WHOLE, draw, happens
from steelyard.sampling.levels import THOUSAND

UNKNOWN_INDUSTRY = "no-such-industry"


def plant_faults(
    frame: pl.DataFrame,
    facts: Mapping[str, FactDeclaration],
    seed: int,
    faults: int,
) -> pl.DataFrame:
    """Return a frame in which so many of a thousand rows would be rejected.

    In turns: an industry that nobody knows, a required fact that is missing, a value above its
    bound, a name that another row has.
    """
    row = pl.col("row")
    chosen = happens(draw(row, seed, ":fault"), faults, THOUSAND)
    turn = draw(row, seed, ":turn") * 4 // WHOLE
    columns = [
        pl.when(chosen & (turn == 0))
        .then(pl.lit(UNKNOWN_INDUSTRY))
        .otherwise("industry")
        .alias("industry"),
        # every such row has the same name
        pl.when(chosen & (turn == 3))
        .then(pl.lit("m-twin"))
        .otherwise("merchant")
        .alias("merchant"),
    ]
    required = next(
        (fact.id for fact in facts.values() if fact.required and fact.id in frame.columns[2:]
         and fact.id not in ("industry", "shop_type")),
        None,
    )  # fmt: skip
    if required is not None:
        columns.append(pl.when(chosen & (turn == 1)).then(None).otherwise(required).alias(required))
    bounded = next(
        (fact for fact in facts.values()
         if fact.type in ("int", "decimal") and fact.id in frame.columns and fact.id != required),
        None,
    )  # fmt: skip
    if bounded is not None:
        above = pl.lit(bounded.high + 1, pl.Int64)
        columns.append(
            pl.when(chosen & (turn == 2)).then(above).otherwise(bounded.id).alias(bounded.id)
        )
    return frame.with_columns(columns)
