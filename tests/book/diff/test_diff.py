"""`steelyard diff`: books, rulesets, plans and git revisions."""

import json
import subprocess
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from tests.dry_run.books import OLD, mixed, write_book
from tests.dry_run.toys import write_toys

from steelyard.book.checker import check_ruleset
from steelyard.book.diff.plans import compare_plans
from steelyard.cli.running import run_arguments
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput
from steelyard.model.rollout import Rollout
from steelyard.pipeline import compile_plan, compile_rules, open_book
from steelyard.plan.structure import Badge, Gate, Item, Plan, Requirement
from steelyard.plugins.discovery import discover
from steelyard.testing.plan_equivalence import gives_same_results
from steelyard.testing.ruleset_mutants import MutableRuleset
from steelyard.testing.running import CaseBook


@pytest.fixture
def books(tmp_path) -> tuple[str, str]:
    old = write_book(tmp_path / "old", OLD)
    new = write_book(tmp_path / "new", mixed({"refund_points": "0.15", "extra_item": "yes"}))
    return str(old), str(new)


def ids(text: str) -> list[str]:
    return [one["id"] for one in json.loads(text)["edits"]]


EDITS = ["items.refunds.with.points", "items.extra", "groups.promises.items"]


def test_books(books, capsys):
    assert run_arguments(["diff", *books, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == EDITS


def test_the_page_says_whom_and_from_when(books, capsys):
    assert run_arguments(["diff", *books]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "Edits that can change a score",
        "  Item “Quick refunds”: parameter points 0.10 → 0.15",
        "      general.yaml:31:20 · all merchants · from 2026-01-10",
    ]


def test_rulesets(books, capsys):
    files = [str(Path(one) / "general.yaml") for one in books]
    assert run_arguments(["diff", *files, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == EDITS


def test_plans(books, tmp_path, capsys):
    files = []
    for number, book in enumerate(books):
        file = tmp_path / f"{number}.json"
        arguments = ["compile", book, "--industry", "general", "--as-of", "2026-06-01"]
        assert run_arguments([*arguments, "--emit", "json", "--out", str(file)]) == 0
        files.append(str(file))
    assert run_arguments(["diff", *files, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == [
        "items.refunds.points",
        "items.extra",
        "groups.promises.items",
    ]


def test_git_revisions(tmp_path, monkeypatch, capsys):
    repository = tmp_path / "repository"
    write_book(repository / "rules", OLD)

    def git(*arguments: str) -> None:
        names = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *names, *arguments], cwd=repository, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "rules")
    write_book(repository / "rules", mixed({"bonus_cap": "0.20"}))
    monkeypatch.chdir(repository)
    for old in ("git:main", "git:main:rules", "git:HEAD"):
        assert run_arguments(["diff", old, "rules", "--format", "json"]) == 0
        assert ids(capsys.readouterr().out) == ["bonus.cap"]
    for old, said in (
        ("git:nothing", "there is no such revision"),
        ("git:", "names no revision"),
        ("git:main:elsewhere", "the revision main holds no book at elsewhere"),
        ("git:--help", "there is no such revision"),
    ):
        assert run_arguments(["diff", old, "rules"]) == 2
        error = capsys.readouterr().err
        assert error.startswith("SY704 git-revision: ")
        assert said in error


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nothing", "{new}", "SY701 usage: nothing does not exist"),
        ("{old}", "{new}/general.yaml", "SY705 not-comparable: "),
        ("{old}/facts", "{new}", "is a folder without a book.yaml"),
    ],
)
def test_what_cannot_be_compared(books, capsys, old, new, said):
    names = {"old": books[0], "new": books[1]}
    assert run_arguments(["diff", old.format(**names), new.format(**names)]) == 2
    assert said in capsys.readouterr().err


def test_problems_of_both_books_are_told(books, capsys):
    for one in books:
        (Path(one) / "general.yaml").write_text("ruleset: [\n", encoding="utf-8")
    assert run_arguments(["diff", *books]) == 2
    assert capsys.readouterr().err.count("SY105") >= 1


# --- plans

_PLAN = """
score: {range: [0, 100], decimals: 2, rounding: half_up, precision: 4}
base: {from: fixed, score: 60}
gates: [{id: few, title: {en: Few, zh: 少}, when: shop.asked >= 1}]
items:
  - {id: one, type: core/flat, title: {en: One, zh: 一}, with: {points: 6}, when: shop.orders >= 10}
  - {id: two, type: core/flat, title: {en: Two, zh: 二}, with: {points: 5}, scope: shop.asked >= 9}
  - {id: more, type: core/per-unit, title: {en: More, zh: 三}, cap: 8,
     with: {fact: shop.orders, points_per_unit: 0.001}}
groups: [{id: best, title: {en: Best, zh: 优}, items: [one, two], combine: sum, cap: 7}]
bonus: {cap: 20}
deductions:
  - {id: late, type: core/per-unit, title: {en: Late, zh: 迟}, with: {fact: shop.asked,
     points_per_unit: 0.1, from: 3}}
vetoes:
  - {id: fraud, title: {en: Fraud, zh: 假}, when: shop.asked >= 900, blocks: [one]}
tiers:
  - {id: high, title: {en: High, zh: 高}, at_least: 80}
  - {id: low, title: {en: Low, zh: 低}, otherwise: true}
badges: [{id: good, title: {en: Good, zh: 好}, when: score.total >= 70, benefits: [
  {id: mark, title: {en: Mark, zh: 标}, cost: {amount: 2, currency: CNY}}]}]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("score: 60", "score: 50"),
        ("half_up", "half_even"),
        ("decimals: 2", "decimals: 1"),
        ("[0, 100]", "[0, 90]"),
        ("shop.asked >= 1}", "shop.asked >= 2}"),
        ("points: 6", "points: 4"),
        ("orders >= 10", "orders >= 11"),
        ("asked >= 9}", "asked > 9}"),
        ("cap: 8", "cap: 9"),
        ("unit: 0.001", "unit: 0.002"),
        ("combine: sum", "combine: best"),
        ("cap: 7", "cap: 8"),
        ("cap: 20", "cap: 21"),
        ("0.1, from: 3", "0.1, from: 4"),
        ("asked >= 900", "asked >= 800"),
        ("blocks: [one]", "blocks: [two]"),
        ("at_least: 80", "at_least: 81"),
        ("total >= 70", "total > 70"),
        ("amount: 2", "amount: 3"),
    ],
)
def test_no_edit_of_a_plan_is_missed(tmp_path, old, new):
    """Each edit is told once, with texts that differ; also without the text of conditions."""
    assert _PLAN.count(old) == 1
    plans = [plan_of(write_toys(tmp_path / name, rules)) for name, rules in
             (("old", _PLAN), ("new", _PLAN.replace(old, new)))]  # fmt: skip
    for one, other in (plans, [plan_without_texts(plan) for plan in plans]):
        edits = [edit for edit in compare_plans(one, other) if edit.effect in ("score", "rewards")]
        assert 1 <= len(edits) <= 3
        assert all(edit.before != edit.after for edit in edits)
        assert compare_plans(other, other) == ()


def test_a_plan_that_only_computes_otherwise_is_told(tmp_path):
    plan = plan_of(write_toys(tmp_path / "book", _PLAN))
    nodes = list(plan.nodes)
    where = plan.total.after_cap  # a sum under a cap, which no part names
    nodes[where] = replace(nodes[where], op="maximum")
    (edit, *_) = compare_plans(plan, replace(plan, nodes=tuple(nodes)))
    assert (edit.effect, edit.path[-1]) == ("score", "calculation")
    assert "max(" in edit.after


def test_the_share_of_a_rollout_is_told(tmp_path):
    plan = plan_of(write_toys(tmp_path / "book", _PLAN))
    one, other = (replace(plan, rollout=Rollout("toys@1", n, "s")) for n in (100_000, 200_000))
    (edit,) = compare_plans(one, other)
    assert (edit.before, edit.after) == ("{share: 0.1, salt: s}", "{share: 0.2, salt: s}")


def test_mutants_of_the_reference_book_are_told():
    """Rules with other results have an edit that can change a result, and few others."""
    tested = CaseBook(Path("rulesets"))
    parts = (tested.opened.catalogue, tested.opened.facts)
    tried = 0
    rulesets: set[str] = set()
    for name, selection in tested.selections.items():
        file = next((layer for layer in selection.layers if layer.name not in rulesets), None)
        if file is None:
            continue
        rulesets.add(file.name)
        old = compile_rules(tested.opened, selection)
        mutable = MutableRuleset(
            file, check_ruleset(selection), old, tested.opened.facts,
            tested.opened.catalogue.item_types,
        )  # fmt: skip
        for mutant in mutable.mutants()[::31]:
            layers = tuple(
                mutant.apply(file) if layer is file else layer for layer in selection.layers
            )
            try:
                new = compile_selection(replace(selection, layers=layers), *parts)
            except InvalidInput:
                continue
            if not gives_same_results(old, new):
                edits = compare_plans(old, new)
                assert 1 <= sum(edit.effect != "words" for edit in edits) <= 4, (name, mutant)
                assert all(edit.before != edit.after for edit in edits)
                tried += 1
    assert tried > 15


def plan_of(book: Path) -> Plan:
    opened = open_book(book, catalogue=discover())
    return compile_plan(opened, industry="toys", as_of=date(2026, 6, 1))


def plan_without_texts(plan: Plan) -> Plan:
    """Return a plan whose conditions have no text, like those that plugins build."""

    def bare(value):
        if isinstance(value, tuple):
            return tuple(map(bare, value))
        if isinstance(value, Requirement):
            return replace(value, text="")
        if isinstance(value, Item | Gate | Badge):
            return replace(value, **{f.name: bare(getattr(value, f.name)) for f in fields(value)})
        return value

    parts = {name: bare(getattr(plan, name)) for name in ("gates", "items", "deductions", "badges")}
    return replace(plan, **parts)
