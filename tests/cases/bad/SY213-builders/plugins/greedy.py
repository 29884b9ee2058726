"""A plugin whose builders do not know when to stop."""

from steelyard.plugin import Award, ItemContext, ItemType, Registry, Text, hook, require

STEELYARD_API = 1


def hangs_in_a_loop(_: ItemContext) -> Award:
    while True:
        pass


def hangs_and_swallows(item: ItemContext) -> Award:
    while True:
        try:
            item.constant(1 // 0)
        except:
            continue


def nodes(item: ItemContext) -> Award:
    total = item.points(0)
    while True:
        total = total + item.constant(1)


def memory(item: ItemContext) -> Award:
    rows = [bytes(100_000_000) for _ in range(100)]
    return Award(item.points(len(rows)))


def requirements(item: ItemContext) -> Award:
    yes = item.constant(True)
    listed = (require(f"r{number}", yes, Text("Yes", "是")) for number in range(1_000))
    return Award(item.points(1), requirements=tuple(listed))


BUILDERS = {
    "loops": hangs_in_a_loop,
    "swallows": hangs_and_swallows,
    "nodes": nodes,
    "memory": memory,
    "requirements": requirements,
}


@hook
def steelyard_register(registry: Registry) -> None:
    for name, build in BUILDERS.items():
        registry.item_type(
            ItemType(
                name=f"greedy/{name}",
                title=Text(name, "贪婪"),
                summary=Text("Never ends.", "无休止。"),
                parameters={"points": {"type": "number"}},
                required=("points",),
                build=build,
            )
        )
