"""Problems with their places, and the exception that carries all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from steelyard.errors.codes import CODES
from steelyard.errors.printable import one_line
from steelyard.errors.translation import translate


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file: 1-based line and column, counted in characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in the input.

    `code` is a key of `CODES`. `what` states the problem, `expected` the valid input and `fix` how
    to correct it. A warning does not fail a check.
    """

    code: str
    what: str
    place: Place | None = None
    expected: str | None = None
    fix: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"problem code {self.code} is not in steelyard.errors.codes.CODES")

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """Return the problem in a language, with its place, on one line for each part."""
        place = f"{self.place}: " if self.place else ""
        lines = [f"{place}{self.code} {CODES[self.code].name}: {translate(self.what, language)}"]
        for label, said in (("expected: ", self.expected), ("fix: ", self.fix)):
            if said:
                lines.append(f"    {translate(label, language)}{translate(said, language)}")
        return "\n".join(map(one_line, lines))


class InvalidInput(Exception):  # noqa: N818 - an answer to the user, not a bug
    """Invalid input, with every problem in it, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """A list of problems, so that a stage reports all of them and not only the first."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        what: str,
        place: Place | None = None,
        *,
        expected: str | None = None,
        fix: str | None = None,
        warning: bool = False,
    ) -> None:
        """Add a problem."""
        severity: Literal["error", "warning"] = "warning" if warning else "error"
        self.found.append(Problem(code, what, place, expected, fix, severity))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems of another stage."""
        self.found.extend(problems)

    @property
    def errors(self) -> list[Problem]:
        """The problems that are not warnings."""
        return [problem for problem in self.found if problem.severity == "error"]

    def raise_any(self) -> None:
        """Raise `InvalidInput` with all problems if any of them is an error."""
        if self.errors:
            raise InvalidInput(self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)


def suggest(wrong: str, known: Iterable[str]) -> str | None:
    """Return "did you mean …?" with the most similar known name, or None."""
    from difflib import get_close_matches  # slow to import and needed only for errors

    near = get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else None
