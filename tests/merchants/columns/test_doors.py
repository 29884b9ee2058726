"""Through every door the same merchants, integers and rejections as through the row reader."""

import io
import json
from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies.facts import declarations, merchant_facts

from steelyard.evaluators.polars import fact_column
from steelyard.merchants.columns import open_population
from steelyard.merchants.rows import MerchantSchema, read_merchants
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import format_scaled

RANDOM = {"deadline": None, "suppress_health_check": list(HealthCheck)}
INDUSTRIES, SHOP_TYPES = ("toys", "food"), ("ordinary", "flagship")


def written(one, value):
    """A scaled value as people write it in JSON: numbers as text of their exact digits."""
    if one.type == "date":
        return date.fromordinal(value).isoformat()
    if one.type == "enum":
        return one.values[value]
    if one.type == "bool":
        return bool(value)
    if one.type in ("int", "decimal"):
        return Decimal(format_scaled(value, one.decimals, trim=True))
    return value


def raw_merchant(facts, given):
    raw = {}
    for name, value in given.items():
        fact = facts[name]
        if fact.type == "records":
            fields = {field.name: field for field in fact.fields}
            raw[name] = [
                {key: written(fields[key], part) for key, part in record.items()}
                for record in value
            ]
        else:
            raw[name] = written(fact, value)
    return raw


def to_json(value):
    """JSON with exact numbers."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(to_json(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def faults(draw, facts):
    """A change that may or may not make a merchant wrong."""
    name = draw(st.sampled_from(sorted(facts)))
    fact = facts[name]
    if fact.type in ("int", "decimal"):
        scale = Decimal(1).scaleb(-fact.decimals)
        values = [
            Decimal(fact.high) * scale + draw(st.sampled_from([0, 1, Decimal("0.5")])) * scale,
            Decimal(fact.low) * scale - draw(st.sampled_from([0, 1, Decimal("0.5")])) * scale,
            (Decimal(draw(st.integers(fact.low, fact.high))) + Decimal("0.5")) * scale,
            draw(st.decimals(-1000, 1000, places=draw(st.integers(0, 9)))),
        ]
        return {name: draw(st.sampled_from(values))}
    if fact.type == "date":
        return {name: draw(st.sampled_from(["2024-02-30", "2024-02-29", "1999-01-01", "soon"]))}
    if fact.type == "enum":
        return {name: draw(st.sampled_from([*fact.values, "pink", "REDD"]))}
    if fact.type == "bool":
        return {}
    record = {
        field.name: written(field, field.high) if field.type != "id" else "a"
        for field in fact.fields
        if draw(st.booleans())
    }
    return {name: [record] * draw(st.integers(0, fact.max_records + 1))}


@st.composite
def populations(draw):
    facts = dict(draw(declarations()))
    if draw(st.booleans()):
        for label, values in (("industry", INDUSTRIES), ("shop_type", SHOP_TYPES)):
            facts[label] = FactDeclaration(
                label, "enum", next(iter(facts.values())).title, "", "", high=1, values=values
            )
    plain = {name: fact for name, fact in facts.items() if name not in ("industry", "shop_type")}
    rows = []
    for number in range(draw(st.integers(0, 5))):
        row = {
            "merchant": draw(st.sampled_from([f"m{number}", f"店{number}", "duplicate"])),
            "industry": draw(st.sampled_from([*INDUSTRIES, *INDUSTRIES, "cars"])),
        }
        if draw(st.booleans()):
            row["shop_type"] = draw(st.sampled_from([*SHOP_TYPES, "corner"]))
        row |= raw_merchant(plain, draw(merchant_facts(plain)))
        if draw(st.integers(0, 2)) == 0:
            row |= draw(faults(plain))
        rows.append(row)
    return MerchantSchema(tuple(facts.values()), INDUSTRIES, SHOP_TYPES), rows


def by_row(known, path):
    """What the row reader says of a JSON file."""
    merchant_file = read_merchants(path, known)
    result = {
        one.row: (one.name, one.industry, one.shop_type, one.facts)
        for one in merchant_file.merchants
    }
    for one in merchant_file.rejects:
        result[one.row] = (one.name, sorted(map(said, one.problems)))
    return result


def said(problem):
    """What a problem says, apart from where."""
    return problem.code, problem.what.partition(":")[0].partition("; the first is at")[0]


def by_column(known, path, **more):
    """What the columns of a population hold, as the row reader would say it."""
    result = {}
    with open_population([path], known, **more) as population:
        total = 0
        for batch in population.batches(2):
            total += batch.rows
            assert batch.rows == batch.facts.height + len(batch.rejects)
            for one in batch.rejects:
                result[one.row] = (one.name, sorted(map(said, one.problems)))
            for row in batch.facts.iter_rows(named=True):
                facts = {}
                for name, fact in known.declarations.items():
                    value = row.get(fact_column(name))
                    if value is not None:
                        facts[name] = records(value) if fact.type == "records" else value
                result[row["row"]] = (row["merchant"], row["industry"], row["shop_type"], facts)
        assert total == population.rows
    return result


def records(value):
    return tuple({key: part for key, part in one.items() if part is not None} for one in value)


@settings(max_examples=120, **RANDOM)
@given(populations())
def test_json_lines_say_what_json_says(tmp_path_factory, population):
    known, rows = population
    folder = tmp_path_factory.mktemp("door")
    (folder / "m.json").write_text(to_json(rows), encoding="utf-8")
    (folder / "m.jsonl").write_text("".join(f"{to_json(row)}\n" for row in rows), encoding="utf-8")
    expected = by_row(known, folder / "m.json")
    assert by_column(known, folder / "m.jsonl") == expected


def columns_of(known, rows, number):
    """Raw columns as Parquet holds them; `number` makes a column of decimals."""
    columns = {}
    names = dict.fromkeys(name for row in rows for name in row)
    for name in names:
        values = [row.get(name) for row in rows]
        fact = known.declarations.get(name)
        if name in ("merchant", "industry", "shop_type"):
            columns[name] = pl.Series(values, dtype=pl.String)
        elif fact.type == "records":
            columns[name] = record_column(fact, values, number)
        else:
            columns[name] = plain_column(fact, values, number)
    return pl.DataFrame(columns)


def plain_column(one, values, number):
    if one.type in ("int", "decimal"):
        return number(values)
    if one.type == "date":
        return pl.Series(values, dtype=pl.String)
    if one.type == "bool":
        return pl.Series(values, dtype=pl.Boolean)
    return pl.Series(values, dtype=pl.String)


def record_column(fact, values, number):
    of = [at for at, value in enumerate(values) for _ in value or ()]
    flat = [record for value in values for record in value or ()]
    fields = {
        field.name: plain_column(field, [record.get(field.name) for record in flat], number)
        for field in fact.fields
    }
    frame = pl.DataFrame(fields).select(pl.struct(pl.all()).alias("record"))
    lists = frame.with_columns(of=pl.Series(of, dtype=pl.Int64)).group_by("of").agg("record")
    every = pl.DataFrame({"of": pl.Series(range(len(values)), dtype=pl.Int64)})
    joined = every.join(lists, on="of", how="left", maintain_order="left")["record"]
    empty = pl.Series([value == [] for value in values], dtype=pl.Boolean)
    return pl.select(
        pl.when(empty).then(pl.lit([], dtype=joined.dtype)).otherwise(joined)
    ).to_series()


def decimals(values):
    return pl.Series(values, dtype=pl.Decimal(38, 12))


def doubles(values):
    return pl.Series([None if one is None else float(one) for one in values], dtype=pl.Float64)


@pytest.mark.parametrize("number", [decimals, doubles])
@settings(max_examples=120, **RANDOM)
@given(populations())
def test_parquet_says_what_json_says(tmp_path_factory, number, population):
    known, rows = population
    if not rows:
        return
    folder = tmp_path_factory.mktemp("door")
    (folder / "m.json").write_text(to_json(rows), encoding="utf-8")
    pq.write_table(columns_of(known, rows, number).to_arrow(), folder / "m.parquet")
    expected = by_row(known, folder / "m.json")
    assert by_column(known, folder / "m.parquet") == expected


@settings(max_examples=120, **RANDOM)
@given(populations())
def test_csv_says_what_json_says(tmp_path_factory, population):
    known, rows = population
    if not rows:
        return
    folder = tmp_path_factory.mktemp("door")
    (folder / "m.json").write_text(to_json(rows), encoding="utf-8")
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [
        {name: value if isinstance(value, str) else to_json(value) for name, value in row.items()}
        for row in rows
    ]
    frame = pl.DataFrame(
        {name: pl.Series([row.get(name) for row in cells], dtype=pl.String) for name in names}
    )
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    (folder / "m.csv").write_bytes(buffer.getvalue())
    expected = by_row(known, folder / "m.json")
    assert by_column(known, folder / "m.csv") == expected
