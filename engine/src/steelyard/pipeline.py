"""The steps from a book to an explained score, in order. Read this module first.

    open_book ─→ select ─→ compile_rules ─→ PLAN ─┐
    read_merchants ─→ facts ──────────────────────┴→ evaluate ─→ assemble ─→ explain

Every command that scores, explains, tests or compares rules calls these steps.
"""

from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput, Problem
from steelyard.evaluators import reference
from steelyard.merchants.rows import Merchant, Reject, missing_facts, read_merchants
from steelyard.model.facts import FactDeclaration
from steelyard.model.frozen import frozen
from steelyard.plan.codec import digest
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Trace
from steelyard.scorecard import Assembler, Scorecard

if TYPE_CHECKING:
    from steelyard.book.opening import OpenBook, open_book
    from steelyard.compiler.selections import compile_plan, compile_rules, select
    from steelyard.report.explanation import explain

__all__ = [
    "MerchantResult", "OpenBook", "PreparedPlan", "assemble", "compile_plan", "compile_rules",
    "evaluate", "explain", "open_book", "prepare", "read_merchants", "score_merchant", "select",
]  # fmt: skip

_ON_USE = {
    "OpenBook": "steelyard.book.opening",
    "open_book": "steelyard.book.opening",
    "select": "steelyard.compiler.selections",
    "compile_rules": "steelyard.compiler.selections",
    "compile_plan": "steelyard.compiler.selections",
    "explain": "steelyard.report.explanation",
}


def __getattr__(name: str) -> object:
    """Import a step when it is used: scoring with a bundle needs neither a book nor a compiler."""
    if name not in _ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ON_USE[name]), name)


@frozen
class PreparedPlan:
    """A plan with its evaluator and the assembler of its scorecards, for merchants one by one."""

    plan: Plan
    required: Mapping[str, FactDeclaration]
    evaluator: Callable[..., Trace]
    assembler: Assembler


def prepare(
    plan: Plan, *, plan_digest: str | None = None, many: bool = False, advise: bool = True
) -> PreparedPlan:
    """Prepare a plan; with `many`, code is generated, and without `advise` there is no advice."""
    evaluator = reference
    if many:
        from steelyard.evaluators import python

        evaluator = python
    facts = {fact.id: fact for fact in plan.facts}
    assembler = Assembler(plan, plan_digest or digest(plan), evaluator.prepare_nodes, advise=advise)
    return PreparedPlan(plan, facts, evaluator.prepare(plan), assembler)


def evaluate(prepared: PreparedPlan, merchant: Merchant, as_of: date) -> Trace:
    """Compute the values of a plan for a merchant that gives every required fact.

    Raises `InvalidInput` SY702 for a day on which the plan does not hold.
    """
    first, last = prepared.plan.dates.first_day, prepared.plan.dates.last_day
    if not first <= as_of <= last:
        what = f"the plan holds from {first} to {last}, not on {as_of}"
        raise InvalidInput([Problem("SY702", what)])
    return prepared.evaluator(merchant.facts, as_of.toordinal())


def assemble(prepared: PreparedPlan, merchant: Merchant, trace: Trace, as_of: date) -> Scorecard:
    """Make the scorecard of a merchant from the values of the plan."""
    return prepared.assembler.scorecard(merchant, trace, as_of)


@frozen
class MerchantResult:
    """The result for one merchant: a scorecard, or a rejection with every reason."""

    merchant: str
    scorecard: Scorecard | None = None
    reject: Reject | None = None


def score_merchant(prepared: PreparedPlan, merchant: Merchant, as_of: date) -> MerchantResult:
    """Evaluate and assemble; a merchant without a required fact is rejected with every reason."""
    if missing := missing_facts(merchant, prepared.required):
        reject = Reject(merchant.name, merchant.row, tuple(missing))
        return MerchantResult(merchant.name, reject=reject)
    trace = evaluate(prepared, merchant, as_of)
    return MerchantResult(merchant.name, assemble(prepared, merchant, trace, as_of))
