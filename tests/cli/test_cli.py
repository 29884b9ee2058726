"""Claims about the command line: exit statuses, where what is written, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from steelyard.cli import score
from steelyard.cli.app import application
from steelyard.cli.running import run_arguments

SPROUT = "rulesets/merchants/little-sprout.yaml"
DAY = ["--as-of", "2026-04-01"]


def several(tmp_path: Path, *names: str, bad: bool) -> Path:
    """A file of several merchants, the last of them bad if asked for."""
    import yaml

    files = [Path(f"rulesets/merchants/{name}.yaml") for name in names]
    merchants = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    if bad:
        merchants.append({"merchant": "bad", "industry": "maternity", "orders": {"paid_30d": -1}})
    path = tmp_path / "several.json"
    path.write_text(json.dumps(merchants, default=str))  # dates as YAML writes them
    return path


def test_a_score_as_a_page_and_as_json(run):
    status, out, err = run("score", SPROUT, *DAY)
    assert (status, err) == (0, "")
    assert out.startswith("little-sprout · maternity · flagship · 2026-04-01\n")
    status, out, _ = run("score", SPROUT, *DAY, "--format", "json")
    assert status == 0
    assert json.loads(out)["score"] == 4.9


def test_the_scene_is_laid_over(run):
    _, out, _ = run(
        "score", SPROUT, "--as-of", "2026-11-11", "--scene", "double-11", "--format=json"
    )
    assert json.loads(out)["ruleset"]["scene"] == "double-11"


def test_one_bad_merchant_among_several_does_not_take_the_others_down(run, tmp_path):
    path = several(tmp_path, "little-sprout", "first-light", bad=True)
    status, out, err = run("score", path, *DAY)
    assert status == 1
    assert out.endswith("3 merchants: 1 scored, 1 without a score, 1 rejected\n")
    assert "rejected: bad\n" in err
    assert "SY605" in err
    status, out, _ = run("score", path, *DAY, "--format", "json")
    assert status == 1
    assert [card["status"] for card in json.loads(out)] == ["scored", "no_score", "rejected"]


def test_several_files_are_one_list(run):
    status, out, _ = run(
        "score", SPROUT, "rulesets/merchants/first-light.yaml", *DAY, "--format", "json"
    )
    assert status == 0
    assert [card["merchant"] for card in json.loads(out)] == ["little-sprout", "first-light"]


def test_a_file_whose_only_merchant_is_rejected_is_a_no(run, tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text("merchant: x\nindustry: maternity\norders: {paid_30d: -1}\n")
    status, out, err = run("score", path, *DAY)
    assert (status, out) == (1, "")
    assert "SY605" in err
    status, out, err = run("score", path, *DAY, "--format", "json")
    assert (status, json.loads(out)["status"]) == (1, "rejected")
    assert "SY605" in err
    status, out, err = run("explain", path, *DAY)
    assert (status, out) == (1, "")
    assert "SY605" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score", *DAY], "SY701", "missing argument"),
        (["score", SPROUT], "SY701", "missing option '--as-of'"),
        (["score", SPROUT, *DAY, "--colour"], "SY701", "no such option: --colour"),
        (["score", SPROUT, *DAY, "--format", "xml"], "SY701", "'xml' is not one of"),
        (["score", SPROUT, *DAY, "--as-of"], "SY701", "requires an argument"),
        (["weigh", SPROUT], "SY701", "no such command 'weigh'"),
        (["score", SPROUT, "--as-of", "2026-02-30"], "SY702", "'2026-02-30' is not a day"),
        (["score", SPROUT, "--as-of", "today"], "SY702", "'today' is not a day"),
        (["score", SPROUT, "--as-of", "20260401"], "SY702", "'20260401' is not a day"),
        (["score", SPROUT, *DAY, "--book", "docs"], "SY317", "docs has no book.yaml"),
        (["score", SPROUT, *DAY, "--book", "nowhere"], "SY317", "nowhere does not exist"),
        (["score", SPROUT, *DAY, "--book", "LICENSE"], "SY317", "LICENSE is a file"),
        (["score", SPROUT, *DAY, "--scene", "spring"], "SY318", "unknown scene 'spring'"),
        (["score", "nothing.yaml", *DAY], "SY101", "nothing.yaml"),
        (["score", "rulesets", *DAY], "SY701", "the folder has folders inside"),
        (["explain", SPROUT, *DAY, "--item", "easy-exchang"], "SY703", "did you mean 'easy-exchange'?"),
        (["explain", SPROUT, *DAY, "--merchant", "littl-sprout"], "SY703", "did you mean 'little-sprout'?"),
        (["compile", "rulesets", "--industry", "toys", *DAY], "SY703", "unknown industry 'toys'"),
        (["compile", "rulesets", *DAY], "SY701", "missing option '--industry'"),
        (["check", "docs"], "SY317", "docs has no book.yaml"),
        (["test", "docs"], "SY317", "docs has no book.yaml"),
        (["facts", "show", "orders.paid_30"], "SY703", "did you mean 'orders.paid_30d'?"),
        (["facts", "template", "--industry", "beaut"], "SY703", "did you mean 'beauty'?"),
        (["facts", "list", "--industry", "beaut"], "SY703", "did you mean 'beauty'?"),
        (["plugins", "show", "maternty"], "SY703", "did you mean 'maternity'?"),
        (["schema", "merchant"], "SY701", "'merchant' is not one of"),
        (["schema", "book", "--out", "nowhere/x.json"], "SY116", "cannot be written"),
        (["schema", "book", "--out", "docs"], "SY116", "it is a directory"),
    ],
)  # fmt: skip
def test_wrong_input_or_usage_is_a_clear_line_and_status_2(run, arguments, code, said):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert code in err
    assert said in err


def test_without_a_book_it_says_what_to_type(run, tmp_path, monkeypatch):
    path = Path(SPROUT).resolve()
    monkeypatch.chdir(tmp_path)
    status, out, err = run("score", path, *DAY)
    assert (status, out) == (2, "")
    assert "--book DIR" in err


def test_nothing_asked_shows_the_help_and_is_wrong_usage(run):
    status, out, err = run()
    assert (status, out) == (2, "")
    assert err.startswith("Usage: steelyard")


def test_help_and_version_are_results(run):
    from steelyard import __version__

    assert run("--version") == (0, f"steelyard {__version__}\n", "")
    status, out, _ = run("--help")
    assert status == 0
    for command in ("score", "explain", "compile", "check", "test", "facts", "schema", "plugins"):
        assert f"\n  {command} " in out


def test_explain_all_one_item_and_json(run):
    status, out, _ = run("explain", SPROUT, *DAY, "--lang", "zh")
    assert status == 0
    assert "├─ 基础分" in out
    _, out, _ = run("explain", SPROUT, *DAY, "--item", "rash-return")
    assert "0.02 cut by the cap of the group “Promises”" in out
    assert "Easy exchange" not in out
    _, out, _ = run("explain", SPROUT, *DAY, "--format", "json", "--item", "counterfeit")
    assert json.loads(out)["kind"] == "deduction"


def test_explain_one_of_several(run, tmp_path):
    path = several(tmp_path, "little-sprout", "first-light", bad=False)
    status, out, _ = run("explain", path, *DAY, "--merchant", "first-light")
    assert status == 0
    assert out.startswith("first-light")
    assert "little-sprout" not in out


def test_a_compiled_plan_is_named_by_the_digest_of_its_file(run, tmp_path):
    from hashlib import sha256

    plan = tmp_path / "plan.json"
    command = ["compile", "rulesets", "--industry", "maternity", *DAY, "--emit", "json"]
    status, out, err = run(*command, "--out", plan)
    assert (status, out) == (0, "")
    assert f"sha256:{sha256(plan.read_bytes()).hexdigest()}" in err
    assert list(tmp_path.glob(".plan*")) == []


def test_a_plan_as_text_and_its_bounds(run):
    command = ["compile", "rulesets", "--industry", "maternity", *DAY]
    _, out, _ = run(*command)
    assert "easy-exchange" in out
    status, out, _ = run(*command, "--bounds")
    assert status == 0
    assert "score: [3, 5]\n" in out
    _, out, _ = run(*command, "--bounds", "--emit", "json")
    assert json.loads(out)["score"] == [3, 5]


def test_checking_the_reference_book(run):
    assert run("check", "rulesets") == (0, "rulesets: no problems\n", "")
    assert json.loads(run("check", "rulesets", "--format", "json")[1]) == {"problems": []}
    sarif = json.loads(run("check", "rulesets", "--format", "sarif")[1])
    assert sarif["runs"][0]["results"] == []


def test_a_book_with_problems_fails_the_check(run, tmp_path, monkeypatch):
    (tmp_path / "book.yaml").write_text("book: b\n")
    status, out, _ = run("check", tmp_path)
    assert status == 1
    assert "book.yaml:1:1" in out
    status, out, _ = run("check", tmp_path, "--format", "sarif")
    assert status == 1
    (result,) = json.loads(out)["runs"][0]["results"][:1]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": (tmp_path / "book.yaml").resolve().as_uri()}
    monkeypatch.chdir(tmp_path.parent)
    out = run("check", tmp_path.name, "--format", "sarif")[1]
    assert f'"uri": "{tmp_path.name}/book.yaml"' in out


def test_the_cases_of_the_reference_book_hold(run):
    status, out, _ = run("test", "rulesets")
    assert status == 0
    assert out.endswith(" cases passed, 0 failed\n")
    assert json.loads(run("test", "rulesets", "--format", "json")[1])["failed"] == 0


def test_a_case_that_does_not_hold_is_named_with_its_difference(run, tmp_path):
    import shutil

    book = tmp_path / "book"
    shutil.copytree("rulesets", book)
    for path in book.rglob("*.cases.yaml"):
        path.unlink()
    (book / "one.cases.yaml").write_text(
        "as_of: 2026-04-01\ncases:\n  - name: wrong on purpose\n"
        "    merchant:\n      industry: general\n      orders: {paid_30d: 3, signed_30d: 1}\n"
        "      violations: {counterfeit_30d: 0, confusable_goods_30d: 0, "
        "not_as_described_30d: 0, abnormal_logistics_trace_30d: 0}\n"
        "    expect: {status: scored}\n"
    )
    status, out, _ = run("test", book)
    assert status == 1
    assert out.startswith("one.cases.yaml:3:")
    assert "status: expected scored, got no_score" in out


def test_facts_list_show_and_template(run, tmp_path):
    _, out, _ = run("facts", "list", "--industry", "maternity")
    assert "maternity.advisors" in out
    assert "petcare." not in out
    _, out, _ = run("facts", "show", "maternity.advisors", "--lang", "zh")
    assert "每条记录的字段" in out
    _, out, _ = run("facts", "show", "orders.paid_30d", "--format", "json")
    assert json.loads(out)["type"] == "int"
    status, out, _ = run("facts", "template", "--industry", "beauty")
    assert status == 0
    path = tmp_path / "filled.yaml"
    path.write_text(out)
    status, out, err = run("score", path, *DAY)
    assert (status, out) == (1, "")
    assert "SY603" in err  # nothing is filled in, but no name is unknown
    assert "SY602" not in err


def test_schemas_are_written(run, tmp_path):
    from jsonschema import Draft202012Validator

    for name in ("ruleset", "book", "cases", "facts", "plan", "scorecard"):
        status, out, _ = run("schema", name)
        assert status == 0
        Draft202012Validator.check_schema(json.loads(out))
    path = tmp_path / "ruleset.schema.json"
    assert run("schema", "--out", path)[:2] == (0, "")
    assert "maternity/easy-exchange" in path.read_text()


def process(*arguments: str, **options):
    return subprocess.run(
        [sys.executable, "-m", "steelyard", *arguments],
        capture_output=True, check=False, **options,
    )  # fmt: skip


def test_output_is_utf8_wherever_it_runs():
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}
    result = process("score", SPROUT, *DAY, "--lang", "zh", env=environment)
    assert result.returncode == 0
    assert "加分项" in result.stdout.decode("utf-8")


def test_a_reader_that_has_enough_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "steelyard", "schema", "plan"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(timeout=60) == 0


def test_a_bug_of_ours_is_one_clear_message(run, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(score, "score_merchants", broken)
    status, out, err = run("score", SPROUT, *DAY)
    assert (status, out) == (70, "")
    assert err.startswith("steelyard: internal error: ZeroDivisionError: of all things\n")
    assert "report it" in err


def test_debug_shows_where_a_bug_is(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(score, "score_merchants", broken)
    with pytest.raises(ZeroDivisionError):
        run_arguments(["--debug", "score", SPROUT, *DAY])


def test_an_interruption_is_quiet(run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(score, "score_merchants", interrupted)
    assert run("score", SPROUT, *DAY) == (130, "", "")


def test_a_terminal_gets_colour_and_a_pipe_does_not():
    from steelyard.cli.output import _coloured

    page = "Bonus items\n  ✓ Easy exchange\n  ✗ Try first\n      ! no mark here!\n"
    assert _coloured(page) == (
        "\x1b[1mBonus items\x1b[0m\n  \x1b[32m✓\x1b[0m Easy exchange\n"
        "  \x1b[31m✗\x1b[0m Try first\n      \x1b[31m!\x1b[0m no mark here!\n"
    )
    assert "\x1b" not in process("score", SPROUT, *DAY).stdout.decode()


def _options(command, *path):
    """Yield every option of a command and of the commands below it, after the words before it."""
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.is_eager:
            yield path, parameter
    for name, below in getattr(command, "commands", {}).items():
        yield from _options(below, *path, name)


def test_an_option_is_given_once_unless_it_makes_a_list(run):
    lists = []
    options = list(_options(typer.main.get_command(application())))
    assert len(options) > 60
    for path, option in options:
        value = [] if option.is_flag else ["1"]
        if option.multiple:
            lists.append(option.opts[0])
            continue
        name, other = option.opts[0], (*option.opts, *option.secondary_opts)[-1]
        status, out, err = run(*path, name, *value, other, *value)
        assert (status, out) == (2, ""), (path, name)
        assert err.startswith("SY701 usage: ")
        assert f"{name} is given 2 times" in err or f"or {other} is given 2 times" in err
    assert lists.count("--without-plugin") > 15
    assert sorted(name for name in lists if name != "--without-plugin") == [
        "--as-of", "--as-of-candidate", "--by", "--case", "--guardrails", "--industry", "--merchants",
        "--scene",
    ]  # fmt: skip


def test_every_option_that_is_given_again_is_named(run):
    status, _, err = run("dry-run", "--live", "a", "--out", "x", "--live=b", "--out", "x")
    assert status == 2
    assert err.count("is given 2 times") == 2


def test_populations_are_read_in_the_encoding_that_is_named(run, tmp_path):
    path = tmp_path / "shops.csv"
    path.write_bytes("商家,行业,支付订单数\n茶,general,1\n".encode("gbk"))
    for command in (
        ["score", path, *DAY],
        ["dry-run", "--live", "rulesets", "--candidate", "rulesets", "--merchants", path, *DAY,
         "--guardrails", "default", "--everybody"],
    ):  # fmt: skip
        status, _, err = run(*command, "--encoding", "utf-8")
        if command[0] == "score":
            assert (status, "say --encoding gb18030" in err) == (2, True)
        status, _, err = run(*command, "--encoding", "gb18030")
        assert "SY103" not in err
    status, _, err = run("score", SPROUT, *DAY, "--encoding", "gbk")
    assert (status, "SY701" in err) == (2, True)


def test_globs_of_merchant_files_are_scored_one_by_one(run, tmp_path):
    one = several(tmp_path, "little-sprout", bad=False)
    status, out, _ = run("score", tmp_path / "*.json", *DAY)
    assert (status, "little-sprout" in out, one.exists()) == (0, True, True)
    status, _, err = run("score", tmp_path / "no*.yaml", *DAY)
    assert (status, "SY101" in err) == (2, True)
