"""Tests as their author wrote them, for explanations.

Nodes do not keep that: `a >= b` and `b <= a` are one node, and nested tests are flattened. So a
yes/no expression carries its form beside its node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from steelyard.plan.structure import Comparison


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, or a yes/no value by itself (`is`); it is `denied` inside a `!`.

    `test`, `left` and `right` are nodes. `right` is None for `is` and `in`.
    """

    test: int
    sign: Comparison
    left: int
    right: int | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Several tests, all or any of which must hold."""

    combine: Literal["all", "any"]
    parts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice between two tests: `then` counts where the node `test` is true, else `otherwise`."""

    test: int
    then: Form
    otherwise: Form


Form = Compared | Joined | Chosen


def denied(form: Form) -> Form:
    """Return the opposite of a form."""
    match form:
        case Compared():
            return replace(form, denied=not form.denied)
        case Joined(combine=combine, parts=parts):
            return Joined("any" if combine == "all" else "all", tuple(map(denied, parts)))
        case Chosen(test=test, then=then, otherwise=otherwise):
            return Chosen(test, denied(then), denied(otherwise))


def joined(combine: Literal["all", "any"], forms: list[Form]) -> Form | None:
    """Return several forms as one, without nesting and repetition; None of none."""
    parts: dict[Form, None] = {}
    for form in forms:
        if isinstance(form, Joined) and form.combine == combine:
            parts.update(dict.fromkeys(form.parts))
        else:
            parts.setdefault(form)
    if len(parts) < 2:
        return next(iter(parts), None)
    return Joined(combine, tuple(parts))
