"""Edits of rules, in words and as data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from steelyard.book.diff.edit import Edit, Effect
from steelyard.errors import Place
from steelyard.model.limits import MAX_EDIT_VALUE
from steelyard.model.texts import Language, Text
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import listed

Kinds = Sequence[tuple[str, str | None]]

_HEADINGS: tuple[Effect, ...] = ("score", "rewards", "dates", "words")


def edit_line(edit: Edit, language: Language) -> str:
    """Return an edit in words: `Item “Nappy rash return”: parameter max_share 0.02 → 0.03`."""
    part = part_name(edit, language)
    if not edit.path and edit.section not in ("day", "facts"):
        return say("edit.added" if edit.before is None else "edit.retired", language, part=part)
    key = _key(edit, language)
    before, after = _short(edit.before), _short(edit.after)
    if edit.before is None:
        return say("edit.given", language, part=part, what=key, after=after).replace("  ", " ")
    if edit.after is None:
        return say("edit.removed", language, part=part, what=key, before=before).replace("  ", " ")
    line = say("edit.changed", language, part=part, what=key, before=before, after=after)
    line = line.replace(":  ", ": ").replace("： ", "：")
    return say("edit.overridden", language, line=line) if edit.layered else line


def part_name(edit: Edit, language: Language) -> str:
    """Return what people call the part of the rules that an edit is about."""
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


def _short(value: str | None) -> str:
    text = value or ""
    return text if len(text) <= MAX_EDIT_VALUE else f"{text[: MAX_EDIT_VALUE - 1]}…"


def places(edit: Edit) -> str:
    """Return where an edit stands in both files, as `old.yaml:3:5 → new.yaml:3:5`."""
    before, after = (_place(one) for one in (edit.before_place, edit.after_place))
    return before if before == after else f"{before} → {after}"


def _place(place: Place | None) -> str:
    return "—" if place is None else str(place)


def concerned(
    kinds: Kinds, everybody: Kinds, industries: Mapping[str, Text], language: Language
) -> str:
    """Return whom an edit concerns: industries, with shop types where not all of them."""
    if set(kinds) >= set(everybody):
        return say("edit.everybody", language)
    names: list[str] = []
    for industry in dict.fromkeys(name for name, _ in kinds):
        title = industries[industry].of(language) if industry in industries else industry
        own = [shop for name, shop in kinds if name == industry]
        every = [shop for name, shop in everybody if name == industry]
        inside = listed([shop for shop in own if shop], language)
        names.append(title if len(own) == len(every) else f"{title} ({inside})")
    return listed(names, language)


def edits_text(
    edits: Sequence[Edit],
    where: Sequence[Kinds],
    everybody: Kinds,
    industries: Mapping[str, Text],
    language: Language,
    notes: Mapping[int, str] | None = None,
) -> str:
    """Return edits as a page: those that can change a score first; every line ends with a newline.

    `notes` has a remark on some edits, by their numbers.
    """
    if not edits:
        return say("diff.none", language) + "\n"
    blocks: list[str] = []
    for effect in _HEADINGS:
        chosen = [number for number, edit in enumerate(edits) if edit.effect == effect]
        if chosen:
            lines = [say(f"diff.heading.{effect}", language)]
            for number in chosen:
                lines += _edit_lines(
                    edits[number],
                    where[number],
                    everybody,
                    industries,
                    language,
                    (notes or {}).get(number),
                )
            blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def _edit_lines(
    edit: Edit,
    kinds: Kinds,
    everybody: Kinds,
    industries: Mapping[str, Text],
    language: Language,
    note: str | None,
) -> Iterator[str]:
    yield f"  {edit_line(edit, language)}"
    whom = concerned(kinds, everybody, industries, language)
    parts = [places(edit), *([whom] if whom else []), *([note] if note else [])]
    yield f"      {' · '.join(part for part in parts if part != '—')}"


def edit_json(edit: Edit, kinds: Kinds) -> dict[str, Any]:
    """Return an edit as data."""
    return {
        "id": edit.id,
        "kind": edit.kind,
        "effect": edit.effect,
        "section": edit.section,
        "part": edit.part,
        "path": list(edit.path),
        "title": None if edit.title is None else {"en": edit.title.en, "zh": edit.title.zh},
        "before": edit.before,
        "after": edit.after,
        "before_place": _place_json(edit.before_place),
        "after_place": _place_json(edit.after_place),
        "overridden": edit.layered,
        "words": {"en": edit_line(edit, "en"), "zh": edit_line(edit, "zh")},
        "kinds": [{"industry": industry, "shop_type": shop} for industry, shop in kinds],
    }


def _place_json(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}
