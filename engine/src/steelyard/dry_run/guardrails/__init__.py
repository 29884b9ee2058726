"""Guardrails: conditions over the measured impact of a change, each judged pass, fail or too few.

In: a YAML file of guardrails; the measures of a population and of its segments.
Out: `Guardrails` that are known to be right before any run; a `Verdict` for each and each segment.
Keeps: exact numbers; the language of conditions, over measures in place of facts.
Never: measures anything, scores a merchant, or judges too few merchants.
"""

from steelyard.dry_run.guardrails.file import Guardrail, Guardrails
from steelyard.dry_run.guardrails.judging import judge
from steelyard.dry_run.guardrails.measures import MEASURES, Measure, Measured
from steelyard.dry_run.guardrails.reading import read_guardrails
from steelyard.dry_run.guardrails.verdicts import Observation, Verdict

__all__ = [
    "MEASURES",
    "Guardrail",
    "Guardrails",
    "Measure",
    "Measured",
    "Observation",
    "Verdict",
    "judge",
    "read_guardrails",
]
