"""The application: every command and the function that runs it."""

from typing import Annotated

import typer

from steelyard import __version__
from steelyard.cli import diff, dry_run, facts, plugins
from steelyard.cli.check import check
from steelyard.cli.compile import compile_
from steelyard.cli.explain import explain
from steelyard.cli.lock import lock
from steelyard.cli.output import write
from steelyard.cli.release import release
from steelyard.cli.schema import schema
from steelyard.cli.score import score
from steelyard.cli.test import run_cases

app = typer.Typer(
    help="Score marketplace merchants' service: exactly, and with every reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("score")(score)
app.command("explain")(explain)
app.command("compile")(compile_)
app.command("check")(check)
app.command("test")(run_cases)
app.command("lock")(lock)
app.command("release")(release)
app.command("diff")(diff.diff)
app.command("dry-run")(dry_run.dry_run)
app.add_typer(facts.app, name="facts")
app.command("schema")(schema)
app.add_typer(plugins.app, name="plugins")


def _show_version(wanted: bool) -> None:
    if wanted:
        write(f"steelyard {__version__}\n")
        raise typer.Exit


@app.callback()
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
