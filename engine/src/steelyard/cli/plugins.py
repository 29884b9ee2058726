"""The commands below `steelyard plugins`; this module has `steelyard plugins check`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli import plugin_views, scaffold
from steelyard.cli.application import Application
from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.options import TableFormat
from steelyard.cli.output import say, write
from steelyard.cli.speech import language

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit import Report, Verdict

app = Application(
    help="What is installed, and what each plugin gives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list")(plugin_views.list_)
for _view in (plugin_views.show, plugin_views.why, plugin_views.docs):
    app.command()(_view)
app.command(loads_plugins=False)(scaffold.new)


@app.command(loads_plugins=False)
def check(
    plugin: Annotated[
        str,
        typer.Argument(
            metavar="NAME|DIR|WHEEL",
            help="An installed plugin, the source tree of one (./…), or a wheel.",
        ),
    ],
    format_: TableFormat = "table",
) -> int:
    """Run the conformance kit on a plugin; its code runs in subprocesses with limits.

    A source tree or wheel is installed into a folder that is deleted afterwards.
    """
    from steelyard.report.json import to_text
    from steelyard.testing.plugin_kit.report import report_json, report_text

    reports = _reports(plugin)
    if format_ == "json":
        data = [report_json(report) for report in reports]
        write(to_text(data[0] if len(data) == 1 else data))
    else:
        write("\n".join(report_text(report, language()) for report in reports))
    return EXIT_OK if all(report.ok for report in reports) else EXIT_FAILED


def _reports(plugin: str) -> "list[Report]":
    from steelyard.formats.files import temporary_folder
    from steelyard.testing.plugin_kit import check_installed
    from steelyard.testing.plugin_kit.installing import install

    tell = _tell if sys.stderr.isatty() else None
    path = Path(plugin)
    if not plugin or not (
        path.suffix == ".whl" or "/" in plugin or "\\" in plugin or path.is_dir()
    ):
        return [check_installed(plugin, tell=tell)]
    with temporary_folder() as folder:
        names = install(path, folder)
        return [check_installed(name, path=[folder], tell=tell) for name in names]


def _tell(verdict: "Verdict") -> None:
    """Write a finished check to stderr, so that the progress is visible."""
    say(f"{verdict.check}: {verdict.status.replace('_', ' ')}")
