"""Plugins as a table, and as a page per plugin."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steelyard.compiler.usage import BuildResult
from steelyard.errors import Place, Problem
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Language
from steelyard.plugin import ItemType, Requirement
from steelyard.plugins.discovery import PluginInfo
from steelyard.report.facts import bounds_text, need_text, type_text
from steelyard.report.parameters import form_text, limits_text, presence_text
from steelyard.report.wording.layout import columns, plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both


@dataclass(frozen=True, slots=True)
class TypeShown:
    """An item type, the place of its code, and the result of building its example."""

    item_type: ItemType
    place: Place | None
    built: BuildResult


@dataclass(frozen=True, slots=True)
class PluginShown:
    """A plugin with its item types and facts."""

    info: PluginInfo
    digest: str | None
    types: tuple[TypeShown, ...] = ()
    facts: tuple[FactDeclaration, ...] = ()


def plugins_table(plugins: Sequence[PluginInfo]) -> str:
    """Return one line per plugin, followed by the first problem of each.

    If several plugins have the same name, the unused ones show their distribution too.
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
            _problem_count(plugin),
        )
        for name, plugin in zip(shown, plugins, strict=True)
    ]
    lines = columns(rows, "llrrrl")
    problems: list[str] = []
    for name, plugin in zip(shown, plugins, strict=True):
        if plugin.problems:
            problems.append(f"{name}: {_first_line(plugin.problems[0])}")
        if len(plugin.problems) > 1:
            more = f"… and {len(plugin.problems) - 1:,} more"
            problems.append(f"{name}: {more}: steelyard plugins show {plugin.name}")
    lines += ["", *problems] if problems else []
    return "".join(f"{plain(line)}\n" for line in lines)


def _name(plugin: PluginInfo, *, alone: bool) -> str:
    if alone or plugin.ok:
        return plugin.name
    return f"{plugin.name} ({plugin.distribution or plugin.module})"


def _problem_count(plugin: PluginInfo) -> str:
    if not plugin.problems:
        return ""
    return f"{len(plugin.problems):,}{'' if plugin.ok else ', cannot be used'}"


def _first_line(problem: Problem) -> str:
    return " ".join(str(problem).splitlines()[0].split())


def plugin_page(shown: PluginShown, language: Language) -> str:
    """Return the page of a plugin with everything that it declares."""
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
    for item_type in shown.types:
        lines += ["", *_type_lines(item_type, language)]
    if shown.facts:
        lines += ["", say("plugin.facts", language), *_fact_lines(shown.facts, language)]
    return "".join(f"{plain(line)}\n" for line in lines)  # texts of plugins are not trusted


def _type_lines(shown: TypeShown, language: Language) -> Iterator[str]:
    item_type = shown.item_type
    yield f"{item_type.name}  {both(item_type.title, language)}"
    yield f"  {item_type.summary.of(language)}"
    if shown.place is not None:
        yield f"  {say('plugin.declared_at', language)} {shown.place}"
    key = "plugin.parameters" if item_type.parameters else "plugin.no_parameters"
    yield f"  {say(key, language)}"
    yield from columns(
        [
            (
                f"    {name}",
                form_text(schema, language),
                limits_text(schema, language),
                presence_text(name, item_type, language),
                str(schema.get("description", "")),
            )
            for name, schema in item_type.parameters.items()
        ],
        "lllll",
    )
    yield from _requirement_lines(shown.built, language)
    if item_type.example:
        yield f"  {say('plugin.example', language)}"
        yield from (f"    {line}" for line in item_type.example.strip("\n").split("\n"))


def _requirement_lines(built: BuildResult, language: Language) -> Iterator[str]:
    if built.award is None:
        yield f"  {not_built(built, language)}"
        return
    rows = list(requirement_rows(built, language))
    yield f"  {say('plugin.requirements' if rows else 'plugin.no_requirements', language)}"
    yield from columns([(f"    {name}", title) for name, title, _ in rows], "ll")
    if built.own:
        yield f"  {say('plugin.reads', language)} {', '.join(built.own)}"


def not_built(built: BuildResult, language: Language) -> str:
    """Return why the requirements of an item type are unknown."""
    why = built.problems[0].what if built.problems else say("plugin.no_example", language)
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


def _fact_lines(facts: Sequence[FactDeclaration], language: Language) -> Iterator[str]:
    rows = [(f"  {fact.id}", *fact_row(fact, language)) for fact in facts]
    for fact, line in zip(facts, columns(rows, "llllll"), strict=True):
        yield line
        yield f"      {meaning_text(fact, language)}"


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
        fact.meaning,
        say("source", language, source=fact.source) if fact.source else "",
        say("plugin.illustrative", language) if fact.illustrative else "",
    ]
    return " ".join(filter(None, parts))
