"""Scoring files of merchants: what a book knows, and its plans, compiled once and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows.schema import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout
from steelyard.pipeline import (
    PlanScorer,
    Result,
    compile_plan,
    facts_of,
    load_book,
    load_catalogue,
    missing_plugins,
    rollout_of,
    with_plugin_faults,
)
from steelyard.plan.codec import canonical_bytes, decode, encode
from steelyard.plan.fingerprint import digest_bytes
from steelyard.plan.structure import Plan
from steelyard.scoring.arms import NO_RULESET, score_in_arm
from steelyard.scoring.cache import Store, fingerprint_sources

if TYPE_CHECKING:
    from steelyard.book import Book
    from steelyard.merchants.rows import Merchant, MerchantFile
    from steelyard.plugins.discovery import Catalogue


# from about here on, generated code wins back what generating it costs
WORTH_GENERATING = 50


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of every merchant of some files, in their order; nothing is lost."""

    results: tuple[Result, ...]
    several: bool

    @property
    def scored(self) -> int:
        """How many merchants have a scorecard (with a score or without)."""
        return sum(result.scorecard is not None for result in self.results)

    @property
    def rejected(self) -> int:
        """How many merchants were rejected."""
        return sum(result.reject is not None for result in self.results)


@dataclass(slots=True)
class _Loaded:
    """The book and the catalogue, read only when a plan is not in the cache."""

    book: "Book"
    catalogue: "Catalogue"
    facts: Mapping[str, FactDeclaration]


@dataclass(frozen=True, slots=True)
class _Concerning:
    """The rollout that concerns a kind of merchant, as the cache keeps it."""

    rollout: Rollout | None = None


@dataclass
class Scorer:
    """The plans of one book at one date, in one scene."""

    folder: Path
    as_of: date
    scene: str | None
    known: MerchantSchema
    _store: Store | None
    _fingerprint: str | None
    many: bool = False
    _scorers: dict[tuple[str, str | None, bool], PlanScorer] = field(default_factory=dict)
    _rollouts: dict[tuple[str, str | None], Rollout | None] = field(default_factory=dict)

    @classmethod
    def open(
        cls, folder: Path, *, as_of: date, scene: str | None = None, cache: bool = True
    ) -> "Scorer":
        """Open a book. Raises `InvalidInput` with every problem of its form."""
        fingerprint = fingerprint_sources(folder) if cache else None
        store = Store.default() if fingerprint else None
        scorer = cls(folder, as_of, scene, MerchantSchema((), (), ()), store, fingerprint)
        key = store.key(fingerprint, "known") if store else ""
        kept = decode(MerchantSchema, store.read(key)) if store else None
        if kept is None:
            loaded = scorer._loaded
            kept = MerchantSchema(
                tuple(loaded.facts.values()), loaded.book.industry_ids, loaded.book.shop_type_ids
            )
            if scorer._store:
                scorer._store.write(key, encode(kept))
        scorer.known = kept
        return scorer

    def score(self, merchant: "Merchant") -> Result:
        """Score a merchant. Raises `InvalidInput` if no plan can be made for its kind."""
        rollout = self.rollout(merchant.industry, merchant.shop_type)
        return score_in_arm(
            merchant.name, rollout, lambda rolled: self.score_as(merchant, rolled=rolled)
        )

    def score_as(self, merchant: "Merchant", *, rolled: bool) -> Result:
        """Score a merchant as if it were inside the part of a rollout, or as all others.

        Raises `InvalidInput` if no plan can be made for its kind, or if nothing is rolled out to
        it.
        """
        kind = (merchant.industry, merchant.shop_type)
        arm = (*kind, rolled)
        if arm not in self._scorers:
            plan, digest = self.plan_and_digest(*kind, rolled=rolled)
            self._scorers[arm] = PlanScorer(plan, digest=digest, many=self.many)
        return self._scorers[arm].score(merchant, self.as_of)

    def rollout(self, industry: str, shop_type: str | None) -> Rollout | None:
        """Return the rollout that concerns a kind of merchant, from the cache if it is there.

        Raises `InvalidInput` SY321 if there are two.
        """
        kind = (industry, shop_type)
        if kind not in self._rollouts:
            self._rollouts[kind] = self._find_rollout(industry, shop_type)
        return self._rollouts[kind]

    def _find_rollout(self, industry: str, shop_type: str | None) -> Rollout | None:
        key = self._key("rollout", industry, shop_type)
        kept = decode(_Concerning, self._store.read(key)) if self._store else None
        if kept is not None:
            return kept.rollout
        found = rollout_of(
            self._loaded.book,
            industry=industry,
            shop_type=shop_type,
            scene=self.scene,
            as_of=self.as_of,
        )
        if self._store:
            self._store.write(key, encode(_Concerning(found)))
        return found

    def _key(self, *parts: object) -> str:
        """Return the name of an entry of the cache, for this day and scene."""
        if not self._store:
            return ""
        return self._store.key(self._fingerprint, *parts, self.scene, self.as_of.isoformat())

    def plan(self, industry: str, shop_type: str | None) -> Plan:
        """Return the plan for a kind of merchant. Raises `InvalidInput` if there is none."""
        return self.plan_and_digest(industry, shop_type)[0]

    def plan_and_digest(
        self, industry: str, shop_type: str | None, *, rolled: bool = False
    ) -> tuple[Plan, str]:
        """Return the plan for a kind of merchant and its digest, from the cache if it is there.

        `rolled` asks for the plan inside the part of the rollout that concerns the kind.
        """
        key = self._key("part" if rolled else "plan", industry, shop_type)
        if self._store:
            content = self._store.read(key)
            kept = decode(Plan, content)
            if kept is not None and content is not None:
                return kept, digest_bytes(content)
        plan = self._compile(industry, shop_type, rolled=rolled)
        content = canonical_bytes(plan)
        if self._store:
            self._store.write(key, content)
        return plan, digest_bytes(content)

    def _compile(self, industry: str, shop_type: str | None, *, rolled: bool) -> Plan:
        loaded = self._loaded
        try:
            return compile_plan(
                loaded.book,
                loaded.catalogue,
                loaded.facts,
                industry=industry,
                shop_type=shop_type,
                scene=self.scene,
                as_of=self.as_of,
                rolled=rolled,
            )
        except InvalidInput as error:
            raise InvalidInput(with_plugin_faults(error.problems, loaded.catalogue)) from None

    @cached_property
    def _loaded(self) -> _Loaded:
        book, catalogue = load_book(self.folder), load_catalogue()
        try:
            facts = facts_of(book, catalogue)
        except InvalidInput as error:
            raise InvalidInput(with_plugin_faults(error.problems, catalogue)) from None
        missing = missing_plugins(book, catalogue)
        if missing:
            raise InvalidInput(with_plugin_faults(tuple(missing), catalogue))
        # what is compiled now must not come back once plugins are mended, nor where a file
        # changed between looking at it and reading it
        if self._store and (
            any(problem.severity == "error" for problem in catalogue.problems)
            or fingerprint_sources(self.folder) != self._fingerprint
        ):
            self._store = None
        return _Loaded(book, catalogue, facts)


def score_files(
    paths: Sequence[Path],
    *,
    book: Path,
    as_of: date,
    scene: str | None = None,
    cache: bool = True,
) -> Scored:
    """Score every merchant of some files. Raises `InvalidInput` if nothing can be scored."""
    from steelyard.merchants.rows import read_merchants

    scorer = Scorer.open(book, as_of=as_of, scene=scene, cache=cache)
    known = scorer.known
    files = [
        read_merchants(
            path, known.declarations, industries=known.industries, shop_types=known.shop_types
        )
        for path in paths
    ]
    files = _without_duplicates(paths, files)
    scorer.many = sum(len(merchant_file.merchants) for merchant_file in files) > WORTH_GENERATING
    results = [result for merchant_file in files for result in _score_file(merchant_file, scorer)]
    several = len(paths) > 1 or any(merchant_file.several for merchant_file in files)
    return Scored(tuple(results), several)


def _without_duplicates(paths: Sequence[Path], files: list["MerchantFile"]) -> list["MerchantFile"]:
    """Reject every merchant that stands in several files: nobody can say which of them is right."""
    from steelyard.merchants.rows import Reject

    where: dict[str, list[int]] = {}
    for index, merchant_file in enumerate(files):
        for merchant in merchant_file.merchants:
            where.setdefault(merchant.name, []).append(index)
    duplicates = {name: indices for name, indices in where.items() if len(indices) > 1}
    if not duplicates:
        return files
    kept: list[MerchantFile] = []
    for merchant_file in files:
        rejects = list(merchant_file.rejects)
        for merchant in merchant_file.merchants:
            if merchant.name in duplicates:
                names = ", ".join(str(paths[index]) for index in duplicates[merchant.name])
                what = f"{merchant.name!r} stands in several files: {names}"
                fix = "give each merchant in one file only"
                problem = Problem("SY607", what, merchant.place, fix=fix)
                rejects.append(Reject(merchant.name, merchant.row, (problem,)))
        alone = tuple(one for one in merchant_file.merchants if one.name not in duplicates)
        kept.append(replace(merchant_file, merchants=alone, rejects=tuple(rejects)))
    return kept


def _score_file(merchant_file: "MerchantFile", scorer: Scorer) -> list[Result]:
    rows = [
        (merchant.row, _score_or_reject(merchant, scorer)) for merchant in merchant_file.merchants
    ]
    rows += [
        (reject.row, Result(reject.name or f"row {reject.row}", reject=reject))
        for reject in merchant_file.rejects
    ]
    return [result for _, result in sorted(rows, key=lambda row: row[0])]


def _score_or_reject(merchant: "Merchant", scorer: Scorer) -> Result:
    """Score a merchant; one for whose kind and date there is no ruleset is rejected.

    Raises `InvalidInput` for a ruleset that is there and is wrong: then nothing can be scored.
    """
    from steelyard.merchants.rows import Reject

    try:
        return scorer.score(merchant)
    except InvalidInput as error:
        if any(problem.code != NO_RULESET for problem in error.problems):
            raise
        problems = tuple(replace(problem, place=merchant.place) for problem in error.problems)
        return Result(merchant.name, reject=Reject(merchant.name, merchant.row, problems))
