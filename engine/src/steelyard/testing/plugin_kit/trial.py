"""Rulesets of one item, to try what an item type does with some parameters."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import indent

from steelyard.book import Selection
from steelyard.book.reading import read_ruleset
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Problem
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Item, Plan
from steelyard.plugins.discovery import Catalogue
from steelyard.testing.plugin_kit.verdicts import NotRunError

FILE = "trial.yaml"
AS_OF = date(2026, 6, 15)
_OVER = "SY213"  # a build took more time or memory than it may
_HEAD = """\
ruleset: trial
version: "1"
title: {en: Trial, zh: 试用}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [-1000000, 1000000], decimals: 2}
base: {from: fixed, score: 0}
items:
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where items are tried: a folder that may be written to, and what is known there."""

    folder: Path
    catalogue: Catalogue
    facts: dict[str, FactDeclaration]
    industry: str
    over: list[str] = field(default_factory=list[str])

    def compile(self, item: str) -> Plan:
        """Compile a ruleset with one item, written as it stands in a ruleset.

        Raises `InvalidInput` with every problem; their places are lines of the trial ruleset.
        """
        entry = indent(item.strip("\n"), "    ").lstrip()
        path = self.folder / FILE
        path.write_text(f"{_HEAD}  - {entry}\n", encoding="utf-8")
        file = read_ruleset(path, FILE)
        selection = Selection(self.industry, None, None, AS_OF, (file,))
        return compile_selection(selection, self.catalogue, self.facts)

    def attempt(self, item: str) -> "Plan | tuple[Problem, ...]":
        """Return the plan of a ruleset with one item, or what is wrong with it.

        Raises `NotRunError` once a build was over its limits: each further one could take as long.
        `over` says which build that was.
        """
        if self.over:
            raise NotRunError(self.over[0])
        try:
            return self.compile(item)
        except InvalidInput as error:
            slow = [str(one) for one in error.problems if one.code == _OVER]
            self.over.extend(slow[:1])
            return error.problems


def item_text(item_type: str, parameters: str) -> str:
    """Return an item of a type, as it stands in a ruleset; parameters are YAML in one line."""
    return (
        f"id: item\ntype: {item_type}\ntitle: {{en: Item, zh: 项目}}\n"
        f"with: {parameters}\nillustrative: true\n"
    )


def only_item(plan: Plan) -> Item:
    """Return the one item of a trial's plan."""
    return plan.items[0]


def flow(value: object) -> str:
    """Return plain data as YAML in one line; numbers keep their digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "null" if value is None else str(value)
