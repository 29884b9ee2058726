"""Finding one merchant in a population."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from steelyard.errors import InvalidInput, Problem
from steelyard.evaluators.polars import fact_column
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.duplicates import Batch
from steelyard.merchants.columns.populations import Population, open_population
from steelyard.merchants.rows import Merchant, MerchantFile, MerchantSchema
from steelyard.merchants.rows.merchants import Value
from steelyard.model.limits import MAX_NAME_FIXES, MAX_SHOWN_NAME

_ROWS = 131_072
_SHOWN = 3


def find_merchant(
    sources: Sequence[str | Path],
    name: str,
    known: MerchantSchema,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> MerchantFile:
    """Return the merchant of a name as the only one of a file, or the reject of its first row.

    Raises `InvalidInput` as `open_population`, and SY703 with similar names if there is none.
    """
    with open_population(sources, known, sheet=sheet, encoding=encoding) as population:
        for batch in population.batches(_ROWS):
            found = batch.facts.filter(pl.col(NAME) == name)
            rejects = tuple(reject for reject in batch.rejects if reject.name == name)
            if found.height or rejects:
                merchants = [_merchant(row, batch, known) for row in found.iter_rows(named=True)]
                return MerchantFile(tuple(merchants), rejects[:1], several=False)
        what = f"no merchant is called {name[:MAX_SHOWN_NAME]!r}"
        raise InvalidInput([Problem("SY703", what, fix=_similar(name, population))])


def _merchant(row: Mapping[str, Any], batch: Batch, known: MerchantSchema) -> Merchant:
    given = {name: row.get(fact_column(name)) for name in known.declarations}
    facts = {name: _value(value) for name, value in given.items() if value is not None}
    place = batch.place(row["row"])
    return Merchant(row[NAME], row["industry"], row["shop_type"], facts, row["row"], place)


def _value(value: Any) -> Value:  # noqa: ANN401 - any fact
    if not isinstance(value, list):
        return value
    return tuple({k: part for k, part in record.items() if part is not None} for record in value)


def _similar(name: str, population: Population) -> str | None:
    """Return "did you mean …?" with the most similar of the names that begin alike."""
    names = pl.concat([part.names for part in population.names()]).drop_nulls().unique().sort()
    alike = names[:0]
    for length in range(len(name), -1, -1):
        alike = names.filter(names.str.starts_with(name[:length]))
        if len(alike) >= _SHOWN:
            break
    near = get_close_matches(name, alike.head(MAX_NAME_FIXES).to_list(), n=_SHOWN)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else None
