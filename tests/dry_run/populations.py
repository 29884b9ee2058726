"""Small populations for dry runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
from hypothesis import strategies as st


def merchants() -> st.SearchStrategy[dict[str, object]]:
    """Merchants of the trial book, near its limits; some lack a fact or are not right."""
    share = st.sampled_from(["0.5", "0.79", "0.8", "0.85", "0.8999", "0.9", "0.95", "1"])
    return st.fixed_dictionaries(
        {
            "orders": st.sampled_from([0, 9, 10, 19, 20, 49, 50, 2_000_000]),
            "reply_share": share,
            "good_share": share,
            "late": st.integers(0, 8),
        },
        optional={"refund_hours": st.sampled_from(["1", "24", "24.01", "36", "40"])},
    )


def write_population(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """Write merchants m0, m1, … as JSON Lines."""
    lines = []
    for number, row in enumerate(rows):
        facts = {
            name: orjson.Fragment(value) if isinstance(value, str) else value
            for name, value in row.items()
        }
        data = {"merchant": f"m{number}", "industry": "general", **facts}
        lines.append(orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE))
    path.write_bytes(b"".join(lines))
    return path
