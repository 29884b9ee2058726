"""Exact decimals: text to scaled integer and back, without floats.

A scaled integer `n` with `d` decimals means n / 10**d.
"""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Annotated, Literal

from steelyard.model.limits import (
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_NUMBER_CHARACTERS,
    MIN_EXPONENT,
)

Rounding = Literal["half_even", "half_up", "floor", "ceiling"]
ROUNDINGS: tuple[Rounding, ...] = ("half_even", "half_up", "floor", "ceiling")

Int64 = Annotated[int, "64 bits"]  # may pass 2**53, so it is a text in JSON

INT64_LOW = -(2**63)
INT64_HIGH = 2**63 - 1


_DECIMAL = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\Z", re.ASCII)
_EXPONENT_CHARACTERS = 6  # a sign and more digits than any exponent within the limits
_WIDE = Context(prec=2 * MAX_NUMBER_CHARACTERS)
_CONTEXT = Context(prec=2 * (MAX_DIGITS + MAX_EXPONENT), rounding=ROUND_HALF_EVEN)


class NumberError(ValueError):
    """Raised for a text that is not a finite decimal within the limits."""


def parse_decimal(text: str) -> Decimal:
    """Return a text such as `0.80`, `1e3` or `-5` as an exact decimal.

    Raises `NumberError` for anything else: NaN, infinities, more than `MAX_DIGITS` digits, or a
    number past 1e40 or with digits below 1e-80. This depends on the number alone and not on the
    way it is written, so that 1e-41 and 0.00…01 have one meaning in every format.
    """
    match = _DECIMAL.match(text)
    if match is None:
        raise NumberError(f"{text[:60]!r} is not a decimal number")
    if len(text) <= MAX_NUMBER_CHARACTERS and len(match.group(3) or "") <= _EXPONENT_CHARACTERS:
        number = _WIDE.create_decimal(text)
        if _is_within_limits(number):
            return _CONTEXT.create_decimal(number)
    raise NumberError(
        f"{text[:60]!r} has more than {MAX_DIGITS} digits or an exponent past {MAX_EXPONENT}"
    )


def _is_within_limits(number: Decimal) -> bool:
    _, digits, exponent = number.normalize(_WIDE).as_tuple()
    assert isinstance(exponent, int)
    return (
        len(digits) <= MAX_DIGITS
        and len(digits) + exponent - 1 <= MAX_EXPONENT
        and exponent >= MIN_EXPONENT
    )


def to_scaled(value: Decimal | int, decimals: int) -> int:
    """Return an exact decimal as a scaled integer, rounded half-even to `decimals`."""
    if isinstance(value, int):
        return value * 10**decimals
    scaled = _CONTEXT.scaleb(value, decimals)
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))


def decimals_of(value: Decimal | int) -> int:
    """Return the number of decimals that a number needs, without trailing zeros."""
    if isinstance(value, int):
        return 0
    if not value.is_finite():
        raise NumberError(f"{value} is not finite")
    exponent = value.normalize(_CONTEXT).as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def format_scaled(value: int, decimals: int, *, trim: bool = False) -> str:
    """Return a scaled integer as text with all its decimals; `trim` removes trailing zeros.

    >>> format_scaled(466, 2), format_scaled(-5, 1), format_scaled(300, 2, trim=True)
    ('4.66', '-0.5', '3')
    """
    if decimals == 0:
        return str(value)
    sign = "-" if value < 0 else ""
    integer, fraction = divmod(abs(value), 10**decimals)
    digits = f"{fraction:0{decimals}d}"
    if trim:
        digits = digits.rstrip("0")
    return f"{sign}{integer}.{digits}" if digits else f"{sign}{integer}"


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return numerator / denominator as a rounded integer.

    Every evaluator divides like this. The denominator must not be zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    if rounding == "floor" or remainder == 0:
        return quotient
    if rounding == "ceiling":
        return quotient + 1
    twice = 2 * remainder
    if twice != denominator:
        return quotient + (twice > denominator)
    if rounding == "half_even":
        return quotient + (quotient & 1)
    return quotient + (quotient >= 0)  # half_up: ties go away from zero
