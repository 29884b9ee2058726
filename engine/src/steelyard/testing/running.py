"""Running cases: each case's merchant is read, scored under its plan, and compared."""

from dataclasses import dataclass
from pathlib import Path

from steelyard.book import Selection
from steelyard.book.kinds import every_selection, select_for_kind, selection_name
from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows import Merchant, merchant_from_mapping
from steelyard.pipeline import (
    OpenBook,
    PreparedPlan,
    compile_rules,
    open_book,
    prepare,
    score_merchant,
)
from steelyard.testing.cases import Case, CaseReport, CaseResult, compare, read_cases

PlanName = tuple[str, ...]  # as `selection_name` gives it


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case whose merchant was read, with the rules that it is scored under.

    Where the merchant is rejected, or where there are no rules for it, `merchant` and `selection`
    are None and `problems` has the reasons.
    """

    case: Case
    merchant: Merchant | None = None
    selection: Selection | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def plan_name(self) -> PlanName | None:
        """The name of the rules, if there are any."""
        return None if self.selection is None else selection_name(self.selection)

    def run(self, prepared: PreparedPlan | None) -> CaseResult:
        """Score the merchant under a plan, and compare."""
        if prepared is None or self.merchant is None:
            return compare(self.case, None, self.problems)
        try:
            result = score_merchant(prepared, self.merchant, self.case.as_of)
        except InvalidInput as error:
            return compare(self.case, None, error.problems)
        rejected = result.reject.problems if result.reject else ()
        return compare(self.case, result.scorecard, rejected, self.merchant)


def ready_case(case: Case, opened: OpenBook) -> ReadyCase:
    """Read a case's merchant and select the rules for it."""
    known = opened.known
    try:
        merchant = merchant_from_mapping(case.merchant, known)
        selection = select_for_kind(
            opened.book,
            (merchant.industry, merchant.shop_type),
            scene=case.scene,
            as_of=case.as_of,
            part="inside" if case.rolled else "outside",
        )
    except InvalidInput as error:
        return ReadyCase(case, problems=error.problems)
    return ReadyCase(case, merchant, selection)


class CaseRunner:
    """A runner of the cases of an open book; it prepares each plan once."""

    def __init__(self, opened: OpenBook) -> None:
        self._opened = opened
        self._prepared: dict[PlanName, PreparedPlan] = {}

    def run(self, case: Case) -> CaseResult:
        """Run a case; rules that do not compile count as a rejection."""
        ready = ready_case(case, self._opened)
        if ready.selection is None:
            return ready.run(None)
        name = selection_name(ready.selection)
        if name not in self._prepared:
            try:
                plan = compile_rules(self._opened, ready.selection)
            except InvalidInput as error:
                return compare(ready.case, None, error.problems)
            self._prepared[name] = prepare(
                plan, plan_digest="unread", advise=False
            )  # cases read neither
        return ready.run(self._prepared[name])


def test_book(folder: Path) -> CaseReport:
    """Run every case of a book. Raises `InvalidInput` for a book or cases file of wrong form."""
    opened = open_book(folder)
    runner = CaseRunner(opened)
    return CaseReport(tuple(runner.run(case) for case in read_cases(opened.book)))


test_book.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


@dataclass(frozen=True, slots=True)
class ReadyBook:
    """An open book with its cases, and every selection of rules that it can give, by name."""

    opened: OpenBook
    cases: tuple[ReadyCase, ...]
    selections: dict[PlanName, Selection]


def ready_book(folder: Path) -> ReadyBook:
    """Open a book and read its cases. Raises `InvalidInput` for a book or file of wrong form."""
    opened = open_book(folder)
    cases = tuple(ready_case(case, opened) for case in read_cases(opened.book))
    selections: dict[PlanName, Selection] = {}
    for selection in (*every_selection(opened.book), *(ready.selection for ready in cases)):
        if selection is not None:
            selections.setdefault(selection_name(selection), selection)
    return ReadyBook(opened, cases, selections)
