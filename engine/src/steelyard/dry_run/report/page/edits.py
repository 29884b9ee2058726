"""The edits in words, with their places, whom they concern, and what is known of them."""

from collections.abc import Sequence

from steelyard.book.diff.edit import Edit, Effect
from steelyard.dry_run.impact.model import Impact, Notice
from steelyard.dry_run.report.page.markup import Markup, Node, folded, section, tag
from steelyard.dry_run.report.page.numbers import NONE
from steelyard.model.limits import MAX_EDIT_VALUE
from steelyard.model.texts import Language
from steelyard.report.changes import concerned, edit_line, places
from steelyard.report.wording.messages import say

_EFFECTS: tuple[Effect, ...] = ("score", "rewards", "dates", "words")


def edits_section(impact: Impact, language: Language) -> Markup:
    """Return the section: what can change a score first."""
    parts: list[Node] = []
    for effect in _EFFECTS:
        chosen = [number for number, edit in enumerate(impact.edits) if edit.effect == effect]
        if chosen:
            parts.append(tag("h3", say(f"impact.page.effect.{effect}", language)))
            parts.append(
                tag("ul", [_edit(impact, one, language) for one in chosen], class_="edits")
            )
    if not impact.edits:
        parts.append(tag("p", say("impact.page.edits.none", language)))
    if impact.notices:
        parts.append(tag("h3", say("impact.page.notices", language)))
        parts.append(tag("ul", [tag("li", _notice(one, language)) for one in impact.notices]))
    return section("edits", say("impact.page.edits", language), parts)


def _edit(impact: Impact, number: int, language: Language) -> Markup:
    edit = impact.edits[number]
    block = _block(impact, number)
    marks = [say(f"impact.page.mark.{one}", language) for one in _marks(impact, number)]
    where = places(edit)
    return tag(
        "li",
        tag("p", tag("b", block, class_="block") if block else None, edit_line(edit, language)),
        tag(
            "p",
            tag("span", _whom(impact, number, language)),
            (" · ", tag("code", where)) if where != NONE else None,
            [tag("span", mark, class_="mark") for mark in marks],
            class_="note",
        ),
        _values(edit, language),
    )


def _block(impact: Impact, number: int) -> str | None:
    shares = impact.attribution.shares if impact.attribution else ()
    return next((share.id for share in shares if number in share.edits), None)


def _marks(impact: Impact, number: int) -> list[str]:
    edit = impact.edits[number]
    marks = ["idle"] if number in impact.idle else []
    marks += ["untouched"] if number in impact.untouched else []
    marks += [edit.effect] if edit.effect in ("words", "dates") else []
    return marks


def _whom(impact: Impact, number: int, language: Language) -> str:
    """Return the industries that an edit concerns, with shop types where not all of them."""
    plans = (*impact.live.plans, *impact.candidate.plans)
    everybody = list(dict.fromkeys((plan.industry, plan.shop_type) for plan in plans))
    return concerned(impact.where[number], everybody, impact.industries, language)


def _values(edit: Edit, language: Language) -> Node:
    """Return both values in full where the line above cut them."""
    values: Sequence[tuple[str, str | None]] = (("before", edit.before), ("after", edit.after))
    whole = bool(edit.path) or None not in (edit.before, edit.after)
    if whole and all(len(value or "") <= MAX_EDIT_VALUE for _, value in values):
        return None
    pairs = [
        (tag("dt", say(f"impact.page.{name}", language)), tag("dd", tag("code", value)))
        for name, value in values
        if value is not None
    ]
    if not pairs:
        return None
    return folded(say("impact.page.in_full", language), tag("dl", pairs, class_="values"))


def _notice(notice: Notice, language: Language) -> str:
    title = notice.title.of(language)
    ruleset = say("with_note", language, text=title, note=notice.ruleset)
    if notice.edited:
        return say("impact.notice.edited", language, ruleset=ruleset)
    if notice.announced is None or notice.days is None:
        return say("impact.page.notice.none", language, ruleset=ruleset, start=notice.start)
    return say(
        "impact.page.notice", language, ruleset=ruleset, announced=notice.announced,
        start=notice.start, days=str(notice.days),
    )  # fmt: skip
