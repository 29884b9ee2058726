"""`steelyard schema` and `steelyard plugins list|show`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steelyard.cli.options import Lang, Language_, TableOrJson
from steelyard.cli.output import say_problems, write, write_to
from steelyard.cli.statuses import FINE
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from steelyard.catalogue import Catalogue, PluginInfo

app = typer.Typer(
    help="What is installed, and what each plugin gives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class SchemaName(StrEnum):
    """A format with a published JSON Schema."""

    ruleset = "ruleset"
    book = "book"
    lock = "lock"
    cases = "cases"
    facts = "facts"
    plan = "plan"
    scorecard = "scorecard"
    guardrails = "guardrails"


def schema(
    name: Annotated[
        SchemaName,
        typer.Argument(
            metavar="[NAME]",
            help="ruleset, book, lock, cases, facts, plan, scorecard or guardrails.",
        ),
    ] = SchemaName.ruleset,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")
    ] = None,
) -> int:
    """Write a JSON Schema; that of rulesets knows the item types of every plugin."""
    import json

    from steelyard.schema import compose_ruleset_schema, load_schema, parameter_schema

    data: dict[str, Any]
    if name is SchemaName.ruleset:
        from steelyard.pipeline import load_catalogue

        catalogue = load_catalogue()
        _warn(catalogue)
        types = {
            item_type.name: parameter_schema(item_type.parameters, item_type.required)
            for item_type in catalogue.item_types.values()
        }
        data = compose_ruleset_schema(types)
    else:
        data = load_schema(name.value)
    write_to(out, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    return FINE


def _warn(catalogue: "Catalogue") -> None:
    """Say on stderr which plugins could not be used."""
    if catalogue.problems:
        say_problems(catalogue.problems)


@app.command("list")
def list_(
    format_: Annotated[
        TableOrJson, typer.Option("--format", help="A table for people, or JSON.")
    ] = TableOrJson.table,
) -> int:
    """List the plugins that are installed, and those that cannot be used."""
    from steelyard.pipeline import load_catalogue
    from steelyard.report.json import to_text
    from steelyard.wording.layout import columns

    catalogue = load_catalogue()
    if format_ is TableOrJson.json:
        write(to_text([_plugin_json(plugin) for plugin in catalogue.plugins]))
        return FINE
    rows = [("plugin", "version", "item types", "facts", "")]
    rows += [
        (
            plugin.name,
            plugin.version,
            str(len(plugin.item_types)),
            str(len(plugin.facts)),
            "" if plugin.ok else "cannot be used",
        )
        for plugin in catalogue.plugins
    ]
    write("".join(f"{line}\n" for line in columns(rows, "llrrl")))
    _warn(catalogue)
    return FINE


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The plugin's name.")],
    format_: Annotated[
        TableOrJson, typer.Option("--format", help="A page for people, or JSON.")
    ] = TableOrJson.table,
    lang: Language_ = Lang.en,
) -> int:
    """Show one plugin: its item types with their parameters, and its facts."""
    from steelyard.errors import suggest
    from steelyard.pipeline import load_catalogue
    from steelyard.report.json import to_text

    catalogue = load_catalogue()
    plugin = next((one for one in catalogue.plugins if one.name == name), None)
    if plugin is None:
        names = [one.name for one in catalogue.plugins]
        expected = f"one of {', '.join(names) or 'none'}"
        what = f"no plugin is called {name!r}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(name, names))])
    if format_ is TableOrJson.json:
        types = [_item_type_json(catalogue, one) for one in plugin.item_types if plugin.ok]
        write(to_text({**_plugin_json(plugin), "item_types": types}))
        return FINE
    from steelyard.report.plugins import plugin_page

    types = [catalogue.item_types[one] for one in plugin.item_types if plugin.ok]
    facts = [catalogue.facts[one] for one in plugin.facts if plugin.ok]
    head = f"{plugin.name} {plugin.version} ({plugin.distribution}, {plugin.module})"
    write(plugin_page(head, types, facts, lang.value))
    if plugin.problems:
        say_problems(plugin.problems)
    return FINE


def _plugin_json(plugin: "PluginInfo") -> dict[str, Any]:
    from steelyard.report.problems import problem_json

    return {
        "name": plugin.name,
        "version": plugin.version,
        "distribution": plugin.distribution,
        "module": plugin.module,
        "ok": plugin.ok,
        "item_types": list(plugin.item_types),
        "facts": list(plugin.facts),
        "problems": [problem_json(problem) for problem in plugin.problems],
    }


def _item_type_json(catalogue: "Catalogue", name: str) -> dict[str, Any]:
    item_type = catalogue.item_types[name]
    return {
        "name": item_type.name,
        "title": {"en": item_type.title.en, "zh": item_type.title.zh},
        "summary": {"en": item_type.summary.en, "zh": item_type.summary.zh},
        "parameters": {key: dict(value) for key, value in item_type.parameters.items()},
        "required": list(item_type.required),
        "example": item_type.example,
    }
