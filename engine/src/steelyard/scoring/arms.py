"""The two arms of a rollout: merchants in its part, and all others."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput
from steelyard.model.rollout import Rollout, is_member
from steelyard.pipeline import Result

if TYPE_CHECKING:
    from steelyard.scorecard import Scorecard

NO_RULESET = "SY310"


def score_in_arm(merchant: str, rollout: Rollout | None, score: Callable[[bool], Result]) -> Result:
    """Score a merchant under the version that holds for it.

    `score` scores it inside the part (True) or as all others (False). In a shadow a merchant of
    the part keeps its score, and the card says beside it what the other version gives. Raises what
    `score` raises.
    """
    if rollout is None or not is_member(rollout, merchant):
        return score(False)
    if not rollout.shadow:
        return score(True)
    live = score(False)
    if live.scorecard is None:
        return live
    from steelyard.scorecard import with_shadow

    shadow = _in_shadow(score)
    return replace(live, scorecard=with_shadow(live.scorecard, rollout, shadow))


def _in_shadow(score: Callable[[bool], Result]) -> "Scorecard | None":
    """Return the scorecard of the version in shadow; None if it could not score the merchant."""
    try:
        return score(True).scorecard
    except InvalidInput as error:
        if any(problem.code != NO_RULESET for problem in error.problems):
            raise
        return None
