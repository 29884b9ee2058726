"""Numbers of a column as scaled integers, exactly as the row reader would make them.

Every function returns the integers and a mask of the values that are plainly right; what is not,
the row reader decides. Rounding is half-even on the decimal that was written, or for a double on
the shortest decimal that reads back as the same double.
"""

import polars as pl

_SAFE_DIGITS = 15  # a decimal of so many digits is the shortest one of its double
_TIE_MARGIN = 2.0**-20
_PLAIN = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,18})?$"

Converted = tuple[pl.Expr, pl.Expr]


def from_integers(raw: pl.Expr, decimals: int, low: int, high: int) -> Converted:
    """Return whole numbers at a scale; what lies outside the bounds is not plainly right."""
    factor = 10**decimals
    right = (raw >= -(-low // factor)) & (raw <= high // factor)
    return pl.when(right).then(raw).cast(pl.Int64) * factor, right


def from_doubles(raw: pl.Expr, decimals: int, *, whole: bool) -> Converted:
    """Return doubles at a scale; only those far from any doubt are plainly right."""
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
    return pl.when(right).then(nearest).cast(pl.Int64, strict=False), right


def from_decimals(raw: pl.Expr, scale: int, decimals: int, *, whole: bool) -> Converted:
    """Return decimals of another scale at ours."""
    value = raw.to_physical()
    if scale <= decimals:
        factor = 10 ** (decimals - scale)
        small = value.abs() < 10**18 // factor
        return pl.when(small).then(value).cast(pl.Int64, strict=False) * factor, small
    divisor = 10 ** (scale - decimals)
    small = value.abs() < 10**18
    value = pl.when(small).then(value).cast(pl.Int64, strict=False)
    quotient, rest = value // divisor, value % divisor
    right = small & (rest == 0) if whole else small
    half = divisor // 2
    up = (rest > half) | ((rest == half) & (quotient % 2 != 0))
    return quotient + up.cast(pl.Int64), right


def from_texts(raw: pl.Expr, decimals: int, *, whole: bool) -> Converted:
    """Return numbers written as texts at a scale."""
    plain = raw.str.contains(_PLAIN)
    parts = raw.str.splitn(".", 2)
    head = parts.struct.field("field_0")
    part = parts.struct.field("field_1").fill_null("")
    digits = part.str.slice(0, decimals).str.pad_end(decimals, "0")
    value = pl.concat_str(head, digits).cast(pl.Int64, strict=False)
    rest = part.str.slice(decimals).str.strip_chars_end("0")
    right = plain & value.is_not_null()
    if whole:
        return value, right & (rest == "")
    up = (rest > "5") | ((rest == "5") & (value % 2 != 0))
    step = pl.when(head.str.starts_with("-")).then(-1).otherwise(1)
    return value + pl.when(up).then(step).otherwise(0), right
