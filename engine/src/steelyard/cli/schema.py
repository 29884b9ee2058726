"""`steelyard schema`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.output import say_problems, write_to


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
    impact = "impact"
    levels = "levels"


def schema(
    name: Annotated[
        SchemaName,
        typer.Argument(
            metavar="[NAME]",
            help="ruleset, book, lock, cases, facts, plan, scorecard, guardrails, impact, levels.",
        ),
    ] = SchemaName.ruleset,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")
    ] = None,
) -> int:
    """Write a JSON Schema; the schema of rulesets has the item types of every plugin."""
    from steelyard.formats.schemas import compose_ruleset_schema, load_schema, parameter_schema
    from steelyard.plugins.discovery import discover

    data: dict[str, Any]
    if name is SchemaName.ruleset:
        catalogue = discover()
        if catalogue.problems:
            say_problems(catalogue.problems)
        types = {
            item_type.name: parameter_schema(item_type.parameters, item_type.required)
            for item_type in catalogue.item_types.values()
        }
        data = compose_ruleset_schema(types)
    else:
        data = load_schema(name.value)
    write_to(out, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    return EXIT_OK
