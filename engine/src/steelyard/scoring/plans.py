"""The plans of a book at one day, as data: what scoring a population needs, on any machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from steelyard.errors import InvalidInput, Problem
from steelyard.intake import Known
from steelyard.plan.codec import canonical_bytes
from steelyard.scoring.merchants import Scorer


@dataclass(frozen=True, slots=True)
class KindPlan:
    """The plan for one kind of merchant as canonical JSON, or why there is none."""

    industry: str
    shop_type: str | None
    content: bytes
    digest: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSet:
    """The plans for every kind of merchant that a book knows, at one day, in one scene.

    It can be sent to other processes: they need neither the book nor its plugins.
    """

    as_of: date
    scene: str | None
    known: Known
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
    if all(one.problems for one in plans):
        found = {str(problem): problem for one in plans for problem in one.problems}
        raise InvalidInput(found.values())
    return PlanSet(day, scene, scorer.known, tuple(plans))


def _kind_plan(scorer: Scorer, industry: str, shop_type: str | None) -> KindPlan:
    try:
        plan, digest = scorer.plan_and_digest(industry, shop_type)
    except InvalidInput as error:
        return KindPlan(industry, shop_type, b"", "", error.problems)
    return KindPlan(industry, shop_type, canonical_bytes(plan), digest)
