"""A plugin whose item types fail."""

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


@hook
def steelyard_register(registry: Registry) -> None:
    for build in (breaks, returns, asks, refuses, mixes):
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
