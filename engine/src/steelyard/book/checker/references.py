"""References between the parts of a ruleset: groups, vetoes, exemptions, shared names."""

from collections.abc import Iterator

from steelyard.book import Joined
from steelyard.book.checker.ruleset import CostRule, Ruleset
from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located


def resolve_blocks(blocks: str | list[str], joined: Joined) -> tuple[str, ...]:
    """Return the items that a veto blocks: `all`, item ids, or ids of groups."""
    if blocks == "all":
        return tuple(joined.entries.get("items", {}))
    groups = joined.entries.get("groups", {})
    names: list[str] = []
    for block in blocks:
        members = groups[block].plain().get("items", []) if block in groups else [block]
        names.extend(joined.aliases.get(name, name) for name in members)
    return tuple(dict.fromkeys(names))


def check_references(ruleset: Ruleset, joined: Joined, problems: Problems) -> None:
    """Report references to what is not there, and names that mean two things."""
    for rule in ruleset.deductions:
        if rule.named.id in joined.entries.get("items", {}):
            problems.add(
                "SY305",
                f"{rule.named.id} is both an item and a deduction",
                rule.named.place,
                fix="rename one of the two",
            )
    metrics = [metric for rule in ruleset.dimensions for metric in rule.metrics]
    _report_twice([(metric.named.id, metric.named.place) for metric in metrics], problems)
    _check_names(joined, "vetoes", "blocks", ("items", "groups"), problems)
    _check_names(joined, "exemptions", "metrics", ("metrics",), problems)
    _check_names(joined, "groups", "items", ("items", "deductions"), problems)
    _check_groups(joined, problems)
    _check_base(ruleset, joined, problems)
    _check_costs(ruleset, problems)


def _check_costs(ruleset: Ruleset, problems: Problems) -> None:
    """Report a benefit that costs two things: reports add its cost up wherever it is given."""
    known: dict[str, CostRule] = {}
    for rule in (*ruleset.tiers, *ruleset.badges):
        for benefit in rule.benefits:
            cost = benefit.cost
            if cost is None:
                continue
            first = known.setdefault(benefit.id, cost)
            if (first.amount, first.currency, first.per) != (cost.amount, cost.currency, cost.per):
                problems.add(
                    "SY305",
                    f"the benefit {benefit.id} costs something else at {first.place}",
                    cost.place,
                    expected="one cost for a benefit, wherever it is given",
                    fix="say the cost once, or give one of the two benefits another id",
                )


def _check_base(ruleset: Ruleset, joined: Joined, problems: Problems) -> None:
    base, lowest = ruleset.base, ruleset.layers[0]
    if base.source == "metrics" and not joined.entries.get("dimensions"):
        problems.add(
            "SY315",
            f"{lowest.name} has no `dimensions` to compute a base score from, nor has any layer "
            "above it",
            lowest.place,
            fix="add `dimensions`, or base: {from: reported, reported: <fact>}",
        )
    needed = {"reported": base.reported, "fixed": base.score, "metrics": True}[base.source]
    if needed is None:
        key, value = ("reported", "<fact>") if base.source == "reported" else ("score", "<number>")
        problems.add(
            "SY315",
            f"`base` is from {base.source} and has no `{key}`",
            base.place,
            fix=f"write base: {{from: {base.source}, {key}: {value}}}",
        )


def _check_names(
    joined: Joined, kind: str, key: str, kinds: tuple[str, ...], problems: Problems
) -> None:
    """Report every name under `key` of the entries of a kind that no entry of `kinds` has."""
    known = {name for one in kinds for name in _ids(joined, one)}
    words = " or ".join(_WORDS[one] for one in kinds)
    for owner, entry in joined.all(kind):
        for located in _listed(entry, key):
            name = str(located.value)
            if joined.aliases.get(name, name) in known:
                continue
            gone = next(
                (joined.retired[(one, name)] for one in kinds if (one, name) in joined.retired),
                None,
            )
            what = f"{_WORDS[kind]} {owner} names {name}, "
            if gone is not None:
                what += f"which is retired at {gone.place}"
                fix = f"there, give {_WORDS[kind]} {owner} `{key}` without {name}, or retire it too"
            else:
                what += f"but there is no {words} of that id"
                fix = suggest(name, known)
            problems.add("SY306", what, located.place, fix=fix)


_WORDS = {
    "items": "item",
    "deductions": "deduction",
    "groups": "group",
    "metrics": "metric",
    "vetoes": "veto",
    "exemptions": "exemption",
}


def _ids(joined: Joined, kind: str) -> Iterator[str]:
    if kind != "metrics":
        yield from joined.entries.get(kind, {})
        return
    for _, dimension in joined.all("dimensions"):
        assert isinstance(dimension.value, dict)
        if "metrics" in dimension.value:
            yield from dimension.value["metrics"].value  # type: ignore[misc]  # joined by id


def _listed(entry: Located, key: str) -> list[Located]:
    """Return the names under a key; none where it is absent, or a word such as `all`."""
    assert isinstance(entry.value, dict)
    listed = entry.value[key].value if key in entry.value else ()
    return listed if isinstance(listed, list) else []


def _check_groups(joined: Joined, problems: Problems) -> None:
    items, deductions = joined.entries.get("items", {}), joined.entries.get("deductions", {})
    member_of: dict[str, str] = {}
    for group, entry in joined.all("groups"):
        members = {
            joined.aliases.get(one := str(located.value), one): located.place
            for located in _listed(entry, "items")
        }
        mixed = [place for name, place in members.items() if name in deductions]
        if mixed and any(name in items for name in members):
            problems.add(
                "SY319",
                f"group {group} holds both items and deductions",
                mixed[0],
                fix="make two groups",
            )
        for name, place in members.items():
            other = member_of.setdefault(name, group)
            if other != group:
                problems.add(
                    "SY319",
                    f"{name} is in two groups, {other} and {group}",
                    place,
                    fix="leave it in one of them",
                )


def _report_twice(named: list[tuple[str, Place]], problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for name, place in named:
        if name in seen:
            problems.add(
                "SY305",
                f"metric {name} stands in two dimensions",
                place,
                fix=f"rename it here or at {seen[name]}",
            )
        seen.setdefault(name, place)
