"""Claims about planted faults: as many as asked for, each rejected for what it is."""

from collections import Counter
from decimal import Decimal

import pytest
from tests.merchants.synthetic.book import BOOK, DAY, known, sampled

from steelyard.merchants.columns import open_population
from steelyard.merchants.synthetic import write_sample
from steelyard.merchants.synthetic.sample import DUPLICATE, UNKNOWN_INDUSTRY
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population


def test_every_kind_of_fault_is_rejected_and_counted(tmp_path):
    good, frame = sampled(6000), sampled(6000, faults=Decimal("0.1"))
    path = tmp_path / "shops.parquet"
    write_sample([frame], path)
    run = score_population([path], open_plans(BOOK, as_of=DAY), Outputs())
    codes = run.tally.rejections
    changed = sum(one != other for one, other in zip(good.rows(), frame.rows(), strict=True))
    assert run.tally.rejected == changed
    assert 520 < changed < 680
    assert (frame["industry"] == UNKNOWN_INDUSTRY).sum() == codes["SY604"]
    assert (frame["merchant"] == DUPLICATE).sum() == codes["SY607"]
    assert set(codes) == {"SY603", "SY604", "SY605", "SY607", "SY609"}
    assert min(codes.values()) > 40


@pytest.mark.parametrize("industry", known().industries)
def test_without_faults_nothing_is_rejected(tmp_path, industry):
    path = tmp_path / "shops.parquet"
    write_sample([sampled(3000, industries=(industry,))], path)
    with open_population([path], known()) as population:
        found = Counter(len(batch.rejects) for batch in population.batches(1000))
    assert set(found) == {0}


def test_a_share_finer_than_a_thousandth_counts():
    good, frame = sampled(20_000), sampled(20_000, faults=Decimal("0.0004"))
    changed = sum(one != other for one, other in zip(good.rows(), frame.rows(), strict=True))
    assert 1 <= changed <= 20
