"""Proven bounds of a plan as JSON data."""

from typing import Any

from steelyard.plan.bounds import REASONS, Bounds
from steelyard.report.json import to_data


def bounds_json(bounds: Bounds) -> dict[str, Any]:
    """Return the proven ranges of the parts of a plan; each range is [low, high]."""
    data = to_data(bounds)
    for part in data["never_awarded"]:
        part["text"] = REASONS[part["reason"]]
    for part in data["never_binding"]:
        part["id"] = part["id"] or None
    return data
