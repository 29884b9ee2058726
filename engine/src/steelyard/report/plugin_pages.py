"""The reference of a plugin as a Markdown page, written from what it declares."""

from collections.abc import Iterable, Iterator, Sequence

from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Language
from steelyard.report.facts import bounds_text, type_text
from steelyard.report.parameters import need_text, whole_text
from steelyard.report.plugins import (
    PluginShown,
    TypeShown,
    limits_of,
    not_built,
    requirement_rows,
    source_of,
)
from steelyard.report.wording.messages import say


def page_name(plugin: str, language: Language) -> str:
    """Return the name of a page's file: `maternity.md`, `maternity.zh.md`."""
    safe = plugin.replace("/", "-").replace("\\", "-")
    return f"{safe}.md" if language == "en" else f"{safe}.{language}.md"


def reference_page(shown: PluginShown, language: Language) -> str:
    """Return the page of a plugin; it depends on the declarations only."""
    info = shown.info
    other: Language = "en" if language == "zh" else "zh"
    lines = [
        f"<!-- {say('plugin.page.note', language)} -->",
        "",
        f"# {say('plugin.page.title', language, name=info.name)}",
        "",
        say("plugin.page.other", language, file=page_name(info.name, other)),
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
        for one in shown.types:
            lines += ["", *_type_lines(one, language)]
    if shown.facts:
        lines += ["", f"## {say('plugin.facts', language)}", "", say("plugin.page.facts", language)]
        lines += ["", *_fact_lines(shown.facts, language)]
    return "".join(f"{line}\n" for line in lines)


def _type_lines(shown: TypeShown, language: Language) -> Iterator[str]:
    one = shown.item_type
    other: Language = "en" if language == "zh" else "zh"
    yield f"### {one.name}"
    yield ""
    title = f"{one.title.of(language)} · {one.title.of(other)}"
    yield say("plugin.page.about", language, title=title, summary=one.summary.of(language))
    yield ""
    if one.parameters:
        head = [say(f"parameter.{key}", language) for key in ("name", "value", "meaning")]
        rows = [
            (
                f"`{name}`",
                whole_text(schema, language),
                need_text(name, schema, one.required, language),
                str(schema.get("description", "")),
            )
            for name, schema in one.parameters.items()
        ]
        yield from table((head[0], head[1], "", head[2]), rows)
    else:
        yield say("plugin.no_parameters", language)
    if one.example:
        yield from ("", say("plugin.page.example", language), "", "```yaml")
        yield from one.example.strip("\n").splitlines()
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
            say("fact.required" if fact.required else "fact.optional", language),
            " ".join(filter(None, (fact.meaning, source_of(fact, language)))),
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
                        say("fact.required" if field.required else "fact.optional", language),
                    )
                    for field in fact.fields
                ],
            )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    for cells in (head, ["---"] * len(head), *rows):
        escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
        yield f"| {' | '.join(escaped)} |"
