"""The text of a plan: readable, deterministic, and nothing that matters is left out."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.fixtures.plans import END, START, changed, tiny_facts, tiny_plan
from tests.strategies.graphs import graphs

from steelyard.compiler.compile import prune
from steelyard.formats.plans import write_plan
from steelyard.language.expressions import (
    Expression,
    Graph,
    RecordList,
    choose,
    clamp,
    days_between,
    maximum,
    minimum,
    ratio,
)
from steelyard.model.numbers import ROUNDINGS
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.codec import form_of
from steelyard.plan.infix import render
from steelyard.plan.pretty import plan_text
from steelyard.plan.structure import Plan

GRAPH = Graph(tiny_facts(), (START, END))


def fact(name):
    return Expression.fact(GRAPH, name)


COVERED, ELIGIBLE = fact("maternity.covered"), fact("maternity.eligible")
REPLY, REMOTE, ORDERS = fact("service.reply_share"), fact("logistics.remote"), fact("orders.paid")
INDUSTRY, SINCE = fact("industry"), fact("violations.since")
PEOPLE = RecordList.fact(GRAPH, "maternity.certificates")
UNTIL, TODAY = PEOPLE.field("until"), Expression.as_of(GRAPH)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (
            ratio(COVERED, ELIGIBLE, most=None) >= Decimal("0.80"),
            "round_down(maternity.covered / max(maternity.eligible, 1), 6) >= 0.8",
        ),
        (~(Decimal("0.9") <= REPLY), "service.reply_share < 0.9"),
        (~REMOTE & (ORDERS == 30), "!logistics.remote && orders.paid == 30"),
        (REMOTE | (ORDERS > 3) & (ORDERS < 9), "logistics.remote || orders.paid > 3 && orders.paid < 9"),
        ((REMOTE | (ORDERS > 3)) & (ORDERS < 9), "(logistics.remote || orders.paid > 3) && orders.paid < 9"),
        (~(REMOTE & (ORDERS > 3)), "!(logistics.remote && orders.paid > 3)"),
        (INDUSTRY == "toys", 'industry == "toys"'),
        (INDUSTRY != "toys", 'industry != "toys"'),
        (INDUSTRY.is_in(["toys", "maternity"]), 'industry in ["maternity", "toys"]'),
        (ORDERS - (COVERED - ELIGIBLE), "orders.paid - (maternity.covered - maternity.eligible)"),
        (ORDERS - COVERED + ELIGIBLE, "orders.paid - maternity.covered + maternity.eligible"),
        ((ORDERS + COVERED) * 2, "(orders.paid + maternity.covered) * 2"),
        (-(ORDERS + COVERED), "-(orders.paid + maternity.covered)"),
        (clamp(ORDERS, 3, 5), "min(max(orders.paid, 3), 5)"),
        (REPLY.rounded(2, "half_even"), "round_half_even(service.reply_share, 2)"),
        (REPLY.rounded(2, "half_up"), "round_half_up(service.reply_share, 2)"),
        (
            ORDERS.divided_by(7, decimals=1, rounding="ceiling"),
            "round_up(orders.paid / 7, 1)",
        ),
        (SINCE.scaled(0) <= TODAY, "violations.since <= as_of"),
        (days_between(SINCE, TODAY) < 90, "days(violations.since, as_of) < 90"),
        (
            choose(ORDERS >= 9, 3, choose(ORDERS >= 5, 2, 1)),
            "orders.paid >= 9 ? 3 : orders.paid >= 5 ? 2 : 1",
        ),
        (PEOPLE.any(UNTIL >= TODAY), "maternity.certificates.exists(record, as_of <= record.until)"),
        (PEOPLE.all(PEOPLE.has("until")), "maternity.certificates.all(record, has(record.until))"),
        (
            PEOPLE.count(UNTIL >= TODAY),
            "maternity.certificates.filter(record, as_of <= record.until).size()",
        ),
        (
            PEOPLE.maximum(UNTIL, empty=START),
            "maternity.certificates.max(record, record.until, if none: 2026-03-05)",
        ),
        (PEOPLE.sum(days_between(UNTIL, TODAY)), "maternity.certificates.sum(record, days(record.until, as_of))"),
        (PEOPLE.size(), "maternity.certificates.size()"),
    ],
)  # fmt: skip
def test_expressions_read_like_conditions(expression, text):
    rendered = render(GRAPH.nodes, expression.index)
    assert rendered.text == text
    assert rendered.parts == ()


def test_long_sums_and_tables_stay_on_one_level():
    graph = Graph(tiny_facts())
    orders = Expression.fact(graph, "orders.paid")
    total, table = orders, Expression.constant(graph, 0)
    for step in range(200):
        total = total + (step + 1)
        table = choose(orders >= step, step, table)
    assert render(graph.nodes, total.index).text.endswith("+ 199 + 200")
    assert render(graph.nodes, table.index).text.startswith("orders.paid >= 199 ? 199 : orders")


def test_deep_and_shared_parts_are_named_once():
    graph = Graph(tiny_facts())
    value = orders = Expression.fact(graph, "orders.paid")
    for step in range(60):
        value = minimum(maximum(value - step, orders - 2 * step), value)
    rendered = render(graph.nodes, value.index)
    whole = rendered.text + "".join(text for _, text in rendered.parts)
    assert len(whole) < 60 * 80
    names = [name for name, _ in rendered.parts]
    assert len(set(names)) == len(names)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(size=40))
def test_every_value_has_a_text_of_bounded_length(graph):
    for index in range(len(graph.nodes)):
        rendered = render(graph.nodes, index)
        assert "\n" not in rendered.text
        assert all(len(text) < 5000 for text in (rendered.text, *dict(rendered.parts).values()))


TINY = prune(tiny_plan())


CHANGES = [
    (index, change)
    for index, node in enumerate(TINY.nodes)
    for change in (
        [{"value": node.value + 1 - 2 * (node.value > 0), "low": None}]
        if node.op == "constant"
        else [{"mode": mode} for mode in ROUNDINGS if mode != node.mode]
        if node.op == "divide"
        else [{"args": tuple(reversed(node.args))}]
        if node.op in ("less", "less_or_equal", "subtract", "days_between")
        else [{"args": (node.args[0], node.args[2], node.args[1])}]
        if node.op == "if"
        else []
    )
]


@pytest.mark.parametrize(("index", "change"), CHANGES)
def test_a_change_of_any_operation_shows_in_the_text(index, change):
    parts = dict(change)
    if "low" in parts:
        parts.update(low=parts["value"], high=parts["value"])
    nodes = list(TINY.nodes)
    nodes[index] = replace(nodes[index], **parts)
    assert plan_text(replace(TINY, nodes=tuple(nodes))) != plan_text(TINY)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["scene"], None),
        (["version"], "2026.2"),
        (["items", 0, "title", "zh"], "别的"),
        (["items", 0, "group"], None),
        (["items", 0, "vetoes"], []),
        (["items", 1, "cuts"], []),
        (["groups", 0, "keep"], 1),
        (["groups", 0, "cap"], None),
        (["vetoes", 0, "blocks"], []),
        (["exemptions", 0, "metrics"], []),
        (["tiers", 0, "benefits"], []),
        (["tiers", 0, "at_least"], None),
        (["facts", 0, "high"], "5"),
        (["facts", 0, "required"], False),
        (["layers", 0, "digest"], "sha256:1"),
        (["total", "deduction_cap"], None),
    ],
)
def test_a_change_of_the_structure_shows_in_the_text(path, value):
    assert plan_text(form_of(Plan).decode(changed(path, value))) != plan_text(TINY)


def test_no_index_of_a_node_is_in_the_text():
    # without its unused nodes a plan has other indices, and the same text
    assert len(tiny_plan().nodes) > len(TINY.nodes)
    assert plan_text(tiny_plan()) == plan_text(TINY)


def test_the_text_is_the_same_under_every_hash_seed(tmp_path):
    write_plan(TINY, tmp_path / "plan.json")
    program = (
        "import sys; from pathlib import Path; from steelyard.plan.codec import read_plan;"
        "from steelyard.plan.pretty import plan_text; from steelyard.plan.bounds import *;"
        "plan = read_plan(Path(sys.argv[1])); print(plan_text(plan), bounds_text(bounds(plan)))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "plan.json")],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1


def test_sections_stand_in_the_order_of_operations():
    heads = [line for line in plan_text(TINY).splitlines() if line and line[0] != " "]
    order = [
        "facts",
        "calendars",
        "values",
        "gates",
        "exemptions",
        "dimensions",
        "base",
        "vetoes",
        "items",
        "deductions",
        "groups",
        "total",
        "tiers",
        "badges",
    ]
    assert heads[-len(order) :] == order


def test_the_text_of_a_bundled_plan(golden):
    opened = open_book(Path(__file__).parents[2] / "rulesets")
    plan = compile_plan(opened, industry="maternity", as_of=date(2026, 6, 1))
    golden("plan-maternity.txt", plan_text(plan))
