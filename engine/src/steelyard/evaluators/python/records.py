"""The Python loop of each operation over records.

A relation becomes a table from keys to values, before the loop that reads it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from steelyard.evaluators.python.operations import literal
from steelyard.model.dates import longest_run
from steelyard.plan.nodes import Node
from steelyard.plan.operations import RELATED

# the first value, the lines for each record, and the lines after the loop
_LOOPS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "count_records": ("0", ("if {value}:", "    {name} += 1"), ()),
    "sum_records": ("0", ("{name} += {value}",), ()),
    "any_record": ("False", ("if {value}:", "    {name} = True", "    break"), ()),
    "all_records": ("True", ("if not {value}:", "    {name} = False", "    break"), ()),
    **{
        op: (
            "None",
            (
                "value = {value}",
                f"if {{name}} is None or value {sign} {{name}}:",
                "    {name} = value",
            ),
            ("if {name} is None:", "    {name} = {empty}"),
        )
        for op, sign in (("maximum_record", ">"), ("minimum_record", "<"))
    },
}


# the step that adds a value to the table of a relation, by fold
_TABLE_STEPS: dict[str, tuple[str, ...]] = {
    "count_records": ("{name}[key] = {name}.get(key, 0) + value",),
    "sum_records": ("{name}[key] = {name}.get(key, 0) + value",),
    "any_record": ("{name}[key] = {name}.get(key, False) or value",),
    "all_records": ("{name}[key] = {name}.get(key, True) and value",),
    **{
        op: (f"if key not in {{name}} or value {sign} {{name}}[key]:", "    {name}[key] = value")
        for op, sign in (("maximum_record", ">"), ("minimum_record", "<"))
    },
}
# the fold of some values, and the text of its value for none (`{empty}` is that of the node)
_FOLDS: dict[str, tuple[Callable[[Iterable[int]], int], str]] = {
    "count_records": (sum, "0"),
    "sum_records": (sum, "0"),
    "any_record": (any, "False"),
    "all_records": (all, "True"),
    "maximum_record": (max, "{empty}"),
    "minimum_record": (min, "{empty}"),
}


def window_sums(sums: Mapping[int, int], span: int) -> dict[int, int]:
    """Return for each day the sum of the days up to it that a window holds."""
    days = sorted(sums)
    result: dict[int, int] = {}
    first, total = 0, 0
    for day in days:
        total += sums[day]
        while days[first] <= day - span:
            total -= sums[days[first]]
            first += 1
        result[day] = total
    return result


def window_folds(
    values: Mapping[int, list[int]], span: int, mode: str, empty: int
) -> dict[int, int]:
    """Return for each day the fold of the values of the days up to it that a window holds."""
    fold, days = _FOLDS[mode][0], sorted(values)
    result: dict[int, int] = {}
    first = 0
    for place, day in enumerate(days):
        while days[first] <= day - span:
            first += 1
        held = [value for at in days[first : place + 1] for value in values[at]]
        result[day] = fold(held) if held else empty
    return result


def top(rows: list[tuple[int, int]], span: int, mode: str, empty: int) -> int:
    """Return the fold of the values of the rows of the largest order; a row is order and value."""
    rows.sort(reverse=True)
    values = [value for _, value in rows[:span]]
    return _FOLDS[mode][0](values) if values else empty


FUNCTIONS = {
    "longest_run": longest_run,
    "top": top,
    "window_sums": window_sums,
    "window_folds": window_folds,
    "sum": sum,
}


def _steps(node: Node) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the first value, the lines for each record that passes, and those after the loop."""
    if node.op == RELATED and node.span:
        return _window_steps(node)
    if node.op == RELATED:
        return "{{}}", ("key = {key}", "value = {value}", *_TABLE_STEPS[node.mode]), ()
    if node.op == "sum_groups":
        step = ("key = {key}", "value = {value}", *_TABLE_STEPS["maximum_record"])
        return "{{}}", step, ("{name} = sum({name}.values())",)
    if node.op == "longest_run":
        return "[]", ("{name}.append({value})",), ("{name} = longest_run({name})",)
    mode, span = node.mode, node.span
    end = f"{{name}} = top({{name}}, {span}, {mode!r}, {_FOLDS[mode][1]})"
    return "[]", ("{name}.append(({key}, {value}))",), (end,)


def _window_steps(node: Node) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the same for a table of days; a record that does not pass still has a window."""
    if node.mode in ("count_records", "sum_records"):
        step = "{name}[key] = {name}.get(key, 0) + ({value} if {test} else 0)"
        return "{{}}", ("key = {key}", step), (f"{{name}} = window_sums({{name}}, {node.span})",)
    empty = _FOLDS[node.mode][1]
    step = ("values = {name}.setdefault({key}, [])", "if {test}:", "    values.append({value})")
    end = f"{{name}} = window_folds({{name}}, {node.span}, {node.mode!r}, {empty})"
    return "{{}}", step, (end,)


def relation(node: Node, table: str, own: str) -> str:
    """Return the text that reads a relation for the record at hand, whose key is `own`."""
    empty = _FOLDS[node.mode][1].format(empty=literal(node, node.value))
    if node.span:  # there is one for each day with a record
        return f"{table}[{own}]"
    return f"{table}.get({own}, {empty})"


def loop(
    node: Node, name: str, records: str, body: Sequence[str], args: Sequence[str]
) -> list[str]:
    """Return the lines that give the variable `name` the value of a node over records.

    `records` is the text of the list; `body` are the indented lines that must run for each
    `record` before the texts `args` of the arguments can be read. A relation gives a table.
    """
    *_, value = args
    texts = {"name": name, "value": value, "empty": literal(node, node.value)}
    if node.op not in _LOOPS:
        start, step, end = _steps(node)
        test, key, *_ = args
        texts |= {"test": test, "key": key}
        if test != "True" and not (node.op == RELATED and node.span):
            step = ("if {test}:", *(f"    {line}" for line in step))
    else:
        start, step, end = _LOOPS[node.op]
    return _written(start, step, end, texts, records, body)


def _written(
    start: str,
    step: Sequence[str],
    end: Sequence[str],
    texts: Mapping[str, str],
    records: str,
    body: Sequence[str],
) -> list[str]:
    name = texts["name"]
    return [
        f"{name} = {start.format(**texts)}",
        f"for record in {records}:",
        *body,
        *(f"    {line}".format(**texts) for line in step),
        *(line.format(**texts) for line in end),
    ]
