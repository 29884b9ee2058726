"""Typical values of a population: levels of facts, schemes that shops join, shares of kinds.

A book may set them in `FILE`; there are defaults. Levels shape samples only, no plan or score.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Place, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.merchants.synthetic.draws import DRAW_END, Quantiles
from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.numbers import INT64_HIGH, INT64_LOW, to_scaled

FILE = Path("merchants") / "population" / "levels.yaml"  # in a book
THOUSANDTHS = 1000
PARTS = 10**6  # a share of a whole counts millionths

Points = tuple[tuple[int, int], ...]

# shares of shops in thousandths, and values without decimals, or shares and parts in thousandths
_COUNTS: Points = ((0, 0), (300, 8), (600, 60), (900, 700), (990, 5_000), (1000, 20_000))
_SHARES: Points = ((0, 300), (100, 800), (500, 930), (900, 985), (1000, 1000))
_AMOUNTS: Points = ((0, 0), (100, 2), (500, 12), (900, 48), (1000, 120))
_DAYS: Points = ((0, 0), (100, 30), (500, 300), (900, 1000), (1000, 2000))
_PEOPLE: Points = ((0, 0), (300, 1), (600, 2), (900, 6), (1000, 12))
_PARTS: Points = ((0, 100), (500, 600), (900, 900), (1000, 1000))
_BETWEEN: Points = ((0, 0), (100, 100), (500, 350), (900, 750), (1000, 1000))  # the bounds

_GIVEN, _YES = 850, 700
_FOLLOWS = 900  # the usual correlation of a fact with its factor

# Keys that only some types may have.
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "quantiles": ("int", "decimal", "records"),
    "days_before": ("date",),
    "of": ("int", "decimal"),
    "out_of": ("decimal",),
    "share": ("decimal",),
    "beside": ("decimal",),
    "better": ("bool", "int", "decimal", "date", "records"),
    "factor": ("bool", "int", "decimal", "date", "records"),
    "follows": ("bool", "int", "decimal", "date", "records"),
    "yes": ("bool",),
    "fields": ("records",),
}
_ONLY_FACTS = ("of", "share", "beside", "needs", "scheme", "where")  # not of a record's field
_LINKS = ("of", "out_of", "share", "beside", "needs")  # keys that name other facts
_LARGEST_SHARE = 1000  # of a whole; at 2.5 the part is two and a half times the whole

Written = list[list[Decimal | int]]


@dataclass(frozen=True, slots=True)
class Level:
    """The distribution of one fact, or of one field of a record.

    `quantiles` are of scaled values, of shares in millionths if `of` names the whole, of days
    before the day if `days` is true, or of the number of records. A value with `out_of` is a count
    divided by that whole: the count is the fact `share`, or drawn from the quantiles; there is no
    value where the whole is 0. It leaves room for the share `beside` it. `needs` names a number
    without which there is no value.

    `better` is the end that good shops tend to, as far as `factor` (or the quality of the shop)
    leads it: `follows` is the correlation. Only members of `scheme` have the fact. `where` has the
    levels of single industries and shop types; the last that fits a merchant holds. `given`, `yes`
    and `follows` are thousandths.
    """

    quantiles: Quantiles = ()
    of: str | None = None
    out_of: str | None = None
    share: str | None = None
    beside: str | None = None
    needs: str | None = None
    days: bool = False
    better: str | None = None
    factor: str | None = None
    follows: int = _FOLLOWS
    scheme: str | None = None
    given: int = THOUSANDTHS
    yes: int = THOUSANDTHS // 2
    fields: Mapping[str, "Level"] = field(default_factory=dict)
    where: Mapping[str, "Level"] = field(default_factory=dict)

    @property
    def links(self) -> tuple[str, ...]:
        """The other facts that the value depends on."""
        named = (self.of, self.out_of, self.share, self.beside, self.needs)
        return tuple(name for name in named if name is not None)


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a book. Weights and joined shares are thousandths.

    `factors` has the correlation of each factor with the quality of the shop, in thousandths.
    """

    facts: Mapping[str, Level] = field(default_factory=dict)
    factors: Mapping[str, int] = field(default_factory=dict)
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
        millionths = tuple((at, value * PARTS // THOUSANDTHS) for at, value in _PARTS)
        return Level(_points(millionths), of=one.at_most, given=given)
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
    schemes, factors = _shares(keys.get("schemes")), _shares(keys.get("factors"))
    levels: dict[str, Level] = {}
    listed = keys["levels"].mapping
    for name, located in listed.items():
        fact = facts.get(name)
        if fact is None:
            place = keys["levels"].key_place(name)
            what = f"unknown fact {name!r}"
            problems.add("SY203", what, place, fix=suggest(name, facts))
        else:
            _check_links(located, fact, facts, problems)
            _check_scheme(located, fact, schemes, problems)
            levels[name] = _level(located, fact, factors, problems)
            kinds = (*industries, *shop_types)
            _check_names(located.mapping.get("where"), kinds, problems)
    _check_circles(levels, facts, listed, problems)
    for key, known in (("industries", industries), ("shop_types", shop_types)):
        _check_names(keys.get(key), known, problems)
    problems.raise_any()
    weights = (_shares(keys.get(key)) for key in ("industries", "shop_types"))
    return Levels(levels, factors, schemes, *weights)


def _shares(located: Located | None) -> dict[str, int]:
    if located is None:
        return {}
    return {name: to_scaled(share, 3) for name, share in located.plain().items()}


def _level(
    located: Located, one: Declaration, factors: Collection[str], problems: Problems
) -> Level:
    plain, keys = located.plain(), located.mapping
    usual = usual_level(one)
    _check_keys(located, one, problems)
    factor = plain.get("factor")
    if factor is not None and factor not in factors:
        what = f"unknown factor {factor!r}"
        problems.add("SY118", what, keys["factor"].place, fix=suggest(factor, factors))
    fields: dict[str, Level] = {}
    if "fields" in keys and isinstance(one, FactDeclaration):
        for name, part in keys["fields"].mapping.items():
            field = one.field(name)
            if field is not None:
                fields[name] = _level(part, field, factors, problems)
                _check_sibling(part, field, one, problems)
            else:
                what = f"records of {one.id} have no field {name!r}"
                fix = suggest(name, [field.name for field in one.fields])
                problems.add("SY118", what, keys["fields"].key_place(name), fix=fix)
    named = {key: plain.get(key) for key in (*_LINKS, "better", "factor", "scheme")}
    level = Level(
        quantiles=usual.quantiles,
        days=usual.days,
        given=THOUSANDTHS,
        follows=to_scaled(plain.get("follows", Decimal(_FOLLOWS) / THOUSANDTHS), 3),
        fields=fields,
        **named,
    )
    if usual.of is not None and not {"quantiles", *_LINKS} & set(plain):
        level = replace(level, of=usual.of)
    level = _of_a_kind(level, located, one, problems)
    where = keys["where"].mapping if "where" in keys else {}
    for part in where.values():
        _check_keys(part, one, problems)
    kinds = {name: _of_a_kind(level, part, one, problems) for name, part in where.items()}
    return replace(level, where=kinds)


def _of_a_kind(level: Level, located: Located, one: Declaration, problems: Problems) -> Level:
    """Return a level with the values that a kind of merchant has instead."""
    plain = located.plain()
    changes: dict[str, Any] = {
        key: to_scaled(plain[key], 3) for key in ("given", "yes") if key in plain
    }
    for key in ("quantiles", "days_before"):
        if key in plain:
            days = key == "days_before"
            decimals = 0 if days else 6 if level.of is not None else one.decimals
            quantiles = _quantiles(plain[key], decimals, located.place, problems)
            changes |= {"quantiles": quantiles, "days": days}
    return replace(level, **changes)


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
    problems: Problems,
) -> None:
    keys = located.mapping
    for key in _LINKS:
        name = keys[key].value if key in keys else None
        if not isinstance(name, str):
            continue
        place = keys[key].place
        if name not in facts:
            what = f"`{key}` names the unknown fact {name!r}"
            problems.add("SY203", what, place, fix=suggest(name, facts))
        elif facts[name].type not in ("int", "decimal"):
            what = f"{fact.id} cannot be a part of {name}, which is not a number"
            problems.add("SY118", what, place)
    _check_shares(located, problems)


def _check_shares(located: Located, problems: Problems) -> None:
    """Report keys about shares that lack another key, and quantiles that are no shares."""
    keys = located.mapping
    for key, needed in (("of", "quantiles"), ("share", "out_of"), ("beside", "out_of")):
        if key in keys and needed not in keys:
            problems.add("SY118", f"`{key}` needs `{needed}`", keys[key].place)
    parts = [located, *(keys["where"].mapping.values() if "where" in keys else ())]
    most = _LARGEST_SHARE if "of" in keys else 1
    for part in parts if "of" in keys or "out_of" in keys else ():
        points = part.mapping.get("quantiles")
        if points is not None and any(not 0 <= share <= most for _, share in points.plain()):
            whole = keys["of" if "of" in keys else "out_of"].value
            what = f"a share of {whole} is not between 0 and {most}"
            problems.add("SY118", what, points.place)


def _check_sibling(
    located: Located, field: Declaration, fact: FactDeclaration, problems: Problems
) -> None:
    """Report `out_of` of a record's field that names no count of the same record."""
    whole = located.mapping.get("out_of")
    if whole is None:
        return
    _check_shares(located, problems)
    known = [one.name for one in fact.fields if one.type == "int" and one is not field]
    if whole.value not in known:
        what = f"`out_of` names {whole.value!r}, which is no whole number of {fact.id}"
        fix = suggest(str(whole.value), known)
        problems.add("SY118", what, whole.place, fix=fix)


def _check_scheme(
    located: Located, fact: FactDeclaration, schemes: Mapping[str, int], problems: Problems
) -> None:
    keys = located.mapping
    scheme = keys["scheme"].value if "scheme" in keys else None
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
    """Report facts that depend on themselves, by a link or by `at_most`."""

    def wholes(name: str) -> set[str]:
        fact, level = facts.get(name), levels.get(name)
        limit = {fact.at_most} if fact and fact.at_most else set[str]()
        return limit | set(level.links if level else ())

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
