"""Running cases: each case's merchant is read, scored under its plan, and compared."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from steelyard.book import Selection
from steelyard.book.kinds import every_selection, select_for_kind, selection_name
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.merchants.rows import Merchant, merchant_from_mapping
from steelyard.pipeline import (
    OpenBook,
    PreparedPlan,
    compile_rules,
    open_book,
    prepare,
    score_merchant,
)
from steelyard.plan.structure import Plan
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


class CaseBook:
    """An open book whose cases are run; each plan is prepared once."""

    def __init__(self, folder: Path) -> None:
        """Open a book. Raises `InvalidInput` for a book of wrong form."""
        self.opened = open_book(folder)
        self._prepared: dict[PlanName, PreparedPlan] = {}

    @cached_property
    def cases(self) -> tuple[ReadyCase, ...]:
        """Every case. Raises `InvalidInput` for a cases file of wrong form."""
        return tuple(ready_case(case, self.opened) for case in read_cases(self.opened.book))

    @cached_property
    def selections(self) -> dict[PlanName, Selection]:
        """Every selection of rules that the book can give or that a case has, by name."""
        selections: dict[PlanName, Selection] = {}
        of_cases = (ready.selection for ready in self.cases)
        for selection in (*every_selection(self.opened.book), *of_cases):
            if selection is not None:
                selections.setdefault(selection_name(selection), selection)
        return selections

    def prepared(self, selection: Selection) -> PreparedPlan:
        """Return the plan of some rules. Raises `InvalidInput` if they do not compile."""
        name = selection_name(selection)
        if name not in self._prepared:
            self._prepared[name] = prepare_for_cases(compile_rules(self.opened, selection))
        return self._prepared[name]

    def run(self, ready: ReadyCase) -> CaseResult:
        """Run a case. Raises `InvalidInput` for rules that do not compile."""
        return ready.run(None if ready.selection is None else self.prepared(ready.selection))

    def judge(self, case: Case) -> CaseResult:
        """Run a case; rules that do not compile count as a rejection."""
        try:
            return self.run(ready_case(case, self.opened))
        except InvalidInput as error:
            return compare(case, None, error.problems)


def prepare_for_cases(plan: Plan) -> PreparedPlan:
    """Prepare a plan without a digest and advice, which cases do not read."""
    return prepare(plan, plan_digest="unread", advise=False)


def test_book(folder: Path, names: Collection[str] = ()) -> CaseReport:  # noqa: PT028 - no test
    """Run every case of a book, or those with some names.

    Raises `InvalidInput` for a book or cases file of wrong form, SY703 for a name of no case.
    """
    tested = CaseBook(folder)
    cases = read_cases(tested.opened.book)
    known = {case.name for case in cases}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(
            Problem("SY703", f"no case is called {name[:80]!r}", fix=suggest(name, known))
            for name in unknown
        )
    return CaseReport(
        tuple(tested.judge(case) for case in cases if not names or case.name in names)
    )


test_book.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it
