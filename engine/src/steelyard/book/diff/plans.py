"""Two plans compared, part by part: what plan files alone can say of a change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steelyard.book.diff.edit import Edit, Effect, Kind
from steelyard.book.diff.entries import merged_order, reordered
from steelyard.book.diff.facts import compare_facts
from steelyard.errors import Place
from steelyard.model.texts import Text
from steelyard.plan.infix import render
from steelyard.plan.pretty import labels_of
from steelyard.plan.structure import Badge, Benefit, Item, Plan, Requirement

_REWARDS = ("tiers", "badges")
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


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a plan: its title, its place, and what it says key by key."""

    title: Text
    place: Place | None
    says: Mapping[str, str]


Outline = dict[str, dict[str, _Part]]


def compare_plans(old: Plan, new: Plan) -> tuple[Edit, ...]:
    """Return every edit between two plans, by what their parts compute."""
    edits: list[Edit] = [*_head(old, new)]
    edits += compare_facts({f.id: f for f in old.facts}, {f.id: f for f in new.facts})
    before, after = _outline(old), _outline(new)
    for section, parts in after.items():
        others = before[section]
        for name in merged_order(list(others), list(parts)):
            edits += _part(section, name, others.get(name), parts.get(name))
        if reordered(list(others), list(parts)):
            effect: Effect = "rewards" if section in _REWARDS else "score"
            edits.append(
                Edit("order", effect, section, "", ("order",), None, ", ".join(others),
                     ", ".join(parts), None, None)
            )  # fmt: skip
    return tuple(edits)


def _part(section: str, name: str, one: _Part | None, other: _Part | None) -> Iterator[Edit]:
    effect: Effect = "rewards" if section in _REWARDS else "score"
    told = other or one
    assert told is not None
    if one is None or other is None:
        kind: Kind = "added" if one is None else "retired"
        before, after = (None if part is None else _said(part) for part in (one, other))
        places = (one.place if one else None, other.place if other else None)
        yield Edit(kind, effect, section, name, (), told.title, before, after, *places)
        return
    for key in dict.fromkeys((*one.says, *other.says)):
        past, present = one.says.get(key), other.says.get(key)
        if (past or None) != (present or None):
            yield Edit(
                kind=_KINDS.get(key, "setting"),
                effect="words" if key == "title" else effect,
                section=section,
                part=name,
                path=(key,),
                title=told.title,
                before=past or None,
                after=present or None,
                before_place=one.place,
                after_place=other.place,
            )


def _said(part: _Part) -> str:
    return "; ".join(f"{key}: {text}" for key, text in part.says.items() if text)


def _head(old: Plan, new: Plan) -> Iterator[Edit]:
    for key, before, after in (
        ("version", f"{old.ruleset}@{old.version}", f"{new.ruleset}@{new.version}"),
        ("effective", _dates(old), _dates(new)),
    ):
        if before != after:
            yield Edit("dates", "dates", "rulesets", new.ruleset, (key,), new.title, before,
                       after, None, None)  # fmt: skip


def _dates(plan: Plan) -> str:
    dates = {"announced": plan.dates.announced, "from": plan.dates.start}
    dates |= {"enforced": plan.dates.enforced, "until": plan.dates.until}
    return f"{{{', '.join(f'{key}: {day}' for key, day in dates.items() if day)}}}"


def _outline(plan: Plan) -> Outline:
    """Return what a plan says, section by section, as text that can be compared."""
    write = _writer(plan)
    total = plan.total
    scale = {
        "range": f"{write(total.low)} to {write(total.high)}",
        "decimals": str(plan.display_decimals),
        "rounding": plan.nodes[total.score].mode,
    }
    caps = {"bonus": total.bonus_cap, "deduction": total.deduction_cap}
    nothing = Text("", "")
    return {
        "score": {"": _Part(nothing, None, scale)},
        "base": {"": _Part(nothing, None, {"from": plan.base.source})},
        **{
            section: {"": _Part(nothing, None, {"cap": write(cap)} if cap is not None else {})}
            for section, cap in caps.items()
        },
        "gates": {
            one.id: _Part(one.title, one.requirement.place, {"when": _condition(one.requirement)})
            for one in plan.gates
        },
        "exemptions": {
            one.id: _Part(one.title, one.place,
                          {"when": write(one.active), "metrics": ", ".join(one.metrics)})
            for one in plan.exemptions
        },
        "dimensions": {
            one.id: _Part(one.title, one.place, {
                "title": one.title.en,
                "weights": write(one.weight),
                "cap": "" if one.cap is None else write(one.cap),
            })
            for one in plan.dimensions
        },
        "metrics": {
            f"{dimension.id}/{one.id}": _Part(one.title, one.place, {
                "title": one.title.en,
                "fact": one.fact,
                "weights": write(one.weight),
                "scope": write(one.assessed),
                "calculation": write(one.score),
            })
            for dimension in plan.dimensions
            for one in dimension.metrics
        },
        "items": {one.id: _item(one, write) for one in plan.items},
        "deductions": {one.id: _item(one, write) for one in plan.deductions},
        "groups": {
            one.id: _Part(one.title, one.place, {
                "title": one.title.en,
                "items": ", ".join(one.items),
                "combine": f"{one.combine} {one.keep}" if one.keep > 1 else one.combine,
                "cap": "" if one.cap is None else write(one.cap),
            })
            for one in plan.groups
        },
        "vetoes": {
            one.id: _Part(one.title, one.place,
                          {"when": write(one.active), "blocks": ", ".join(one.blocks)})
            for one in plan.vetoes
        },
        "tiers": {
            one.id: _Part(one.title, None, {
                "title": one.title.en,
                "at_least": "" if one.at_least is None else write(one.at_least),
                "benefits": _benefits(one.benefits, write),
            })
            for one in plan.tiers
        },
        "badges": {one.id: _badge(one, write) for one in plan.badges},
    }  # fmt: skip


def _writer(plan: Plan):  # noqa: ANN202 - a function from a node to its text
    labels = labels_of(plan)

    def write(index: int) -> str:
        text = render(plan.nodes, index, labels)
        parts = "".join(f"; {name} = {value}" for name, value in text.parts)
        return f"{text.text}{parts}"

    return write


def _item(item: Item, write) -> _Part:  # noqa: ANN001 - as `_writer` gives it
    return _Part(item.title, item.place, {
        "title": item.title.en,
        "type": item.type,
        "scope": _condition(item.scope) if item.scope else "",
        "gate": "; ".join(_condition(one) for one in item.gates),
        "requirements": "; ".join(_condition(one) for one in item.requirements),
        "blocks": ", ".join(item.vetoes),
        "points": write(item.earned),
    })  # fmt: skip


def _badge(badge: Badge, write) -> _Part:  # noqa: ANN001 - as `_writer` gives it
    return _Part(badge.title, badge.requirement.place, {
        "title": badge.title.en,
        "when": f"{_condition(badge.requirement)} ({write(badge.requirement.status)})",
        "benefits": _benefits(badge.benefits, write),
    })  # fmt: skip


def _condition(requirement: Requirement) -> str:
    return " ".join((requirement.text or requirement.id).split())


def _benefits(benefits: tuple[Benefit, ...], write) -> str:  # noqa: ANN001 - as `_writer` gives it
    return ", ".join(
        f"{one.id} at {write(one.cost)} {one.currency}" if one.cost is not None else one.id
        for one in benefits
    )
