"""Typical values of a population: levels of facts, schemes that shops join, shares of kinds.

A book may set them in `FILE`; there are defaults. Levels shape samples only, no plan or score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from steelyard.merchants.synthetic.draws import Quantiles
from steelyard.model.facts import FactDeclaration, FieldDeclaration

FILE = Path("merchants") / "population" / "levels.yaml"  # in a book
THOUSANDTHS = 1000

Declaration = FactDeclaration | FieldDeclaration


@dataclass(frozen=True, slots=True)
class Level:
    """How one fact, or one field of a record, is drawn.

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
