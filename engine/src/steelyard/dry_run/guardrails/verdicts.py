"""What became of a guardrail: its verdict and the comparisons that led to it."""

from dataclasses import dataclass
from typing import Literal

from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.scorecard.model import Exact

Outcome = Literal["pass", "fail", "too_few"]
Sign = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "given", "not given"]
SIGNS: tuple[Sign, ...] = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "given", "not given")
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

    `merchants` are in the segment, `least` is how many it takes to judge. `dimension` and `segment`
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
    least: int
    outcome: Outcome
    observations: tuple[Observation, ...]
    why: str
    place: Place
