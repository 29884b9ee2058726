"""The rollout on a scorecard, for merchants in the part that it concerns."""

from steelyard.model.rollout import SHARE_DECIMALS, Rollout
from steelyard.scorecard.model import RolloutResult, Scorecard, ShadowResult
from steelyard.scorecard.values import Exact


def rollout_result(rollout: Rollout | None) -> RolloutResult | None:
    """Return the rollout of a plan as its scorecards show it; None if it is in shadow."""
    if rollout is None or rollout.shadow:
        return None
    return RolloutResult(rollout.ruleset, _share(rollout), None)


def with_shadow(card: Scorecard, rollout: Rollout, shadow: Scorecard | None) -> Scorecard:
    """Return a card that also has the result under the version in shadow.

    `shadow` is the merchant's card under that version, None if it could not be scored under it.
    """
    if shadow is None:
        beside = ShadowResult("rejected", None, None, None, None)
    else:
        title = next((one.title for one in shadow.tiers if one.id == shadow.tier), None)
        beside = ShadowResult(shadow.status, shadow.score, shadow.tier, title, shadow.plan)
    return card._replace(rollout=RolloutResult(rollout.ruleset, _share(rollout), beside))


def _share(rollout: Rollout) -> Exact:
    return Exact(rollout.share, SHARE_DECIMALS, "share")
