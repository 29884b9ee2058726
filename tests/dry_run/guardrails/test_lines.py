"""What people read of a verdict, in both languages, and the same as data."""

import json

import pytest
from tests.dry_run.guardrails.measuring import guardrails, population, segment

from steelyard.dry_run.guardrails import judge
from steelyard.dry_run.report.guardrails import verdict_json, verdict_line
from steelyard.report.json import to_text
from steelyard.scorecard.model import Exact

MEASURED = {
    "tier_down": 12, "up": 500, "max_drop": Exact(105, 3), "mean_after": Exact(451, 2),
    "mean_before": Exact(450, 2), "mean_change": Exact(-1, 2), "benefit_cost_change": Exact(-1250, 2, "CNY"),
    "notice_days": 20,
}  # fmt: skip
LINES = [
    (
        "share(tier_down) <= 0.02",
        "✓ Fine: share(tier_down) is 1.2%, needs at most 2%",
        "✓ 正常：share(tier_down) 为 1.2%，要求不高于 2%",
    ),
    (
        "max_drop <= 0.10",
        "✗ Fine: max_drop is 0.105, needs at most 0.10",
        "✗ 正常：max_drop 为 0.105，要求不高于 0.10",
    ),
    (
        "mean_after >= mean_before + 0.05 && up > 1",
        "✗ Fine: mean_after is 4.51, needs at least 4.55 (mean_before + 0.05)",
        "✗ 正常：mean_after 为 4.51，要求不低于 4.55（mean_before + 0.05）",
    ),
    (
        "!(mean_change < -0.05) && notice_days >= 15",
        "✓ Fine: mean_change is −0.01, needs at least −0.05; notice_days is 20 days, needs at least 15 days",
        "✓ 正常：mean_change 为 −0.01，要求不低于 −0.05；notice_days 为 20 天，要求不低于 15 天",
    ),
    (
        "psi <= 0.1 && up >= 0",
        "✗ Fine: no value for psi, needs at most 0.1",
        "✗ 正常：缺少 psi，要求不高于 0.1",
    ),
    (
        "mean_after >= median_after",
        "✗ Fine: no value for median_after, needs at least median_after",
        "✗ 正常：缺少 median_after，要求不低于 median_after",
    ),
    (
        "!has(psi) || psi <= 0.1",
        "✓ Fine: psi has no value",
        "✓ 正常：psi 没有数值",
    ),
    (
        "has(notice_days) && notice_days >= 15",
        "✓ Fine: notice_days is 20 days, needs at least 15 days",
        "✓ 正常：notice_days 为 20 天，要求不低于 15 天",
    ),
    (
        "has(psi)",
        "✗ Fine: psi has no value",
        "✗ 正常：psi 没有数值",
    ),
    (
        "benefit_cost_change <= 0",
        "✓ Fine: benefit_cost_change is CNY -12.5, needs at most CNY 0",
        "✓ 正常：benefit_cost_change 为 -12.5 元，要求不高于 0 元",
    ),
    (
        "!(up in [1, 500])",
        "✗ Fine: up is 500, needs none of 1, 500",
        "✗ 正常：up 为 500，要求不属于 1, 500",
    ),
    (
        "up in [1, 500]",
        "✓ Fine: up is 500, needs one of 1, 500",
        "✓ 正常：up 为 500，要求属于 1, 500",
    ),
    (
        "has(psi) == true",
        "✗ Fine: has(psi) is no, needs exactly yes",
        "✗ 正常：has(psi) 为 否，要求等于 是",
    ),
    (
        "up < 0 || true",
        "✓ Fine: up is 500, needs less than 0",
        "✓ 正常：up 为 500，要求低于 0",
    ),
    (
        "up > 600 ? max_drop < 0.1 : max_rise < 0.1 || mean_after > 4",
        "✓ Fine: mean_after is 4.51, needs more than 4.00",
        "✓ 正常：mean_after 为 4.51，要求高于 4.00",
    ),
]


@pytest.mark.parametrize(("require", "english", "chinese"), LINES)
def test_one_line_in_each_language(tmp_path, require, english, chinese):
    (found,) = judge(guardrails(tmp_path, require), [population(1000, **MEASURED)], ())
    assert verdict_line(found, "en") == english
    assert verdict_line(found, "zh") == chinese


@pytest.mark.parametrize(
    ("merchants", "english", "chinese"),
    [
        (
            12,
            "? Fine (Toys): too few to judge: 12 merchants, at least 1,000 needed",
            "? 正常（toys（类））：商家过少，暂不判断：12 家，至少需要 1,000 家",
        ),
        (
            1,
            "? Fine (Toys): too few to judge: 1 merchant, at least 1,000 needed",
            "? 正常（toys（类））：商家过少，暂不判断：1 家，至少需要 1,000 家",
        ),
        (
            1000,
            "✓ Fine (Toys): up is 0, needs at least 0",
            "✓ 正常（toys（类））：up 为 0，要求不低于 0",
        ),
    ],
)
def test_a_segment_is_named(tmp_path, merchants, english, chinese):
    read = guardrails(tmp_path, "up >= 0", by="industry", min_merchants=1000)
    (found,) = judge(read, [population(), segment("toys", merchants)], ("industry",))
    assert verdict_line(found, "en") == english
    assert verdict_line(found, "zh") == chinese


def test_a_dimension_without_segments_is_named(tmp_path):
    (found,) = judge(guardrails(tmp_path, "up >= 0", by="industry"), [population()], ("industry",))
    line = verdict_line(found, "en")
    assert line == "? Fine (industry): too few to judge: 0 merchants, at least 30 needed"


def test_a_verdict_as_data(tmp_path):
    read = guardrails(tmp_path, "share(tier_down) <= 0.02 && psi < 1", why="so")
    (found,) = judge(read, [population(1000, tier_down=12)], ())
    assert json.loads(to_text(verdict_json(found)), parse_float=str) == {
        "id": "guardrail-0",
        "title": {"en": "Fine", "zh": "正常"},
        "condition": "share(tier_down) <= 0.02 && psi < 1",
        "dimension": None,
        "segment": None,
        "segment_title": None,
        "merchants": 1000,
        "min": 30,
        "outcome": "fail",
        "observations": [
            {
                "measure": "share(tier_down)",
                "observed": "0.012",
                "sign": "<=",
                "needed": "0.02",
                "needed_text": None,
                "holds": True,
                "missing": [],
            },
            {
                "measure": "psi",
                "observed": None,
                "sign": "<",
                "needed": 1,
                "needed_text": None,
                "holds": None,
                "missing": ["psi"],
            },
        ],
        "why": "so",
        "place": {"file": "guardrails.yaml", "line": 2, "column": 5},
        "case": None,
    }


def test_the_segment_is_in_the_data(tmp_path):
    read = guardrails(tmp_path, "up >= 0", by="industry")
    (found,) = judge(read, [population(), segment("toys")], ("industry",))
    data = verdict_json(found)
    assert (data["dimension"], data["segment"]) == ("industry", "toys")
    assert data["segment_title"] == {"en": "Toys", "zh": "toys（类）"}
