"""Laws of leaderboards, on random runs and boards, against a plain oracle."""

import random
from decimal import Decimal
from functools import cmp_to_key
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.results import as_previous, board, made, row, write_results

from steelyard.programme.leaderboard.data import leaderboard_json
from steelyard.programme.leaderboard.making import make_leaderboard
from steelyard.programme.results import find_results
from steelyard.report.json import to_text

SCALE = 10**12
FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
numbers = st.sampled_from(["4.1", "4.2", "4.9", "5", "5.000000001"])


@st.composite
def runs(draw, most=14):
    """Rows with many ties, absent values, and merchants that are not eligible."""
    names = draw(
        st.lists(
            st.text("abné母Z9", min_size=1, max_size=3), unique=True, min_size=1, max_size=most
        )
    )
    return [
        row(
            name,
            draw(st.none() | numbers),
            industry=draw(st.sampled_from(["tea", "toys", "books"])),
            tier=draw(st.sampled_from(["high", "high", "low", None])),
            bonus=draw(st.none() | st.sampled_from(["0", "0.1"])),
        )
        for name in names
    ]


@st.composite
def boards(draw):
    size = draw(st.integers(3, 6))
    low = draw(st.integers(0, 1))
    absent = draw(st.sampled_from(["first", "last"]))
    order = draw(st.sampled_from(["ascending", "descending"]))
    last = draw(st.sampled_from(["ascending", "descending"]))
    changes = {
        "size": str(size),
        "eligibility": "{tiers: [high]}",
        "rank": f"[{{column: unclamped, order: {order}}}]",
        "ties": f"[{{column: bonus, absent: {absent}}}, {{column: merchant, order: {last}}}]",
    }
    shape = draw(st.sampled_from(["all", "by", "groups"]))
    if shape == "by":
        changes["by"] = "industry"
    if shape == "groups":
        changes["groups"] = (
            f"{{by: industry, min: {low}, max: {draw(st.integers(max(1, low), size))}}}"
        )
    return board(**changes)


def build(rows, of, previous=None):
    with TemporaryDirectory() as folder:
        return made(Path(folder), rows, of, previous)


def text(leaderboard) -> str:
    return to_text(leaderboard_json(leaderboard))


# --- the oracle


def compare(first, second, of):
    for key in of.keys:
        own, other = first[key.column], second[key.column]
        if key.column != "merchant":
            own, other = (None if one is None else Decimal(one) for one in (own, other))
        if own == other:
            continue
        if own is None or other is None:
            return 1 if (own is None) == key.absent_last else -1
        return -1 if (own > other) == key.descending else 1
    raise AssertionError("two merchants are equal")


def oracle(rows, of):
    """The merchants of each section: the first feasible choice, found by trying all of them."""
    eligible = [one for one in rows if one["status"] == "scored" and one["tier"] == "high"]
    ordered = sorted(eligible, key=cmp_to_key(lambda a, b: compare(a, b, of)))
    sections = {}
    for name in {one[of.by] if of.by else None for one in rows}:
        inside = [one for one in ordered if of.by is None or one[of.by] == name]
        sections[name] = best_choice(inside, of)
    return sections


def best_choice(ordered, of):
    limits = of.groups
    if limits is None:
        return [one["merchant"] for one in ordered[: of.size]]
    for size in range(min(of.size, len(ordered)), -1, -1):
        for chosen in combinations(ordered, size):  # in the order of the first ones first
            names = [one["merchant"] for one in chosen]
            counts = {
                group: sum(one["industry"] == group for one in chosen)
                for group in ("tea", "toys", "books")
            }
            there = {group: sum(one["industry"] == group for one in ordered) for group in counts}
            if all(
                min(limits.low, there[group]) <= count <= (limits.high or of.size)
                for group, count in counts.items()
            ):
                return names
    return []


# --- laws


@FEW
@given(runs(), boards())
def test_places_are_those_of_the_oracle(rows, of):
    leaderboard = build(rows, of)
    found = {
        section.id: [one.candidate.merchant for one in section.places]
        for section in leaderboard.sections
    }
    assert found == oracle(rows, of)


@FEW
@given(runs(), boards(), st.randoms(use_true_random=False))
def test_shuffles_partitions_and_formats_give_the_same_bytes(rows, of, source: random.Random):
    expected = text(build(rows, of))
    shuffled = source.sample(rows, len(rows))
    cut = source.randint(0, len(rows))
    for ending in ("parquet", "csv", "jsonl"):
        with TemporaryDirectory() as name:
            folder = Path(name)
            parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
            for number, part in enumerate(parts):
                write_results(folder / f"part-{number}.{ending}", part)
            results = find_results([name])
            assert text(make_leaderboard(results, of, rows=3)) == expected


@FEW
@given(runs(), boards())
def test_rows_add_up_and_limits_hold(rows, of):
    leaderboard = build(rows, of)
    counts = leaderboard.counts
    assert counts.adds_up
    assert counts.rows == len(rows)
    for section in leaderboard.sections:
        groups = [one.candidate.group for one in section.places]
        assert len(groups) <= of.size
        assert [one.rank for one in section.places] == list(range(1, len(groups) + 1))
        if of.groups and of.groups.high:
            assert all(groups.count(group) <= of.groups.high for group in groups)


def changed(rows, name, column, value):
    return [{**one, column: value} if one["merchant"] == name else one for one in rows]


def moved_by(need, of, *, more: int) -> str:
    """The value that a need asks for, or a smallest step (of nine decimals) more or less."""
    sign = 1 if of.keys[need.key].descending else -1
    step = 1000 * sign
    value = need.target + (step if need.beyond else 0) + more * step
    return str(Decimal(value) / SCALE)


@FEW
@given(runs(), boards())
def test_a_need_is_enough_and_a_step_less_is_not(rows, of):
    leaderboard = build(rows, of)
    for section in leaderboard.sections:
        names = [one.candidate.merchant for one in section.places]
        for one in section.places[1:]:
            need = one.to_pass
            if need is None:
                continue
            column = of.keys[need.key].column
            who = one.candidate.merchant
            after = build(changed(rows, who, column, moved_by(need, of, more=0)), of)
            assert rank(after, section.id, who) <= one.rank - 1
            less = build(changed(rows, who, column, moved_by(need, of, more=-1)), of)
            if who in places(less, section.id) and need.rival in places(less, section.id):
                assert rank(less, section.id, who) > rank(less, section.id, need.rival)
        for one in section.outside:
            need = one.to_enter
            if need is None:
                continue
            column = of.keys[need.key].column
            who = one.candidate.merchant
            after = build(changed(rows, who, column, moved_by(need, of, more=0)), of)
            assert who in places(after, section.id)
            assert need.rival not in places(after, section.id)
            assert need.rival in names
            less = build(changed(rows, who, column, moved_by(need, of, more=-1)), of)
            assert who not in places(less, section.id)


def places(leaderboard, section):
    return {
        one.candidate.merchant: one.rank
        for part in leaderboard.sections
        if part.id == section
        for one in part.places
    }


def rank(leaderboard, section, merchant):
    return places(leaderboard, section)[merchant]


@FEW
@given(runs(), runs(), boards())
def test_movement_is_consistent(before, now, of):
    first = build(before, of)
    second = build(now, of, as_previous(first))
    for section in second.sections:
        old, new = places(first, section.id), places(second, section.id)
        assert [one.merchant for one in section.fell] == [name for name in old if name not in new]
        for one in section.places:
            name = one.candidate.merchant
            assert one.previous == old.get(name)
            assert one.movement == (
                "new"
                if name not in old
                else "same"
                if old[name] == new[name]
                else "up"
                if new[name] < old[name]
                else "down"
            )
        present = {one["merchant"]: one for one in now}
        for one in section.fell:
            found = present.get(one.merchant)
            assert (one.reason == "gone") == (found is None)
            if found is not None and (of.by is None or found["industry"] == section.id):
                eligible = found["status"] == "scored" and found["tier"] == "high"
                assert (one.reason == "not_eligible") == (not eligible)
            elif found is not None:
                assert (one.reason, one.rule) == ("moved", found["industry"])
    assert second.digest == build(now, of).digest


@pytest.mark.parametrize(
    "change",
    [
        {"size": "4"},
        {
            "rank": "[{column: bonus, absent: last}, {column: unclamped}]",
            "ties": "[{column: merchant}]",
        },
    ],
)
def test_another_definition_gives_another_digest(tmp_path, change):
    rows = [row("a", "4.1"), row("b", "4.2")]
    assert made(tmp_path, rows).digest != made(tmp_path, rows, board(**change)).digest


def test_titles_do_not_change_the_digest(tmp_path):
    rows = [row("a", "4.1"), row("b", "4.2")]
    renamed = board(title="{en: Finest, zh: 最好}")
    assert made(tmp_path, rows).digest == made(tmp_path, rows, renamed).digest
