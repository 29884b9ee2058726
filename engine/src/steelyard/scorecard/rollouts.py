"""What a scorecard says of a rollout whose part the merchant is in."""

from steelyard.model.rollout import SHARE_DECIMALS, Rollout
from steelyard.scorecard.model import RolloutResult, Scorecard, ShadowResult
from steelyard.scorecard.values import Exact


def rollout_result(rollout: Rollout | None) -> RolloutResult | None:
    """Return what the card of a plan says of the plan's rollout.

    In shadow the card is of a version that does not hold, so that it says nothing.
    """
    if rollout is None or rollout.shadow:
        return None
    return RolloutResult(rollout.ruleset, _share(rollout), None)


def with_shadow(card: Scorecard, rollout: Rollout, shadow: Scorecard | None) -> Scorecard:
    """Return a card that says beside its score what the version in shadow gives.

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
