"""The rules that plugins ship: values, metrics, gates and vetoes that rulesets take by name.

A file of rules has the form of a ruleset's lists. A ruleset takes a rule by its id, as it overrides
an entry of a lower layer: what it does not give, the plugin gives.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate

CODE = "SY216"
# the lists of a file of rules, and the word for one entry
LISTS = {"values": "value", "metrics": "metric", "gates": "gate", "vetoes": "veto"}

Rules = Mapping[str, Mapping[str, Located]]
"""The entries of each list, by id."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """The rules of all usable plugins, and the names of these plugins."""

    rules: Rules = field(default_factory=dict)
    plugins: tuple[str, ...] = ()

    def find(self, key: str, name: Located, problems: Problems) -> Located | None:
        """Return the rule that an id names; note a problem and return None if there is none."""
        rule = self.rules.get(key, {}).get(str(name.value))
        if rule is None:
            self._note_unknown(key, name, problems)
        return rule

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield the list and the id of every rule."""
        return ((key, name) for key, rules in self.rules.items() for name in rules)

    def _note_unknown(self, key: str, name: Located, problems: Problems) -> None:
        written, word = str(name.value), LISTS[key]
        plugin = written.partition("/")[0]
        if plugin not in self.plugins:
            what = f"{written} is a {word} of the plugin {plugin}, which is not loaded"
            fix = f"install or repair the plugin {plugin}; `steelyard plugins list` shows its state"
            problems.add("SY211", what, name.place, fix=fix)
            return
        own = [rule for rule in self.rules.get(key, {}) if rule.startswith(f"{plugin}/")]
        fix = suggest(written, own)
        for other in (other for other, rule in self.names() if rule == written):
            fix = f"it is a {LISTS[other]}: list it in `{other}`"
        what = f"the plugin {plugin} ships no {word} {written!r}"
        expected = f"one of {', '.join(own)}" if own else None
        problems.add("SY215", what, name.place, expected=expected, fix=fix)


def join_shipped(rules: Iterable[tuple[str, Rules]]) -> Shipped:
    """Return the rules of several plugins, given by the names of the plugins."""
    joined: dict[str, dict[str, Located]] = {key: {} for key in LISTS}
    names: list[str] = []
    for name, of_plugin in rules:
        names.append(name)
        for key, entries in of_plugin.items():
            joined[key].update(entries)
    return Shipped(joined, tuple(names))


def rules_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of rules: four lists of a ruleset."""
    lists = {
        key: {"type": "array", "items": {"$ref": f"#/$defs/{word}"}} for key, word in LISTS.items()
    }
    return {
        "type": "object",
        "properties": lists,
        "additionalProperties": False,
        "minProperties": 1,
        "$defs": load_schema("ruleset")["$defs"],
    }


def read_rules(
    document: Located, plugin: str, known: dict[str, Place | None], problems: Problems
) -> Rules | None:
    """Return the rules of a file of a plugin; note problems and return None if it has any.

    `known` are the names that the plugin has given already; those of the file are added.
    """
    before = len(problems.errors)
    if not validate(document, rules_schema(), CODE, problems):
        return None
    rules: dict[str, dict[str, Located]] = {}
    for key, entries in document.mapping.items():
        rules[key] = {}
        for entry in entries.sequence:
            name = entry.mapping["id"]
            _check_entry(entry, LISTS[key], plugin, known, problems)
            rules[key][str(name.value)] = entry
    return rules if len(problems.errors) == before else None


def _check_entry(
    entry: Located,
    word: str,
    plugin: str,
    known: dict[str, Place | None],
    problems: Problems,
) -> None:
    located = entry.mapping["id"]
    name = str(located.value)
    first = known.setdefault(name, located.place)
    if first is not located.place:
        what = f"{name} is already declared at {first or 'another place'}"
        problems.add(CODE, what, located.place, fix="rename or remove one of the two")
    if not name.startswith(f"{plugin}/"):
        what = f"the name of the {word} {name} does not begin with that of the plugin {plugin}"
        expected = f"a name that begins with {plugin}/"
        fix = f"call it {plugin}/{name.rpartition('/')[2]}"
        problems.add(CODE, what, located.place, expected=expected, fix=fix)
    if "retire" in entry.mapping:
        what = f"a plugin cannot retire the {word} {name}"
        problems.add(CODE, what, entry.mapping["retire"].place, fix="remove the entry")
    elif "title" not in entry.mapping:
        what = f"the {word} {name} has no `title`"
        problems.add(CODE, what, located.place, fix="add title: {en: …, zh: …}")
