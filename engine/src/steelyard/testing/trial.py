"""A trial of one item: an item type with its parameters, judged on facts without a book."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

from steelyard.book import Selection
from steelyard.book.reading import read_ruleset
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Place
from steelyard.merchants.columns.rows import read_plain
from steelyard.merchants.rows import MerchantSchema, Reject
from steelyard.model.facts import FactDeclaration
from steelyard.pipeline import PreparedPlan, prepare, score_merchant
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue, discover
from steelyard.scorecard.model import ItemResult

AS_OF = date(2026, 6, 15)
_FILE = "single-item.yaml"
_RULESET = """\
ruleset: single-item
version: "1"
title: {en: Single item, zh: 单项}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [-1000000, 1000000], decimals: 2}
base: {from: fixed, score: 0}
items:
"""


def compile_item(
    item: str,
    catalogue: Catalogue,
    facts: Mapping[str, FactDeclaration] | None = None,
    industry: str = "trial",
) -> Plan:
    """Compile a ruleset with a single item, given in YAML as a ruleset has it.

    Raises `InvalidInput` with every problem; their lines are those of that ruleset.
    """
    entry = indent(item.strip("\n"), "    ").lstrip()
    with TemporaryDirectory() as folder:
        path = Path(folder, _FILE)
        path.write_text(f"{_RULESET}  - {entry}\n", encoding="utf-8")
        selection = Selection(industry, None, None, AS_OF, (read_ruleset(path, _FILE),))
    return compile_selection(selection, catalogue, facts or catalogue.facts)


@dataclass(frozen=True)
class Trial:
    """One item, given in YAML as a ruleset has it, to be judged on facts.

    Its type and facts are those of the installed plugins, or of a `catalogue`.
    """

    item: str
    catalogue: Catalogue = field(default_factory=discover)

    @cached_property
    def _prepared(self) -> PreparedPlan:
        return prepare(compile_item(self.item, self.catalogue), advise=False)

    def judge(self, facts: Mapping[str, Any], *, as_of: date | str = AS_OF) -> ItemResult:
        """Return the outcome, points and requirements of the item for a merchant.

        `facts` are values as a merchant file has them, by name; numbers may be `Decimal`. Raises
        `InvalidInput` for an item that does not compile, and for facts that are not valid.
        """
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        known = MerchantSchema(tuple(self.catalogue.facts.values()), ("trial",), ())
        data = {"merchant": "trial", "industry": "trial", **facts}
        merchant = read_plain(data, 1, Place("trial"), known)
        if isinstance(merchant, Reject):
            raise InvalidInput(merchant.problems)
        result = score_merchant(self._prepared, merchant, day)
        if result.scorecard is None:  # a required fact is absent
            raise InvalidInput(result.reject.problems if result.reject else ())
        return result.scorecard.items[0]
