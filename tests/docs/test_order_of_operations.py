"""The number examples of docs/reference/order-of-operations.md, each computed."""

import json
from decimal import Decimal

import pytest
from tests.docs.pages import Session

HEAD = """\
ruleset: any
version: 1
title: {en: Any, zh: 任意}
effective: {from: 2026-01-01}
score: {range: [3, 5], decimals: 2, rounding: half_up}
"""
BOOK = (
    "book: any\ntitle: {en: Any, zh: 任意}\nindustries: [{id: any, title: {en: Any, zh: 任意}}]\n"
)


def flat(name: str, points: str) -> str:
    return f"{{id: {name}, type: core/flat, title: {{en: A, zh: 甲}}, with: {{points: {points}}}}}"


def items(*points: str, key: str = "items") -> str:
    rows = "".join(f"  - {flat(f'{key}-{place}', one)}\n" for place, one in enumerate(points))
    return f"{key}:\n{rows}"


def group(count: int, rest: str) -> str:
    names = ", ".join(f"items-{place}" for place in range(count))
    return f"groups: [{{id: all, title: {{en: All, zh: 全部}}, items: [{names}], {rest}}}]\n"


def card(folder, ruleset: str) -> dict:
    """Score a merchant without facts under a ruleset."""
    session = Session(folder, own_files=True)
    for name, text in (("any/book.yaml", BOOK), ("any/any.yaml", HEAD + ruleset)):
        path = session.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (session.folder / "shop.yaml").write_text("merchant: a\nindustry: any\n", encoding="utf-8")
    command = "steelyard score shop.yaml --book any --as-of 2026-06-01 --format json"
    printed = session.run(command)
    assert printed.startswith("{"), printed
    return json.loads(printed, parse_float=Decimal)


@pytest.mark.parametrize(
    ("ruleset", "points", "score"),
    [
        pytest.param(
            "base: {from: fixed, score: 4}\n"
            + items("0.05", "0.05", "0.04")
            + group(3, "combine: sum, cap: 0.12"),
            ["0.05", "0.05", "0.02"], "4.12", id="a group's cap takes from the last",
        ),
        pytest.param(
            "base: {from: fixed, score: 4.96}\n" + items("0.05", "0.04", "0.03", "0.03"),
            ["0.04", "0", "0", "0"], "5", id="the ceiling takes from the last",
        ),
        pytest.param(
            "base: {from: fixed, score: 5}\n" + items("0.10") + items("0.05", key="deductions"),
            ["0.05"], "5", id="deductions make room",
        ),
        pytest.param(
            "base: {from: fixed, score: 4}\nbonus: {cap: 0.30}\n" + items("0.20", "-0.05", "0.20"),
            ["0.20", "-0.05", "0.15"], "4.30", id="negative points use up no cap",
        ),
        pytest.param(
            "base: {from: fixed, score: 4}\n" + items("0.02", "0.03", "0.03") + group(3, "combine: best"),
            ["0", "0.03", "0"], "4.03", id="of equals the first stays",
        ),
    ],
)  # fmt: skip
def test_who_gives_way(tmp_path, ruleset, points, score):
    """Caps take from the item declared last, and points add up to the score."""
    found = card(tmp_path, ruleset)
    assert [Decimal(str(item["points"])) for item in found["items"]] == [Decimal(p) for p in points]
    assert Decimal(str(found["score"])) == Decimal(score)


def test_what_the_ceiling_takes_is_wasted(tmp_path):
    """0.04 of 0.15 fit below the ceiling; 0.11 is wasted, and every item stays awarded."""
    ruleset = "base: {from: fixed, score: 4.96}\n" + items("0.05", "0.04", "0.03", "0.03")
    found = card(tmp_path, ruleset)
    assert found["wasted_bonus"] == Decimal("0.11")
    assert {item["outcome"] for item in found["items"]} == {"awarded"}


def test_the_floor_forgives_the_last_deduction_first(tmp_path):
    """From 3.1 only 0.1 of 0.25 and 0.05 can be taken."""
    ruleset = "base: {from: fixed, score: 3.1}\n" + items("0.25", "0.05", key="deductions")
    found = card(tmp_path, ruleset)
    taken = [Decimal(str(one["points"])) for one in found["deductions"]]
    assert taken == [Decimal("0.1"), Decimal(0)]
    assert Decimal(str(found["score"])) == 3
