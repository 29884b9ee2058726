"""A book on the bench: its cases with their merchants read, and the plans they are scored under."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steelyard.book import Book, Selection, find_rollout, select
from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows import Merchant, MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.pipeline import (
    PlanScorer,
    compile_selection,
    every_selection,
    facts_of,
    load_book,
    load_catalogue,
    missing_plugins,
    with_plugin_faults,
)
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue
from steelyard.testing.cases import Case, CaseResult, compare, read_cases, read_merchant

PlanName = tuple[str, ...]  # the rollout, or nothing, and every layer: `("", "base@1", "toys@2")`


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case whose merchant is read; `plan` is None where no plan can tell anything of it.

    `problems` are those of a merchant that is rejected before any plan.
    """

    case: Case
    merchant: Merchant | None
    plan: PlanName | None
    problems: tuple[Problem, ...] = ()

    def judge(self, scorer: PlanScorer | None) -> CaseResult:
        """Score the merchant under its plan, and compare."""
        if scorer is None or self.merchant is None:
            return compare(self.case, None, self.problems)
        try:
            result = scorer.score(self.merchant, self.case.as_of)
        except InvalidInput as error:
            return compare(self.case, None, error.problems)
        rejected = result.reject.problems if result.reject else ()
        return compare(self.case, result.scorecard, rejected)


class Bench:
    """A book, read once: every plan it can give, and every case with the plan it is scored under.

    `selections` has the plans that merchants can get, by name, in a fixed order.
    """

    def __init__(self, folder: Path) -> None:
        """Read a book. Raises `InvalidInput` with every problem of its form or of its cases'."""
        self.book: Book = load_book(folder)
        self.catalogue: Catalogue = load_catalogue()
        try:
            self.facts: Mapping[str, FactDeclaration] = facts_of(self.book, self.catalogue)
        except InvalidInput as error:
            raise InvalidInput(with_plugin_faults(error.problems, self.catalogue)) from None
        missing = missing_plugins(self.book, self.catalogue)
        if missing:
            raise InvalidInput(with_plugin_faults(tuple(missing), self.catalogue))
        self.selections = {plan_name(one): one for one in every_selection(self.book)}
        self._plans: dict[PlanName, Plan] = {}
        known = MerchantSchema(
            tuple(self.facts.values()), self.book.industry_ids, self.book.shop_type_ids
        )
        self.cases = tuple(self._ready(case, known) for case in read_cases(self.book))

    def plan(self, name: PlanName) -> Plan:
        """Return a plan of the book, compiled once. Raises `InvalidInput` if it is wrong."""
        if name not in self._plans:
            self._plans[name] = self.compile(self.selections[name])
        return self._plans[name]

    def compile(self, selection: Selection) -> Plan:
        """Compile a selection, of this book or of an edited one."""
        try:
            return compile_selection(selection, self.catalogue, self.facts)
        except InvalidInput as error:
            raise InvalidInput(with_plugin_faults(error.problems, self.catalogue)) from None

    def _ready(self, case: Case, known: MerchantSchema) -> ReadyCase:
        try:
            merchant = read_merchant(case, known)
            selection = self._select(case, merchant)
        except InvalidInput as error:
            return ReadyCase(case, None, None, error.problems)
        name = plan_name(selection)
        self.selections.setdefault(name, selection)
        return ReadyCase(case, merchant, name)

    def _select(self, case: Case, merchant: Merchant) -> Selection:
        industry, shop_type = merchant.industry, merchant.shop_type
        rollout = None
        if case.rolled:
            rollout = find_rollout(
                self.book,
                industry=industry,
                shop_type=shop_type,
                scene=case.scene,
                as_of=case.as_of,
            )
            if rollout is None:
                what = f"no version is being rolled out to {industry} on {case.as_of}"
                raise InvalidInput([Problem("SY703", what)])
        return select(
            self.book,
            industry=industry,
            shop_type=shop_type,
            scene=case.scene,
            as_of=case.as_of,
            rollout=rollout,
        )


def plan_name(selection: Selection) -> PlanName:
    """Return what tells the plans of a book apart: the same layers make the same plan."""
    rollout = selection.rollout.name if selection.rollout else ""
    return (rollout, *(layer.name for layer in selection.layers))
