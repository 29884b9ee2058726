"""Released bundles are compared, and dry-run, as the books that they come from."""

import pytest
from tests.dry_run.books import OLD, mixed, write_book
from tests.dry_run.populations import write_population
from tests.dry_run.test_attribution import ROWS
from tests.dry_run.test_runs import CHANGE, asked, measured

from steelyard.cli.running import run_arguments
from steelyard.compiler.release import release_book

ROLLOUT = "rollout: {share: %s, salt: next}\n"


@pytest.fixture
def folder(tmp_path):
    for name, rules in (("live", OLD), ("candidate", mixed(CHANGE))):
        write_book(tmp_path / name, rules)
        released = release_book(tmp_path / name, processes=1)
        (tmp_path / f"{name}.bundle").write_bytes(released.content)
    write_population(tmp_path / "shops.jsonl", ROWS * 8)
    return tmp_path


@pytest.mark.parametrize("live", ["live", "live.bundle"])
def test_a_dry_run_of_bundles_is_that_of_their_books(folder, live):
    """A plugin upgrade is such a run: the live bundle against the candidate's."""
    books = measured(asked(folder))
    names = {"live": live, "candidate": "candidate.bundle"}
    bundles = measured(asked(folder, names=names))
    assert bundles.total == books.total
    assert bundles.segments == books.segments
    assert [notice.days for notice in bundles.notices] == [0]


def test_the_same_bundle_changes_nothing(folder):
    names = {"live": "live", "candidate": "live.bundle"}
    assert measured(asked(folder, names=names)).verdict == "identical"


def test_a_diff_of_bundles_lists_what_their_plans_do(folder, capsys):
    sides = [str(folder / name) for name in ("live.bundle", "candidate.bundle")]
    assert run_arguments(["diff", *sides]) == 0
    said = capsys.readouterr().out
    assert "Edits that can change a score" in said
    assert run_arguments(["diff", str(folder / "live"), sides[1]]) == 0
    assert capsys.readouterr().out == said
    assert run_arguments(["diff", sides[0], sides[0]]) == 0
    assert "The rules are the same" in capsys.readouterr().out
    assert run_arguments(["diff", sides[0], str(folder / "live/general.yaml")]) == 2
    assert "SY705" in capsys.readouterr().err


@pytest.mark.parametrize("released", [False, True])
def test_a_diff_lists_who_gets_a_version(folder, capsys, released):
    rolled = write_book(folder / "next", mixed(CHANGE)) / "general.yaml"
    text = rolled.read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 2").replace("from: 2026-01-10", "from: 2026-02-10")
    sides = []
    for name, share in (("one", "0.10"), ("other", "0.20")):
        book = write_book(folder / name, OLD)
        (book / "next.yaml").write_text(text + ROLLOUT % share, encoding="utf-8")
        sides.append(str(book))
        if released:
            sides[-1] = f"{book}.bundle"
            (folder / f"{name}.bundle").write_bytes(release_book(book, processes=1).content)
    assert run_arguments(["diff", *sides]) == 0
    said = capsys.readouterr().out
    assert "Edits that can change a score" in said
    assert "0.1" in said
    assert "0.2" in said
