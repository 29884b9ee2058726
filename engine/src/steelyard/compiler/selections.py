"""Compilation of the layers that a book selects, and the check of every plan of a book."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from steelyard.book import (
    Joined,
    Selection,
    check_lock,
    check_rollouts,
    check_selection,
    join_layers,
)
from steelyard.book.checker import check_joined
from steelyard.book.kinds import (
    Part,
    Period,
    check_kind,
    every_selection,
    periods,
    select_for_kind,
    selection_name,
)
from steelyard.book.opening import OpenBook, add_plugin_faults, open_book
from steelyard.compiler.compile import compile_ruleset
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.model.arguments import given
from steelyard.model.facts import FactDeclaration
from steelyard.plan.bundle import for_kind
from steelyard.plan.codec import meaning_digest
from steelyard.plan.digits import result_decimals, too_many_digits
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue
from steelyard.plugins.discovery.declarations import ambiguous_names


def select(
    opened: OpenBook,
    *,
    industry: str,
    as_of: date,
    shop_type: str | None = None,
    scene: str | None = None,
    part: Part = "outside",
) -> Selection:
    """Choose the layers of rules for a kind of merchant; the book's first shop type is the default.

    Raises `InvalidInput` if the book does not know the kind, or has no or two rulesets for it.
    """
    given(opened, OpenBook, "opened", "an open book")
    shop_type = next(iter(opened.book.shop_type_ids), None) if shop_type is None else shop_type
    check_kind(opened.book, industry, shop_type)
    kind = (industry, shop_type)
    return select_for_kind(opened.book, kind, scene=scene, as_of=as_of, part=part)


def compile_plan(
    opened: OpenBook,
    *,
    industry: str,
    as_of: date,
    shop_type: str | None = None,
    scene: str | None = None,
    part: Part = "outside",
) -> Plan:
    """Select and compile the rules for a kind of merchant on a day. Raises `InvalidInput`."""
    kind = {"industry": industry, "shop_type": shop_type, "scene": scene}
    return compile_rules(opened, select(opened, **kind, as_of=as_of, part=part))


def compile_rules(opened: OpenBook, selection: Selection) -> Plan:
    """Return the plan of a selection; an open book compiles the same layers only once.

    Raises `InvalidInput` with every problem, and with the faults of plugins that may be the cause.
    """
    key = tuple(f"{layer.file} {layer.digest}" for layer in selection.layers)
    if key not in opened.plans:
        try:
            plan = compile_selection(selection, opened.catalogue, opened.facts)
        except InvalidInput as error:
            raise InvalidInput(add_plugin_faults(error.problems, opened.catalogue)) from None
        opened.plans[key] = plan
    return _for_selection(opened.plans[key], selection)


def compile_selection(
    selection: Selection,
    catalogue: Catalogue,
    facts: Mapping[str, FactDeclaration],
    warnings: Problems | None = None,
) -> Plan:
    """Join the layers of a selection, check them and compile them.

    Warnings about a ruleset that compiles are added to `warnings`. Raises `InvalidInput` with
    every problem.
    """
    problems = Problems()
    joined = join_layers(selection, problems)
    return compile_joined(joined, selection, catalogue, facts, problems, warnings)


def compile_joined(
    joined: Joined,
    selection: Selection,
    catalogue: Catalogue,
    facts: Mapping[str, FactDeclaration],
    problems: Problems | None = None,
    warnings: Problems | None = None,
) -> Plan:
    """Check and compile joined layers; `problems` are those found while joining.

    Raises `InvalidInput` with every problem.
    """
    ruleset = check_joined(joined, selection, Problems() if problems is None else problems)
    versions = {plugin.name: plugin.version for plugin in catalogue.plugins if plugin.ok}
    plan = compile_ruleset(ruleset, facts, catalogue.item_types, versions, warnings)
    return _for_selection(plan, selection)


def _for_selection(plan: Plan, selection: Selection) -> Plan:
    """Return a plan that names the kind of merchant and the rollout that it was selected for."""
    rolled = selection.rollout
    rollout = None if rolled is None else rolled.rollout_on(selection.as_of)
    return for_kind(plan, selection.industry, selection.shop_type, selection.scene, rollout)


def check_book(folder: Path) -> tuple[Problem, ...]:
    """Return every problem of a book: form, selection, rollouts, lock, and each possible plan."""
    try:
        opened = open_book(folder, allow_missing_plugins=True)
    except InvalidInput as error:
        return error.problems
    book = opened.book
    problems = [
        *opened.missing,
        *check_selection(book),
        *check_rollouts(book),
        *(one for document in book.facts_files.values() for one in ambiguous_names(document)),
    ]
    warnings: list[tuple[Plan, Problems]] = []
    plans: dict[str, str] = {}
    made: dict[tuple[str, ...], Plan] = {}
    failed = False
    for selection in every_selection(book):
        own = Problems()
        try:
            plan = compile_selection(selection, opened.catalogue, opened.facts, own)
            warnings.append((plan, own))
            plans[selection.name] = meaning_digest(plan)
            made[selection_name(selection)] = plan
        except InvalidInput as error:
            problems += error.problems
            failed = True
    problems += check_lock(book, None if failed else plans, opened.plugin_versions)
    problems += _check_digits(periods(book), made)
    problems += _of_all_plans(warnings)
    # selections share layers, and so their problems
    distinct = {
        str(problem): problem for problem in add_plugin_faults(tuple(problems), opened.catalogue)
    }
    return tuple(sorted(distinct.values(), key=_by_place))


_WITHOUT_EFFECT = ("SY312", "SY506")


def _of_all_plans(warnings: Sequence[tuple[Plan, Problems]]) -> Iterator[Problem]:
    """Yield the warnings of all plans, except those of lines that have an effect in another plan.

    A tier of the base may be out of reach in one industry and not in the next.
    """
    effective: set[tuple[str, int]] = set()
    for plan, problems in warnings:
        places = [node.place for node in plan.nodes]
        places += [item.place for item in (*plan.items, *plan.deductions)]
        effective |= _lines(places) - _lines(problem.place for problem in problems)
    told: set[tuple[Place | None, str]] = set()
    for problem in chain.from_iterable(problems for _, problems in warnings):
        said = (problem.place, problem.what.partition(": ")[0])  # the range that follows may differ
        if problem.code not in _WITHOUT_EFFECT:
            yield problem
        elif said not in told and not _lines([problem.place]) <= effective:
            told.add(said)
            yield problem


def _lines(places: Iterable[Place | None]) -> set[tuple[str, int]]:
    return {(place.file, place.line) for place in places if place is not None}


def _check_digits(
    given: Sequence[Period], made: Mapping[tuple[str, ...], Plan]
) -> Iterator[Problem]:
    """Yield a problem for each plan whose numbers do not fit in the results of some day."""
    for day, scene in dict.fromkeys((period.first_day, period.scene) for period in given):
        there = [
            period
            for period in given
            if period.scene == scene and period.first_day <= day <= period.last_day
        ]
        chosen = [period.outside for period in there]
        chosen += [
            period.inside for period in there if period.rollout and not period.rollout.shadow
        ]
        live = {
            name: (selection, made[name])
            for selection in chosen
            if selection is not None and (name := selection_name(selection)) in made
        }
        columns = result_decimals([plan for _, plan in live.values()])
        for selection, plan in live.values():
            top = selection.layers[-1]
            place = top.part("score").place if "score" in top.document.mapping else top.place
            problem = too_many_digits(plan, columns, place)
            if problem is not None:
                yield problem


def _by_place(problem: Problem) -> tuple[bool, Place, str]:
    return problem.place is None, problem.place or Place(""), problem.code
