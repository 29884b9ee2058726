"""Scoring of merchants one by one, from files with a few merchants."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows import Merchant, MerchantFile, Reject
from steelyard.model.arguments import given_day, given_path, given_text
from steelyard.model.frozen import frozen
from steelyard.model.rollout import is_member
from steelyard.pipeline import (
    MerchantResult,
    PreparedPlan,
    prepare,
    read_merchants,
    score_merchant,
)
from steelyard.scorecard import with_shadow
from steelyard.scoring.plans import NO_RULESET, KindPlan, Rules, open_rules

# from about this many merchants on, generated code wins back the time that generating it takes
WORTH_GENERATING = 50


@frozen
class FileScores:
    """The result for every merchant of files, in order.

    `several` is true for a list of merchants, even with one entry, and false for a single merchant.
    """

    results: tuple[MerchantResult, ...]
    several: bool

    @property
    def scored(self) -> int:
        """The number of merchants with a scorecard (with a score or without)."""
        return sum(result.scorecard is not None for result in self.results)

    @property
    def rejected(self) -> int:
        """The number of rejected merchants."""
        return sum(result.reject is not None for result in self.results)


class MerchantScorer:
    """A scorer of single merchants on one day.

    `find_plan` returns the plan for an industry and a shop type, and is called once for each;
    `many` is true if there are enough merchants to make generating code worth its time.
    """

    def __init__(
        self, find_plan: Callable[[str, str | None], KindPlan], as_of: date, *, many: bool = False
    ) -> None:
        self._find_plan = find_plan
        self._as_of = as_of
        self._many = many
        self._plans: dict[tuple[str, str | None], KindPlan] = {}
        self._prepared: dict[str, PreparedPlan] = {}

    def score(self, merchant: Merchant) -> MerchantResult:
        """Score a merchant under the version that is in force for it.

        In a shadow rollout, a merchant of the share keeps its score, and its scorecard also has the
        result of the other version. Raises `InvalidInput` if there is no plan for the merchant's
        kind.
        """
        kind = (merchant.industry, merchant.shop_type)
        if kind not in self._plans:
            self._plans[kind] = self._find_plan(*kind)
        plan = self._plans[kind]
        rollout = plan.rollout
        if rollout is None or plan.inside is None or not is_member(rollout, merchant.name):
            return self._score(plan, merchant)
        if not rollout.shadow:
            return self._score(plan.inside, merchant)
        live = self._score(plan, merchant)
        if live.scorecard is None:
            return live
        if plan.inside.problems and not plan.inside.is_wrong:
            return replace(live, scorecard=with_shadow(live.scorecard, rollout, None))
        shadow = self._score(plan.inside, merchant).scorecard
        return replace(live, scorecard=with_shadow(live.scorecard, rollout, shadow))

    def _score(self, plan: KindPlan, merchant: Merchant) -> MerchantResult:
        if plan.plan is None:
            raise InvalidInput(plan.problems)
        if plan.digest not in self._prepared:
            prepared = prepare(plan.plan, plan_digest=plan.digest, many=self._many)
            self._prepared[plan.digest] = prepared
        return score_merchant(self._prepared[plan.digest], merchant, self._as_of)


def score_files(
    paths: Sequence[Path], *, book: Path, as_of: date, scene: str | None = None
) -> FileScores:
    """Score every merchant of some files with a book (a folder) or a bundle (a file).

    Raises `InvalidInput` if nothing can be scored.
    """
    if isinstance(paths, str) or not isinstance(paths, Sequence):
        raise TypeError(f"paths is a {type(paths).__name__}, not a list of paths")
    paths = [given_path(path, "paths") for path in paths]
    as_of = given_day(as_of)
    given_text(scene, "scene")
    opened = open_rules(given_path(book, "book"))
    contents = [read_merchants(path, opened.known) for path in paths]
    contents = _reject_duplicates(paths, contents)
    several = len(paths) > 1 or any(file.several for file in contents)
    return FileScores(_score_contents(contents, opened, as_of, scene), several)


def score_one(
    sources: Sequence[str],
    merchant: str,
    *,
    book: Path,
    as_of: date,
    scene: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> FileScores:
    """Score one merchant of a population by name, with a book (a folder) or a bundle (a file).

    Raises `InvalidInput` if the population cannot be read, or SY703 if it has no such merchant.
    """
    from steelyard.merchants.columns.finding import find_merchant

    opened = open_rules(book)
    file = find_merchant(sources, merchant, opened.known, sheet=sheet, encoding=encoding)
    return FileScores(_score_contents([file], opened, as_of, scene), several=False)


def _score_contents(
    contents: Sequence[MerchantFile], opened: Rules, as_of: date, scene: str | None
) -> tuple[MerchantResult, ...]:
    many = sum(len(file.merchants) for file in contents) > WORTH_GENERATING
    scorer = MerchantScorer(
        lambda industry, shop_type: opened.plan_for(industry, shop_type, as_of, scene),
        as_of,
        many=many,
    )
    return tuple(result for file in contents for result in _score_file(file, scorer))


def _reject_duplicates(paths: Sequence[Path], contents: list[MerchantFile]) -> list[MerchantFile]:
    """Reject every merchant that occurs in several files, because the valid file is unknown."""
    files_of: dict[str, list[Path]] = {}
    for path, file in zip(paths, contents, strict=True):
        for merchant in file.merchants:
            files_of.setdefault(merchant.name, []).append(path)

    def reject(merchant: Merchant) -> Reject:
        files = ", ".join(map(str, files_of[merchant.name]))
        what = f"duplicate merchant {merchant.name!r} in several files: {files}"
        fix = "give each merchant in one file only"
        problem = Problem("SY607", what, merchant.place, fix=fix)
        return Reject(merchant.name, merchant.row, (problem,))

    def without_duplicates(file: MerchantFile) -> MerchantFile:
        duplicates = [merchant for merchant in file.merchants if len(files_of[merchant.name]) > 1]
        return replace(
            file,
            merchants=tuple(
                merchant for merchant in file.merchants if len(files_of[merchant.name]) == 1
            ),
            rejects=(*file.rejects, *map(reject, duplicates)),
        )

    return [without_duplicates(file) for file in contents]


def _score_file(file: MerchantFile, scorer: MerchantScorer) -> list[MerchantResult]:
    rows = [(merchant.row, _score_or_reject(merchant, scorer)) for merchant in file.merchants]
    rows += [
        (reject.row, MerchantResult(reject.name or f"row {reject.row}", reject=reject))
        for reject in file.rejects
    ]
    return [result for _, result in sorted(rows, key=lambda row: row[0])]


def _score_or_reject(merchant: Merchant, scorer: MerchantScorer) -> MerchantResult:
    """Score a merchant; reject it if its kind has no ruleset on the day.

    Raises `InvalidInput` for a ruleset with problems: then nothing can be scored.
    """
    try:
        return scorer.score(merchant)
    except InvalidInput as error:
        if any(problem.code != NO_RULESET for problem in error.problems):
            raise
        problems = tuple(replace(problem, place=merchant.place) for problem in error.problems)
        return MerchantResult(merchant.name, reject=Reject(merchant.name, merchant.row, problems))
