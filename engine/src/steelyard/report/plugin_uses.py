"""The origins and uses of a name of a plugin, as text and as JSON data."""

from collections.abc import Iterator
from typing import Any

from steelyard.compiler.origins import Answer, Origin
from steelyard.compiler.uses import Use
from steelyard.errors.output import place_json
from steelyard.model.texts import Language
from steelyard.report.parameters import value_json, value_text
from steelyard.report.wording.layout import columns, plain
from steelyard.report.wording.messages import say


def answer_text(answer: Answer, book: str | None, language: Language) -> str:
    """Return origins and uses as text. `book` is the id of the searched book, if any."""
    lines: list[str] = []
    for origin in answer.origins:
        lines += [*_origin_lines(origin, language), ""]
    if answer.readers:
        lines += [say("origin.readers", language), *(f"  {name}" for name in answer.readers), ""]
    if book is None:
        lines.append(say("origin.no_book", language))
    elif not answer.uses:
        lines.append(say("origin.unused", language, book=book))
    else:
        lines.append(say("origin.uses", language, book=book))
        for use in answer.uses:
            lines += _use_lines(use, answer, language)
    return "".join(f"{plain(line)}\n" for line in lines)


def _origin_lines(origin: Origin, language: Language) -> Iterator[str]:
    kind = say(f"origin.kind.{origin.kind}", language)
    yield f"{origin.name} · {kind}"
    plugin = f"{origin.plugin} {origin.version}".strip()
    if not origin.distribution:
        plugin = say("origin.book", language) if origin.plugin == "book" else origin.plugin
    rows = [
        ("name", plugin),
        ("distribution", origin.distribution),
        ("declared_at", str(origin.place) if origin.place else ""),
    ]
    yield from columns(
        [(f"  {say(f'plugin.{key}', language)}", text) for key, text in rows if text], "ll"
    )


def _use_lines(use: Use, answer: Answer, language: Language) -> Iterator[str]:
    part = say(f"use.kind.{use.kind}", language, id=use.id)
    yield f"  {use.place}  {use.ruleset}  {part}"
    rows = [(say("origin.type", language), use.type)] if use.type else []
    rows += [
        (name, value_text(value))
        for name, value in use.given.items()
        if answer.parameter in ("", name)
    ]
    rows += [
        (name, say("parameter.default", language, value=value_text(value)))
        for name, value in use.defaults.items()
        if answer.parameter in ("", name)
    ]
    if not answer.parameter and use.facts:
        rows.append((say("plugin.reads", language), ", ".join(use.facts)))
    yield from columns([(f"      {name}", text) for name, text in rows], "ll")


def answer_json(answer: Answer, book: str | None) -> dict[str, Any]:
    """Return origins and uses as JSON data."""
    return {
        "name": answer.name,
        "origins": [
            {
                "kind": origin.kind,
                "name": origin.name,
                "plugin": origin.plugin,
                "distribution": origin.distribution or None,
                "version": origin.version or None,
                **place_json(origin.place),
            }
            for origin in answer.origins
        ],
        "readers": list(answer.readers),
        "book": book,
        "uses": [
            {
                "ruleset": use.ruleset,
                "kind": use.kind,
                "id": use.id,
                **place_json(use.place),
                "type": use.type or None,
                "given": value_json(use.given),
                "defaults": value_json(use.defaults),
                "reads": list(use.facts),
            }
            for use in answer.uses
        ],
    }
