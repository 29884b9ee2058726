"""The columnar evaluator: Polars expressions made from a plan, for a million merchants at a time.

What depends on a record at hand is computed on the records themselves, one row a record, and
folded back to one value a merchant. No Python runs for a merchant.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from steelyard.evaluators.lowering import Lowering, literal, widths
from steelyard.evaluators.queries import Query, write_query
from steelyard.evaluators.simplify import simplify
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan
from steelyard.plan.trace import trace_nodes

# facts whose names are also columns that say who a merchant is
LABELS = ("industry", "shop_type")

Evaluate = Callable[[pl.DataFrame, int], pl.DataFrame]


def fact_column(fact: str) -> str:
    """Return the name of the column that holds a fact."""
    return f"fact:{fact}" if fact in LABELS else fact


def trace_column(node: int) -> str:
    """Return the name of the column that holds the values of a node."""
    return f"v{node}"


def prepare(plan: Plan, wanted: Sequence[int] | None = None) -> Evaluate:
    """Return a function from (facts in columns, as_of) to the columns of a trace.

    The frame has a row for each merchant and a column for each fact, named by `fact_column`:
    booleans, integers as the plan reads them, lists of structs; null is absent, and so is a fact
    without a column. The result has the same rows in the same order, with a column for each wanted
    node (all that the plan's structure names, if none are named), named by `trace_column`: booleans
    and integers, never null. Facts lie inside their bounds and required ones are present; `as_of`
    is a date's ordinal inside the plan's dates.
    """
    return prepare_nodes(plan.nodes, trace_nodes(plan) if wanted is None else wanted)


def prepare_nodes(nodes: Sequence[Node], wanted: Sequence[int]) -> Evaluate:
    """Return a function from (facts in columns, as_of) to the columns of some nodes."""
    simplified = simplify(nodes)
    roots = tuple((trace_column(index), simplified.same[index]) for index in wanted)
    parts = _parts(simplified.nodes, [root for _, root in roots])

    @lru_cache(maxsize=2)
    def queries(as_of: int) -> tuple[list["_Fold"], Query]:
        folds = [_fold(part, simplified.nodes, as_of) for part in parts]
        return folds, write_query(simplified.nodes, roots, as_of, _of_merchant(simplified.nodes))

    def evaluate(facts: pl.DataFrame, as_of: int) -> pl.DataFrame:
        folds, query = queries(as_of)
        frame = _with_absent(facts, simplified.nodes)
        for fold in folds:
            frame = fold.add_to(frame)
        return query.run(frame)

    return evaluate


_OVER_RECORDS = frozenset(
    {
        "count_records",
        "any_record",
        "all_records",
        "sum_records",
        "maximum_record",
        "minimum_record",
    }
)


def _of_merchant(nodes: Sequence[Node]) -> Callable[[int, Lowering], pl.Expr | None]:
    """Return what a frame of merchants holds: facts, and what records were folded to."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("fact", "has", "size"):
            return lowering.leaf(index, fact_column(node.name))
        return pl.col(_folded(index)) if node.op in _OVER_RECORDS else None

    return held


def _of_record(nodes: Sequence[Node]) -> Callable[[int, Lowering], pl.Expr | None]:
    """Return what a frame of records holds: fields, and values of the merchant's own."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("field", "has_field"):
            return lowering.leaf(index, _field_column(node.field))
        own = node.scope is None and node.op not in ("constant", "as_of")
        return pl.col(trace_column(index)) if own else None

    return held


def _folded(index: int) -> str:
    return f"records:{index}"


def _field_column(field: str) -> str:
    return f"field:{field}"


def _with_absent(facts: pl.DataFrame, nodes: Sequence[Node]) -> pl.DataFrame:
    """Return the facts with a column of nulls for every one read that nobody gives."""
    absent: dict[str, pl.DataType] = {}
    for node in nodes:
        name = fact_column(node.name)
        if name in facts.columns:
            continue
        if node.op == "size" or node.op in _OVER_RECORDS:
            absent[name] = pl.List(pl.Struct([]))
        elif node.op == "fact":
            absent[name] = pl.Boolean() if node.type.kind == "bool" else pl.Int32()
        elif node.op == "has":
            absent.setdefault(name, pl.Boolean())
    if not absent:
        return facts
    return facts.with_columns(pl.lit(None, kind).alias(name) for name, kind in absent.items())


@dataclass(frozen=True, slots=True)
class _Part:
    """Operations over the records of one fact that can be folded at one time."""

    fact: str
    operations: tuple[int, ...]


def _parts(nodes: Sequence[Node], roots: Iterable[int]) -> list[_Part]:
    """Return the record operations that the roots need, those that others read first."""
    live: set[int] = set()
    todo = list(roots)
    while todo:
        index = todo.pop()
        if index not in live:
            live.add(index)
            todo.extend(nodes[index].args)
    ranks: dict[int, int] = {}
    found: dict[tuple[int, str], list[int]] = {}
    for index in sorted(live):
        node = nodes[index]
        rank = max((ranks[argument] for argument in node.args), default=0)
        if node.op in _OVER_RECORDS:
            found.setdefault((rank, node.name), []).append(index)
            rank += 1
        ranks[index] = rank
    return [_Part(fact, tuple(found[rank, fact])) for rank, fact in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Fold:
    """How the records of one fact become columns of the merchant."""

    fact: str
    fields: tuple[tuple[str, bool], ...]  # and whether a yes or no is read
    merchant: Query  # what the records need of their merchant
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
                pl.col("records").struct.field(name).alias(_field_column(name))
                if name in known
                else pl.lit(None, pl.Boolean if is_bool else pl.Int32).alias(_field_column(name))
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


def _fold(part: _Part, nodes: Sequence[Node], as_of: int) -> _Fold:
    arguments = {nodes[index].args[0] for index in part.operations}
    scoped, own = _below(arguments, nodes)
    fields = {
        nodes[index].field: nodes[index].op == "field" and nodes[index].type.kind == "bool"
        for index in sorted(scoped, reverse=True)
        if nodes[index].op in ("field", "has_field")
    }
    types = widths(nodes)
    folding, empty = [], []
    for index in part.operations:
        node = nodes[index]
        value = pl.col(trace_column(node.args[0]))
        if node.op in ("count_records", "sum_records"):
            value = value.cast(types[index])
        folding.append(_FOLDING[node.op](value).alias(_folded(index)))
        start = 1 if node.op == "all_records" else node.value
        start = 0 if node.op in ("any_record", "count_records", "sum_records") else start
        column = pl.col(_folded(index)).fill_null(literal(start, types[index])).cast(types[index])
        empty.append(column)
    return _Fold(
        fact=fact_column(part.fact),
        fields=tuple(fields.items()),
        merchant=write_query(
            nodes, [(trace_column(index), index) for index in sorted(own)], as_of,
            _of_merchant(nodes),
        ),
        record=write_query(
            nodes, [(trace_column(index), index) for index in sorted(arguments)], as_of,
            _of_record(nodes),
        ),
        folding=tuple(folding),
        empty=tuple(empty),
    )  # fmt: skip


def _below(arguments: Iterable[int], nodes: Sequence[Node]) -> tuple[set[int], set[int]]:
    """Return what is computed a record, and what it reads of the merchant's own."""
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


_FOLDING: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "count_records": pl.Expr.sum,
    "any_record": pl.Expr.any,
    "all_records": pl.Expr.all,
    "sum_records": pl.Expr.sum,
    "maximum_record": pl.Expr.max,
    "minimum_record": pl.Expr.min,
}
