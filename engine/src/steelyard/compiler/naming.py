"""The names that a condition may read besides facts: scores and outcomes of items."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from steelyard.language.expressions import Expression, Graph


@dataclass(slots=True)
class Names:
    """The readable names, filled in as the parts are compiled.

    `score.<dimension>`, `score.base`, `score.total`; `item.<id>.awarded`, `item.<id>.points`.
    """

    graph: Graph
    aliases: Mapping[str, str]
    known: dict[str, Expression] = field(default_factory=dict)
    expected: tuple[str, ...] = ()

    def stand_in(self, part: str) -> None:
        """Let a part that has problems be read, so that its readers are not blamed for it.

        Nothing of it reaches a plan: its problems are raised.
        """
        readable = (f"{part}.awarded", f"{part}.points") if part.startswith("item.") else (part,)
        for name in readable:
            value = Expression.constant(self.graph, name.endswith(".awarded") or 0)
            self.known.setdefault(
                name, value if name.endswith(".awarded") else value.in_unit("points")
            )

    def names(self) -> tuple[str, ...]:
        """Return every name that some condition may read."""
        return self.expected

    def resolve(self, name: str) -> Expression | None:
        """Return the value of a name that is not a fact, or None."""
        return self.known.get(self.canonical(name))

    def canonical(self, name: str) -> str:
        """Return a name with an item's or dimension's present id in it.

        Aliases stand for the item's present id, and `_` for `-` where no id has `_`.
        """
        root, _, rest = name.partition(".")
        if root not in ("item", "score") or name in self.expected:
            return name
        identity, dot, part = rest.partition(".")
        hyphened = identity.replace("_", "-")
        aliases = self.aliases if root == "item" else {}
        present = aliases.get(identity) or aliases.get(hyphened) or hyphened
        return f"{root}.{present}{dot}{part}"
