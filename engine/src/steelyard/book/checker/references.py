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
    """Report references to missing entries, and names that mean two things."""
    for rule in ruleset.deductions:
        if rule.named.id in joined.entries.get("items", {}):
            what = f"{rule.named.id} is both an item and a deduction"
            problems.add("SY305", what, rule.named.place, fix="rename one of the two")
    metrics: dict[str, Place] = {}
    for metric in (metric.named for rule in ruleset.dimensions for metric in rule.metrics):
        first = metrics.setdefault(metric.id, metric.place)
        if first is not metric.place:
            what = f"metric {metric.id} stands in two dimensions"
            problems.add("SY305", what, metric.place, fix=f"rename it here or at {first}")
    _check_names(joined, "vetoes", "blocks", ("items", "groups"), problems)
    _check_names(joined, "exemptions", "metrics", ("metrics",), problems)
    _check_names(joined, "groups", "items", ("items", "deductions"), problems)
    _check_groups(joined, problems)
    _check_base(ruleset, joined, problems)
    _check_costs(ruleset, problems)


def _check_costs(ruleset: Ruleset, problems: Problems) -> None:
    """Report a benefit with two costs: reports add its cost up wherever it is given."""
    costs: dict[str, CostRule] = {}
    for benefit in (one for rule in (*ruleset.tiers, *ruleset.badges) for one in rule.benefits):
        cost = benefit.cost
        if cost is None:
            continue
        first = costs.setdefault(benefit.id, cost)
        if (first.amount, first.currency, first.per) != (cost.amount, cost.currency, cost.per):
            what = f"the benefit {benefit.id} costs something else at {first.place}"
            expected = "one cost for a benefit, wherever it is given"
            fix = "give the cost once, or give one of the two benefits another id"
            problems.add("SY305", what, cost.place, expected=expected, fix=fix)


def _check_base(ruleset: Ruleset, joined: Joined, problems: Problems) -> None:
    base, lowest = ruleset.base, ruleset.layers[0]
    if base.source == "metrics" and not joined.entries.get("dimensions"):
        what = f"{lowest.name} has no `dimensions` to compute a base score from, nor has any layer "
        fix = "add `dimensions`, or base: {from: reported, reported: <fact>}"
        problems.add("SY315", f"{what}above it", lowest.place, fix=fix)
    needed = {"reported": base.reported, "fixed": base.score, "metrics": True}[base.source]
    if needed is None:
        key, value = ("reported", "<fact>") if base.source == "reported" else ("score", "<number>")
        what = f"`base` is from {base.source} and has no `{key}`"
        fix = f"write base: {{from: {base.source}, {key}: {value}}}"
        problems.add("SY315", what, base.place, fix=fix)


def _check_names(
    joined: Joined, kind: str, key: str, kinds: tuple[str, ...], problems: Problems
) -> None:
    """Report every name under `key` of the entries of a kind that no entry of `kinds` has."""
    ids = {name for one in kinds for name in _ids(joined, one)}
    words = " or ".join(_WORDS[one] for one in kinds)
    for owner, entry in joined.all(kind):
        for located in _names_in(entry, key):
            name = str(located.value)
            if joined.aliases.get(name, name) in ids:
                continue
            retired = [joined.retired[one, name] for one in kinds if (one, name) in joined.retired]
            what = f"{_WORDS[kind]} {owner} names {name}, "
            if retired:
                what += f"which is retired at {retired[0].place}"
                fix = f"there, give {_WORDS[kind]} {owner} `{key}` without {name}, or retire it too"
            else:
                what += f"but there is no {words} of that id"
                fix = suggest(name, ids)
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
        if "metrics" in dimension.mapping:
            yield from dimension.mapping["metrics"].mapping


def _names_in(entry: Located, key: str) -> list[Located]:
    """Return the names under a key; none where it is absent, or a word such as `all`."""
    names = entry.mapping[key].value if key in entry.mapping else ()
    return names if isinstance(names, list) else []


def _check_groups(joined: Joined, problems: Problems) -> None:
    """Report groups of both items and deductions, and members of two groups."""
    items, deductions = joined.entries.get("items", {}), joined.entries.get("deductions", {})
    group_of: dict[str, str] = {}
    for group, entry in joined.all("groups"):
        names = [(str(located.value), located.place) for located in _names_in(entry, "items")]
        members = {joined.aliases.get(name, name): place for name, place in names}
        mixed = [place for name, place in members.items() if name in deductions]
        if mixed and any(name in items for name in members):
            what = f"group {group} holds both items and deductions"
            problems.add("SY319", what, mixed[0], fix="make two groups")
        for name, place in members.items():
            other = group_of.setdefault(name, group)
            if other != group:
                what = f"{name} is in two groups, {other} and {group}"
                problems.add("SY319", what, place, fix="leave it in one of them")
