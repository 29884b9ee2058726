"""Kinds of merchants that only one of two books has rules for."""

from steelyard.book.diff.edit import Edit
from steelyard.book.reading import RulesetFile

KINDS = "kinds"


def compare_presence(
    industry: str, old: RulesetFile | None, new: RulesetFile | None
) -> tuple[Edit, ...]:
    """Return the edit that gives merchants of an industry rules, or takes them away.

    The rulesets are those chosen for the merchants on each side, None where there is none.
    """
    if (old is None) == (new is None):
        return ()
    return (
        Edit(
            kind="added" if old is None else "retired",
            effect="score",
            section=KINDS,
            part=industry,
            path=("rules",),
            title=None,
            before=None if old is None else old.name,
            after=None if new is None else new.name,
            before_place=None if old is None else old.place,
            after_place=None if new is None else new.place,
        ),
    )
