"""Operations over lists of records, computed on frames with one row for each record.

The lists of a fact become one frame, `row` telling the merchant. An operation is an aggregation of
that frame by merchant; a relation is an aggregation by merchant and key, and a join of its result
to the frame of the records that read it. No list is taken apart in Python.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from steelyard.evaluators.polars.operations import Lowering, Width, literal, widths
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
from steelyard.plan.operations import OVER_RECORDS, RELATED, args_at_hand, args_of_records

Aggregate = Callable[[pl.Expr], pl.Expr]


def in_merchant_frame(nodes: Sequence[Node]) -> Source:
    """Return how to read the nodes that a frame of merchants holds: facts and folded records."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("fact", "has", "size"):
            return lowering.leaf(index, fact_column(node.name))
        return pl.col(folded_column(index)) if node.op in OVER_RECORDS else None

    return held


def _in_record_frame(nodes: Sequence[Node]) -> Source:
    """Return how to read the nodes that a frame of records holds.

    These are fields, relations that are joined to it, and values of the merchant.
    """

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("field", "has_field"):
            return lowering.leaf(index, field_column(node.field))
        if node.op == RELATED:
            return pl.col(folded_column(index))
        own = node.scope is None and node.op not in ("constant", "as_of")
        return pl.col(trace_column(index)) if own else None

    return held


@dataclass(slots=True)
class Frames:
    """The frame of merchants, with what was computed from their records so far.

    `lists` has the records of each fact that was read, one row for each record; `tables` the values
    of each relation by merchant and key.
    """

    merchants: pl.DataFrame
    lists: dict[str, pl.DataFrame] = field(default_factory=dict)
    tables: dict[int, pl.DataFrame] = field(default_factory=dict)

    def records(self, fact: str) -> pl.DataFrame:
        """Return the records of a fact with the number of their merchant's row."""
        if fact not in self.lists:
            lists = self.merchants.select(
                pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), records=pl.col(fact)
            )
            present = lists.filter(pl.col("records").list.len() > 0)
            self.lists[fact] = present.explode("records")
        return self.lists[fact]

    def add(self, folded: pl.DataFrame, empty: Sequence[pl.Expr]) -> None:
        """Add columns with a row for some merchants; `empty` fills in the others."""
        rows = pl.int_range(self.merchants.height, dtype=pl.UInt32, eager=True).alias("row")
        joined = rows.to_frame().join(folded, on="row", how="left", maintain_order="left")
        self.merchants = self.merchants.hstack(joined.select(empty).get_columns())


@dataclass(frozen=True, slots=True)
class Reading:
    """Relations that records read by one key, from one table.

    `key` computes the key; `columns` fill in the records whose key is not in the table.
    """

    key: Query
    relations: tuple[int, ...]
    columns: tuple[pl.Expr, ...]

    def add_to(self, records: pl.DataFrame, tables: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
        """Return a frame of records with a column for each relation."""
        columns = [folded_column(index) for index in self.relations]
        table = tables[self.relations[0]].select("row", "key", *columns)
        keys = self.key.run(records).get_column("key").cast(table.schema["key"])
        joined = records.with_columns(keys).join(
            table, on=["row", "key"], how="left", maintain_order="left"
        )
        return joined.with_columns(self.columns).drop("key")


@dataclass(frozen=True, slots=True)
class Fold:
    """The computation that turns the records of one fact into columns of the merchant, or tables.

    `fields` are the fields read, each with its type. `merchant` computes the values of the merchant
    that `record`, the query on the records, reads; `readings` are the relations it reads. `folding`
    aggregates the records; `empty` fills in the merchants without records. `others` are operations
    with an aggregation of their own; `tables` those of relations.
    """

    fact: str
    fields: tuple[tuple[str, Width], ...]
    merchant: Query
    readings: tuple[Reading, ...]
    record: Query
    folding: tuple[pl.Expr, ...]
    empty: tuple[pl.Expr, ...]
    others: tuple[tuple[Callable[[pl.DataFrame], pl.DataFrame], pl.Expr], ...]
    tables: tuple[tuple[tuple[int, ...], Callable[[pl.DataFrame], pl.DataFrame]], ...]

    def add_to(self, frames: Frames) -> None:
        """Add a column for each operation over the records, and the tables of relations."""
        values = self._values(frames)
        if self.folding:
            frames.add(values.group_by("row").agg(self.folding), self.empty)
        for aggregate, empty in self.others:
            frames.add(aggregate(values), [empty])
        for relations, tabulate in self.tables:
            frames.tables |= dict.fromkeys(relations, tabulate(values))

    def _values(self, frames: Frames) -> pl.DataFrame:
        """Return the arguments of the operations, one row for each record."""
        records = frames.records(self.fact)
        kind = records.schema["records"]
        known = {field.name for field in kind.fields} if isinstance(kind, pl.Struct) else set()
        records = records.select(
            "row",
            *(
                pl.col("records").struct.field(name).alias(field_column(name))
                if name in known
                else pl.lit(None, width).alias(field_column(name))
                for name, width in self.fields
            ),
        )
        if self.merchant.results:
            own = self.merchant.run(frames.merchants)
            records = records.hstack(own[records["row"]].get_columns())
        for reading in self.readings:
            records = reading.add_to(records, frames.tables)
        return self.record.run(records, keep=["row"])


def folds_of(nodes: Sequence[Node], roots: Iterable[int], as_of: int) -> list[Fold]:
    """Return the folds that the roots need, in the order in which they read each other."""
    return [_fold(fact, part, nodes, as_of) for fact, part in _parts(nodes, roots)]


def _parts(nodes: Sequence[Node], roots: Iterable[int]) -> list[tuple[str, list[int]]]:
    """Return the operations over records that the roots need, in parts that run one by one.

    A part is a fact, and the operations over its records that one pass computes together.
    """
    ranks: dict[int, int] = {}
    operations: dict[tuple[int, str], list[int]] = {}
    for index in nodes_below(nodes, roots):
        node = nodes[index]
        rank = max((ranks[argument] for argument in node.args), default=0)
        if node.op in OVER_RECORDS or node.op == RELATED:
            rank = max((ranks[argument] for argument in args_of_records(node)), default=0)
            operations.setdefault((rank, node.name), []).append(index)
            rank = max([rank + 1, *(ranks[argument] for argument in args_at_hand(node))])
        ranks[index] = rank
    return [(fact, operations[rank, fact]) for rank, fact in sorted(operations)]


def _fold(fact: str, operations: list[int], nodes: Sequence[Node], as_of: int) -> Fold:
    arguments = {argument for index in operations for argument in args_of_records(nodes[index])}
    scoped, own = _below(arguments, nodes)
    types = widths(nodes)
    fields = {
        nodes[index].field: types[index]
        for index in sorted(scoped, reverse=True)
        if nodes[index].op in ("field", "has_field")
    }
    held = _in_record_frame(nodes)
    folded = [index for index in operations if nodes[index].op in _FOLDING]
    others = [index for index in operations if nodes[index].op in _OTHERS]
    relations = [index for index in operations if nodes[index].op == RELATED]
    return Fold(
        fact=fact_column(fact),
        fields=tuple(fields.items()),
        merchant=write_query(
            nodes, [(trace_column(index), index) for index in sorted(own)], as_of,
            in_merchant_frame(nodes),
        ),
        readings=tuple(_readings(nodes, scoped, types, as_of)),
        record=write_query(
            nodes, [(trace_column(index), index) for index in sorted(arguments)], as_of, held
        ),
        folding=tuple(
            _folded(nodes[index].op, _argument(nodes[index], types[index]), index)
            for index in folded
        ),
        empty=tuple(_filled(nodes[index], nodes[index].op, index, types) for index in folded),
        others=tuple(
            _other(nodes[index], index, types)
            for index in others
        ),
        tables=tuple(_tables(nodes, relations, types)),
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
                todo.extend(args_at_hand(node))
        elif node.op not in ("constant", "as_of"):
            own.add(index)
    return scoped, own


# the aggregation, and its value for an empty list (None: the node's own `value`)
_FOLDING: dict[str, tuple[Aggregate, int | None]] = {
    "count_records": (pl.Expr.sum, 0),
    "sum_records": (pl.Expr.sum, 0),
    "any_record": (pl.Expr.any, 0),
    "all_records": (pl.Expr.all, 1),
    "maximum_record": (pl.Expr.max, None),
    "minimum_record": (pl.Expr.min, None),
}
_ADDING = ("count_records", "sum_records")


def _argument(node: Node, width: Width) -> pl.Expr:
    """Return the value that a node folds, wide enough for a sum."""
    fold = node.mode or node.op
    value = pl.col(trace_column(node.args[-1]))
    return value.cast(width) if fold in _ADDING else value


def _folded(fold: str, value: pl.Expr, index: int) -> pl.Expr:
    return _FOLDING[fold][0](value).alias(folded_column(index))


def _filled(node: Node, fold: str, index: int, types: Sequence[Width]) -> pl.Expr:
    """Return the column of a fold, with the value of an empty list where there is none."""
    start = _FOLDING[fold][1]
    initial = literal(node.value if start is None else start, types[index])
    return pl.col(folded_column(index)).fill_null(initial).cast(types[index])


def _passing(node: Node, values: pl.DataFrame) -> pl.DataFrame:
    """Return the records for which the test of a node holds."""
    test = node.args[1 if node.op == RELATED else 0]
    return values.filter(pl.col(trace_column(test)))


def _sum_groups(
    node: Node, index: int, types: Sequence[Width]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    key, value = (trace_column(argument) for argument in node.args[1:])

    def aggregate(values: pl.DataFrame) -> pl.DataFrame:
        largest = pl.col(value).max().cast(types[index]).alias("largest")
        groups = _passing(node, values).group_by("row", key).agg(largest)
        return groups.group_by("row").agg(pl.col("largest").sum().alias(folded_column(index)))

    return aggregate


def _top_records(
    node: Node, index: int, types: Sequence[Width]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    order = pl.col(trace_column(node.args[1]))
    columns = [pl.col("row"), order.alias("order"), _argument(node, types[index]).alias("value")]

    def aggregate(values: pl.DataFrame) -> pl.DataFrame:
        rows = _passing(node, values).select(columns)
        rows = rows.sort("row", "order", "value", descending=[False, True, True])
        place = pl.int_range(pl.len(), dtype=pl.UInt32).over("row")
        rows = rows.filter(place < node.span)
        return rows.group_by("row").agg(_folded(node.mode, pl.col("value"), index))

    return aggregate


def _longest_run(
    node: Node, index: int, _types: Sequence[Width]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    day = pl.col(trace_column(node.args[1])).cast(pl.Int64).alias("day")

    def aggregate(values: pl.DataFrame) -> pl.DataFrame:
        days = _passing(node, values).select("row", day).unique().sort("row", "day")
        # days that follow each other keep their distance to the number of their row
        run = (pl.col("day") - pl.int_range(pl.len(), dtype=pl.Int64)).alias("run")
        runs = days.select("row", run).group_by("row", "run").agg(pl.len().alias("days"))
        return runs.group_by("row").agg(pl.col("days").max().alias(folded_column(index)))

    return aggregate


_OTHERS: dict[str, Callable[..., Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "sum_groups": _sum_groups,
    "top_records": _top_records,
    "longest_run": _longest_run,
}


def _other(
    node: Node, index: int, types: Sequence[Width]
) -> tuple[Callable[[pl.DataFrame], pl.DataFrame], pl.Expr]:
    """Return an aggregation of its own, and the column with the value for an empty list."""
    empty = _filled(node, node.mode or "count_records", index, types)
    return _OTHERS[node.op](node, index, types), empty


def _tables(
    nodes: Sequence[Node], relations: Iterable[int], types: Sequence[Width]
) -> list[tuple[tuple[int, ...], Callable[[pl.DataFrame], pl.DataFrame]]]:
    """Return how to compute the tables of relations; those with one test and key have one table."""
    groups: dict[tuple[int, int, int], list[int]] = {}
    for index in relations:
        node = nodes[index]
        groups.setdefault((node.args[1], node.args[2], node.span), []).append(index)
    return [
        (tuple(group), _tabulate([nodes[index] for index in group], group, types))
        for group in groups.values()
    ]


def _tabulate(
    relations: Sequence[Node], indices: Sequence[int], types: Sequence[Width]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return the function from records to the folds of some relations by merchant and key."""
    first = relations[0]
    key = pl.col(trace_column(first.args[2])).alias("key")
    if types[first.args[2]] not in (pl.String, pl.Boolean):
        key = key.cast(pl.Int64)
    pairs = list(zip(relations, indices, strict=True))
    values = [_argument(node, types[index]) for node, index in pairs]
    test = pl.col(trace_column(first.args[1]))
    if first.span:  # every day with a record has a window, though it may not pass itself
        values = [value.filter(test) for value in values]
    folding = [
        _folded(node.mode, value, index) for (node, index), value in zip(pairs, values, strict=True)
    ]
    again = [_folded(node.mode, pl.col(folded_column(index)), index) for node, index in pairs]

    def tabulate(records: pl.DataFrame) -> pl.DataFrame:
        if not first.span:
            return _passing(first, records).group_by("row", key).agg(folding)
        days = records.group_by("row", key).agg(folding).sort("row", "key")
        return days.rolling("key", period=f"{first.span}i", group_by="row").agg(again)

    return tabulate


def _readings(
    nodes: Sequence[Node], scoped: Iterable[int], types: Sequence[Width], as_of: int
) -> list[Reading]:
    """Return the relations that records read, each after those that its own key reads."""
    held = _in_record_frame(nodes)
    groups: dict[tuple[str, int, int, int, int], list[int]] = {}
    for index in sorted(scoped):
        node = nodes[index]
        if node.op == RELATED:
            own, test, key, _ = node.args
            groups.setdefault((node.name, own, test, key, node.span), []).append(index)
    return [
        Reading(
            write_query(nodes, [("key", own)], as_of, held),
            tuple(group),
            tuple(_filled(nodes[index], nodes[index].mode, index, types) for index in group),
        )
        for (_, own, *_), group in groups.items()
    ]
