"""The commands below `steelyard plugins`."""

import typer

from steelyard.cli import plugin_views

app = typer.Typer(
    help="What is installed, and what each plugin gives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


app.command("list")(plugin_views.list_)
app.command()(plugin_views.show)
app.command()(plugin_views.why)
app.command()(plugin_views.docs)
