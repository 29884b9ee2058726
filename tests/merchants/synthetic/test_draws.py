"""Claims about draws: those of plain Python integers, whatever the size or the sign."""

from hashlib import sha256
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from steelyard.merchants.synthetic.draws import WHOLE, chosen, draw, happens, quantile, turned

MASK = 2**64 - 1
UNIFORM = st.one_of(st.sampled_from([0, 1, WHOLE - 1, WHOLE // 2]), st.integers(0, WHOLE - 1))


def plain_draw(row: int, seed: int, name: str) -> int:
    start = int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:8], "big")
    value = (row * 0x9E3779B97F4A7C15 + start) & MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK
    return (value ^ value >> 31) >> 32


@given(
    st.lists(st.one_of(st.integers(0, 10**5), st.integers(0, 2**62)), min_size=1),
    st.integers(-(2**70), 2**70),
    st.text(max_size=9),
)
def test_a_draw_is_that_of_plain_integers(rows, seed, name):
    drawn = draw(pl.Series(rows, dtype=pl.Int64), seed, name).to_list()
    assert drawn == [plain_draw(row, seed, name) for row in rows]


def plain_quantile(at: int, points) -> int:
    if at < points[0][0]:
        return points[0][1]
    for (low, start), (high, end) in pairwise(points):
        if at < high:
            return start + (at - low) * (end - start) // (high - low)
    return points[-1][1]


@st.composite
def quantiles(draw):
    shares = sorted(draw(st.sets(st.integers(0, WHOLE), min_size=1, max_size=6)))
    size = draw(st.sampled_from([10, 10**6, 2**61]))
    values = draw(st.lists(st.integers(-size, size), min_size=len(shares), max_size=len(shares)))
    return list(zip(shares, values, strict=True))


@given(st.lists(UNIFORM, min_size=1), quantiles())
def test_values_lie_on_straight_lines_between_quantiles(draws, points):
    found = quantile(pl.Series(draws, dtype=pl.UInt64), points).to_list()
    assert found == [plain_quantile(at, points) for at in draws]


@given(st.lists(UNIFORM, min_size=1), st.lists(st.integers(0, 1000), min_size=1, max_size=5))
def test_one_of_several_is_chosen_by_weight(draws, weights):
    weights[0] += 1
    total = sum(weights)
    for at, index in zip(
        draws, chosen(pl.Series(draws, dtype=pl.UInt64), weights).to_list(), strict=True
    ):
        assert weights[index] > 0
        assert sum(weights[:index]) * WHOLE // total <= at
        assert at < sum(weights[: index + 1]) * WHOLE // total


def test_shares_are_met_and_the_ends_are_sure():
    rows = pl.int_range(100_000, dtype=pl.Int64, eager=True)
    drawn = draw(rows, 3, "a")
    assert happens(drawn, 0, 1000).sum() == 0
    assert happens(drawn, 1000, 1000).sum() == 100_000
    assert abs(happens(drawn, 137, 1000).sum() - 13_700) < 400
    assert (turned(drawn) + drawn).unique().to_list() == [WHOLE - 1]


def test_draws_of_two_names_or_seeds_have_nothing_to_do_with_each_other():
    rows = pl.int_range(50_000, dtype=pl.Int64, eager=True)
    low = [draw(rows, seed, name) < WHOLE // 2 for seed, name in ((1, "a"), (1, "b"), (2, "a"))]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs((low[one] & low[other]).sum() - 12_500) < 500
