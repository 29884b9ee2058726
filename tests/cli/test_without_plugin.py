"""`--without-plugin NAME`: a command runs as if the plugin was not installed."""

import json
from pathlib import Path

import pytest

from steelyard.cli.running import run_arguments
from steelyard.plugins.discovery import discover

BOOK = """\
book: toys
title: {en: Toys, zh: 玩具}
industries: [{id: toys, title: {en: Toys, zh: 玩具}}]
"""
RULES = """\
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [0, 5]}
base: {from: fixed, score: 4}
"""


@pytest.fixture
def run(capsys):
    """Run a command; return its status, output and diagnostics."""

    def run_one(*arguments: str) -> tuple[int, str, str]:
        status = run_arguments(arguments)
        return (status, *capsys.readouterr())

    return run_one


def names(text: str) -> list[str]:
    return [plugin["name"] for plugin in json.loads(text)]


def test_the_plugin_is_not_there_and_all_others_are(run):
    _, everything, _ = run("plugins", "list", "--format", "json")
    leave = ("--without-plugin", "petcare", "--without-plugin", "beauty")
    status, text, _ = run("plugins", "list", "--format", "json", *leave)
    assert status == 0
    assert names(text) == [name for name in names(everything) if name not in ("petcare", "beauty")]


def test_only_this_one_command_is_without_it(run):
    run("plugins", "list", "--without-plugin", "petcare")
    assert discover().plugin("petcare") is not None


def test_what_needs_it_says_that_it_is_not_installed(run):
    status, text, _ = run("check", "rulesets", "--without-plugin", "petcare")
    assert status == 1
    assert text.startswith(
        "book.yaml:17:50: SY211 plugin-missing: the book needs the plugin petcare, "
        "which is not installed\n"
    )
    merchant = ("rulesets/merchants/warm-paws.yaml", "--as-of", "2026-06-01")
    status, _, said = run("score", *merchant, "--without-plugin", "petcare")
    assert status == 2
    assert "SY211" in said


def test_every_process_of_a_release_is_without_it(run, tmp_path):
    """A plugin that the book does not need is left out in the other processes too."""
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "toys.yaml").write_text(RULES, encoding="utf-8")
    bundle = str(tmp_path / "toys.bundle")
    leave = ("--without-plugin", "petcare")
    command = ("release", str(tmp_path), "--out", bundle, "--processes", "2")
    assert run(*command, *leave)[0] == 0
    assert "petcare." not in Path(bundle).read_text(encoding="utf-8")
    assert run(*command)[0] == 0
    assert "petcare." in Path(bundle).read_text(encoding="utf-8")


def test_an_unknown_name_is_an_error_with_the_name_that_was_meant(run):
    status, text, said = run("facts", "list", "--without-plugin", "petcar")
    assert (status, text) == (2, "")
    known = ", ".join(info.name for info in discover().plugins if info.name != "core")
    assert said == (
        "SY703 unknown-name: unknown plugin 'petcar'\n"
        f"    expected: one of {known}\n"
        "    fix: did you mean 'petcare'?\n"
    )


def test_the_core_cannot_be_left_out(run):
    status, _, said = run("schema", "--without-plugin", "core")
    assert status == 2
    assert "SY703 unknown-name: the plugin core is a part of the engine" in said


@pytest.mark.parametrize("command", [("plugins", "new"), ("plugins", "check")])
def test_commands_that_load_no_plugins_do_not_have_it(run, command):
    status, _, said = run(*command, "tea", "--without-plugin", "petcare")
    assert status == 2
    assert "no such option: --without-plugin" in said
