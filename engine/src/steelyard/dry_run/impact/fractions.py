"""Exact shares as text: a fraction in full, or rounded where its digits never end."""

from fractions import Fraction
from typing import NamedTuple

from steelyard.model.numbers import divide, format_scaled

PLACES = 4  # decimals shown beyond those of a score where a share has no last digit


class ShownFraction(NamedTuple):
    """A number as text, and whether that is all of it; `fraction` is exact in any case."""

    text: str
    whole: bool
    fraction: str


def show_fraction(numerator: int, denominator: int, decimals: int = 0) -> ShownFraction:
    """Return numerator / denominator, in units of the last of some decimals.

    >>> show_fraction(1, 3, 2).text, show_fraction(-25, 100, 0).text
    ('0.003333', '-0.25')
    """
    exact = Fraction(numerator, denominator * 10**decimals)
    rest, places = exact.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    whole = rest == 1 and places <= decimals + PLACES
    digits = places if whole else decimals + PLACES
    scaled = divide(exact.numerator * 10**digits, exact.denominator, "half_even")
    return ShownFraction(format_scaled(scaled, digits, trim=True), whole, str(exact))
