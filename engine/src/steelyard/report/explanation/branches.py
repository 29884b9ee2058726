"""A branch of the tree."""

from dataclasses import dataclass
from typing import Literal

from steelyard.scorecard.values import Exact

Kind = Literal[
    "score", "gate", "base", "dimension", "metric", "bonus", "deductions", "group", "item",
    "deduction", "scope", "requirement", "comparison", "veto", "rounding", "tier", "badge",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """One part of the calculation.

    `value` is what it gives to the part above, `before` what it was before anything cut it (None
    where there is no such thing). `outcome` is the outcome or status by its code. `value_text` is
    the value for people, `notes` are sentences. `id` is empty for parts that have none.
    """

    kind: Kind
    id: str
    title: str
    value: Exact | None = None
    before: Exact | None = None
    value_text: str = ""
    outcome: str = ""
    mark: str = ""
    notes: tuple[str, ...] = ()
    children: tuple["Branch", ...] = ()
