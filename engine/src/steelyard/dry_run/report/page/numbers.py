"""How the page writes numbers: exactly, and where that has no end, with ≈ and the fraction."""

from fractions import Fraction

from steelyard.dry_run.impact.model import Spread
from steelyard.dry_run.report.page.markup import Markup, tag
from steelyard.model.numbers import divide, format_scaled
from steelyard.report.wording.values import MINUS
from steelyard.scorecard.values import Exact

NONE = "—"
_MORE = 4  # decimals past the displayed ones of a number that has no end
_MOST = 12


def count(number: int) -> str:
    """Return how many: 20,000."""
    return f"{number:,}".replace("-", MINUS)


def signed_count(number: int) -> str:
    """Return by how many a count changed: +12, −3, 0."""
    return f"+{count(number)}" if number > 0 else count(number)


def exact(number: Exact | None, *, signed: bool = False) -> str:
    """Return a number with all its decimals."""
    if number is None:
        return NONE
    text = format_scaled(abs(number.value), number.decimals)
    whole, point, part = text.partition(".")
    text = f"{int(whole):,}{point}{part}"
    if number.value < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed and number.value > 0 else text


def steps(value: int, decimals: int, *, signed: bool = False) -> str:
    """Return a number that is given in steps of its last decimal."""
    return exact(Exact(value, decimals), signed=signed)


def share(part: int, whole: int) -> str:
    """Return a share as a percentage with one decimal; — of nothing."""
    return f"{format_scaled(divide(1000 * part, whole, 'half_even'), 1)}%" if whole else NONE


def mean(spread: Spread) -> Fraction | None:
    """Return the mean without rounding; None of nobody."""
    if not spread.merchants:
        return None
    total = sum(value * merchants for value, merchants in spread.counts)
    return Fraction(total, spread.merchants * 10**spread.decimals)


def fraction_text(number: Fraction, decimals: int) -> str:
    """Return a fraction as signed decimals: all of them, or ≈ where they have no end."""
    ends = _ending(number)
    if ends is not None:
        return exact(Exact(int(number * 10**ends), ends), signed=True)
    places = decimals + _MORE
    while places < _MOST and abs(number) * 10**places < 1:
        places += 1
    scaled = divide(number.numerator * 10**places, number.denominator, "half_even")
    return f"≈ {exact(Exact(scaled, places), signed=True)}"


def _ending(number: Fraction) -> int | None:
    """Return how many decimals a fraction has; None if they have no end."""
    rest, powers = number.denominator, []
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        powers.append(power)
    return max(powers) if rest == 1 else None


def exact_fraction(number: Fraction, decimals: int) -> Markup:
    """Return a fraction in decimals that says itself exactly when pointed at."""
    whole = str(number).replace("-", MINUS)
    return tag(
        "span", fraction_text(number, decimals), title=f"= {whole}", class_=direction(number)
    )


def direction(number: Fraction | int) -> str | None:
    """Return the class of a change: up, down, or none."""
    return "up" if number > 0 else "down" if number < 0 else None


def changed(number: int, text: str) -> Markup:
    """Return a change that shows its direction by its sign and its colour."""
    return tag("span", text, class_=direction(number) or "same")
