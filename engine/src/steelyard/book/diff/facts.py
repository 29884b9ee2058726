"""Edits outside the rulesets: declarations of facts, and kinds of merchants without rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from steelyard.book.diff.edit import Edit, make_edit
from steelyard.errors import Place
from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text

Chosen = tuple[str, Place | None]
"""A ruleset that is chosen for merchants, `maternity@2026.2`, with its place if it has one."""

KINDS = "kinds"  # the section of edits that give merchants rules, or take them away
_NOTHING = Text("", "")


def compare_facts(
    old: Mapping[str, FactDeclaration], new: Mapping[str, FactDeclaration]
) -> tuple[Edit, ...]:
    """Return an edit for every fact with a different declaration; texts do not count.

    A fact that only one side declares is not an edit, because the other side cannot read it.
    """
    edits: list[Edit] = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None and reads_alike(before, after):
            continue
        effect = "words" if before is None or after is None else "score"
        sides = (fact and (format_declaration(fact), None) for fact in (before, after))
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


def format_declaration(fact: FactDeclaration) -> str:
    """Return the values that a declaration accepts, as one line of text."""
    parts = [*_accepted(fact), *(["required"] * fact.required)]
    if fact.type == "records":
        fields = (
            " ".join((field.name, *_accepted(field), *(["optional"] * (not field.required))))
            for field in fact.fields
        )
        parts.append(f"at most {fact.max_records} of ({'; '.join(fields)})")
        parts += [f"told apart by {', '.join(fact.key)}"] if fact.key else []
    if fact.at_most:
        parts.append(f"at most {fact.at_most}")
    return ", ".join(parts)


def _accepted(declared: Declaration) -> list[str]:
    """Return the type, the unit and the bounds of a fact or a field of records."""
    parts = [declared.type, *([declared.unit] if declared.unit else [])]
    if declared.type in ("int", "decimal"):
        ends = (declared.low, declared.high)
        low, high = (format_scaled(end, declared.decimals, trim=True) for end in ends)
        parts.append(f"{low} to {high}")
        parts += [f"{declared.decimals} decimals"] if declared.decimals else []
    elif declared.type == "date":
        parts.append(f"{_day(declared.low)} to {_day(declared.high)}")
    elif declared.type == "enum":
        parts.append(f"one of {', '.join(declared.values)}")
    return parts


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat() if ordinal > 0 else "…"


def compare_presence(industry: str, old: Chosen | None, new: Chosen | None) -> tuple[Edit, ...]:
    """Return the edit that gives merchants of an industry rules, or takes them away.

    The rulesets are those chosen for the merchants on each side, None where there is none.
    """
    if (old is None) == (new is None):
        return ()
    kind = "added" if old is None else "retired"
    return (make_edit(kind, (KINDS, industry, "rules"), old, new),)
