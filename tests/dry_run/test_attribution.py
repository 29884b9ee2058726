"""Shares of edits are exact: checked against every order in which edits could be made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import factorial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dry_run.books import NEW, OLD, mixed, write_book
from tests.dry_run.populations import merchants, write_population
from tests.dry_run.toys import write_toys

from steelyard.compiler.release import bundle_of
from steelyard.dry_run.attribution import contributions, denominator, weights
from steelyard.dry_run.cases import Case
from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.runs import DryRunRequest, run
from steelyard.errors import InvalidInput
from steelyard.merchants.rows import read_merchants
from steelyard.pipeline import compile_plan, open_book, prepare, score_merchant
from steelyard.plan.bundle import bundle_bytes
from steelyard.plugins.discovery import discover
from steelyard.scoring.api import score as score_one
from steelyard.scoring.plans import open_plans

DAY = date(2026, 6, 1)
CATALOGUE = discover()

Scores = dict[str, int | None]  # None: no score; a merchant that is rejected is not there


# --- the arithmetic


@st.composite
def games(draw) -> tuple[int, list[list[int]]]:
    """A number of blocks, and the scores of a few merchants under every subset of them."""
    blocks = draw(st.integers(1, 5))
    row = st.lists(st.integers(-1000, 1000), min_size=3, max_size=3)
    return blocks, draw(st.lists(row, min_size=1 << blocks, max_size=1 << blocks))


def over_all_orders(blocks: int, worth: Callable[[int], int]) -> list[Fraction]:
    """Return each block's mean effect over all orders: the definition, nothing else."""
    totals = [0] * blocks
    for order in permutations(range(blocks)):
        made = 0
        for block in order:
            totals[block] += worth(made | 1 << block) - worth(made)
            made |= 1 << block
    return [Fraction(total, factorial(blocks)) for total in totals]


def computed(blocks: int, table: Sequence[Sequence[int]]) -> np.ndarray:
    scores = [np.array(row, dtype=np.int64) for row in table]
    return contributions(scores, weights(blocks), 0)


@given(games())
def test_shares_are_the_mean_effect_over_all_orders(game):
    blocks, table = game
    found = computed(blocks, table)
    for merchant in range(3):
        expected = over_all_orders(blocks, lambda made, m=merchant: table[made][m])
        assert [Fraction(int(one[merchant]), denominator(blocks)) for one in found] == expected


@given(games())
def test_shares_add_up_to_the_change_of_every_merchant(game):
    blocks, table = game
    change = np.array(table[-1]) - np.array(table[0])
    assert (computed(blocks, table).sum(axis=0) == change * denominator(blocks)).all()


@given(games(), st.randoms(use_true_random=False))
def test_another_order_of_blocks_gives_the_same_shares(game, random):
    blocks, table = game
    order = list(range(blocks))
    random.shuffle(order)

    def turned(made: int) -> int:
        return sum(1 << order[bit] for bit in range(blocks) if made >> bit & 1)

    found = computed(blocks, table)
    moved = computed(blocks, [table[turned(made)] for made in range(1 << blocks)])
    for place, block in enumerate(order):
        assert (moved[place] == found[block]).all()


@given(games(), st.data())
def test_a_block_without_effect_gets_exactly_nothing(game, data):
    blocks, table = game
    idle = data.draw(st.integers(0, blocks - 1))
    flat = [table[made & ~(1 << idle)] for made in range(1 << blocks)]
    assert not computed(blocks, flat)[idle].any()


# --- whole dry runs, against rules written down for every subset of the edits


def scores_under(folder: Path, population: Path) -> Scores:
    """Score a population by the ordinary way, one merchant after another."""
    opened = open_book(folder, catalogue=CATALOGUE)
    plan = compile_plan(opened, industry="general", as_of=DAY)
    known = replace(opened.known, shop_types=())
    prepared = prepare(plan)
    found: Scores = {}
    for file in sorted(population.parent.glob("*.each.yaml")):
        merchant_file = read_merchants(file, known)
        for merchant in merchant_file.merchants:
            card = score_merchant(prepared, merchant, DAY).scorecard
            assert card is not None
            found[merchant.name] = None if card.score is None else card.score.at(2)
    return found


def each_in_a_file(folder: Path, population: Path) -> None:
    for number, line in enumerate(population.read_text(encoding="utf-8").splitlines()):
        (folder / f"{number}.each.yaml").write_text(line, encoding="utf-8")


def dry_run(
    folder: Path, new: Mapping[str, str], rows: Sequence[Mapping[str, object]]
) -> tuple[Impact, pl.DataFrame, Path]:
    live = write_book(folder / "live", OLD)
    candidate = write_book(folder / "candidate", new)
    population = write_population(folder / "shops.jsonl", rows)
    out = folder / "merchants.parquet"
    request = DryRunRequest(
        str(live), str(candidate), [population], [Case(DAY)], merchants_out=[out]
    )
    (impact,) = run(request).impacts
    frame = pl.read_parquet(out) if out.exists() else pl.DataFrame()
    return impact, frame, population


def knob_of(impact: Impact, share) -> str:
    """Return the one setting of the trial book that a block of edits is about."""
    ids = {impact.edits[number].id for number in share.edits}
    for start, knob in KNOBS.items():
        if any(one.startswith(start) for one in ids):
            return knob
    raise AssertionError(ids)


KNOBS = {
    "items.refunds.with.points": "refund_points",
    "items.refunds.when": "refund_limit",
    "metrics.service.weights": "reply_weight",
    "metrics.service/reply.bands": "reply_band",
    "bonus.cap": "bonus_cap",
    "groups.promises.cap": "group_cap",
    "deductions.late": "late_points",
    "gates.enough": "gate",
    "items.extra": "extra_item",
    "groups.promises.items": "extra_item",
}


def brute_force(
    folder: Path, knobs: Sequence[str], population: Path
) -> dict[str, dict[str, Fraction]]:
    """Return every merchant's shares by knob, over all orders of making the changes."""
    each_in_a_file(folder, population)
    by_mask: list[Scores] = []
    for mask in range(1 << len(knobs)):
        made = {knob: NEW[knob] for bit, knob in enumerate(knobs) if mask >> bit & 1}
        by_mask.append(scores_under(write_book(folder / f"made-{mask}", mixed(made)), population))
    live, last = by_mask[0], by_mask[-1]
    found = {}
    for name, score in live.items():
        if score is None or last[name] is None:
            continue

        def worth(made: int, name=name, score=score) -> int:
            value = by_mask[made][name]
            return score if value is None else value

        parts = over_all_orders(len(knobs), worth)
        found[name] = dict(zip(knobs, parts, strict=True))
    return found


def check_against_brute_force(folder: Path, knobs: Sequence[str], rows) -> None:
    impact, frame, population = dry_run(folder, mixed({knob: NEW[knob] for knob in knobs}), rows)
    expected = brute_force(folder, knobs, population)
    if impact.verdict != "measured":
        raise AssertionError(impact.verdict)
    assert impact.attribution is not None
    assert impact.attribution.grain == "edit"
    over = impact.attribution.denominator
    named = {share.id: knob_of(impact, share) for share in impact.attribution.contributions}
    assert sorted(named.values()) == sorted(knobs)
    both = frame.filter(pl.col("change").is_not_null())
    assert set(both["merchant"]) == set(expected)
    for row in both.iter_rows(named=True):
        parts = {named[one]: Fraction(row[f"share.{one}"], over) for one in named}
        assert parts == expected[row["merchant"]], row
        assert sum(parts.values()) == row["change"] * 100
    assert (
        sum(one.points for one in impact.attribution.contributions)
        == impact.attribution.points * over
    )
    assert (
        sum(one.scores for one in impact.attribution.contributions)
        == impact.attribution.scores * over
    )


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(sorted(NEW)), min_size=1, max_size=4, unique=True),
    st.lists(merchants(), min_size=1, max_size=12),
)
def test_a_dry_run_agrees_with_all_orders_of_random_edits(knobs, rows):
    with TemporaryDirectory() as folder:
        check_against_brute_force(Path(folder), knobs, rows)


ROWS = [
    {"orders": orders, "reply_share": reply, "good_share": good, "late": late, **rest}
    for orders, reply, good, late, rest in (
        (100, "0.95", "0.9", 0, {"refund_hours": "20"}),
        (100, "0.86", "0.9", 1, {"refund_hours": "30"}),
        (60, "0.9", "0.79", 3, {"refund_hours": "36"}),
        (49, "1", "1", 0, {"refund_hours": "24"}),
        (15, "0.86", "0.8", 2, {"refund_hours": "1"}),
        (9, "1", "1", 0, {}),
        (20, "0.5", "0.5", 8, {}),
        (2_000_000, "1", "1", 0, {}),
    )
]


def test_six_edits_agree_with_all_720_orders(tmp_path):
    knobs = ["refund_points", "reply_band", "bonus_cap", "group_cap", "late_points", "extra_item"]
    check_against_brute_force(tmp_path, knobs, ROWS)


def test_edits_that_need_each_other_are_one_block(tmp_path):
    impact, _, _ = dry_run(tmp_path, mixed({"extra_item": "yes", "gate": "20"}), ROWS)
    assert impact.attribution is not None
    blocks = [
        {impact.edits[number].id for number in share.edits}
        for share in impact.attribution.contributions
    ]
    assert blocks == [{"gates.enough.when"}, {"items.extra", "groups.promises.items"}]


def test_who_lost_a_score_is_told_by_edit(tmp_path):
    impact, _, _ = dry_run(tmp_path, mixed({"gate": "20", "late_points": "0.20"}), ROWS)
    assert impact.attribution is not None
    by_knob = {knob_of(impact, one): one for one in impact.attribution.contributions}
    assert impact.attribution.scores == -1  # the shop with 15 orders
    assert by_knob["gate"].scores == -impact.attribution.denominator
    assert by_knob["late_points"].scores == 0


def test_an_edit_that_no_score_depends_on_is_proved_idle(tmp_path):
    # no item is worth more than 0.25 in all, so a cap of 0.9 cuts nothing and one of 0.8 neither
    live = write_book(tmp_path / "live", mixed({"bonus_cap": "0.90"}))
    candidate = write_book(tmp_path / "candidate", mixed({"bonus_cap": "0.80", "gate": "20"}))
    population = write_population(tmp_path / "shops.jsonl", ROWS)
    request = DryRunRequest(str(live), str(candidate), [population], [Case(DAY)])
    (impact,) = run(request).impacts
    assert [impact.edits[number].id for number in impact.idle] == ["bonus.cap"]
    assert impact.attribution is not None
    share = next(one for one in impact.attribution.contributions if impact.idle[0] in one.edits)
    assert (share.points, share.up, share.down) == (0, 0, 0)


def test_many_edits_are_taken_together_and_the_report_says_so(tmp_path):
    impact, frame, _ = dry_run(tmp_path, NEW, ROWS)
    assert impact.attribution is not None
    assert impact.attribution.grain == "part"
    over = impact.attribution.denominator
    columns = [one for one in frame.columns if one.startswith("share.")]
    both = frame.filter(pl.col("change").is_not_null())
    for row in both.iter_rows(named=True):
        assert sum(row[one] for one in columns) == row["change"] * 100 * over


@pytest.mark.parametrize("rows", [1, 7])
def test_every_merchant_is_counted_once(tmp_path, rows):
    impact, frame, _ = dry_run(tmp_path, NEW, ROWS[:rows])
    whole = impact.total
    assert whole.merchants == sum(whole.statuses.values()) == frame.height == rows
    assert sum(whole.moves.values()) == rows
    assert whole.up + whole.down + whole.unchanged == whole.count("scored", "scored")


# --- merchants whose kind is not the same on each side


TYPES = ("ordinary", "flagship", "studio")


@st.composite
def shop_books(draw) -> dict:
    """Settings of a book of toy shops: its shop types in some order, and rules for each."""
    shop_types = draw(st.lists(st.sampled_from(TYPES), max_size=3, unique=True))
    return {
        "shop_types": shop_types,
        "own": draw(st.sets(st.sampled_from(shop_types))) if shop_types else set(),
        "base": draw(st.sampled_from([40, 60])),
        "limit": draw(st.sampled_from([5, 50])),
        "bound": draw(st.sampled_from([90, 100])),
        "share": draw(st.sampled_from([None, None, "0.5", "0.2"])),
    }


def write_shop_book(folder: Path, made: Mapping) -> Path:
    labels = ", ".join(
        f"{{id: {one}, title: {{en: {one}, zh: {one}}}}}" for one in made["shop_types"]
    )
    extra = f"""
  - {{id: shop.used, type: int, unit: count, bounds: [0, {made["bound"]}],
     title: {{en: Used, zh: 已用}}, meaning: Used., illustrative: true}}
"""
    rules = f"""
score: {{range: [0, 100], decimals: 1, rounding: half_up}}
base: {{from: fixed, score: {made["base"]}}}
items:
  - {{id: busy, type: core/flat, title: {{en: Busy, zh: 忙}}, with: {{points: 7}},
     when: shop.orders >= {made["limit"]} && shop.used >= 0}}
"""
    write_toys(folder, rules, book=f"shop_types: [{labels}]\n" if labels else "", facts=extra)
    for place, name in enumerate(TYPES, 1):
        if name in made["own"]:
            (folder / f"{name}.yaml").write_text(
                f"ruleset: {name}\nversion: 1\ntitle: {{en: {name}, zh: {name}}}\nextends: toys\n"
                f"selects: {{industry: toys, shop_type: {name}}}\neffective: {{from: 2026-02-01}}\n"
                f"illustrative: true\nbase: {{from: fixed, score: {place * 10}}}\n",
                encoding="utf-8",
            )
    if made["share"] is not None:
        (folder / "wider.yaml").write_text(
            "ruleset: toys\nversion: 2\ntitle: {en: Toys, zh: 玩具}\nselects: {industry: toys}\n"
            f"effective: {{from: 2026-03-01}}\nrollout: {{share: {made['share']}, salt: s}}\n"
            "illustrative: true\nscore: {range: [0, 100], decimals: 1, rounding: half_up}\n"
            "base: {from: fixed, score: 90}\n",
            encoding="utf-8",
        )
    return folder


def shops() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {"industry": st.just("toys"), "shop.orders": st.sampled_from([0, 5, 50])},
        optional={
            "shop_type": st.sampled_from(TYPES),
            "shop.used": st.sampled_from([1, 95, 101]),
        },
    )


def scores_of(book: Path, rows: Sequence[Mapping[str, object]]) -> list[Decimal | None]:
    """Score merchants one by one, without a dry run; None for one that is rejected."""
    plans = open_plans(book, as_of=DAY)
    found: list[Decimal | None] = []
    for number, row in enumerate(rows):
        try:
            found.append(score_one({"merchant": f"m{number}", **row}, plans).score)
        except InvalidInput:
            found.append(None)
    return found


def check_kinds(
    folder: Path, books: Sequence[Mapping], rows: Sequence[Mapping[str, object]], *, released: bool
) -> Impact:
    """Check a dry run against the scores of each book, and its contributions by merchant."""
    sides = [write_shop_book(folder / name, made) for name, made in zip("ab", books, strict=True)]
    population = folder / "shops.jsonl"
    lines = (orjson.dumps({"merchant": f"m{n}", **row}) for n, row in enumerate(rows))
    population.write_bytes(b"".join(b"%s\n" % line for line in lines))
    before, after = (scores_of(side, rows) for side in sides)
    if released:
        bundle = bundle_of(open_book(sides[1], catalogue=CATALOGUE), "b")
        plans = [bundle.plan(name) for name in bundle.lines]
        sides[1] = folder / "b.bundle"
        sides[1].write_bytes(bundle_bytes(bundle.head, bundle.periods, plans))
    out = folder / "merchants.parquet"
    request = DryRunRequest(
        *map(str, sides), [population], [Case(DAY)], merchants_out=[out], measure=True
    )
    found = run(request)
    (impact,) = found.impacts
    frame = pl.read_parquet(out)
    for side, expected in (("before", before), ("after", after)):
        scored = dict(zip(frame["merchant"], frame[f"score_{side}"], strict=True))
        for number, one in enumerate(expected):
            assert scored.get(f"m{number}") == one, (side, number)
    shares = [one for one in frame.columns if one.startswith("share.")]
    over = impact.attribution.denominator if impact.attribution else 1
    for row in frame.filter(pl.col("change").is_not_null()).iter_rows(named=True):
        assert sum(row[one] for one in shares) == row["change"] * 10**impact.decimals * over, row
    # what is read in another way on every day is tried on this one
    assert all(one.reason != "not_in_force" or one.first_day for one in found.unexercised)
    return impact


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.tuples(shop_books(), shop_books()), st.lists(shops(), min_size=1, max_size=9), st.booleans()
)
def test_contributions_add_up_when_merchants_change_their_kind(books, rows, released):
    with TemporaryDirectory() as folder:
        check_kinds(Path(folder), books, rows, released=released)


SHOP = {"own": {"flagship"}, "base": 60, "limit": 5, "bound": 100, "share": None}
CHANGES_OF_KIND = [  # shop types of both books, and of who names none: the change of the score
    (("ordinary", "flagship"), ("flagship", "ordinary"), -400),
    (("flagship", "ordinary"), ("ordinary", "flagship"), 400),
    (("flagship",), (), 400),
    ((), ("flagship",), -400),
    (("ordinary", "flagship"), (), 0),
]


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize(("old", "new", "change"), CHANGES_OF_KIND)
def test_another_default_shop_type_is_an_edit_with_a_contribution(
    tmp_path, old, new, change, released
):
    books = [{**SHOP, "shop_types": one, "own": SHOP["own"] & {*one}} for one in (old, new)]
    rows = [{"industry": "toys", "shop.orders": 50}, {"industry": "toys", "shop_type": "flagship"}]
    impact = check_kinds(tmp_path, books, rows, released=released)
    assert impact.attribution is not None
    (number,) = [n for n, edit in enumerate(impact.edits) if edit.part == "shop_type"]
    over = impact.attribution.denominator
    parts = {n: one for one in impact.attribution.contributions for n in one.edits}
    if old and new:  # otherwise, rules for a shop type come or go, and are edits of their own
        assert parts[number].points == change * over
    assert impact.attribution.points == change
    named = len(rows) if old and new else 1
    assert impact.total.count("scored", "scored") == named
    facts = [notice for notice in impact.notices if notice.ruleset == "facts"]
    assert [notice.edited for notice in facts] == [True]
