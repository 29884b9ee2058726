"""Made-up populations: the same for ever, plausible, and right unless a fault was asked for."""

from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import steelyard
from steelyard import InvalidInput
from steelyard.cli.running import run_arguments
from steelyard.pipeline import facts_of, load_book, load_catalogue
from steelyard.sampling import Levels, read_levels, sample
from steelyard.sampling.draws import WHOLE, draw, happens, quantile
from steelyard.scoring.plans import open_plans

BOOK = Path("rulesets")
AS_OF = date(2026, 6, 1)


@pytest.fixture(scope="module")
def book():
    opened = load_book(BOOK)
    facts = facts_of(opened, load_catalogue())
    return opened, facts, read_levels(BOOK, facts)


def drawn(book, rows, seed=7, industries=None, **more):
    opened, facts, levels = book
    frames = sample(
        facts,
        levels,
        industries=industries or opened.industry_ids,
        shop_types=opened.shop_type_ids,
        rows=rows,
        seed=seed,
        as_of=AS_OF,
        **more,
    )
    return pl.concat(frames)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_the_same_arguments_give_the_same_bytes_for_ever(tmp_path, ending):
    out = tmp_path / f"shops.{ending}"
    arguments = ["facts", "sample", "--n", "1000", "--seed", "42", "--as-of", "2026-06-01"]
    assert run_arguments([*arguments, "--book", str(BOOK), "--out", str(out)]) == 0
    digest = sha256(out.read_bytes()).hexdigest()
    assert digest == PINNED[ending]


PINNED = {
    "csv": "bfb25096a0479de99800eb390af91220b8558bde782f30c94af6f9e612cddcab",
    "jsonl": "cdaaba0b9ed0997a47aadb9fa3b0c63e5110edc0e395011f6fb8b73580a42809",
}


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**40))
def test_batches_make_no_difference(size, seed):
    opened = load_book(BOOK)
    facts = facts_of(opened, load_catalogue())
    book = opened, facts, read_levels(BOOK, facts)
    whole = drawn(book, 60, seed)
    assert drawn(book, 60, seed, batch=size).equals(whole)
    assert drawn(book, 30, seed).equals(whole[:30])


def test_every_merchant_is_right_and_the_population_is_plausible(book):
    """None is rejected; shops are spread over tiers, and items come out in many ways."""
    plans = open_plans(BOOK, as_of=AS_OF)
    for industry in book[0].industry_ids:
        result = steelyard.score(drawn(book, 2000, industries=[industry]), plans)
        assert result.rejected == 0
        assert 0.02 < result.unscored / result.rows < 0.4
        tiers = result.scores["tier"].drop_nulls().value_counts(normalize=True)
        assert tiers.height == 3
        assert tiers["proportion"].max() < 0.8
        assert (result.scores["score"] == 5).mean() < 0.15
        outcomes = Counter(result.items.filter(part="item").select("item", "outcome").rows())
        for item in {name for name, _ in outcomes}:
            assert outcomes[item, "awarded"] > 20, item
            assert outcomes[item, "no_data"] + outcomes[item, "not_met"] > 20, item


def test_facts_have_the_levels_that_the_book_says(book):
    _, facts, levels = book
    frame = drawn(book, 20_000)
    for name in ("service.satisfaction", "quality.positive_rating_share", "orders.paid_30d"):
        quantiles = dict(levels.facts[name].quantiles)
        median = quantiles[WHOLE // 2] / 10 ** facts[name].decimals
        assert float(frame[name].median()) == pytest.approx(median, rel=0.12)
    shares = frame["industry"].value_counts(normalize=True)
    maternity = shares.filter(industry="maternity")["proportion"].item()
    assert maternity == pytest.approx(levels.industries["maternity"] / 1000, abs=0.02)


def test_who_is_outside_a_scheme_has_none_of_its_facts(book):
    _, _, levels = book
    frame = drawn(book, 3000, industries=["maternity"])
    for scheme, joined in levels.schemes.items():
        own = [name for name, level in levels.facts.items() if level.scheme == scheme]
        own = [name for name in own if name in frame.columns and name.startswith("maternity.")]
        if own:
            given_facts = frame.select(pl.any_horizontal(pl.col(own).is_not_null())).to_series()
            assert given_facts.mean() == pytest.approx(joined / 1000, abs=0.05)


def test_good_shops_are_good_in_more_than_one_thing(book):
    frame = drawn(book, 5000).select(
        pl.col("service.satisfaction", "service.response_3min_share").cast(pl.Float64)
    )
    assert frame.select(pl.corr(*frame.columns)).item() > 0.3


def test_faults_are_rejected_and_nothing_else_is(book):
    result = steelyard.score(drawn(book, 5000, faults=100), open_plans(BOOK, as_of=AS_OF))
    assert 350 < result.rejected < 650
    codes = {one["code"] for listed in result.rejects["problems"] for one in listed}
    assert codes == {"SY603", "SY604", "SY605", "SY607"}


def test_a_book_without_levels_has_plain_ones(book):
    """Facts that nobody said anything of are drawn by type and unit, and are right too."""
    opened, facts, _ = book
    frame = drawn((opened, facts, Levels()), 300)
    assert steelyard.score(frame, open_plans(BOOK, as_of=AS_OF)).rejected == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("levels:\n  orders.payd: {quantiles: [[0, 1], [1, 2]]}\n", "SY203"),
        ("levels:\n  orders.paid_30d: {of: orders.payd, quantiles: [[0, 1], [1, 1]]}\n", "SY203"),
        ("levels:\n  orders.paid_30d: {scheme: club, quantiles: [[0, 1], [1, 2]]}\n", "SY118"),
        ("levels:\n  maternity.advisors: {fields: {hold: {yes: 1}}}\n", "SY118"),
        ("levels: {orders.paid_30d: {given: 2}}\n", "SY118"),
        ("nothing: 1\n", "SY118"),
    ],
)
def test_levels_that_are_wrong_are_said_with_their_place(book, tmp_path, text, code):
    path = tmp_path / "merchants" / "population" / "levels.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_levels(tmp_path, book[1])
    assert code in {one.code for one in caught.value.problems}
    assert all(one.place is not None for one in caught.value.problems)


@settings(deadline=None)
@given(st.integers(0, 2**62), st.integers(0, 2**40))
def test_draws_are_uniform_enough_and_stay_below_the_whole(seed, start):
    rows = pl.int_range(start, start + 4000, dtype=pl.Int64, eager=True).alias("row").to_frame()
    values = rows.select(draw(pl.col("row"), seed, "x").alias("x"))["x"]
    assert values.max() < WHOLE
    assert abs(values.mean() / WHOLE - 0.5) < 0.05
    share = rows.select(happens(draw(pl.col("row"), seed, "y"), 300, 1000).alias("y"))["y"].mean()
    assert share == pytest.approx(0.3, abs=0.06)


def test_quantiles_are_straight_lines():
    frame = pl.DataFrame({"u": pl.Series([0, WHOLE // 4, WHOLE // 2, WHOLE - 1], dtype=pl.UInt64)})
    line = ((0, 0), (WHOLE // 2, 100), (WHOLE, 1100))
    assert frame.select(quantile(pl.col("u"), line)).to_series().to_list() == [0, 50, 100, 1099]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--out", "x.txt"], "SY701"),
        (["--out", "x.csv", "--industry", "cars"], "SY703"),
        (["--out", "nowhere/x.csv"], "SY116"),
    ],
)
def test_wrong_usage_is_a_clear_line(arguments, code, capsys):
    command = ["facts", "sample", "--n", "5", "--as-of", "2026-06-01", "--book", str(BOOK)]
    assert run_arguments([*command, *arguments]) == 2
    assert code in capsys.readouterr().err
