"""The closed set of operations."""

OVER_RECORDS = frozenset(
    {
        "count_records",
        "any_record",
        "all_records",
        "sum_records",
        "maximum_record",
        "minimum_record",
    }
)
