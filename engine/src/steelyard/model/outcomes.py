"""Outcomes and statuses, in the order of their codes in a plan.

A plan stores an outcome as its index in these tuples, so their order is part of the plan format.
"""

ITEM_OUTCOMES = (
    "awarded",
    "not_met",
    "out_of_scope",
    "not_assessed",
    "no_data",
    "vetoed",
    "superseded",
)

METRIC_OUTCOMES = ("scored", "fixed", "exempt", "not_assessed", "no_data")

REQUIREMENT_STATUSES = ("met", "not_met", "skipped", "no_data")

MERCHANT_STATUSES = ("scored", "no_score", "rejected")
