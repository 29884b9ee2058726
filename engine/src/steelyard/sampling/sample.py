"""Merchants drawn from levels, batch by batch.

Good shops tend to be good in everything: each merchant has a draw of its own, and most facts with
a better end follow it. Who joins a scheme follows it too; a scheme's facts are absent outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.sampling.draws import WHOLE, draw, happens, quantile
from steelyard.sampling.faults import plant_faults
from steelyard.sampling.levels import THOUSAND, Declaration, Level, Levels
from steelyard.sampling.usual import usual_level

BATCH = 131_072

_EPOCH = 719_163  # the ordinal of 1970-01-01
_FOLLOW = 700  # of a thousand draws with a better end, so many follow the merchant's own
_LABELS = ("industry", "shop_type")


def sample(
    facts: Mapping[str, FactDeclaration],
    levels: Levels,
    *,
    industries: Sequence[str],
    shop_types: Sequence[str],
    rows: int,
    seed: int,
    as_of: date,
    faults: int = 0,
    batch: int = BATCH,
) -> Iterator[pl.DataFrame]:
    """Iterate over raw merchants in columns as files hold them, at most `batch` at a time.

    `faults` is how many of a thousand merchants get a fault that rejects them. The values of a row
    depend on seed, row and declarations only; at least one frame comes, with all columns.
    """
    plan = [
        (fact, levels.facts.get(fact.id) or usual_level(fact)) for fact in _in_order(facts, levels)
    ]
    for start in range(0, max(rows, 1), batch):
        size = min(batch, rows - start)
        frame = pl.select(pl.int_range(start, start + size, dtype=pl.Int64).alias("row"))
        frame = _labels(frame, levels, industries, shop_types, seed)
        frame = _schemes(frame, levels, seed)
        for fact, level in plan:
            if not fact.industries or set(fact.industries) & set(industries):
                frame = frame.with_columns(_fact(frame, fact, level, seed, as_of))
        if faults:
            frame = plant_faults(frame, facts, seed, faults)
        yield _written(frame, facts)


def _in_order(facts: Mapping[str, FactDeclaration], levels: Levels) -> list[FactDeclaration]:
    """Return facts such that wholes come before their parts."""
    done: dict[str, FactDeclaration] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        fact = facts.get(name)
        if fact is None or name in done or name in above or name in _LABELS:
            return
        level = levels.facts.get(name)
        for whole in (fact.at_most, level.of if level is not None else None):
            if whole is not None:
                add(whole, (*above, name))
        done[name] = fact

    for name in sorted(facts):
        add(name, ())
    return list(done.values())


def _labels(
    frame: pl.DataFrame,
    levels: Levels,
    industries: Sequence[str],
    shop_types: Sequence[str],
    seed: int,
) -> pl.DataFrame:
    number = (pl.col("row") + 1).cast(pl.String).str.pad_start(9, "0")
    columns = [
        pl.concat_str(pl.lit("m"), number).alias("merchant"),
        _chosen(industries, levels.industries, seed, "industry"),
    ]
    if shop_types:
        columns.append(_chosen(shop_types, levels.shop_types, seed, "shop_type"))
    return frame.with_columns(columns).with_columns(draw(pl.col("row"), seed, ":own").alias(":own"))


def _chosen(values: Sequence[str], weights: Mapping[str, int], seed: int, name: str) -> pl.Expr:
    """Return one of some values a row, by their weights; without weights all alike."""
    given = [weights.get(value, 0 if weights else 1) for value in values]
    if not any(given):
        given = [1] * len(values)
    uniform = draw(pl.col("row"), seed, f":{name}")
    result = pl.when(pl.lit(False)).then(pl.lit(values[0]))
    below = 0
    for value, weight in zip(values, given, strict=True):
        below += weight
        result = result.when(happens(uniform, below, sum(given))).then(pl.lit(value))
    return result.otherwise(pl.lit(values[-1])).alias(name)


def _schemes(frame: pl.DataFrame, levels: Levels, seed: int) -> pl.DataFrame:
    return frame.with_columns(
        happens(_followed(seed, f":scheme {name}", better="low"), joined, THOUSAND).alias(
            f":scheme {name}"
        )
        for name, joined in levels.schemes.items()
    )


def _followed(seed: int, name: str, better: str | None) -> pl.Expr:
    """Return a draw that mostly follows the merchant's own: high where it is good, or low."""
    alone = draw(pl.col("row"), seed, name)
    if better is None:
        return alone
    own = pl.col(":own") if better == "high" else pl.lit(WHOLE - 1, pl.UInt64) - pl.col(":own")
    follows = happens(draw(pl.col("row"), seed, f"{name} follows"), _FOLLOW, THOUSAND)
    return pl.when(follows).then(own).otherwise(alone)


def _fact(
    frame: pl.DataFrame, fact: FactDeclaration, level: Level, seed: int, as_of: date
) -> pl.Expr | pl.Series:
    there = pl.lit(True)
    if fact.industries:
        there &= pl.col("industry").is_in(list(fact.industries))
    if level.scheme is not None:
        there &= pl.col(f":scheme {level.scheme}")
    if level.given < THOUSAND and not fact.required:
        there &= happens(draw(pl.col("row"), seed, f"{fact.id} given"), level.given, THOUSAND)
    if fact.type == "records":
        return _records(frame, fact, level, seed, as_of, there)
    uniform = _followed(seed, fact.id, level.better)
    value = _value(fact, level, uniform, as_of, pl.col(level.of) if level.of else None)
    if fact.at_most is not None and fact.at_most in frame.columns:
        value = pl.min_horizontal(value, pl.col(fact.at_most))  # which ignores an absent whole
    return pl.when(there).then(value).alias(fact.id)


def _value(
    one: Declaration, level: Level, uniform: pl.Expr, as_of: date, whole: pl.Expr | None
) -> pl.Expr:
    """Return scaled integers (dates: ordinals; enums: indices) or booleans, inside the bounds."""
    if one.type == "bool":
        return happens(uniform, level.yes, THOUSAND)
    if one.type == "enum":
        return uniform.cast(pl.Int64) * len(one.values) // WHOLE
    value = quantile(uniform, level.quantiles)
    if whole is not None:
        value = (whole * value + THOUSAND // 2) // THOUSAND
    if level.days:
        value = as_of.toordinal() - value
    return value.clip(one.low, one.high)


def _records(
    frame: pl.DataFrame,
    fact: FactDeclaration,
    level: Level,
    seed: int,
    as_of: date,
    there: pl.Expr,
) -> pl.Series:
    """Return lists of records, those of one merchant told apart by their number."""
    counts = quantile(_followed(seed, fact.id, level.better), level.quantiles)
    counted = frame.select(
        "row", ":own", count=counts.clip(0, fact.max_records), there=there.fill_null(False)
    )
    records = (
        counted.filter(pl.col("there") & (pl.col("count") > 0))
        .with_columns(number=pl.int_ranges(0, pl.col("count")))
        .explode("number")
        # a row for each record, far from the rows of merchants
        .with_columns(pl.col("row").alias("of"), row=pl.col("row") * 1024 + pl.col("number"))
    )
    columns = [
        _field(fact, field, level.fields.get(field.name) or usual_level(field), seed, as_of)
        for field in fact.fields
    ]
    lists = (
        records.select("of", pl.struct(columns).alias("record"))
        .group_by("of", maintain_order=True)
        .agg("record")
    )
    whole = counted.join(lists, left_on="row", right_on="of", how="left", maintain_order="left")
    empty = pl.lit([], dtype=lists.schema["record"])
    return whole.select(
        pl.when("there").then(pl.col("record").fill_null(empty)).alias(fact.id)
    ).to_series()


def _field(
    fact: FactDeclaration, field: FieldDeclaration, level: Level, seed: int, as_of: date
) -> pl.Expr:
    name = f"{fact.id}.{field.name}"
    if field.type == "id":
        return pl.concat_str(pl.lit("p-"), pl.col("number") + 1).alias(field.name)
    uniform = _followed(seed, name, level.better)
    if field.name in fact.key and field.type == "date":
        # one a month back from a day of the merchant's, so that no two records are of one date
        uniform = draw(pl.col("of"), seed, name)
    value = _value(field, level, uniform, as_of, None)
    if field.name in fact.key and field.type == "date":
        value = (value - 31 * pl.col("number")).clip(field.low, field.high)
    return as_written(value, field).alias(field.name)


def _written(frame: pl.DataFrame, facts: Mapping[str, FactDeclaration]) -> pl.DataFrame:
    """Return the columns that a file holds, with values as people write them."""
    names = [name for name in ("merchant", *_LABELS) if name in frame.columns]
    columns: list[pl.Expr] = [pl.col(name) for name in names]
    for name in sorted(set(frame.columns) & set(facts) - set(_LABELS)):
        fact = facts[name]
        value = pl.col(name) if fact.type == "records" else as_written(pl.col(name), fact)
        columns.append(value.alias(name))
    return frame.select(columns)


def as_written(value: pl.Expr, one: Declaration) -> pl.Expr:
    """Return scaled integers as decimals, ordinals as dates, indices as texts."""
    if one.type == "decimal":
        # the digits stay, the point moves
        whole = value.cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, one.decimals))
        return (whole / 10**one.decimals).cast(pl.Decimal(18, one.decimals))
    if one.type == "date":
        return (value - _EPOCH).cast(pl.Int32).cast(pl.Date)
    if one.type == "enum":
        indices = list(range(len(one.values)))
        return value.replace_strict(indices, list(one.values), return_dtype=pl.String)
    return value
