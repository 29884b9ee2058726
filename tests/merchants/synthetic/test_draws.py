"""Claims about draws: the same for a row in every batch, and exact whatever the size or sign."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.merchants.synthetic.draws import (
    DRAW_END,
    draw,
    has_chance,
    mirrored,
    mixed,
    quantile,
    weighted_index,
)

UNIFORM = st.one_of(
    st.sampled_from([0, 1, DRAW_END - 1, DRAW_END // 2]), st.integers(0, DRAW_END - 1)
)


@given(st.integers(0, 10**9), st.integers(0, 40), st.integers(-(2**70), 2**70), st.text(max_size=9))
def test_a_draw_does_not_depend_on_where_a_batch_begins(start, rows, seed, name):
    drawn = draw(start, rows, seed, name).to_list()
    assert drawn == [draw(row, 1, seed, name).item() for row in range(start, start + rows)]
    assert all(0 <= number < DRAW_END for number in drawn)


def test_draws_are_the_same_for_ever():
    """Philox of NumPy: a change here changes every synthetic population."""
    assert draw(6, 3, 7, "a").to_list() == [115066346, 14217683, 2367687073]


def plain_quantile(at: int, points) -> int:
    if at < points[0][0]:
        return points[0][1]
    for (low, start), (high, end) in pairwise(points):
        if at < high:
            return start + (at - low) * (end - start) // (high - low)
    return points[-1][1]


@st.composite
def quantiles(draw):
    shares = sorted(draw(st.sets(st.integers(0, DRAW_END), min_size=1, max_size=6)))
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
        draws, weighted_index(pl.Series(draws, dtype=pl.UInt64), weights).to_list(), strict=True
    ):
        assert weights[index] > 0
        assert sum(weights[:index]) * DRAW_END // total <= at
        assert at < sum(weights[: index + 1]) * DRAW_END // total


def test_shares_are_met_and_the_ends_are_sure():
    drawn = draw(0, 100_000, 3, "a")
    assert has_chance(drawn, 0, 1000).sum() == 0
    assert has_chance(drawn, 1000, 1000).sum() == 100_000
    assert abs(has_chance(drawn, 137, 1000).sum() - 13_700) < 400
    assert (mirrored(drawn) + drawn).unique().to_list() == [DRAW_END - 1]


@pytest.mark.parametrize("correlation", [0, 150, 600, 900, 1000])
def test_a_mix_is_uniform_and_follows_as_told(correlation):
    lead, alone = (draw(0, 40_000, 3, name) for name in ("a", "b"))
    both = mixed(lead, alone, correlation)
    assert 0 <= both.min() <= both.max() < DRAW_END
    for part in range(1, 10):
        assert abs((both < part * DRAW_END // 10).mean() - part / 10) < 0.01
    frame = pl.DataFrame({"lead": lead, "both": both})
    found = frame.select(pl.corr("lead", "both", method="spearman")).item()
    assert abs(found - correlation / 1000) < 0.04


def test_draws_of_two_names_or_seeds_have_nothing_to_do_with_each_other():
    low = [
        draw(0, 50_000, seed, name) < DRAW_END // 2 for seed, name in ((1, "a"), (1, "b"), (2, "a"))
    ]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs((low[one] & low[other]).sum() - 12_500) < 500
