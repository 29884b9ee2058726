"""`steelyard schema`."""

from typing import Annotated, Any

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.options import OutFile
from steelyard.cli.output import say_problems, write_to
from steelyard.model.json_schema import SCHEMA_NAMES, SchemaName


def schema(
    name: Annotated[
        SchemaName,
        typer.Argument(
            metavar="[NAME]",
            help=f"{', '.join(SCHEMA_NAMES)}.",
        ),
    ] = "ruleset",
    out: OutFile = None,
) -> int:
    """Write a JSON Schema; the schema of rulesets has the item types of every plugin."""
    from steelyard.formats.schemas import compose_ruleset_schema, load_schema, parameter_schema
    from steelyard.plugins.discovery import discover
    from steelyard.report.json import to_text

    data: dict[str, Any]
    if name == "ruleset":
        catalogue = discover()
        if catalogue.problems:
            say_problems(catalogue.problems)
        types = {
            item_type.name: parameter_schema(item_type.parameters, item_type.required)
            for item_type in catalogue.item_types.values()
        }
        data = compose_ruleset_schema(types)
    else:
        data = load_schema(name)
    write_to(out, to_text(data))
    return EXIT_OK
