"""The notice of each ruleset that a change adds, edits or withdraws, and of facts."""

from datetime import date

import pytest
from tests.dry_run.losses import DAY, FILES, candidate, edited, without, write, write_population

from steelyard.dry_run.cases import Case
from steelyard.dry_run.runs import DryRunRequest, run

NEXT = candidate("toys.yaml", ("points: 5", "points: 4"))
LAST_DAYS = edited("flagship.yaml", ("from: 2026-01-10}", "from: 2026-01-10, until: 2026-05-20}"))
BEFORE = Case(date(2026, 4, 20), DAY)
REWRITTEN = edited("next-toys.yaml", ("points: 4", "points: 3"), files=NEXT)
AGAIN = edited(
    "next-toys.yaml", ("announced: 2026-04-01", "announced: 2026-04-21"), files=REWRITTEN
)
REPLACED = {
    **without("flagship.yaml"),
    "flag.yaml": candidate("flagship.yaml", ("ruleset: flagship", "ruleset: flag"),
                           ("points: 2", "points: 1"))["next-flagship.yaml"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("live", "files", "case", "notices"),
    [
        (FILES, NEXT, Case(DAY), {"toys@2": (30, "")}),
        (NEXT, FILES, Case(DAY), {"toys@2": (0, "withdrawn")}),  # the version before it comes back
        (LAST_DAYS, LAST_DAYS, BEFORE, {"flagship@1": (139, "withdrawn")}),  # it says when it ends
        (FILES, LAST_DAYS, Case(DAY), {"flagship@1": (0, "withdrawn")}),  # nobody was told
        (FILES, without("flagship.yaml"), Case(DAY), {"flagship@1": (0, "withdrawn")}),
        (FILES, REPLACED, Case(DAY), {"flag@2": (30, "")}),
        (NEXT, REWRITTEN, BEFORE, {"toys@2": (0, "edited")}),  # it was announced in another form
        (NEXT, AGAIN, BEFORE, {"toys@2": (10, "")}),
        (FILES, edited("toys.yaml", ("en: Busy", "en: Very busy")), Case(DAY), {}),
        (FILES, edited("facts/facts.yaml", ("bounds: [0, 1000], required", "bounds: [0, 99], required")),
         Case(DAY), {"facts": (0, "edited")}),
        # words of one layer need no notice beside a change of another
        (FILES, {**edited("toys.yaml", ("en: Busy", "en: Very busy")),
                 "next-flagship.yaml": candidate("flagship.yaml", ("points: 2", "points: 1"))["next-flagship.yaml"]},
         Case(DAY), {"flagship@2": (30, "")}),
    ],
    ids=["announced", "rolled back", "ended as announced", "ended at once", "withdrawn", "replaced",
         "announced otherwise", "announced again", "words", "facts", "words beside a change"],
)  # fmt: skip
def test_the_notice_of_a_change(tmp_path, live, files, case, notices):
    write(tmp_path / "live", live)
    write(tmp_path / "candidate", files)
    write_population(tmp_path)
    sides = (str(tmp_path / "live"), str(tmp_path / "candidate"))
    (impact,) = run(DryRunRequest(*sides, [tmp_path / "shops.jsonl"], [case])).impacts
    assert {
        one.ruleset: (one.days, "withdrawn" * one.withdrawn + "edited" * one.edited)
        for one in impact.notices
    } == notices
