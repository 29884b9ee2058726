"""The plans of a book at one day, as data: what scoring a population needs, on any machine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.rollout import Rollout
from steelyard.plan.codec import canonical_bytes
from steelyard.scoring.merchants import Scorer


@dataclass(frozen=True, slots=True)
class KindPlan:
    """The plan for one kind of merchant as canonical JSON, or why there is none.

    Where a version is being rolled out to the kind, `rolled` has the plan for the merchants in the
    part of `rollout`, and the rest is for all others.
    """

    industry: str
    shop_type: str | None
    content: bytes
    digest: str
    problems: tuple[Problem, ...] = ()
    rollout: Rollout | None = None
    rolled: "KindPlan | None" = None

    @property
    def arms(self) -> "tuple[KindPlan, ...]":
        """The plan, and that inside the part of a rollout if there is one."""
        return (self,) if self.rolled is None else (self, self.rolled)


@dataclass(frozen=True, slots=True)
class PlanSet:
    """The plans for every kind of merchant that a book knows, at one day, in one scene.

    It can be sent to other processes: they need neither the book nor its plugins.
    """

    as_of: date
    scene: str | None
    known: MerchantSchema
    plans: tuple[KindPlan, ...]


def open_plans(
    book: str | Path, *, as_of: date | str, scene: str | None = None, cache: bool = True
) -> PlanSet:
    """Compile every plan of a book for one day, or take it from the cache.

    A kind of merchant without a plan keeps its problems: they concern only merchants of that kind.
    Raises `InvalidInput` with every problem of the book's form, or if it has no plan at all.
    """
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    scorer = Scorer.open(Path(book), as_of=day, scene=scene, cache=cache)
    shop_types: Sequence[str | None] = scorer.known.shop_types or (None,)
    plans = [
        _kind_plan(scorer, industry, shop_type)
        for industry in scorer.known.industries
        for shop_type in shop_types
    ]
    arms = [arm for one in plans for arm in one.arms]
    if all(one.problems for one in arms):
        found = {str(problem): problem for one in arms for problem in one.problems}
        raise InvalidInput(found.values())
    return PlanSet(day, scene, scorer.known, tuple(plans))


def _kind_plan(scorer: Scorer, industry: str, shop_type: str | None) -> KindPlan:
    try:
        rollout = scorer.rollout(industry, shop_type)
    except InvalidInput as error:
        return KindPlan(industry, shop_type, b"", "", error.problems)
    plan = _arm(scorer, industry, shop_type, rolled=False)
    if rollout is None:
        return plan
    rolled = _arm(scorer, industry, shop_type, rolled=True)
    return replace(plan, rollout=rollout, rolled=rolled)


def _arm(scorer: Scorer, industry: str, shop_type: str | None, *, rolled: bool) -> KindPlan:
    try:
        plan, digest = scorer.plan_and_digest(industry, shop_type, rolled=rolled)
    except InvalidInput as error:
        return KindPlan(industry, shop_type, b"", "", error.problems)
    return KindPlan(industry, shop_type, canonical_bytes(plan), digest)
