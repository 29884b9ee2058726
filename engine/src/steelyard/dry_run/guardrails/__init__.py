"""Guardrails: conditions over the measured impact of a change, each judged pass, fail or too few.

In: a YAML file of guardrails; an `Impact`, or the measures of a population and its segments.
Out: `Guardrails` that are known to be right before any run; a `Verdict` for each and each segment.
Keeps: exact numbers; the language of conditions, over measures in place of facts.
Never: scores a merchant, or judges too few merchants.
"""

from steelyard.dry_run.guardrails.judging import judge, judge_impact
from steelyard.dry_run.guardrails.measures import MEASURES, Measured
from steelyard.dry_run.guardrails.model import Guardrail, Guardrails, Observation, Verdict
from steelyard.dry_run.guardrails.reading import read_guardrails

__all__ = [
    "MEASURES",
    "Guardrail",
    "Guardrails",
    "Measured",
    "Observation",
    "Verdict",
    "judge",
    "judge_impact",
    "read_guardrails",
]
