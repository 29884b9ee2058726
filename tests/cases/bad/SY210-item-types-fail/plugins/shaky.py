"""A plugin whose item types fail."""

from functools import partial

from steelyard.plugin import Award, ItemContext, ItemType, Registry, Text, hook, refuse

STEELYARD_API = 1


def breaks(item: ItemContext) -> Award:
    return Award(item.points(1 // item.parameters["points"]))


def returns(item: ItemContext) -> Award:
    return item.points(item.number("points"))


def asks(item: ItemContext) -> Award:
    return Award(item.points(item.number("points")) if item.has("shop.orders") else item.points(0))


def refuses(item: ItemContext) -> Award:
    return refuse(f"parameter points of {item.item} is too plain", "choose a rounder number")


def mixes(item: ItemContext) -> Award:
    return Award(item.fact("shop.orders"))


def misspells(item: ItemContext) -> Award:
    return Award(item.points(item.number("pionts")))


def calls(item: ItemContext) -> Award:
    return Award(item.records("shop.staff").count(lambda one: one))


def part(_times: int, item: ItemContext) -> Award:
    raise RuntimeError(item.item)


@hook
def steelyard_register(registry: Registry) -> None:
    parts = partial(part, 2)
    parts.__name__ = "part"
    for build in (breaks, returns, asks, refuses, mixes, misspells, calls, parts):
        registry.item_type(
            ItemType(
                name=f"shaky/{build.__name__}",
                title=Text(build.__name__, "不稳"),
                summary=Text("Fails.", "失败。"),
                parameters={"points": {"type": "number"}},
                required=("points",),
                build=build,
            )
        )
