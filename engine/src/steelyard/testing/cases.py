"""Reading and running cases files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.book import Book
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.scalars import read_date
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.merchants.rows import Merchant
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of a case: its place, and the differences from the expected result.

    `merchant` and `scorecard` are None where the merchant was rejected.
    """

    name: str
    place: Place
    differences: tuple[str, ...]
    merchant: Merchant | None = None
    scorecard: Scorecard | None = None

    @property
    def passed(self) -> bool:
        """True if the result is exactly as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class CaseReport:
    """Every case of a book, in order of file and line."""

    results: tuple[CaseResult, ...]

    @property
    def passed(self) -> int:
        """The number of cases that hold."""
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that do not hold."""
        return tuple(result for result in self.results if not result.passed)


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready to run."""

    name: str
    place: Place
    as_of: date
    scene: str | None
    rolled: bool
    merchant: Located
    expect: Mapping[str, Any]


def read_cases(book: Book, files: Iterable[Path] | None = None) -> list[Case]:
    """Return the cases of a book, or of some of its files, in order of file and line.

    Raises `InvalidInput` with every problem of their form.
    """
    problems = Problems()
    documents: list[Located] = []
    for path in book.cases_files if files is None else files:
        try:
            document = read_yaml(path, name=path.relative_to(book.folder).as_posix())
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        before = len(problems.found)
        validate(document, load_schema("cases"), "SY320", problems)
        if len(problems.found) == before:
            documents.append(document)
    cases = [case for document in documents for case in _cases(document, book.scene_ids, problems)]
    problems.raise_any()
    return cases


def _cases(document: Located, known_scenes: tuple[str, ...], problems: Problems) -> Iterator[Case]:
    top = document.value
    assert isinstance(top, dict)
    shared = top.get("merchant")
    listed = top["cases"].value
    assert isinstance(listed, list)
    days: dict[Place, date | None] = {}  # the file's own date is read, and refused, once
    for located in listed:
        keys = located.value
        assert isinstance(keys, dict)
        day = keys.get("as_of") or top.get("as_of")
        if day is None:
            problems.add(
                "SY320",
                "neither the case nor the file has `as_of`",
                located.place,
                fix="add `as_of: YYYY-MM-DD` to one of the two",
            )
            continue
        if day.place not in days:
            days[day.place] = read_date(day, problems)
        as_of = days[day.place]
        scene = keys.get("scene") or top.get("scene")
        rolled = keys.get("rollout") or top.get("rollout")
        if scene is not None and scene.value not in known_scenes:
            _unknown_scene(scene, known_scenes, problems)
        elif as_of is not None:
            yield Case(
                name=str(keys["name"].value),
                place=located.place,
                as_of=as_of,
                scene=str(scene.value) if scene else None,
                rolled=bool(rolled.value) if rolled else False,
                merchant=_over(shared, keys.get("merchant"), located),
                expect=keys["expect"].plain(),
            )


def _unknown_scene(scene: Located, known: tuple[str, ...], problems: Problems) -> None:
    name = str(scene.value)
    problems.add(
        "SY318",
        f"unknown scene {name!r}",
        scene.place,
        expected=f"one of {', '.join(known)}" if known else None,
        fix=suggest(name, known) or "list it in book.yaml, under `scenes`",
    )


def _over(shared: Located | None, own: Located | None, case: Located) -> Located:
    """Return the facts of the file with the facts of a case; null removes a fact."""
    facts: dict[str, Located] = {"merchant": Located("case", case.place, "case", False, {})}
    for layer in (shared, own):
        if layer is not None:
            facts.update(_dotted("", layer))
    return Located(facts, case.place, None, False, {})


def _dotted(prefix: str, located: Located) -> Iterator[tuple[str, Located]]:
    if isinstance(located.value, dict):
        for key, value in located.value.items():
            yield from _dotted(f"{prefix}.{key}" if prefix else key, value)
    else:
        yield prefix, located


def compare(
    case: Case,
    card: Scorecard | None,
    rejected: Sequence[Problem],
    merchant: Merchant | None = None,
) -> CaseResult:
    """Compare the result of a case's merchant with the expected result."""
    observed: dict[str, Any] = {"problems": [problem.code for problem in rejected]}
    if card is None:
        observed["status"] = "rejected"
    else:
        observed |= _observed(card)
    if rejected and case.expect.get("status") != "rejected":
        reasons = "; ".join(f"{problem.code} {problem.what}" for problem in rejected)
        return CaseResult(case.name, case.place, (f"rejected: {reasons}",))
    differences = tuple(_differences("", case.expect, observed))
    given = None if card is None else merchant
    return CaseResult(case.name, case.place, differences, given, card)


def _observed(card: Scorecard) -> dict[str, Any]:
    """Return the parts of a scorecard that a case can check, as plain exact values."""
    return {
        "status": card.status,
        "score": _number(card.score),
        "unrounded": _number(card.unrounded),
        "base": _number(card.base.used),
        "tier": card.tier,
        "bonus": _number(card.bonus.points),
        "deductions": _number(card.deductions_total.points),
        "wasted_bonus": _number(card.wasted_bonus),
        "ruleset": f"{card.ruleset.id}@{card.ruleset.version}",
        "dimensions": {dimension.id: _number(dimension.score) for dimension in card.dimensions},
        "metrics": {
            metric.id: (metric.outcome, _number(metric.score))
            for dimension in card.dimensions
            for metric in dimension.metrics
        },
        "items": {
            item.id: {
                "outcome": item.outcome,
                "points": _number(item.points),
                "earned": _number(item.points_before_caps),
                "requirements": {one.id: one.status for one in (*item.gates, *item.requirements)},
            }
            for item in (*card.items, *card.deductions)
        },
        "groups": {group.id: _number(group.points) for group in card.groups},
        "gates": {gate.id: gate.requirement.status for gate in card.gates},
        "badges": [badge.id for badge in card.badges],
    }


def _number(value: Exact | None) -> Decimal | None:
    return None if value is None else value.decimal


def _differences(
    path: str,
    expected: Any,  # noqa: ANN401 - as in the cases file
    observed: Any,  # noqa: ANN401 - the same
) -> Iterator[str]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            where = f"{path}.{key}" if path else key
            if not isinstance(observed, Mapping) or key not in observed:
                yield f"{where}: the scorecard has none"
            else:
                yield from _differences(where, value, observed[key])
        return
    shown = observed
    if isinstance(observed, tuple):  # a metric: its outcome or its score
        same, shown = expected in observed, " ".join(map(str, observed))
    elif isinstance(expected, list):
        same = sorted(expected) == sorted(observed)
    else:
        same = expected == observed
    if not same:
        yield f"{path}: expected {expected}, got {shown}"
