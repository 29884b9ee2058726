"""A Polars query in stages, made from nodes: a stage reads only columns of earlier stages.

A node that is read once is written inside its reader; a node that is read more often, or would nest
too deep, becomes a column, computed once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from steelyard.evaluators.polars.operations import Lowering
from steelyard.plan.nodes import Node

# facts that have the name of a column that identifies the merchant
LABELS = ("industry", "shop_type")


def fact_column(fact: str) -> str:
    """Return the name of the column that holds a fact."""
    return f"fact:{fact}" if fact in LABELS else fact


def field_column(field: str) -> str:
    """Return the name of the column that holds a field, in a frame with a row for each record."""
    return f"field:{field}"


def folded_column(node: int) -> str:
    """Return the name of the column that holds the result of an operation over records."""
    return f"records:{node}"


def trace_column(node: int) -> str:
    """Return the name of the column that holds the values of a node."""
    return f"v{node}"


# the expressions of these read their arguments more than once
_READ_AGAIN = ("divide", "months_between", "start_of")
MAX_HEIGHT = 8  # of one expression; Polars needs much more time to plan deeper ones

Source = Callable[[int, Lowering], pl.Expr | None]


@dataclass(frozen=True, slots=True)
class Query:
    """Expressions in stages, then one result a root."""

    stages: tuple[tuple[pl.Expr, ...], ...]
    results: tuple[tuple[str, pl.Expr], ...]

    def run(self, frame: pl.DataFrame, keep: Sequence[str] = ()) -> pl.DataFrame:
        """Return the results, one row for each of the frame's, with the columns to keep."""
        lazy = frame.lazy()
        for expressions in self.stages:
            lazy = lazy.with_columns(expressions)
        lazy = lazy.with_columns(result.alias(name) for name, result in self.results)
        return lazy.select(*keep, *(name for name, _ in self.results)).collect(engine="streaming")


def write_query(
    nodes: Sequence[Node],
    roots: Iterable[tuple[str, int]],
    as_of: int,
    source: Source,
) -> Query:
    """Return the query that computes some nodes, each under a name.

    `source` gives the expression of a node that the frame itself holds, None for the others.
    """
    roots = tuple(roots)
    lowering = Lowering(nodes, as_of)
    held = cache(lambda index: source(index, lowering))
    uses = _uses(nodes, [root for _, root in roots], held)
    stages: list[list[pl.Expr]] = []
    ready: dict[int, int] = {}  # node → the first stage in which it can be read
    heights: dict[int, int] = {}
    for index in sorted(uses):
        node = nodes[index]
        given = held(index)
        args = () if given is not None else node.args
        at = max((ready[argument] for argument in args), default=0)
        height = 1 + max((heights[argument] for argument in args), default=0)
        expression = lowering.write(index) if given is None else given
        free = node.op in ("constant", "as_of") or (given is not None and _is_column(given))
        if not free and (uses[index] > 1 or height > MAX_HEIGHT):
            name = f"n{index}"
            stages.extend([] for _ in range(at + 1 - len(stages)))
            stages[at].append(expression.alias(name))
            expression, at, height = pl.col(name), at + 1, 0
        lowering.columns[index] = expression
        ready[index], heights[index] = at, height
    results = tuple((name, lowering.read(root)) for name, root in roots)
    return Query(tuple(tuple(stage) for stage in stages), results)


def _is_column(expression: pl.Expr) -> bool:
    return expression.meta.is_column()


def _uses(
    nodes: Sequence[Node], roots: Sequence[int], held: Callable[[int], pl.Expr | None]
) -> Counter[int]:
    """Count the reads of every node that the roots need."""
    uses = Counter(set(roots))
    for index in range(max(roots, default=-1), -1, -1):
        if index in uses and held(index) is None:
            node = nodes[index]
            uses.update(node.args * 2 if node.op in _READ_AGAIN else node.args)
    return uses
