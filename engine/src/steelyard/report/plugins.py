"""Plugins as a table, and as a page each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steelyard.compiler.usage import Built
from steelyard.errors import Place, Problem
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Language
from steelyard.plugin import ItemType, Requirement
from steelyard.plugins.discovery import PluginInfo
from steelyard.report.facts import bounds_text, type_text
from steelyard.report.parameters import (
    form_text,
    limits_text,
    need_text,
)
from steelyard.report.wording.layout import columns, plain
from steelyard.report.wording.messages import say


@dataclass(frozen=True, slots=True)
class TypeShown:
    """An item type with where it is made and what its example gave."""

    item_type: ItemType
    place: Place | None
    built: Built


@dataclass(frozen=True, slots=True)
class PluginShown:
    """Everything that is said of one plugin."""

    info: PluginInfo
    digest: str | None
    types: tuple[TypeShown, ...] = ()
    facts: tuple[FactDeclaration, ...] = ()


def plugins_table(plugins: Sequence[PluginInfo]) -> str:
    """Return one line a plugin and, below, the first problem of each and how many more it has.

    Of plugins that have one name, those that are not used show their distribution too.
    """
    names = Counter(plugin.name for plugin in plugins)
    shown = [_name(plugin, alone=names[plugin.name] == 1) for plugin in plugins]
    rows = [("plugin", "version", "API", "item types", "facts", "problems")]
    rows += [
        (
            name,
            plugin.version,
            "—" if plugin.api is None else str(plugin.api),
            str(len(plugin.item_types)),
            str(len(plugin.facts)),
            _problems(plugin),
        )
        for name, plugin in zip(shown, plugins, strict=True)
    ]
    lines = columns(rows, "llrrrl")
    found: list[str] = []
    for name, plugin in zip(shown, plugins, strict=True):
        if plugin.problems:
            found.append(f"{name}: {problem_line(plugin.problems[0])}")
        if len(plugin.problems) > 1:
            more = f"… and {len(plugin.problems) - 1:,} more"
            found.append(f"{name}: {more}: steelyard plugins show {plugin.name}")
    lines += ["", *found] if found else []
    return "".join(f"{plain(line)}\n" for line in lines)


def _name(plugin: PluginInfo, *, alone: bool) -> str:
    if alone or plugin.ok:
        return plugin.name
    return f"{plugin.name} ({plugin.distribution or plugin.module})"


def _problems(plugin: PluginInfo) -> str:
    if not plugin.problems:
        return ""
    return f"{len(plugin.problems):,}{'' if plugin.ok else ', cannot be used'}"


def problem_line(problem: Problem) -> str:
    """Return what is wrong in one line."""
    return " ".join(str(problem).splitlines()[0].split())


def plugin_page(shown: PluginShown, language: Language) -> str:
    """Return the page of a plugin: all that it declares."""
    info = shown.info
    rows = [
        ("distribution", info.distribution),
        ("module", info.module),
        ("api", "—" if info.api is None else str(info.api)),
        ("digest", shown.digest or "—"),
    ]
    head = f"{info.name} {info.version}".strip()
    lines = [head if info.ok else f"{head} · {say('plugin.unusable', language)}"]
    lines += columns([(f"  {say(f'plugin.{key}', language)}", text) for key, text in rows], "ll")
    for one in shown.types:
        lines += ["", *_type_lines(one, language)]
    if shown.facts:
        lines += ["", say("plugin.facts", language), *_fact_lines(shown.facts, language)]
    return "".join(f"{plain(line)}\n" for line in lines)  # what a stranger's plugin says


def _type_lines(shown: TypeShown, language: Language) -> Iterator[str]:
    one = shown.item_type
    other: Language = "en" if language == "zh" else "zh"
    yield f"{one.name}  {one.title.of(language)} · {one.title.of(other)}"
    yield f"  {one.summary.of(language)}"
    if shown.place is not None:
        yield f"  {say('plugin.declared_at', language)} {shown.place}"
    yield f"  {say('plugin.parameters' if one.parameters else 'plugin.no_parameters', language)}"
    yield from columns(
        [
            (
                f"    {name}",
                form_text(schema, language),
                limits_text(schema, language),
                need_text(name, schema, one.required, language),
                str(schema.get("description", "")),
            )
            for name, schema in one.parameters.items()
        ],
        "lllll",
    )
    yield from _requirement_lines(shown.built, language)
    if one.example:
        yield f"  {say('plugin.example', language)}"
        yield from (f"    {line}" for line in one.example.strip("\n").split("\n"))


def _requirement_lines(built: Built, language: Language) -> Iterator[str]:
    if built.award is None:
        yield f"  {not_built(built, language)}"
        return
    rows = list(requirement_rows(built, language))
    yield f"  {say('plugin.requirements' if rows else 'plugin.no_requirements', language)}"
    yield from columns([(f"    {name}", title) for name, title, _ in rows], "ll")
    if built.own:
        yield f"  {say('plugin.reads', language)} {', '.join(built.own)}"


def not_built(built: Built, language: Language) -> str:
    """Return why the requirements of an item type are not known."""
    why = built.problems[0].what if built.problems else say("plugin.no_example", language)
    return say("plugin.not_built", language, why=why)


def requirement_rows(built: Built, language: Language) -> Iterator[tuple[str, str, str]]:
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


def _fact_lines(facts: Sequence[FactDeclaration], language: Language) -> Iterator[str]:
    rows = [
        (
            f"  {fact.id}",
            fact.title.of(language),
            type_text(fact),
            limits_of(fact),
            fact.window or "",
            say("fact.required" if fact.required else "fact.optional", language),
        )
        for fact in facts
    ]
    for fact, line in zip(facts, columns(rows, "llllll"), strict=True):
        yield line
        yield f"      {' '.join(filter(None, (fact.meaning, source_of(fact, language))))}"


def limits_of(fact: FactDeclaration) -> str:
    """Return the bounds of a fact, or its values, and the fact that it may not exceed."""
    said = [bounds_text(fact), ", ".join(fact.values), f"≤ {fact.at_most}" if fact.at_most else ""]
    return ", ".join(filter(None, said))


def source_of(fact: FactDeclaration, language: Language) -> str:
    """Return where the meaning of a fact is published, or that it is nowhere."""
    parts = [
        say("source", language, source=fact.source) if fact.source else "",
        say("plugin.illustrative", language) if fact.illustrative else "",
    ]
    return " ".join(filter(None, parts))
