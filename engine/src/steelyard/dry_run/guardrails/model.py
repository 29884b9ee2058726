"""Guardrails that are known to be right, and their verdicts; plain data."""

from dataclasses import dataclass
from typing import Literal

from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node
from steelyard.scorecard.model import Exact

Outcome = Literal["pass", "fail", "too_few"]
Sign = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "given", "not given"]
Value = Exact | bool


@dataclass(frozen=True, slots=True)
class Observation:
    """One comparison of a guardrail.

    `measure` is what was compared, as it is written (`share(tier_down)`); `observed` its value, as
    it was compared, or None where a measure is missing. `sign` and `needed` say what it should be,
    a denial taken into the sign; `needed_text` is how that is written where it is not simply a
    number. `needed` is None for the signs `in`, `not in`, `given` and `not given`, and where a
    measure is missing for it. `holds` is None if the comparison has no answer; `missing` then names
    the measures that it lacks.
    """

    measure: str
    observed: Value | None
    sign: Sign
    needed: Value | None
    needed_text: str
    holds: bool | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One guardrail, judged for the whole population or for one segment.

    `merchants` are in the segment, `min` is the fewest that are judged. `dimension` and `segment`
    are empty for the whole population. With the outcome `too_few` there are no observations. A
    condition that has no answer, since a measure is missing, fails.
    """

    id: str
    title: Text
    condition: str
    dimension: str
    segment: str
    segment_title: Text
    merchants: int
    min: int
    outcome: Outcome
    observations: tuple[Observation, ...]
    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition, to be shown with the verdict.

    `text` is the observed side as written; `needed_text` the other side as written, empty for a
    plain number. The rest are indices of nodes: the test, whether it has an answer, and both
    sides; `needed` is None if there is no second side.
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

    `by` is a segment dimension, empty for the whole population; `min` the fewest merchants that are
    judged.
    """

    id: str
    title: Text
    condition: str
    nodes: tuple[Node, ...]
    test: int
    known: int
    comparisons: tuple[Comparison, ...]
    by: str
    min: int
    why: str
    place: Place
    by_place: Place


@dataclass(frozen=True, slots=True)
class Guardrails:
    """The guardrails of one file, in its order."""

    file: str
    listed: tuple[Guardrail, ...]
