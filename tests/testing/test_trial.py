"""A trial judges one item on facts, without a book."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.errors import InvalidInput
from steelyard.testing import Trial


@pytest.fixture(scope="module")
def trial():
    item = "id: exchange\ntype: core/flat\ntitle: {en: E, zh: 换}\nwith: {points: 0.1, when: %s}\n"
    return lambda condition: Trial(item % condition)


def test_outcome_points_and_requirements(trial):
    one = trial('beauty.allergy_return && as_of >= date("2026-04-01")')
    result = one.judge({"beauty.allergy_return": True}, as_of="2026-04-01")
    assert (result.outcome, result.points.decimal) == ("awarded", Decimal("0.1"))
    assert [part.status for part in result.requirements] == ["met"]
    assert one.judge({"beauty.allergy_return": True}, as_of=date(2026, 3, 31)).outcome == "not_met"
    assert one.judge({}).outcome == "no_data"


def test_what_is_wrong_is_said(trial):
    with pytest.raises(InvalidInput) as caught:
        trial("maternity.no_such_fact").judge({})
    assert caught.value.problems[0].code == "SY403"
    with pytest.raises(InvalidInput) as caught:
        trial('as_of >= date("2026-04-01")').judge({"beauty.allergy_return": 5})
    assert caught.value.problems[0].code == "SY604"
