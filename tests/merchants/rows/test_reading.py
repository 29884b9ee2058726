"""Merchant files: what a value becomes, and that every row ends in exactly one place."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import InvalidInput, Problems
from steelyard.formats import parse_yaml, read_yaml
from steelyard.merchants.rows import (
    MerchantFile,
    MerchantSchema,
    merchant_from_mapping,
    missing_facts,
    read_merchants,
)
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plugins.discovery.declarations import check_links, read_facts
from steelyard.report.facts import merchant_template

REPOSITORY = Path(__file__).parents[3]
INDUSTRIES, SHOP_TYPES = ("general", "maternity"), ("ordinary", "flagship")


def declared(*paths: Path) -> dict[str, FactDeclaration]:
    problems = Problems()
    facts = [fact for path in paths for fact in read_facts(read_yaml(path), "book", problems)]
    problems.raise_any()
    return {fact.id: fact for fact in facts}


FACTS = declared(REPOSITORY / "tests/cases/merchant-facts.yaml")
SHOP_TYPE = FactDeclaration(
    "shop_type",
    "enum",
    Text("Shop type", "店铺类型"),
    "Shop type",
    "book.yaml",
    required=True,
    high=1,
    values=SHOP_TYPES,
)


def schema(facts: dict[str, FactDeclaration]) -> MerchantSchema:
    declared = tuple(replace(fact, id=name) for name, fact in facts.items())
    return MerchantSchema(declared, tuple(INDUSTRIES), tuple(SHOP_TYPES))


def read(text: str | Path, facts: dict[str, FactDeclaration] = FACTS) -> MerchantFile:
    return read_merchants(text, schema(facts))


def facts_of(text: str) -> dict[str, Any]:
    (merchant,) = read(f"merchant: m\nindustry: general\n{text}").merchants
    return merchant.facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("orders: {paid_30d: 30}", {"orders.paid_30d": 30}),
        ("orders.paid_30d: 30.0", {"orders.paid_30d": 30}),
        ("orders.paid_30d: 3e1", {"orders.paid_30d": 30}),
        ("orders.paid_30d: null\nquality:\n", {}),
        ("quality.negative_share: 0.1", {"quality.negative_share": 1000}),
        ("quality.negative_share: 1", {"quality.negative_share": 10000}),
        ("quality.negative_share: 0.00005", {"quality.negative_share": 0}),
        ("quality.negative_share: 0.00015", {"quality.negative_share": 2}),
        ("quality.negative_share: 0.000050000000000000000001", {"quality.negative_share": 1}),
        ("service: {insured: true, level: gold}", {"service.insured": True, "service.level": 1}),
        ("service.joined: 0001-01-01\nservice.insured: false", None),
        ("service.joined: 2024-02-29", {"service.joined": 738945}),
        ('service.joined: "2024-02-29"', {"service.joined": 738945}),
        ("staff: []", {"staff": ()}),
        (
            "staff: [{holder: 李, certificate: expert, valid_from: null, valid_to: 2024-02-29}]",
            {"staff": ({"holder": "李", "certificate": 1, "valid_to": 738945},)},
        ),
    ],
)
def test_values(text: str, facts: dict[str, Any] | None) -> None:
    if facts is None:
        assert read(f"merchant: m\nindustry: general\n{text}").rejects
    else:
        assert facts_of(text) == facts


def test_nested_and_dotted_names_mix() -> None:
    facts = {
        "a.b.c": FACTS["service.insured"],
        "a.b": FACTS["service.insured"],
        "a.d.e": FACTS["service.insured"],
    }
    text = "merchant: m\nindustry: general\na: {b.c: true, d.e: false}\na.b: true\n"
    assert read(text, facts).merchants[0].facts == {"a.b.c": True, "a.d.e": False, "a.b": True}


def test_industry_and_shop_type_are_facts_where_they_are_declared() -> None:
    facts = {**FACTS, "shop_type": SHOP_TYPE}
    default, given_one = read(
        "- {merchant: a, industry: general}\n- {merchant: b, industry: general, shop_type: flagship}\n",
        facts,
    ).merchants
    assert (default.shop_type, default.facts) == ("ordinary", {"shop_type": 0})
    assert (given_one.shop_type, given_one.facts) == ("flagship", {"shop_type": 1})


@pytest.mark.parametrize(
    ("text", "several", "count"),
    [
        ("merchant: a\nindustry: general\n", False, 1),
        ("[{merchant: a, industry: general}]", True, 1),
        (
            '{"merchants": [{"merchant": "a", "industry": "general"}, {"merchant": "b", "industry": "general"}]}',
            True,
            2,
        ),
        ("merchants: []", True, 0),
    ],
)
def test_a_file_is_one_merchant_or_a_list(text: str, several: bool, count: int) -> None:
    merchant_file = read(text)
    assert (merchant_file.several, len(merchant_file.merchants), merchant_file.rejects) == (
        several,
        count,
        (),
    )


def test_a_merchant_inside_another_file() -> None:
    located = parse_yaml(
        "case: {merchant: {merchant: m, industry: general, orders.paid_30d: -1}}", "c.yaml"
    )
    with pytest.raises(InvalidInput) as raised:
        merchant_from_mapping(located.at(("case", "merchant")), schema(FACTS))
    assert [str(problem.place) for problem in raised.value.problems] == ["c.yaml:1:68"]


def test_missing_facts_are_those_a_plan_requires() -> None:
    (merchant,) = read("merchant: m\nindustry: general\nservice.insured: true\n").merchants
    assert [problem.code for problem in missing_facts(merchant, FACTS)] == ["SY603"]
    assert missing_facts(merchant, {"service.insured": FACTS["service.insured"]}) == []


@given(st.text() | st.lists(st.sampled_from(["merchant: a\n", "industry: general\n", "- ", "orders.", "paid_30d: ", "1\n", "staff: [", "{", "}", "]", "holder: x, ", "\n", "  ", "merchants:\n"])).map("".join))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        merchant_file = read(text)
    except InvalidInput as error:
        assert error.problems  # noqa: PT017 - either outcome is right
    else:
        assert all(reject.problems for reject in merchant_file.rejects)


SHARES = st.decimals(Decimal("-0.1"), Decimal("1.1"), places=6)
ROWS = st.fixed_dictionaries(
    {"merchant": st.sampled_from("abcdef"), "industry": st.sampled_from(["general", "maternity", "none"])},
    optional={
        "orders.paid_30d": st.integers(-1, 10),
        "orders.signed_30d": st.integers(0, 10),
        "orders.negative_30d": st.integers(0, 10),
        "quality.negative_share": SHARES,
        "service.level": st.sampled_from(["silver", "gold", "tin"]),
        "service.joined": st.dates().map(str),
        "staff": st.lists(
            st.fixed_dictionaries(
                {"holder": st.sampled_from("xy"), "certificate": st.sampled_from(["adviser", "expert"]), "valid_to": st.dates().map(str)}
            ),
            max_size=4,
        ),
    },
)  # fmt: skip


def nested(row: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in row.items():
        section, dot, rest = name.partition(".")
        if dot:
            result.setdefault(section, {})[rest] = value
        else:
            result[name] = value
    return result


def as_yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(one) for one in value) + "]"
    return str(value)


@given(st.lists(ROWS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_the_form_of_a_file_changes_no_fact_and_no_row_is_lost(rows: list[dict[str, Any]]) -> None:
    texts = [
        json.dumps(rows, default=float),
        json.dumps([nested(row) for row in rows], default=float),
        as_yaml(rows),
        as_yaml({"merchants": [nested(row) for row in rows]}),
    ]
    files = [read(text) for text in texts]
    merchants = [
        [(one.row, one.name, one.industry, one.facts) for one in i.merchants] for i in files
    ]
    rejects = [
        [(one.row, one.name, sorted(problem.code for problem in one.problems)) for one in i.rejects]
        for i in files
    ]

    assert merchants[1:] == [merchants[0]] * 3
    assert rejects[1:] == [rejects[0]] * 3
    ended = sorted(row for row, *_ in [*merchants[0], *rejects[0]])
    assert ended == list(range(1, len(rows) + 1))


ALL_FACTS = declared(
    *sorted(REPOSITORY.glob("rulesets/facts/*.yaml")),
    *sorted(REPOSITORY.glob("plugins/*/src/*/facts.yaml")),
)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("industry", INDUSTRIES)
def test_a_template_names_every_fact_and_reads_back(industry: str, language: Any) -> None:
    facts = {**FACTS, **ALL_FACTS, "shop_type": SHOP_TYPE}
    text = merchant_template(facts, industry, language)
    merchant_file = read(text, facts)
    assert [merchant.facts for merchant in merchant_file.merchants] == [{"shop_type": 0}]
    filled = read(text.replace("  paid_30d: null", "  paid_30d: 7"), facts)
    assert filled.merchants[0].facts["orders.paid_30d"] == 7
    assert "支付订单数" in text
    assert "Paid orders" in text
    assert text.count(": null") == sum(
        not fact.industries or industry in fact.industries for fact in facts.values()
    )


def test_the_facts_of_the_book_and_plugins_link_up() -> None:
    problems = Problems()
    check_links(ALL_FACTS, problems)
    assert problems.found == []


def test_a_link_to_nowhere_is_found() -> None:
    problems = Problems()
    check_links({"orders.negative_30d": FACTS["orders.negative_30d"]}, problems)
    assert [problem.code for problem in problems] == ["SY201"]
