"""Tests as their author wrote them, for explanations.

Nodes do not keep that: `a >= b` and `b <= a` are one node, and nested tests are flattened. So a
yes/no expression carries its form beside its node. A form of more than `MAX_ATOMS` parts is `Long`:
nobody would read it, and repeated parts would let it grow exponentially where nodes do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from steelyard.model.limits import MAX_ATOMS
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
    """Several tests, all or any of which must hold; of none, `all` always holds and `any` never."""

    combine: Literal["all", "any"]
    parts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice between two tests: `then` counts where the node `test` is true, else `otherwise`."""

    test: int
    then: Form
    otherwise: Form


@dataclass(frozen=True, slots=True)
class Long:
    """A test with too many parts to be shown."""


Form = Compared | Joined | Chosen | Long


def settled(*, holds: bool) -> Form:
    """Return the form of a test that always or never holds."""
    return Joined("all" if holds else "any", ())


def size(form: Form) -> int:
    """Return the number of parts of a form."""
    match form:
        case Compared():
            return 1
        case Joined(parts=parts):
            return 1 + sum(map(size, parts))
        case Chosen(then=then, otherwise=otherwise):
            return 1 + size(then) + size(otherwise)
        case Long():
            return MAX_ATOMS + 1


def _unless_long(form: Form) -> Form:
    return form if size(form) <= MAX_ATOMS else Long()


def denied(form: Form) -> Form:
    """Return the opposite of a form."""
    match form:
        case Compared():
            return replace(form, denied=not form.denied)
        case Joined(combine=combine, parts=parts):
            return Joined("any" if combine == "all" else "all", tuple(map(denied, parts)))
        case Chosen(test=test, then=then, otherwise=otherwise):
            return Chosen(test, denied(then), denied(otherwise))
        case Long():
            return form


def chosen(test: int, then: Form, otherwise: Form) -> Form:
    """Return the form of a choice between two tests."""
    return _unless_long(Chosen(test, then, otherwise))


def joined(combine: Literal["all", "any"], forms: list[Form]) -> Form:
    """Return several forms as one, without nesting and repetition."""
    deciding = settled(holds=combine == "any")
    if deciding in forms:
        return deciding
    parts: dict[Form, None] = {}
    for form in forms:
        if isinstance(form, Joined) and form.combine == combine:
            parts.update(dict.fromkeys(form.parts))
        else:
            parts.setdefault(form)
    if len(parts) == 1:
        return next(iter(parts))
    return _unless_long(Joined(combine, tuple(parts)))
