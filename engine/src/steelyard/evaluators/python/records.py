"""The Python loop of each operation over records."""

from collections.abc import Sequence

from steelyard.plan.nodes import Node

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


def loop(node: Node, name: str, records: str, body: Sequence[str], value: str) -> list[str]:
    """Return the lines that give the variable `name` the value of a node over records.

    `records` is the text of the list; `body` are the indented lines that must run for each
    `record` before the text `value` can be read.
    """
    start, step, end = _LOOPS[node.op]
    texts = {"name": name, "value": value, "empty": node.value}
    return [
        f"{name} = {start}",
        f"for record in {records}:",
        *body,
        *(f"    {line}".format(**texts) for line in step),
        *(line.format(**texts) for line in end),
    ]
