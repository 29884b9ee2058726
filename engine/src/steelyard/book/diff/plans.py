"""A comparison of two plans, part by part, for changes known only from plan files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from steelyard.book.diff.edit import Edit, Kind, make_edit, order_edit
from steelyard.book.diff.entries import merged_order
from steelyard.book.diff.facts import compare_facts
from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.plan.infix import render
from steelyard.plan.pretty import labels_of
from steelyard.plan.structure import Benefit, Plan, Requirement

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
}
_ITEM = {
    "title": "title",
    "type": "type",
    "scope": "scope",
    "gate": "gates",
    "requirements": "requirements",
    "blocks": "vetoes",
    "points": "earned",
}
# by section, the keys of a part and the attribute of the plan that each shows
_KEYS: dict[str, dict[str, str]] = {
    "gates": {"when": "requirement"},
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
    "vetoes": {"when": "active", "blocks": "blocks"},
    "tiers": {"title": "title", "at_least": "at_least", "benefits": "benefits"},
    "badges": {"title": "title", "when": "requirement", "benefits": "benefits"},
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a plan: its title, its place, and the text of each of its keys."""

    title: Text
    place: Place | None
    keys: Mapping[str, str]

    def __str__(self) -> str:
        return "; ".join(f"{key}: {text}" for key, text in self.keys.items() if text)


def compare_plans(old: Plan, new: Plan) -> tuple[Edit, ...]:
    """Return every edit between two plans, by what their parts compute."""
    edits: list[Edit] = [*_head(old, new)]
    edits += compare_facts({f.id: f for f in old.facts}, {f.id: f for f in new.facts})
    before, after = dict(_outline(old)), dict(_outline(new))
    for section, parts in after.items():
        others = before[section]
        for name in merged_order(list(others), list(parts)):
            edits += _part_edits(section, name, others.get(name), parts.get(name))
        reordered = order_edit((section, ""), list(others), list(parts))
        edits += [] if reordered is None else [reordered]
    return tuple(edits)


def _part_edits(section: str, name: str, one: _Part | None, other: _Part | None) -> Iterator[Edit]:
    if one is None or other is None:
        kind: Kind = "added" if one is None else "retired"
        sides = (part and (str(part), part.place) for part in (one, other))
        title = other.title if other else one and one.title
        yield make_edit(kind, (section, name), *sides, title=title)
        return
    for key in dict.fromkeys((*one.keys, *other.keys)):
        texts = (one.keys.get(key), other.keys.get(key))
        if (texts[0] or None) != (texts[1] or None):
            yield make_edit(
                _KINDS.get(key, "setting"),
                (section, name, key),
                (texts[0] or None, one.place),
                (texts[1] or None, other.place),
                title=other.title,
            )


def _head(old: Plan, new: Plan) -> Iterator[Edit]:
    for key, write in (
        ("version", lambda plan: f"{plan.ruleset}@{plan.version}"),
        ("effective", _dates),
    ):
        before, after = write(old), write(new)
        if before != after:
            address = ("rulesets", new.ruleset, key)
            sides = ((before, None), (after, None))
            yield make_edit("dates", address, *sides, title=new.title, effect="dates")


def _dates(plan: Plan) -> str:
    dates = {"announced": plan.dates.announced, "from": plan.dates.start}
    dates |= {"enforced": plan.dates.enforced, "until": plan.dates.until}
    return f"{{{', '.join(f'{key}: {day}' for key, day in dates.items() if day)}}}"


def _outline(plan: Plan) -> Iterator[tuple[str, dict[str, _Part]]]:
    """Yield every section of a plan, with the text of its parts by id."""
    write = _writer(plan)
    total = plan.total
    settings = {
        "score": {
            "range": f"{write(total.low)} to {write(total.high)}",
            "decimals": str(plan.display_decimals),
            "rounding": plan.nodes[total.score].mode,
        },
        "base": {"from": plan.base.source},
        "bonus": {"cap": write(total.bonus_cap)},
        "deduction": {"cap": write(total.deduction_cap)},
    }
    for section, keys in settings.items():
        yield section, {"": _Part(Text("", ""), None, keys)}
    metrics = {
        f"{dimension.id}/{metric.id}": metric
        for dimension in plan.dimensions
        for metric in dimension.metrics
    }
    for section, keys in _KEYS.items():
        parts: dict[str, Any] = metrics
        if section != "metrics":
            parts = {one.id: one for one in getattr(plan, section)}
        yield section, {name: _part(section, one, keys, write) for name, one in parts.items()}


def _part(section: str, one: Any, keys: Mapping[str, str], write: Callable[[Any], str]) -> _Part:  # noqa: ANN401 - a part of any section
    texts = {key: write(getattr(one, attribute)) for key, attribute in keys.items()}
    if section == "groups" and one.keep > 1:
        texts["combine"] += f" {one.keep}"
    if section == "badges":
        texts["when"] += f" ({write(one.requirement.status)})"
    has_place = hasattr(one, "place")
    place = one.place if has_place else getattr(getattr(one, "requirement", None), "place", None)
    return _Part(one.title, place, texts)


def _writer(plan: Plan) -> Callable[[Any], str]:
    """Return a function from a value of a plan to its text; an integer is a node."""
    labels = labels_of(plan)

    def write(value: Any) -> str:  # noqa: ANN401 - a value of a part
        match value:
            case int():
                text = render(plan.nodes, value, labels)
                return "".join((text.text, *(f"; {name} = {part}" for name, part in text.parts)))
            case Text():
                return value.en
            case Requirement():
                return " ".join((value.text or value.id).split())
            case Benefit():
                cost = "" if value.cost is None else f" at {write(value.cost)} {value.currency}"
                return f"{value.id}{cost}"
            case tuple():
                separator = "; " if any(isinstance(one, Requirement) for one in value) else ", "
                return separator.join(write(one) for one in value)
            case _:
                return value or ""

    return write
