"""The Python loop of each operation over a list of records."""

from collections.abc import Sequence

from steelyard.plan.nodes import Node


def loop(node: Node, name: str, records: str, body: Sequence[str], value: str) -> list[str]:
    """Return the lines that give the variable `name` the value of a node over records.

    `records` is the text of the list; `body` are the indented lines that must run for each
    `record` before the text `value` can be read.
    """
    start, step, end = _parts(node, name, value)
    return [
        f"{name} = {start}",
        f"for record in {records}:",
        *body,
        *(f"    {line}" for line in step),
        *end,
    ]


def _parts(node: Node, name: str, value: str) -> tuple[str, list[str], list[str]]:
    """Return the first value, the lines for each record, and the lines after the loop."""
    match node.op:
        case "count_records":
            return "0", [f"if {value}:", f"    {name} += 1"], []
        case "sum_records":
            return "0", [f"{name} += {value}"], []
        case "any_record":
            return "False", [f"if {value}:", f"    {name} = True", "    break"], []
        case "all_records":
            return "True", [f"if not {value}:", f"    {name} = False", "    break"], []
        case "maximum_record" | "minimum_record":
            sign = ">" if node.op == "maximum_record" else "<"
            test = f"if {name} is None or value {sign} {name}:"
            step = [f"value = {value}", test, f"    {name} = value"]
            return "None", step, [f"if {name} is None:", f"    {name} = {node.value}"]
        case _:
            raise AssertionError(f"{node.op} is not an operation over records")
