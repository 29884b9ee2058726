"""A plugin that uses what a coming version of the plugin API will not have."""

from steelyard.plugin import Award, ItemContext, ItemType, Registry, Text, hook, require

STEELYARD_API = 1


def build(item: ItemContext) -> Award:
    test = item.parse_condition(item.text("when"))
    return Award(item.points(1), requirements=(require("when", test, Text("When", "条件")),))


@hook
def steelyard_register(registry: Registry) -> None:
    registry.item_type(
        ItemType(
            name="elder/conditional",
            title=Text("Conditional", "条件"),
            summary=Text("Points under a condition.", "满足条件时加分。"),
            parameters={"when": {"type": "string", "format": "condition"}},
            required=("when",),
            build=build,
        )
    )
