"""`steelyard diff`: the edits between two states of the rules."""

from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import read_day
from steelyard.cli.options import Lang, TextFormat, TextOrJson
from steelyard.cli.output import write
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from steelyard.book.diff.comparison import Change, Comparison
    from steelyard.book.diff.sources import Source
    from steelyard.model.texts import Language
    from steelyard.plan.bundle import Bundle

RULES = "A book's folder, a bundle, a ruleset, or git:REVISION[:PATH]"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=f"{RULES}; or a plan file (.json).")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, after the change.")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Only the rules of that day, YYYY-MM-DD."),
    ] = None,
    format_: TextFormat = "text",
    lang: Lang = "en",
) -> int:
    """List the differences between two states of the rules, edit by edit."""
    from steelyard.book.diff.comparison import compare_sources
    from steelyard.book.diff.sources import open_source
    from steelyard.book.opening import facts_of
    from steelyard.plugins.discovery import discover

    day = None if as_of is None else read_day(as_of)
    with open_source(old, new) as before, open_source(new, old) as after:
        catalogue = discover()
        if "bundle" in (before.kind, after.kind):
            from steelyard.book.diff.bundles import compare_bundles

            comparison = compare_bundles(_bundle(before), _bundle(after), as_of=day)
        else:
            comparison = compare_sources(
                before,
                after,
                lambda book: facts_of(book, catalogue),
                as_of=day,
                shipped=catalogue.shipped,
            )
    write(_comparison_text(comparison, format_, lang))
    return EXIT_OK


def _bundle(source: "Source") -> "Bundle":
    """Return a bundle, or a book compiled to one. Raises `InvalidInput` SY705 for other sources."""
    from steelyard.plan.bundle import read_bundle

    if source.kind == "bundle":
        return read_bundle(source.path)
    if source.kind == "book":
        from steelyard.compiler.release import bundle_of
        from steelyard.pipeline import open_book

        return bundle_of(open_book(source.path), source.name)
    what = f"{source.name} is a {source.kind}, and the other side is a bundle"
    raise InvalidInput([Problem("SY705", what, fix="compare a bundle with a bundle or a book")])


def _comparison_text(comparison: "Comparison", form: TextOrJson, language: "Language") -> str:
    from steelyard.report.changes import Known, edit_json, edits_text
    from steelyard.report.json import to_text

    changes = comparison.changes
    if form == "json":
        edits = [
            {
                **edit_json(change.edit, change.kinds),
                "scenes": list(change.scenes),
                "from": None if change.first_day is None else change.first_day.isoformat(),
            }
            for change in changes
        ]
        return to_text({"format": "steelyard-diff/1", "edits": edits})
    return edits_text(
        [change.edit for change in changes],
        [change.kinds for change in changes],
        Known(comparison.kinds, comparison.industries, comparison.shop_types),
        language,
        {number: _note(change, language) for number, change in enumerate(changes)},
    )


def _note(change: "Change", language: "Language") -> str:
    """Return the scenes that an edit is confined to, and its first day."""
    from steelyard.report.wording.messages import say

    if change.first_day is None:
        return ""
    notes = [say("diff.from", language, day=change.first_day.isoformat())]
    if None not in change.scenes:
        scenes = [say("scene", language, scene=scene) for scene in change.scenes if scene]
        notes = [*scenes, *notes]
    return " · ".join(notes)
