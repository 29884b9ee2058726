"""The table of checks: what is checked, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from steelyard.testing.plugin_kit import (
    behaviour,
    claims,
    costs,
    declarations,
    examples,
    items,
    loading,
    wrong_parameters,
)
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.verdicts import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `id` keeps its meaning for ever; `run` yields what is wrong, and figures."""

    id: str
    title: str
    explanation: str
    run: Callable[[Subject], Iterator[Finding]]


MANY_BUILDS = frozenset(
    {
        "parameters-accepted", "parameters-same-plan", "values-in-bounds", "evaluators-agree",
        "outcomes-complete", "explained", "claims-of-points", "claims-of-direction",
        "wrong-parameters", "cost-in-nodes", "cost-to-compile", "cost-to-evaluate",
    }
)  # fmt: skip
"""The checks that build many plans: if one of them is over its time, the others would be too."""

CHECKS: tuple[Check, ...] = (
    Check(
        "quiet-by-reading",
        "Its files say nothing that could do more (read)",
        "What is seen once may be different tomorrow: code that could do it is found by reading.",
        loading.says_nothing_else,
    ),
    Check(
        "loads",
        "It loads, in a process of its own, within limits",
        "A plugin that fails to import, ends the process, hangs or takes all memory is useless.",
        loading.loads,
    ),
    Check(
        "quiet-when-loaded",
        "Loading and building does nothing else (watched)",
        "Files, the network, processes, threads and the environment are none of its business.",
        loading.does_nothing_on_loading,
    ),
    Check(
        "same-plan-everywhere",
        "It builds the same plans in every process",
        "A score must not depend on hash seeds, locales, time zones or working directories.",
        loading.same_plans,
    ),
    Check(
        "facts-used",
        "Every fact is used",
        "A fact that nothing reads is asked of every merchant for nothing.",
        declarations.facts_are_used,
    ),
    Check(
        "facts-bounded",
        "Every number has bounds that say something",
        "All proofs on a plan rest on the bounds of facts.",
        declarations.facts_have_bounds,
    ),
    Check(
        "facts-with-unit",
        "Every number has a unit",
        "Units keep hours from being added to shares.",
        declarations.facts_have_units,
    ),
    Check(
        "facts-titled",
        "Every fact and field has a title in English and Chinese",
        "Merchants read these titles in the explanation of their score.",
        declarations.facts_have_titles,
    ),
    Check(
        "facts-sourced",
        "Every fact has a source or is marked illustrative, and says what it means",
        "Whoever audits a score asks where its definitions come from.",
        declarations.facts_have_sources,
    ),
    Check(
        "facts-with-industries",
        "All facts say their industries, or none does",
        "A merchant of another industry is not asked for facts of this one.",
        declarations.facts_have_industries,
    ),
    Check(
        "items-documented",
        "Every item type has a title and a summary in both languages, and its function a docstring",
        "Authors of rulesets choose item types by these words.",
        items.items_are_documented,
    ),
    Check(
        "parameters-described",
        "Every parameter has a schema that says what it is and what is accepted",
        "The schema is the documentation, the editor's completion and the first line of defence.",
        items.parameters_are_described,
    ),
    Check(
        "items-with-example",
        "Every item type has an example that compiles",
        "Authors of rulesets begin with a copy of it.",
        items.items_have_examples,
    ),
    Check(
        "example-book",
        "There is an example book, its cases hold, and it has an item of every type",
        "Whoever has the plugin can run it, away from any marketplace.",
        examples.the_book_holds,
    ),
    Check(
        "items-awarded",
        "Some case of the example book awards every item type",
        "An item type that is never seen awarded may be one that cannot be.",
        examples.every_item_is_awarded,
    ),
    Check(
        "requirements-refused",
        "For every requirement some case does not meet it",
        "A requirement that no case refuses may be one that refuses nobody.",
        examples.every_requirement_is_refused,
    ),
    Check(
        "parameters-accepted",
        "Random parameters that fit the schemas compile, or are refused in words",
        "What the schemas allow, rulesets will contain.",
        behaviour.parameters_are_accepted,
    ),
    Check(
        "parameters-same-plan",
        "It builds the same plans in every process of random parameters too",
        "What the example does not show is what a ruleset will one day ask for.",
        loading.same_plans_for_parameters,
    ),
    Check(
        "values-in-bounds",
        "Every value stays in the interval that was proved for it",
        "Caps, ranges and 64-bit arithmetic rest on these proofs.",
        behaviour.points_stay_in_bounds,
    ),
    Check(
        "evaluators-agree",
        "The reference, Python and Polars evaluators agree on random merchants",
        "A merchant has one score, whichever way it is computed.",
        behaviour.evaluators_agree,
    ),
    Check(
        "outcomes-complete",
        "Every merchant has one of the seven outcomes, and some could be awarded",
        "An item that nobody can be awarded is a promise that is not kept.",
        behaviour.outcomes_are_complete,
    ),
    Check(
        "explained",
        "Every outcome is explained in English and Chinese",
        "A merchant reads why, and what would help, in its own language.",
        behaviour.explanations_exist,
    ),
    Check(
        "claims-of-points",
        "No more points are given than `max_points` claims (proved, or tried)",
        "Operators plan budgets by what an item can give at most.",
        claims.most_points_hold,
    ),
    Check(
        "claims-of-direction",
        "Points go with facts as `monotone` claims (proved, or tried)",
        "Nobody should lose points for doing better.",
        claims.directions_hold,
    ),
    Check(
        "wrong-parameters",
        "Wrong parameters of every kind are refused with a code and a place",
        "A mistake in a ruleset is its author's to mend, who cannot read a traceback.",
        wrong_parameters.wrong_parameters_are_refused,
    ),
    Check(
        "cost-in-nodes",
        "A plan with the item has few nodes",
        "Every node is evaluated for every merchant.",
        costs.plans_are_small,
    ),
    Check(
        "cost-to-compile",
        "The item compiles about as quickly as one of the core",
        "Plans are compiled while somebody waits.",
        costs.compiling_is_quick,
    ),
    Check(
        "cost-to-evaluate",
        "The item is evaluated about as quickly as one of the core",
        "Populations have millions of merchants.",
        costs.evaluating_is_quick,
    ),
)
