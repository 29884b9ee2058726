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
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model.texts import Language
from steelyard.scoring.plans import PlanSet, open_plans

if TYPE_CHECKING:
    import polars as pl

    from steelyard.scorecard import Scorecard
    from steelyard.scoring.batches import PopulationScorer, ScoredBatch
    from steelyard.scoring.results.tally import Tally

SOURCE = "frame"
ONE = "merchant"

_KINDS = "a dict, a list of dicts, or a Polars, pandas or Arrow frame"


@dataclass(frozen=True)
class MerchantScore:
    """The result for one merchant; in a notebook it shows itself as a card."""

    card: "Scorecard"

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
        from steelyard.report.explanation import explain, tree_text

        return tree_text(explain(self.card, language))

    def page(self, language: Language = "en") -> str:
        """Return the page that `steelyard score` prints."""
        from steelyard.report.table import score_table

        return score_table(self.card, language)

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        from steelyard.scoring.html import merchant_html

        return merchant_html(self.card)


@dataclass(frozen=True)
class PopulationScore:
    """The results for many merchants: every row is in `scores` or in `rejects`."""

    _scored: "ScoredBatch"
    _scorer: "PopulationScorer"

    @property
    def rows(self) -> int:
        """How many merchants there were."""
        return self._scored.rows

    @property
    def scored(self) -> int:
        """How many have a score."""
        return self.tally.scored

    @property
    def unscored(self) -> int:
        """How many have none: a gate failed, or nothing could be assessed."""
        return self.tally.unscored

    @property
    def rejected(self) -> int:
        """How many were rejected."""
        return len(self._scored.rejects)

    @cached_property
    def scores(self) -> "pl.DataFrame":
        """A row a merchant in order of input; the columns are those of `--out FILE.parquet`."""
        from steelyard.scoring.results.arrays import to_frame
        from steelyard.scoring.results.tables import merchant_table

        return to_frame(merchant_table(self._scored.scores, self._scorer.layout))

    @cached_property
    def items(self) -> "pl.DataFrame":
        """The long form: a row an item and a row a deduction."""
        from steelyard.scoring.results.arrays import to_frame
        from steelyard.scoring.results.tables import item_table

        return to_frame(item_table(self._scored.scores, self._scorer.layout))

    @cached_property
    def rejects(self) -> "pl.DataFrame":
        """Rejected rows: `row` (from 1), `merchant`, and `problems`, every reason as a struct."""
        import polars as pl

        from steelyard.errors.output import problem_json

        names = ("code", "name", "what", "expected", "fix")
        rows = [
            {
                "row": one.row,
                "merchant": one.name,
                "problems": [
                    {name: problem_json(problem)[name] for name in names}
                    for problem in one.problems
                ],
            }
            for one in self._scored.rejects
        ]
        problem = pl.Struct(dict.fromkeys(names, pl.String))
        kinds = {"row": pl.Int64, "merchant": pl.String, "problems": pl.List(problem)}
        return pl.DataFrame(rows, schema=kinds)

    @cached_property
    def tally(self) -> "Tally":
        """Counts: scores, tiers, outcomes, reasons."""
        from steelyard.scoring.results.tally import Tally

        tally = Tally(self._scorer.layout, rows=self.rows)
        tally.add(self._scored.scores)
        for one in self._scored.rejects:
            tally.reject(problem.code for problem in one.problems)
        return tally

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the results, whatever the order of the merchants."""
        from steelyard.scoring.results.digest import digest_results
        from steelyard.scoring.results.tables import merchant_table

        return digest_results(merchant_table(self._scored.scores, self._scorer.layout))

    def summary(self, language: Language = "en") -> str:
        """Return the page that `steelyard score` prints for a population."""
        from steelyard.scoring.summary import summary_text

        return summary_text(self.tally, self._scorer.plans, language)

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is not a dependency
        """Return the scores as a pandas frame; needs pandas."""
        return self.scores.to_pandas()

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from steelyard.scoring.html import population_html

        return population_html(self.tally, self._scorer.plans, self.scores.head(10))


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
) -> PopulationScore: ...
@overload
def score(
    merchants: object,
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> MerchantScore | PopulationScore: ...
def score(
    merchants: object,
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> MerchantScore | PopulationScore:
    """Score one merchant (a dict) or many (a list of dicts, a Polars, pandas or Arrow frame).

    A merchant has the keys of a merchant file: `merchant`, `industry`, `shop_type`, and facts with
    dotted or nested names. A float is the shortest decimal that it reads as; None, and NaN in a
    pandas frame, is an absent fact. `book` is a folder, or plans from `open_plans`, which know
    their day and scene.

    Raises `InvalidInput` with every problem: of a single merchant, of the columns of a frame, of
    the book. Merchants of a population that are wrong are in `rejects`. Raises `TypeError` for
    anything else that is given.
    """
    plans = _plans(book, as_of, scene)
    if isinstance(merchants, Mapping):
        return _score_one(merchants, plans)
    return _score_many(merchants, plans)


def _plans(book: str | Path | PlanSet, as_of: date | str | None, scene: str | None) -> PlanSet:
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    if not isinstance(book, PlanSet):
        if day is None:
            raise TypeError("as_of is missing: the day of the score, such as 2026-06-01")
        return open_plans(Path(book), as_of=day, scene=scene)
    if (day or book.as_of) != book.as_of or (scene or book.scene) != book.scene:
        what = f"the plans are for {book.as_of} and the scene {book.scene or 'none'}"
        raise InvalidInput([Problem("SY702", what, fix="open plans for the other day or scene")])
    return book


def _score_one(merchant: Mapping[str, object], plans: PlanSet) -> MerchantScore:
    from steelyard.merchants.columns.rows import read_row
    from steelyard.merchants.rows import Reject
    from steelyard.pipeline import PlanScorer, Result
    from steelyard.plan.codec import decode
    from steelyard.plan.structure import Plan
    from steelyard.scoring.arms import score_in_arm

    read = read_row(merchant, 1, Place(ONE), plans.known)
    if isinstance(read, Reject):
        raise InvalidInput(read.problems)
    kind = (read.industry, read.shop_type)
    found = next(one for one in plans.plans if (one.industry, one.shop_type) == kind)

    def score_as(rolled: bool) -> Result:
        arm = found.rolled if rolled else found
        assert arm is not None
        if arm.problems:
            raise InvalidInput(arm.problems)
        plan = decode(Plan, arm.content)
        assert plan is not None
        return PlanScorer(plan, digest=arm.digest).score(read, plans.as_of)

    result = score_in_arm(read.name, found.rollout, score_as)
    if result.reject is not None:
        raise InvalidInput(result.reject.problems)
    assert result.scorecard is not None
    return MerchantScore(result.scorecard)


def _score_many(merchants: object, plans: PlanSet) -> PopulationScore:
    from steelyard.merchants.columns import read_mappings, without_duplicates
    from steelyard.merchants.columns.frames import read_frame
    from steelyard.scoring.batches import PopulationScorer

    if isinstance(merchants, Sequence) and not isinstance(merchants, str | bytes):
        if not all(isinstance(one, Mapping) for one in merchants):
            raise TypeError(f"merchants are {_KINDS}")
        batch = read_mappings(merchants, plans.known, source=SOURCE)
    else:
        batch = read_frame(_frame(merchants), plans.known, source=SOURCE)
    scorer = PopulationScorer(plans)
    return PopulationScore(scorer.score(without_duplicates(batch)), scorer)


def _frame(merchants: object) -> "pl.DataFrame":
    """Return any frame as one of Polars. NaN of a pandas frame is an absent value."""
    import polars as pl

    if isinstance(merchants, pl.LazyFrame):
        return merchants.collect()
    if isinstance(merchants, pl.DataFrame):
        return merchants
    if type(merchants).__module__.partition(".")[0] == "pandas":
        return pl.from_pandas(merchants, nan_to_null=True)  # type: ignore[arg-type]
    if hasattr(merchants, "__arrow_c_stream__") or hasattr(merchants, "__arrow_c_array__"):
        return pl.DataFrame(merchants)  # type: ignore[arg-type]  # it exports Arrow
    raise TypeError(f"merchants are {_KINDS}, not {type(merchants).__name__}")
