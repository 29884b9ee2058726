"""Names of columns, as a file has them: names or titles of facts, each of them once."""

from collections import Counter
from collections.abc import Sequence

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.rows import MerchantSchema
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


def named_columns(headers: Sequence[str], known: MerchantSchema, place: Place) -> list[str]:
    """Return the names that headers stand for: their own, or that of the fact with such a title.

    Raises `InvalidInput`: SY115 and SY606 as `column_problems`, SY606 for two headers of one fact,
    SY610 for a title of several facts.
    """
    problems = column_problems(headers, place, " in the header")
    if problems:
        raise InvalidInput(problems)
    names: dict[str, str] = {}
    for header in headers:
        name, *others = known.names_of(header)
        shown = repr(header[:MAX_SHOWN_NAME])
        if others:
            what = f"{shown} is the title of {' and of '.join((name, *others))}"
            fix = f"write {' or '.join((name, *others))}"
            problems.append(Problem("SY610", what, place, "a header that names one fact", fix))
        elif name in names:
            what = f"duplicate column {name!r}: {names[name]} and {shown} both stand for it"
            fix = "remove one of the two"
            problems.append(Problem("SY606", what, place, "every fact once", fix))
        else:
            names[name] = shown
    if problems:
        raise InvalidInput(problems[:MAX_FILE_PROBLEMS])
    return list(names)
