"""The tree as text with lines drawn, and as JSON data."""

from typing import Any

import orjson

from steelyard.report.explanation.branches import Branch


def tree_text(root: Branch) -> str:
    """Return the tree; notes stand below their part, one a line."""
    lines: list[str] = [_head(root), *(f"    {note}" for note in root.notes)]
    _draw(root, "", lines)
    return "".join(f"{line}\n" for line in lines)


def _draw(branch: Branch, stem: str, lines: list[str]) -> None:
    """Draw the children; the depth is that of a scorecard, about six."""
    for place, child in enumerate(branch.children):
        is_last = place == len(branch.children) - 1
        lines.append(f"{stem}{'└─' if is_last else '├─'} {_head(child)}")
        below = stem + ("   " if is_last else "│  ")
        bar = "│  " if child.children else "   "
        lines += [f"{below}{bar} {note}".rstrip() for note in child.notes]
        _draw(child, below, lines)


def _head(branch: Branch) -> str:
    parts = [branch.mark, branch.title]
    text = " ".join(part for part in parts if part)
    return f"{text}  {branch.value_text}" if branch.value_text else text


def tree_json(branch: Branch) -> dict[str, Any]:
    """Return the tree as JSON data; numbers are tokens with their exact digits."""
    data: dict[str, Any] = {"kind": branch.kind}
    if branch.id:
        data["id"] = branch.id
    data["title"] = branch.title
    if branch.outcome:
        data["outcome"] = branch.outcome
    for name, number in (("value", branch.value), ("before", branch.before)):
        if number is not None:
            data[name] = orjson.Fragment(str(number))
    if branch.notes:
        data["notes"] = list(branch.notes)
    if branch.children:
        data["children"] = [tree_json(child) for child in branch.children]
    return data
