"""Joining layers: base → industry → scene, by id.

Below the lowest layer are the rules that plugins ship, which an entry names by `plugin/rule`.

In a keyed list an entry with a new id is added, one with a known id overrides the keys it gives,
and `retire: true` removes. Every value keeps the place where it was last given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from steelyard.book.reading import RulesetFile
from steelyard.book.selection import Selection
from steelyard.errors import Problems, suggest
from steelyard.formats import Located
from steelyard.plugins.discovery.shipped import LISTS, Shipped

KEYED = (
    "values",
    "gates",
    "exemptions",
    "dimensions",
    "items",
    "deductions",
    "groups",
    "vetoes",
    "tiers",
    "badges",
)
ALIASED = ("items", "deductions")  # entries that may have earlier ids
MERGED = ("score", "bonus", "deduction", "base")
# of each, one replaces the others
_PROSE = ("title", "title_not_met", "remedy", "source", "why")  # keys of texts for people
_SHIPPED_VALUE = re.compile(r"value\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)
ALTERNATIVES = (("bands", "curve", "formula"), ("at_least", "otherwise"))

Entries = dict[str, Located]


@dataclass(slots=True)
class Joined:
    """A ruleset after all its layers: keyed entries by id, in order, and settings by key."""

    ruleset: RulesetFile
    layers: tuple[RulesetFile, ...]
    entries: dict[str, Entries] = field(default_factory=dict)
    settings: dict[str, dict[str, Located]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    retired: dict[tuple[str, str], Located] = field(default_factory=dict)  # by list and id
    shipped: Shipped | None = None
    unknown: set[str] = field(default_factory=set[str])  # rules that no plugin ships

    def all(self, key: str) -> Iterator[tuple[str, Located]]:
        """Iterate over the entries of a keyed list."""
        yield from self.entries.get(key, {}).items()


def word_of(key: str) -> str:
    """Return the word for one entry of a keyed list."""
    return "veto" if key == "vetoes" else key[:-1]


def join_layers(selection: Selection, problems: Problems) -> Joined:
    """Join the layers of a selection; report duplicate and wrong entries of a layer."""
    joined = Joined(selection.ruleset, selection.layers, shipped=selection.shipped)
    for layer in selection.layers:
        top = layer.document.mapping
        for key in KEYED:
            if key in top:
                lower = joined.entries.setdefault(key, {})
                _join_entries(key, lower, top[key], joined, problems)
        for key in MERGED:
            if key in top:
                joined.settings.setdefault(key, {}).update(top[key].mapping)
    _add_shipped_values(joined)
    return joined


def value_name(identity: str) -> str:
    """Return the name by which everything reads a value: `value.on_time_share`, `value.tea.kg`."""
    return f"value.{identity.replace('-', '_').replace('/', '.')}"


def _add_shipped_values(joined: Joined) -> None:
    """Add the values of plugins that the rules read, and those that these values read."""
    shipped = joined.shipped.rules.get("values", {}) if joined.shipped else {}
    if not shipped:
        return
    offered = {value_name(identity): identity for identity in shipped}
    pending = [entry for entries in joined.entries.values() for entry in entries.values()]
    pending += [entry for settings in joined.settings.values() for entry in settings.values()]
    for entry in pending:  # it grows
        for name in _shipped_values_in(entry):
            identity = offered.get(name, "")
            taken = identity in joined.entries.get("values", {})
            if identity and not taken and ("values", identity) not in joined.retired:
                joined.entries.setdefault("values", {})[identity] = shipped[identity]
                pending.append(shipped[identity])


def _shipped_values_in(located: Located) -> Iterator[str]:
    """Yield the names, of the form of values of plugins, in an entry; texts for people are none."""
    if isinstance(located.value, dict):
        inner = [
            part
            for key, part in located.mapping.items()
            if key not in _PROSE or (isinstance(part.value, dict) and "id" in part.value)
        ]
    else:
        inner = located.sequence if isinstance(located.value, list) else []
    for part in inner:
        yield from _shipped_values_in(part)
    if isinstance(located.value, str):
        yield from _SHIPPED_VALUE.findall(located.value)


def _join_entries(
    key: str, lower: Entries, upper: Located, joined: Joined, problems: Problems
) -> None:
    """Merge the entries of an upper layer into the entries of the lower layers, in place."""
    aliases = joined.aliases if key in ALIASED else {}
    word = word_of(key)
    described: dict[str, Located] = {}
    for entry in upper.sequence:
        name = entry.mapping["id"]
        written = str(name.value)
        identity = aliases.get(written, written)
        if identity in described:
            what = f"duplicate {word} {written} in one layer"
            fix = f"join it with the entry at {described[identity].place}"
            problems.add("SY305", what, name.place, fix=fix)
            continue
        described[identity] = name
        if "retire" in entry.mapping:
            joined.retired[(key, identity)] = name
            if lower.pop(identity, None) is None:
                what = f"cannot retire the unknown {word} {written!r}"
                problems.add("SY306", what, name.place, fix=suggest(written, lower))
            continue
        before = lower.get(identity) or _shipped(key, name, joined, problems)
        lower[identity] = after = _override(before, entry)
        if key == "dimensions" and "metrics" in entry.mapping:  # they have ids too
            inner = before.mapping.get("metrics") if before else None
            metrics = dict(inner.mapping) if inner else {}
            _join_entries("metrics", metrics, entry.mapping["metrics"], joined, problems)
            after.mapping["metrics"] = replace(entry.mapping["metrics"], value=metrics)
        if identity != written:  # an override may name an item by an earlier id
            renamed = replace(name, value=identity, text=identity, key_places={})
            after.mapping["id"] = renamed
    if key in ALIASED:
        for identity, entry in lower.items():
            _note_aliases(identity, entry, lower, aliases, problems)


def _shipped(key: str, name: Located, joined: Joined, problems: Problems) -> Located | None:
    """Return the rule of a plugin that an entry names; note a problem if there is none."""
    identity = str(name.value)
    if joined.shipped is None or "/" not in identity or key not in LISTS:
        return None
    rule = joined.shipped.find(key, name, problems)
    if rule is None:
        joined.unknown.add(identity)
    return rule


def _note_aliases(
    identity: str,
    entry: Located,
    lower: Entries,
    aliases: dict[str, str],
    problems: Problems,
) -> None:
    """Note the earlier ids of an entry; report those that another entry has already."""
    for alias in entry.mapping["aliases"].sequence if "aliases" in entry.mapping else ():
        name = str(alias.value)
        owner = aliases.setdefault(name, identity)
        if owner != identity or name in lower:
            meaning = f"an alias of {owner}" if owner != identity else "the id of another entry"
            if name == identity:
                meaning = "its own id"
            what = f"{name} cannot be an alias of {identity}: it is {meaning}"
            problems.add("SY305", what, alias.place, fix="remove it from one of the two")


def _override(lower: Located | None, upper: Located) -> Located:
    """Return an entry with the keys of both layers; the upper layer overrides the lower one."""
    changes = upper.mapping
    before = lower.mapping if lower else {}
    replaced = {key for pair in ALTERNATIVES if set(pair) & set(changes) for key in pair}
    merged = {key: value for key, value in before.items() if key not in replaced} | changes
    types = [one["type"].value for one in (before, changes) if "type" in one]
    retyped = len(set(types)) > 1
    if retyped and "with" not in changes:
        merged.pop("with", None)
    elif "with" in before and "with" in changes and not retyped:
        parameters = before["with"].mapping | changes["with"].mapping
        merged["with"] = replace(changes["with"], value=parameters)
    return replace(upper, value=merged)
