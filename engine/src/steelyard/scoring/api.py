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
from typing import TYPE_CHECKING, Any, Protocol, overload

from steelyard.errors import InvalidInput, Place
from steelyard.merchants.columns.rows import read_plain
from steelyard.merchants.rows import Reject
from steelyard.model.arguments import given_one_of
from steelyard.model.texts import Language
from steelyard.report.explanation import explain, tree_text
from steelyard.report.table import score_table
from steelyard.report.wording.messages import languages
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact
from steelyard.scoring.merchants import MerchantScorer
from steelyard.scoring.plans import PlanSet, plans_of

if TYPE_CHECKING:  # one merchant is scored without Polars
    import polars as pl

    from steelyard.scoring.frames import PopulationScore

ONE = "merchant"


def _decimal(number: Exact | None) -> Decimal | None:
    return None if number is None else number.decimal


@dataclass(frozen=True, repr=False)
class MerchantScore:
    """The result for one merchant; in a notebook it shows itself as a card."""

    card: Scorecard

    @property
    def score(self) -> Decimal | None:
        """The displayed score, exactly; None without a score, which is not a low score."""
        return _decimal(self.card.score)

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

    def to_dict(self) -> dict[str, Any]:
        """Return the scorecard as `steelyard score --format json` prints it, numbers exact."""
        from steelyard.report.json import exact_data, scorecard_json

        return exact_data(scorecard_json(self.card))

    def to_polars(self) -> "pl.DataFrame":
        """Return a row an item and a row a deduction: id, outcome, points."""
        import polars as pl

        parts = (*self.card.items, *self.card.deductions)
        columns = {
            "item": pl.Series([part.id for part in parts], dtype=pl.String),
            "outcome": pl.Series([part.outcome for part in parts], dtype=pl.String),
            "points": pl.Series([_decimal(part.points) for part in parts]),
        }
        return pl.DataFrame(columns)

    def __str__(self) -> str:
        return self.page()

    def __repr__(self) -> str:
        shown = f"score={self.score}, tier={self.tier!r}" if self.score is not None else self.status
        return f"<MerchantScore {self.card.merchant!r}: {shown}>"

    def _repr_html_(self) -> str:
        from steelyard.scoring.html import merchant_html

        return merchant_html(self.card)


class ArrowStream(Protocol):
    """A frame that Arrow reads: one of Polars, pandas or Arrow."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> object: ...  # noqa: ANN401


class ArrowArray(Protocol):
    """A batch of rows of Arrow."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> object: ...  # noqa: ANN401


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
    merchants: "ArrowStream | ArrowArray | pl.LazyFrame",
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> "PopulationScore": ...
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
