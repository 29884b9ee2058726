"""Claims about verdicts: too few wins, segments are judged alone, what is missing fails."""

import operator
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.dry_run.guardrails.measuring import (
    COUNTS,
    WHOLE,
    guardrails,
    population,
    segment,
    verdict,
)

from steelyard.dry_run.guardrails import Measured, judge
from steelyard.errors import InvalidInput, Place
from steelyard.model.limits import MIN_JUDGED_MERCHANTS
from steelyard.scorecard.model import Exact

laws = settings(max_examples=100, deadline=None)


@laws
@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from(["up >= 0", "up < 0", "psi > 1"]))
def test_too_few_wins_over_pass_and_fail(tmp_path_factory, merchants, least, require):
    folder = tmp_path_factory.getbasetemp()
    found = verdict(folder, require, population(merchants), min_merchants=least)
    assert (found.outcome == "too_few") == (merchants < least)
    assert (found.merchants, found.min) == (merchants, least)
    assert (found.observations == ()) == (merchants < least)


def test_thirty_merchants_are_enough_where_nothing_is_said(tmp_path):
    assert MIN_JUDGED_MERCHANTS == 30
    outcomes = [verdict(tmp_path, "up >= 0", population(number)).outcome for number in (29, 30)]
    assert outcomes == ["too_few", "pass"]


@laws
@given(
    st.lists(
        st.integers(1, 500).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole))),
        max_size=6,
    )
)
def test_each_segment_is_judged_on_its_own(tmp_path_factory, counts):
    folder = tmp_path_factory.getbasetemp()
    read = guardrails(folder, "share(tier_down) <= 0.02", by="industry", min_merchants=100)
    segments = [
        segment(f"s{index}", whole, tier_down=part) for index, (whole, part) in enumerate(counts)
    ]
    elsewhere = segment("flagship", 1000, "shop_type", tier_down=1000)
    found = judge(read, [population(), *segments, elsewhere], ("industry", "shop_type"))
    expected = [
        ("industry", f"s{index}", "too_few" if whole < 100 else "pass" if 50 * part <= whole else "fail")
        for index, (whole, part) in enumerate(counts)
    ]  # fmt: skip
    nothing = [("industry", "", "too_few")]  # a guardrail is never passed over in silence
    assert [(one.dimension, one.segment, one.outcome) for one in found] == (expected or nothing)


def test_verdicts_come_in_the_order_of_the_file_then_of_the_segments(tmp_path):
    read = guardrails(tmp_path, "up >= 0", "down >= 0", by="industry")
    found = judge(read, [population(), segment("b"), segment("a")], ("industry",))
    assert [(one.id[-1], one.segment) for one in found] == [
        ("0", "b"),
        ("0", "a"),
        ("1", "b"),
        ("1", "a"),
    ]
    assert found[0].segment_title.en == "B"
    assert found[0].place == Place("guardrails.yaml", 2, 5)


def test_a_measure_that_is_missing_and_unguarded_fails(tmp_path):
    found = verdict(tmp_path, "max_drop <= 0.10 && up >= 0", population(max_drop=None))
    drop, up = found.observations
    assert found.outcome == "fail"
    assert (drop.holds, drop.missing, drop.observed) == (None, ("max_drop",), None)
    assert str(drop.needed) == "0.1"
    assert (up.holds, up.missing) == (True, ())


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("has(psi) && psi <= 0.1", "fail"),
        ("!has(psi) || psi <= 0.1", "pass"),
        ("psi <= 0.1 || up >= 0", "pass"),
        ("psi <= 0.1 && up < 0", "fail"),
        ("has(psi) ? psi <= 0.1 : up >= 0", "pass"),
        ("!(psi > 0.1)", "fail"),
        ("has(psi) == has(max_drop)", "pass"),
    ],
)
def test_presence_is_as_in_every_condition(tmp_path, text, outcome):
    assert verdict(tmp_path, text, population()).outcome == outcome


def test_what_is_compared_with_a_missing_measure_is_named(tmp_path):
    found = verdict(
        tmp_path, "mean_after >= mean_before - 0.01", population(mean_after=Exact(4, 0))
    )
    (one,) = found.observations
    assert (one.missing, one.needed, one.needed_text) == (
        ("mean_before",),
        None,
        "mean_before - 0.01",
    )


@laws
@given(
    st.integers(-(10**9), 10**9), st.integers(0, 9), st.integers(0, 10**9), st.integers(0, 12),
    st.sampled_from(["<=", "<", ">=", ">", "==", "!="]),
)  # fmt: skip
def test_points_of_any_decimals_compare_exactly(
    tmp_path_factory, value, decimals, limit, digits, sign
):
    needed = Decimal(limit).scaleb(-digits)
    observed = Exact(value, decimals + max(0, len(str(abs(value))) - 6 - decimals), "points")
    assume(observed.decimals <= 9)
    assume(needed <= 10**5)
    compare = {"<=": "le", "<": "lt", ">=": "ge", ">": "gt", "==": "eq", "!=": "ne"}[sign]
    folder = tmp_path_factory.getbasetemp()
    found = verdict(folder, f"mean_change {sign} {needed:f}", population(mean_change=observed))
    holds = getattr(operator, compare)(observed.decimal, needed)
    assert found.outcome == ("pass" if holds else "fail")
    (one,) = found.observations
    assert (one.observed.decimal, one.needed.decimal) == (observed.decimal, needed)
    assert one.observed.unit == one.needed.unit == "points"


def test_money_has_the_currency_of_the_run(tmp_path):
    cost = Exact(-1250, 2, "CNY")
    (one,) = verdict(
        tmp_path, "100 >= benefit_cost_change", population(benefit_cost_change=cost)
    ).observations
    assert (one.sign, str(one.observed), str(one.needed)) == ("<=", "-12.5", "100")
    assert (one.observed.unit, one.needed.unit) == ("CNY", "CNY")


def test_a_dimension_that_the_run_lacks_is_refused(tmp_path):
    read = guardrails(tmp_path, "up >= 0", by="industri")
    with pytest.raises(InvalidInput) as caught:
        judge(read, [population()], ("industry",))
    (problem,) = caught.value.problems
    assert (problem.code, problem.fix) == ("SY333", "did you mean 'industry'?")
    with pytest.raises(InvalidInput, match="expected: no `by`"):
        judge(read, [population()], ())


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ([], "the whole population was not measured"),
        ([Measured("", "", WHOLE, 99, {})], "counts are missing: scored_before"),
        ([Measured("", "", WHOLE, 99, {**COUNTS, "ups": 1})], "not a measure: ups"),
        ([population(max_drop=Exact(1, 10))], "more than 9 decimals"),
    ],
)
def test_a_program_that_measures_wrongly_is_told(tmp_path, measured, words):
    with pytest.raises(ValueError, match=words):
        judge(guardrails(tmp_path, "up >= 0"), measured, ())


def test_zeros_beyond_the_declared_decimals_are_no_digits(tmp_path):
    found = verdict(tmp_path, "max_drop == 0.5", population(max_drop=Exact(5 * 10**11, 12)))
    assert found.outcome == "pass"
