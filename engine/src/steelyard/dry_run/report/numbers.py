"""Numbers of a dry run as text: exact, or marked with ≈ if their decimals do not end."""

from fractions import Fraction

from steelyard.model.numbers import divide, format_scaled
from steelyard.report.wording.values import MINUS, points
from steelyard.scorecard.model import Exact

NONE = "—"
EXTRA_DECIMALS = 4  # past the displayed ones, of a fraction whose decimals have no end
MAX_DECIMALS = 12  # of a fraction that is almost zero


def count(number: int) -> str:
    """Return a count with separators: 20,000."""
    return f"{number:,}".replace("-", MINUS)


def signed_count(number: int) -> str:
    """Return the change of a count: +12, −3, 0."""
    return f"+{count(number)}" if number > 0 else count(number)


def percentage(part: int, total: int) -> str:
    """Return a share in percent, rounded half-even to one decimal; a dash where `total` is 0."""
    return f"{format_scaled(divide(1000 * part, total, 'half_even'), 1)}%" if total else NONE


def score(value: Exact | None, *, signed: bool = False) -> str:
    """Return points without trailing zeros past the second decimal; None as a dash."""
    return NONE if value is None else points(value, min(value.decimals, 2), signed=signed)


def exact(value: Exact | None, *, signed: bool = False) -> str:
    """Return a number with all its decimals; None as a dash."""
    if value is None:
        return NONE
    integer, point, decimals = format_scaled(abs(value.value), value.decimals).partition(".")
    text = f"{int(integer):,}{point}{decimals}"
    if value.value < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed and value.value > 0 else text


def round_fraction(
    number: Fraction, decimals: int, max_decimals: int | None = None
) -> tuple[Exact, bool]:
    """Return a fraction as a decimal number, and whether the two are equal.

    They are equal if the fraction has at most `max_decimals` decimals (None: any number of them).
    Otherwise it is rounded half-even to 4 places past `decimals`, or to more where that gives 0.

    >>> [str(round_fraction(one, 2)[0]) for one in (Fraction(1, 300), Fraction(-1, 4))]
    ['0.003333', '-0.25']
    """
    places = _decimals_of(number)
    if places is not None and (max_decimals is None or places <= max_decimals):
        return Exact(int(number * 10**places), places), True
    places = decimals + EXTRA_DECIMALS
    while places < MAX_DECIMALS and abs(number) * 10**places < 1:
        places += 1
    return Exact(
        divide(number.numerator * 10**places, number.denominator, "half_even"), places
    ), False


def _decimals_of(number: Fraction) -> int | None:
    """Return the number of decimals of a fraction; None if they have no end."""
    rest, places = number.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    return places if rest == 1 else None


def full_fraction(number: Fraction, decimals: int) -> str:
    """Return a fraction with a sign and all its decimals; with ≈ if they have no end."""
    value, is_equal = round_fraction(number, decimals)
    return f"{'' if is_equal else '≈ '}{exact(value, signed=True)}"


def short_fraction(number: Fraction, decimals: int) -> str:
    """Return a fraction with a sign and at most 4 places past `decimals`, else with ≈."""
    value, is_equal = round_fraction(number, decimals, decimals + EXTRA_DECIMALS)
    return f"{'' if is_equal else '≈'}{points(value, 0, signed=True)}"
