"""Populations that give none of the facts that a plan reads: names and industries, nothing else."""

import json
from datetime import date

import polars as pl
import pytest

import steelyard
from steelyard.dry_run.cases import Case
from steelyard.dry_run.runs import DryRunRequest, run
from steelyard.scoring.merchants import score_files
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population

AS_OF = date(2026, 6, 1)
HEAD = """version: 1
title: {en: Trial, zh: 试用}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [0, 100], decimals: 1}
base: {from: fixed, score: 60}
"""
FACTS = """facts:
  - {id: shop.orders, type: int, unit: count, bounds: [0, 1000000], title: {en: Orders, zh: 订单数},
     meaning: Orders., illustrative: true}
  - {id: shop.needed, type: int, unit: count, bounds: [0, 9], required: true,
     title: {en: Needed, zh: 必填}, meaning: Needed., illustrative: true}
  - id: shop.staff
    type: records
    max_records: 9
    fields: [{name: days, type: int, unit: days, bounds: [0, 9], title: {en: Days, zh: 天数}}]
    title: {en: Staff, zh: 员工}
    meaning: Staff.
    illustrative: true
"""
RULES = {
    "toys": "items: [{id: busy, type: core/flat, title: {en: Busy, zh: 繁忙}, with: {points: 5},"
    " when: shop.orders >= 10}]",
    "staff": "items: [{id: many, type: core/flat, title: {en: Many, zh: 多}, with: {points: 5},"
    " when: 'has(shop.staff) && shop.staff.exists(one, one.days > 3)'}]",
    "nothing": "",
    "strict": "items: [{id: need, type: core/flat, title: {en: Need, zh: 需}, with: {points: 5},"
    " when: shop.needed >= 1}]",
}
OUTCOMES = {"toys": "no_data", "staff": "not_met"}


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book", base="60")


def write_book(folder, base):
    (folder / "facts").mkdir(parents=True)
    (folder / "facts/facts.yaml").write_text(FACTS, encoding="utf-8")
    names = ", ".join(f"{{id: {name}, title: {{en: {name}, zh: 业}}}}" for name in RULES)
    head = f"book: trial\ntitle: {{en: Trial, zh: 试用}}\nindustries: [{names}]\n"
    (folder / "book.yaml").write_text(head, encoding="utf-8")
    for name, rules in RULES.items():
        text = f"ruleset: {name}\nselects: {{industry: {name}}}\n{HEAD}{rules}\n"
        text = text.replace("score: 60", f"score: {base}")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def population(folder, ending):
    """Two merchants of each industry, in two columns."""
    rows = [{"merchant": f"{name}-{n}", "industry": name} for name in RULES for n in (1, 2)]
    path = folder / f"shops.{ending}"
    if ending == "jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    elif ending == "yaml":
        path.write_text(json.dumps(rows), encoding="utf-8")
    else:
        frame = pl.DataFrame(rows)
        frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("ending", "out"),
    [("csv", "csv"), ("jsonl", "parquet"), ("parquet", "jsonl"), ("yaml", "csv")],
)
def test_every_merchant_is_scored_or_rejected_by_its_own_rules(book, tmp_path, ending, out):
    """A merchant without facts gets what the row reader gives it, one industry never stops others."""
    source = population(tmp_path, ending)
    plans = open_plans(book, as_of=AS_OF)
    outputs = Outputs(tmp_path / f"scores.{out}", tmp_path / f"items.{out}")
    run = score_population([source], plans, outputs)
    assert (run.tally.rows, run.tally.scored, run.tally.rejected) == (8, 6, 2)
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}[out]
    scores = read(outputs.scores)
    assert [float(score) for score in scores["score"]] == [60.0] * 6
    outcomes = dict(read(outputs.items).select("merchant", "outcome").iter_rows())
    assert outcomes == {f"{name}-{n}": one for name, one in OUTCOMES.items() for n in (1, 2)}
    rejects = [json.loads(line) for line in outputs.rejects.read_text("utf-8").splitlines()]
    assert [(one["merchant"], one["problems"][0]["code"]) for one in rejects] == [
        ("strict-1", "SY603"),
        ("strict-2", "SY603"),
    ]


def test_one_by_one_and_as_a_frame_they_get_the_same(book, tmp_path):
    rows = [{"merchant": "a", "industry": name} for name in ("toys", "nothing")]
    for row in rows:
        path = tmp_path / "one.yaml"
        path.write_text(json.dumps(row), encoding="utf-8")
        card = score_files([path], book=book, as_of=AS_OF).results[0].scorecard
        for given in ([row], pl.DataFrame([row])):
            frame = steelyard.score(given, book=book, as_of=AS_OF).scores
            assert frame["score"].to_list() == [pl.Series([60]).cast(pl.Decimal(18, 1))[0]]
            assert frame["reasons"].to_list() == [""]
        assert card is not None


def test_a_dry_run_of_them_counts_every_merchant(book, tmp_path):
    candidate = write_book(tmp_path / "candidate", base="61")
    source = population(tmp_path, "csv")
    request = DryRunRequest(str(book), str(candidate), (str(source),), [Case(AS_OF)])
    (impact,) = run(request).impacts
    assert impact.total.statuses == {("scored", "scored"): 6, ("rejected", "rejected"): 2}
    assert impact.total.up == 6
