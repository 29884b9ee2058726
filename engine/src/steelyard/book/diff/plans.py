"""A comparison of two plans, part by part, for changes known only from plan files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from steelyard.book.diff.edit import Edit, Kind, make_edit, order_edit
from steelyard.book.diff.entries import merged_order
from steelyard.book.diff.facts import compare_facts
from steelyard.errors import Place
from steelyard.model.numbers import format_scaled
from steelyard.model.rollout import SHARE_DECIMALS
from steelyard.model.texts import Text
from steelyard.model.types import DATE
from steelyard.plan.infix import literal, render
from steelyard.plan.nodes import nodes_below
from steelyard.plan.pretty import days_off_of, labels_of, parts_of_status
from steelyard.plan.structure import Benefit, Cut, Plan, Requirement

_KINDS: dict[str, Kind] = {
    "points": "parameter",
    "requirements": "condition",
    "scope": "condition",
    "gate": "gate",
    "when": "condition",
    "calculation": "points",
    "weights": "weight",
    "cap": "cap",
    "at_least": "tier",
    "benefits": "benefits",
    "items": "members",
    "title": "words",
    "type": "type",
    "reported": "setting",
    "is": "condition",
}
_ITEM = {
    "title": "title",
    "type": "type",
    "scope": "scope",
    "gate": "gates",
    "requirements": "requirements",
    "blocks": "vetoes",
    "points": "earned",
    "cap": "own_points",
}
# by section, the keys of a part and the attribute of the plan that each shows, as a ruleset has it
_KEYS: dict[str, dict[str, str]] = {
    "values": {"title": "title", "is": "value"},
    "gates": {"title": "title", "when": "requirement"},
    "exemptions": {"when": "active", "metrics": "metrics"},
    "dimensions": {"title": "title", "weights": "weight", "cap": "cap"},
    "metrics": {
        "title": "title",
        "fact": "fact",
        "weights": "weight",
        "scope": "assessed",
        "calculation": "score",
    },
    "items": _ITEM,
    "deductions": _ITEM,
    "groups": {"title": "title", "items": "items", "combine": "combine", "cap": "cap"},
    "vetoes": {"title": "title", "when": "active", "days": "until", "blocks": "blocks"},
    "tiers": {"title": "title", "at_least": "at_least", "benefits": "benefits"},
    "badges": {"title": "title", "when": "requirement", "benefits": "benefits"},
}
# by section, the attributes that are computed from several parts: they differ if one of them does
_COMPUTED_ITEM = ("scope", "gates", "requirements", "met", "outcome", "cuts", "points")
_COMPUTED: dict[str, tuple[str, ...]] = {
    "gates": ("requirement",),
    "dimensions": ("assessed", "score_before_cap", "score"),
    "metrics": ("observed", "outcome"),
    "items": _COMPUTED_ITEM,
    "deductions": _COMPUTED_ITEM,
    "groups": ("earned", "points"),
    "badges": ("requirement",),
}
_OWN_BASE = ("fixed", "formula")
_COMPUTED_BASE = ("available", "computed", "reported", "before_clamp", "used")


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a part: its text for people, and a text that tells all that it computes."""

    text: str
    exact: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a plan: its title, its place, and its values by key."""

    title: Text
    place: Place | None
    keys: Mapping[str, _Value]

    def __str__(self) -> str:
        return "; ".join(f"{key}: {value.text}" for key, value in self.keys.items() if value.text)


_Outline = Mapping[str, Mapping[str, _Part]]  # the parts of each section by id


def compare_plans(old: Plan, new: Plan) -> tuple[Edit, ...]:
    """Return every edit between two plans, by what their parts compute.

    If a score can differ though all parts are alike, the edit names the value that differs.
    """
    edits: list[Edit] = [*_head(old, new)]
    edits += compare_facts({f.id: f for f in old.facts}, {f.id: f for f in new.facts})
    edits += _outline_edits(_outline(old), _outline(new))
    if not any(edit.effect == "score" for edit in edits):
        edits += _outline_edits(_computed(old), _computed(new), "calculation")
    return tuple(edits)


def _outline_edits(before: _Outline, after: _Outline, *below: str) -> Iterator[Edit]:
    """Yield the edits of all parts; `below` is the end of the path of each edited value."""
    for section, parts in after.items():
        others = before[section]
        for name in merged_order(list(others), list(parts)):
            yield from _part_edits(section, name, others.get(name), parts.get(name), *below)
        reordered = order_edit((section, ""), list(others), list(parts))
        if reordered is not None:
            yield reordered


def _part_edits(
    section: str, name: str, one: _Part | None, other: _Part | None, *below: str
) -> Iterator[Edit]:
    if one is None or other is None:
        kind: Kind = "added" if one is None else "retired"
        sides = (part and (str(part), part.place) for part in (one, other))
        title = other.title if other else one and one.title
        yield make_edit(kind, (section, name), *sides, title=title)
        return
    nothing = _Value("", "")
    for key in dict.fromkeys((*one.keys, *other.keys)):
        before, after = one.keys.get(key, nothing), other.keys.get(key, nothing)
        if before != after:
            is_told = before.text != after.text
            texts = (v.text if is_told else v.exact for v in (before, after))
            sides = (
                (text or None, part.place) for text, part in zip(texts, (one, other), strict=True)
            )
            yield make_edit(
                _KINDS.get(key, "setting"), (section, name, key, *below), *sides, title=other.title
            )


def _head(old: Plan, new: Plan) -> Iterator[Edit]:
    for key, write in (
        ("version", lambda plan: plan.name),
        ("effective", _dates),
        ("rollout", _rollout),
    ):
        before, after = write(old), write(new)
        if before != after:
            address = ("rulesets", new.ruleset, key)
            sides = ((before or None, None), (after or None, None))
            yield make_edit("dates", address, *sides, title=new.title, effect="dates")


def _dates(plan: Plan) -> str:
    dates = {"announced": plan.dates.announced, "from": plan.dates.start}
    dates |= {"enforced": plan.dates.enforced, "until": plan.dates.until}
    return f"{{{', '.join(f'{key}: {day}' for key, day in dates.items() if day)}}}"


def _rollout(plan: Plan) -> str:
    if plan.rollout is None:
        return ""
    share = format_scaled(plan.rollout.share, SHARE_DECIMALS, trim=True)
    shadow = ", shadow: true" if plan.rollout.shadow else ""
    return f"{{share: {share}, salt: {plan.rollout.salt}{shadow}}}"


def _outline(plan: Plan) -> _Outline:
    """Return every section of a plan, with the values of its parts by id."""
    write = _Writer(plan)
    total = plan.total
    settings: dict[str, dict[str, Any]] = {
        "score": {
            "range": f"{write(total.low).text} to {write(total.high).text}",
            "decimals": str(plan.display_decimals),
            "rounding": plan.nodes[total.score].mode,
        },
        "base": {
            "from": plan.base.source,
            "reported": plan.base.reported_fact,
            "score": plan.base.before_clamp if plan.base.source in _OWN_BASE else None,
        },
        "bonus": {"cap": total.bonus_cap},
        "deduction": {"cap": total.deduction_cap},
    }
    outline = {
        section: {"": _Part(Text("", ""), None, {key: write(one) for key, one in keys.items()})}
        for section, keys in settings.items()
    }
    return outline | {
        section: {
            name: _part(
                section,
                one,
                {key: getattr(one, attribute) for key, attribute in keys.items()},
                write,
            )
            for name, one in _parts(plan, section).items()
        }
        for section, keys in _KEYS.items()
    }


def _computed(plan: Plan) -> _Outline:
    """Return what a plan computes from several parts, with the values of each part by id."""
    write = _Writer(plan, statuses=True)
    outline = {
        section: {
            name: _part(section, one, {key: getattr(one, key) for key in keys}, write)
            for name, one in _parts(plan, section).items()
        }
        for section, keys in _COMPUTED.items()
    }
    total = [field.name for field in fields(plan.total)]
    for section, one, keys in (("base", plan.base, _COMPUTED_BASE), ("score", plan.total, total)):
        values = {key: write(getattr(one, key)) for key in keys}
        outline[section] = {"": _Part(Text("", ""), None, values)}
    return outline


def _parts(plan: Plan, section: str) -> dict[str, Any]:
    """Return the parts of a section by id."""
    if section == "metrics":
        return {
            f"{dimension.id}/{metric.id}": metric
            for dimension in plan.dimensions
            for metric in dimension.metrics
        }
    return {one.id: one for one in getattr(plan, section)}


def _part(section: str, one: Any, values: Mapping[str, Any], write: "_Writer") -> _Part:  # noqa: ANN401 - a part of any section
    texts = {key: write(value) for key, value in values.items()}
    if "combine" in texts and one.keep > 1:
        texts["combine"] = write(f"{one.combine} {one.keep}")
    if "cap" in texts and section in ("items", "deductions") and one.own_points == one.earned:
        del texts["cap"]
    has_place = hasattr(one, "place")
    place = one.place if has_place else getattr(getattr(one, "requirement", None), "place", None)
    return _Part(one.title, place, texts)


class _Writer:
    """A writer of the values of a plan; an integer is a node.

    Of a requirement it writes the tests, or with `statuses` also when its facts are known.
    """

    def __init__(self, plan: Plan, *, statuses: bool = False) -> None:
        self._statuses = statuses
        self._nodes = plan.nodes
        self._labels = labels_of(plan)
        self._calendars = [calendar.id for calendar in plan.calendars]

    def __call__(self, value: Any) -> _Value:  # noqa: ANN401 - a value of a part
        match value:
            case int():
                text = self._node(value)
                exact = text + self._days_off(value)
            case Text():
                text, exact = value.en, f"{value.en} / {value.zh}"
            case Requirement():
                exact = self._tests(value)
                text = " ".join((value.text or exact).split())
            case Cut():
                text = exact = f"{value.stage}: {self._node(value.points)}"
            case Benefit():
                cost = (
                    "" if value.cost is None else f" at {self._node(value.cost)} {value.currency}"
                )
                text = exact = f"{value.id}{cost}"
            case tuple():
                parts = [self(one) for one in value]
                separator = "; " if any(isinstance(one, Requirement) for one in value) else ", "
                text = separator.join(part.text for part in parts)
                exact = separator.join(part.exact for part in parts)
            case _:
                text = exact = value or ""
        return _Value(text, exact)

    def _tests(self, requirement: Requirement) -> str:
        """Return what a requirement tests, and when it is assessed.

        Whether the facts that it reads are known follows from these.
        """
        parts = parts_of_status(self._nodes, requirement.status)
        if parts is None or self._statuses:
            return self._node(requirement.status) + self._days_off(requirement.status)
        tests = [self._node(parts["test"]) + self._days_off(parts["test"])]
        tests += [f"assessed if {self._node(parts['assessed'])}"] if "assessed" in parts else []
        return "; ".join(tests)

    def _days_off(self, index: int) -> str:
        """Return the days off of the calendars below a node, which its text does not tell."""
        if not self._calendars:
            return ""
        below = [self._nodes[one] for one in nodes_below(self._nodes, [index])]
        off = {name: sorted(set(days_off_of(below, name))) for name in self._calendars}
        return "".join(
            f"; days off of {name}: {', '.join(literal(day, DATE) for day in days)}"
            for name, days in off.items()
            if days
        )

    def _node(self, index: int) -> str:
        text = render(self._nodes, index, self._labels)
        return "".join((text.text, *(f"; {name} = {part}" for name, part in text.parts)))
