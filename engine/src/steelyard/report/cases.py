"""How a book's cases went: each that failed with its differences, and the counts."""

from collections.abc import Sequence
from typing import Any, Protocol

from steelyard.errors import Place


class CaseLike(Protocol):
    """One case that was run."""

    @property
    def name(self) -> str:
        """What the case is called."""
        ...

    @property
    def place(self) -> Place:
        """Where it stands."""
        ...

    @property
    def differences(self) -> tuple[str, ...]:
        """How the result differs from what was expected; nothing if it holds."""
        ...


def failure_text(case: CaseLike) -> str:
    """Return what is said of a case that failed: its place and name, and every difference."""
    lines = [f"{case.place}: {case.name}", *(f"    {one}" for one in case.differences)]
    return "".join(f"{line}\n" for line in lines)


def cases_text(book: str, cases: Sequence[CaseLike]) -> str:
    """Return every failure, and how many cases passed."""
    failed = [case for case in cases if case.differences]
    text = "".join(failure_text(case) for case in failed)
    if not cases:
        return f"{book}: no cases\n"
    return f"{text}{book}: {len(cases) - len(failed)} cases passed, {len(failed)} failed\n"


def cases_json(cases: Sequence[CaseLike]) -> dict[str, Any]:
    """Return every case as plain data."""
    failed = sum(bool(case.differences) for case in cases)
    return {
        "passed": len(cases) - failed,
        "failed": failed,
        "cases": [
            {
                "name": case.name,
                "file": case.place.file,
                "line": case.place.line,
                "passed": not case.differences,
                "differences": list(case.differences),
            }
            for case in cases
        ],
    }
