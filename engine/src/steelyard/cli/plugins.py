"""`steelyard schema`, and what stands below `steelyard plugins`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steelyard.cli import plugin_views
from steelyard.cli.output import say_problems, write_to
from steelyard.cli.statuses import FINE

if TYPE_CHECKING:
    from steelyard.plugins.discovery import Catalogue

app = typer.Typer(
    help="What is installed, and what each plugin gives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


app.command("list")(plugin_views.list_)
app.command()(plugin_views.show)
app.command()(plugin_views.why)
app.command()(plugin_views.docs)


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

    from steelyard.formats.schemas import compose_ruleset_schema, load_schema, parameter_schema

    data: dict[str, Any]
    if name is SchemaName.ruleset:
        from steelyard.plugins.discovery import discover

        catalogue = discover()
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
