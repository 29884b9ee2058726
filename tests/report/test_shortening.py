"""Short forms of edited texts never hide the edit."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from steelyard.model.limits import MAX_EDIT_VALUE
from steelyard.report.wording.layout import width
from steelyard.report.wording.shortening import shorten_both, shorten_middle

LONG = "shop.orders >= 100 && has(shop.checked_on) && shop.on_time >= 0.90 && shop.asked > 7"
LONG = f"{LONG} && {LONG}"
ITEMS = ", ".join(f"item-{number:03d}" for number in range(700))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a", "b", ("a", "b")),
        (
            f"{LONG} && days <= 90",
            f"{LONG} && days <= 30",
            ("… && shop.asked > 7 && days <= 90", "… && shop.asked > 7 && days <= 30"),
        ),
        (f"x && {LONG}", LONG, ("x && shop.orders >= 100 && has(…", "shop.orders >= 100 && has(…")),
        (
            f"{LONG} && a == 1 && {LONG} && b",
            f"{LONG} && a == 2 && {LONG} && c",
            (
                (
                    "… 0.90 && shop.asked > 7 && a == 1 && shop.orders >= 100 && has(…"
                    " >= 0.90 && shop.asked > 7 && b"
                ),
                (
                    "… 0.90 && shop.asked > 7 && a == 2 && shop.orders >= 100 && has(…"
                    " >= 0.90 && shop.asked > 7 && c"
                ),
            ),
        ),
        (
            f"[{ITEMS}]",
            f"[{ITEMS.replace('item-350, ', '')}]",
            (
                "…, item-347, item-348, item-349, item-350, item-351, item-352, item-353, …",
                "…, item-347, item-348, item-349, item-351, item-352, item-353, …",
            ),
        ),
    ],
)
def test_what_differs_is_shown_with_what_stands_beside_it(before, after, shown):
    assert shorten_both(before, after) == shown


words = st.lists(st.sampled_from(["a", "x" * 50, "orders", " && ", "0.5", "…", "，", "长"]))


@given(words, words, words, words)
@example(["a"] * 300, ["a"], [], ["a"] * 300)
@example(["x" * 50, "a"] * 600, ["a"] * 900, ["orders"] * 900, ["x" * 50] * 9)
def test_different_texts_have_different_and_short_forms(start, one, other, end):
    before, after = ("".join([*start, *middle, *end]) for middle in (one, other))
    assume(before != after)
    short = shorten_both(before, after)
    assert short[0] != short[1]
    if max(len(before), len(after)) > MAX_EDIT_VALUE:
        assert max(map(len, short)) <= 6 * MAX_EDIT_VALUE


@pytest.mark.parametrize("text", [LONG, "标识“领先”：条件" * 9, "short"])
def test_the_middle_is_cut_by_cells(text):
    short = shorten_middle(text, 44)
    assert width(short) <= 44
    assert short[:9] == text[:9]
    assert short[-9:] == text[-9:]
