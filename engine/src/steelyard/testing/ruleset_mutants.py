"""From a ruleset file to every mutant of it, in the order of the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    shifted,
    written_decimals,
)
from steelyard.testing.parameter_mutants import numbers_of, phrases_of

_EDGES = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file is read with: the rules and the plan of a selection that it is a layer of."""

    rules: Ruleset
    plan: Plan
    facts: Mapping[str, FactDeclaration]
    item_types: Mapping[str, ItemType]

    def decimals(self, name: str) -> int:
        """Return the decimals of what a condition calls by a name: a fact, a field, a score."""
        if name in self.facts:
            return self.facts[name].decimals
        if name.startswith(("score.", "item.")):
            return self.rules.scale.decimals
        field = name.rpartition(".")[2]
        fields = (one for fact in self.facts.values() for one in fact.fields)
        return max((one.decimals for one in fields if one.name == field), default=0)


def mutants_of(file: RulesetFile, around: Surroundings) -> list[Mutant]:
    """Return every mutant of a file, in order of place."""
    found = _Walk(file, around).all()
    return sorted(found, key=lambda one: (one.place, one.key, one.new))


class _Walk:
    """Walks through one file; `part` is the entry at hand."""

    def __init__(self, file: RulesetFile, around: Surroundings) -> None:
        self._file = file
        self._around = around
        self._scale = around.rules.scale.decimals
        self._facts_of_metrics = {
            metric.named.id: metric.fact
            for dimension in around.rules.dimensions
            for metric in dimension.metrics
        }

    def all(self) -> Iterator[Mutant]:
        yield from self._settings()
        for key in ("gates", "exemptions", "badges"):
            for path, part in self._entries((key,)):
                yield from self._phrase((*path, "when"), part)
        for path, part in self._entries(("vetoes",)):
            yield from self._phrase((*path, "when"), part)
            yield from self._number((*path, "days"), "threshold", part, 0)
        for path, part in self._entries(("tiers",)):
            yield from self._number((*path, "at_least"), "threshold", part, self._scale)
        for path, part in self._entries(("groups",)):
            yield from self._number((*path, "n"), "threshold", part, 0)
            yield from self._number((*path, "cap"), "cap", part, self._scale)
        dimensions = self._entries(("dimensions",))
        yield from self._weights(dimensions)
        for path, part in dimensions:
            yield from self._number((*path, "cap"), "cap", part, self._scale)
            metrics = self._entries((*path, "metrics"))
            yield from self._weights(metrics)
            for below, metric in metrics:
                yield from self._metric(below, metric)
        for key in ("items", "deductions"):
            for path, part in self._entries((key,)):
                yield from self._item(path, part)

    def _settings(self) -> Iterator[Mutant]:
        for index in (0, 1):
            yield from self._number(("score", "range", index), "cap", "", self._scale)
        yield from self._number(("base", "score"), "points", "", self._scale)
        for key in ("bonus", "deduction"):
            yield from self._number((key, "cap"), "cap", "", self._scale)

    def _metric(self, path: Path, part: str) -> Iterator[Mutant]:
        decimals = self._around.decimals(self._facts_of_metrics.get(part, ""))
        for index, _ in enumerate(self._list((*path, "bands"))):
            band = (*path, "bands", index)
            for edge in _EDGES:
                yield from self._number((*band, edge), "threshold", part, decimals)
                yield from self._edge(band, edge, part)
            yield from self._number((*band, "score"), "points", part, self._scale)
        for index, _ in enumerate(self._list((*path, "curve"))):
            knot = (*path, "curve", index)
            yield from self._number((*knot, 0), "threshold", part, decimals)
            yield from self._number((*knot, 1), "points", part, self._scale)
        sample = self._at((*path, "sample", "fact"))
        volume = self._around.decimals(str(sample.value)) if sample else 0
        yield from self._number((*path, "sample", "at_least"), "threshold", part, volume)
        fixed = (*path, "sample", "otherwise", "score")
        yield from self._number(fixed, "points", part, self._scale)
        yield from self._phrase((*path, "small_sample", "when"), part)
        yield from self._number((*path, "small_sample", "score"), "points", part, self._scale)
        yield from self._phrase((*path, "scope"), part)

    def _item(self, path: Path, part: str) -> Iterator[Mutant]:
        for key in ("scope", "gate", "when"):
            yield from self._phrase((*path, key), part)
        for index, _ in enumerate(self._list((*path, "requires"))):
            for key in ("when", "assessed"):
                yield from self._phrase((*path, "requires", index, key), part)
        yield from self._number((*path, "cap"), "cap", part, self._scale)
        given = self._at((*path, "with"))
        rules = (*self._around.rules.items, *self._around.rules.deductions)
        rule = next((one for one in rules if one.named.id == part), None)
        item_type = self._around.item_types.get(rule.type) if rule else None
        if given is None or item_type is None:
            return
        numbers = numbers_of(given, item_type, self._around.plan, part, points=self._scale)
        for below, kind, decimals in numbers:
            yield from self._number((*path, "with", *below), kind, part, decimals)
        for below in phrases_of(given, item_type):
            yield from self._phrase((*path, "with", *below), part)

    def _number(self, path: Path, kind: Kind, part: str, decimals: int) -> Iterator[Mutant]:
        """Give a number one notch lower and higher, if there is one at the path."""
        located = self._at(path)
        if located is None or not _is_number(located):
            return
        assert not isinstance(located.value, str | bool | dict | list | None)
        for value in shifted(located.value, max(decimals, written_decimals(located))):
            yield self._mutant(path, kind, part, located, as_written(value), ((path, value),))

    def _weights(self, entries: Sequence[tuple[Path, str]]) -> Iterator[Mutant]:
        """Give each weight one notch more or less, at the cost or gain of the next one."""
        weighted = [
            ((*path, "weight"), part, located)
            for path, part in entries
            if (located := self._at((*path, "weight"))) is not None
        ]
        decimals = common_decimals([located for _, _, located in weighted])
        for index, (path, part, located) in enumerate(weighted):
            other_path, other_part, other = weighted[(index + 1) % len(weighted)]
            assert not isinstance(located.value, str | bool | dict | list | None)
            assert not isinstance(other.value, str | bool | dict | list | None)
            if len(weighted) == 2 and index == 1:
                return  # the same two edits once more
            values = shifted(located.value, decimals)
            others = reversed(shifted(other.value, decimals))
            for value, left in zip(values, others, strict=True):
                if other_path == path:
                    edits, said = ((path, value),), as_written(value)
                else:
                    edits = ((path, value), (other_path, left))
                    said = f"{as_written(value)}, and {other_part} {as_written(left)}"
                yield self._mutant(path, "weight", part, located, said, edits)

    def _edge(self, path: Path, edge: str, part: str) -> Iterator[Mutant]:
        """Give a band that takes its limit in where it left it out, and the other way round."""
        located = self._at((*path, edge))
        if located is None:
            return
        band = self._file.document.at(path)
        assert isinstance(band.value, dict)
        turned = {(_EDGES[edge] if key == edge else key): one for key, one in band.value.items()}
        new = f"{_EDGES[edge]}: {located.text}"
        one = self._mutant((*path, edge), "comparison", part, located, new, ((path, turned),))
        yield Mutant(
            one.ruleset, one.place, one.kind, one.part, one.key, f"{edge}: {located.text}", new,
            one.edits,
        )  # fmt: skip

    def _phrase(self, path: Path, part: str) -> Iterator[Mutant]:
        """Give every edit of a condition, if there is one at the path."""
        located = self._at(path)
        if located is None or not isinstance(located.value, str):
            return
        condition = parse(
            located.value, located.place, quoted=located.quoted, block=not located.running
        )
        for edit in condition_edits(condition, self._around.decimals):
            yield Mutant(
                self._file.name, edit.place, edit.kind, part, self._key(path), edit.old, edit.new,
                ((path, edit.text),),
            )  # fmt: skip

    def _mutant(
        self,
        path: Path,
        kind: Kind,
        part: str,
        located: Located,
        new: str,
        edits: tuple[tuple[Path, object], ...],
    ) -> Mutant:
        old = located.text or str(located.value)
        key = self._key(path)
        return Mutant(self._file.name, located.place, kind, part, key, old, new, edits)  # type: ignore[arg-type]  # values of the kinds that a path can have

    def _entries(self, path: Path) -> list[tuple[Path, str]]:
        """Return the entries of a keyed list that this file describes, with their ids."""
        found: list[tuple[Path, str]] = []
        for index, entry in enumerate(self._list(path)):
            assert isinstance(entry.value, dict)
            if "retire" not in entry.value:
                named = str(entry.value["id"].value)
                found.append(((*path, index), self._around.rules.aliases.get(named, named)))
        return found

    def _list(self, path: Path) -> list[Located]:
        located = self._at(path)
        return located.value if located is not None and isinstance(located.value, list) else []

    def _at(self, path: Path) -> Located | None:
        found = self._file.document
        for step in path:
            inside = found.value
            if isinstance(inside, dict) and step in inside:
                found = inside[step]  # type: ignore[index]  # a key, as it was found
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                found = inside[step]
            else:
                return None
        return found

    @staticmethod
    def _key(path: Path) -> str:
        """Return the dotted name of what stands at a path inside its entry."""
        entry = 0
        if len(path) > 2 and isinstance(path[1], int):
            entry = 4 if len(path) > 4 and path[2] == "metrics" else 2
        steps = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[entry:])
        return "".join(steps).lstrip(".")


def _is_number(located: Located) -> bool:
    value = located.value
    return not isinstance(value, str | bool | dict | list) and value is not None
