"""A branch of the calculation, and a tree of branches as text and as JSON."""

from typing import Any, Literal

import orjson

from steelyard.model.frozen import frozen
from steelyard.scorecard.model import Exact

Kind = Literal[
    "score", "gate", "base", "dimension", "metric", "bonus", "deductions", "group", "item",
    "deduction", "scope", "requirement", "comparison", "veto", "rounding", "tier", "badge", "value",
]  # fmt: skip


@frozen
class Branch:
    """One part of the calculation.

    `value` is its contribution to the part above, `before` the same before any cut; both may be
    None. `outcome` is the code of the outcome or status. `value_text` is the value for people,
    `notes` are sentences. `id` is empty for parts that have none.
    """

    kind: Kind
    id: str
    title: str
    value: Exact | None = None
    before: Exact | None = None
    value_text: str = ""
    outcome: str = ""
    mark: str = ""
    notes: tuple[str, ...] = ()
    children: tuple["Branch", ...] = ()


def tree_text(root: Branch) -> str:
    """Return the tree, with the notes of each part on the lines below it."""
    lines: list[str] = [_head(root), *(f"    {note}" for note in root.notes)]
    _draw(root, "", lines)
    return "".join(f"{line}\n" for line in lines)


def _draw(branch: Branch, stem: str, lines: list[str]) -> None:
    """Append the lines of all children; a scorecard is about six levels deep."""
    for index, child in enumerate(branch.children):
        is_last = index == len(branch.children) - 1
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
