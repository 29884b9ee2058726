"""Every mutant of a ruleset file; `mutated_parts.toml` lists the parts that are edited."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from steelyard.book import RulesetFile
from steelyard.book.checker.ruleset import Ruleset
from steelyard.formats import Located
from steelyard.language.conditions import parse
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.testing.condition_mutants import condition_edits
from steelyard.testing.mutants import (
    Kind,
    Mutant,
    Path,
    as_written,
    common_decimals,
    number_of,
    shifted,
    written_decimals,
)
from steelyard.testing.parameter_mutants import numbers_of, phrases_of

_PARTS = tomllib.loads(
    (files("steelyard.testing") / "mutated_parts.toml").read_text(encoding="utf-8")
)
_EDGES = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}


@dataclass(frozen=True, slots=True)
class MutableRuleset:
    """A ruleset file, with the rules and the plan of a selection that has it as a layer."""

    file: RulesetFile
    rules: Ruleset
    plan: Plan
    facts: Mapping[str, FactDeclaration]
    item_types: Mapping[str, ItemType]

    def mutants(self) -> list[Mutant]:
        """Return every mutant of the file, in order of place."""
        return sorted(self._mutants(), key=lambda mutant: (mutant.place, mutant.key, mutant.new))

    def _mutants(self) -> Iterator[Mutant]:
        for pattern, (kind, unit) in _PARTS["numbers"].items():
            for path in self._paths(pattern):
                yield from self._number(path, kind, self._decimals(path, unit))
        for pattern in _PARTS["conditions"]:
            for path in self._paths(pattern):
                yield from self._condition(path)
        for edge in _EDGES:
            for path in self._paths(f"dimensions.*.metrics.*.bands.*.{edge}"):
                yield self._edge(path, edge)
        yield from self._weights(self._paths("dimensions.*.weight"))
        for _, number in self._paths("dimensions.*"):
            yield from self._weights(self._paths(f"dimensions.{number}.metrics.*.weight"))
        for path in (*self._paths("items.*.with"), *self._paths("deductions.*.with")):
            yield from self._parameters(path)

    def _decimals(self, path: Path, unit: str) -> int:
        match unit:
            case "score":
                return self.rules.scale.decimals
            case "fact":
                metrics = (one for each in self.rules.dimensions for one in each.metrics)
                facts = {metric.named.id: metric.fact for metric in metrics}
                return self._decimals_of_name(facts.get(self._part(path), ""))
            case "sample":
                sample = self.file.document.at((*path[:-1], "fact"))
                return self._decimals_of_name(str(sample.value))
            case _:
                return 0

    def _decimals_of_name(self, name: str) -> int:
        """Return the decimals of a name in a condition: of a fact, a field or a score."""
        if name in self.facts:
            return self.facts[name].decimals
        if name.startswith(("score.", "item.")):
            return self.rules.scale.decimals
        field = name.rpartition(".")[2]
        fields = (one for fact in self.facts.values() for one in fact.fields)
        return max((one.decimals for one in fields if one.name == field), default=0)

    def _parameters(self, path: Path) -> Iterator[Mutant]:
        """Yield the mutants of the parameters of an item or a deduction."""
        part = self._part(path)
        types = {rule.named.id: rule.type for rule in (*self.rules.items, *self.rules.deductions)}
        item_type = self.item_types.get(types.get(part, ""))
        if item_type is None:
            return
        given, points = self.file.document.at(path), self.rules.scale.decimals
        for below, kind, decimals in numbers_of(given, item_type, self.plan, part, points=points):
            yield from self._number((*path, *below), kind, decimals)
        for below in phrases_of(given, item_type):
            yield from self._condition((*path, *below))

    def _number(self, path: Path, kind: Kind, decimals: int) -> Iterator[Mutant]:
        """Yield the edits of the number at a path to one step lower and one step higher."""
        located = self.file.document.at(path)
        number = number_of(located)
        if number is not None:
            for value in shifted(number, max(decimals, written_decimals(located))):
                yield self._mutant(path, kind, as_written(value), ((path, value),))

    def _weights(self, paths: Sequence[Path]) -> Iterator[Mutant]:
        """Yield each weight one notch more or less, and the next weight the opposite."""
        weights = [self.file.document.at(path) for path in paths]
        decimals = common_decimals(weights)
        notches = [
            shifted(number, decimals) for number in map(number_of, weights) if number is not None
        ]
        for index, (path, (lower, higher)) in enumerate(zip(paths, notches, strict=True)):
            if len(paths) == 2 and index == 1:
                return  # the same two edits once more
            after = (index + 1) % len(paths)
            other_path, (other_lower, other_higher) = paths[after], notches[after]
            for value, left in ((lower, other_higher), (higher, other_lower)):
                if other_path == path:
                    edits, new = ((path, value),), as_written(value)
                else:
                    edits = ((path, value), (other_path, left))
                    new = f"{as_written(value)}, and {self._part(other_path)} {as_written(left)}"
                yield self._mutant(path, "weight", new, edits)

    def _edge(self, path: Path, edge: str) -> Mutant:
        """Return a band that includes its limit where it excluded it, and the other way round."""
        limit = self.file.document.at(path)
        band = self.file.document.at(path[:-1]).mapping
        edited = {(_EDGES[edge] if key == edge else key): value for key, value in band.items()}
        new = f"{_EDGES[edge]}: {limit.text}"
        mutant = self._mutant(path, "comparison", new, ((path[:-1], edited),))
        return replace(mutant, old=f"{edge}: {limit.text}")

    def _condition(self, path: Path) -> Iterator[Mutant]:
        """Yield every edit of the condition at a path, if the value there is a text."""
        located = self.file.document.at(path)
        if not isinstance(located.value, str):
            return
        condition = parse(
            located.value, located.place, quoted=located.quoted, block=not located.running
        )
        for edit in condition_edits(condition, self._decimals_of_name):
            mutant = self._mutant(path, edit.kind, edit.new, ((path, edit.text),))
            yield replace(mutant, place=edit.place, old=edit.old)

    def _mutant(
        self, path: Path, kind: Kind, new: str, edits: tuple[tuple[Path, object], ...]
    ) -> Mutant:
        located = self.file.document.at(path)
        steps = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[_entry(path) :])
        return Mutant(
            self.file.name,
            located.place,
            kind,
            self._part(path),
            "".join(steps).lstrip("."),
            located.text or str(located.value),
            new,
            edits,  # type: ignore[arg-type]  # values of the kinds that a path can have
        )

    def _part(self, path: Path) -> str:
        """Return the id of the entry that a path is in; empty for the settings of a ruleset."""
        if not _entry(path):
            return ""
        entry = self.file.document.at((*path[: _entry(path)], "id"))
        return self.rules.aliases.get(str(entry.value), str(entry.value))

    def _paths(self, pattern: str) -> list[Path]:
        """Return every path of the file that a pattern matches."""
        matches: list[tuple[Path, Located]] = [((), self.file.document)]
        for step in pattern.split("."):
            matches = [
                ((*path, key), below)
                for path, located in matches
                for key, below in _children(located, step)
            ]
        return [path for path, _ in matches]


def _children(located: Located, step: str) -> Iterator[tuple[str | int, Located]]:
    """Yield the value that a step of a pattern leads to, or every entry that is not retired."""
    inside = located.value
    if isinstance(inside, dict):
        if step in inside:
            yield step, inside[step]
    elif isinstance(inside, list):
        for index, entry in enumerate(inside):
            retired = isinstance(entry.value, dict) and "retire" in entry.value
            if step == str(index) or (step == "*" and not retired):
                yield index, entry


def _entry(path: Path) -> int:
    """Return the length of the part of a path that leads to its entry; 0 if it is in none."""
    if len(path) < 2 or not isinstance(path[1], int):
        return 0
    return 4 if len(path) > 3 and path[2] == "metrics" else 2
