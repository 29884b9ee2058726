"""Default levels of facts, by type, unit and bounds."""

from steelyard.merchants.synthetic.draws import DRAW_END, Quantiles
from steelyard.merchants.synthetic.levels import THOUSANDTHS, Declaration, Level
from steelyard.model.facts import FactDeclaration

Points = tuple[tuple[int, int], ...]

# shares of shops, and values without decimals; shares and parts in thousandths
_COUNTS: Points = ((0, 0), (300, 8), (600, 60), (900, 700), (990, 5_000), (1000, 20_000))
_SHARES: Points = ((0, 300), (100, 800), (500, 930), (900, 985), (1000, 1000))
_AMOUNTS: Points = ((0, 0), (100, 2), (500, 12), (900, 48), (1000, 120))
_DAYS: Points = ((0, 0), (100, 30), (500, 300), (900, 1000), (1000, 2000))
_PEOPLE: Points = ((0, 0), (300, 1), (600, 2), (900, 6), (1000, 12))
_PARTS: Points = ((0, 100), (500, 600), (900, 900), (1000, 1000))
_BETWEEN: Points = ((0, 0), (100, 100), (500, 350), (900, 750), (1000, 1000))  # the bounds

_GIVEN, _YES = 850, 700


def usual_level(one: Declaration) -> Level:
    """Return a level that is plausible for anything of the type, unit and bounds."""
    given = THOUSANDTHS if one.required else _GIVEN
    if one.type in ("bool", "enum", "id"):
        return Level(given=given, yes=_YES)
    if one.type == "date":
        return Level(_points(_DAYS), days=True, given=given)
    if one.type == "records":
        return Level(_points(_PEOPLE), given=given)
    if isinstance(one, FactDeclaration) and one.at_most is not None:
        return Level(_points(_PARTS), of=one.at_most, given=given)
    return Level(_numbers(one), given=given)


def _numbers(one: Declaration) -> Quantiles:
    scale = 10**one.decimals
    if one.unit == "share":
        points = tuple((at, value * scale // THOUSANDTHS) for at, value in _SHARES)
    else:
        plain = _COUNTS if one.unit == "count" else _AMOUNTS
        points = tuple((at, value * scale) for at, value in plain)
    if points[0][1] < one.low or points[-1][1] > one.high:
        spread = one.high - one.low
        points = tuple((at, one.low + spread * part // THOUSANDTHS) for at, part in _BETWEEN)
    return _points(points)


def _points(points: Points) -> Quantiles:
    return tuple((at * DRAW_END // THOUSANDTHS, value) for at, value in points)
