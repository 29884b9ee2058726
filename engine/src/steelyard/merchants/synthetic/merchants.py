"""What all facts of a batch share: the rows, how good each merchant is, which schemes it joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from steelyard.merchants.synthetic.draws import chosen, draw, happens, turned
from steelyard.merchants.synthetic.levels import THOUSAND, Levels

LABELS = ("industry", "shop_type")
_FOLLOW = 700  # of a thousand draws with a better end, so many follow the merchant's own


@dataclass(frozen=True, slots=True)
class Merchants:
    """Merchants of a batch, or records of merchants: columns of one length.

    `row` counts from 0 within the population (of records: far from the rows of merchants). `own`
    is a draw that says how good a merchant is. `day` is the ordinal of the population's day.
    """

    seed: int
    day: int
    row: pl.Series
    own: pl.Series
    industry: pl.Series
    shop_type: pl.Series | None = None
    schemes: Mapping[str, pl.Series] | None = None

    def draw(self, name: str) -> pl.Series:
        """Return a uniform draw for each row."""
        return draw(self.row, self.seed, name)

    def followed(self, name: str, better: str | None) -> pl.Series:
        """Return a draw that mostly follows the merchant's own: high where it is good, or low."""
        alone = self.draw(name)
        if better is None:
            return alone
        own = self.own if better == "high" else turned(self.own)
        return own.zip_with(happens(self.draw(f"{name} follows"), _FOLLOW, THOUSAND), alone)


def merchants(
    start: int,
    size: int,
    levels: Levels,
    industries: Sequence[str],
    shop_types: Sequence[str],
    seed: int,
    day: int,
) -> Merchants:
    """Return the merchants of the rows from `start` on."""
    row = pl.int_range(start, start + size, dtype=pl.Int64, eager=True)
    batch = Merchants(seed, day, row, draw(row, seed, ":own"), row)
    schemes = {
        # good shops join more
        name: happens(batch.followed(f":scheme {name}", better="low"), joined, THOUSAND)
        for name, joined in levels.schemes.items()
    }
    return replace(
        batch,
        industry=_kinds(batch, "industry", industries, levels.industries),
        shop_type=_kinds(batch, "shop_type", shop_types, levels.shop_types) if shop_types else None,
        schemes=schemes,
    )


def names(batch: Merchants) -> pl.Series:
    """Return the merchants' names."""
    number = (batch.row + 1).cast(pl.String).str.pad_start(9, "0")
    return ("m" + number).alias("merchant")


def _kinds(
    batch: Merchants, name: str, values: Sequence[str], weights: Mapping[str, int]
) -> pl.Series:
    """Return one of some values a row, by their weights; without weights all alike."""
    given = [weights.get(value, 0 if weights else 1) for value in values]
    index = chosen(batch.draw(f":{name}"), given if any(given) else [1] * len(values))
    return pl.Series(name, values, dtype=pl.String).gather(index)
