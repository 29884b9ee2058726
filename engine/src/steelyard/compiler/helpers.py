"""Helpers that several modules of the compiler use."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from steelyard.book.checker.ruleset import Number
from steelyard.errors import Place, Problems
from steelyard.language.expressions import Expression, ExpressionError, Graph


@contextmanager
def caught(problems: Problems, place: Place, prefix: str = "") -> Iterator[None]:
    """Note what the expression builder refuses as a problem at a place, and go on."""
    try:
        yield
    except ExpressionError as error:
        problems.add(error.code, prefix + error.what, place, fix=error.fix)


def number_fact(
    graph: Graph, name: str, role: str, place: Place, problems: Problems
) -> Expression | None:
    """Return a fact that must be a number; note it if it is none, or not declared."""
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


def points(graph: Graph, value: Number) -> Expression:
    """Return a number of points; it takes the decimals of the points it meets."""
    return Expression.constant(graph, value).in_unit("points")


def facts_in(graph: Graph, masks: Iterable[Expression]) -> tuple[str, ...]:
    """Return the optional facts whose absence the masks ask about, sorted."""
    names = graph.facts_below(*(mask.index for mask in masks))
    return tuple(name for name in names if not graph.facts[name].required)
