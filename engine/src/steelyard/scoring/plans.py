"""The plans of a book or a bundle, as data: the only part of them that scoring needs.

Spark executors import this module to read plans and do not need the compiler, so only the functions
that compile import it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.merchants.rows.reading import MerchantSchema
from steelyard.model.arguments import given_day, given_path, given_text
from steelyard.model.frozen import frozen
from steelyard.model.rollout import Rollout
from steelyard.plan.bundle import Bundle, for_kind, read_bundle
from steelyard.plan.codec import digest, meaning_digest
from steelyard.plan.structure import Plan

if TYPE_CHECKING:
    from steelyard.book.kinds import Part
    from steelyard.book.opening import OpenBook

NO_RULESET = "SY310"  # the code of a kind of merchant for which a book has no ruleset


@frozen
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


@frozen
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


@frozen
class Rules:
    """A book or a bundle: what reading merchants needs, and the plan of each kind of merchant.

    `plan_for` takes an industry, a shop type, a day and a scene. The problems of rules that do not
    compile are in its result. It raises `InvalidInput` SY318 for an unknown scene.
    """

    known: MerchantSchema
    kinds: tuple[tuple[str, str | None], ...]
    plan_for: Callable[[str, str | None, date, str | None], KindPlan]


def open_rules(path: Path) -> Rules:
    """Open the folder of a book, or the file of a bundle.

    Raises `InvalidInput` with every problem of form. A book that differs from its lock is refused.
    """
    if path.is_file():
        return bundle_rules(read_bundle(path))
    from steelyard.pipeline import open_book

    return book_rules(open_book(path))


def open_plans(book: str | Path, *, as_of: date | str, scene: str | None = None) -> PlanSet:
    """Return the plans of a book (a folder) or of a bundle (a file) for one day.

    A kind of merchant without a plan keeps its problems: they concern only merchants of that kind.
    Raises `InvalidInput` with every problem of form, or if there is no plan at all.
    """
    folder, day = given_path(book, "book"), given_day(as_of)
    given_text(scene, "scene")
    rules = open_rules(folder)
    plans = tuple(rules.plan_for(*kind, day, scene) for kind in rules.kinds)
    parts = [part for plan in plans for part in plan.parts]
    if all(part.plan is None for part in parts):
        raise InvalidInput(dict.fromkeys(problem for part in parts for problem in part.problems))
    return PlanSet(day, scene, rules.known, plans)


def plans_of(book: object, as_of: date | str | None, scene: str | None) -> PlanSet:
    """Return plans as they are, or those of the book in a folder.

    Raises `InvalidInput` SY702 for plans of another day or scene, and `TypeError` for a folder
    without a day, and for anything else.
    """
    if not isinstance(book, PlanSet):
        folder = given_path(book, "book")
        return open_plans(folder, as_of=given_day(as_of), scene=scene)
    day = book.as_of if as_of is None else given_day(as_of)
    if day != book.as_of or given_text(scene, "scene") not in (None, book.scene):
        what = f"the plans are for {book.as_of} and the scene {book.scene or 'none'}"
        raise InvalidInput([Problem("SY702", what, fix="open plans for the other day or scene")])
    return book


def bundle_rules(bundle: Bundle) -> Rules:
    """Return the rules of a bundle; each plan is decoded when it is asked for."""
    head = bundle.head
    scenes = [label.id for label in head.scenes]
    industries = tuple(label.id for label in head.industries)
    shop_types = tuple(label.id for label in head.shop_types)

    def plan_for(industry: str, shop_type: str | None, as_of: date, scene: str | None) -> KindPlan:
        if scene is not None and scene not in scenes:
            what = f"unknown scene {scene!r}"
            expected = f"one of {', '.join(scenes)}" if scenes else None
            raise InvalidInput([Problem("SY318", what, None, expected, suggest(scene, scenes))])
        period = bundle.period_of(industry, shop_type, scene, as_of)

        def part(name: str | None, rollout: Rollout | None) -> KindPlan:
            if name is None or period is None:
                kind = f" and shop type {shop_type}" if shop_type else ""
                what = f"no ruleset applies to industry {industry}{kind} on {as_of}"
                fix = "choose another date, or release a book with rules for it"
                problem = Problem(NO_RULESET, what, None, None, fix)
                return KindPlan(industry, shop_type, None, problems=(problem,))
            plan = for_kind(bundle.plan_in(period, name), industry, shop_type, scene, rollout)
            return KindPlan(industry, shop_type, plan, digest(plan))

        outside = part(None if period is None else period.plan, None)
        if period is None or period.rollout is None:
            return outside
        inside = part(period.inside, period.rollout)
        return replace(outside, rollout=period.rollout, inside=inside)

    kinds = tuple(product(industries, shop_types or (None,)))
    return Rules(MerchantSchema(head.facts, industries, shop_types), kinds, plan_for)


def book_rules(opened: "OpenBook") -> Rules:
    """Return the rules of a book, each compiled when it is asked for.

    Raises `InvalidInput` if a released version was edited (SY323, SY324). Rules whose plan is not
    the one in the lock have the problem SY328 in place of a plan.
    """
    from steelyard.book.kinds import kinds_of
    from steelyard.book.lock import check_lock, locked_plans

    if problems := check_lock(opened.book):
        raise InvalidInput(problems)
    return Rules(
        opened.known,
        tuple(kinds_of(opened.book)),
        partial(_plan_for, opened, locked_plans(opened.book) or {}),
    )


def _plan_for(
    opened: "OpenBook",
    locked: Mapping[str, str],
    industry: str,
    shop_type: str | None,
    as_of: date,
    scene: str | None,
) -> KindPlan:
    """Compile the plan for a kind of merchant, and the plan inside a rollout if there is one."""
    from steelyard.book.kinds import find_rollout
    from steelyard.book.lock import plan_problem
    from steelyard.pipeline import compile_rules, select

    kind = {"industry": industry, "shop_type": shop_type, "scene": scene}

    def compile_part(part: "Part") -> KindPlan:
        try:
            selection = select(opened, **kind, as_of=as_of, part=part)
            plan = compile_rules(opened, selection)
        except InvalidInput as error:
            return KindPlan(industry, shop_type, None, problems=error.problems)
        name = selection.name
        if name in locked and (now := meaning_digest(plan)) != locked[name]:
            problem = plan_problem(opened.book, name, now, opened.plugin_versions)
            return KindPlan(industry, shop_type, None, problems=(problem,))
        return KindPlan(industry, shop_type, plan, digest(plan))

    try:
        rollout = find_rollout(opened.book, **kind, as_of=as_of)
    except InvalidInput as error:
        return KindPlan(industry, shop_type, None, problems=error.problems)
    outside = compile_part("outside")
    if rollout is None:
        return outside
    return replace(outside, rollout=rollout.rollout_on(as_of), inside=compile_part("inside"))
