"""The impact of a change as JSON, under the published schema `impact`."""

from collections.abc import Sequence
from typing import Any

import orjson

from steelyard.dry_run.impact.fractions import show_fraction
from steelyard.dry_run.impact.model import Impact, Money, Segment, Share, Shown, Spread
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text
from steelyard.report.changes import edit_json
from steelyard.report.json import scorecard_json
from steelyard.scorecard.values import Exact

FORMAT = "steelyard-impact/1"


def impact_json(impact: Impact) -> dict[str, Any]:
    """Return an impact as data; numbers are ready tokens with their exact digits."""
    return {
        "format": FORMAT,
        "verdict": impact.verdict,
        "live": _side(impact.live),
        "candidate": _side(impact.candidate),
        "scene": impact.scene,
        "population": None
        if impact.population is None
        else {
            "sources": list(impact.population.sources),
            "rows": impact.population.rows,
            "digest": impact.population.digest,
        },
        "edits": [
            {
                **edit_json(edit, impact.where[number]),
                "idle": number in impact.idle,
                "untouched": number in impact.untouched,
            }
            for number, edit in enumerate(impact.edits)
        ],
        "notices": [
            {
                "ruleset": one.ruleset,
                "announced": one.announced,
                "from": one.start,
                "days": one.days,
            }
            for one in impact.notices
        ],
        "labels": [{"id": one.id, "title": _text(one.title)} for one in impact.labels],
        "segments": [_segment(one) for one in impact.segments],
        "attribution": _attribution(impact),
        "rewards": [
            {
                "kind": one.kind,
                "id": one.id,
                "title": _text(one.title),
                "before": one.before,
                "after": one.after,
                "gained": one.gained,
                "lost": one.lost,
                "cost": None if one.cost is None else _money(one.cost),
            }
            for one in impact.rewards
        ],
        "parts": [
            {
                "kind": one.kind,
                "id": one.id,
                "title": _text(one.title),
                "before": dict(one.before),
                "after": dict(one.after),
            }
            for one in impact.parts
        ],
        "near": _number(impact.near),
        "rejections": dict(impact.rejections),
        "missing_industries": list(impact.missing_kinds),
        "merchants": [_shown(one, impact) for one in impact.shown],
    }


def impact_text_json(impact: Impact, guardrails: Sequence[dict[str, Any]]) -> str:
    """Return an impact and its guardrails as JSON text on one line: it may be large."""
    data = {**impact_json(impact), "guardrails": list(guardrails)}
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE).decode()


def _side(side: Any) -> dict[str, Any]:  # noqa: ANN401 - a `SideInfo`
    return {
        "name": side.name,
        "as_of": side.as_of,
        "title": _text(side.title),
        "plans": [
            {
                "industry": one.industry,
                "shop_type": one.shop_type,
                "ruleset": one.ruleset or None,
                "digest": one.digest or None,
            }
            for one in side.plans
        ],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "dimension": segment.dimension or None,
        "segment": segment.value or None,
        "title": _text(segment.title),
        "merchants": segment.merchants,
        "statuses": [
            {"before": before, "after": after, "merchants": n}
            for (before, after), n in sorted(segment.statuses.items())
        ],
        "up": segment.up,
        "down": segment.down,
        "unchanged": segment.unchanged,
        "before": _spread(segment.before),
        "after": _spread(segment.after),
        "change": _spread(segment.change),
        "moves": [
            {"before": one.before, "after": one.after, "merchants": one.merchants}
            for one in segment.moves
        ],
        "tier_up": segment.tier_up,
        "tier_down": segment.tier_down,
        "badge_gained": segment.badge_gained,
        "badge_lost": segment.badge_lost,
        "benefit_gained": segment.benefit_gained,
        "benefit_lost": segment.benefit_lost,
        "near_miss": segment.near_miss,
        "psi": _number(segment.psi),
        "costs": [_money(one) for one in segment.costs],
    }


def _spread(spread: Spread) -> dict[str, Any] | None:
    if not spread.merchants:
        return None
    return {
        "merchants": spread.merchants,
        "mean": _number(spread.mean),
        "median": _number(spread.median),
        "least": _number(spread.least),
        "most": _number(spread.most),
        "counts": [
            [_token(format_scaled(value, spread.decimals, trim=True)), n]
            for value, n in spread.counts
        ],
    }


def _attribution(impact: Impact) -> dict[str, Any] | None:
    found = impact.attribution
    if found is None:
        return None
    return {
        "exact": True,
        "grain": found.grain,
        "most_blocks": found.limit,
        "denominator": found.denominator,
        "total": _token(format_scaled(found.points, impact.decimals, trim=True)),
        "scored": found.scores,
        "shares": [_share(one, impact) for one in found.shares],
    }


def _share(share: Share, impact: Impact) -> dict[str, Any]:
    assert impact.attribution is not None
    over = impact.attribution.denominator
    points = show_fraction(share.points, over, impact.decimals)
    scored = show_fraction(share.scores, over)
    return {
        "id": share.id,
        "edits": [impact.edits[number].id for number in share.edits],
        "edit_numbers": list(share.edits),
        "points": points.fraction,
        "points_shown": points.text,
        "scored": scored.fraction,
        "raised": share.up,
        "lowered": share.down,
    }


def _shown(one: Shown, impact: Impact) -> dict[str, Any]:
    over = impact.attribution.denominator if impact.attribution is not None else 1
    shares = impact.attribution.shares if impact.attribution is not None else ()
    return {
        "merchant": one.merchant,
        "industry": one.industry or None,
        "shop_type": one.shop_type,
        "lists": list(one.lists),
        "status_before": one.status_before,
        "status_after": one.status_after,
        "score_before": _number(one.score_before),
        "score_after": _number(one.score_after),
        "change": _number(one.change),
        "standing_before": one.label_before,
        "standing_after": one.label_after,
        "shares": {
            share.id: show_fraction(part, over, impact.decimals).fraction
            for share, part in zip(shares, one.shares, strict=False)
            if part
        },
        "before": None if one.before is None else scorecard_json(one.before),
        "after": None if one.after is None else scorecard_json(one.after),
        "problems_before": list(one.problems_before),
        "problems_after": list(one.problems_after),
    }


def _money(money: Money) -> dict[str, Any]:
    return {
        "currency": money.currency,
        "before": _number(money.before),
        "after": _number(money.after),
    }


def _number(number: Exact | None) -> Any:  # noqa: ANN401 - a JSON token
    return None if number is None else _token(str(number))


def _token(text: str) -> orjson.Fragment:
    return orjson.Fragment(text)


def _text(text: Text) -> dict[str, str]:
    return dict(text.by_language)
