"""What the command line says of plugins: list, show, why, docs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fixtures.catalogues import use_catalogue
from tests.plugins.discovery.loading_fixtures import PLUGINS, source, sources

from steelyard.cli.running import run_arguments
from steelyard.errors import CODES
from steelyard.plugins.discovery import discovery, load_plugins
from steelyard.report.plugins import page_name

BROKEN = {
    "raises": "STEELYARD_API = 1\nraise OSError('no\\nsuch\\tdevice')\n",
    "newer": "STEELYARD_API = 9\n",
    "spoilt": (
        "from steelyard.plugin import hook\nSTEELYARD_API = 1\n@hook\n"
        "def steelyard_register(registry):\n"
        "    registry.item_type(1)\n    registry.item_type('two')\n"
    ),
}
BUNDLED = ("apparel", "beauty", "core", "freshfood", "maternity", "petcare")


@pytest.fixture
def run(capsys):
    """Run a command; return its status, output and diagnostics."""

    def run_one(*arguments):
        status = run_arguments([str(argument) for argument in arguments])
        return (status, *capsys.readouterr())

    return run_one


@pytest.fixture
def broken(monkeypatch, tmp_path_factory):
    """Broken plugins beside a healthy one and the core."""
    folder = tmp_path_factory.mktemp("plugins")
    for name, text in BROKEN.items():
        (folder / f"{name}.py").write_text(text)
    core = [source for source in discovery.installed() if source.name == "core"]
    with sources(PLUGINS / "healthy", folder) as own:
        use_catalogue(monkeypatch, lambda: load_plugins([*core, *own]))
        yield list(BROKEN)


def test_list_counts_what_each_plugin_gives(run):
    status, out, err = run("plugins", "list")
    assert (status, err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert rows["plugin"] == ["version", "API", "item", "types", "facts", "problems"]
    assert rows["maternity"] == ["0.1.0", "1", "2", "14"]
    _, listed, _ = run("plugins", "list", "--format", "json")
    data = {one["name"]: one for one in json.loads(listed)}
    for name in BUNDLED:
        one = data[name]
        assert rows[name] == [
            one["version"], "1", str(len(one["item_types"])), str(len(one["facts"])),
        ]  # fmt: skip
        assert one["problems"] == []


def test_list_names_the_first_problem_of_each_and_how_many_more_it_has(run, broken):
    status, out, err = run("plugins", "list")
    assert (status, err) == (0, "")
    table, _, below = out.partition("\n\n")
    rows = {line.split()[0]: line for line in table.splitlines()}
    data = {one["name"]: one for one in json.loads(run("plugins", "list", "--format", "json")[1])}
    lines = below.splitlines()
    assert [len(data[name]["problems"]) for name in broken] == [1, 1, 2]
    assert len(lines) == 4
    for name in broken:
        assert rows[name].endswith(", cannot be used")
        own = [line for line in lines if line.startswith(f"{name}: ")]
        problem, line = data[name]["problems"][0], own[0]
        assert f"{problem['code']} {CODES[problem['code']].name}: {problem['what']}" in line
        assert problem["line"] is None or f":{problem['line']}:" in line
    assert "spoilt: … and 1 more: steelyard plugins show spoilt" in lines
    assert "cannot be used" not in rows["healthy"]
    assert [data[name]["api"] for name in broken] == [None, 9, 1]


def test_a_second_core_is_not_taken_for_the_core(run, monkeypatch, tmp_path):
    (tmp_path / "aaa.py").write_text("STEELYARD_API = 1\n")
    core = [one for one in discovery.installed() if one.name == "core"]
    with sources(tmp_path):
        both = [source("aaa", "core"), *core]
        use_catalogue(monkeypatch, lambda: load_plugins(both))
        _, out, _ = run("plugins", "list")
        page = run("plugins", "show", "core")[1]
    table, _, below = out.partition("\n\n")
    refused, own = table.splitlines()[1:]
    assert refused.startswith("core (aaa-package) ")
    assert refused.endswith("1, cannot be used")
    assert own.split()[0] == "core"
    assert own.split()[1] != "(aaa-package)"
    assert below.startswith("core (aaa-package): SY209 ")
    assert "core/" in page


def test_show_says_all_of_a_plugin_in_both_languages(run):
    for lang, words in (
        (
            "en",
            ("Easy exchange · 随心换", "Requirements", "required", "default 20", "number 0 … 1"),
        ),
        ("zh", ("随心换 · Easy exchange", "要求", "必填", "默认 20", "数值 0 … 1")),
    ):
        status, out, err = run("plugins", "show", "maternity", "--lang", lang)
        assert (status, err) == (0, "")
        for word in (
            *words,
            "steelyard-maternity",
            "steelyard_maternity/easy_exchange.py:",
            "type: maternity/easy-exchange",
            "decimal(2) hours",
            "≤ maternity.exchange_requests",
        ):
            assert word in out
    assert "Enough goods can be exchanged easily" in run("plugins", "show", "maternity")[1]


def test_show_as_data_has_every_declaration(run):
    data = json.loads(run("plugins", "show", "maternity", "--format", "json")[1])
    easy, tried = data["item_types"]
    assert [one["id"] for one in easy["requirements"]] == ["coverage", "exchanges-ok"]
    assert [one["assessed"] for one in easy["requirements"]] == [False, True]
    assert easy["requirements"][0]["remedy"]["zh"] == "为更多商品开通随心换。"
    assert easy["parameters"]["min_requests"]["default"] == 20
    assert "orders.paid_30d" in tried["reads"]  # a fact of the plugin's example book
    assert len(data["facts"]) == 14
    assert all(fact["line"] and fact["file"].endswith("facts.yaml") for fact in data["facts"])


def test_examples_may_read_the_facts_of_a_book(run):
    without = run("plugins", "show", "core")[1]
    with_book = run("plugins", "show", "core", "--book", "rulesets")[1]
    assert "cannot be built from the known facts: unknown name 'service.refund_hours'" in without
    assert "cannot be built" not in with_book


def test_show_of_a_broken_plugin_and_of_none(run, broken):
    status, out, err = run("plugins", "show", broken[0])
    assert status == 0
    assert "cannot be used" in out.splitlines()[0]
    assert "SY20" in err
    status, out, err = run("plugins", "show", "helthy")
    assert (status, out) == (2, "")
    assert "SY703" in err
    assert "did you mean 'healthy'?" in err


def test_why_says_the_plugin_the_line_and_the_uses(run):
    status, out, _ = run("plugins", "why", "maternity/easy-exchange.tiers", "--book", "rulesets")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "maternity/easy-exchange.tiers · parameter"
    assert any("steelyard-maternity" in line for line in lines)
    assert any("steelyard_maternity/easy_exchange.py:" in line for line in lines)
    assert "  industries/maternity.yaml:17:9  maternity@2026.2  item easy-exchange" in lines
    assert any("[[0.60, 0.03], [0.80, 0.05], [0.95, 0.08]]" in line for line in lines)
    assert not any("min_ok_share" in line for line in lines)


def test_why_of_a_fact_names_its_readers_in_both_languages(run):
    english = run("plugins", "why", "maternity.exchange_requests")[1]
    chinese = run("plugins", "why", "maternity.exchange_requests", "--lang", "zh")[1]
    assert "Item types that read it\n  maternity/easy-exchange\n" in english
    assert "读取它的项目类型\n  maternity/easy-exchange\n" in chinese
    data = json.loads(run("plugins", "why", "maternity.exchange_requests", "--format", "json")[1])
    assert data["readers"] == ["maternity/easy-exchange"]
    assert data["book"] == "marketplace"
    (use,) = data["uses"]
    assert (use["file"], use["ruleset"]) == ("industries/maternity.yaml", "maternity@2026.2")
    assert use["given"]["min_ok_share"] == 0.95


def test_why_without_a_book_says_so(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    status, out, _ = run("plugins", "why", "maternity/easy-exchange")
    assert status == 0
    assert out.endswith("No book was searched; name one with --book.\n")
    status, _, err = run("plugins", "why", "easy-exchange")  # the id of an item: no book, no items
    assert status == 2
    assert "SY703" in err
    assert run("plugins", "why", "x", "--book", tmp_path)[0] == 2


def test_why_goes_on_beside_broken_plugins(run, broken):
    status, out, err = run("plugins", "why", "healthy.count", "--book", "rulesets")
    assert "healthy 1.0" in out
    assert status == 0
    for name in broken:
        assert name in err


def test_a_plugin_cannot_steer_the_terminal(run, monkeypatch, tmp_path):
    (tmp_path / "loud.py").write_text(
        "from steelyard.plugin import ItemType, Text, hook\nSTEELYARD_API = 1\n@hook\n"
        "def steelyard_register(registry):\n"
        "    said = Text('\\x1b[2Jgone\\nplugin   loud', '\\x07')\n"
        "    registry.item_type(ItemType('loud/one', said, said, {}, lambda item: None,\n"
        "                                example='\\x1b[1m'))\n"
    )
    with sources(tmp_path) as own:
        use_catalogue(monkeypatch, lambda: load_plugins(own))
        out = run("plugins", "show", "loud")[1] + run("plugins", "why", "loud/one")[1]
    assert "loud/one" in out
    assert all(line.isprintable() for line in out.splitlines())


def test_docs_writes_both_pages(run, golden, tmp_path):
    folder = tmp_path / "deep" / "pages"
    status, out, _ = run("plugins", "docs", "beauty", "--out", folder)
    assert status == 0
    assert out == f"{folder / 'beauty.md'}\n{folder / 'beauty.zh.md'}\n"
    for name in ("beauty.md", "beauty.zh.md"):
        golden(f"plugin-{name}", (folder / name).read_text(encoding="utf-8"))
    before = sorted(path.name for path in folder.iterdir())
    assert run("plugins", "docs", "beauty", "--out", folder)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == before == ["beauty.md", "beauty.zh.md"]


@pytest.mark.parametrize("name", BUNDLED)
def test_pages_hold_every_declaration_in_tables_that_hold_together(run, tmp_path, name):
    assert run("plugins", "docs", name, "--out", tmp_path, "--book", "rulesets")[0] == 0
    data = json.loads(run("plugins", "show", name, "--format", "json", "--book", "rulesets")[1])
    for lang, file in (("en", f"{name}.md"), ("zh", f"{name}.zh.md")):
        text = (tmp_path / file).read_text(encoding="utf-8")
        for one in data["item_types"]:
            assert f"### {one['name']}\n" in text
            assert one["summary"][lang] in text
            assert all(f"| `{parameter}` |" in text for parameter in one["parameters"])
            assert all(part["title"][lang] in text for part in one["requirements"])
            assert one["example"].strip() in text
        for fact in data["facts"]:
            assert f"| `{fact['id']}` | {fact['title'][lang]} |" in text
        cells = 0
        for line in text.splitlines():  # every row of a table has as many cells as its head
            count = line.replace("\\|", "").count("|") if line.startswith("|") else 0
            assert cells in (0, count) or count == 0
            cells = count


def test_pages_do_not_depend_on_where_and_when(tmp_path):
    seen = set()
    for at, (seed, zone, place) in enumerate(
        (("1", "UTC", "."), ("2", "Asia/Tokyo", str(tmp_path)))
    ):
        folder = tmp_path / str(at)
        subprocess.run(
            [sys.executable, "-m", "steelyard", "plugins", "docs", "petcare", "--out", str(folder)],
            check=True,
            capture_output=True,
            cwd=place,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        )
        seen.add(tuple(path.read_bytes() for path in sorted(folder.iterdir())))
    assert len(seen) == 1


def test_docs_of_what_cannot_be_documented(run, broken, tmp_path):
    status, out, err = run("plugins", "docs", broken[0], "--out", tmp_path)
    assert (status, out) == (2, "")
    assert "SY20" in err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    status, _, err = run("plugins", "docs", "healthy", "--out", tmp_path / "file")
    assert status == 2
    assert "SY116" in err
    assert run("plugins", "docs", "healthy")[0] == 2  # without --out


def test_a_name_with_a_path_in_it_stays_in_its_folder():
    assert Path(page_name("../x", "en")).name == page_name("../x", "en")
    assert page_name("a\\b", "zh") == "a-b.zh.md"
