"""A parsed condition and the places of its parts in the file."""

from dataclasses import dataclass

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.language.conditions.checks import SyntaxMistake, check
from steelyard.language.conditions.syntax import read_tree
from steelyard.language.conditions.tree import Tree, names_read
from steelyard.model.limits import MAX_CONDITION_CHARACTERS


@dataclass(frozen=True, slots=True)
class Read:
    """A name that a condition reads, and where; `str()` gives the name."""

    name: str
    place: Place

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a condition and its place in the file.

    `origin` is the place of its first character. `exact` is false if the characters of the text do
    not follow each other in the file (a YAML block); then errors can name the origin only.
    """

    text: str
    origin: Place
    exact: bool = True

    def place(self, at: int) -> Place:
        """Return the place in the file of the character at an offset."""
        if not self.exact:
            return self.origin
        return Place(self.origin.file, self.origin.line, self.origin.column + at)

    def problem(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> Problem:
        """Return a problem at an offset."""
        if not self.exact:
            line = self.text.count("\n", 0, at) + 1
            column = at - (self.text.rfind("\n", 0, at) + 1) + 1
            what = f"{what} (at line {line}, column {column} of the condition)"
        return Problem(code, what, self.place(at), expected, fix)


@dataclass(frozen=True, slots=True)
class Condition:
    """A well-formed condition, whose names and types are not yet checked."""

    source: Source
    tree: Tree
    whole: str | None = None  # the name of the count that `share(part)` is a share of

    @property
    def text(self) -> str:
        """The text as it was written."""
        return self.source.text

    @property
    def origin(self) -> Place:
        """The place of the first character."""
        return self.source.origin

    def reads(self) -> tuple[Read, ...]:
        """Return the names that the condition reads, each once, in order of first occurrence.

        These are names of facts, scores and items; not `as_of`, and not the variables of `exists`.
        """
        reads: dict[str, Read] = {}
        for name in names_read(self.tree):
            if name.path != "as_of":
                reads.setdefault(name.path, Read(name.path, self.source.place(name.at)))
        return tuple(reads.values())


def parse(
    text: str,
    origin: Place,
    *,
    quoted: bool = False,
    block: bool = False,
    whole: str | None = None,
) -> Condition:
    """Parse a condition.

    `origin` is the place of the YAML scalar that holds it; `quoted` is true if a quote is
    the first character there. If the text spans lines, or is a YAML `block`, problems name the
    origin and count lines and columns inside the condition. `whole` is the name of a count that is
    always present; with it, conditions can use the function `share(part)`, the share of that count.

    Raises `InvalidInput`: SY401 (not well-formed), SY407 (too long or deep), SY408 (CEL, but not
    in the subset; every such part is named).
    """
    exact = not block and "\n" not in text
    if quoted and exact:
        origin = Place(origin.file, origin.line, origin.column + 1)
    source = Source(text, origin, exact)
    if len(text) > MAX_CONDITION_CHARACTERS:
        mistake = SyntaxMistake(
            "SY407",
            f"the condition has {len(text)} characters; max {MAX_CONDITION_CHARACTERS}",
            0,
            fix="split it into several requirements",
        )
        raise InvalidInput([_problem(source, mistake)])
    try:
        tree = read_tree(text)
    except SyntaxMistake as mistake:
        raise InvalidInput([_problem(source, mistake)]) from None
    mistakes = sorted(check(tree, shares=whole is not None), key=lambda mistake: mistake.at)
    if mistakes:
        raise InvalidInput([_problem(source, mistake) for mistake in mistakes])
    return Condition(source, tree, whole)


def _problem(source: Source, mistake: SyntaxMistake) -> Problem:
    return source.problem(mistake.code, mistake.what, mistake.at, mistake.expected, mistake.fix)
