"""A reader of files of guardrails, which checks them before any run."""

from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast

from steelyard.dry_run.guardrails.comparing import comparisons_of
from steelyard.dry_run.guardrails.measures import MEASURES, WHOLE
from steelyard.dry_run.guardrails.model import Guardrail, Guardrails
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.language.conditions import Condition, FactScope, lower, parse
from steelyard.language.conditions.tree import Name, names_read
from steelyard.language.expressions import Expression, Graph, defined
from steelyard.model.limits import MIN_JUDGED_MERCHANTS
from steelyard.model.texts import Text

DEFAULT_FILE = files("steelyard.dry_run.guardrails") / "default.yaml"
NO_GUARDRAILS, DEFAULT_GUARDRAILS = "none", "default"  # on the command line


def read_guardrails(path: Path, *, name: str | None = None) -> Guardrails:
    """Return the guardrails of a YAML file, `name` being the file in messages.

    Raises `InvalidInput` with everything that is wrong: SY1xx (unreadable), SY330 (shape, or a
    condition that reads no measure), SY331 (unknown measure), SY332 (an id twice), SY401 to SY408,
    SY501 and SY502 (conditions).
    """
    document = read_yaml(path, name=name)
    problems = Problems()
    if not validate(document, load_schema("guardrails"), "SY330", problems):
        raise InvalidInput(problems.found)
    listed = cast("list[Located]", document.at(("guardrails",)).value)
    first: dict[str, Place] = {}
    read: list[Guardrail] = []
    for located in listed:
        written = located.at(("id",))
        identity = str(written.value)
        other = first.setdefault(identity, written.place)
        if other != written.place:
            what = f"duplicate guardrail id {identity!r}"
            expected = f"another id than the one at line {other.line}, column {other.column}"
            problems.add("SY332", what, written.place, expected=expected)
        try:
            read.append(_guardrail(located))
        except InvalidInput as error:
            problems.extend(error.problems)
    problems.raise_any()
    return Guardrails(tuple(read))


def choose_guardrails(names: Sequence[str]) -> Guardrails:
    """Return the guardrails that a command names: files, `default` and `none`.

    The defaults of the package are judged unless `none` is named. A guardrail of a file replaces
    the default with its id. Raises `InvalidInput`: SY332 for an id in two files, and what
    `read_guardrails` raises.
    """
    chosen: dict[str, Guardrail] = {}
    if NO_GUARDRAILS not in names:
        chosen = {one.id: one for one in default_guardrails().listed}
    named: dict[str, Guardrail] = {}
    problems = Problems()
    for name in names:
        if name in (NO_GUARDRAILS, DEFAULT_GUARDRAILS):
            continue
        try:
            listed = read_guardrails(Path(name)).listed
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        for one in listed:
            other = named.setdefault(one.id, one)
            if other is not one:
                what = f"duplicate guardrail id {one.id!r}"
                problems.add("SY332", what, one.place, expected=f"another id than at {other.place}")
    problems.raise_any()
    return Guardrails(tuple((chosen | named).values()))


def default_guardrails() -> Guardrails:
    """Return the guardrails of the package, which hold unless they are switched off."""
    with as_file(DEFAULT_FILE) as path:
        return read_guardrails(path, name=DEFAULT_FILE.name)


def _guardrail(located: Located) -> Guardrail:
    keys = cast("dict[str, Located]", located.value)
    plain: dict[str, Any] = located.plain()
    require = keys["require"]
    condition = parse(
        str(require.value),
        require.place,
        quoted=require.quoted,
        block=not require.running,
        whole=WHOLE,
    )
    graph = Graph(MEASURES)
    scope = FactScope(graph)
    test = _lowered(condition, scope)
    known = defined(test)
    comparisons = comparisons_of(condition, scope)
    return Guardrail(
        id=plain["id"],
        title=Text(**plain["title"]),
        condition=" ".join(condition.text.split()),
        reads=frozenset(name.path for name in names_read(condition.tree)),
        nodes=tuple(graph.nodes),
        test=test.index,
        known=known.index,
        comparisons=comparisons,
        by=plain.get("by", ""),
        min=plain.get("min_merchants", MIN_JUDGED_MERCHANTS),
        why=plain.get("why", ""),
        place=located.place,
        by_place=keys["by"].place if "by" in keys else located.place,
    )


def _lowered(condition: Condition, scope: FactScope) -> Expression:
    problems = list(_name_problems(condition))
    try:
        test = lower(condition, scope)
    except InvalidInput as error:
        # a name that is not known has been said in the words of guardrails
        problems += [problem for problem in error.problems if problem.code != "SY403"]
        problems.sort(key=lambda problem: (problem.place is None, problem.place))
        raise InvalidInput(problems) from None
    if problems:
        raise InvalidInput(problems)
    return test


def _name_problems(condition: Condition) -> Iterator[Problem]:
    """Yield a problem for every name that is no measure, or one if there is no name at all."""
    names: dict[str, Name] = {}
    for name in names_read(condition.tree):
        names.setdefault(name.path, name)
    if not names:
        what = "the condition uses no measure"
        fix = "the measures are listed in the reference page on guardrails"
        yield Problem("SY330", what, condition.origin, "a condition over measures", fix)
    for path, name in names.items():
        if path not in MEASURES:
            what = f"unknown measure {path!r}"
            place = condition.source.place(name.at)
            fix = suggest(path, MEASURES)
            expected = None if fix else f"one of {', '.join(MEASURES)}"
            yield Problem("SY331", what, place, expected, fix)
