"""Checked guardrails and their verdicts, as plain data."""

from dataclasses import dataclass
from typing import Literal

from steelyard.dry_run.impact.model import CaseName
from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node
from steelyard.scorecard.model import Exact

Outcome = Literal["pass", "fail", "too_few"]
RunOutcome = Literal["pass", "fail", "too_few", "not_judged"]
Sign = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "given", "not given"]
Value = Exact | bool


@dataclass(frozen=True, slots=True)
class Observation:
    """One comparison of a judged guardrail.

    `measure` is the compared text of the condition (`share(tier_down)`), `observed` its value, None
    if a measure is missing. `sign` and `needed` are the comparison that must hold; a negation is
    part of the sign. `needed_text` is the text of the other side unless it is a plain number.
    `needed` is None for the signs `in`, `not in`, `given` and `not given`, and if a measure is
    missing. `holds` is None if missing measures leave the result open; `missing` names them.
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

    `merchants` is the size of the segment, 0 if nobody had to be scored; `min` is the smallest size
    that is judged. `dimension` and `segment` are empty for the whole population. The outcome
    `too_few` has no observations. A condition fails if a missing measure leaves its result open.
    `case` has the days and the scene; None if the guardrail reads measures of the whole run only.
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
    case: CaseName | None = None


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """The verdicts on a whole dry run.

    The outcome is `fail` if one guardrail fails, else `pass` if one passes, else `too_few`;
    without guardrails it is `not_judged`.
    """

    outcome: RunOutcome
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition, to be shown with the verdict.

    `text` is the text of the observed side; `needed_text` the text of the other side, empty for a
    plain number. All other fields are indices of nodes: the test, whether its result is known, and
    both sides. `needed` is None if there is no second side.
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
    """A condition over measures; `test` and `known` (its result is known) are indices of `nodes`.

    `by` is a dimension of segments, empty for the whole population. `min` is the smallest number of
    merchants that is judged. `reads` are the measures of the condition.
    """

    id: str
    title: Text
    condition: str
    reads: frozenset[str]
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
    """The guardrails of some files, in their order."""

    listed: tuple[Guardrail, ...]
