"""Lookup of the names in one condition; each problem has the place of its part of the text."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from steelyard.errors import Problem, suggest
from steelyard.language.conditions.condition import Condition
from steelyard.language.conditions.tree import Name, Number, Operation, TextValue, Tree, parts_of
from steelyard.language.conditions.values import Value
from steelyard.language.expressions import Expression, ExpressionError, Graph, Groups, RecordList


class Scope(Protocol):
    """The names that a condition may read besides the facts of the graph."""

    @property
    def graph(self) -> Graph:
        """The nodes that the condition is added to."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return every name that some condition may read, for suggestions."""
        ...

    def resolve(self, name: str) -> Expression | RecordList | None:
        """Return the value of a dotted name that is not a fact, or None."""
        ...


@dataclass(frozen=True, slots=True)
class FactScope:
    """A scope that has only facts."""

    graph: Graph

    def names(self) -> tuple[str, ...]:
        """Return no names: those of the facts are in the graph."""
        return ()

    def resolve(self, name: str) -> None:
        """Return None for every name, because this scope has only facts."""
        del name


def unknown_name(path: str, scope: Scope, variable: str, beside: object) -> tuple[str, str | None]:
    """Return an error text for a name that cannot be read, and the fix.

    `variable` names the record in a test over records, or is empty; `beside` is the value that the
    name is compared with, or None.
    """
    known = scope.names()
    if path in known:
        what = f"{path} cannot be read here: it is decided later"
        if path == "score.total":
            return what, "only badges can read score.total"
        return what, "exemptions and vetoes come first, and can read facts and values of facts only"
    what = f"unknown name {path!r}"
    if isinstance(beside, Expression) and path in beside.type.values:
        return what, f'if the value is meant, put it in quotes: "{path}"'
    return what, suggest(path, (*scope.graph.facts, *known, "as_of", *filter(None, [variable])))


def fields_of(records: RecordList, variable: str) -> str:
    """Return the fields of records that a condition can read, spelled as in a condition."""
    fields = records.graph.facts[records.name].fields
    return ", ".join(f"{variable}.{field.name}" for field in fields)


View = RecordList | Groups
_T = TypeVar("_T")


@dataclass(slots=True)
class Lookup:
    """The names that one condition may read, and its problems so far.

    A method notes a problem and returns None if it fails. The keys of `problems` are offset and
    text, so that no problem is reported twice.
    """

    condition: Condition
    scope: Scope
    problems: dict[tuple[int, str], Problem] = field(default_factory=dict)
    records: View | None = None  # the list that the present test goes over
    variable: str = ""  # the name of the record, or of the group, in that test
    outer: frozenset[str] = frozenset()  # the names of the records of tests around it

    @property
    def graph(self) -> Graph:
        """The nodes that the condition is added to."""
        return self.scope.graph

    # --- problems

    def note(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> None:
        """Note a problem at an offset, once."""
        problem = self.condition.source.problem(code, what, at, expected, fix)
        self.problems.setdefault((at, what), problem)

    def made(self, tree: Tree, make: Callable[[], _T], about: Iterable[Tree] = ()) -> _T | None:
        """Return the result of `make`, with the place of the tree; note an error, then return None.

        `about` are the parts of the tree that may contain the literal that an error is about.
        """
        try:
            with self.graph.at(self.condition.source.place(tree.at)):
                return make()
        except ExpressionError as error:
            at = _culprit(error.code, about) or tree
            self.note(error.code, error.what, at.at, fix=error.fix)
            return None

    # --- names

    def name(self, tree: Name, beside: Value | None = None) -> Expression | None:
        """Return the value of a name; errors mention `beside`, the value it is compared with."""
        path = tree.path
        root, _, rest = path.partition(".")
        if self.records is not None and root == self.variable:
            return self.whole_or_field(tree, self.records, rest)
        if root in self.outer:
            return self.of_outer(tree)
        if path == "as_of":
            return self.made(tree, lambda: Expression.as_of(self.graph))
        if path in self.graph.facts or path in self.graph.values:
            return self.made(tree, lambda: Expression.fact(self.graph, path))
        value = self.scope.resolve(path)
        if isinstance(value, Expression):
            return value
        if value is None:
            self.unknown(tree, beside)
        else:
            what = f"{path} is a list of records, not one value"
            self.note("SY402", what, tree.at, fix="ask with exists, all or size")
        return None

    def unknown(self, tree: Name, beside: Value | None = None) -> None:
        """Note a problem: the name is unknown."""
        what, fix = unknown_name(tree.path, self.scope, self.variable, beside)
        self.note("SY403", what, tree.at, fix=fix)

    def of_outer(self, tree: Name) -> None:
        """Note a problem: a name is of the record of a test around the present one."""
        root = tree.path.partition(".")[0]
        self.note(
            "SY402",
            f"{root} is the record of the test outside",
            tree.at,
            fix=f"relate the lists by one equality: exists(p, p.store == {root}.id && ...)",
        )

    def whole_or_field(self, tree: Name, records: View, field_name: str) -> Expression | None:
        """Return a field of the record, or the key of a group; neither is a value itself ("")."""
        if isinstance(records, Groups):
            if field_name == "key":
                return records.key
            what = f"{self.variable} is a list of records, which have something in common"
            expected = f"{self.variable}.key, or a value of the list: {self.variable}.size()"
            self.note("SY402", what, tree.at, expected)
            return None
        if field_name:
            return self.made(tree, lambda: records.field(field_name))
        expected = f"one of its fields: {fields_of(records, self.variable)}"
        self.note("SY402", f"{tree.path} is a whole record", tree.at, expected)
        return None

    def list_named(self, tree: Tree) -> RecordList | None:
        """Return the list of records of a name."""
        assert isinstance(tree, Name)
        if tree.path == self.variable and isinstance(self.records, Groups):
            return self.records.members
        if tree.path in self.outer:
            return self.of_outer(tree)
        if tree.path in self.graph.facts:
            return self.made(tree, lambda: RecordList.fact(self.graph, tree.path))
        value = self.scope.resolve(tree.path)
        if isinstance(value, RecordList):
            return value
        if value is None:
            self.unknown(tree)
        else:
            self.note("SY402", f"{tree.path} is one value, not a list of records", tree.at)
        return None

    @contextmanager
    def about(self, records: View, variable: str) -> Iterator[None]:
        """Define the variable that names the record or group, inside the block."""
        before = self.records, self.variable, self.outer
        outside = {*self.outer, *filter(None, [self.variable])} - {variable}
        self.records, self.variable, self.outer = records, variable, frozenset(outside)
        try:
            yield
        finally:
            self.records, self.variable, self.outer = before


def _culprit(code: str, about: Iterable[Tree]) -> Tree | None:
    """Return the only literal that an error about digits or named values can refer to, or None."""
    kind = {"SY404": Number, "SY405": TextValue}.get(code)
    if kind is None:
        return None
    literals = [part for part in about if isinstance(_unsigned(part), kind)]
    return literals[0] if len(literals) == 1 else None


def _unsigned(tree: Tree) -> Tree:
    if isinstance(tree, Operation) and tree.operator == "-" and len(tree.operands) == 1:
        return parts_of(tree)[0]
    return tree
