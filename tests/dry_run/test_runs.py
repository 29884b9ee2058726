"""Dry runs end to end: what is impact, what is an error, and what needs no scoring."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from markdown_it import MarkdownIt
from tests.dry_run.books import NEW, OLD, mixed, write_book
from tests.dry_run.populations import write_population
from tests.dry_run.test_attribution import ROWS

import steelyard
from steelyard.cli.running import run_arguments
from steelyard.dry_run.cases import Case
from steelyard.dry_run.runs import DryRunRequest, run
from steelyard.formats.schemas import load_schema
from steelyard.report.edit_values import value_text

DAY = date(2026, 6, 1)
GOLDEN = Path(__file__).parent / "golden"


CHANGE = {knob: NEW[knob] for knob in ("bonus_cap", "gate", "refund_limit", "late_points")}


@pytest.fixture
def folder(tmp_path) -> Path:
    write_book(tmp_path / "live", OLD)
    write_book(tmp_path / "candidate", mixed(CHANGE))
    write_population(tmp_path / "shops.jsonl", ROWS)
    return tmp_path


def asked(folder: Path, **more) -> DryRunRequest:
    names = {"live": "live", "candidate": "candidate", **more.pop("names", {})}
    return DryRunRequest(
        str(folder / names["live"]),
        str(folder / names["candidate"]),
        [folder / "shops.jsonl"],
        [Case(DAY, more.pop("as_of_candidate", None))],
        **more,
    )


def measured(request: DryRunRequest):
    (impact,) = run(request).impacts
    return impact


def command(folder: Path, *more: str) -> list[str]:
    return [
        *("dry-run", "--live", str(folder / "live"), "--candidate", str(folder / "candidate")),
        *("--merchants", str(folder / "shops.jsonl"), "--as-of", "2026-06-01"),
        *("--guardrails", "none", *more),
    ]


# --- nothing changes


def test_an_identical_pair_is_proved_by_digest_and_nobody_is_scored(folder, capsys):
    impact = measured(asked(folder, names={"candidate": "live"}))
    assert impact.verdict == "identical"
    assert impact.population is None
    live, candidate = impact.live.plans, impact.candidate.plans
    assert [one.digest for one in live] == [one.digest for one in candidate]
    # there is not even a population to read
    (folder / "shops.jsonl").unlink()
    arguments = command(folder)
    arguments[4] = arguments[2]
    assert run_arguments(arguments) == 0
    assert "Nothing changes: every plan has the same digest" in capsys.readouterr().out


def test_other_words_need_nobody_scored_either(folder):
    file = write_book(folder / "words", OLD) / "general.yaml"
    text = file.read_text(encoding="utf-8").replace("en: Quick refunds", "en: Fast refunds")
    file.write_text(f"# moved by a line\n{text}", encoding="utf-8")
    impact = measured(asked(folder, names={"candidate": "words"}))
    assert impact.verdict == "same_scores"
    assert [one.id for one in impact.edits] == ["items.refunds.title"]
    assert impact.live.plans[0].digest != impact.candidate.plans[0].digest


def test_another_day_alone_is_measured_only_if_something_depends_on_it(folder):
    impact = measured(asked(folder, names={"candidate": "live"}, as_of_candidate=date(2026, 7, 1)))
    assert impact.verdict == "same_scores"
    assert [one.section for one in impact.edits] == ["day"]


# --- impact


def test_counts_add_up_and_segments_add_up_to_the_whole(folder):
    impact = measured(asked(folder, by=("late:1,3", "refund_hours")))
    whole = impact.total
    assert whole.statuses == {
        ("no_score", "no_score"): 1,
        ("rejected", "rejected"): 1,
        ("scored", "no_score"): 1,
        ("scored", "scored"): 5,
    }
    names = ("", "industry", "size", "late", "refund_hours")
    assert tuple(dict.fromkeys(one.dimension for one in impact.segments)) == names
    for name in names:
        own = [one for one in impact.segments if one.dimension == name]
        assert sum(one.merchants for one in own) == whole.merchants
        assert sum(one.up for one in own) == whole.up
        assert sum(one.down for one in own) == whole.down
    late = [(one.value, one.merchants) for one in impact.segments if one.dimension == "late"]
    assert late == [("< 1", 3), ("1–2", 2), ("≥ 3", 2), ("", 1)]


def test_merchants_that_one_side_alone_rejects_are_impact(folder):
    # the candidate narrows a fact: what was read before is out of bounds now
    facts = write_book(folder / "narrow", OLD) / "facts" / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("bounds: [0, 1000]", "bounds: [0, 36]", 1), encoding="utf-8")
    impact = measured(asked(folder, names={"candidate": "narrow"}))
    assert impact.verdict == "measured"
    rows = [{**row, "refund_hours": "40"} if n == 0 else row for n, row in enumerate(ROWS)]
    write_population(folder / "shops.jsonl", rows)
    impact = measured(asked(folder, names={"candidate": "narrow"}))
    assert impact.total.count("scored", "rejected") == 1
    (shown,) = [one for one in impact.merchants if "newly_rejected" in one.lists]
    assert shown.merchant == "m0"
    assert shown.before is not None
    assert shown.after is None
    assert "SY605" in shown.problems_after[0]


def test_facts_that_only_the_candidate_knows_are_no_fault(folder):
    file = write_book(folder / "more", mixed({"bonus_cap": "0.20"})) / "facts" / "more.yaml"
    file.write_text(
        "facts:\n  - {id: extra_fact, type: int, unit: count, bounds: [0, 9],\n"
        "     title: {en: Extra, zh: 额外}, meaning: Extra., source: the platform}\n",
        encoding="utf-8",
    )
    write_population(folder / "shops.jsonl", [{**ROWS[0], "extra_fact": 1}])
    impact = measured(asked(folder, names={"candidate": "more"}))
    assert impact.total.count("scored", "scored") == 1


def test_an_industry_without_merchants_is_said(tmp_path):
    shops = tmp_path / "shops.jsonl"
    shops.write_text("", encoding="utf-8")
    for name in ("live", "candidate"):
        book = write_book(tmp_path / name, OLD if name == "live" else mixed({"gate": "20"}))
        head = (book / "book.yaml").read_text(encoding="utf-8")
        more = "{id: toys, title: {en: Toys, zh: 玩具}}"
        head = head.replace("通用}}]", f"通用}}}}, {more}]")
        (book / "book.yaml").write_text(head, encoding="utf-8")
    write_population(shops, ROWS)
    impact = measured(asked(tmp_path))
    assert impact.missing_kinds == ("toys",)


def test_one_ruleset_file_stands_in_for_its_version(folder):
    other = write_book(folder / "other", mixed(CHANGE))
    whole = measured(asked(folder))
    single = measured(asked(folder, names={"candidate": str(other / "general.yaml")}))
    assert single.total == whole.total
    assert [one.id for one in single.edits] == [one.id for one in whole.edits]


def test_without_attribution_the_counts_are_the_same(folder):
    with_shares, without = measured(asked(folder)), measured(asked(folder, attribution=False))
    assert without.attribution is None
    assert without.segments == with_shares.segments


def test_another_size_of_batches_changes_nothing(folder, monkeypatch):
    whole = measured(asked(folder))
    monkeypatch.setattr("steelyard.dry_run.runs.ROWS_WITH_VARIANTS", 3)
    assert measured(asked(folder)) == whole


def test_the_merchants_file_has_everybody(folder):
    out = folder / "all.parquet"
    measured(asked(folder, merchants_out=[out]))
    frame = pl.read_parquet(out)
    assert frame["merchant"].to_list() == [f"m{number}" for number in range(len(ROWS))]
    assert frame["status_after"].to_list()[-1] == "rejected"


def test_a_rollout_can_be_tried_on_everybody_before_it_is_widened(folder):
    book = folder / "rolling"
    live = write_book(book, OLD) / "general.yaml"
    rolled = write_book(folder / "next", mixed(CHANGE)) / "general.yaml"
    text = rolled.read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 2").replace("from: 2026-01-10", "from: 2026-02-10")
    rollout = "rollout: {share: 0.10, salt: next}\n"
    (book / "next.yaml").write_text(text + rollout, encoding="utf-8")
    assert live.is_file()
    whole = measured(asked(folder))
    names = {"live": "rolling", "candidate": "rolling"}
    rolling = measured(asked(folder, names=names, everybody=True))
    assert rolling.total == whole.total
    assert [one.days for one in rolling.notices] == [40]


@pytest.mark.parametrize(
    ("before", "after"), [("0.10", "0.40"), ("0.40", "0.10"), ("0", "0.40"), ("0.40", "1")]
)
def test_a_step_of_a_rollout_moves_the_merchants_of_the_step(folder, before, after):
    """Whoever is inside on both sides, or outside on both, keeps the score."""
    write_population(folder / "shops.jsonl", ROWS * 8)
    rolled = write_book(folder / "next", mixed(CHANGE)) / "general.yaml"
    text = rolled.read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 2").replace("from: 2026-01-10", "from: 2026-02-10")
    for name, share in (("step1", before), ("step2", after)):
        book = write_book(folder / name, OLD)
        rollout = f"rollout: {{share: {share}, salt: next}}\n"
        (book / "next.yaml").write_text(text + rollout, encoding="utf-8")
    step = measured(asked(folder, names={"live": "step1", "candidate": "step2"}))
    shops = pl.read_ndjson(folder / "shops.jsonl")
    one, other = (
        dict(steelyard.score(shops, folder / name, DAY).scores.select("merchant", "score").rows())
        for name in ("step1", "step2")
    )
    both = [name for name in one if one[name] is not None and other[name] is not None]
    moved = [name for name in both if one[name] != other[name]]
    assert moved
    assert step.total.unchanged == len(both) - len(moved)
    (edit,) = [edit for edit in step.edits if edit.path == ("rollout",)]
    assert tuple(value_text(side, "en") for side in (edit.before, edit.after)) == (
        f"{float(before):g} from 2026-02-10 (salt next)",
        f"{float(after):g} from 2026-02-10 (salt next)",
    )


def test_an_industry_that_only_the_candidate_knows_has_its_share(folder):
    book = write_book(folder / "more", mixed({"gate": "20"}))
    head = (book / "book.yaml").read_text(encoding="utf-8")
    more = "通用}}, {id: toys, title: {en: Toys, zh: 玩具}}]"
    (book / "book.yaml").write_text(head.replace("通用}}]", more), encoding="utf-8")
    lines = (folder / "shops.jsonl").read_text(encoding="utf-8").splitlines()
    lines[0] = lines[0].replace('"industry":"general"', '"industry":"toys"')
    (folder / "shops.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    impact = measured(asked(folder, names={"candidate": "more"}))
    assert impact.total.count("rejected", "scored") == 1
    assert impact.attribution is not None
    over = impact.attribution.denominator
    by_edit = {
        impact.edits[one.edits[0]].id: one.scores // over
        for one in impact.attribution.contributions
    }
    assert by_edit["kinds.toys.rules"] == 1
    assert sum(by_edit.values()) == impact.attribution.scores


def test_another_name_of_a_tier_is_no_fall(folder):
    file = write_book(folder / "renamed", OLD) / "general.yaml"
    text = file.read_text(encoding="utf-8").replace("{id: high,", "{id: top,")
    file.write_text(text, encoding="utf-8")
    impact = measured(asked(folder, names={"candidate": "renamed"}))
    assert (impact.total.tier_up, impact.total.tier_down) == (0, 0)
    assert {before for before, after in impact.total.moves if after == "top"} == {"high"}


# --- reports


def test_json_fits_its_schema(folder, capsys):
    assert run_arguments(command(folder, "--format", "json")) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.validate(data, load_schema("impact"))
    assert data["attribution"]["exact"] is True
    assert sum(one["raised"] + one["lowered"] for one in data["attribution"]["shares"]) > 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["table", "markdown"])
def test_pages_are_the_same_every_time(folder, capsys, monkeypatch, request, language, form):
    monkeypatch.chdir(folder)
    arguments = [
        *("dry-run", "--live", "live", "--candidate", "candidate", "--merchants", "shops.jsonl"),
        *("--as-of", "2026-06-01", "--format", form, "--lang", language),
    ]
    assert run_arguments(arguments) == 1
    page = capsys.readouterr().out
    golden = GOLDEN / f"{form}.{language}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8")


def test_titles_do_nothing_in_markdown(folder, capsys):
    """No heading, image, link, HTML or mention in a pull request comes from a title."""
    nasty = '"# @all ![x](http://evil/x.png) <b> fixes #1 `| y |`"'
    for name in ("live", "candidate"):
        for path in (folder / name).rglob("*.yaml"):
            text = re.sub(r"{en: [^,}]+", f"{{en: {nasty}", path.read_text(encoding="utf-8"))
            path.write_text(text, encoding="utf-8")
    assert run_arguments(command(folder, "--format", "markdown")) == 0
    page = capsys.readouterr().out
    assert page.count("\u200call") > 5  # the titles are there
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    inside = {one.type for token in tokens for one in token.children or ()}
    assert inside == {"text", "code_inline"}
    assert {token.content for token in tokens if token.type == "html_block"} == {
        "<details><summary>Proof</summary>\n", "</details>\n",
    }  # fmt: skip
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    assert set(headings) == {"h2", "h3"}
    assert headings.count("h2") == 1
    assert not re.search(r"@all|#\d|https?://", page)


def test_a_guardrail_that_fails_gives_status_1(folder, capsys):
    rails = folder / "rails.yaml"
    text = "guardrails:\n  - {id: gone, title: {en: None gone, zh: 无}, require: %s,"
    text += " min_merchants: 1}\n"
    rails.write_text(text % "no_longer_scored <= 0", encoding="utf-8")
    assert run_arguments(command(folder, "--guardrails", str(rails))) == 1
    assert "✗ None gone" in capsys.readouterr().out
    # a version edited in place had no notice; a next version has its own
    rails.write_text(text % "no_longer_scored <= 1 && notice_days >= 9", encoding="utf-8")
    assert run_arguments(command(folder, "--guardrails", str(rails))) == 1
    assert "edited while in force" in capsys.readouterr().out
    file = folder / "candidate" / "general.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8"
    )
    assert run_arguments(command(folder, "--guardrails", str(rails))) == 0
    # 8 merchants are too few by default, which is neither
    rails.write_text((text % "up <= 0").replace("min_merchants: 1", "why: x"), encoding="utf-8")
    assert run_arguments(command(folder, "--guardrails", str(rails))) == 0
    assert "? None gone" in capsys.readouterr().out


# --- what cannot be run


def test_a_candidate_that_does_not_compile_gives_its_problems(folder, capsys):
    file = folder / "candidate" / "general.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("orders >= 20", "ordrs >= 20"), encoding="utf-8")
    assert run_arguments(command(folder)) == 2
    error = capsys.readouterr().err
    assert "general.yaml:8:62: SY403 condition-name: unknown name 'ordrs'" in error
    assert "did you mean 'orders'?" in error


def test_an_empty_population(folder, capsys):
    (folder / "shops.jsonl").write_text("", encoding="utf-8")
    assert run_arguments(command(folder)) == 2
    assert "SY601" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--by", "nobody"), "SY703 unknown-name: unknown fact 'nobody'"),
        (("--by", "late:3,1"), "SY701 usage: '3,1' does not say where bands of late begin"),
        (("--as-of-candidate", "2026-13-01"), "SY702 bad-date"),
        (("--as-of-candidate", "2025-01-01"), "SY310 no-ruleset"),
    ],
)
def test_wrong_options(folder, capsys, more, said):
    assert run_arguments(command(folder, *more)) == 2
    assert said in capsys.readouterr().err


def test_a_plan_is_not_enough_to_read_merchants(folder, capsys):
    plan = folder / "plan.json"
    compiled = ["compile", str(folder / "live"), "--industry", "general", "--as-of", "2026-06-01"]
    assert run_arguments([*compiled, "--emit", "json", "--out", str(plan)]) == 0
    arguments = command(folder)
    arguments[4] = str(plan)
    assert run_arguments(arguments) == 2
    assert "SY705 not-comparable: " in capsys.readouterr().err


def test_many_edits_say_how_they_are_grouped(folder, capsys):
    write_book(folder / "candidate", NEW)
    assert run_arguments(command(folder)) == 0
    assert "edits of the same part are grouped" in capsys.readouterr().out
