"""A trial of one item: an item type with its parameters, judged on facts.

It needs no book, except for a book's own facts and calendars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

from steelyard.book import Book, Selection, read_book
from steelyard.book.opening import facts_of
from steelyard.book.reading import read_ruleset
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Place
from steelyard.merchants.columns.rows import read_plain
from steelyard.merchants.rows import MerchantSchema, Reject
from steelyard.model.arguments import given_path
from steelyard.model.calendars import Calendar, common_days
from steelyard.model.facts import FactDeclaration
from steelyard.pipeline import PreparedPlan, prepare, score_merchant
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue, discover
from steelyard.scorecard.model import ItemResult

AS_OF = date(2026, 6, 15)
_FILE = "single-item.yaml"
_FIRST_DAY = date(2026, 1, 1)
_RULESET = """\
ruleset: single-item
version: "1"
title: {{en: Single item, zh: 单项}}
effective: {dates}
illustrative: true
score: {{range: [-1000000, 1000000], decimals: 2}}
"""
_FIXED_BASE = "base: {from: fixed, score: 0}\n"

Facts = Mapping[str, FactDeclaration]
Calendars = Mapping[str, Calendar]


def compile_item(
    item: str,
    catalogue: Catalogue,
    facts: Facts | None = None,
    industry: str = "trial",
    calendars: Calendars | None = None,
) -> Plan:
    """Compile a ruleset with a single item, given in YAML as a ruleset has it.

    With `calendars` it holds on the days that all of them have. Raises `InvalidInput` with every
    problem; their lines are those of that ruleset.
    """
    entry = indent(item.strip("\n"), "    ").lstrip()
    rules = f"{_FIXED_BASE}items:\n  - {entry}\n"
    return compile_rules(rules, catalogue, facts, industry, calendars)


def compile_rules(
    rules: str,
    catalogue: Catalogue,
    facts: Facts | None = None,
    industry: str = "trial",
    calendars: Calendars | None = None,
) -> Plan:
    """Compile a ruleset with the given lists of rules; see `compile_item`."""
    calendars = calendars or {}
    with TemporaryDirectory() as folder:
        path = Path(folder, _FILE)
        path.write_text(_RULESET.format(dates=_dates(calendars)) + rules, encoding="utf-8")
        layers = (read_ruleset(path, _FILE),)
    shared = {"calendars": calendars, "shipped": catalogue.shipped}
    selection = Selection(industry, None, None, AS_OF, layers, **shared)
    return compile_selection(selection, catalogue, facts or catalogue.facts)


def _dates(calendars: Calendars) -> str:
    """Return the dates on which a trial holds: days that all calendars have, if there are any."""
    days = common_days(calendars.values())
    if days is None:
        return f"{{from: {_FIRST_DAY}}}"
    first, last = map(date.fromordinal, days)
    return f"{{from: {first}, until: {last + timedelta(days=1)}}}"


@dataclass(frozen=True)
class Trial:
    """One item, given in YAML as a ruleset has it, to be judged on facts.

    Its type and facts are those of the installed plugins, or of a `catalogue`. `book` is the folder
    of a book whose facts and calendars are known too; the item is then judged on the days that all
    calendars of the book have.
    """

    item: str
    catalogue: Catalogue = field(default_factory=discover)
    book: Path | str | None = None

    @cached_property
    def _book(self) -> Book | None:
        return None if self.book is None else read_book(given_path(self.book, "book"))

    @cached_property
    def _facts(self) -> Facts:
        return self.catalogue.facts if self._book is None else facts_of(self._book, self.catalogue)

    @cached_property
    def _prepared(self) -> PreparedPlan:
        calendars = None if self._book is None else self._book.calendars
        industry = self._industries[0]
        plan = compile_item(self.item, self.catalogue, self._facts, industry, calendars)
        return prepare(plan, advise=False)

    @property
    def _industries(self) -> tuple[str, ...]:
        return ("trial",) if self._book is None else self._book.industry_ids

    def judge(self, facts: Mapping[str, Any], *, as_of: date | str = AS_OF) -> ItemResult:
        """Return the outcome, points and requirements of the item for a merchant.

        `facts` are values as a merchant file has them, by name; numbers may be `Decimal`. Raises
        `InvalidInput` for an item that does not compile, and for facts that are not valid.
        """
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        shop_types = () if self._book is None else self._book.shop_type_ids
        known = MerchantSchema(tuple(self._facts.values()), self._industries, shop_types)
        data = {"merchant": "trial", "industry": self._industries[0], **facts}
        merchant = read_plain(data, 1, Place("trial"), known)
        if isinstance(merchant, Reject):
            raise InvalidInput(merchant.problems)
        result = score_merchant(self._prepared, merchant, day)
        if result.scorecard is None:  # a required fact is absent
            raise InvalidInput(result.reject.problems if result.reject else ())
        return result.scorecard.items[0]
