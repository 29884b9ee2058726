"""What the columns of results mean; the reference page is made from this."""

from typing import NamedTuple


class Column(NamedTuple):
    """A column, its type in words, and what it means."""

    name: str
    type: str
    meaning: str


MERCHANT = (
    Column("merchant", "text", "The merchant's name or number."),
    Column("industry", "text", "The merchant's industry."),
    Column("shop_type", "text", "The merchant's shop type; null if the book knows none."),
    Column(
        "status", "text", "`scored`, or `no_score`: a gate failed or nothing could be assessed."
    ),
    Column("score", "number", "The displayed score, rounded once; null without a score."),
    Column("tier", "text", "The tier's id; null below every tier and without a score."),
    Column("unrounded", "number", "The score before rounding: base + bonus − deductions."),
    Column("base", "number", "The base score, held in the range; null where there is none."),
    Column("bonus", "number", "What all items together really added."),
    Column("deductions_total", "number", "What all deductions together really took."),
    Column("dimensions", "list", "A `dimension` and its `score`, null where it is not assessed."),
    Column("items", "list", "Every bonus item; its fields are below."),
    Column("deductions", "list", "Every deduction, with the same fields; `awarded` is *taken*."),
    Column("badges", "text", "Ids of the badges given, with spaces between."),
    Column("reasons", "text", "Without a score: ids of the gates that failed, `nothing-assessed`."),
    Column("ruleset", "text", "The ruleset and its version, `maternity@2026.2`."),
    Column("plan", "text", "The digest of the plan that scored the merchant."),
)

SHADOW = (
    Column("shadow_score", "number", "The displayed score under the version in shadow."),
    Column("shadow_tier", "text", "The tier under it; null below every tier."),
    Column("shadow_plan", "text", "The digest of its plan."),
)

PART = (
    Column("item", "text", "The item's or deduction's id."),
    Column("outcome", "text", "One of the seven outcomes; see the order of operations."),
    Column("points", "number", "What is left after all caps, by which the score changed."),
    Column("points_before_caps", "number", "What was earned before any cap."),
    Column(
        "reasons",
        "text",
        "Why not more, ids with spaces between. `not_met`: requirements that are not met; "
        "`not_assessed`: gates of the item; `no_data`: facts that are not given; `vetoed`: vetoes; "
        "`superseded`: the group; `out_of_scope`: the scope.",
    ),
)

LONG = (
    Column("merchant", "text", "The merchant's name or number."),
    Column("part", "text", "`item` or `deduction`."),
    *PART,
)

REJECT = (
    Column("source", "text", "The file, or `standard input`."),
    Column("row", "whole number", "The row, counted from 1 within the source."),
    Column("merchant", "text", "The merchant's name; null if it could not be read."),
    Column(
        "problems",
        "list",
        "Every reason: `code`, `name`, `severity`, `file`, `line`, `column`, `what`, `expected`, "
        "`fix`.",
    ),
)
