"""Small pieces that the compiler's rooms share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from steelyard.checker.ruleset import Number
from steelyard.errors import Place, Problems
from steelyard.expression import Expression, ExpressionError, Graph


@contextmanager
def caught(problems: Problems, place: Place, prefix: str = "") -> Iterator[None]:
    """Note what the expression builder refuses as a problem at a place, and go on."""
    try:
        yield
    except ExpressionError as error:
        problems.add(error.code, prefix + error.what, place, fix=error.fix)


def points(graph: Graph, value: Number) -> Expression:
    """Return a number of points; other points beside it may have more or fewer decimals."""
    return Expression.constant(graph, value).in_unit("points")


def facts_in(graph: Graph, masks: Iterable[Expression]) -> tuple[str, ...]:
    """Return the optional facts whose absence the masks ask about, sorted."""
    names = graph.facts_below(*(mask.index for mask in masks))
    return tuple(name for name in names if not graph.facts[name].required)
