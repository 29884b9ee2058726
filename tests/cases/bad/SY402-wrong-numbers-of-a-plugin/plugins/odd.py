"""A plugin whose item types ask for numbers that mean nothing."""

from datetime import datetime
from decimal import Decimal

from steelyard.plugin import (
    Award,
    ItemContext,
    ItemType,
    Registry,
    Text,
    clamp,
    hook,
    ratio,
    require,
    steps,
)

STEELYARD_API = 1
TITLE = Text("A requirement", "要求")
KEPT = []


def field_outside(item: ItemContext) -> Award:
    years = item.records("shop.staff").field("years")
    return Award(item.points(1), requirements=(require("years", years >= 3, TITLE),))


def other_plan(item: ItemContext) -> Award:
    KEPT.append(item.fact("shop.hours"))
    return Award(item.points(KEPT[0]), (require("few", KEPT[0] <= item.fact("shop.hours"), TITLE),))


def two_ids(item: ItemContext) -> Award:
    few, many = item.fact("shop.orders") < 9, item.fact("shop.orders") > 99
    return Award(
        item.points(1), (require("orders", few, TITLE),), (require("orders", many, TITLE),)
    )


def no_id(item: ItemContext) -> Award:
    return Award(item.points(1), (require("", item.fact("shop.orders") < 9, TITLE),))


def not_yes_or_no(item: ItemContext) -> Award:
    return Award(item.points(1), (require("orders", item.fact("shop.orders"), TITLE),))


def shares_of_hours(item: ItemContext) -> Award:
    share = ratio(item.fact("shop.hours"), item.fact("shop.orders"))
    return Award(item.points(1), (require("share", share >= Decimal("0.5"), TITLE),))


def descending_steps(item: ItemContext) -> Award:
    return Award(item.points(steps(item.fact("shop.orders"), [(90, 3), (10, 1)])))


def moment(item: ItemContext) -> Award:
    return Award(item.points(1), (require("day", item.as_of() > datetime(2026, 3, 1, 18), TITLE),))


def infinite(item: ItemContext) -> Award:
    return Award(item.points(Decimal("Infinity")))


def unit(item: ItemContext) -> Award:
    long = item.fact("shop.hours").in_unit("Working hours") > 9
    return Award(item.points(1), (require("long", long, TITLE),))


def decimals(item: ItemContext) -> Award:
    half = item.fact("shop.orders").divided_by(2, decimals=Decimal("1.0"), rounding="floor")
    return Award(item.points(half))


def way(item: ItemContext) -> Award:
    return Award(item.points((item.fact("shop.orders") * Decimal("0.5")).rounded(0, "nearest")))


def letters(item: ItemContext) -> Award:
    grade = item.fact("shop.grade").is_in("ab")
    return Award(item.points(1), (require("grade", grade, TITLE),))


def nothing(item: ItemContext) -> Award:
    return Award(item.points(1), (require("grade", item.fact("shop.grade").is_in([]), TITLE),))


def turned_clamp(item: ItemContext) -> Award:
    return Award(item.points(clamp(item.fact("shop.orders"), 5, 1)))


def empty_list(item: ItemContext) -> Award:
    staff = item.records("shop.staff")
    return Award(item.points(staff.maximum(staff.field("pay"), empty=Decimal("5.555"))))


def empty_digits(item: ItemContext) -> Award:
    staff = item.records("shop.staff")
    return Award(item.points(staff.minimum(staff.field("pay"), empty=5.5)))


def order_of_names(item: ItemContext) -> Award:
    staff = item.records("shop.staff")
    return Award(item.points(1), (require("s", staff.any(staff.field("role") > "cook"), TITLE),))


def counted_in_hours(item: ItemContext) -> Award:
    return Award(item.fact("shop.hours"))


def date_points(item: ItemContext) -> Award:
    return Award(item.as_of())


BUILDS = [
    field_outside,
    other_plan,
    two_ids,
    no_id,
    not_yes_or_no,
    shares_of_hours,
    descending_steps,
    moment,
    infinite,
    unit,
    decimals,
    way,
    letters,
    nothing,
    turned_clamp,
    empty_list,
    empty_digits,
    order_of_names,
    counted_in_hours,
    date_points,
]


@hook
def steelyard_register(registry: Registry) -> None:
    for build in BUILDS:
        name = build.__name__.replace("_", "-")
        registry.item_type(
            ItemType(f"odd/{name}", Text(name, "奇"), Text("Odd.", "奇。"), {}, build)
        )
