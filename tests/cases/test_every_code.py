"""Every code of the table is shown by a bad case, and no code is in the table for nothing.

Fourteen codes speak of something that is no file of a case: a size, a folder that is not there, a
population, a command line. Their exact text is pinned here.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.fixtures.impacts import few_edits
from tests.fixtures.plans import tiny_plan
from tests.fixtures.workbooks import workbook

import steelyard
from steelyard.book import update_lock
from steelyard.book.diff.comparison import compare_sources
from steelyard.book.diff.sources import open_source
from steelyard.book.lock import write_lock
from steelyard.cli.running import run_arguments
from steelyard.compiler import release
from steelyard.compiler.surroundings import EndedError
from steelyard.dry_run.report.page import impact_page
from steelyard.errors import CODES, InvalidInput
from steelyard.formats import Limits, parse_yaml, read_yaml
from steelyard.formats.plans import write_plan
from steelyard.merchants.columns import open_population
from steelyard.merchants.columns.sheets import sheet_frame
from steelyard.merchants.rows import MerchantSchema
from steelyard.merchants.synthetic import read_levels
from steelyard.merchants.synthetic.levels import FILE
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.pipeline import open_book
from steelyard.plan.bundle import read_bundle
from steelyard.plan.codec import read_plan
from steelyard.programme.dispatch.network import min_cost_flow, network_of
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population
from steelyard.testing.plugin_kit import check_installed
from steelyard.testing.plugin_kit.installing import install

BAD = Path(__file__).parent / "bad"
ENGINE = Path(steelyard.__file__).parent


def too_large(folder: Path) -> None:
    path = folder / "large.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    read_yaml(path, name="large.yaml")


def too_many_values(_: Path) -> None:
    parse_yaml("[1, 2, 3]", "many.yaml", Limits(bytes=100, depth=9, values=3, aliased=9))


def unwritable(folder: Path) -> None:
    write_plan(tiny_plan(), folder / "absent" / "plan.json")


def cut_off(folder: Path) -> None:
    path = folder / "merchants.csv"
    path.write_text("merchant,industry,orders.paid_30d\na,toys,5\nb,to", encoding="utf-8")
    with open_population([path], MerchantSchema((), ("toys",), ())):
        pass


def levels_out_of_order(folder: Path) -> None:
    path = folder / FILE
    path.parent.mkdir(parents=True)
    level = "{quantiles: [[0.5, 1], [0.1, 2]]}"
    path.write_text(f"levels:\n  orders.paid_30d: {level}\n", encoding="utf-8")
    orders = FactDeclaration("orders.paid_30d", "int", Text("Orders", "订单"), "", "", high=9)
    read_levels(folder, {orders.id: orders})


def grows_while_read(folder: Path) -> None:
    path = folder / "merchants.jsonl"
    line = '{"merchant": "m%s", "industry": "general"}\n'
    path.write_text("".join(line % number for number in range(9)), encoding="utf-8")

    def grow(done: int, _: int) -> None:
        if done == 1:
            with path.open("a", encoding="utf-8") as file:
                file.write(line % "more")

    plans = open_plans("rulesets", as_of="2026-06-01")
    score_population([path], plans, Outputs(), progress=grow, batch=1)


def no_revision(_: Path) -> None:
    with open_source("git:no-such-revision"):
        pass


def a_plan_beside_a_book(folder: Path) -> None:
    write_plan(tiny_plan(), folder / "plan.json")
    with open_source("rulesets") as book, open_source(str(folder / "plan.json")) as plan:
        compare_sources(book, plan, lambda _: {})


def unreadable_plan(folder: Path) -> None:
    path = folder / "plan.json"
    path.write_text("[]", encoding="utf-8")
    read_plan(path)


def unreadable_bundle(folder: Path) -> None:
    path = folder / "marketplace.bundle"
    path.write_text("[]\n", encoding="utf-8")
    read_bundle(path)


def rules_that_fail_elsewhere(folder: Path) -> None:
    def run(*_: object) -> list[str]:
        raise EndedError("ended with 1: KeyError: 'SHOP'")

    with patch.object(release, "run_everywhere", run):
        release.lock_book(small_book(folder))


def rules_that_are_not_locked(folder: Path) -> None:
    book = small_book(folder)
    opened = open_book(book)
    write_lock(update_lock(opened.book, {}, {}), book)
    release.release_book(book)


def small_book(folder: Path) -> Path:
    (folder / "book.yaml").write_text(
        "book: shop\ntitle: {en: S, zh: 店}\nindustries: [{id: tea, title: {en: T, zh: 茶}}]\n",
        encoding="utf-8",
    )
    (folder / "tea.yaml").write_text(
        "ruleset: tea\nversion: 1\ntitle: {en: T, zh: 茶}\neffective: {from: 2026-01-01}\n"
        "score: {range: [0, 5]}\nbase: {from: fixed, score: 4}\n",
        encoding="utf-8",
    )
    return folder


def no_drawing_library(_: Path) -> None:
    with patch.dict(sys.modules, {"altair": None}):
        impact_page(few_edits(), (), "en")


TEAS = [["merchant", "industry"], ["ann", "tea"], ["bob", "#N/A"]]
TEA_SHOPS = MerchantSchema((), ("tea",), ())


def merged_cells(folder: Path) -> None:
    path = workbook(folder / "s.xlsx", TEAS[:2], lambda _, sheet: sheet.merge_range("A4:B5", "tea"))
    with open_population([path], TEA_SHOPS):
        pass


def a_cell_with_an_error(folder: Path) -> None:
    with open_population([workbook(folder / "s.xlsx", TEAS)], TEA_SHOPS) as population:
        (batch,) = population.batches(9)
    raise InvalidInput(batch.rejects[0].problems[:1])


def no_library_of_sheets(folder: Path) -> None:
    with patch.dict(sys.modules, {"fastexcel": None}):
        sheet_frame(folder / "s.xlsx", "s.xlsx", None, TEA_SHOPS)


def no_solver(_: Path) -> None:
    arcs = network_of([(0, 1, 1, 1)], [1, -1])
    with patch.dict(sys.modules, {"ortools": None, "ortools.graph.python.min_cost_flow": None}):
        min_cost_flow(arcs)


def no_library_of_examples(_: Path) -> None:
    with patch("importlib.util.find_spec", lambda _: None):
        check_installed("core")


def a_tree_without_a_project(folder: Path) -> None:
    (folder / "tea").mkdir()
    install(folder / "tea", folder / "site")


WITHOUT_A_CASE: dict[str, tuple[Callable[[Path], object], str]] = {
    "SY102": (
        too_large,
        (
            "large.yaml:1:1: SY102 file-too-large: the file is too large\n"
            "    expected: at most 2 MB\n"
            "    fix: split the file into several"
        ),
    ),
    "SY115": (
        too_many_values,
        (
            "many.yaml:1:8: SY115 too-many-values: the file has too many values\n"
            "    expected: at most 3 values\n"
            "    fix: split the file into several"
        ),
    ),
    "SY116": (
        unwritable,
        (
            "SY116 file-unwritable: {folder}/absent/plan.json cannot be written: "
            "No such file or directory"
        ),
    ),
    "SY117": (
        cut_off,
        (
            "{folder}/merchants.csv:3:1: SY117 wrong-format: row 2 has 2 cells, the header has 3 "
            "cells\n"
            "    expected: a cell for each column, empty if nothing is known\n"
            "    fix: see whether the file was cut off, or a text with `,` lacks its quotes"
        ),
    ),
    "SY118": (
        levels_out_of_order,
        (
            "{folder}/merchants/population/levels.yaml:2:20: SY118 levels-shape: the shares of the "
            "quantiles are not in ascending order"
        ),
    ),
    "SY119": (
        grows_while_read,
        (
            "SY119 population-changed: the population changed during the run: 9 rows before, 10 now\n"
            "    fix: use files that nobody writes to"
        ),
    ),
    "SY704": (
        no_revision,
        (
            "SY704 git-revision: git:no-such-revision cannot be read: there is no such revision\n"
            "    fix: name a branch, tag or commit of this repository"
        ),
    ),
    "SY705": (
        a_plan_beside_a_book,
        (
            "SY705 not-comparable: rulesets is a book and {folder}/plan.json is a plan\n"
            "    fix: compare a book with a book, a ruleset with a ruleset, a plan with a plan"
        ),
    ),
    "SY706": (
        no_drawing_library,
        (
            "SY706 report-extra-missing: the page needs a library that draws charts: altair is not "
            "installed\n"
            '    fix: pip install "steelyard[report]"'
        ),
    ),
    "SY125": (
        merged_cells,
        (
            "{folder}/s.xlsx:4:1: SY125 sheet-layout: the cells A4:B5 are merged\n"
            "    expected: a cell for each value\n"
            "    fix: unmerge them, and fill each cell"
        ),
    ),
    "SY126": (
        a_cell_with_an_error,
        (
            "{folder}/s.xlsx:3:2: SY126 cell-without-value: the cell has the error #N/A\n"
            "    expected: a value\n"
            "    fix: correct its formula"
        ),
    ),
    "SY714": (
        no_library_of_sheets,
        (
            "SY714 excel-extra-missing: .xlsx files need the library fastexcel, which is not "
            "installed\n"
            "    fix: pip install 'steelyard[excel]'"
        ),
    ),
    "SY835": (
        no_solver,
        (
            "SY835 dispatch-extra-missing: dispatch in batches needs a solver: ortools is not "
            "installed\n"
            '    fix: pip install "steelyard[dispatch]", or say --online'
        ),
    ),
    "SY708": (
        no_library_of_examples,
        (
            "SY708 testing-extra-missing: checking a plugin needs the library hypothesis, which is "
            "not installed\n"
            '    fix: pip install "steelyard[testing]"'
        ),
    ),
    "SY709": (
        a_tree_without_a_project,
        (
            "SY709 plugin-not-installable: tea is a folder without pyproject.toml\n"
            "    expected: the folder of a distribution, a wheel, or the name of an installed plugin"
        ),
    ),
    "SY504": (
        unreadable_plan,
        (
            "{folder}/plan.json:1:1: SY504 plan-unreadable: the data is not a plan\n"
            "    expected: an object with format 'steelyard-plan/2'"
        ),
    ),
}
WITHOUT_A_CASE |= {
    "SY329": (
        rules_that_fail_elsewhere,
        (
            "SY329 plan-not-reproducible: the rules cannot be compiled in another process: it "
            "ended with 1: KeyError: 'SHOP'\n"
            "    fix: look for a plugin that needs its folder, its user or an environment variable"
        ),
    ),
    "SY340": (
        rules_that_are_not_locked,
        (
            "SY340 plan-not-locked: 1 of 1 plans are not locked yet, the first of them tea@1\n"
            "    expected: a release of locked rules only, since this book has a lock\n"
            "    fix: review them, then run `steelyard lock {folder}`"
        ),
    ),
    "SY505": (
        unreadable_bundle,
        (
            "{folder}/marketplace.bundle:1:1: SY505 bundle-unreadable: the file is not a bundle\n"
            "    expected: a file with format 'steelyard-bundle/1', as `steelyard release` writes"
        ),
    ),
}
ON_THE_COMMAND_LINE = {
    "SY701": (
        ["score", "--zzz"],
        "SY701 usage: no such option: --zzz\n    fix: see `steelyard score --help`\n",
    ),
    "SY710": (
        ["plugins", "new", "Pet_Toys", "--industry", "toys"],
        (
            "SY710 plugin-name-invalid: 'Pet_Toys' cannot be the name of the plugin\n"
            "    expected: words in kebab-case: small letters and digits, such as pet-toys\n"
            "    fix: did you mean 'pet-toys'?\n"
        ),
    ),
    "SY711": (
        ["plugins", "new", "toys", "--industry", "toys", "--dir", "tests"],
        (
            "SY711 target-not-empty: the folder tests is not empty\n"
            "    fix: name another folder with --dir\n"
        ),
    ),
    "SY725": (
        ["plugins", "new"],
        (
            "SY725 answers-missing: a new plugin needs NAME and --industry\n"
            "    expected: steelyard plugins new NAME --industry ID\n"
            "    fix: give what is missing, or type the command on a terminal: it asks\n"
        ),
    ),
}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_bad_case(code: str) -> None:
    if code in WITHOUT_A_CASE or code in ON_THE_COMMAND_LINE:
        return
    texts = [path.read_text(encoding="utf-8") for path in BAD.glob(f"{code}-*/expected.txt")]
    assert texts
    assert all(f"{code} {CODES[code].name}: " in text for text in texts)


@pytest.mark.parametrize("code", WITHOUT_A_CASE)
def test_messages_and_places_without_a_case(code: str, tmp_path: Path) -> None:
    act, expected = WITHOUT_A_CASE[code]
    with pytest.raises(InvalidInput) as caught:
        act(tmp_path)
    assert str(caught.value) == expected.replace("{folder}", str(tmp_path))


@pytest.mark.parametrize("code", ON_THE_COMMAND_LINE)
def test_messages_and_places_on_the_command_line(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, expected = ON_THE_COMMAND_LINE[code]
    assert run_arguments(arguments) == 2
    assert capsys.readouterr().err == expected


def test_every_code_is_raised_somewhere() -> None:
    sources = (path for path in ENGINE.rglob("*.py") if path.name != "codes.py")
    raised = {code for path in sources for code in re.findall(r'"(SY\d{3})"', path.read_text())}
    assert raised == set(CODES)


def test_every_case_is_run_by_one_of_the_runners() -> None:
    kinds = ("input.*", "condition.yaml", "book", "command.txt")
    plugins = BAD.parent.parent / "fixtures" / "plugins"
    for folder in BAD.iterdir():
        found = [path.name for kind in kinds for path in folder.glob(kind)]
        assert len(found) + (plugins / folder.name).is_dir() == 1, folder.name
