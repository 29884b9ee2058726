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
Summarize = Callable[[pl.DataFrame], pl.DataFrame]  # of records, a row for each


def in_merchant_frame(nodes: Sequence[Node]) -> Source:
    """Return how to read the nodes that a frame of merchants holds: facts and folded records."""

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if node.op in ("fact", "has", "size"):
            return lowering.leaf(index, fact_column(node.name))
        return pl.col(folded_column(index)) if node.op in OVER_RECORDS else None

    return held


def _in_record_frame(nodes: Sequence[Node], key: int = -1) -> Source:
    """Return how to read the nodes that a frame of records holds.

    These are fields, relations that are joined to it, and values of the merchant. A frame of groups
    holds the value of the node `key`.
    """
    types = widths(nodes)

    def held(index: int, lowering: Lowering) -> pl.Expr | None:
        node = nodes[index]
        if index == key:
            return pl.col("key").cast(types[index])
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

    `key` computes the key; `filled` are the columns, also of records whose key is not in the table.
    """

    key: Query
    relations: tuple[int, ...]
    filled: tuple[pl.Expr, ...]

    def add_to(self, records: pl.DataFrame, tables: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
        """Return a frame of records with a column for each relation."""
        tables = {id(tables[index]): tables[index] for index in self.relations}
        first = next(iter(tables.values()))
        keys = self.key.run(records).get_column("key").cast(first.schema["key"])
        joined = records.with_columns(keys)
        for table in tables.values():
            columns = {folded_column(index) for index in self.relations} & set(table.columns)
            joined = joined.join(
                table.select("row", "key", *sorted(columns)),
                on=["row", "key"], how="left", maintain_order="left",
            )  # fmt: skip
        return joined.with_columns(self.filled).drop("key")


@dataclass(frozen=True, slots=True)
class Window:
    """A relation to the days up to that of the record at hand; `values` are its arguments."""

    values: Query
    column: pl.Expr

    @property
    def filled(self) -> tuple[pl.Expr, ...]:
        """No columns: every record has a window."""
        return ()

    def add_to(self, records: pl.DataFrame, _tables: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
        """Return a frame of records with a column for the relation."""
        return records.hstack(self.values.run(records, keep=["row"]).select(self.column))


@dataclass(frozen=True, slots=True)
class Fold:
    """The computation that turns the records of one fact into columns of the merchant, or tables.

    `group` is a relation whose groups are gone over, -1 for the records themselves.
    `fields` are the fields read, each with its type. `merchant` computes the values of the merchant
    that `record`, the query on the records, reads; `readings` are the relations it reads. `folding`
    aggregates the records; `empty` fills in the merchants without records. `others` are operations
    with an aggregation of their own; `tables` those of relations.
    """

    fact: str
    group: int
    fields: tuple[tuple[str, Width], ...]
    merchant: Query
    readings: tuple[Reading | Window, ...]
    record: Query
    folding: tuple[pl.Expr, ...]
    empty: tuple[pl.Expr, ...]
    others: tuple[tuple[Summarize, pl.Expr], ...]
    tables: tuple[tuple[tuple[int, ...], Summarize], ...]

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
        if self.group >= 0:
            groups = frames.tables[self.group]
            columns = [column for reading in self.readings for column in reading.filled]
            return self.record.run(
                self._with_merchant(groups.with_columns(columns), frames), ["row"]
            )
        records = self._with_merchant(self._fields(frames), frames)
        for reading in self.readings:
            records = reading.add_to(records, frames.tables)
        return self.record.run(records, keep=["row"])

    def _with_merchant(self, records: pl.DataFrame, frames: Frames) -> pl.DataFrame:
        """Return a frame with the values of the merchant that its rows read."""
        if not self.merchant.results:
            return records
        own = self.merchant.run(frames.merchants)
        return records.hstack(own[records["row"]].get_columns())

    def _fields(self, frames: Frames) -> pl.DataFrame:
        """Return the fields that are read of the records, one row for each record."""
        records = frames.records(self.fact)
        kind = records.schema["records"]
        known = {field.name for field in kind.fields} if isinstance(kind, pl.Struct) else set()
        return records.select(
            "row",
            *(
                pl.col("records").struct.field(name).alias(field_column(name))
                if name in known
                else pl.lit(None, width).alias(field_column(name))
                for name, width in self.fields
            ),
        )


def folds_of(nodes: Sequence[Node], roots: Iterable[int], as_of: int) -> list[Fold]:
    """Return the folds that the roots need, in the order in which they read each other."""
    return [_fold(*part, nodes, as_of) for part in _parts(nodes, roots)]


def _parts(nodes: Sequence[Node], roots: Iterable[int]) -> list[tuple[str, int, list[int]]]:
    """Return the operations over records that the roots need, in parts that run one by one.

    A part is a fact, a relation whose groups are gone over (-1: the records themselves), and the
    operations that one pass computes together.
    """
    ranks: dict[int, int] = {}
    operations: dict[tuple[int, str, int], list[int]] = {}
    for index in nodes_below(nodes, roots):
        node = nodes[index]
        rank = max((ranks[argument] for argument in node.args), default=0)
        if node.op in OVER_RECORDS or (node.op == RELATED and not is_window(node)):
            rank = max((ranks[argument] for argument in args_of_records(node)), default=0)
            group = _group_of(nodes, index, ranks)
            operations.setdefault((rank, node.name, group), []).append(index)
            rank = max([rank + 1, *(ranks[argument] for argument in args_at_hand(node))])
        ranks[index] = rank
    return [(fact, group, part) for (_, fact, group), part in sorted(operations.items())]


def _is_grouping(node: Node) -> bool:
    """Return whether a relation is to the records of its own list with the key at hand."""
    return node.op == RELATED and node.args[0] == node.args[2] and not is_window(node)


def _group_of(nodes: Sequence[Node], index: int, ranks: Mapping[int, int]) -> int:
    """Return a relation if an operation may go over its groups instead of the records, else -1.

    It may, if the operation reads only what is the same for all records of a group, and does not
    count how many they are.
    """
    relations, leaves = set[int](), set[int]()
    todo = list(args_of_records(nodes[index])) if nodes[index].op in _OF_GROUPS else []
    while todo:
        at = todo.pop()
        node = nodes[at]
        if node.op == RELATED:
            relations.add(at)
        elif node.scope is not None:
            leaves.update([] if node.args else [at])
            todo.extend(node.args)
    first = min(relations, default=-1)
    groupings = {(_is_grouping(nodes[at]), nodes[at].args[2], ranks[at]) for at in relations}
    if first < 0 or len(groupings) > 1 or not _is_grouping(nodes[first]):
        return -1
    key = nodes[first].args[2]
    return first if leaves <= {key} else -1


_OF_GROUPS = ("any_record", "all_records", "maximum_record", "minimum_record", "sum_groups")


def _fold(fact: str, group: int, operations: list[int], nodes: Sequence[Node], as_of: int) -> Fold:
    arguments = {argument for index in operations for argument in args_of_records(nodes[index])}
    scoped, own = _below(arguments, nodes)
    types = widths(nodes)
    fields = {
        nodes[index].field: types[index]
        for index in sorted(scoped, reverse=True)
        if nodes[index].op in ("field", "has_field")
    }
    held = _in_record_frame(nodes, nodes[group].args[2] if group >= 0 else -1)
    folded = [index for index in operations if nodes[index].op in _FOLDING]
    others = [index for index in operations if nodes[index].op in _OTHERS]
    relations = [index for index in operations if nodes[index].op == RELATED]
    return Fold(
        fact=fact_column(fact),
        group=group,
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
            _other(nodes, index, types)
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
                todo.extend(node.args if is_window(node) else args_at_hand(node))
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


def _sum_groups(nodes: Sequence[Node], index: int, types: Sequence[Width]) -> Summarize:
    node = nodes[index]
    key, value = (trace_column(argument) for argument in node.args[1:])
    constant = nodes[node.args[2]]

    def count(values: pl.DataFrame) -> pl.DataFrame:
        groups = pl.col(key).n_unique().cast(types[index]) * literal(constant.value, types[index])
        return _passing(node, values).group_by("row").agg(groups.alias(folded_column(index)))

    def aggregate(values: pl.DataFrame) -> pl.DataFrame:
        largest = pl.col(value).max().cast(types[index]).alias("largest")
        groups = _passing(node, values).lazy().group_by("row", key).agg(largest)
        total = pl.col("largest").sum().alias(folded_column(index))
        return groups.group_by("row").agg(total).collect(engine="streaming")

    return count if constant.op == "constant" else aggregate


def _top_records(nodes: Sequence[Node], index: int, types: Sequence[Width]) -> Summarize:
    node = nodes[index]
    order, value = (pl.col(trace_column(argument)) for argument in node.args[1:])
    first = _argument(node, types[index]).sort_by(order, value, descending=True).head(node.span)
    folded = _folded(node.mode, first, index)
    return lambda values: _passing(node, values).group_by("row").agg(folded)


def _longest_run(nodes: Sequence[Node], index: int, _types: Sequence[Width]) -> Summarize:
    node = nodes[index]
    row, day = pl.col("row"), pl.col("day")
    same = row == row.shift()
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    start = pl.when(same & (day == day.shift() + 1)).then(None).otherwise(place)

    def aggregate(values: pl.DataFrame) -> pl.DataFrame:
        days = _passing(node, values).select(row, pl.col(trace_column(node.args[1])).alias("day"))
        days = days.sort("row", "day")
        days = days.filter((same & (day == day.shift())).not_().fill_null(True))
        length = (place - start.forward_fill() + 1).alias("days")
        longest = pl.col("days").max().alias(folded_column(index))
        return days.select(row, length).group_by("row").agg(longest)

    return aggregate


_OTHERS: dict[str, Callable[[Sequence[Node], int, Sequence[Width]], Summarize]] = {
    "sum_groups": _sum_groups,
    "top_records": _top_records,
    "longest_run": _longest_run,
}


def _other(nodes: Sequence[Node], index: int, types: Sequence[Width]) -> tuple[Summarize, pl.Expr]:
    """Return an aggregation of its own, and the column with the value for an empty list."""
    node = nodes[index]
    empty = _filled(node, node.mode or "count_records", index, types)
    return _OTHERS[node.op](nodes, index, types), empty


def _tables(
    nodes: Sequence[Node], relations: Iterable[int], types: Sequence[Width]
) -> list[tuple[tuple[int, ...], Summarize]]:
    """Return how to compute the tables of relations; those with one test and key have one table."""
    groups: dict[tuple[int, int], list[int]] = {}
    for index in relations:
        test, key = nodes[index].args[1:3]
        every = _is_grouping(nodes[index])  # it needs all groups, with the records that pass
        groups.setdefault((-1 if every else test, key), []).append(index)
    return [(tuple(group), _tabulate(nodes, group, types)) for group in groups.values()]


def _tabulate(nodes: Sequence[Node], indices: Sequence[int], types: Sequence[Width]) -> Summarize:
    """Return the function from records to the folds of some relations by merchant and key."""
    first = nodes[indices[0]]
    key = pl.col(trace_column(first.args[2])).alias("key")
    if types[first.args[2]] not in (pl.String, pl.Boolean):
        key = key.cast(pl.Int64)
    every = _is_grouping(first)
    folding = [_folded_if(nodes, index, types, tested=every) for index in indices]

    def tabulate(records: pl.DataFrame) -> pl.DataFrame:
        groups = (
            (records if every else _passing(first, records))
            .lazy()
            .group_by("row", key)
            .agg(folding)
        )
        return groups.collect(engine="streaming")

    return tabulate


def _folded_if(
    nodes: Sequence[Node], index: int, types: Sequence[Width], *, tested: bool
) -> pl.Expr:
    """Return the fold of a relation, of the records that pass its test if they are not left out."""
    node = nodes[index]
    value, test = _argument(node, types[index]), nodes[node.args[1]]
    if not tested or test.op == "constant":
        return _folded(node.mode, value if test.value or not tested else value.head(0), index)
    passing = pl.col(trace_column(node.args[1]))
    if node.mode in _ADDING:
        return _folded(node.mode, pl.when(passing).then(value).otherwise(0), index)
    return _folded(node.mode, value.filter(passing), index)


def _readings(
    nodes: Sequence[Node], scoped: Iterable[int], types: Sequence[Width], as_of: int
) -> list[Reading | Window]:
    """Return the relations that records read, each after those that its own key reads."""
    held = _in_record_frame(nodes)
    groups: dict[tuple[str, int, int, int], list[int]] = {}
    for index in sorted(scoped):
        node = nodes[index]
        if node.op == RELATED:
            own, test, key, _ = node.args
            part = index if is_window(node) else -1 if _is_grouping(node) else test
            groups.setdefault((node.name, own, key, part), []).append(index)
    readings: list[Reading | Window] = []
    for (_, own, *_), group in groups.items():
        node = nodes[group[0]]
        if is_window(node):
            roots = [(trace_column(index), index) for index in sorted({*node.args})]
            column = _window_column(node, group[0], types)
            readings.append(Window(write_query(nodes, roots, as_of, held), column))
        else:
            columns = tuple(_filled(nodes[at], nodes[at].mode, at, types) for at in group)
            key = write_query(nodes, [("key", own)], as_of, held)
            readings.append(Reading(key, tuple(group), columns))
    return readings


def is_window(node: Node) -> bool:
    """Return whether a relation is to the days of its own list up to the record at hand."""
    return node.op == RELATED and node.span > 0


_DAYS = 2**22  # more than there are in the calendar, and in a window


def _window_column(node: Node, index: int, types: Sequence[Width]) -> pl.Expr:
    """Return the column of the fold of a value over the days up to that of each record."""
    _, test, key, value = (pl.col(trace_column(argument)) for argument in node.args)
    # days of one merchant lie together, and far from those of others
    day = pl.col("row").cast(pl.Int64) * _DAYS + key.cast(pl.Int64)
    period = f"{node.span}i"
    if node.mode in _EXTREMES:
        number = value.cast(pl.Int64)
        extreme = _EXTREMES[node.mode](pl.when(test).then(number), day, period)
        folded = extreme.fill_null(node.value)
    else:
        held = {"any_record": value, "all_records": ~value}.get(node.mode, value)
        number = pl.when(test).then(held.cast(pl.Int64)).otherwise(0)
        folded = number.rolling_sum_by(day, period)
        folded = {"any_record": folded > 0, "all_records": folded == 0}.get(node.mode, folded)
    return folded.cast(types[index]).alias(folded_column(index))


_EXTREMES: dict[str, Callable[[pl.Expr, pl.Expr, str], pl.Expr]] = {
    "maximum_record": lambda value, day, period: value.rolling_max_by(day, period),
    "minimum_record": lambda value, day, period: value.rolling_min_by(day, period),
}
