"""Problems as text, JSON and SARIF 2.1.0 (what code hosts and editors show beside the lines)."""

from collections.abc import Sequence
from typing import Any

from steelyard.errors import CODES, Place, Problem


def problems_text(problems: Sequence[Problem]) -> str:
    """Return problems as a compiler prints them; of several, with a count at the end."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    lines = [
        f"warning: {problem}" if problem.severity == "warning" else str(problem)
        for problem in problems
    ]
    if len(problems) > 1:
        lines.append(", ".join(counts))
    return "".join(f"{line}\n" for line in lines)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON data."""
    return {
        "code": problem.code,
        "name": CODES[problem.code].name,
        "severity": problem.severity,
        **place_json(problem.place),
        "what": problem.what,
        "expected": problem.expected,
        "fix": problem.fix,
    }


def place_json(place: Place | None) -> dict[str, Any]:
    """Return a place as three keys, which are null where it is not known."""
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def problems_sarif(problems: Sequence[Problem], version: str) -> dict[str, Any]:
    """Return problems as a SARIF 2.1.0 log of one run; `version` is the tool's."""
    used = sorted({problem.code for problem in problems})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "steelyard",
                        "version": version,
                        "rules": [
                            {
                                "id": code,
                                "name": _pascal(CODES[code].name),
                                "shortDescription": {"text": CODES[code].meaning},
                            }
                            for code in used
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, used) for problem in problems],
            }
        ],
    }


def _result(problem: Problem, used: Sequence[str]) -> dict[str, Any]:
    text = problem.what
    if problem.expected:
        text += f"; expected: {problem.expected}"
    if problem.fix:
        text += f"; fix: {problem.fix}"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": used.index(problem.code),
        "level": problem.severity,
        "message": {"text": text},
    }
    if problem.place is not None:
        place = problem.place
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ]
    return result


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file.replace("\\", "/"), safe="/")


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
