"""The impact of a change as JSON, under the published schema `impact`."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

import orjson

from steelyard.dry_run.impact.model import (
    Attribution,
    Contribution,
    DryRun,
    Impact,
    Segment,
    ShownMerchant,
    Spread,
)
from steelyard.dry_run.report.numbers import EXTRA_DECIMALS, round_fraction
from steelyard.model.numbers import format_scaled
from steelyard.report.changes import edit_json
from steelyard.report.json import SPECIAL, attributes, scorecard_json, to_text
from steelyard.report.json import to_data as data_of
from steelyard.scorecard.model import Exact

FORMAT = "steelyard-impact/1"


def impact_json(impact: Impact) -> dict[str, Any]:
    """Return an impact as data that orjson writes; numbers are tokens with their exact digits."""
    return {
        "verdict": impact.verdict,
        "live": to_data(impact.live),
        "candidate": to_data(impact.candidate),
        "scene": impact.scene,
        "population": to_data(impact.population),
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
                "ruleset": n.ruleset,
                "announced": n.announced,
                "from": n.start,
                "days": n.days,
                "edited": n.edited,
                "withdrawn": n.withdrawn,
            }
            for n in impact.notices
        ],
        "labels": to_data(impact.standings),
        "segments": [_segment(segment) for segment in impact.segments],
        "attribution": impact.attribution and _attribution(impact, impact.attribution),
        "rewards": to_data(impact.rewards),
        "parts": to_data(impact.items),
        "weight": impact.weight and impact.weight.id,
        "near": to_data(impact.near),
        "rejections": dict(impact.rejections),
        "missing_industries": list(impact.missing_kinds),
        "merchants": [_merchant(merchant, impact) for merchant in impact.merchants],
    }


def dry_run_json(run: DryRun, outcome: str, guardrails: Sequence[dict[str, Any]]) -> str:
    """Return a dry run as JSON text on one line, as it may be large.

    The verdict heads the impact in the first case; `further` has the other cases.
    """
    first, *further = (impact_json(impact) for impact in run.impacts)
    data = {
        "format": FORMAT,
        "outcome": outcome,
        "guardrails": list(guardrails),
        "unexercised": [
            {
                **edit_json(one.edit, one.kinds),
                "reason": one.reason,
                "scenes": list(one.scenes),
                "from": one.first_day,
            }
            for one in run.unexercised
        ],
        **first,
        "further": further,
    }
    return to_text(data, indented=False)


def to_data(value: Any) -> Any:  # noqa: ANN401 - any part of an impact or a verdict
    """Return a part of an impact, or a verdict, as JSON data: the fields of a dataclass by name."""
    return data_of(value, {**SPECIAL, Spread: _spread})


def _segment(segment: Segment) -> dict[str, Any]:
    data = {field.name: getattr(segment, field.name) for field in fields(segment)}
    data |= {"dimension": segment.dimension or None, "segment": data.pop("value") or None}
    data |= {"statuses": _pairs(sorted(segment.statuses.items()))}
    return to_data({**data, "moves": _pairs(segment.moves.items())})


def _pairs(counts: Iterable[tuple[tuple[str, str], int]]) -> list[dict[str, Any]]:
    """Return merchants by (before, after) as a list of objects."""
    return [{"before": one, "after": other, "merchants": n} for (one, other), n in counts]


def _spread(spread: Spread) -> dict[str, Any] | None:
    if not spread.merchants:
        return None
    counts = [
        [orjson.Fragment(format_scaled(value, spread.decimals, trim=True)), merchants]
        for value, merchants in spread.counts
    ]
    return {"counts": counts, **attributes(spread, ("merchants", "mean", "median", "min", "max"))}


def _attribution(impact: Impact, attribution: Attribution) -> dict[str, Any]:
    return {
        "exact": True,
        "grain": attribution.grain,
        "max_blocks": attribution.limit,
        "denominator": attribution.denominator,
        "total": to_data(Exact(attribution.points, impact.decimals)),
        "scored": attribution.scores,
        "shares": [
            _contribution(impact, attribution, contribution)
            for contribution in attribution.contributions
        ],
    }


def _contribution(impact: Impact, attribution: Attribution, group: Contribution) -> dict[str, Any]:
    decimals = impact.decimals
    points = attribution.points_of(group.points)
    return {
        "id": group.id,
        "edits": [impact.edits[number].id for number in group.edits],
        "edit_numbers": list(group.edits),
        "points": str(points),
        "points_shown": str(round_fraction(points, decimals, decimals + EXTRA_DECIMALS)[0]),
        "scored": str(Fraction(group.scores, attribution.denominator)),
        "raised": group.up,
        "lowered": group.down,
    }


def _merchant(merchant: ShownMerchant, impact: Impact) -> dict[str, Any]:
    attribution = impact.attribution
    shares = {
        f"E{number}": str(attribution.points_of(share))
        for number, share in enumerate(merchant.contributions, 1)
        if share and attribution is not None
    }
    last = ("contributions", "before", "after")
    names = [field.name for field in fields(merchant) if field.name not in last]
    return {
        **attributes(merchant, names),
        "industry": merchant.industry or None,
        "shares": shares,
        "before": merchant.before and scorecard_json(merchant.before),
        "after": merchant.after and scorecard_json(merchant.after),
    }
