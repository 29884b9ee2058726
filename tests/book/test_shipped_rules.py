"""A ruleset takes rules that plugins ship by their names, as if they were its lowest layer."""

from pathlib import Path

import pytest
from tests.fixtures.catalogues import use_catalogue
from tests.plugins.discovery.loading_fixtures import sources

from steelyard.cli.running import run_arguments
from steelyard.compiler.release import release_book
from steelyard.compiler.selections import check_book
from steelyard.errors import InvalidInput
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.pretty import plan_text
from steelyard.plugins.discovery import Catalogue, discovery, load_plugins

BOOK = "book: tea\ntitle: {en: Tea, zh: 茶}\nindustries: [{id: tea, title: {en: Tea, zh: 茶}}]\n"
HEAD = """\
ruleset: tea
version: %s
title: {en: Tea, zh: 茶}
selects: {industry: tea}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [0, 9], decimals: 1}
"""
FACTS = """\
facts:
  - {id: shop.orders, type: int, unit: count, bounds: [0, 99], title: {en: Orders, zh: 订单}, meaning: Orders., illustrative: true}
"""
PLUGIN = """\
from pathlib import Path

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    registry.rules(Path(__file__).with_suffix(".yaml"))
"""
RULES = """\
values:
  - {id: PLUGIN/double, title: {en: Double, zh: 双倍}, is: shop.orders * FACTOR}
  - {id: PLUGIN/more, title: {en: More, zh: 更多}, is: value.PLUGIN.double + 1}
  - {id: PLUGIN/unread, title: {en: Unread, zh: 未读}, is: shop.orders + 5}
metrics:
  - id: PLUGIN/orders
    title: {en: Orders, zh: 订单}
    why: value.PLUGIN.unread is another matter
    fact: value.PLUGIN.more
    bands:
      - {at_least: 9, score: 5}
      - {otherwise: true, score: 3}
gates:
  - {id: PLUGIN/open, title: {en: Open, zh: 营业}, when: shop.orders > 0}
vetoes:
  - {id: PLUGIN/many, title: {en: Too many, zh: 过多}, when: shop.orders > 50, blocks: all}
"""
METRIC = "dimensions: [{id: d, title: {en: D, zh: 维度}, weight: 1, metrics: [%s]}]\n"


@pytest.fixture(autouse=True)
def plugins(tmp_path, monkeypatch) -> Catalogue:
    """Install the plugins `one` and `two`, whose rules have the same names but another factor."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    for name, factor in (("one", "2"), ("two", "3")):
        (folder / f"{name}.py").write_text(PLUGIN, encoding="utf-8")
        rules = RULES.replace("PLUGIN", name).replace("FACTOR", factor)
        (folder / f"{name}.yaml").write_text(rules, encoding="utf-8")
    core = [source for source in discovery.installed() if source.name == "core"]
    with sources(folder) as own:
        catalogue = load_plugins([*core, *own])
    use_catalogue(monkeypatch, lambda: catalogue)
    return catalogue


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a book with one ruleset or more."""

    def write(*rulesets: str, name: str = "book") -> Path:
        folder = tmp_path / name
        (folder / "facts").mkdir(parents=True)
        (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
        (folder / "facts" / "shop.yaml").write_text(FACTS, encoding="utf-8")
        for number, rules in enumerate(rulesets):
            text = rules if rules.startswith("ruleset:") else HEAD % 1 + rules
            (folder / f"tea{number}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


def plan_of(folder: Path):
    from datetime import date

    return compile_plan(open_book(folder), industry="tea", as_of=date(2026, 6, 1))


def score_of(folder: Path, orders: int, tmp_path, capsys) -> str:
    merchant = tmp_path / "merchant.yaml"
    merchant.write_text(f"merchant: a\nindustry: tea\nshop.orders: {orders}\n", encoding="utf-8")
    arguments = ["explain", str(merchant), "--book", str(folder), "--as-of", "2026-06-01"]
    assert run_arguments(arguments) == 0
    return capsys.readouterr().out


def test_a_metric_brings_the_values_that_it_reads_and_no_others(book):
    plan = plan_of(book(METRIC % "{id: one/orders, weight: 1}"))
    assert [value.name for value in plan.values] == ["value.one.more", "value.one.double"]
    assert [(plugin.name, plugin.version) for plugin in plan.plugins] == [("one", "1.0")]


def test_a_condition_reads_a_value_of_a_plugin_by_its_name(book):
    plan = plan_of(
        book(
            "base: {from: fixed, score: 4}\nitems: [{id: a, type: core/flat, title: {en: A, zh: 甲},"
            " with: {points: 1}, when: value.two.double >= 6}]\n"
        )
    )
    assert [value.id for value in plan.values] == ["two/double"]
    assert "is: shop.orders * 3" in plan_text(plan)
    assert "(two.yaml:2:10)" in plan_text(plan)


def test_rules_of_one_name_from_two_plugins_stand_side_by_side(book, tmp_path, capsys):
    metrics = "{id: one/orders, weight: 0.5}, {id: two/orders, weight: 0.5}"
    folder = book(METRIC % metrics + "gates: [{id: one/open}, {id: two/open}]\n")
    assert check_book(folder) == ()
    shown = score_of(folder, 3, tmp_path, capsys)  # 7 is below 9, 10 is not
    assert "Score  4.0 of 9" in shown
    assert shown.count("a rule of the plugin one") == 4  # the gate, the metric and two values


def test_a_ruleset_overrides_the_keys_that_it_gives(book, tmp_path, capsys):
    metric = (
        "{id: one/orders, weight: 1, bands: [{at_least: 7, score: 6}, {otherwise: true, score: 0}]}"
    )
    folder = book(METRIC % metric + "values: [{id: one/double, is: shop.orders * 5}]\n")
    assert "Score  6.0 of 9" in score_of(folder, 2, tmp_path, capsys)
    assert "Score  0.0 of 9" in score_of(folder, 1, tmp_path, capsys)


def test_a_layer_above_overrides_and_retires_them_by_their_names(book):
    base = (
        (HEAD % 1)
        .replace("ruleset: tea", "ruleset: base")
        .replace("selects: {industry: tea}", "abstract: true")
    )
    below = METRIC % "{id: one/orders, weight: 1}" + "gates: [{id: one/open}]\n"
    above = HEAD % 1 + "extends: base\ngates: [{id: one/open, retire: true}]\n"
    above += "dimensions: [{id: d, metrics: [{id: one/orders, title: {en: Ours, zh: 我们}}]}]\n"
    plan = plan_of(book(base + below, above))
    assert plan.gates == ()
    (metric,) = plan.dimensions[0].metrics
    assert (metric.id, metric.title.en) == ("one/orders", "Ours")


def test_problems_of_a_rule_are_told_where_they_are(book):
    folder = book(
        METRIC
        % "{id: one/orders, weight: 1, sample: {fact: value.one.mroe, at_least: 1, otherwise: skip}}"
    )
    (problem,) = check_book(folder)
    assert (problem.code, problem.place.file) == ("SY203", "tea0.yaml")
    folder = book(
        METRIC % "{id: one/orders, weight: 1}" + "values: [{id: one/double, is: '1 > 0'}]\n",
        name="b",
    )
    problems = check_book(folder)
    assert {problem.place.file for problem in problems} == {"one.yaml"}


def test_an_unknown_value_is_told_with_the_name_that_was_meant(book):
    item = (
        "items: [{id: a, type: core/flat, title: {en: A, zh: 甲}, with: {points: 1}, when: %s}]\n"
    )
    folder = book("base: {from: fixed, score: 4}\n" + item % "value.one.duoble > 1")
    (problem,) = check_book(folder)
    assert (problem.code, problem.fix) == ("SY403", "did you mean 'value.one.double'?")


def test_a_diff_names_the_file_of_the_plugin(book, capsys):
    old = book(METRIC % "{id: one/orders, weight: 1}", name="old")
    bands = "bands: [{at_least: 8, score: 5}, {otherwise: true, score: 3}]"
    new = book(METRIC % f"{{id: one/orders, weight: 1, {bands}}}", name="new")
    assert run_arguments(["diff", str(old), str(new)]) == 0
    assert "one.yaml:11:20 → tea0.yaml:" in capsys.readouterr().out


def test_a_bundle_scores_without_the_plugin(book, tmp_path, capsys, monkeypatch):
    folder = book(METRIC % "{id: one/orders, weight: 1}")
    bundle, merchant = tmp_path / "tea.bundle", tmp_path / "merchant.yaml"
    from steelyard.compiler import release

    monkeypatch.setattr(release, "_check_reproducible", lambda *_: None)  # needs installed plugins
    bundle.write_bytes(release_book(folder).content)
    use_catalogue(monkeypatch, lambda: load_plugins([]))
    merchant.write_text("merchant: a\nindustry: tea\nshop.orders: 4\n", encoding="utf-8")
    arguments = ["score", str(merchant), "--rules", str(bundle), "--as-of", "2026-06-01"]
    assert run_arguments(arguments) == 0
    assert "Score  5.0" in capsys.readouterr().out
    with pytest.raises(InvalidInput) as caught:
        plan_of(folder)
    assert caught.value.problems[0].code == "SY211"


def test_the_origin_of_a_rule_is_its_line_in_the_plugin(book, capsys):
    folder = book(METRIC % "{id: one/orders, weight: 1}")
    assert run_arguments(["plugins", "why", "one/orders", "--book", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "one/orders · metric" in shown
    assert "one.yaml:6:9" in shown
    assert "tea0.yaml:8:" in shown


def test_a_metric_of_a_value_says_which_fact_improves_it(book, tmp_path, capsys):
    folder = book(METRIC % "{id: one/orders, weight: 1}")
    merchant = tmp_path / "merchant.yaml"
    merchant.write_text("merchant: a\nindustry: tea\nshop.orders: 2\n", encoding="utf-8")
    arguments = ["score", str(merchant), "--book", str(folder), "--as-of", "2026-06-01"]
    assert run_arguments(arguments) == 0
    shown = capsys.readouterr().out.partition("How to improve\n")[2]
    assert shown == "  Orders (up to +2.00)\n      4 instead of 2: +2.00, score 5.0\n"
