"""The names that a condition may read, and the error for an unknown name."""

from dataclasses import dataclass
from typing import Protocol

from steelyard.errors import suggest
from steelyard.language.expressions import Expression, Graph, RecordList


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
    """A scope with nothing but facts."""

    graph: Graph

    def names(self) -> tuple[str, ...]:
        """Return no name: the graph knows the facts."""
        return ()

    def resolve(self, name: str) -> None:
        """Return None, whatever the name: there is nothing but facts."""
        del name


def unknown_name(path: str, scope: Scope, variable: str, beside: object) -> tuple[str, str | None]:
    """Return what is wrong with a name that cannot be read, and the fix.

    `variable` names the record in a test over records, or is empty; `beside` is the value that the
    name is compared with, or None.
    """
    known = scope.names()
    if path in known:
        what = f"{path} cannot be read here: it is decided later"
        if path == "score.total":
            return what, "only badges can read score.total"
        return what, "exemptions and vetoes come first, and can read facts only"
    what = f"nothing is called {path}"
    if isinstance(beside, Expression) and path in beside.type.values:
        return what, f'if the value is meant, put it in quotes: "{path}"'
    return what, suggest(path, (*scope.graph.facts, *known, "as_of", *filter(None, [variable])))


def fields_of(records: RecordList, variable: str) -> str:
    """Return the fields of some records that a condition can read, as it would write them."""
    fields = records.graph.facts[records.name].fields
    return ", ".join(f"{variable}.{field.name}" for field in fields if field.type != "id")
