"""The command line in Chinese: help without English, in lines that fit, and usage errors."""

import pytest
from tests.errors.sentences import english
from typer.main import get_command

from steelyard.cli.app import application
from steelyard.cli.running import run_arguments
from steelyard.cli.speech import speak
from steelyard.report.wording.layout import width


def _commands(command, *names):
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, *names, name)


COMMANDS = list(_commands(get_command(application())))


@pytest.fixture(autouse=True)
def _in_english_again(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    yield
    speak("en")


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_help_has_no_english_and_fits(names, monkeypatch, capsys):
    monkeypatch.setenv("STEELYARD_LANG", "zh")
    assert run_arguments([*names, "--help"]) == 0
    usage, *lines = capsys.readouterr().out.splitlines()
    assert usage.startswith("用法：steelyard")
    assert english("\n".join(lines)) == []
    assert not any("..." in line for line in lines)
    assert max(map(width, lines)) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score", "--zzz"], "没有选项 --zzz"),
        (["socre"], "没有命令 'socre'。是否想写 'score'？"),
        (["score"], "缺少参数 'SOURCE…'"),
        (["score", "a.yaml"], "缺少选项 '--as-of'"),
        (["check"], "缺少参数 'BOOK'"),
        (["lock", "rulesets", "--processes", "0"], "'--processes' 的值无效：0 不在范围 x>=1 之内"),
        (["test", "rulesets", "--format", "xml"], "'--format' 的值无效：'xml' 不是 'text'、'json' 之一"),
        (["facts", "sample", "--n", "x"], "'--n' 的值无效：'x' 不是整数"),
        (["score", "a", "--as-of"], "选项 '--as-of' 需要值"),
        (["check", "rulesets", "more"], "多余的参数：more"),
        (["score", "--scene", "a", "--scene", "b", "x"], "--scene 给出了 2 次"),
    ],
)  # fmt: skip
def test_usage_errors(arguments, said, monkeypatch, capsys):
    monkeypatch.setenv("STEELYARD_LANG", "zh")
    assert run_arguments(arguments) == 2
    assert said in capsys.readouterr().err.splitlines()[0]


def test_results_for_people(capsys):
    assert run_arguments(["check", "rulesets", "--lang", "zh"]) == 0
    assert run_arguments(["plugins", "list", "--lang", "zh"]) == 0
    assert run_arguments(["test", "rulesets", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("rulesets：没有问题\n插件 ")
    assert said.endswith(" 个用例通过，0 个未通过\n")
