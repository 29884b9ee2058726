"""Every mutant of a ruleset file, in the order of the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
class RulesetContext:
    """The rules and the plan of a selection that has the file as a layer."""

    rules: Ruleset
    plan: Plan
    facts: Mapping[str, FactDeclaration]
    item_types: Mapping[str, ItemType]

    def decimals(self, name: str) -> int:
        """Return the decimals of a name in a condition: of a fact, a field or a score."""
        if name in self.facts:
            return self.facts[name].decimals
        if name.startswith(("score.", "item.")):
            return self.rules.scale.decimals
        field = name.rpartition(".")[2]
        fields = (one for fact in self.facts.values() for one in fact.fields)
        return max((one.decimals for one in fields if one.name == field), default=0)


def mutants_of(file: RulesetFile, around: RulesetContext) -> list[Mutant]:
    """Return every mutant of a file, in order of place."""
    return sorted(_Walk(file, around).all(), key=lambda one: (one.place, one.key, one.new))


_METRIC = "dimensions.*.metrics.*"

# Numbers by path (`*` is any entry of a list), with their kind and the decimals that one notch has:
# those of scores, none, those of the metric's fact, or those of the fact of its sample.
_NUMBERS: tuple[tuple[str, Kind, str], ...] = (
    ("score.range.*", "cap", "score"),
    ("base.score", "points", "score"),
    ("bonus.cap", "cap", "score"),
    ("deduction.cap", "cap", "score"),
    ("vetoes.*.days", "threshold", "none"),
    ("tiers.*.at_least", "threshold", "score"),
    ("groups.*.n", "threshold", "none"),
    ("groups.*.cap", "cap", "score"),
    ("dimensions.*.cap", "cap", "score"),
    *((f"{_METRIC}.bands.*.{edge}", "threshold", "fact") for edge in _EDGES),
    (f"{_METRIC}.bands.*.score", "points", "score"),
    (f"{_METRIC}.curve.*.0", "threshold", "fact"),
    (f"{_METRIC}.curve.*.1", "points", "score"),
    (f"{_METRIC}.sample.at_least", "threshold", "sample"),
    (f"{_METRIC}.sample.otherwise.score", "points", "score"),
    (f"{_METRIC}.small_sample.score", "points", "score"),
    ("items.*.cap", "cap", "score"),
    ("deductions.*.cap", "cap", "score"),
)
_CONDITIONS = (
    *(f"{key}.*.when" for key in ("gates", "exemptions", "badges", "vetoes")),
    f"{_METRIC}.small_sample.when",
    f"{_METRIC}.scope",
    *(
        f"{key}.*.{name}"
        for key in ("items", "deductions")
        for name in ("scope", "gate", "when", "requires.*.when", "requires.*.assessed")
    ),
)


class _Walk:
    """A finder of all mutants of one file."""

    def __init__(self, file: RulesetFile, around: RulesetContext) -> None:
        self._file = file
        self._around = around
        self._scale = around.rules.scale.decimals
        self._facts_of_metrics = {
            metric.named.id: metric.fact
            for dimension in around.rules.dimensions
            for metric in dimension.metrics
        }

    def all(self) -> Iterator[Mutant]:
        for pattern, kind, unit in _NUMBERS:
            for path in self._paths(pattern):
                yield from self._number(path, kind, self._decimals(path, unit))
        for pattern in _CONDITIONS:
            for path in self._paths(pattern):
                yield from self._condition(path)
        for edge in _EDGES:
            for path in self._paths(f"{_METRIC}.bands.*.{edge}"):
                yield self._edge(path, edge)
        yield from self._weights(self._paths("dimensions.*.weight"))
        for dimension in self._paths("dimensions.*"):
            number = dimension[1]
            yield from self._weights(self._paths(f"dimensions.{number}.metrics.*.weight"))
        for path in (*self._paths("items.*.with"), *self._paths("deductions.*.with")):
            yield from self._parameters(path)

    def _decimals(self, path: Path, unit: str) -> int:
        match unit:
            case "score":
                return self._scale
            case "fact":
                return self._around.decimals(self._facts_of_metrics.get(self._part(path), ""))
            case "sample":
                sample = self._at((*path[:-1], "fact"))
                return self._around.decimals(str(sample.value)) if sample else 0
            case _:
                return 0

    def _parameters(self, path: Path) -> Iterator[Mutant]:
        """Give the mutants of the parameters of an item or a deduction."""
        part = self._part(path)
        rules = (*self._around.rules.items, *self._around.rules.deductions)
        rule = next((rule for rule in rules if rule.named.id == part), None)
        item_type = self._around.item_types.get(rule.type) if rule else None
        given = self._at(path)
        if given is None or item_type is None:
            return
        numbers = numbers_of(given, item_type, self._around.plan, part, points=self._scale)
        for below, kind, decimals in numbers:
            yield from self._number((*path, *below), kind, decimals)
        for below in phrases_of(given, item_type):
            yield from self._condition((*path, *below))

    def _number(self, path: Path, kind: Kind, decimals: int) -> Iterator[Mutant]:
        """Yield the edits of the number at a path to one step lower and one step higher."""
        located = self._at(path)
        if located is None or not _is_number(located):
            return
        assert not isinstance(located.value, str | bool | dict | list | None)
        for value in shifted(located.value, max(decimals, written_decimals(located))):
            yield self._mutant(path, kind, as_written(value), ((path, value),))

    def _weights(self, paths: Sequence[Path]) -> Iterator[Mutant]:
        """Yield each weight one notch more or less, and the next weight the opposite."""
        weights = [(path, self._document.at(path)) for path in paths]
        decimals = common_decimals([weight for _, weight in weights])
        for index, (path, weight) in enumerate(weights):
            if len(weights) == 2 and index == 1:
                return  # the same two edits once more
            other_path, other = weights[(index + 1) % len(weights)]
            assert not isinstance(weight.value, str | bool | dict | list | None)
            assert not isinstance(other.value, str | bool | dict | list | None)
            values = shifted(weight.value, decimals)
            others = reversed(shifted(other.value, decimals))
            for value, left in zip(values, others, strict=True):
                if other_path == path:
                    edits, new = ((path, value),), as_written(value)
                else:
                    edits = ((path, value), (other_path, left))
                    new = f"{as_written(value)}, and {self._part(other_path)} {as_written(left)}"
                yield self._mutant(path, "weight", new, edits)

    def _edge(self, path: Path, edge: str) -> Mutant:
        """Return a band that includes its limit where it excluded it, and the other way round."""
        limit = self._document.at(path)
        band = self._document.at(path[:-1])
        assert isinstance(band.value, dict)
        edited = {(_EDGES[edge] if key == edge else key): one for key, one in band.value.items()}
        new = f"{_EDGES[edge]}: {limit.text}"
        mutant = self._mutant(path, "comparison", new, ((path[:-1], edited),))
        return replace(mutant, old=f"{edge}: {limit.text}")

    def _condition(self, path: Path) -> Iterator[Mutant]:
        """Yield every edit of the condition at a path, if there is a condition."""
        located = self._at(path)
        if located is None or not isinstance(located.value, str):
            return
        condition = parse(
            located.value, located.place, quoted=located.quoted, block=not located.running
        )
        for edit in condition_edits(condition, self._around.decimals):
            mutant = self._mutant(path, edit.kind, edit.new, ((path, edit.text),))
            yield replace(mutant, place=edit.place, old=edit.old)

    def _mutant(
        self, path: Path, kind: Kind, new: str, edits: tuple[tuple[Path, object], ...]
    ) -> Mutant:
        located = self._document.at(path)
        steps = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[_entry(path) :])
        return Mutant(
            self._file.name,
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
        entry = self._document.at((*path[: _entry(path)], "id"))
        return self._around.rules.aliases.get(str(entry.value), str(entry.value))

    @property
    def _document(self) -> Located:
        return self._file.document

    def _at(self, path: Path) -> Located | None:
        """Return the value at a path, if there is one."""
        located = self._document
        for step in path:
            below = dict(_children(located, str(step)))
            if step not in below:
                return None
            located = below[step]
        return located

    def _paths(self, pattern: str) -> list[Path]:
        """Return every path of the file that a pattern matches."""
        matches: list[tuple[Path, Located]] = [((), self._document)]
        for step in pattern.split("."):
            matches = [
                ((*path, key), below)
                for path, located in matches
                for key, below in _children(located, step)
            ]
        return [path for path, _ in matches]


def _children(located: Located, step: str) -> Iterator[tuple[str | int, Located]]:
    """Give the value that a step of a pattern leads to, or every entry that is not retired."""
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


def _is_number(located: Located) -> bool:
    value = located.value
    return not isinstance(value, str | bool | dict | list) and value is not None
