"""Released bundles are compared, and dry-run, as the books that they come from."""

import pytest
from tests.dry_run.books import OLD, mixed, write_book
from tests.dry_run.populations import write_population
from tests.dry_run.test_attribution import ROWS
from tests.dry_run.test_runs import CHANGE, asked, measured

from steelyard.cli.running import run_arguments
from steelyard.compiler.release import release_book
from steelyard.dry_run.runs import run as whole_run


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


@pytest.fixture(params=["books", "bundles"])
def rolled(folder, request):
    """A function that writes two books with a rollout each, and returns their names."""

    def write(*rollouts):
        text = (write_book(folder / "next", mixed(CHANGE)) / "general.yaml").read_text("utf-8")
        text = text.replace("version: 1", "version: 2").replace("2026-01-10", "2026-02-10")
        names = {}
        for name, rollout in zip(("live", "candidate"), rollouts, strict=True):
            names[name] = f"rolled-{name}"
            book = write_book(folder / names[name], OLD)
            (book / "next.yaml").write_text(f"{text}rollout: {{{rollout}}}\n", "utf-8")
            if request.param == "bundles":
                names[name] += ".bundle"
                (folder / names[name]).write_bytes(release_book(book, processes=1).content)
        return names

    return write


def test_a_diff_lists_who_gets_a_version(folder, capsys, rolled):
    names = rolled("share: 0.10, salt: next", "share: 0.20, salt: next")
    assert run_arguments(["diff", *(str(folder / name) for name in names.values())]) == 0
    said = capsys.readouterr().out
    assert "Edits that can change a score" in said
    assert "0.1" in said
    assert "0.2" in said


TENTH = "share: 0.10, salt: next"


def test_a_step_that_moves_merchants_is_tried(folder, rolled):
    run = whole_run(asked(folder, names=rolled(TENTH, "share: 0.50, salt: next")))
    (impact,) = run.impacts
    assert [edit.effect for edit in impact.edits if edit.path == ("rollout",)] == ["dates"]
    assert impact.total.down
    assert run.unexercised == ()
    # who was outside is told nothing of the step
    assert [(one.ruleset, one.edited, one.days) for one in impact.notices] == [
        ("general@2", True, 0)
    ]


def test_a_step_of_another_day_is_not_tried(folder, rolled):
    later = f"{TENTH}, changes: [{{from: 2027-03-01, share: 0.50}}]"
    run = whole_run(asked(folder, names=rolled(TENTH, later)))
    assert not run.impacts[0].edits
    (edit,) = run.unexercised
    assert (edit.edit.path, edit.reason, edit.first_day) == (
        ("rollout",), "not_in_force", "2027-03-01",
    )  # fmt: skip


def test_a_step_in_shadow_moves_nobody(folder, rolled):
    run = whole_run(
        asked(
            folder, names=rolled(f"{TENTH}, shadow: true", "share: 0.5, salt: next, shadow: true")
        )
    )
    (impact,) = run.impacts
    assert impact.verdict in ("identical", "same_scores")
    assert run.unexercised == ()
