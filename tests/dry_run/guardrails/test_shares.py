"""Laws of shares: a verdict is that of the exact fraction, and what is shown agrees with it."""

import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.dry_run.guardrails.measuring import guardrails, population

from steelyard.dry_run.guardrails import MEASURES, judge

SIGNS = {
    "<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
MOST = 10**10
laws = settings(max_examples=150, deadline=None)


@st.composite
def near_limits(draw):
    """Counts whose share lies on a limit of some decimals, or next to it, or anywhere."""
    whole = draw(st.one_of(st.integers(30, 2000), st.integers(30, MOST)))
    decimals = draw(st.integers(0, 6))
    limit = draw(st.integers(0, 10**decimals))
    near = limit * whole // 10**decimals + draw(st.integers(-1, 1))
    part = draw(st.one_of(st.integers(0, whole), st.just(min(max(near, 0), whole))))
    return part, whole, f"{Decimal(limit).scaleb(-decimals):f}"


@laws
@given(near_limits(), st.sampled_from(sorted(SIGNS)), st.booleans(), st.booleans())
@example((1, 3, "0.333333"), "==", False, False)
@example((10**9 - 1, MOST, "0.1"), ">=", False, True)
@example((10**9 + 1, MOST, "0.1"), "<=", True, False)
@example((10**9 + 1, MOST, "0.1"), ">", False, False)
def test_a_verdict_is_that_of_the_exact_fraction(tmp_path_factory, case, sign, denied, turned):
    part, whole, limit = case
    text = f"share(tier_down) {sign} {limit}"
    if turned:
        text = f"{limit} {TURNED.get(sign, sign)} share(tier_down)"
    text = f"!({text})" if denied else text
    read = guardrails(tmp_path_factory.getbasetemp(), text, min_merchants=1)
    (found,) = judge(read, [population(whole, tier_down=part)], ())
    exact = SIGNS[sign](Fraction(part, whole), Fraction(limit))
    assert found.outcome == ("pass" if exact != denied else "fail")

    (shown,) = found.observations
    assert shown.measure == "share(tier_down)"
    assert shown.holds == (exact != denied)
    assert SIGNS[shown.sign](shown.observed.decimal, shown.needed.decimal) == shown.holds
    assert abs(Fraction(shown.observed.decimal) - Fraction(part, whole)) < Fraction(1, 10**6)
    assert (shown.observed.unit, shown.needed.unit) == ("share", "share")


@laws
@given(
    st.integers(0, MOST), st.integers(0, MOST), st.sampled_from(sorted(SIGNS)),
    st.integers(0, 4), st.integers(1, 10**4),
)  # fmt: skip
def test_products_of_counts_compare_exactly(tmp_path_factory, one, other, sign, decimals, factor):
    limit = Decimal(factor).scaleb(-decimals)
    read = guardrails(tmp_path_factory.getbasetemp(), f"tier_down {sign} {limit:f} * tier_up")
    (found,) = judge(read, [population(MOST, tier_down=one, tier_up=other)], ())
    exact = SIGNS[sign](Fraction(one), Fraction(limit) * other)
    assert found.outcome == ("pass" if exact else "fail")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("share(tier_up + tier_down) <= 0.5", "pass"),
        ("share(tier_up + tier_down) < 0.5", "fail"),
        ("2 * share(tier_down) <= 0.6", "pass"),
        ("share(tier_down) in [0.3, 0.4]", "pass"),
        ("!(share(tier_down) in [0.3, 0.4])", "fail"),
        ("min(share(tier_up), share(tier_down)) <= 0.2", "pass"),
        ("(tier_up > 3 ? share(tier_up) : share(tier_down)) <= 0.2", "pass"),
        ("(tier_up > 3 ? share(tier_up) : 1) <= 0.2", "pass"),
        ("share(max(tier_up, tier_down)) == 0.3", "pass"),
        ("share(merchants) == 1", "pass"),
        ("-share(tier_down) < 0", "pass"),
        ('div(share(tier_down), 2, 2, "floor") == 0.15', "pass"),
    ],
)
def test_a_share_is_a_number_like_others(tmp_path, text, outcome):
    read = guardrails(tmp_path, text)
    (found,) = judge(read, [population(1000, tier_up=200, tier_down=300)], ())
    assert found.outcome == outcome


def test_all_measures_at_their_bounds_are_read_and_compared(tmp_path):
    """Bounds and decimals leave room for shares, for differences and for products with limits."""
    texts = [
        "share(up + down + unchanged) <= 1",
        "mean_after >= 0.999 * mean_before",
        "mean_after - mean_before <= 0.000000001",
        "max_drop <= 0.105",
        "benefit_cost_change <= 1000000000.55",
        "max(mean_change, -mean_change) <= 3",
    ]
    assert len(guardrails(tmp_path, *texts).listed) == len(texts)
    for name, declared in MEASURES.items():
        zero = "0.0" if declared.decimals else "0"
        assert guardrails(tmp_path, f"{name} >= {zero} || {name} < {zero}").listed
