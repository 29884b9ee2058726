"""Edits of rules as text and as JSON data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.book.diff.edit import Edit, Effect
from steelyard.errors.output import place_json
from steelyard.errors.printable import one_line
from steelyard.model.texts import Language, Text
from steelyard.report.edit_values import value_text
from steelyard.report.json import attributes
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.shortening import shorten, shorten_both
from steelyard.report.wording.values import listed

Kinds = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Known:
    """The kinds of merchants that either side knows, and the titles of their labels."""

    kinds: Kinds
    industries: Mapping[str, Text]
    shop_types: Mapping[str, Text]


EFFECTS: tuple[Effect, ...] = ("score", "rewards", "dates", "words")  # in the order of reports


def edit_line(edit: Edit, language: Language) -> str:
    """Return an edit as text: `Item “Nappy rash return”: parameter max_share 0.02 → 0.03`."""
    return one_line(_line(edit, language))


def _line(edit: Edit, language: Language) -> str:
    part = part_name(edit, language)
    if not edit.path and (edit.before is None or edit.after is None):
        return say("edit.added" if edit.before is None else "edit.retired", language, part=part)
    key = _key(edit, language)
    before, after = _shown(edit, language)
    if edit.before is None:
        return say("edit.given", language, part=part, what=key, after=after).replace("  ", " ")
    if edit.after is None:
        return say("edit.removed", language, part=part, what=key, before=before).replace("  ", " ")
    line = say("edit.changed", language, part=part, what=key, before=before, after=after)
    line = line.replace(":  ", ": ").replace("： ", "：")
    return say("edit.overridden", language, line=line) if edit.layered else line


def part_name(edit: Edit, language: Language) -> str:
    """Return the title of the part of the rules that an edit changes."""
    section = say(f"edit.section.{edit.section}", language)
    title = edit.title.of(language) if edit.title is not None else edit.part
    if not title or edit.section == "day":
        return section
    return say("edit.part", language, section=section, title=title)


def _key(edit: Edit, language: Language) -> str:
    if not edit.path:
        return ""
    if edit.path[0] == "with":
        return say("edit.parameter", language, name=".".join(edit.path[1:]))
    name = f"edit.key.{edit.path[-1]}"
    return say(name, language) if name in phrases(language) else edit.path[-1]


def _values(edit: Edit, language: Language) -> tuple[str, str]:
    """Return the values before and after as text; empty where there is none."""
    return (
        "" if edit.before is None else value_text(edit.before, language),
        "" if edit.after is None else value_text(edit.after, language),
    )


def _shown(edit: Edit, language: Language) -> tuple[str, str]:
    """Return the values before and after as `edit_line` shows them."""
    before, after = _values(edit, language)
    if edit.before is None or edit.after is None:
        return shorten(before), shorten(after)
    return shorten_both(before, after)


def long_values(edit: Edit, language: Language) -> tuple[str, str] | None:
    """Return the values before and after, if `edit_line` leaves out a part of them."""
    values = _values(edit, language)
    is_added_or_retired = not edit.path and (edit.before is None) != (edit.after is None)
    return values if is_added_or_retired or values != _shown(edit, language) else None


def places(edit: Edit) -> str:
    """Return the places of an edit in both files: `old.yaml:3:5 → new.yaml:3:5`."""
    before, after = (one_line(str(place or "—")) for place in (edit.before_place, edit.after_place))
    return before if before == after else f"{before} → {after}"


def concerned(kinds: Kinds, known: Known, language: Language) -> str:
    """Return the industries that an edit concerns, with shop types if it concerns only some."""
    if set(kinds) >= set(known.kinds):
        return say("edit.everybody", language)
    names: list[str] = []
    for industry in dict.fromkeys(name for name, _ in kinds):
        title = _title(known.industries, industry, language)
        own = [shop for name, shop in kinds if name == industry]
        if len(own) < sum(name == industry for name, _ in known.kinds):
            shops = [_title(known.shop_types, shop, language) for shop in own if shop]
            title = say("with_note", language, text=title, note=listed(shops, language))
        names.append(title)
    return listed(names, language)


def _title(titles: Mapping[str, Text], name: str, language: Language) -> str:
    return one_line(titles[name].of(language) if name in titles else name)


def edits_text(
    edits: Sequence[Edit],
    where: Sequence[Kinds],
    known: Known,
    language: Language,
    notes: Mapping[int, str] | None = None,
) -> str:
    """Return edits as a page, those that can change a score first.

    `where` lists the kinds of merchants that each edit concerns, `notes` has remarks on some
    edits by their index.
    """
    if not edits:
        return say("diff.none", language) + "\n"
    blocks: list[str] = []
    for effect in EFFECTS:
        chosen = [number for number, edit in enumerate(edits) if edit.effect == effect]
        if chosen:
            lines = [say(f"diff.heading.{effect}", language)]
            for number in chosen:
                whom = concerned(where[number], known, language)
                remarks = (places(edits[number]), whom, (notes or {}).get(number, ""))
                shown = (remark for remark in remarks if remark not in ("", "—"))
                lines.append(f"  {edit_line(edits[number], language)}")
                lines += [f"      {line}" for line in (" · ".join(shown),) if line]
            blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def edit_json(edit: Edit, kinds: Kinds) -> dict[str, Any]:
    """Return an edit as JSON data."""
    names = ("id", "kind", "effect", "section", "part", "path", "title")
    return {
        **attributes(edit, names),
        "before": None if edit.before is None else value_text(edit.before, "en"),
        "after": None if edit.after is None else value_text(edit.after, "en"),
        "before_place": edit.before_place and place_json(edit.before_place),
        "after_place": edit.after_place and place_json(edit.after_place),
        "overridden": edit.layered,
        "words": {"en": edit_line(edit, "en"), "zh": edit_line(edit, "zh")},
        "kinds": [{"industry": industry, "shop_type": shop} for industry, shop in kinds],
    }
