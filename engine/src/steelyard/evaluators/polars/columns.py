"""Names of the columns that hold facts, fields, folded records and values of nodes."""

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
