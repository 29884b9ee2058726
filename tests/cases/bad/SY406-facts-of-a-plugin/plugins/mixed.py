"""A plugin that gets its own facts wrong: no ruleset can mend that."""

from decimal import Decimal
from pathlib import Path

from steelyard.plugin import (
    Award,
    ItemContext,
    ItemType,
    Registry,
    Text,
    hook,
    interpolate,
    minimum,
    require,
)

STEELYARD_API = 1
YES = Text("Yes", "是")
HALF = Decimal("0.5").__float__()


def units(item: ItemContext) -> Award:
    late = item.fact("mixed.hours") > item.fact("mixed.orders")
    return Award(item.points(1), requirements=(require("late", late, YES),))


def kinds(item: ItemContext) -> Award:
    return Award(
        item.points(1),
        requirements=(require("kind", item.fact("mixed.kind") > 3, YES),),
    )


def undeclared(item: ItemContext) -> Award:
    return Award(item.points(minimum(item.fact("mixed.order"), 3)))


def undeclared_elsewhere(item: ItemContext) -> Award:
    return Award(item.points(minimum(item.fact("orders.paid_30d"), 3)))


def a_float(item: ItemContext) -> Award:
    return Award(item.points(HALF))


def a_set(item: ItemContext) -> Award:
    kind = item.fact("mixed.kind").is_in({"large", "small"})
    return Award(item.points(1), requirements=(require("kind", kind, YES),))


def no_chinese(item: ItemContext) -> Award:
    some = item.fact("mixed.orders") > 0
    return Award(item.points(1), requirements=(require("some", some, Text("Some", " ")),))


def no_truth(item: ItemContext) -> Award:
    if item.fact("mixed.orders") > 0:
        return Award(item.points(1))
    return Award(item.points(0))


def values(item: ItemContext) -> Award:
    knots = ((3, 0), (item.number("points"), 1))
    return Award(item.points(interpolate(item.fact("mixed.orders"), knots, decimals=2)))


def many_decimals(item: ItemContext) -> Award:
    some = item.fact("mixed.orders") > item.number("points")
    return Award(item.points(1), requirements=(require("some", some, YES),))


BUILDERS = (
    units, kinds, undeclared, undeclared_elsewhere, a_float, a_set, no_chinese, no_truth, values,
    many_decimals,
)  # fmt: skip


@hook
def steelyard_register(registry: Registry) -> None:
    registry.facts(Path(__file__).parent / "facts.yaml")
    for build in BUILDERS:
        registry.item_type(
            ItemType(
                name=f"mixed/{build.__name__.replace('_', '-')}",
                title=Text(build.__name__, "混合"),
                summary=Text("Fails.", "失败。"),
                parameters={"points": {"type": "number"}},
                required=("points",),
                build=build,
            )
        )
