"""Typical values of a population: levels of facts, schemes that shops join, shares of kinds.

A book may set them in `FILE`; there are defaults. Levels shape samples only, no plan or score.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from steelyard.errors import InvalidInput, Place, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.merchants.synthetic.draws import DRAW_END, Quantiles
from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.numbers import INT64_HIGH, INT64_LOW, to_scaled

FILE = Path("merchants") / "population" / "levels.yaml"  # in a book
THOUSANDTHS = 1000

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

# Keys that only some types may have.
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "quantiles": ("int", "decimal", "records"),
    "days_before": ("date",),
    "of": ("int", "decimal"),
    "better": ("bool", "int", "decimal", "date", "records"),
    "yes": ("bool",),
    "fields": ("records",),
}
_ONLY_FACTS = ("of", "scheme")  # keys that a field of a record cannot have
_LARGEST_SHARE = 1000  # of a whole; at 2.5 the part is two and a half times the whole

Written = list[list[Decimal | int]]


@dataclass(frozen=True, slots=True)
class Level:
    """The distribution of one fact, or of one field of a record.

    `quantiles` are of scaled values, of shares in thousandths if `of` names the whole, of days
    before the day if `days` is true, or of the number of records. `better` is the end that good
    shops tend to. Only members of `scheme` have the fact. `given` and `yes` are thousandths.
    """

    quantiles: Quantiles = ()
    of: str | None = None
    days: bool = False
    better: str | None = None
    scheme: str | None = None
    given: int = THOUSANDTHS
    yes: int = THOUSANDTHS // 2
    fields: Mapping[str, "Level"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a book. Weights and joined shares are thousandths."""

    facts: Mapping[str, Level] = field(default_factory=dict)
    schemes: Mapping[str, int] = field(default_factory=dict)
    industries: Mapping[str, int] = field(default_factory=dict)
    shop_types: Mapping[str, int] = field(default_factory=dict)


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


def read_levels(
    book: Path,
    facts: Mapping[str, FactDeclaration],
    *,
    industries: Collection[str] = (),
    shop_types: Collection[str] = (),
) -> Levels:
    """Return the levels of a book; empty ones if it has no file of levels.

    `industries` and `shop_types` are the names that weights may have; empty allows any. Raises
    `InvalidInput` (SY1xx, SY118, SY203) with every problem.
    """
    path = book / FILE
    if not path.is_file():
        return Levels()
    document = read_yaml(path)
    problems = Problems()
    if not validate(document, load_schema("levels"), "SY118", problems):
        raise InvalidInput(problems)
    keys = document.mapping
    schemes = _shares(keys.get("schemes"))
    levels: dict[str, Level] = {}
    listed = keys["levels"].mapping
    for name, located in listed.items():
        fact = facts.get(name)
        if fact is None:
            place = keys["levels"].key_place(name)
            what = f"unknown fact {name!r}"
            problems.add("SY203", what, place, fix=suggest(name, facts))
        else:
            _check_links(located, fact, facts, schemes, problems)
            levels[name] = _level(located, fact, problems)
    _check_circles(levels, facts, listed, problems)
    for key, known in (("industries", industries), ("shop_types", shop_types)):
        _check_names(keys.get(key), known, problems)
    problems.raise_any()
    return Levels(levels, schemes, _shares(keys.get("industries")), _shares(keys.get("shop_types")))


def _shares(located: Located | None) -> dict[str, int]:
    if located is None:
        return {}
    return {name: to_scaled(share, 3) for name, share in located.plain().items()}


def _level(located: Located, one: Declaration, problems: Problems) -> Level:
    plain, keys = located.plain(), located.mapping
    usual = usual_level(one)
    _check_keys(located, one, problems)
    fields: dict[str, Level] = {}
    if "fields" in keys and isinstance(one, FactDeclaration):
        for name, part in keys["fields"].mapping.items():
            field = one.field(name)
            if field is not None:
                fields[name] = _level(part, field, problems)
            else:
                what = f"records of {one.id} have no field {name!r}"
                fix = suggest(name, [field.name for field in one.fields])
                problems.add("SY118", what, keys["fields"].key_place(name), fix=fix)
    quantiles, whole, days = usual.quantiles, usual.of, usual.days
    for key in ("quantiles", "days_before"):
        if key in plain:
            whole, days = plain.get("of"), key == "days_before"
            decimals = 3 if whole is not None else one.decimals
            points: Written = plain[key]
            quantiles = _quantiles(points, 0 if days else decimals, located.place, problems)
    return Level(
        quantiles=quantiles,
        of=whole,
        days=days,
        better=plain.get("better"),
        scheme=plain.get("scheme"),
        given=to_scaled(plain.get("given", 1), 3),
        yes=to_scaled(plain.get("yes", Decimal("0.5")), 3),
        fields=fields,
    )


def _quantiles(points: Written, decimals: int, place: Place, problems: Problems) -> Quantiles:
    if any(later[0] <= earlier[0] for earlier, later in pairwise(points)):
        problems.add("SY118", "the shares of the quantiles are not in ascending order", place)
    scaled = tuple(
        (to_scaled(at, 6) * DRAW_END // 10**6, to_scaled(value, decimals)) for at, value in points
    )
    if any(not INT64_LOW <= value <= INT64_HIGH for _, value in scaled):
        problems.add("SY118", "a value of the quantiles does not fit in 64 bits", place)
        return ((0, 0), (DRAW_END, 0))
    return scaled


def _check_keys(located: Located, one: Declaration, problems: Problems) -> None:
    for key in located.mapping:
        types = _ONLY_FOR.get(key, (one.type,))
        if key in _ONLY_FACTS and not isinstance(one, FactDeclaration):
            what, expected = f"`{key}` cannot be used for a field of a record", None
        elif one.type not in types:
            what = f"`{key}` cannot be used for the type {one.type}"
            expected = f"`{key}` only with {' or '.join(types)}"
        else:
            continue
        problems.add("SY118", what, located.key_place(key), expected=expected, fix="remove it")


def _check_links(
    located: Located,
    fact: FactDeclaration,
    facts: Mapping[str, FactDeclaration],
    schemes: Mapping[str, int],
    problems: Problems,
) -> None:
    keys = located.mapping
    whole, scheme = (keys[key].value if key in keys else None for key in ("of", "scheme"))
    if isinstance(whole, str):
        place = keys["of"].place
        if whole not in facts:
            what = f"`of` names the unknown fact {whole!r}"
            problems.add("SY203", what, place, fix=suggest(whole, facts))
        elif facts[whole].type not in ("int", "decimal"):
            what = f"{fact.id} cannot be a part of {whole}, which is not a number"
            problems.add("SY118", what, place)
        if "quantiles" not in keys:
            what = "`of` needs `quantiles`"
            problems.add("SY118", what, place, expected="quantiles of shares of the whole")
        elif any(not 0 <= share <= _LARGEST_SHARE for _, share in keys["quantiles"].plain()):
            what = f"a share of {whole} is not between 0 and {_LARGEST_SHARE}"
            problems.add("SY118", what, keys["quantiles"].place)
    if isinstance(scheme, str):
        place = keys["scheme"].place
        if scheme not in schemes:
            what = f"{fact.id} belongs to the undeclared scheme {scheme!r}"
            problems.add("SY118", what, place, fix=suggest(scheme, schemes))
        elif fact.required:
            what = f"{fact.id} is required, so it cannot be limited to members of a scheme"
            problems.add("SY118", what, place, fix="remove it")


def _check_circles(
    levels: Mapping[str, Level],
    facts: Mapping[str, FactDeclaration],
    listed: Mapping[str, Located],
    problems: Problems,
) -> None:
    """Report facts that are parts of themselves, by `of` or by `at_most`."""

    def wholes(name: str) -> set[str]:
        fact, level = facts.get(name), levels.get(name)
        named = {fact.at_most if fact else None, level.of if level else None}
        return {whole for whole in named if whole is not None}

    for name in levels:
        reached, ahead = set[str](), sorted(wholes(name))
        while ahead:
            whole = ahead.pop()
            if whole not in reached:
                reached.add(whole)
                ahead += sorted(wholes(whole))
        if name in reached:
            problems.add("SY118", f"{name} is a part of itself", listed[name].place)


def _check_names(located: Located | None, known: Collection[str], problems: Problems) -> None:
    for name in located.mapping if located is not None and known else ():
        if name not in known:
            assert located is not None
            place = located.key_place(name)
            what, expected = f"the book has no {name!r}", f"one of {', '.join(known)}"
            problems.add("SY118", what, place, expected=expected, fix=suggest(name, known))
