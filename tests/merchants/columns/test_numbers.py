"""What columns call plainly right is what exact arithmetic gives, digit by digit."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.merchants.columns.columns import (
    as_doubles,
    from_decimals,
    from_doubles,
    from_integers,
    from_texts,
)
from steelyard.model.numbers import NumberError, parse_decimal, to_scaled

SCALES = st.integers(0, 12)


def results(values, dtype, convert):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})
    value, right = convert(pl.col("x"))
    if dtype == pl.String:
        frame = frame.with_columns(as_doubles("x"))
    return frame.select(value=value, right=right.fill_null(False)).rows()


def exact(text, decimals, whole):
    """The scaled integer of a text, None where a whole number is asked for and it is none."""
    value = parse_decimal(text)
    if whole and to_scaled(value, 0) != value:
        return None
    return to_scaled(value, decimals)


near_ties = st.builds(
    lambda n, k, e: float(Decimal(n) + Decimal(5).scaleb(-k - 1) + Decimal(e).scaleb(-k - 6)),
    st.integers(-1000, 1000),
    st.integers(0, 8),
    st.integers(-2, 2),
)
doubles = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1000, 1000),
    st.decimals(-(10**6), 10**6, places=4).map(float),
    near_ties,
    st.sampled_from([0.1 + 0.2, 1e-7, -0.0, 5e-324, 2.5, 0.00005, 1e15, 1 / 3, 2**53 + 1.0]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(doubles, max_size=20), SCALES, st.booleans())
def test_doubles_round_as_their_shortest_decimals(values, decimals, whole):
    decimals = 0 if whole else decimals
    found = results(values, pl.Float64, lambda x: from_doubles(x, decimals, whole=whole))
    for value, (number, right) in zip(values, found, strict=True):
        if right:
            assert number == exact(repr(value), decimals, whole), value


@given(st.decimals(-1000, 1000, places=4).map(float))
def test_plain_doubles_are_plainly_right(value):
    """What people write with four decimals needs no second look."""
    ((number, right),) = results([value], pl.Float64, lambda x: from_doubles(x, 4, whole=False))
    assert right
    assert number == exact(repr(value), 4, whole=False)


texts = st.one_of(
    doubles.map(repr),
    st.decimals(-(10**20), 10**20, places=12).map(lambda one: format(one, "f")),
    st.from_regex(r"[-+]?[0-9]{0,20}(\.[0-9]{0,24})?([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(
        ["5", "+5", "05", ".5", "5.", "-.5", "5.0", "1e3", "1_000", " 5", "5 ", "0x10", "", "-",
         "0.30000000000000004441", "0.00005", "0.000050000000000000000000001", "5.0000000000000001",
         "2.5", "-2.5", "0.5", "1.5", "NaN", "inf", "१", "1e-300", "1" * 39, "1" * 45]
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(texts, max_size=20), SCALES, st.booleans())
def test_texts_round_as_what_is_written(values, decimals, whole):
    decimals = 0 if whole else decimals
    found = results(values, pl.String, lambda _: from_texts("x", decimals, whole=whole))
    for value, (number, right) in zip(values, found, strict=True):
        if right:
            # the row reader takes what YAML takes for a number
            text = value + "0" if value.endswith(".") else value
            assert number == exact(text, decimals, whole), value


@given(st.decimals(-1000, 1000, places=4).map(str))
def test_plain_texts_are_plainly_right(value):
    ((number, right),) = results([value], pl.String, lambda _: from_texts("x", 4, whole=False))
    assert right
    assert number == exact(value, 4, whole=False)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(-(10**30), 10**30), max_size=20),
    st.integers(0, 20),
    SCALES,
    st.booleans(),
)
def test_decimals_round_as_what_is_written(values, scale, decimals, whole):
    decimals = 0 if whole else decimals
    given_values = [Decimal(value).scaleb(-scale) for value in values]
    dtype = pl.Decimal(38, scale)
    found = results(given_values, dtype, lambda x: from_decimals(x, scale, decimals, whole=whole))
    for value, (number, right) in zip(given_values, found, strict=True):
        if right:
            assert not whole or to_scaled(value, 0) == value
            assert number == to_scaled(value, decimals), value


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20),
    SCALES,
    st.integers(-(10**6), 0),
    st.integers(0, 10**6),
)
def test_integers_never_overflow(values, decimals, low, high):
    low, high = low * 10**decimals, high * 10**decimals
    found = results(values, pl.Int64, lambda x: from_integers(x, decimals, low, high))
    for value, (number, right) in zip(values, found, strict=True):
        assert right == (low <= value * 10**decimals <= high)
        if right:
            assert number == value * 10**decimals


def test_the_texts_here_are_judged_by_the_row_reader_too():
    with pytest.raises(NumberError):
        parse_decimal("1e-300")
