"""The command line in a terminal: its language, its notes, its colours, and the user's variables."""

import sys

import pytest

from steelyard.cli import output

SHOP = "rulesets/merchants/little-sprout.yaml"
DAY = ("--as-of", "2026-06-01")


def test_the_language_is_an_option_of_every_command_or_a_variable(run, monkeypatch):
    _, _, english = run("check", "nowhere")
    _, _, chinese = run("check", "nowhere", "--lang", "zh")
    assert "expected:" in english
    assert "应为：" in chinese
    monkeypatch.setenv("STEELYARD_LANG", "zh")
    assert run("check", "nowhere")[2] == chinese
    assert run("check", "nowhere", "--lang", "en")[2] == english
    assert "得分" in run("score", SHOP, *DAY)[1]

    monkeypatch.setenv("STEELYARD_LANG", "xx")
    status, _, err = run("check", "rulesets")
    assert status == 2
    assert "STEELYARD_LANG" in err
    assert "'en', 'zh'" in err


@pytest.mark.parametrize(
    "command", [("check",), ("facts", "list"), ("plugins", "list"), ("score",)]
)
def test_help_has_a_short_form_and_the_common_options(run, command):
    status, out, _ = run(*command, "-h")
    assert status == 0
    assert all(name in out for name in ("-h, --help", "--lang", "-q, --quiet", "STEELYARD_LANG"))


def test_a_wrong_language_leaves_the_one_of_the_variable(run, monkeypatch):
    monkeypatch.setenv("STEELYARD_LANG", "zh")
    status, _, err = run("check", "rulesets", "--lang", "xx")
    assert status == 2
    assert "改法：" in err


def test_a_book_is_found_by_a_variable(run, monkeypatch):
    assert run("check")[0] == 2
    monkeypatch.setenv("STEELYARD_BOOK", "rulesets")
    assert run("check")[:2] == (0, "rulesets: no problems\n")
    monkeypatch.setenv("STEELYARD_BOOK", "nowhere")
    status, _, err = run("score", SHOP, *DAY)
    assert status == 2
    assert "nowhere" in err


def test_quiet_leaves_results_and_problems(run, tmp_path):
    shops = tmp_path / "shops.jsonl"
    shops.write_text('{"merchant": "a"}\n', encoding="utf-8")
    command = ("score", shops, *DAY, "--out", "-")
    _, out, err = run(*command)
    _, quiet_out, quiet_err = run(*command, "--quiet")
    assert out == quiet_out
    assert "rejected: a" in err
    assert "SY603" in quiet_err
    assert "rejected: a" not in quiet_err


def test_one_case_runs_by_its_name(run):
    name = "the service is on"
    status, out, _ = run("test", "docs/gallery", "--case", name)
    assert (status, out) == (0, "docs/gallery: 1 cases passed, 0 failed\n")
    status, _, err = run("test", "docs/gallery", "--case", name[:-1])
    assert status == 2
    assert "SY703" in err
    assert f"did you mean '{name}'?" in err
    assert "SY701" in run("test", "docs/gallery", "--case", name, "--coverage")[2]


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_follow_the_wishes_of_the_user(monkeypatch, capsys, variables, coloured):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    output.write("Heading\n  ✓ done\n")
    assert ("\x1b[" in capsys.readouterr().out) == coloured


def test_a_shell_completes_commands_and_options(run, monkeypatch):
    monkeypatch.setenv("_STEELYARD_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "steelyard ch")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run()[:2] == (0, "check\n")
    monkeypatch.setenv("COMP_WORDS", "steelyard check --form")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run()[:2] == (0, "--format\n")
