"""Compilation of conditions to requirements, and the names that conditions may read.

It also has the functions with which the compiler notes problems and reads facts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal

from steelyard.book.checker.ruleset import Number, Scale
from steelyard.compiler.atoms import explain
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import Located
from steelyard.language.conditions import Condition, Want, lower, parse
from steelyard.language.expressions import (
    Derived,
    Expression,
    ExpressionError,
    Graph,
    all_of,
    any_of,
    choose,
    defined,
    within,
)
from steelyard.model.outcomes import REQUIREMENT_STATUSES
from steelyard.model.types import enum_type
from steelyard.plan.nodes import nodes_below
from steelyard.plan.structure import Requirement
from steelyard.plugin import Award
from steelyard.plugin import Requirement as GivenRequirement


@dataclass(frozen=True, slots=True)
class BuiltAward:
    """The award that an item type built, and the conditions that it read from the parameters.

    `place` is the place of the parameters.
    """

    award: Award
    place: Place
    phrases: tuple[tuple[Located, Expression], ...]


@dataclass(slots=True)
class Names:
    """The names that conditions may read; the compiler adds each part after compiling it.

    `score.<dimension>`, `score.base`, `score.total`; `item.<id>.awarded`, `item.<id>.points`.
    `lowered` has every condition read so far, with its expression, except those in parameters;
    these are in `awards`, which has every award built so far.
    """

    graph: Graph
    aliases: Mapping[str, str]
    known: dict[str, Expression] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    lowered: list[tuple[Located, Expression]] = field(default_factory=list)
    awards: list[BuiltAward] = field(default_factory=list)

    def define(self, name: str, value: Expression) -> None:
        """Define a name; explanations show its value, not the tests that it is made of."""
        self.known[name] = replace(value, written=None)
        self.graph.named.add(value.index)

    def stand_in(self, part: str) -> None:
        """Define a placeholder for a part with problems, so that its readers compile.

        No placeholder reaches a plan, because the problems of the part are raised.
        """
        if part.startswith("value."):
            zero, yes = (Expression.constant(self.graph, one).index for one in (0, True))
            self.graph.values[part] = Derived(zero, yes, literal=True)
            return
        readable = (f"{part}.awarded", f"{part}.points") if part.startswith("item.") else (part,)
        for name in readable:
            value = Expression.constant(self.graph, name.endswith(".awarded") or 0)
            self.known.setdefault(
                name, value if name.endswith(".awarded") else value.in_unit("points")
            )

    def names(self) -> tuple[str, ...]:
        """Return every name that some condition may read."""
        return self.expected

    def resolve(self, name: str) -> Expression | None:
        """Return the value of a name that is not a fact, or None."""
        return self.known.get(self.canonical(name))

    def canonical(self, name: str) -> str:
        """Return a name with the current id of its item or dimension.

        It replaces an alias by the current id, and `_` by `-` if no id contains `_`.
        """
        root, _, rest = name.partition(".")
        if root not in ("item", "score") or name in self.expected:
            return name
        identity, dot, part = rest.partition(".")
        hyphened = identity.replace("_", "-")
        aliases = self.aliases if root == "item" else {}
        present = aliases.get(identity) or aliases.get(hyphened) or hyphened
        return f"{root}.{present}{dot}{part}"


@contextmanager
def caught(problems: Problems, place: Place, prefix: str = "") -> Iterator[None]:
    """Note an error of the expression builder as a problem at a place, and continue."""
    try:
        yield
    except ExpressionError as error:
        problems.add(error.code, prefix + error.what, place, fix=error.fix)


def number_fact(
    graph: Graph, name: str, role: str, place: Place, problems: Problems
) -> Expression | None:
    """Return a fact; note a problem and return None if it is not a number or not declared."""
    with graph.at(place), caught(problems, place):
        fact = Expression.fact(graph, name)
        if fact.type.kind == "number":
            return fact
        problems.add(
            "SY402",
            f"{name} is of type {fact.type}, and {role} must be a number",
            place,
            expected="a fact of type int or decimal",
        )
    return None


def score_formula(
    owner: str,
    phrase: Located | None,
    scale: Scale,
    high: Number | None,
    names: Names,
    problems: Problems,
) -> Expression | None:
    """Return the score that a formula calculates, rounded half-even to the ruleset's precision.

    It must be proved to lie between the lowest score and `high`. Return None without a formula, and
    after noting a problem.
    """
    value = lower_phrase(phrase, names, problems, "number") if phrase else None
    if value is None or phrase is None:
        return None
    with names.graph.at(phrase.place), caught(problems, phrase.place, f"{owner}: "):
        if value.type.decimals > scale.precision:
            value = value.rounded(scale.precision, "half_even")
        return within(value.in_unit("points"), scale.low, high)
    return None


def points(graph: Graph, value: Number) -> Expression:
    """Return a constant number of points; it takes the decimals of the value beside it."""
    return Expression.constant(graph, value).in_unit("points")


def facts_in(graph: Graph, masks: Iterable[Expression]) -> tuple[str, ...]:
    """Return the optional facts whose presence the nodes test, in alphabetical order."""
    names = graph.facts_below(*(mask.index for mask in masks))
    return tuple(name for name in names if not graph.facts[name].required)


def fields_in(graph: Graph, masks: Iterable[Expression]) -> tuple[str, ...]:
    """Return the fields of records whose presence the nodes test, as `fact.field`, sorted."""
    below = nodes_below(graph.nodes, [mask.index for mask in masks])
    nodes = (graph.nodes[index] for index in below)
    return tuple(sorted({f"{node.name}.{node.field}" for node in nodes if node.op == "has_field"}))


@dataclass(frozen=True, slots=True)
class CompiledRequirement:
    """A requirement of the plan, with the expressions that outcomes are built from.

    `passes` is true if the requirement is met or skipped, `known` if no fact is missing for it.
    """

    requirement: Requirement
    passes: Expression
    known: Expression


def read_phrase(phrase: Located, problems: Problems) -> Condition | None:
    """Parse a condition, noting its problems."""
    try:
        text, quoted = str(phrase.value), phrase.quoted
        return parse(text, phrase.place, quoted=quoted, block=not phrase.running)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None


def lower_phrase(
    phrase: Located, names: Names, problems: Problems, want: Want = "bool"
) -> Expression | None:
    """Parse and lower a condition, or another expression, noting its problems."""
    condition = read_phrase(phrase, problems)
    if condition is None:
        return None
    try:
        made = lower(condition, names, want=want)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None
    if made.type.kind == "bool":
        names.lowered.append((phrase, made))
    return made


def place_doubts(
    graph: Graph, first: int, owner: Place, numbers: Sequence[tuple[object, Place]]
) -> None:
    """Give doubts about written numbers their places, instead of that of the `owner`."""
    for index, doubt in enumerate(graph.doubts[first:], first):
        limit = graph.nodes[doubt.limit]
        if doubt.place == owner and limit.type.kind == "number":
            value = Decimal(limit.value).scaleb(-limit.type.decimals)
            known = (place for number, place in numbers if number == value and number is not True)
            graph.doubts[index] = replace(doubt, place=next(known, owner))


def code(graph: Graph, values: tuple[str, ...], name: str) -> Expression:
    """Return the constant of a name in an enum."""
    return Expression.scaled_constant(graph, values.index(name), enum_type(values))


def compile_requirement(given: GivenRequirement, place: Place) -> CompiledRequirement:
    """Turn a test with its texts into a requirement: its status and the comparisons to show.

    Raises `ExpressionError` SY402 if the test is not a yes/no value.
    """
    test, assessed = given.test, given.assessed
    if test.type.kind != "bool":
        raise ExpressionError("SY402", f"requirement {given.id} is a {test.type}, not yes or no")
    graph = test.graph
    passes = test if assessed is None else any_of(~assessed, test)
    known = defined(passes)

    def status(name: str) -> Expression:
        return code(graph, REQUIREMENT_STATUSES, name)

    verdict = choose(test, status("met"), status("not_met"))
    if assessed is not None:
        verdict = choose(assessed, verdict, status("skipped"))
    verdict = choose(known, verdict, status("no_data"))
    shown = explain(test)
    requirement = Requirement(
        id=given.id,
        title=given.title,
        status=verdict.index,
        atoms=shown.atoms,
        clauses=shown.clauses,
        combine=shown.combine,
        text=given.text,
        unnamed=given.unnamed,
        title_not_met=given.title_not_met,
        remedy=given.remedy,
        place=place,
    )
    return CompiledRequirement(requirement, passes, known)


def all_pass(parts: list[CompiledRequirement], graph: Graph) -> Expression:
    """Return the expression that is true if all requirements pass."""
    yes = Expression.constant(graph, True)
    return all_of(yes, *(part.passes for part in parts))


def all_known(parts: list[CompiledRequirement], graph: Graph) -> Expression:
    """Return the expression that is true if no fact is missing for any requirement."""
    yes = Expression.constant(graph, True)
    return all_of(yes, *(part.known for part in parts))
