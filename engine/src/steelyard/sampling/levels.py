"""What is usual in a population: levels of facts, schemes that shops join, shares of kinds.

A book may say so in `merchants/population/levels.yaml`; what it leaves out has a plain default by
type and unit. Levels shape samples; they never reach a score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Place, Problems, suggest
from steelyard.loader import Located, read_yaml
from steelyard.loader.validation import validate
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import to_scaled
from steelyard.sampling.draws import WHOLE, Quantiles
from steelyard.schema import load_schema

FILE = Path("merchants") / "population" / "levels.yaml"
THOUSAND = 1000

Declaration = FactDeclaration | FieldDeclaration


@dataclass(frozen=True, slots=True)
class Level:
    """How one fact, or one field of a record, is drawn.

    `quantiles` are of scaled values, of shares in thousandths where `of` names the whole, of days
    before the day where `days` says so, or of how many records there are. `better` says which end
    good shops tend to. `scheme` is what only its members have. `given` and `yes` are thousandths.
    """

    quantiles: Quantiles = ()
    of: str | None = None
    days: bool = False
    better: str | None = None
    scheme: str | None = None
    given: int = THOUSAND
    yes: int = THOUSAND // 2
    fields: Mapping[str, "Level"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a book. Weights and joined shares are thousandths."""

    facts: Mapping[str, Level] = field(default_factory=dict)
    schemes: Mapping[str, int] = field(default_factory=dict)
    industries: Mapping[str, int] = field(default_factory=dict)
    shop_types: Mapping[str, int] = field(default_factory=dict)


def read_levels(book: Path, facts: Mapping[str, FactDeclaration]) -> Levels:
    """Return the levels of a book; none are set where it has no file of them.

    Raises `InvalidInput` (SY1xx, SY118) with everything that is wrong.
    """
    path = book / FILE
    if not path.is_file():
        return Levels()
    document = read_yaml(path)
    problems = Problems()
    if not validate(document, load_schema("levels"), "SY118", problems):
        raise InvalidInput(problems.found)
    keys: Any = document.value
    listed = keys["levels"].value
    levels: dict[str, Level] = {}
    for name, located in listed.items():
        fact = facts.get(name)
        if fact is None:
            place = keys["levels"].key_place(name)
            what = f"no fact is called {name!r}"
            problems.add("SY203", what, place, fix=suggest(name, facts))
            continue
        levels[name] = _level(located, fact, facts, problems)
    schemes = _shares(keys.get("schemes"))
    for name, level in levels.items():
        if level.scheme is not None and level.scheme not in schemes:
            what = f"{name} belongs to the scheme {level.scheme!r}, which is not declared"
            place = listed[name].place
            problems.add("SY118", what, place, fix=suggest(level.scheme, schemes))
    problems.raise_any()
    return Levels(levels, schemes, _shares(keys.get("industries")), _shares(keys.get("shop_types")))


def _shares(located: Located | None) -> dict[str, int]:
    if located is None:
        return {}
    return {name: _thousandths(share) for name, share in located.plain().items()}


def _thousandths(share: Decimal | int) -> int:
    return to_scaled(share, 3)


def _level(
    located: Located,
    declaration: Declaration,
    facts: Mapping[str, FactDeclaration],
    problems: Problems,
) -> Level:
    plain = located.plain()
    whole = plain.get("of")
    if whole is not None and whole not in facts:
        what = f"`of` names {whole!r}, which is no fact"
        problems.add("SY203", what, located.place, fix=suggest(whole, facts))
    decimals = 3 if whole is not None else declaration.decimals
    if "days_before" in plain or declaration.type == "records":  # type: ignore[comparison-overlap]
        decimals = 0
    points = plain.get("quantiles") or plain.get("days_before") or []
    fields = {one.name: one for one in getattr(declaration, "fields", ())}
    given: dict[str, Located] = located.value.get("fields").value if "fields" in plain else {}  # type: ignore[union-attr]
    inner: dict[str, Level] = {}
    for name, part in given.items():
        if name in fields:
            inner[name] = _level(part, fields[name], facts, problems)
        else:
            what = f"records of {declaration.id} have no field {name!r}"  # type: ignore[union-attr]
            problems.add("SY118", what, part.place, fix=suggest(name, fields))
    _check_ascending(points, located.place, problems)
    return Level(
        quantiles=tuple(
            (to_scaled(at, 6) * WHOLE // 10**6, to_scaled(value, decimals)) for at, value in points
        ),
        of=whole,
        days="days_before" in plain,
        better=plain.get("better"),
        scheme=plain.get("scheme"),
        given=_thousandths(plain.get("given", 1)),
        yes=_thousandths(plain.get("yes", Decimal("0.5"))),
        fields=inner,
    )


def _check_ascending(points: list[list[Decimal | int]], place: Place, problems: Problems) -> None:
    shares = [at for at, _ in points]
    if any(later <= earlier for earlier, later in pairwise(shares)):
        problems.add("SY118", "the shares of the quantiles do not ascend", place)
