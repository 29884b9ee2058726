"""The plans of a book for one day, as data: the only part of a book that scoring needs.

Spark executors import this module to read plans and do not need the compiler, so only the functions
that compile import it.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows.reading import MerchantSchema
from steelyard.model.rollout import Rollout
from steelyard.plan.codec import digest
from steelyard.plan.structure import Plan

if TYPE_CHECKING:
    from steelyard.book.kinds import Part
    from steelyard.book.opening import OpenBook

NO_RULESET = "SY310"  # the code of a kind of merchant for which a book has no ruleset


@dataclass(frozen=True, slots=True)
class KindPlan:
    """The plan for one kind of merchant, or the problems why there is none.

    If the kind has a rollout, `inside` has the plan for the merchants in the share of `rollout`,
    and the other fields are for all other merchants.
    """

    industry: str
    shop_type: str | None
    plan: Plan | None
    digest: str = ""
    problems: tuple[Problem, ...] = ()
    rollout: Rollout | None = None
    inside: "KindPlan | None" = None

    @property
    def parts(self) -> "tuple[KindPlan, ...]":
        """The plan, followed by the plan inside the share of a rollout if there is one."""
        return (self,) if self.inside is None else (self, self.inside)

    @property
    def is_wrong(self) -> bool:
        """True if the book has a ruleset for the kind and that ruleset has problems."""
        return any(problem.code != NO_RULESET for problem in self.problems)


@dataclass(frozen=True, slots=True)
class PlanSet:
    """The plans for every kind of merchant that a book knows, at one day, in one scene.

    Other processes can use it without the book and its plugins.
    """

    as_of: date
    scene: str | None
    known: MerchantSchema
    plans: tuple[KindPlan, ...]

    def plan_of(self, industry: str, shop_type: str | None) -> KindPlan:
        """Return the plan for a kind of merchant that the book knows."""
        kind = (industry, shop_type)
        return next(plan for plan in self.plans if (plan.industry, plan.shop_type) == kind)


def open_plans(book: str | Path, *, as_of: date | str, scene: str | None = None) -> PlanSet:
    """Compile every plan of a book for one day.

    A kind of merchant without a plan keeps its problems: they concern only merchants of that kind.
    Raises `InvalidInput` with every problem of the book's form, or if it has no plan at all.
    """
    from steelyard.book.kinds import kinds_of
    from steelyard.pipeline import open_book

    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    opened = open_book(Path(book))
    plans = tuple(
        kind_plan(opened, industry, shop_type, as_of=day, scene=scene)
        for industry, shop_type in kinds_of(opened.book)
    )
    parts = [part for plan in plans for part in plan.parts]
    if all(part.plan is None for part in parts):
        raise InvalidInput(dict.fromkeys(problem for part in parts for problem in part.problems))
    return PlanSet(day, scene, opened.known, plans)


def kind_plan(
    opened: "OpenBook", industry: str, shop_type: str | None, *, as_of: date, scene: str | None
) -> KindPlan:
    """Compile the plan for a kind of merchant, and the plan inside a rollout if there is one.

    The problems of rules that do not compile are kept in the result.
    """
    from steelyard.book.kinds import find_rollout
    from steelyard.pipeline import compile_plan

    kind = {"industry": industry, "shop_type": shop_type, "scene": scene}

    def compile_part(part: "Part") -> KindPlan:
        try:
            plan = compile_plan(opened, **kind, as_of=as_of, part=part)
        except InvalidInput as error:
            return KindPlan(industry, shop_type, None, problems=error.problems)
        return KindPlan(industry, shop_type, plan, digest(plan))

    try:
        rollout = find_rollout(opened.book, **kind, as_of=as_of)
    except InvalidInput as error:
        return KindPlan(industry, shop_type, None, problems=error.problems)
    outside = compile_part("outside")
    if rollout is None:
        return outside
    return replace(outside, rollout=rollout.rollout, inside=compile_part("inside"))
