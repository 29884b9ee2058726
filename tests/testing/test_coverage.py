"""Which parts of the rules cases touch: on a small book whose parts can be counted by hand."""

import json
import subprocess
import sys

import pytest
from tests.testing.books import CASES, FILES, write_book

from steelyard.testing import cover_book

ONE = CASES[: CASES.index("  - name: on the edge")]  # 99 replies, a share of 0.89, pays


def untouched(folder):
    return [
        f"{one.place} {one.kind} {one.part}: {one.what}" for one in cover_book(folder).untouched
    ]


def test_one_case_leaves_out_what_it_does_not_reach(tmp_path):
    assert untouched(write_book(tmp_path, ONE)) == [
        "base.yaml:18:13 band reply: ≥ 0.9 → 5",
        "base.yaml:26:11 requirement busy: when: met",
        "base.yaml:26:11 branch : shop.replies >= 100 is true",
        "toys.yaml:8:9 item busy: awarded",
        "toys.yaml:10:9 item pays: no_data",
        "toys.yaml:10:9 item pays: not_met",
        "toys.yaml:10:9 requirement pays: row: no_data",
        "toys.yaml:10:9 requirement pays: row: not_met",
        "toys.yaml:10:9 row pays: no row holds",
        "toys.yaml:15:11 row pays: row 1: shop.replies < 10",
        "toys.yaml:15:18 branch : shop.replies < 10 is true",
        "toys.yaml:16:18 branch : shop.pays is false",
        "toys.yaml:19:10 tier good: reached",
    ]


def test_more_cases_touch_all_but_what_is_unknown(tmp_path):
    assert untouched(write_book(tmp_path)) == [
        "toys.yaml:10:9 item pays: no_data",
        "toys.yaml:10:9 requirement pays: row: no_data",
    ]


def test_what_stands_behind_a_row_that_holds_is_not_touched(tmp_path):
    """With 9 replies the first row decides: whether the shop pays is never asked."""
    cases = ONE.replace("replies: 99", "replies: 9").partition("    expect:")[0]
    left = untouched(write_book(tmp_path, f"{cases}    expect: {{score: 3}}\n"))
    assert "toys.yaml:16:18 branch : shop.pays is true" in left
    assert "toys.yaml:16:18 branch : shop.pays is false" in left
    assert "toys.yaml:15:18 branch : shop.replies < 10 is true" not in left


def test_a_merchant_that_is_rejected_touches_nothing(tmp_path):
    cases = (
        "as_of: 2026-03-01\ncases:\n  - name: unknown\n    merchant: {industry: toys, shop: {replies: 1}}\n"
        "    expect: {status: rejected, problems: [SY603]}\n"
    )
    report = cover_book(write_book(tmp_path, cases))
    assert not report.cases.failed
    assert {one.kind for one in report.touched} == {"ruleset"}


def test_a_version_that_scores_no_case_is_untouched(tmp_path):
    folder = write_book(tmp_path)
    later = (
        FILES["toys.yaml"].replace("version: 1", "version: 2").replace("2026-01-01", "2027-01-01")
    )
    (folder / "later.yaml").write_text(later, encoding="utf-8")
    left = untouched(folder)
    assert "later.yaml:1:10 ruleset toys@2: scores a case" in left
    assert "later.yaml:19:10 tier good: reached" in left


CERTIFIED = """\
  - id: staff
    type: core/certified-staff
    title: {en: Staff, zh: 员工}
    with: {records: shop.staff, certificates: [vet], per_person: 0.1, max: 0.2}
    illustrative: true
tiers:
"""
STAFF = """\
  - id: shop.staff
    type: records
    max_records: 5
    title: {en: Staff, zh: 员工}
    meaning: m
    source: s
    key: [holder]
    fields:
      - {name: holder, type: id, title: {en: Holder, zh: 持有人}}
      - {name: certificate, type: enum, values: [vet, other], title: {en: Certificate, zh: 证书}}
      - {name: holder_match, type: bool, title: {en: Match, zh: 一致}}
      - {name: valid_from, type: date, title: {en: From, zh: 自}}
      - {name: valid_to, type: date, title: {en: To, zh: 至}}
"""


@pytest.mark.parametrize(("holder_match", "missing"), [("true", "false"), ("false", "true")])
def test_comparisons_of_records_are_judged_record_by_record(tmp_path, holder_match, missing):
    folder = write_book(tmp_path, ONE.replace(
        "pays: true}}", "pays: true, staff: [{holder: a, certificate: vet, holder_match: "
        f"{holder_match}, valid_from: 2026-01-01, valid_to: 2026-12-31}}]}}}}"
    ).partition("    expect:")[0] + "    expect: {status: scored}\n")  # fmt: skip
    (folder / "facts/shop.yaml").write_text(FILES["facts/shop.yaml"] + STAFF, encoding="utf-8")
    rules = FILES["toys.yaml"].replace("tiers:\n", CERTIFIED)
    (folder / "toys.yaml").write_text(rules, encoding="utf-8")
    report = cover_book(folder)
    assert not report.cases.failed
    (left,) = [one.what for one in report.untouched if one.what.startswith("record.holder_match")]
    assert left == f"record.holder_match is {missing}"


def test_comparisons_of_formulas_and_values_are_covered(tmp_path):
    """A metric by formula has no rows; its comparisons, and those of values, are branches."""
    folder = write_book(tmp_path, ONE)
    bands = FILES["base.yaml"].partition("        bands:\n")[2].partition("        illustrative")[0]
    rules = FILES["base.yaml"].replace(
        f"        bands:\n{bands}", '        formula: "shop.share >= 0.9 ? 5 : value.half"\n'
    )
    half = '  - {id: half, title: {en: Half, zh: 一半}, is: "shop.replies > 9 ? 3 : 2"}\n'
    rules = rules.replace("dimensions:\n", f"values:\n{half}dimensions:\n")
    (folder / "base.yaml").write_text(rules, encoding="utf-8")
    report = cover_book(folder)
    assert not report.cases.failed
    left = {one.what for one in report.untouched if one.kind == "branch"}
    assert {"shop.share >= 0.9 is true", "shop.replies > 9 is false"} <= left
    assert not {"shop.share >= 0.9 is false", "shop.replies > 9 is true"} & left


def test_the_command_counts_and_lists(tmp_path):
    folder = write_book(tmp_path)
    command = [sys.executable, "-m", "steelyard", "test", str(folder), "--coverage"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert "touched by cases: 24 of 26\n" in run.stdout
    assert "  rows of decision tables  3 of 3\n" in run.stdout
    assert "  toys.yaml:10:9: item pays: no_data\n" in run.stdout
    run = subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    coverage = json.loads(run.stdout)["coverage"]
    assert coverage["counts"]["item"] == {"touched": 4, "of": 5}
    assert coverage["untouched"][0] == {
        "kind": "item", "part": "pays", "what": "no_data", "file": "toys.yaml", "line": 10, "column": 9,
    }  # fmt: skip


def test_a_failing_case_is_a_no_with_coverage_too(tmp_path):
    folder = write_book(tmp_path, CASES.replace("score: 3.5", "score: 3.6"))
    command = [sys.executable, "-m", "steelyard", "test", str(folder), "--coverage"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 1
    assert "score: expected 3.6, got 3.5" in run.stdout
