"""The part of a book that merchants are read against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from steelyard.formats import Located
from steelyard.merchants.rows.merchants import Merchant, Reject
from steelyard.merchants.rows.names import sections
from steelyard.merchants.rows.reading import row_reader
from steelyard.model.facts import FactDeclaration


@dataclass(frozen=True)
class MerchantSchema:
    """The facts, industries and shop types of a book; the first shop type is the default."""

    facts: tuple[FactDeclaration, ...]
    industries: tuple[str, ...]
    shop_types: tuple[str, ...]

    def __getstate__(self) -> dict[str, object]:
        # without the cached properties
        names = ("facts", "industries", "shop_types")
        return {name: getattr(self, name) for name in names}

    @cached_property
    def declarations(self) -> Mapping[str, FactDeclaration]:
        """The facts by name."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def sections(self) -> frozenset[str]:
        """The proper prefixes of fact names: `quality` for `quality.low_rating_share`."""
        return sections(self.declarations)

    @cached_property
    def read_row(self) -> Callable[[int, Located], Merchant | Reject]:
        """The row reader: from a row's number and its data to a merchant, or its rejection."""
        return row_reader(self.declarations, industries=self.industries, shop_types=self.shop_types)
