"""Numbers of a column as scaled integers, exactly as the row reader would make them.

Every function returns the integers and a mask of the values that are certain; the row reader
decides the others. Rounding is half-even on the decimal that was written, or for a double on the
shortest decimal that reads back as the same double.
"""

import polars as pl

from steelyard.model.limits import MAX_DIGITS

_SAFE_DIGITS = 15  # a decimal of so many digits is the shortest one of its double
_TIE_MARGIN = 2.0**-20
_SMALLEST = 1e-30
_MAX = 10**18
_PLAIN = r"^[-+.0-9]+(?:[eE][-+]?(?:[0-9]|[0-3][0-9]))?$"  # exponents that are never refused

Converted = tuple[pl.Expr, pl.Expr]


def from_integers(raw: pl.Expr, decimals: int, low: int, high: int) -> Converted:
    """Return whole numbers at a scale; values outside of the bounds are not certain."""
    factor = 10**decimals
    right = (raw >= -(-low // factor)) & (raw <= high // factor)
    return pl.when(right).then(raw).cast(pl.Int64) * factor, right


def from_doubles(raw: pl.Expr, decimals: int, *, whole: bool) -> Converted:
    """Return doubles at a scale; only those far from any doubt are certain."""
    factor = float(10**decimals)
    scaled = raw * factor
    nearest = scaled.round(mode="half_to_even")
    small = nearest.abs() < 10.0**_SAFE_DIGITS
    exact = small & (nearest / factor == raw)
    right = exact
    if not whole:
        # away from a tie neither the product's rounding nor the double's own matters
        off_tie = ((scaled - scaled.floor()) - 0.5).abs() > _TIE_MARGIN
        right = exact | (off_tie & (nearest.abs() < 2.0**30))
    # far below the smallest number that may be written, the row reader says so
    right &= (raw.abs() > _SMALLEST) | (raw == 0)
    return pl.when(right).then(nearest).cast(pl.Int64, strict=False), right


def from_decimals(raw: pl.Expr, scale: int, decimals: int, *, whole: bool) -> Converted:
    """Return decimals of another scale at ours."""
    value = raw.to_physical()
    if scale <= decimals:
        factor = 10 ** (decimals - scale)
        small = value.abs() < _MAX // factor
        return pl.when(small).then(value).cast(pl.Int64, strict=False) * factor, small
    # all digits, since columns of many decimals hold them even for small numbers
    divisor = pl.lit(10 ** (scale - decimals), pl.Int128)
    quotient = value // divisor
    rest = value - quotient * divisor
    small = quotient.abs() < _MAX
    right = small & (rest == 0) if whole else small
    half = pl.lit(10 ** (scale - decimals) // 2, pl.Int128)
    up = (rest > half) | ((rest == half) & (quotient % 2 != 0))
    return pl.when(small).then(quotient).cast(pl.Int64, strict=False) + up.cast(pl.Int64), right


def from_texts(name: str, decimals: int, *, whole: bool) -> Converted:
    """Return numbers written as texts at a scale, from the columns that `as_doubles` made.

    A double lies so near to the text that both round to the same integer wherever `from_doubles`
    has no doubt; only whether a number is whole needs all its digits.
    """
    value, right = from_doubles(pl.col(f"double:{name}"), decimals, whole=whole)
    digits = pl.col(f"length:{name}")
    return value, right & (digits <= (_SAFE_DIGITS if whole else MAX_DIGITS))


def as_doubles(name: str) -> tuple[pl.Expr, pl.Expr]:
    """Return columns with the doubles of some texts, and the lengths of those that are numbers."""
    text = pl.col(name)
    length = pl.when(text.str.contains(_PLAIN)).then(text.str.len_bytes())
    return text.cast(pl.Float64, strict=False).alias(f"double:{name}"), length.alias(
        f"length:{name}"
    )
