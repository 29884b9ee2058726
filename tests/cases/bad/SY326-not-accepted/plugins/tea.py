"""A plugin of version 1.0 that offers one item type."""

from steelyard.plugin import Award, ItemContext, ItemType, Registry, Text, hook

STEELYARD_API = 1


def build(item: ItemContext) -> Award:
    return Award(points=item.points(1))


@hook
def steelyard_register(registry: Registry) -> None:
    registry.item_type(
        ItemType(
            name="tea/point",
            title=Text("Point", "一分"),
            summary=Text("One point.", "加一分。"),
            parameters={},
            build=build,
        )
    )
