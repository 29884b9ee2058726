"""A guardrails file that has been read and is known to be right; plain data."""

from dataclasses import dataclass

from steelyard.dry_run.guardrails.verdicts import Sign
from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition, to be shown beside the verdict.

    `text` is what is observed, as it is written; `needed_text` what it is compared with, empty if
    that is a number written out. The rest are indices of nodes: the test, whether it has an answer,
    and both sides; `needed` is None where there is no second side.
    """

    text: str
    sign: Sign
    needed_text: str
    test: int
    known: int
    observed: int
    needed: int | None
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One condition over measures; `test` and `known` (has it an answer?) are indices of `nodes`.

    `by` is a segment dimension, empty for the whole population; `least` the fewest merchants that
    are judged.
    """

    id: str
    title: Text
    condition: str
    nodes: tuple[Node, ...]
    test: int
    known: int
    comparisons: tuple[Comparison, ...]
    by: str
    least: int
    why: str
    place: Place
    by_place: Place


@dataclass(frozen=True, slots=True)
class Guardrails:
    """The guardrails of one file, in its order."""

    file: str
    listed: tuple[Guardrail, ...]
