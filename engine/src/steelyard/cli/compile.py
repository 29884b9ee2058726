"""`steelyard compile`."""

from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import check_book_folder, files_of, read_day
from steelyard.cli.options import AsOf, BookArgument, IndustryName, OutFile, Scene, TextOrJson
from steelyard.cli.output import say, write_to
from steelyard.errors.printable import one_line

if TYPE_CHECKING:
    from steelyard.plan.structure import Plan


def compile_(
    book: BookArgument,
    industry: IndustryName,
    as_of: AsOf,
    shop_type: Annotated[
        str | None,
        typer.Option("--shop-type", metavar="ID", help="The shop type; default: the book's first."),
    ] = None,
    scene: Scene = None,
    emit: Annotated[
        TextOrJson, typer.Option("--emit", help="The plan as text for review, or as JSON.")
    ] = "text",
    *,
    rollout: Annotated[
        bool,
        typer.Option(
            "--rollout", help="Compile the version that is being rolled out to some merchants."
        ),
    ] = False,
    bounds: Annotated[
        bool, typer.Option("--bounds", help="Show the proved range of every part instead.")
    ] = False,
    item: Annotated[
        str | None,
        typer.Option("--item", metavar="ID", help="Show only what judges this item or deduction."),
    ] = None,
    out: OutFile = None,
) -> int:
    """Compile the rules for one kind of merchant."""
    from steelyard.pipeline import compile_plan, open_book
    from steelyard.plan.bounds import bounds as find_bounds
    from steelyard.plan.bounds import bounds_text
    from steelyard.plan.codec import canonical_bytes, digest
    from steelyard.plan.pretty import plan_text
    from steelyard.report.json import bounds_json, to_text

    day, reads = read_day(as_of), files_of(book)
    plan = compile_plan(
        open_book(check_book_folder(book), allow_missing_plugins=True),
        industry=industry,
        shop_type=shop_type,
        scene=scene,
        as_of=day,
        part="inside" if rollout else "outside",
    )
    as_json = emit == "json"
    if item is not None:
        write_to(out, _item_text(plan, item, bounds=bounds, as_json=as_json), reads)
    elif bounds:
        proved = find_bounds(plan)
        text = to_text(bounds_json(proved)) if as_json else bounds_text(proved)
        write_to(out, text, reads)
    else:
        write_to(out, canonical_bytes(plan) if as_json else plan_text(plan), reads)
    if out is not None:
        say(one_line(f"{out}: {digest(plan)}"))
    return EXIT_OK


def _item_text(plan: "Plan", name: str, *, bounds: bool, as_json: bool) -> str:
    """Return the part of a plan that judges one item, or the bounds of the item."""
    from steelyard.plan.bounds import bounds as find_bounds
    from steelyard.plan.bounds import part_lines
    from steelyard.plan.item_part import find_item, item_bounds, item_part, item_part_text
    from steelyard.report.json import item_part_json, never_json, to_text

    found = find_item(plan, name)
    if not bounds:
        part = item_part(plan, found)
        return to_text(item_part_json(part)) if as_json else item_part_text(part, plan.name)
    proved = item_bounds(find_bounds(plan), found)
    if as_json:
        return to_text(never_json(proved))
    kind = "deduction" if found in plan.deductions else "item"
    groups = () if proved.group is None else (proved.group,)
    lines = part_lines(
        ((kind, (proved.item,)), ("group", groups)), proved.never_awarded, proved.never_binding
    )
    return "".join(f"{line}\n" for line in lines)
