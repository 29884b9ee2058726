"""How values are written for people. Shares are percentages; numbers stay exact."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.scorecard.values import Exact, Value

_WITHOUT_WORD = (None, "count", "points")
_UNITS = ("hours", "minutes", "days", "percent", "CNY")
MINUS = "−"


def show(value: Value | None, language: Language) -> str:
    """Return a value with its unit; an absent one as a dash."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, Exact):
        return _number(value, language)
    return value.isoformat() if isinstance(value, date) else value


def _number(number: Exact, language: Language) -> str:
    if number.unit == "share":
        return percent(number)
    text = str(number)
    if number.unit in _WITHOUT_WORD:
        return text
    if number.unit in _UNITS:
        if language == "en" and number.unit == "days" and text == "1":
            return "1 day"
        return say(f"unit.{number.unit}", language, number=text)
    return say("unit.other", language, number=text, unit=str(number.unit))


def percent(share: Exact) -> str:
    """Return a share as a percentage, exactly: 0.0125 is 1.25%."""
    if share.decimals >= 2:
        return f"{format_scaled(share.value, share.decimals - 2, trim=True)}%"
    return f"{share.value * 10 ** (2 - share.decimals)}%"


def distance(lacking: Exact, language: Language) -> str:
    """Return how large a distance is, without its sign."""
    size = Exact(abs(lacking.value), lacking.decimals, lacking.unit)
    if size.unit == "share":
        return say("percentage_points", language, number=percent(size)[:-1])
    return _number(size, language)


def points(number: Exact | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Return points with at least so many decimals; `signed` puts + before what is above 0."""
    if number is None:
        return "—"
    text = format_scaled(abs(number.value), number.decimals, trim=True)
    whole, _, part = text.partition(".")
    part = part.ljust(decimals, "0")
    text = f"{whole}.{part}" if part else whole
    if number.value < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed and number.value > 0 else text


def listed(parts: Iterable[str], language: Language) -> str:
    """Return some words as a list."""
    return say("list", language).join(parts)


def band_text(band: str, unit: str | None) -> str:
    """Return a row of a metric's scale, `≥ 0.9900 → 5`, with shares as percentages."""
    if unit != "share":
        return band
    limit, arrow, score = band.partition(" → ")
    sign, _, number = limit.rpartition(" ")
    try:
        scaled = Decimal(number).scaleb(2).normalize()
    except InvalidOperation:
        return band  # `…`, for all the rest
    return f"{sign} {scaled:f}%{arrow}{score}".lstrip()
