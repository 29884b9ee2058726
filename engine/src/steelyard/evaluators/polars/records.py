"""Operations over lists of records, computed on a frame with one row for each record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from steelyard.evaluators.polars.operations import Lowering, literal, widths
from steelyard.evaluators.polars.program import (
    Query,
    Source,
    fact_column,
    field_column,
    folded_column,
    trace_column,
    write_query,
)
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.operations import OVER_RECORDS


def in_merchant_frame(nodes: Sequence[Node]) -> Source:
    """Return how to read the nodes that a frame of merchants holds: facts and folded records."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("fact", "has", "size"):
            return lowering.leaf(index, fact_column(node.name))
        return pl.col(folded_column(index)) if node.op in OVER_RECORDS else None

    return held


def _in_record_frame(nodes: Sequence[Node]) -> Source:
    """Return how to read the nodes that a frame of records holds: fields, and merchant values."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("field", "has_field"):
            return lowering.leaf(index, field_column(node.field))
        own = node.scope is None and node.op not in ("constant", "as_of")
        return pl.col(trace_column(index)) if own else None

    return held


@dataclass(frozen=True, slots=True)
class Fold:
    """The computation that turns the records of one fact into columns of the merchant.

    `fields` are the fields read, each with whether it is boolean. `merchant` computes the values of
    the merchant that `record`, the query on the records, reads. `folding` aggregates them; `empty`
    fills in the merchants without records.
    """

    fact: str
    fields: tuple[tuple[str, bool], ...]
    merchant: Query
    record: Query
    folding: tuple[pl.Expr, ...]
    empty: tuple[pl.Expr, ...]

    def add_to(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with a column for each operation over the records."""
        row = pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")
        lists = frame.select(row, records=pl.col(self.fact))
        records = lists.filter(pl.col("records").list.len() > 0).explode("records")
        kind = records.schema["records"]
        known = {field.name for field in kind.fields} if isinstance(kind, pl.Struct) else set()
        records = records.select(
            "row",
            *(
                pl.col("records").struct.field(name).alias(field_column(name))
                if name in known
                else pl.lit(None, pl.Boolean if is_bool else pl.Int32).alias(field_column(name))
                for name, is_bool in self.fields
            ),
        )
        if self.merchant.results:
            own = self.merchant.run(frame)
            records = records.hstack(own[records["row"]].get_columns())
        values = self.record.run(records, keep=["row"])
        folded = values.group_by("row").agg(self.folding)
        rows = lists.select("row").join(folded, on="row", how="left", maintain_order="left")
        return frame.hstack(rows.select(self.empty).get_columns())


def folds_of(nodes: Sequence[Node], roots: Iterable[int], as_of: int) -> list[Fold]:
    """Return the folds that the roots need, in the order in which they read each other."""
    return [_fold(fact, part, nodes, as_of) for fact, part in _parts(nodes, roots)]


def _parts(nodes: Sequence[Node], roots: Iterable[int]) -> list[tuple[str, list[int]]]:
    """Return the operations over records that the roots need, in parts that run one by one.

    A part is a fact, and the operations over its records that one aggregation computes together.
    """
    ranks: dict[int, int] = {}
    operations: dict[tuple[int, str], list[int]] = {}
    for index in nodes_below(nodes, roots):
        node = nodes[index]
        rank = max((ranks[argument] for argument in node.args), default=0)
        if node.op in OVER_RECORDS:
            operations.setdefault((rank, node.name), []).append(index)
            rank += 1
        ranks[index] = rank
    return [(fact, operations[rank, fact]) for rank, fact in sorted(operations)]


def _fold(fact: str, operations: list[int], nodes: Sequence[Node], as_of: int) -> Fold:
    arguments = {nodes[index].args[0] for index in operations}
    scoped, own = _below(arguments, nodes)
    fields = {
        nodes[index].field: nodes[index].op == "field" and nodes[index].type.kind == "bool"
        for index in sorted(scoped, reverse=True)
        if nodes[index].op in ("field", "has_field")
    }
    types = widths(nodes)
    folding, empty = [], []
    for index in operations:
        node, column = nodes[index], pl.col(folded_column(index))
        fold, start = _FOLDING[node.op]
        value = pl.col(trace_column(node.args[0]))
        if node.op in ("count_records", "sum_records"):
            value = value.cast(types[index])
        folding.append(fold(value).alias(folded_column(index)))
        initial = literal(node.value if start is None else start, types[index])
        empty.append(column.fill_null(initial).cast(types[index]))
    return Fold(
        fact=fact_column(fact),
        fields=tuple(fields.items()),
        merchant=write_query(
            nodes, [(trace_column(index), index) for index in sorted(own)], as_of,
            in_merchant_frame(nodes),
        ),
        record=write_query(
            nodes, [(trace_column(index), index) for index in sorted(arguments)], as_of,
            _in_record_frame(nodes),
        ),
        folding=tuple(folding),
        empty=tuple(empty),
    )  # fmt: skip


def _below(arguments: Iterable[int], nodes: Sequence[Node]) -> tuple[set[int], set[int]]:
    """Return the nodes to compute for each record, and the merchant's nodes that they read."""
    scoped: set[int] = set()
    own: set[int] = set()
    todo = list(arguments)
    while todo:
        index = todo.pop()
        node = nodes[index]
        if node.scope is not None:
            if index not in scoped:
                scoped.add(index)
                todo.extend(node.args)
        elif node.op not in ("constant", "as_of"):
            own.add(index)
    return scoped, own


# the aggregation, and its value for an empty list (None: the node's own `value`)
_FOLDING: dict[str, tuple[Callable[[pl.Expr], pl.Expr], int | None]] = {
    "count_records": (pl.Expr.sum, 0),
    "sum_records": (pl.Expr.sum, 0),
    "any_record": (pl.Expr.any, 0),
    "all_records": (pl.Expr.all, 1),
    "maximum_record": (pl.Expr.max, None),
    "minimum_record": (pl.Expr.min, None),
}
