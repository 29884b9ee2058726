"""Merchants of a batch: their rows, how good each is, and the schemes that it joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from steelyard.merchants.synthetic.draws import draw, has_chance, mirrored, weighted_index
from steelyard.merchants.synthetic.levels import THOUSANDTHS, Levels

LABELS = ("industry", "shop_type")
_FOLLOW = 700  # of a thousand draws with a better end, so many follow the merchant's own


@dataclass(frozen=True, slots=True)
class Merchants:
    """Merchants of a batch, or records of merchants: columns of one length.

    `start` is the first row of the batch within the population, and `size` the number of its
    merchants. `own` is a draw that says how good a merchant is. `day` is the ordinal of the
    population's day. Records have the position of their merchant in the batch (`owner`); `number`
    counts the records of a merchant where each has draws of its own.
    """

    seed: int
    day: int
    start: int
    size: int
    own: pl.Series
    industry: pl.Series
    shop_type: pl.Series | None = None
    schemes: Mapping[str, pl.Series] | None = None
    owner: pl.Series | None = None
    number: pl.Series | None = None

    def draw(self, name: str) -> pl.Series:
        """Return a uniform draw for each merchant or record."""
        if self.owner is None:
            return draw(self.start, self.size, self.seed, name)
        if self.number is None:
            return draw(self.start, self.size, self.seed, name).gather(self.owner)
        count = int(self.number.to_numpy().max(initial=0)) + 1
        names = [f"{name} {number}" for number in range(count)]
        draws = [draw(self.start, self.size, self.seed, each) for each in names]
        return pl.concat(draws).gather(self.number * self.size + self.owner)

    def followed(self, name: str, better: str | None) -> pl.Series:
        """Return draws that mostly follow the merchants' own: high for good ones, or low."""
        alone = self.draw(name)
        if better is None:
            return alone
        own = self.own if better == "high" else mirrored(self.own)
        return own.zip_with(has_chance(self.draw(f"{name} follows"), _FOLLOW, THOUSANDTHS), alone)


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
    own = draw(start, size, seed, ":own")
    batch = Merchants(seed, day, start, size, own, industry=own)  # until the industry is drawn
    schemes = {
        # good shops join more
        name: has_chance(batch.followed(f":scheme {name}", better="low"), joined, THOUSANDTHS)
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
    first = batch.start + 1
    rows = pl.int_range(first, first + batch.size, dtype=pl.Int64, eager=True)
    return ("m" + rows.cast(pl.String).str.pad_start(9, "0")).alias("merchant")


def _kinds(
    batch: Merchants, name: str, values: Sequence[str], weights: Mapping[str, int]
) -> pl.Series:
    """Return one of some values a row, by their weights; without weights all alike."""
    given = [weights.get(value, 0 if weights else 1) for value in values]
    index = weighted_index(batch.draw(f":{name}"), given if any(given) else [1] * len(values))
    return pl.Series(name, values, dtype=pl.String).gather(index)
