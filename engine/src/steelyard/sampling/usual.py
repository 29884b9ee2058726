"""Plain levels for facts of which nothing is said, by type and unit."""

from steelyard.model.facts import FactDeclaration
from steelyard.sampling.draws import WHOLE
from steelyard.sampling.levels import THOUSAND, Declaration, Level

# shares of shops, and values without decimals; shares in thousandths
_COUNTS = ((0, 0), (300, 8), (600, 60), (900, 700), (990, 5_000), (1000, 20_000))
_SHARES = ((0, 300), (100, 800), (500, 930), (900, 985), (1000, 1000))
_AMOUNTS = ((0, 0), (100, 2), (500, 12), (900, 48), (1000, 120))
_DAYS = ((0, 0), (100, 30), (500, 300), (900, 1000), (1000, 2000))
_PEOPLE = ((0, 0), (300, 1), (600, 2), (900, 6), (1000, 12))
_PARTS = ((0, 100), (500, 600), (900, 900), (1000, 1000))


def usual_level(one: Declaration) -> Level:
    """Return a level that is plausible for anything of the type and unit."""
    given = THOUSAND if getattr(one, "required", False) else 850
    if one.type in ("bool", "enum", "id"):
        return Level(given=given, yes=700)
    if one.type == "date":
        return Level(_points(_DAYS, 1), days=True, given=given)
    if isinstance(one, FactDeclaration):
        if one.type == "records":
            return Level(_points(_PEOPLE, 1), given=given)
        if one.at_most is not None:
            return Level(_points(_PARTS, 1), of=one.at_most, given=given)
    scale = 10**one.decimals
    if one.unit == "share":
        return Level(tuple((at * WHOLE // THOUSAND, v * scale // THOUSAND) for at, v in _SHARES))
    return Level(_points(_COUNTS if one.unit == "count" else _AMOUNTS, scale), given=given)


def _points(points: tuple[tuple[int, int], ...], scale: int) -> tuple[tuple[int, int], ...]:
    return tuple((at * WHOLE // THOUSAND, value * scale) for at, value in points)
