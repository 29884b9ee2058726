"""Plugins as a table, as a page of text or Markdown, as JSON, and the uses of their names."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from steelyard.compiler.origins import Answer
from steelyard.compiler.uses import BuildResult
from steelyard.errors import Place
from steelyard.errors.output import place_json
from steelyard.errors.translation import translate
from steelyard.model.facts import FactDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.texts import Language, Text, prose_in
from steelyard.plugin import ItemType, Requirement
from steelyard.plugins.discovery import PluginInfo
from steelyard.plugins.discovery.shipped import LISTS
from steelyard.report.facts import bounds_text, fact_json, need_text, type_text
from steelyard.report.html import render
from steelyard.report.json import attributes, to_data
from steelyard.report.markdown import code, escape, fenced, prose
from steelyard.report.parameters import (
    form_text,
    limits_text,
    presence_text,
    value_form,
    value_text,
)
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both, other_language


@frozen
class TypeShown:
    """An item type, the place of its code, and the result of building its example."""

    item_type: ItemType
    place: Place | None
    built: BuildResult


@frozen
class PluginShown:
    """A plugin with its item types and facts."""

    info: PluginInfo
    types: tuple[TypeShown, ...] = ()
    facts: tuple[FactDeclaration, ...] = ()


def plugins_table(plugins: Sequence[PluginInfo], language: Language = "en") -> str:
    """Return one line per plugin, followed by the first problem of each.

    If several plugins have the same name, the unused ones show their distribution too.
    """
    names = Counter(plugin.name for plugin in plugins)
    rows = [
        (plugin.name, plugin)
        if names[plugin.name] == 1 or plugin.ok
        else (f"{plugin.name} ({plugin.distribution or plugin.module})", plugin)
        for plugin in plugins
    ]

    def said(text: str) -> str:
        return translate(text, language)

    def column(text: str) -> str:
        return translate(f"column: {text}", language).removeprefix("column: ")

    return render("plugins.txt", said, column, plugins=rows, language=language)


def plugin_page(shown: PluginShown, language: Language) -> str:
    """Return the page of a plugin with everything that it declares."""
    return _render("plugin.txt", shown, language)


def page_name(plugin: str, language: Language) -> str:
    """Return the file name of a page: `maternity.md`, `maternity.zh.md`."""
    safe = plugin.replace("/", "-").replace("\\", "-")
    return f"{safe}.md" if language == "en" else f"{safe}.{language}.md"


def reference_page(shown: PluginShown, language: Language) -> str:
    """Return the Markdown reference of a plugin; it depends on its declarations only."""
    return _render("plugin.md", shown, language)


def _render(template: str, shown: PluginShown, language: Language) -> str:
    return render(
        template,
        *(bounds_text, need_text, type_text, form_text, limits_text, value_form),
        *(fact_row, meaning_text, page_name, code, escape, fenced, prose),
        language=language,
        other_language=other_language(language),
        info=shown.info,
        types=[_type_values(item_type, language) for item_type in shown.types],
        rules=list(_rule_rows(shown.info, language)),
        facts=shown.facts,
    )


def _type_values(shown: TypeShown, language: Language) -> dict[str, Any]:
    item_type = shown.item_type
    return {
        "name": item_type.name,
        "place": shown.place,
        "title": both(item_type.title, language),
        "summary": item_type.summary.of(language),
        "parameters": [
            (
                name,
                schema,
                presence_text(name, item_type, language),
                str(schema.get(f"description_{language}", schema.get("description", ""))),
            )
            for name, schema in item_type.parameters.items()
        ],
        "example": item_type.example.strip("\n"),
        "not_built": "" if shown.built.award else not_built(shown.built, language),
        "requirements": list(requirement_rows(shown.built, language)),
        "reads": shown.built.own,
    }


def _rule_rows(info: PluginInfo, language: Language) -> Iterator[tuple[str, str, str, Place]]:
    """Yield kind, name, title and place of the rules that a plugin ships."""
    for key, rules in info.rules.items():
        kind = say(f"origin.kind.{LISTS[key]}", language)
        for name, rule in rules.items():
            title = Text(**rule.mapping["title"].plain())
            yield kind, name, both(title, language), rule.mapping["id"].place


def not_built(built: BuildResult, language: Language) -> str:
    """Return why the requirements of an item type are unknown."""
    why = say("plugin.no_example", language)
    if built.problems:
        why = translate(built.problems[0].what, language)
    return say("plugin.not_built", language, why=why)


def requirement_rows(built: BuildResult, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield name, title and remedy of the scope, gates and requirements of an award."""
    award = built.award
    if award is None:
        return
    scope = () if award.scope is None else (award.scope,)
    for label, parts in (("scope", scope), ("gate", award.gates), ("", award.requirements)):
        for part in parts:
            name = say(f"plugin.{label}", language) if label else part.id
            yield name, _title(part, language), part.remedy.of(language) if part.remedy else ""


def _title(part: Requirement, language: Language) -> str:
    title = part.title.of(language)
    if part.assessed is None:
        return title
    return say("plugin.assessed", language, title=title)


def fact_row(fact: FactDeclaration, language: Language) -> tuple[str, ...]:
    """Return title, type, limits, window and need of a fact."""
    limits = (
        bounds_text(fact),
        ", ".join(fact.values),
        f"≤ {fact.at_most}" if fact.at_most else "",
    )
    return (
        fact.title.of(language),
        type_text(fact),
        ", ".join(filter(None, limits)),
        fact.window or "",
        need_text(fact, language),
    )


def meaning_text(fact: FactDeclaration, language: Language) -> str:
    """Return the meaning of a fact, with its source or a note that it is illustrative."""
    parts = [
        prose_in(language, fact.meaning),
        say("source", language, source=prose_in(language, fact.source)) if fact.source else "",
        say("plugin.illustrative", language) if fact.illustrative else "",
    ]
    return " ".join(filter(None, parts))


def plugin_json(plugin: PluginInfo) -> dict[str, Any]:
    """Return a plugin as JSON data, with the names of its item types and facts."""
    return {
        **attributes(plugin, ("name", "version", "distribution", "module", "api")),
        **attributes(plugin, ("ok", "item_types", "facts")),
        "rules": {key: list(rules) for key, rules in plugin.rules.items()},
        **attributes(plugin, ("problems",)),
    }


def shown_json(shown: PluginShown) -> dict[str, Any]:
    """Return all declarations of a plugin as JSON data."""
    places = shown.info.places
    return {
        **plugin_json(shown.info),
        "item_types": [_type_json(item_type) for item_type in shown.types],
        "facts": [{**fact_json(fact), **place_json(places.get(fact.id))} for fact in shown.facts],
    }


def _type_json(shown: TypeShown) -> dict[str, Any]:
    award = shown.built.award
    scope = () if award is None or award.scope is None else (award.scope,)
    return {
        **attributes(shown.item_type, ("name", "title", "summary")),
        **place_json(shown.place),
        **attributes(shown.item_type, ("parameters", "required", "example")),
        "built": award is not None,
        "scope": [_requirement_json(part) for part in scope],
        "gates": [_requirement_json(part) for part in (award.gates if award else ())],
        "requirements": [_requirement_json(part) for part in (award.requirements if award else ())],
        "reads": list(shown.built.own),
        "problems": to_data(shown.built.problems),
    }


def _requirement_json(part: Requirement) -> dict[str, Any]:
    return {**attributes(part, ("id", "title", "remedy")), "assessed": part.assessed is not None}


def answer_text(answer: Answer, book: str | None, language: Language) -> str:
    """Return origins and uses as text. `book` is the id of the searched book, if any."""
    return render("origins.txt", value_text, answer=answer, book=book, language=language)


def answer_json(answer: Answer, book: str | None) -> dict[str, Any]:
    """Return origins and uses of a name as JSON data."""
    return {
        "name": answer.name,
        "origins": [
            {
                **attributes(origin, ("kind", "name", "plugin")),
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
                **attributes(use, ("ruleset", "kind", "id")),
                **place_json(use.place),
                "type": use.type or None,
                **attributes(use, ("given", "defaults")),
                "reads": list(use.facts),
            }
            for use in answer.uses
        ],
    }
