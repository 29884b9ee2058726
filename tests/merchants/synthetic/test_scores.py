"""Claims about what the reference book makes of a sample: scores as a marketplace would see."""

from collections import Counter

import pytest
from tests.merchants.synthetic.book import BOOK, DAY, known, read, sampled

from steelyard.merchants.synthetic import write_sample
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population

ROWS = 2000


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=DAY)


def tally_of(industry, plans, tmp_path):
    path = tmp_path / "shops.parquet"
    write_sample([sampled(ROWS, industries=(industry,))], path)
    return score_population([path], plans, Outputs()).tally


@pytest.mark.parametrize("industry", known().industries)
def test_the_row_reader_accepts_every_row(industry):
    merchant_file = read(sampled(300, industries=(industry,)), known())
    assert merchant_file.rejects == ()
    assert len(merchant_file.merchants) == 300


@pytest.mark.parametrize("industry", known().industries)
def test_scores_are_spread(industry, plans, tmp_path):
    tally = tally_of(industry, plans, tmp_path)
    assert tally.rejected == 0
    assert 0.7 < tally.scored / ROWS < 0.9  # the others have too few orders
    scores = tally.scores
    assert len(scores) > 80
    assert max(scores.values()) < 0.12 * tally.scored
    assert scores[500] < 0.1 * tally.scored
    assert min(tally.tiers.values()) > 0.05 * tally.scored


@pytest.mark.parametrize("industry", known().industries)
def test_every_item_is_awarded_to_some_and_not_to_others(industry, plans, tmp_path):
    tally = tally_of(industry, plans, tmp_path)
    outcomes: dict[str, Counter[str]] = {}
    for (_, part, outcome), often in tally.outcomes.items():
        outcomes.setdefault(part, Counter())[outcome] += often
    for part, counts in outcomes.items():
        assert counts["awarded"] > 0, (part, counts)
        assert len(counts) > 1, (part, counts)
    seen = {outcome for counts in outcomes.values() for outcome in counts}
    assert {"awarded", "not_met", "not_assessed", "no_data"} <= seen
