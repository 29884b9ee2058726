"""Joining layers: base → industry → scene, by id.

In a keyed list an entry with a new id is added, one with a known id overrides the keys it gives,
and `retire: true` removes. Everything keeps the place where it was last said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from steelyard.book.reading import RulesetFile
from steelyard.book.selection import Selection
from steelyard.errors import Problems, suggest
from steelyard.formats import Located

KEYED = (
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
ALTERNATIVES = (("bands", "curve"), ("at_least", "otherwise"))  # one of them replaces the other
_WORD = {"vetoes": "veto", "dimensions": "dimension"}

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

    def all(self, key: str) -> Iterator[tuple[str, Located]]:
        """Iterate over the entries of a keyed list."""
        yield from self.entries.get(key, {}).items()


def join_layers(selection: Selection, problems: Problems) -> Joined:
    """Join the layers of a selection, reporting what one layer says twice or wrongly."""
    joined = Joined(selection.ruleset, selection.layers)
    for layer in selection.layers:
        top = layer.document.value
        assert isinstance(top, dict)
        for key in KEYED:
            if key in top:
                lower = joined.entries.setdefault(key, {})
                _join_entries(key, lower, top[key], joined, problems)
        for key in MERGED:
            if key in top:
                value = top[key].value
                assert isinstance(value, dict)
                joined.settings.setdefault(key, {}).update(value)
    return joined


def _join_entries(
    key: str, lower: Entries, upper: Located, joined: Joined, problems: Problems
) -> None:
    aliases = joined.aliases if key in ALIASED else {}
    word = _WORD.get(key, key[:-1])
    seen: dict[str, Located] = {}
    assert isinstance(upper.value, list)
    for entry in upper.value:
        assert isinstance(entry.value, dict)
        name = entry.value["id"]
        said = str(name.value)
        identity = aliases.get(said, said)
        if identity in seen:
            problems.add(
                "SY305",
                f"{word} {said} is described twice in one layer",
                name.place,
                fix=f"join it with the entry at {seen[identity].place}",
            )
            continue
        seen[identity] = name
        if "retire" in entry.value:
            joined.retired[(key, identity)] = name
            if lower.pop(identity, None) is None:
                problems.add(
                    "SY306",
                    f"there is no {word} {said} to retire",
                    name.place,
                    fix=suggest(said, lower),
                )
            continue
        lower[identity] = _override(lower.get(identity), entry, joined, problems)
        if identity == said:  # an override may speak of an item by an earlier name
            continue
        lower[identity].value["id"] = _renamed(name, identity)  # type: ignore[index]  # a mapping
    if key in ALIASED:
        for identity, entry in lower.items():
            _note_aliases(identity, entry, lower, aliases, problems)


def _renamed(name: Located, identity: str) -> Located:
    return Located(identity, name.place, identity, name.quoted, {})


def _note_aliases(
    identity: str,
    entry: Located,
    lower: Entries,
    aliases: dict[str, str],
    problems: Problems,
) -> None:
    assert isinstance(entry.value, dict)
    if "aliases" not in entry.value:
        return
    listed = entry.value["aliases"].value
    assert isinstance(listed, list)
    for alias in listed:
        name = str(alias.value)
        owner = aliases.setdefault(name, identity)
        if owner != identity or name in lower:
            taken = f"an alias of {owner}" if owner != identity else "the id of another entry"
            if name == identity:
                taken = "its own id"
            problems.add(
                "SY305",
                f"{name} cannot be an alias of {identity}: it is {taken}",
                alias.place,
                fix="remove it from one of the two",
            )


def _override(lower: Located | None, upper: Located, joined: Joined, problems: Problems) -> Located:
    assert isinstance(upper.value, dict)
    if lower is None:
        entry = dict(upper.value)
        if "metrics" in entry and isinstance(entry["metrics"].value, list):
            metrics = entry["metrics"]
            # an exemption lists names of metrics, at least one; a dimension has metrics by id
            if not metrics.value or isinstance(metrics.value[0].value, dict):  # type: ignore[index]
                entry["metrics"] = _join_metrics({}, metrics, joined, problems)
        return _with_value(upper, entry)
    assert isinstance(lower.value, dict)
    kept = {
        key: value
        for key, value in lower.value.items()
        if not any(key in pair and set(pair) & set(upper.value) for pair in ALTERNATIVES)
    }
    merged = {**kept, **upper.value}
    retyped = "type" in upper.value and upper.value["type"].value != lower.value["type"].value
    if retyped and "with" not in upper.value:
        merged.pop("with", None)
    elif "with" in lower.value and "with" in upper.value and not retyped:
        parameters, changes = lower.value["with"].value, upper.value["with"].value
        assert isinstance(parameters, dict)
        assert isinstance(changes, dict)
        merged["with"] = _with_value(upper.value["with"], {**parameters, **changes})
    if "metrics" in lower.value and "metrics" in upper.value:
        first = lower.value["metrics"]
        if isinstance(first.value, dict):
            merged["metrics"] = _join_metrics(
                dict(first.value), upper.value["metrics"], joined, problems
            )
    return _with_value(upper, merged)


def _join_metrics(lower: Entries, upper: Located, joined: Joined, problems: Problems) -> Located:
    _join_entries("metrics", lower, upper, joined, problems)
    return _with_value(upper, lower)


def _with_value(located: Located, value: dict[str, Located]) -> Located:
    return Located(value, located.place, located.text, located.quoted, located.key_places)
