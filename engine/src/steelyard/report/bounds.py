"""Proved bounds as JSON data."""

from typing import Any

import orjson

from steelyard.model.numbers import format_scaled
from steelyard.plan.bounds import REASONS, Bounds, PartBounds, Range


def bounds_json(bounds: Bounds) -> dict[str, Any]:
    """Return the proved ranges of a plan's parts; each range is [low, high]."""
    return {
        "dimensions": [_part(part) for part in bounds.dimensions],
        "base": _part(bounds.base),
        "items": [_part(part) for part in bounds.items],
        "deductions": [_part(part) for part in bounds.deductions],
        "groups": [_part(part) for part in bounds.groups],
        "bonus": _part(bounds.bonus),
        "taken": _part(bounds.taken),
        "unrounded": _range(bounds.unrounded),
        "score": _range(bounds.score),
        "never_awarded": [
            {"id": one.id, "kind": one.kind, "reason": one.reason, "text": REASONS[one.reason]}
            for one in bounds.never_awarded
        ],
        "never_binding": [
            {"limit": one.limit, "id": one.id or None} for one in bounds.never_binding
        ],
    }


def _part(part: PartBounds) -> dict[str, Any]:
    return {"id": part.id, "before": _range(part.before), "after": _range(part.after)}


def _range(found: Range) -> list[orjson.Fragment]:
    return [
        orjson.Fragment(format_scaled(end, found.decimals, trim=True))
        for end in (found.low, found.high)
    ]
