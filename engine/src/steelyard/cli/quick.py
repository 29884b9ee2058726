"""`steelyard score` without the parser, whose import costs more than scoring a merchant.

Only a plain, complete command is taken; whatever else (help, an unknown option, a missing date) is
left to the parser, so that there is one place that says what is wrong. A test compares the two.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from steelyard.cli.populations import ONE_BY_ONE

VALUES: dict[str, tuple[str, ...] | None] = {
    "--as-of": None,
    "--book": None,
    "--scene": None,
    "--format": ("table", "json"),
    "--lang": ("en", "zh"),
}


def quick_score(  # noqa: PLR0911 - one return a reason to leave it to the parser
    arguments: Sequence[str],
) -> dict[str, Any] | None:
    """Return what `score_merchants` takes, or None where the parser must look."""
    if not arguments or arguments[0] != "score":
        return None
    files: list[Path] = []
    given: dict[str, str] = {}
    rest = iter(arguments[1:])
    for argument in rest:
        if not argument.startswith("-"):
            file = Path(argument)
            if file.suffix.lower() not in ONE_BY_ONE:
                return None  # a population
            files.append(file)
            continue
        name, has_value, value = argument.partition("=")
        if name not in VALUES:
            return None
        if not has_value:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
        allowed = VALUES[name]
        if allowed is not None and value not in allowed:
            return None
        given[name] = value
    if not files or "--as-of" not in given:
        return None
    book = given.get("--book")
    return {
        "files": files,
        "as_of": given["--as-of"],
        "book": None if book is None else Path(book),
        "scene": given.get("--scene"),
        "form": given.get("--format", "table"),
        "language": given.get("--lang", "en"),
    }
