"""The reference book's cases guard its rules: nearly every small edit of them is noticed."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from steelyard.testing import cover_book, mutate_book

BOOK = Path("rulesets")


@pytest.fixture(scope="module")
def report():
    return cover_book(BOOK)


@pytest.mark.slow
def test_cases_notice_95_of_100_edits_of_the_rules():
    """Of thresholds, points, caps, weights and comparisons in every file; see docs/guides/test-a-ruleset.md."""
    report = mutate_book(BOOK)
    assert not report.cases.failed
    kinds = Counter(trial.mutant.kind for trial in report.trials if trial.verdict != "refused")
    assert kinds["threshold"] >= 300
    assert kinds["points"] >= 200
    assert kinds["comparison"] >= 80
    assert kinds["weight"] >= 40
    assert kinds["cap"] >= 20
    assert {trial.mutant.place.file for trial in report.trials} >= {
        "base/marketplace-base-2025.1.yaml", "base/marketplace-base-2026.2.yaml",
        "industries/beauty.yaml", "industries/maternity.yaml", "industries/petcare.yaml",
        "scenes/double-11.yaml",
    }  # fmt: skip
    assert report.reaches(Fraction(95, 100)), [
        f"{one.mutant.place}: {one.mutant.old} → {one.mutant.new}" for one in report.unnoticed
    ]


def test_cases_reach_every_version_scene_gate_veto_cap_and_tier(report):
    assert not report.cases.failed
    counts = {kind: (some, whole) for kind, some, whole in report.counts()}
    for kind in ("ruleset", "scene", "gate", "exemption", "veto", "cap", "tier"):
        some, whole = counts[kind]
        assert some == whole > 0, kind
    awarded = [one for one in report.targets if one.kind == "item" and one.what == "awarded"]
    assert len(awarded) >= 20
    assert set(awarded) <= report.touched


def test_records_are_compared_with_what_all_of_them_together_say(report):
    """A month's check counts if it is the last of all months; some are, and some are not."""
    months = [one for one in report.targets if one.what.startswith("record.month_end == ")]
    assert [one.what.rpartition(" ")[2] for one in months] == ["false", "true"]
    assert set(months) <= report.touched
