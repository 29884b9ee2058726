"""What an item type returns: when its points are given, and how many."""

from dataclasses import dataclass

from steelyard.expression import Expression
from steelyard.model.texts import Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """One named yes/no condition.

    `test` should be a comparison, or comparisons joined by & or by |: explanations then show the
    value observed and the value needed. Where `assessed` is false the requirement is skipped and
    counts as met (a sample too small to judge). `remedy` tells the merchant what would help.
    """

    id: str
    test: Expression
    title: Text
    assessed: Expression | None = None
    remedy: Text | None = None
    text: str = ""  # the condition as its author wrote it, where there is one


def require(
    id: str,  # noqa: A002 - `id` is the word of the scorecard
    test: Expression,
    title: Text,
    *,
    assessed: Expression | None = None,
    remedy: Text | None = None,
) -> Requirement:
    """Return a requirement; see `Requirement`."""
    return Requirement(id, test, title, assessed, remedy)


@dataclass(frozen=True, slots=True)
class Award:
    """The award of one item.

    `points` (unit points, or a plain number) are given when every requirement is met. A merchant
    outside `scope` is out_of_scope; one that fails a gate is not_assessed (sample too small).
    """

    points: Expression
    requirements: tuple[Requirement, ...] = ()
    gates: tuple[Requirement, ...] = ()
    scope: Requirement | None = None
