"""Composition computed a second time, from the ruleset and in fractions, with loops and no nodes."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from steelyard.book.checker.ruleset import Ruleset


@dataclass
class Composed:
    points: dict[str, Fraction]
    superseded: set[str]
    bonus: Fraction
    deductions: Fraction
    unrounded: Fraction
    score: Fraction


def compose(
    ruleset: Ruleset, base: Fraction, points: dict[str, Fraction], met: dict[str, bool]
) -> Composed:
    """`points` are each item's own, after its own cap; 0 where it is not met."""
    points = dict(points)
    superseded: set[str] = set()
    bonus_ids = [rule.named.id for rule in ruleset.items]
    taken_ids = [rule.named.id for rule in ruleset.deductions]
    for group in ruleset.groups:
        members = [name for name in bonus_ids + taken_ids if name in group.items]
        if group.keep:
            ranked = sorted(
                (name for name in members if met[name]),
                key=lambda name: (-points[name], members.index(name)),
            )
            for name in ranked[group.keep :]:
                superseded.add(name)
                points[name] = Fraction(0)
        cut_to(points, members, group.cap)
    cut_to(points, bonus_ids, ruleset.bonus_cap)
    cut_to(points, taken_ids, ruleset.deduction_cap)

    low, high = Fraction(ruleset.scale.low), Fraction(ruleset.scale.high)
    raw = base + total(points, bonus_ids) - total(points, taken_ids)
    if raw > high:
        cut_to(points, bonus_ids, high - base + total(points, taken_ids))
    if raw < low:
        missing = low - raw
        for name in reversed(taken_ids):
            forgiven = min(points[name], missing)
            points[name] -= forgiven
            missing -= forgiven
        for name in reversed(bonus_ids):
            if points[name] < 0:
                lifted = min(-points[name], missing)
                points[name] += lifted
                missing -= lifted
    unrounded = base + total(points, bonus_ids) - total(points, taken_ids)
    return Composed(
        points,
        superseded,
        total(points, bonus_ids),
        total(points, taken_ids),
        unrounded,
        rounded(unrounded, ruleset.scale.decimals, ruleset.scale.rounding),
    )


def total(points: dict[str, Fraction], names: list[str]) -> Fraction:
    return sum((points[name] for name in names), Fraction(0))


def cut_to(points: dict[str, Fraction], names: list[str], cap) -> None:
    if cap is None:
        return
    excess = max(total(points, names) - Fraction(cap), Fraction(0))
    for name in reversed(names):
        cut = min(max(points[name], Fraction(0)), excess)
        points[name] -= cut
        excess -= cut


def rounded(value: Fraction, decimals: int, mode: str) -> Fraction:
    scaled = value * 10**decimals
    below = floor(scaled)
    rest = scaled - below
    if mode == "floor":
        whole = below
    elif mode == "ceiling":
        whole = ceil(scaled)
    elif rest != Fraction(1, 2):
        whole = below + (rest > Fraction(1, 2))
    elif mode == "half_even":
        whole = below + below % 2
    else:
        whole = below + (scaled >= 0)
    return Fraction(whole, 10**decimals)
