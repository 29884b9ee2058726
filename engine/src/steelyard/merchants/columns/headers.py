"""Names of columns, as a file has them: how many there may be, and each of them once."""

from collections import Counter
from collections.abc import Sequence

from steelyard.errors import Place, Problem
from steelyard.model.limits import MAX_COLUMNS, MAX_FILE_PROBLEMS, MAX_SHOWN_NAME


def column_problems(names: Sequence[str], place: Place, where: str = "") -> list[Problem]:
    """Return SY115 for too many columns, else a problem SY606 for every name that several have."""
    if len(names) > MAX_COLUMNS:
        what = f"the file has {len(names):,} columns"
        expected = f"at most {MAX_COLUMNS:,} columns"
        return [Problem("SY115", what, place, expected)]
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    return [
        Problem(
            "SY606",
            f"duplicate column {name[:MAX_SHOWN_NAME]!r}{where}",
            place,
            expected="every fact once",
            fix="remove all but one",
        )
        for name in repeated[:MAX_FILE_PROBLEMS]
    ]
