"""References between the parts of a ruleset: groups, vetoes, exemptions, shared names."""

from steelyard.book import Joined
from steelyard.checker.ruleset import Ruleset
from steelyard.errors import Place, Problems, suggest


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


def check_references(ruleset: Ruleset, problems: Problems) -> None:
    """Report references to what is not there, and names that mean two things."""
    items = {rule.named.id for rule in ruleset.items}
    deductions = {rule.named.id for rule in ruleset.deductions}
    metrics = [metric for rule in ruleset.dimensions for metric in rule.metrics]
    metric_ids = {metric.named.id for metric in metrics}
    for rule in ruleset.deductions:
        if rule.named.id in items:
            problems.add(
                "SY305", f"{rule.named.id} is both an item and a deduction", rule.named.place
            )
    _report_twice([(metric.named.id, metric.named.place) for metric in metrics], problems)
    for veto in ruleset.vetoes:
        _unknown(veto.blocks, items, "item", veto.named.place, problems)
    for exemption in ruleset.exemptions:
        _unknown(exemption.metrics, metric_ids, "metric", exemption.named.place, problems)
    _check_groups(ruleset, items, deductions, problems)
    base = ruleset.base
    if base.source == "metrics" and not ruleset.dimensions:
        problems.add(
            "SY315",
            f"{ruleset.file.name} has no dimensions to compute a base score from",
            ruleset.file.place,
            fix="add `dimensions`, or base: {from: reported, reported: <fact>}",
        )
    needed = {"reported": base.reported, "fixed": base.score, "metrics": True}[base.source]
    if needed is None:
        key = "reported" if base.source == "reported" else "score"
        problems.add("SY315", f"base from {base.source} needs `{key}`", base.place)


def _check_groups(
    ruleset: Ruleset, items: set[str], deductions: set[str], problems: Problems
) -> None:
    member_of: dict[str, str] = {}
    for group in ruleset.groups:
        place = group.named.place
        _unknown(group.items, items | deductions, "item or deduction", place, problems)
        if set(group.items) & items and set(group.items) & deductions:
            problems.add(
                "SY319",
                f"group {group.named.id} holds both items and deductions",
                place,
                fix="make two groups",
            )
        for name in group.items:
            other = member_of.setdefault(name, group.named.id)
            if other != group.named.id:
                problems.add(
                    "SY319",
                    f"{name} is in two groups, {other} and {group.named.id}",
                    place,
                    fix="leave it in one of them",
                )


def _unknown(
    names: tuple[str, ...], known: set[str], word: str, place: Place, problems: Problems
) -> None:
    for name in names:
        if name not in known:
            problems.add("SY306", f"there is no {word} {name}", place, fix=suggest(name, known))


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
