"""Exact numbers: text to scaled integer and back, and division with its four roundings."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.model.limits import MAX_DIGITS, MAX_EXPONENT
from steelyard.model.numbers import (
    NumberError,
    decimals_of,
    divide,
    format_scaled,
    parse_decimal,
    to_scaled,
)

ROUNDING = {
    "half_even": ROUND_HALF_EVEN,
    "half_up": ROUND_HALF_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
INTEGERS = st.integers(-(2**63), 2**63 - 1)


@given(INTEGERS, st.integers(0, 12))
def test_a_scaled_integer_is_the_same_after_text(value, decimals):
    for trim in (False, True):
        text = format_scaled(value, decimals, trim=trim)
        assert to_scaled(parse_decimal(text), decimals) == value


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("0.80", "0.80", 1),
        ("1e3", "1000", 0),
        ("-5", "-5", 0),
        (".5", "0.5", 1),
        ("+2.", "2", 0),
        (f"0.{'0' * 79}1", "1e-80", 80),
        (f"0.5{'0' * 99}", "0.5", 1),
        ("0e-99", "0", 0),
    ],
)
def test_texts_of_numbers(text, value, decimals):
    assert parse_decimal(text) == Decimal(value)
    assert decimals_of(parse_decimal(text)) == decimals


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "inf",
        "1,000",
        "٣",
        "1e",
        "0x1",
        "1" * (MAX_DIGITS + 1),
        f"1e{MAX_EXPONENT + 1}",
        "1e-81",
        "1e-9999999999",
        "0." + "0" * 999 + "1",
    ],
)
def test_other_texts_are_rejected(text):
    with pytest.raises(NumberError):
        parse_decimal(text)


@given(INTEGERS, INTEGERS.filter(bool), st.sampled_from(sorted(ROUNDING)))
def test_division_rounds_like_the_decimal_library(numerator, denominator, rounding):
    quotient = divide(numerator, denominator, rounding)
    exact = Fraction(numerator, denominator)
    floor = exact.numerator // exact.denominator
    rest = exact - floor
    # the rest by which rounding decides: below, at or above one half
    near = Decimal(0 if rest == 0 else 5 if rest == Fraction(1, 2) else 3 if 2 * rest < 1 else 7)
    expected = (Decimal(floor) + near / 10).quantize(Decimal(1), rounding=ROUNDING[rounding])
    assert quotient == int(expected)


def test_numbers_are_rounded_half_even_to_a_scale():
    assert [to_scaled(Decimal(text), 1) for text in ("0.25", "0.35", "-0.25")] == [2, 4, -2]
    assert to_scaled(7, 2) == 700
