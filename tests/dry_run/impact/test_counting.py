"""Counts are exact, whatever the size of the numbers."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.dry_run.impact import counting
from steelyard.dry_run.impact.counting import count_rows, exact_sum
from steelyard.dry_run.impact.stability import stability_index

rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(-900, 900), st.integers(0, 2)), max_size=60
)


@pytest.mark.parametrize("cells", [0, 1 << 20], ids=["sorted", "counted"])
@given(rows=rows)
def test_rows_are_counted_by_all_their_values(cells, rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    counter: Counter[tuple[int, ...]] = Counter({(0, 0, 0): 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_MAX_CELLS", cells)
        count_rows(counter, *columns)
    assert counter == Counter(rows) + Counter({(0, 0, 0): 1})


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_sums_may_pass_64_bits(values):
    assert exact_sum(np.array(values, dtype=np.int64)) == sum(values)


def test_the_same_distribution_is_stable():
    counts = dict.fromkeys(range(300, 500), 10)
    assert str(stability_index(counts, counts)) == "0"
    assert stability_index({}, counts) is None


@pytest.mark.parametrize("common", [100, 95, 10])
@pytest.mark.parametrize("to", [0, 599, 601, 1000])
def test_merchants_who_leave_a_common_score_are_seen(common, to):
    # the others stay on their scores, which are below and above
    others = dict.fromkeys([*range(450, 500), *range(700, 750)][: 100 - common], 1)
    index = stability_index({600: common, **others}, {to: common, **others})
    assert index is not None
    assert index.decimal >= Decimal("0.25")
