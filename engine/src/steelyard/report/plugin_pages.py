"""The Markdown reference of a plugin, from its declarations."""

from collections.abc import Iterable, Iterator, Sequence

from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Language
from steelyard.report.facts import bounds_text, need_text, type_text
from steelyard.report.parameters import presence_text, value_form
from steelyard.report.plugins import (
    PluginShown,
    TypeShown,
    limits_of,
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
    info = shown.info
    other = page_name(info.name, other_language(language))
    lines = [
        f"<!-- {say('plugin.page.note', language)} -->",
        "",
        f"# {say('plugin.page.title', language, name=info.name)}",
        "",
        say("plugin.page.other", language, file=other),
        "",
        say(
            "plugin.page.lead",
            language,
            version=info.version,
            distribution=info.distribution,
            api=str(info.api),
        ),
    ]
    if shown.types:
        lines += ["", f"## {say('plugin.item_types', language)}"]
        for item_type in shown.types:
            lines += ["", *_type_lines(item_type, language)]
    if shown.facts:
        lines += ["", f"## {say('plugin.facts', language)}", "", say("plugin.page.facts", language)]
        lines += ["", *_fact_lines(shown.facts, language)]
    return "".join(f"{line}\n" for line in lines)


def _type_lines(shown: TypeShown, language: Language) -> Iterator[str]:
    item_type = shown.item_type
    title, summary = both(item_type.title, language), item_type.summary.of(language)
    yield f"### {item_type.name}"
    yield ""
    yield say("plugin.page.about", language, title=title, summary=summary)
    yield ""
    if item_type.parameters:
        head = [say(f"parameter.{key}", language) for key in ("name", "value", "meaning")]
        rows = [
            (
                f"`{name}`",
                value_form(schema, language),
                presence_text(name, item_type, language),
                str(schema.get("description", "")),
            )
            for name, schema in item_type.parameters.items()
        ]
        yield from table((head[0], head[1], "", head[2]), rows)
    else:
        yield say("plugin.no_parameters", language)
    if item_type.example:
        yield from ("", say("plugin.page.example", language), "", "```yaml")
        yield from item_type.example.strip("\n").splitlines()
        yield "```"
    yield ""
    yield from _requirement_lines(shown, language)


def _requirement_lines(shown: TypeShown, language: Language) -> Iterator[str]:
    if shown.built.award is None:
        yield not_built(shown.built, language)
        return
    rows = list(requirement_rows(shown.built, language))
    if rows:
        head = (say("plugin.requirement", language), "", say("plugin.remedy", language))
        yield from table(head, rows)
    else:
        yield say("plugin.no_requirements", language)
    if shown.built.own:
        yield ""
        names = say("list", language).join(f"`{name}`" for name in shown.built.own)
        yield say("plugin.page.reads", language, names=names)


def _fact_lines(facts: Sequence[FactDeclaration], language: Language) -> Iterator[str]:
    keys = ("name", "title", "type", "bounds", "window", "need", "meaning")
    rows = [
        (
            f"`{fact.id}`",
            fact.title.of(language),
            type_text(fact),
            limits_of(fact),
            fact.window or "",
            need_text(fact, language),
            meaning_text(fact, language),
        )
        for fact in facts
    ]
    yield from table([say(f"fact.{key}", language) for key in keys], rows)
    for fact in facts:
        if fact.fields:
            yield ""
            yield say("plugin.page.fields", language, fact=fact.id)
            yield ""
            yield from table(
                [
                    say("plugin.page.field", language),
                    *(say(f"fact.{key}", language) for key in ("title", "type", "need")),
                ],
                [
                    (
                        f"`{field.name}`",
                        field.title.of(language),
                        " ".join(filter(None, (type_text(field), bounds_text(field)))),
                        need_text(field, language),
                    )
                    for field in fact.fields
                ],
            )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    for cells in (head, ["---"] * len(head), *rows):
        escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
        yield f"| {' | '.join(escaped)} |"
