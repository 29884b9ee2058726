"""Guardrails: conditions over the measured impact of a change, each judged pass, fail or too few.

In: YAML files of guardrails, `default.yaml` of this package first; a `DryRun`.
Out: `Guardrails` that are known to be right before any run; a `Verdict` for each, in each case and
segment, and one outcome of all.
Keeps: exact numbers; the language of conditions, over measures in place of facts.
Never: scores a merchant, or judges too few merchants.
"""

from steelyard.dry_run.guardrails.judging import judge, judge_run, needs_scores
from steelyard.dry_run.guardrails.measures import MEASURES, Measured
from steelyard.dry_run.guardrails.model import (
    Guardrail,
    Guardrails,
    Observation,
    RunVerdict,
    Verdict,
)
from steelyard.dry_run.guardrails.reading import choose_guardrails, read_guardrails

__all__ = [
    "MEASURES",
    "Guardrail",
    "Guardrails",
    "Measured",
    "Observation",
    "RunVerdict",
    "Verdict",
    "choose_guardrails",
    "judge",
    "judge_run",
    "needs_scores",
    "read_guardrails",
]
