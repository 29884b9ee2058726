"""Problems as SARIF 2.1.0, which code hosts and editors show next to the lines."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from steelyard.errors import CODES, Problem
from steelyard.errors.printable import one_line

NO_URIS: Mapping[str, str] = MappingProxyType({})


def problems_sarif(
    problems: Sequence[Problem], version: str, uris: Mapping[str, str] = NO_URIS
) -> dict[str, Any]:
    """Return problems as a SARIF 2.1.0 log of one run; `version` is the tool's.

    `uris` maps the files of places to their URIs, as far as these differ from the names.
    """
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
                "results": [_result(problem, used, uris) for problem in problems],
            }
        ],
    }


def _result(problem: Problem, used: Sequence[str], uris: Mapping[str, str]) -> dict[str, Any]:
    text = problem.what
    if problem.expected:
        text += f"; expected: {problem.expected}"
    if problem.fix:
        text += f"; fix: {problem.fix}"
    text = one_line(text)
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
                    "artifactLocation": {"uri": uris.get(place.file) or _uri(place.file)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ]
    return result


def _uri(file: str) -> str:
    return quote(file.replace("\\", "/"), safe="/", errors="surrogateescape")


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
