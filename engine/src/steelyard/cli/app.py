"""The application: which command is where."""

from typing import Annotated

import typer

from steelyard import __version__
from steelyard.cli import books, changes, conformance, facts, plugins, scaffold, scoring

app = typer.Typer(
    help="Score marketplace merchants' service: exactly, and with every reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("score")(scoring.score)
app.command("explain")(scoring.explain)
app.command("compile")(books.compile_)
app.command("check")(books.check)
app.command("test")(books.run_cases)
app.command("lock")(books.lock)
app.command("diff")(changes.diff)
app.command("dry-run")(changes.dry_run)
app.add_typer(facts.app, name="facts")
app.command("schema")(plugins.schema)
plugins.app.command("new")(scaffold.new)
plugins.app.command("check")(conformance.check)
app.add_typer(plugins.app, name="plugins")


def _show_version(wanted: bool) -> None:
    if wanted:
        from steelyard.cli.output import write

        write(f"steelyard {__version__}\n")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version, and exit."
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an internal error happened (first option).")
    ] = False,
) -> None:
    """Score marketplace merchants' service: exactly, and with every reason."""
