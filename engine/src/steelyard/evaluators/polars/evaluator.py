"""Polars expressions made from a plan.

An operation over records is computed on the records themselves, one row for each record, and folded
to one value for each merchant. No Python code runs for a single merchant.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import polars as pl

from steelyard.evaluators.polars.program import Query, fact_column, trace_column, write_query
from steelyard.evaluators.polars.records import Fold, Frames, folds_of, in_merchant_frame
from steelyard.evaluators.simplify import simplify
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OVER_RECORDS, RELATED
from steelyard.plan.structure import Plan
from steelyard.plan.trace import trace_nodes

Evaluate = Callable[[pl.DataFrame, int], pl.DataFrame]


def prepare(plan: Plan, wanted: Sequence[int] | None = None) -> Evaluate:
    """Return a function from (facts in columns, as_of) to the columns of a trace.

    The frame has a row for each merchant and a column for each fact, named by `fact_column`:
    booleans, integers as the plan reads them, lists of structs; null is absent, and so is a fact
    without a column. The result has the same rows in the same order, with a column for each wanted
    node (all that the plan's structure names, if none are named), named by `trace_column`: booleans
    and integers, never null. Facts lie inside their bounds and required ones are present; `as_of`
    is a date's ordinal inside the plan's dates. A frame without columns has no rows, so merchants
    without facts need a column of something else.
    """
    return prepare_nodes(plan.nodes, trace_nodes(plan) if wanted is None else wanted)


def prepare_nodes(nodes: Sequence[Node], wanted: Sequence[int]) -> Evaluate:
    """Return a function from (facts in columns, as_of) to the columns of some nodes."""
    simplified = simplify(nodes)
    roots = tuple((trace_column(index), simplified.same[index]) for index in wanted)

    @lru_cache(maxsize=2)
    def queries(as_of: int) -> tuple[list[Fold], Query]:
        held = in_merchant_frame(simplified.nodes)
        query = write_query(simplified.nodes, roots, as_of, held)
        return folds_of(simplified.nodes, [root for _, root in roots], as_of), query

    def evaluate(facts: pl.DataFrame, as_of: int) -> pl.DataFrame:
        folds, query = queries(as_of)
        frames = Frames(_with_absent(facts, simplified.nodes))
        for fold in folds:
            fold.add_to(frames)
        return query.run(frames.merchants)

    return evaluate


def _with_absent(facts: pl.DataFrame, nodes: Sequence[Node]) -> pl.DataFrame:
    """Return the facts, with a column of nulls for every fact that is read but has no column."""
    absent: dict[str, pl.DataType] = {}
    for node in nodes:
        name = fact_column(node.name)
        if name in facts.columns:
            continue
        if node.op in ("size", RELATED) or node.op in OVER_RECORDS:
            absent[name] = pl.List(pl.Struct([]))
        elif node.op == "fact":
            absent[name] = pl.Boolean() if node.type.kind == "bool" else pl.Int32()
        elif node.op == "has":
            absent.setdefault(name, pl.Boolean())
    if not absent:
        return facts
    return facts.with_columns(pl.lit(None, kind).alias(name) for name, kind in absent.items())
