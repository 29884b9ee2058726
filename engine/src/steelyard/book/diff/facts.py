"""Edits outside the rulesets: declarations of facts, and kinds of merchants without rules."""

from collections.abc import Mapping
from dataclasses import replace

from steelyard.book.diff.edit import Edit, make_edit
from steelyard.errors import Place
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text

Chosen = tuple[str, Place | None]
"""A ruleset that is chosen for merchants, `maternity@2026.2`, with its place if it has one."""

LABELS = ("industry", "shop_type")  # the facts that choose the rules
KINDS = "kinds"  # the section of edits that give merchants rules, or take them away
_NOTHING = Text("", "")


Places = Mapping[str, Place]
"""Where facts are declared, by name, as far as that is known."""


def compare_facts(
    old: Mapping[str, FactDeclaration],
    new: Mapping[str, FactDeclaration],
    places: tuple[Places, Places] = ({}, {}),
) -> tuple[Edit, ...]:
    """Return an edit for every fact with a different declaration; texts do not count.

    A fact that only one side declares changes no score by itself, because rules of the other side
    cannot read it; but without shop types, or industries, merchants are of other kinds.
    """
    edits: list[Edit] = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None and reads_alike(before, after):
            continue
        is_read = name in LABELS or (before is not None and after is not None)
        effect = "score" if is_read else "words"
        sides = (
            fact and (fact, where.get(name))
            for fact, where in zip((before, after), places, strict=True)
        )
        title = after.title if after else before and before.title
        edits.append(make_edit("fact", ("facts", name), *sides, title=title, effect=effect))
    return tuple(edits)


def reads_alike(one: FactDeclaration, other: FactDeclaration) -> bool:
    """Return whether two declarations of a fact have the same values and the same meaning."""
    return _bare(one) == _bare(other)


def _bare(fact: FactDeclaration) -> FactDeclaration:
    return replace(
        fact,
        title=_NOTHING,
        meaning="",
        source="",
        window=None,
        illustrative=False,
        provider="",
        industries=(),
        fields=tuple(replace(field, title=_NOTHING) for field in fact.fields),
    )


def compare_presence(industry: str, old: Chosen | None, new: Chosen | None) -> tuple[Edit, ...]:
    """Return the edit that gives merchants of an industry rules, or takes them away.

    The rulesets are those chosen for the merchants on each side, None where there is none.
    """
    if (old is None) == (new is None):
        return ()
    kind = "added" if old is None else "retired"
    return (make_edit(kind, (KINDS, industry, "rules"), old, new),)
