"""Every folder in `bad/` is a document that is refused, and exactly what is said about it.

To add one, write `bad/<code>-<name>/input.yaml` (or `.json`, `.csv`), and `expected.txt` with the problems
as they are printed. A merchant case may bring its own `facts.yaml`; guardrails are judged for a run
with the dimensions `industry` and `shop_type`. Results of a run have a `board.yaml` beside them, from
which the leaderboard is made, and may have a `previous.json`.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from steelyard.book.boards import read_board
from steelyard.dry_run.guardrails import Measured, judge, read_guardrails
from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.formats import read_document, read_yaml
from steelyard.merchants.columns import open_population
from steelyard.merchants.rows import MerchantSchema, missing_facts, read_merchants
from steelyard.model.texts import Text
from steelyard.plugins.discovery.declarations import read_facts
from steelyard.programme.leaderboard.data import read_previous
from steelyard.programme.leaderboard.making import make_leaderboard
from steelyard.programme.results import find_results

HERE = Path(__file__).parent
NOBODY = Measured("", "", Text("", ""), 0, {})
FOLDERS = sorted(path.parent for path in (HERE / "bad").glob("*/input.*"))


def problems_of(folder: Path) -> list[Problem]:
    (path,) = folder.glob("input.*")
    try:
        if folder.name.startswith("SY1") and path.suffix != ".csv":
            read_document(path, name=path.name)
            return []
        if folder.name.startswith("SY2"):
            problems = Problems()
            read_facts(read_yaml(path, name=path.name), "book", problems)
            return problems.found
        if folder.name.startswith("SY33"):
            judge(read_guardrails(path, name=path.name), [NOBODY], ("industry", "shop_type"))
            return []
        if folder.name.startswith("SY81"):
            return leaderboard_problems(folder, path)
        return merchant_problems(folder, path)
    except InvalidInput as error:
        return list(error.problems)


def leaderboard_problems(folder: Path, path: Path) -> list[Problem]:
    board = read_board(folder / "board.yaml")
    previous = folder / "previous.json"
    try:
        before = read_previous(previous, board) if previous.exists() else None
        make_leaderboard(find_results([str(path)]), board, before)
    except InvalidInput as error:
        return [
            replace(one, place=one.place and replace(one.place, file=Path(one.place.file).name))
            for one in error.problems
        ]
    return []


def merchant_problems(folder: Path, path: Path) -> list[Problem]:
    own = folder / "facts.yaml"
    problems = Problems()
    facts = read_facts(
        read_yaml(own if own.exists() else HERE / "merchant-facts.yaml"), "book", problems
    )
    problems.raise_any()
    known = MerchantSchema(tuple(facts), ("general", "maternity"), ("ordinary", "flagship"))
    if path.suffix == ".csv":
        return table_problems(path, known)
    merchant_file = read_merchants(path, known, name=path.name)
    found = [
        (reject.row, problem) for reject in merchant_file.rejects for problem in reject.problems
    ]
    found += [
        (merchant.row, problem)
        for merchant in merchant_file.merchants
        for problem in missing_facts(merchant, known.declarations)
    ]
    return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]


def table_problems(path: Path, known: MerchantSchema) -> list[Problem]:
    try:
        with open_population([path], known) as population:
            rejects = [reject for batch in population.batches(100) for reject in batch.rejects]
    except InvalidInput as error:
        found = list(error.problems)
    else:
        found = [problem for reject in rejects for problem in reject.problems]
    return [
        replace(problem, place=problem.place and replace(problem.place, file=path.name))
        for problem in found
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_messages_and_places(folder: Path) -> None:
    problems = problems_of(folder)

    assert "\n".join(str(problem) for problem in problems) + "\n" == (
        folder / "expected.txt"
    ).read_text(encoding="utf-8")
    assert folder.name.split("-")[0] in {problem.code for problem in problems}
