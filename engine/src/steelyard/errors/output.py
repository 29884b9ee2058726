"""Problems as text and as JSON data."""

from collections.abc import Sequence
from typing import Any

from steelyard.errors import CODES, Place, Problem
from steelyard.errors.printable import one_line
from steelyard.errors.translation import translate


def problems_text(problems: Sequence[Problem], language: str = "en") -> str:
    """Return problems in the form of a compiler, followed by their number if there are several."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    warning = translate("warning: ", language)
    lines = [
        f"{warning}{text}" if problem.severity == "warning" else text
        for problem in problems
        for text in [problem.text(language)]
    ]
    if len(problems) > 1:
        lines.append(translate(", ".join(counts), language))
    return "".join(f"{line}\n" for line in lines)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON data, whose sentences are English in every language."""
    return {
        "code": problem.code,
        "name": CODES[problem.code].name,
        "severity": problem.severity,
        **place_json(problem.place),
        "what": one_line(problem.what),
        "expected": problem.expected and one_line(problem.expected),
        "fix": problem.fix and one_line(problem.fix),
    }


def place_json(place: Place | None) -> dict[str, Any]:
    """Return a place as the keys `file`, `line` and `column`, which are null if it is unknown."""
    return {
        "file": one_line(place.file) if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
