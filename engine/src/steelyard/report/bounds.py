"""Proven bounds of a plan as JSON data."""

from typing import Any

import orjson

from steelyard.model.numbers import format_scaled
from steelyard.plan.bounds import REASONS, Bounds, PartBounds, Range


def bounds_json(bounds: Bounds) -> dict[str, Any]:
    """Return the proven ranges of the parts of a plan; each range is [low, high]."""
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
            {"id": part.id, "kind": part.kind, "reason": part.reason, "text": REASONS[part.reason]}
            for part in bounds.never_awarded
        ],
        "never_binding": [
            {"limit": part.limit, "id": part.id or None} for part in bounds.never_binding
        ],
    }


def _part(part: PartBounds) -> dict[str, Any]:
    return {"id": part.id, "before": _range(part.before), "after": _range(part.after)}


def _range(bounds: Range) -> list[orjson.Fragment]:
    return [
        orjson.Fragment(format_scaled(end, bounds.decimals, trim=True))
        for end in (bounds.low, bounds.high)
    ]
