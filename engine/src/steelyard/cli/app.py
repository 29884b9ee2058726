"""The application: every command and the function that runs it."""

from importlib import import_module
from typing import Annotated

import typer

from steelyard import __version__
from steelyard.cli.application import Application
from steelyard.cli.output import write

COMMANDS = {
    "score": "score:score",
    "explain": "explain:explain",
    "compile": "compile:compile_",
    "check": "check:check",
    "test": "test:run_cases",
    "lock": "lock:lock",
    "release": "release:release",
    "diff": "diff:diff",
    "dry-run": "dry_run:dry_run",
    "leaderboard": "leaderboard:leaderboard",
    "facts": "facts:app",
    "schema": "schema:schema",
    "plugins": "plugins:app",
    "certify": "certify:app",
    "dispatch": "dispatch:dispatch",
}
"""Each command with its module in this package, and its function or its own commands."""


def application(command: str | None = None) -> Application:
    """Return the application with every command, or with one that is named, to start sooner."""
    app = Application(
        help="Score marketplace merchants' service: exactly, and with every reason.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(main)
    for name in [command] if command in COMMANDS else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        function = getattr(import_module(f"steelyard.cli.{module}"), attribute)
        if isinstance(function, typer.Typer):
            app.add_typer(function, name=name)
        else:
            app.command(name)(function)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        write(f"steelyard {__version__}\n")
        raise typer.Exit


def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version and exit."
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", help="Show the traceback of an internal error; must be the first option."
        ),
    ] = False,
) -> None:
    """Score marketplace merchants' service: exactly, and with every reason."""
