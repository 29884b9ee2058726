"""Several days and scenes in one dry run, the edits that none of them tries, and the verdict."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from tests.dry_run.losses import DAY, FILES, candidate, dry_run, edited, write, write_population

from steelyard.cli.running import run_arguments
from steelyard.dry_run.cases import Case, cases_of
from steelyard.errors import InvalidInput
from steelyard.formats.schemas import load_schema

SALE = edited("sale.yaml", ("cap: 15", "cap: 4"))
LATER = candidate("toys.yaml", ("from: 2026-05-01", "from: 2026-07-01"), ("points: 5", "points: 4"))
FAR = edited("toys.yaml", ("orders >= 950", "orders >= 960"))
UNSEEN = edited("toys.yaml", ("visits >= 1", "visits >= 2"))
NEW_SCENE = {
    **edited("book.yaml", ("scenes: [", "scenes: [{id: gala, title: {en: Gala, zh: 晚会}}, ")),
    "gala.yaml": FILES["sale.yaml"].replace("sale", "gala").replace("15", "3"),
}
OTHERS = edited(
    "book.yaml", ("industries: [", "industries: [{id: tea, title: {en: Tea, zh: 茶}}, ")
)
LATER_DAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    write(folder / "live", FILES)
    write(folder / "sale", SALE)
    write_population(folder)
    return folder


@pytest.mark.parametrize(
    ("files", "cases", "unexercised"),
    [
        (SALE, [Case(DAY)], [("bonus.cap", "not_in_force", ("sale",), "2026-01-10")]),
        (SALE, [Case(DAY), Case(DAY, scene="sale")], []),
        (LATER, [Case(DAY)], [("items.busy.with.points", "not_in_force", (None, "sale"), "2026-07-01")]),
        (LATER, [Case(LATER_DAY)], []),
        (LATER, [Case(DAY, LATER_DAY)], []),
        (UNSEEN, [Case(DAY)], [("items.seen.when", "no_data", (None, "sale"), "2026-01-10")]),
        (FAR, [Case(DAY)], [("items.vast.when", "no_data", (None, "sale"), "2026-01-10")]),
        (OTHERS, [Case(DAY)], []),  # neither book has rules of tea
        (NEW_SCENE, [Case(DAY)], [("bonus.cap", "not_in_force", ("gala",), "2026-01-10")]),
        (NEW_SCENE, [Case(DAY, scene="gala")], []),
        (edited("toys.yaml", ("en: Busy", "en: Very busy")), [Case(DAY)], []),
    ],
    ids=["a scene", "with the scene", "a later version", "on its day", "to its day", "without data", "out of scope",
         "an industry", "a new scene", "in the new scene", "words"],
)  # fmt: skip
def test_edits_that_were_not_tried_are_listed(folder, files, cases, unexercised):
    found = dry_run(folder, files, *cases)
    assert [
        (one.edit.id, one.reason, one.scenes, one.first_day) for one in found.unexercised
    ] == unexercised


def test_an_edit_for_merchants_that_the_population_lacks_is_not_tried(folder):
    rows = (folder / "shops.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    plain = folder / "plain"
    plain.mkdir()
    write(plain / "live", FILES)
    (plain / "shops.jsonl").write_text("".join(row for row in rows if "plain" in row), "utf-8")
    found = dry_run(plain, edited("flagship.yaml", ("points: 2", "points: 1")))
    assert [(one.edit.id, one.reason) for one in found.unexercised] == [
        ("items.flag.with.points", "no_merchants")
    ]


def command(folder: Path, *more: str) -> list[str]:
    return [
        *("dry-run", "--live", str(folder / "live"), "--candidate", str(folder / "sale")),
        *("--merchants", str(folder / "shops.jsonl"), "--as-of", "2026-06-01", *more),
    ]


def test_nothing_changes_is_judged_too(folder, capsys):
    assert run_arguments(command(folder)) == 1
    first = capsys.readouterr().out.splitlines()[:6]
    assert first[1:] == [
        "Verdict: FAIL (1 failed, 10 passed)",
        "  ✗ Every edit is tried: unexercised_edits is 1, needs exactly 0",
        (
            "Edits not tried, because they are not in force on these days and scenes "
            "(try --as-of 2026-01-10 --scene sale):"
        ),
        "  All bonus items: cap 15 → 4",
        "on 2026-06-01",
    ]


def test_every_day_and_scene_is_judged_and_reported(folder, capsys):
    out = folder / "out"
    options = ("--as-of", "2026-07-01", "--scene", "sale", "--scene", "none", "--out", str(out))
    assert run_arguments(command(folder, *options, "--format", "json")) == 1
    text = capsys.readouterr().out
    data = json.loads(text)
    jsonschema.validate(data, load_schema("impact"))
    assert text == (out / "impact.json").read_text(encoding="utf-8")
    assert list(data)[:4] == ["format", "outcome", "guardrails", "unexercised"]
    cases = [(one["live"]["as_of"], one["scene"]) for one in (data, *data["further"])]
    assert cases == [(day, scene) for day in ("2026-06-01", "2026-07-01") for scene in ("sale", None)]  # fmt: skip
    failing = {(one["case"]["as_of"], one["case"]["scene"]) for one in data["guardrails"] if one["outcome"] == "fail"}  # fmt: skip
    assert failing == {("2026-06-01", "sale"), ("2026-07-01", "sale")}
    pages = [out / "report.html", *(out / f"report-{name}.html" for name in ("2026-06-01", "2026-07-01-sale", "2026-07-01"))]  # fmt: skip
    for page in pages:
        content = page.read_text(encoding="utf-8")
        header = content[content.index("<header>") : content.index("</header>")]
        verdict = header[: header.index("<h1>")]
        assert 'class="verdict fail"' in verdict
        assert "Verdict: FAIL" in verdict
        assert "(2026-06-01 · scene sale): share(down)" in verdict
    links = (out / "report-2026-07-01.html").read_text(encoding="utf-8")
    assert 'href="report.html"' in links
    assert 'href="report-2026-07-01-sale.html"' in links
    assert (out / "merchants-2026-07-01-sale.parquet").is_file()
    markdown = (out / "report.md").read_text(encoding="utf-8").splitlines()
    assert markdown[2].startswith("### Verdict: FAIL (")
    assert [line for line in markdown if line.startswith("## ")][1:] == [
        "## 2026-06-01 · scene sale",
        "## 2026-06-01",
        "## 2026-07-01 · scene sale",
        "## 2026-07-01",
    ]


RAILS = "guardrails:\n  - {id: %s, title: {en: Mine, zh: 自定}, require: '%s'}\n"


@pytest.mark.parametrize(
    ("options", "requires", "status", "line"),
    [
        (("--no-guardrails",), (), 0, "Verdict: NOT JUDGED, guardrails are switched off"),
        (("--guardrails", "none"), (), 0, "Verdict: NOT JUDGED, guardrails are switched off"),
        (("--guardrails", "default"), (), 1, "Verdict: FAIL (1 failed, 10 passed)"),
        ((), (("mine", "up == 0"),), 1, "Verdict: FAIL (1 failed, 11 passed)"),
        ((), (("edits-tried", "unexercised_edits <= 1"),), 0, "Verdict: PASS (11 passed)"),
        (("--guardrails", "none"), (("mine", "up == 0"),), 0, "Verdict: PASS (1 passed)"),
        (("--guardrails", "none"), (("mine", "up >= 1"),), 1, "Verdict: FAIL (1 failed)"),
        # a level is not proved: everybody is scored
        (("--guardrails", "none"), (("mine", "mean_after >= 60"),), 0, "Verdict: PASS (1 passed)"),
        (("--guardrails", "none"), (("mine", "mean_after >= 66"),), 1, "Verdict: FAIL (1 failed)"),
        (("--guardrails", "none"), (("mine", "benefit_cost_change <= 0"),), 0, "Verdict: PASS (1 passed)"),
        (("--guardrails", "none"), (("mine", "merchants >= 80"),), 0, "Verdict: PASS (1 passed)"),
        (("--guardrails", "none"), (("mine", "share(up) <= 0.1"),), 0, "Verdict: PASS (1 passed)"),
    ],
)  # fmt: skip
def test_guardrails_are_chosen(folder, tmp_path, capsys, options, requires, status, line):
    for number, one in enumerate(requires):
        (tmp_path / f"{number}.yaml").write_text(RAILS % one, encoding="utf-8")
        options = (*options, "--guardrails", str(tmp_path / f"{number}.yaml"))
    assert run_arguments(command(folder, *options)) == status
    assert capsys.readouterr().out.splitlines()[1] == line


def test_an_id_in_two_files_of_guardrails_is_an_error(folder, tmp_path, capsys):
    options = []
    for number in range(2):
        (tmp_path / f"{number}.yaml").write_text(RAILS % ("mine", "up == 0"), encoding="utf-8")
        options += ["--guardrails", str(tmp_path / f"{number}.yaml")]
    assert run_arguments(command(folder, *options)) == 2
    assert "SY332 duplicate-guardrail" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("others", "scenes", "said"),
    [
        ([LATER_DAY], (), "1 days of the candidate for 2 days"),
        ([], ("sale", "sale"), "2026-06-01 in the scene sale is given twice"),
    ],
)
def test_cases_that_make_no_sense_are_refused(others, scenes, said):
    with pytest.raises(InvalidInput, match=said):
        cases_of([DAY, LATER_DAY], others, scenes)
