"""Tables of results say what scorecards say, merchant by merchant."""

from collections import Counter
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evaluators.test_polars import AS_OF, compiled
from tests.strategies.columns import facts_by_row, random_facts
from tests.strategies.rulesets import FACTS, TODAY, rulesets

from steelyard.evaluators import python
from steelyard.plan.structure import CUT_STAGES
from steelyard.scorecard import Assembler
from steelyard.scoring.results import columns
from steelyard.scoring.results.arrays import to_frame
from steelyard.scoring.results.codes import Texts, list_names
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.reading import Reader
from steelyard.scoring.results.tables import Group, Scores, flat_frame, item_table, merchant_table
from steelyard.scoring.results.tally import Tally

RANDOM = {"deadline": None, "suppress_health_check": list(HealthCheck)}
ROWS = 30


def population(plans, seed):
    """Scores of merchants of several plans, mixed, and the scorecard of each."""
    texts = Texts()
    facts = random_facts(FACTS, ROWS, seed)
    of = np.random.default_rng(seed).integers(0, len(plans), ROWS)
    labels = pl.DataFrame(
        {
            "merchant": [f"m{row}" for row in range(ROWS)],
            "industry": ["any"] * ROWS,
            "shop_type": pl.Series([None] * ROWS, dtype=pl.String),
            "rollout": pl.Series([None] * ROWS, dtype=pl.String),
            "arm": pl.Series([None] * ROWS, dtype=pl.String),
            "plan": [f"plan-{number}" for number in of],
        }
    )
    groups = []
    cards = [None] * ROWS
    for number, plan in enumerate(plans):
        rows = np.flatnonzero(of == number)
        own = facts[rows]
        groups.append(Group(plan, rows, Reader(plan, texts).read(own, AS_OF)))
        assembler, traced = (
            Assembler(plan, f"plan-{number}", python.prepare_nodes),
            python.prepare(plan),
        )
        for row, merchant in zip(rows, facts_by_row(FACTS, own), strict=True):
            who = SimpleNamespace(name=f"m{row}", industry="any", shop_type=None, facts=merchant)
            cards[row] = assembler.scorecard(who, traced(merchant, AS_OF), TODAY)
    return Scores(TODAY, None, labels, tuple(groups), tuple(texts.known)), cards


def number(exact):
    return None if exact is None else exact.decimal


def reasons(part):
    return {
        "awarded": [cut.stage for cut in part.cuts if cut.taken.value],
        "not_met": [one.id for one in part.requirements if one.status == "not_met"],
        "not_assessed": [one.id for one in part.gates if one.status == "not_met"],
        "no_data": [fact.id for fact in part.missing],
        "vetoed": list(part.vetoes),
        "out_of_scope": [part.scope.id] if part.scope else [],
        "superseded": [part.group],
    }[part.outcome]


def as_parts(parts):
    return [
        {
            "item": one.id,
            "outcome": one.outcome,
            "points": number(one.points),
            "points_before_caps": number(one.points_before_caps),
            "cuts": [
                {"cap": cut.stage, "points": number(cut.taken)}
                for cut in one.cuts
                if cut.taken.value
            ],
            "reasons": " ".join(dict.fromkeys(reasons(one))),
        }
        for one in parts
    ]


def taken(part, stages):
    """What a row of the long form, or a flat one, has of a part: a column for each cap."""
    took = {cut["cap"]: cut["points"] for cut in part["cuts"]}
    none = None if part["points"] is None else Decimal(0)
    columns = {stage: took.pop(stage, none) for stage in stages}
    assert not took
    return {**{name: value for name, value in part.items() if name != "cuts"}, **columns}


def as_row(card):
    """What the table must hold for a scorecard."""
    return {
        "merchant": card.merchant,
        "industry": card.industry,
        "shop_type": card.shop_type,
        "as_of": card.as_of,
        "scene": card.ruleset.scene,
        "status": card.status,
        "score": number(card.score),
        "tier": card.tier,
        "next_tier": card.next_tier,
        "to_next_tier": next(
            (number(tier.distance) for tier in card.tiers if tier.id == card.next_tier), None
        ),
        "unclamped": number(card.unclamped),
        "unrounded": number(card.unrounded),
        "base": number(card.base.used),
        "bonus": number(card.bonus.points),
        "deductions_total": number(card.deductions_total.points),
        "dimensions": [
            {"dimension": one.id, "score": number(one.score)} for one in card.dimensions
        ],
        "items": as_parts(card.items),
        "deductions": as_parts(card.deductions),
        "badges": " ".join(badge.id for badge in card.badges),
        "benefits": " ".join(benefit.id for benefit in card.benefits),
        "reasons": " ".join(card.reasons),
        "ruleset": f"{card.ruleset.id}@{card.ruleset.version}",
        "rollout": None,
        "arm": None,
        "plan": card.plan,
    }


@settings(max_examples=20, **RANDOM)
@given(st.lists(rulesets(), min_size=1, max_size=3), st.integers(0, 2**32))
def test_a_row_says_what_the_scorecard_says(some, seed):
    """Score, tier, parts, points, caps and reasons are those of the scorecard, in input order.

    Points before caps, less what every cap took, are the points.
    """
    plans = [compiled(ruleset) for ruleset in some]
    scores, cards = population(plans, seed)
    layout = Layout.of(plans)
    table = merchant_table(scores, layout)
    rows = to_frame(table).to_dicts()
    assert rows == [as_row(card) for card in cards]

    long = to_frame(item_table(scores, layout)).to_dicts()
    assert long == [
        {"merchant": row["merchant"], "part": kind, **taken(one, CUT_STAGES)}
        for row in rows
        for kind, parts in (("item", row["items"]), ("deduction", row["deductions"]))
        for one in parts
    ]
    for part in long:
        if part["points"] is not None:
            left = part["points_before_caps"] - sum(part[stage] for stage in CUT_STAGES)
            assert left == part["points"]

    for flat, row in zip(flat_frame(scores, layout).to_dicts(), rows, strict=True):
        expected = {name: value for name, value in row.items() if not isinstance(value, list)}
        expected |= {f"dimension.{one['dimension']}": one["score"] for one in row["dimensions"]}
        for kind, parts in (("item", row["items"]), ("deduction", row["deductions"])):
            for one in parts:
                expected |= {
                    f"{kind}.{one['item']}.{field}": value
                    for field, value in taken(one, layout.stages[one["item"]]).items()
                    if field != "item"
                }
        assert {name: value for name, value in flat.items() if value is not None} == {
            name: value for name, value in expected.items() if value is not None
        }


@settings(max_examples=20, **RANDOM)
@given(st.lists(rulesets(), min_size=1, max_size=2), st.integers(0, 2**32))
def test_a_tally_counts_what_the_scorecards_say(some, seed):
    plans = [compiled(ruleset) for ruleset in some]
    scores, cards = population(plans, seed)
    tally = Tally(Layout.of(plans), rows=ROWS)
    tally.add(scores)
    assert tally.adds_up
    assert tally.scored == sum(card.score is not None for card in cards)
    decimals = tally.layout.display_decimals
    counted = Counter(card.score.at(decimals) for card in cards if card.score is not None)
    assert tally.scores == counted
    assert sum(tally.tiers.values()) == sum(card.tier is not None for card in cards) + sum(
        card.tier is None and card.score is not None and bool(card.tiers) for card in cards
    )
    outcomes = Counter(
        (f"{card.ruleset.id}@{card.ruleset.version}", one.id, one.outcome)
        for card in cards
        for one in (*card.items, *card.deductions)
    )
    assert tally.outcomes == outcomes
    assert tally.no_score == Counter(" ".join(card.reasons) for card in cards if card.score is None)


@given(st.integers(0, 40), st.integers(0, 30), st.integers(0, 2**32))
def test_combinations_are_the_same_counted_or_sorted(signals, rows, seed):
    """Few signals are counted, many are sorted; both name every row's own signals."""
    flags = np.random.default_rng(seed).random((signals, rows)) < 0.2

    texts = Texts()
    numbers = list_names([str(place) for place in range(signals)], list(flags), rows, texts)
    expected = [" ".join(str(place) for place in np.flatnonzero(row)) for row in flags.T]
    assert [texts.known[number] for number in numbers] == expected


def test_points_with_too_many_digits_for_a_common_column_are_refused():
    import dataclasses

    import pytest
    from tests.fixtures.plans import tiny_plan

    from steelyard.errors import InvalidInput

    small = tiny_plan()
    wide = dataclasses.replace(
        small,
        nodes=tuple(
            dataclasses.replace(node, low=-(10**15), high=10**15)
            if node.type.kind == "number"
            else node
            for node in small.nodes
        ),
    )
    fine = dataclasses.replace(small, decimals=12)
    with pytest.raises(InvalidInput, match="SY501"):
        Layout.of([wide, fine])
    assert Layout.of([small, fine]).factor(small) == 10 ** (12 - small.decimals)


def test_decimals_keep_their_digits():
    from steelyard.scoring.results.arrays import decimals

    values = np.array([1, -25, 10**17, 0])
    array = decimals(values, 2, np.array([True, True, True, False]))
    assert array.to_pylist() == [Decimal("0.01"), Decimal("-0.25"), Decimal(10**15), None]


@settings(max_examples=10, **RANDOM)
@given(rulesets(), st.integers(0, 2**32))
def test_the_columns_are_those_of_the_reference_page(ruleset, seed):
    scores, _ = population([compiled(ruleset)], seed)
    layout = Layout.of([group.plan for group in scores.groups])
    table = merchant_table(scores, layout)
    assert table.column_names == [one.name for one in columns.MERCHANT]
    fields = table.schema.field("items").type.value_type
    assert [field.name for field in fields] == [one.name for one in columns.PART]
    assert item_table(scores, layout).column_names == [one.name for one in columns.LONG]
    kinds = {"text": str, "number": Decimal, "list": list, "date": date}
    for row in to_frame(table).to_dicts():
        for column in columns.MERCHANT:
            value = row[column.name]
            assert value is None or isinstance(value, kinds[column.type])
