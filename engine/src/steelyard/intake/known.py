"""What reading merchants needs to know of a book."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from steelyard.model.facts import FactDeclaration


@dataclass(frozen=True)
class Known:
    """The facts, industries and shop types of a book; the first shop type is the default."""

    facts: tuple[FactDeclaration, ...]
    industries: tuple[str, ...]
    shop_types: tuple[str, ...]

    @cached_property
    def declarations(self) -> Mapping[str, FactDeclaration]:
        """The facts by name."""
        return {fact.id: fact for fact in self.facts}
