"""Claims about samples: the same for ever, and right for whatever facts are declared."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.merchants.synthetic.book import DAY, known, levels, read, sampled
from tests.strategies.facts import declarations

from steelyard.merchants.rows import MerchantSchema
from steelyard.merchants.synthetic import Level, Levels, sample, write_sample
from steelyard.merchants.synthetic.draws import DRAW_END
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import INT64_HIGH, INT64_LOW
from steelyard.model.texts import Text

RANDOM = {"deadline": None, "suppress_health_check": list(HealthCheck)}
INDUSTRIES = ("toys", "food")
TITLE = Text("A fact", "事实")


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("a.csv", "88490f00cb7b19b5291a79a576dfe1e603c694ba8acc676b8464bd48406d133c"),
        ("a.jsonl", "114a7831019ab5245319e0e6544542e8500cc4126fca8c8d79b7b4e715871300"),
    ],
)
def test_a_thousand_merchants_are_the_same_for_ever(tmp_path, name, digest):
    """If this fails, old populations cannot be made again: do not renew it lightly.

    Levels and facts of the book are part of what is sampled, so changing those changes it too.
    """
    frames = sample(
        known().declarations,
        levels(),
        industries=known().industries,
        shop_types=known().shop_types,
        rows=1000,
        seed=7,
        as_of=DAY,
        faults=0,
    )
    assert write_sample(frames, tmp_path / name) == 1000
    assert sha256((tmp_path / name).read_bytes()).hexdigest() == digest


@given(
    rows=st.integers(0, 60), batch=st.integers(1, 70), seed=st.integers(0, 99), faulty=st.booleans()
)
@settings(max_examples=4, **RANDOM)
def test_batches_and_rows_beside_it_make_no_difference_to_a_row(rows, batch, seed, faulty):
    whole = sampled(60, seed=seed, faults=int(faulty))
    assert_frame_equal(sampled(rows, seed=seed, batch=batch, faults=int(faulty)), whole.head(rows))


def test_batches_are_no_larger_than_told():
    frames = sample(
        known().declarations, levels(), industries=("beauty",), shop_types=(), rows=25, seed=1,
        as_of=DAY, batch=10,
    )  # fmt: skip
    assert [frame.height for frame in frames] == [10, 10, 5]


def test_another_seed_makes_other_merchants():
    one, other = sampled(200, seed=1), sampled(200, seed=2)
    assert (one["orders.paid_30d"] == other["orders.paid_30d"]).sum() < 20


@st.composite
def linked(draw):
    """Random facts with wholes, industries and keys beside everything else."""
    facts = list(draw(declarations()).values())
    for index, plain in enumerate(facts):
        here = tuple(draw(st.sets(st.sampled_from(INDUSTRIES), max_size=2)))
        facts[index] = fact = replace(plain, industries=here)
        if fact.type == "records":
            names = [field.name for field in fact.fields]
            facts[index] = replace(fact, key=tuple(draw(st.sets(st.sampled_from(names)))))
        if fact.type not in ("int", "decimal"):
            continue
        wholes = [
            one
            for one in facts[:index]
            if one.type in ("int", "decimal")
            # a required part must have room
            and (not fact.required or fact.low * 10**one.decimals <= one.low * 10**fact.decimals)
        ]
        if wholes and draw(st.booleans()):
            facts[index] = replace(fact, at_most=draw(st.sampled_from(wholes)).id)
    return MerchantSchema(tuple(facts), INDUSTRIES, ("ordinary", "flagship"))


@given(linked(), st.integers(0, 10**6))
@settings(max_examples=60, **RANDOM)
def test_whatever_is_declared_every_row_is_read_and_has_what_is_required(of, seed):
    merchant_file = read(sampled(25, of=of, at=Levels(), seed=seed), of)
    assert merchant_file.rejects == ()
    for merchant in merchant_file.merchants:
        for fact in of.facts:
            here = not fact.industries or merchant.industry in fact.industries
            assert here or fact.id not in merchant.facts
            assert not (here and fact.required) or fact.id in merchant.facts


def number(name, low, high, **more):
    return FactDeclaration(name, "int", TITLE, "", "", low=low, high=high, **more)


def test_the_widest_bounds_hold():
    """What a fact may be at all is sampled without wrapping around."""
    widest = FactDeclaration(
        "a.wide", "decimal", TITLE, "", "", low=INT64_LOW, high=INT64_HIGH, decimals=6
    )
    part = replace(widest, id="a.wide_part", at_most="a.wide", required=True, decimals=2)
    counted = number("a.counted", 0, INT64_HIGH, unit="count")
    of = MerchantSchema((widest, part, counted), INDUSTRIES, ())
    quantiles = ((0, INT64_LOW), (DRAW_END, INT64_HIGH))
    at = Levels({"a.wide": Level(quantiles, given=900)})
    frame = sampled(400, of=of, at=at)
    assert read(frame, of).rejects == ()
    drawn = frame["a.wide"].drop_nulls()
    assert (drawn < 0).sum() > 100
    assert (drawn > 0).sum() > 100


def test_a_share_of_the_widest_whole_stays_in_its_bounds():
    whole = number("a.all", 0, INT64_HIGH)
    share = FactDeclaration("a.share", "decimal", TITLE, "", "", high=10**6, decimals=6)
    of = MerchantSchema((whole, share, replace(share, id="a.sure", required=True)), INDUSTRIES, ())
    part = Level(((0, 0), (DRAW_END, 10**6)), out_of="a.all")
    at = Levels(
        {
            "a.all": Level(((0, 0), (DRAW_END // 2, 0), (DRAW_END, INT64_HIGH))),
            "a.share": part,
            "a.sure": part,
        }
    )
    frame = sampled(400, of=of, at=at)
    assert read(frame, of).rejects == ()
    assert frame["a.share"].is_null().equals(frame["a.all"] == 0)
    assert frame["a.share"].drop_nulls().n_unique() > 100
    assert frame["a.sure"].null_count() == 0


def test_a_required_part_of_an_absent_whole_is_there():
    of = MerchantSchema(
        (number("a.all", 5, 50), number("a.part", 2, 50, at_most="a.all", required=True)),
        INDUSTRIES,
        (),
    )
    frame = sampled(300, of=of, at=Levels({"a.all": Level(((0, 5), (DRAW_END, 50)), given=500)}))
    assert 100 < frame["a.all"].null_count() < 200
    assert frame["a.part"].null_count() == 0
    assert read(frame, of).rejects == ()


def test_a_whole_leaves_room_for_its_part():
    of = MerchantSchema(
        (number("a.all", 0, 50), number("a.part", 20, 30, at_most="a.all", required=True)),
        INDUSTRIES,
        (),
    )
    frame = sampled(200, of=of, at=Levels())
    assert read(frame, of).rejects == ()
    assert frame["a.all"].min() == 20


def test_a_day_at_either_end_of_the_calendar():
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        frames = sample(
            known().declarations,
            levels(),
            industries=known().industries,
            shop_types=known().shop_types,
            rows=300,
            seed=1,
            as_of=day,
        )
        assert read(pl.concat(frames), known()).rejects == ()
