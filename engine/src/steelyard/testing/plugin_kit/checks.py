"""The checks of a plugin: their texts are in `checks.toml`, their functions in this package."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from steelyard.testing.plugin_kit.report import Finding

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit.subject import Subject

_FUNCTIONS = {
    "loads": "loading.loads",
    "quiet-by-reading": "loading.nothing_is_forbidden",
    "facts-used": "declarations.facts_are_used",
    "facts-bounded": "declarations.facts_have_bounds",
    "facts-with-unit": "declarations.facts_have_units",
    "facts-titled": "declarations.facts_have_titles",
    "facts-sourced": "declarations.facts_have_sources",
    "facts-with-industries": "declarations.facts_have_industries",
    "items-documented": "declarations.items_are_documented",
    "parameters-described": "declarations.parameters_are_described",
    "items-with-example": "declarations.items_have_examples",
    "example-book": "examples.example_book_holds",
    "items-awarded": "examples.every_item_is_awarded",
    "requirements-refused": "examples.every_requirement_is_refused",
    "parameters-accepted": "laws.parameters_are_accepted",
    "same-plan-everywhere": "plan_digests.plans_are_the_same_everywhere",
    "values-in-bounds": "laws.values_stay_in_bounds",
    "evaluators-agree": "laws.evaluators_agree",
    "outcomes-complete": "laws.outcomes_are_complete",
    "explained": "laws.outcomes_are_explained",
    "claims-of-points": "claims.max_points_hold",
    "claims-of-direction": "claims.directions_hold",
    "wrong-parameters": "invalid_parameters.invalid_parameters_are_refused",
    "cost-in-nodes": "costs.plans_are_small",
    "cost-to-compile": "costs.compiling_is_quick",
    "cost-to-evaluate": "costs.evaluating_is_quick",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its stable id, what it checks, and why that matters."""

    id: str
    title: str
    explanation: str

    def run(self, subject: "Subject") -> Iterator[Finding]:
        """Yield the findings for one plugin."""
        module, _, function = _FUNCTIONS[self.id].partition(".")
        run: Callable[[Subject], Iterator[Finding]] = getattr(
            import_module(f"steelyard.testing.plugin_kit.{module}"), function
        )
        return run(subject)


def _read() -> tuple[Check, ...]:
    text = (files("steelyard.testing.plugin_kit") / "checks.toml").read_text(encoding="utf-8")
    return tuple(Check(id_, row["title"], row["why"]) for id_, row in tomllib.loads(text).items())


CHECKS = _read()
