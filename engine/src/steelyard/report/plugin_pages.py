"""The Markdown reference of a plugin, from its declarations."""

from typing import Any

from steelyard.model.texts import Language
from steelyard.report.facts import bounds_text, need_text, type_text
from steelyard.report.html import render
from steelyard.report.parameters import presence_text, value_form
from steelyard.report.plugins import (
    PluginShown,
    TypeShown,
    fact_row,
    meaning_text,
    not_built,
    requirement_rows,
)
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both, other_language


def page_name(plugin: str, language: Language) -> str:
    """Return the file name of a page: `maternity.md`, `maternity.zh.md`."""
    safe = plugin.replace("/", "-").replace("\\", "-")
    return f"{safe}.md" if language == "en" else f"{safe}.{language}.md"


def reference_page(shown: PluginShown, language: Language) -> str:
    """Return the page of a plugin; it depends on its declarations only."""

    def words(section: str, *keys: str) -> list[str]:
        return [say(f"{section}.{key}", language) if key else "" for key in keys]

    return render(
        "plugin.md",
        language=language,
        info=shown.info,
        other_page=page_name(shown.info.name, other_language(language)),
        types=[_type_values(item_type, language) for item_type in shown.types],
        parameter_head=words("parameter", "name", "value", "", "meaning"),
        requirement_head=words("plugin", "requirement", "", "remedy"),
        fact_head=words("fact", "name", "title", "type", "bounds", "window", "need", "meaning"),
        facts=[
            (f"`{fact.id}`", *fact_row(fact, language), meaning_text(fact, language))
            for fact in shown.facts
        ],
        field_head=[say("plugin.page.field", language), *words("fact", "title", "type", "need")],
        record_facts=[
            {
                "fact": fact.id,
                "fields": [
                    (
                        f"`{field.name}`",
                        field.title.of(language),
                        f"{type_text(field)} {bounds_text(field)}",
                        need_text(field, language),
                    )
                    for field in fact.fields
                ],
            }
            for fact in shown.facts
            if fact.fields
        ],
    )


def _type_values(shown: TypeShown, language: Language) -> dict[str, Any]:
    item_type = shown.item_type
    return {
        "name": item_type.name,
        "title": both(item_type.title, language),
        "summary": item_type.summary.of(language),
        "parameters": [
            (
                f"`{name}`",
                value_form(schema, language),
                presence_text(name, item_type, language),
                str(schema.get("description", "")),
            )
            for name, schema in item_type.parameters.items()
        ],
        "example": item_type.example.strip("\n"),
        "not_built": "" if shown.built.award else not_built(shown.built, language),
        "requirements": list(requirement_rows(shown.built, language)),
        "reads": say("list", language).join(f"`{name}`" for name in shown.built.own),
    }
