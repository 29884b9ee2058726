"""Values as text for people: shares are percentages, and numbers stay exact."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Language, Text
from steelyard.report.wording.messages import say
from steelyard.scorecard.model import Exact, Value

_PLAIN_UNITS = (None, "count", "points")
_UNITS = ("hours", "minutes", "days", "working_days", "months", "percent", "CNY")
MINUS = "−"


def show(value: Value | None, language: Language) -> str:
    """Return a value with its unit, or a dash if there is none."""
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
    if number.unit in _PLAIN_UNITS:
        return text
    if number.unit in _UNITS:
        return say(f"unit.{number.unit}", language, number=text)
    unit = "/".join(_product(side, language) for side in str(number.unit).split("/")).rstrip("/")
    return say("unit.other", language, number=text, unit=unit) if unit else text


def _product(unit: str, language: Language) -> str:
    """Return the unit of a product, `hours*hours`, for people; empty if it has none to show."""
    return "·".join(
        say(f"unit.{one}", language, number="").strip() if one in _UNITS else one
        for one in unit.split("*")
        if one not in (*_PLAIN_UNITS, "1", "share")
    )


def percent(share: Exact) -> str:
    """Return a share as an exact percentage: 0.0125 is 1.25%."""
    if share.decimals >= 2:
        return f"{format_scaled(share.value, share.decimals - 2, trim=True)}%"
    return f"{share.value * 10 ** (2 - share.decimals)}%"


def distance(lacking: Exact, language: Language) -> str:
    """Return the size of a distance without its sign."""
    size = Exact(abs(lacking.value), lacking.decimals, lacking.unit)
    if size.unit == "share":
        return say("percentage_points", language, number=percent(size)[:-1])
    return _number(size, language)


def points(number: Exact | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Return points with a minimum of decimals; `signed` adds + to positive points."""
    if number is None:
        return "—"
    text = format_scaled(abs(number.value), number.decimals, trim=True)
    integer, _, fraction = text.partition(".")
    fraction = fraction.ljust(decimals, "0")
    text = f"{integer}.{fraction}" if fraction else integer
    if number.value < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed and number.value > 0 else text


def listed(parts: Iterable[str], language: Language) -> str:
    """Return texts as a list in one line."""
    return say("list", language).join(parts)


def both(text: Text, language: Language) -> str:
    """Return a text in this language and in the other one."""
    return f"{text.of(language)} · {text.of(other_language(language))}"


def other_language(language: Language) -> Language:
    """Return Chinese for English, and English for every other language."""
    return "zh" if language == "en" else "en"


def band_text(band: str, unit: str | None) -> str:
    """Return a band of a metric, `≥ 0.9900 → 5`, with shares as percentages."""
    if unit != "share":
        return band
    limit, arrow, score = band.partition(" → ")
    sign, _, number = limit.rpartition(" ")
    try:
        scaled = Decimal(number).scaleb(2).normalize()
    except InvalidOperation:
        return band  # `…` means all other values
    return f"{sign} {scaled:f}%{arrow}{score}".lstrip()
