"""Pieces that several item types use: their declarations, the observed value, checks."""

import tomllib
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from steelyard.plugin import (
    Award,
    Expression,
    ItemContext,
    ItemType,
    Requirement,
    Text,
    ratio,
    refuse,
    require,
)

Number = int | Decimal

OBSERVED = ("fact", "part", "whole")  # a fact, or the two facts of a share

_EXACT = Context(prec=100)  # more digits than any two numbers of a ruleset need


def item_type(module: str, build: Callable[[ItemContext], Award]) -> ItemType:
    """Return the item type of a module: its function, and the declaration in its TOML file.

    `flat.py` has `flat.toml` with the name, texts, parameters and example of the type, and the
    texts of its requirements.
    """
    declared = {key: value for key, value in _declaration(module).items() if key != "requirements"}
    texts = {key: Text(**declared.pop(key)) for key in ("title", "summary")}
    required = tuple(declared.pop("required"))
    return ItemType(**texts, required=required, build=build, **declared)


def requirement(
    module: str, name: str, test: Expression, assessed: Expression | None = None
) -> Requirement:
    """Return a requirement with the titles and remedy from the TOML file of the module."""
    texts = _declaration(module)["requirements"][name]
    remedy = Text(**texts["remedy"]) if "remedy" in texts else None
    return require(
        texts.get("id", name), test, Text(**texts["title"]), assessed=assessed, remedy=remedy,
        title_not_met=Text(**texts["title_not_met"]),
    )  # fmt: skip


@cache
def _declaration(module: str) -> dict[str, Any]:
    path = files("steelyard.plugins.core") / f"{module.rpartition('.')[2]}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def observed(item: ItemContext) -> Expression:
    """Return the value to judge: a fact, or part / whole rounded down to 6 decimals."""
    given = [name for name in OBSERVED if name in item.parameters]
    if given == ["fact"]:
        return item.value("fact")
    if given == ["part", "whole"]:
        return ratio(*share_of(item, "part", "whole"))
    return refuse(
        f"parameters {' and '.join(given) or '(none)'} do not say which value is observed",
        "give either `fact`, or `part` and `whole`",
    )


def share_of(item: ItemContext, part: str, whole: str) -> tuple[Expression, Expression]:
    """Return the two numbers of a share, which two parameters name or calculate."""
    top, bottom = item.value(part), item.value(whole)
    if top.type.unit != bottom.type.unit:
        refuse(
            f"parameters {part} and {whole} are of different units: {top.type} and {bottom.type}",
            "count both in the same unit",
        )
    return top, bottom


def one_of(item: ItemContext, *names: str) -> str:
    """Return which one of some parameters is given; refuse none and several."""
    given = [name for name in names if name in item.parameters]
    if len(given) != 1:
        choices = " or ".join(f"`{name}`" for name in names)
        what = " and ".join(given) if given else "(none)"
        refuse(f"alternative parameters given: {what}", f"give either {choices}")
    return given[0]


def ascending(name: str, levels: Sequence[tuple[Number, Number]]) -> None:
    """Refuse a list of pairs whose first numbers do not ascend."""
    for (left, _), (right, _) in pairwise(levels):
        if not left < right:
            what = f"parameter {name} is not in ascending order: {left}, then {right}"
            refuse(what, "sort it, and list each value once")


def levels_of(item: ItemContext, name: str) -> list[tuple[Number, Number]]:
    """Return levels [at least, points]; refuse them unless both ascend.

    Points that are all taken away, below zero, descend instead.
    """
    levels = item.pairs(name)
    ascending(name, levels)
    taken = all(points <= 0 for _, points in levels)
    for (_, less), (level, more) in pairwise(levels):
        if taken and more > less:
            refuse(
                f"parameter {name} takes fewer points for more: {less}, then {more} from {level}",
                "let points fall with the level, or use core/decision-table",
            )
        if not taken and more < less:
            refuse(
                f"parameter {name} gives fewer points for more: {less}, then {more} from {level}",
                "let points rise with the level, or use core/decision-table",
            )
    return levels


def exact_sum(left: Number, right: Number) -> Number:
    """Return left + right, whatever the precision of the process is."""
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    return _EXACT.add(Decimal(left), Decimal(right))
