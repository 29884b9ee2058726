"""Compilation of the layers that a book selects, and the check of every plan of a book."""

from collections.abc import Mapping
from dataclasses import replace
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
from steelyard.book.kinds import every_selection
from steelyard.book.opening import OpenBook, add_plugin_faults, open_book
from steelyard.compiler.compile import compile_ruleset
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue


def plan_of(opened: OpenBook, selection: Selection) -> Plan:
    """Return the plan of a selection; an open book compiles the same layers only once.

    Raises `InvalidInput` with every problem, and with the faults of plugins that may be the cause.
    """
    layers = (f"{layer.file} {layer.digest}" for layer in selection.layers)
    key = (selection.scene, *layers)
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
    labels = (("industry", selection.industry), ("shop_type", selection.shop_type))
    chosen = tuple((key, value) for key, value in labels if value)
    rollout = None if selection.rollout is None else selection.rollout.rollout
    return replace(plan, selection=chosen, rollout=rollout)


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
        *check_lock(book, opened.plugin_digests()),
    ]
    warnings = Problems()
    for selection in every_selection(book):
        try:
            compile_selection(selection, opened.catalogue, opened.facts, warnings)
        except InvalidInput as error:
            problems += error.problems
    problems += warnings
    # selections share layers, and so their problems
    distinct = {
        str(problem): problem for problem in add_plugin_faults(tuple(problems), opened.catalogue)
    }
    return tuple(sorted(distinct.values(), key=_by_place))


def _by_place(problem: Problem) -> tuple[bool, Place, str]:
    return problem.place is None, problem.place or Place(""), problem.code
