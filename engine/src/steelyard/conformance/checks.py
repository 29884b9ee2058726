"""The table of checks: what is checked, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from steelyard.conformance import declarations, loading
from steelyard.conformance.subject import Subject
from steelyard.conformance.verdicts import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `id` keeps its meaning for ever; `run` yields what is wrong, and figures."""

    id: str
    title: str
    explanation: str
    run: Callable[[Subject], Iterator[Finding]]


CHECKS: tuple[Check, ...] = (
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
        "quiet-by-reading",
        "Its files say nothing that could do more (read)",
        "What is seen once may be different tomorrow: code that could do it is found by reading.",
        loading.says_nothing_else,
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
)
