"""Scoring from Python: one merchant, or a frame of them.

import steelyard

steelyard.score({"merchant": "little-sprout", "industry": "maternity", ...}, "rulesets",
                as_of="2026-06-01")
steelyard.score(frame, "rulesets", as_of="2026-06-01").scores
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, overload

from steelyard.errors import InvalidInput, Place
from steelyard.merchants.columns.rows import read_plain
from steelyard.merchants.rows import Reject
from steelyard.model.arguments import given_one_of
from steelyard.model.texts import Language
from steelyard.report.explanation import explain, tree_text
from steelyard.report.table import score_table
from steelyard.report.wording.messages import languages
from steelyard.scorecard import Scorecard
from steelyard.scoring.merchants import MerchantScorer
from steelyard.scoring.plans import PlanSet, plans_of

if TYPE_CHECKING:  # it imports Polars, and one merchant is scored without
    from steelyard.scoring.frames import PopulationScore

ONE = "merchant"


@dataclass(frozen=True)
class MerchantScore:
    """The result for one merchant; in a notebook it shows itself as a card."""

    card: Scorecard

    @property
    def score(self) -> Decimal | None:
        """The displayed score, exactly; None without a score, which is not a low score."""
        return None if self.card.score is None else self.card.score.decimal

    @property
    def tier(self) -> str | None:
        """The id of the tier; None below every tier, and without a score."""
        return self.card.tier

    @property
    def status(self) -> str:
        """`scored` or `no_score`."""
        return self.card.status

    def explain(self, language: Language = "en") -> str:
        """Return the whole calculation as a tree of text."""
        given_one_of(language, languages(), "language")
        return tree_text(explain(self.card, language))

    def page(self, language: Language = "en") -> str:
        """Return the page that `steelyard score` prints."""
        given_one_of(language, languages(), "language")
        return score_table(self.card, language)

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        from steelyard.scoring.html import merchant_html

        return merchant_html(self.card)


@overload
def score(
    merchants: Mapping[str, object],
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> MerchantScore: ...
@overload
def score(
    merchants: Sequence[Mapping[str, object]],
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> "PopulationScore": ...
@overload
def score(
    merchants: object,
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> "MerchantScore | PopulationScore": ...
def score(
    merchants: object,
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> "MerchantScore | PopulationScore":
    """Score one merchant (a dict) or many (a list of dicts, a Polars, pandas or Arrow frame).

    A merchant has the keys of a merchant file: `merchant`, `industry`, `shop_type`, and facts with
    dotted or nested names. A float is the shortest decimal that it reads as; None, and NaN in a
    pandas frame, is an absent fact. `book` is a folder, or plans from `open_plans`, which know
    their day and scene.

    Raises `InvalidInput` with every problem: of a single merchant, of the columns of a frame, of
    the book. Merchants of a population that are wrong are in `rejects`. Raises `TypeError` for
    anything else that is given.
    """
    plans = plans_of(book, as_of, scene)
    if isinstance(merchants, Mapping):
        return _score_one(merchants, plans)
    from steelyard.scoring.frames import score_many

    return score_many(merchants, plans)


def _score_one(merchant: Mapping[str, object], plans: PlanSet) -> MerchantScore:
    read = read_plain(merchant, 1, Place(ONE), plans.known)
    if isinstance(read, Reject):
        raise InvalidInput(read.problems)
    result = MerchantScorer(plans.plan_of, plans.as_of).score(read)
    if result.reject is not None:
        raise InvalidInput(result.reject.problems)
    assert result.scorecard is not None
    return MerchantScore(result.scorecard)
