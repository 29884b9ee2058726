"""Plans as text for review, with useful diffs between versions.

No line has the index of a node: a change in one rule changes the lines of that rule alone. The
layout is the template `templates/plan.txt`.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial
from textwrap import indent

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.numbers import format_scaled
from steelyard.model.outcomes import REQUIREMENT_STATUSES
from steelyard.model.rollout import SHARE_DECIMALS, Rollout
from steelyard.model.texts import prose_in
from steelyard.model.types import DATE
from steelyard.plan.infix import literal, render
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Item, Plan, Requirement, Tier


def plan_text(plan: Plan) -> str:
    """Return the text of a plan; equal plans have equal texts."""
    return _Page(plan, labels_of(plan)).text()


def item_lines(plan: Plan, item: Item) -> str:
    """Return the lines of one item in the text of a plan."""
    return _Page(plan, labels_of(plan)).item(item)


def labels_of(plan: Plan) -> dict[int, str]:
    """Return the label of each node that has a line of its own in the text."""
    page = _Page(plan, {}, only_labels=True)
    page.text()
    return page.labels


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("steelyard.plan"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a text, not a page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["inside"] = lambda lines: indent(lines, "  ")
    environment.filters["english"] = partial(prose_in, "en")
    return environment.get_template("plan.txt")


@frozen
class _Page:
    """A plan and the functions that its template calls for values.

    With `only_labels`, the template only collects labels, and the text has no values.
    """

    plan: Plan
    labels: dict[int, str]
    only_labels: bool = False

    def text(self) -> str:
        return _template().render(self.names())

    def item(self, item: Item) -> str:
        """Return the lines of one item."""
        macros = _template().make_module(self.names())
        return str(vars(macros)["items"]([item]))

    def names(self) -> dict[str, object]:
        """Return the plan, and the functions that the template calls."""
        return {
            "plan": self.plan,
            "value": self.value,
            "ranged": self.ranged,
            "status": self.status,
            "tier_limit": self.tier_limit,
            "days_off": self.days_off,
            "declared": _declared,
            "share": _share,
        }

    def value(self, name: str, index: int | None, label: str = "") -> str:
        """Return the expression of a value, followed by its named parts.

        If the value has another label, return that label instead of the expression.
        """
        return self._lines(name, index, label, "")

    def ranged(self, name: str, index: int, label: str = "") -> str:
        """Return a number's expression with its proved range."""
        return self._lines(name, index, label, f"  in {interval_text(self.plan.nodes[index])}")

    def _lines(self, name: str, index: int | None, label: str, note: str) -> str:
        if index is None:
            return ""
        if self.only_labels:
            # a plain fact or constant is clearer without a name
            if label and self.plan.nodes[index].args:
                self.labels.setdefault(index, label)
            return ""
        known = self.labels.get(index, label)
        if known != label:
            return f"{name}: {known}{note}\n"
        rendered = render(self.plan.nodes, index, self.labels)
        parts = "".join(f"  {part} = {text}\n" for part, text in rendered.parts)
        return f"{name}: {rendered.text}{note}\n{parts}"

    def status(self, requirement: Requirement) -> str:
        """Return the tests of a requirement: that it is met, and that it is assessed and known."""
        parts = parts_of_status(self.plan.nodes, requirement.status)
        if parts is None:
            return self.value("status", requirement.status)
        return "".join(self.value(word, parts.get(word)) for word in ("test", "assessed", "known"))

    def days_off(self, calendar: str) -> list[tuple[str, str]]:
        """Return the days off of a calendar that the plan knows, by month: `2026-02`, `1 7 8`."""
        months: dict[str, list[str]] = {}
        for day in sorted(set(days_off_of(self.plan.nodes, calendar))):
            month, _, number = literal(day, DATE).rpartition("-")
            months.setdefault(month, []).append(number.lstrip("0"))
        return [(month, " ".join(days)) for month, days in months.items()]

    def tier_limit(self, tier: Tier) -> str:
        """Return the lowest score of a tier."""
        if tier.at_least is None:
            return "otherwise"
        limit = self.plan.nodes[tier.at_least]
        return f"from {literal(limit.value, limit.type)}"


def days_off_of(nodes: Iterable[Node], calendar: str) -> Iterator[int]:
    """Yield the days off of a calendar in each node that counts working days by it."""
    for node in nodes:
        if node.op == "working_days" and node.mode == calendar:
            yield from node.members


def parts_of_status(nodes: tuple[Node, ...], index: int) -> dict[str, int] | None:
    """Return the tests that a status consists of; None for an unusual form."""
    tests: dict[str, int] = {}
    node = nodes[index]
    while node.op == "if":
        test, then, otherwise = node.args
        last = _status(nodes[otherwise])
        if last == "not_met" and _status(nodes[then]) == "met" and "test" not in tests:
            tests["test"] = test
            return tests
        word = {"no_data": "known", "skipped": "assessed"}.get(last)
        if word is None or word in tests:
            return None
        tests[word] = test
        node = nodes[then]
    return None


def _status(node: Node) -> str:
    known = node.op == "constant" and node.type.values == REQUIREMENT_STATUSES
    return REQUIREMENT_STATUSES[node.value] if known else ""


def interval_text(node: Node) -> str:
    """Return the proved range of a node: `[0, 5]`."""
    if node.type.kind != "number":
        return f"[{literal(node.low, node.type)}, {literal(node.high, node.type)}]"
    ends = (format_scaled(end, node.type.decimals, trim=True) for end in (node.low, node.high))
    return f"[{', '.join(ends)}]"


def _declared(fact: FactDeclaration | FieldDeclaration) -> str:
    if isinstance(fact, FactDeclaration) and fact.type == "records":
        return f"records, at most {fact.max_records}, told apart by {', '.join(fact.key) or '—'}"
    if fact.type == "id":
        return "id"
    kind = fact.value_type
    if fact.type in ("bool", "enum"):
        return str(kind) if fact.type == "bool" else f"enum({', '.join(fact.values)})"
    return f"{kind} [{literal(fact.low, kind)}, {literal(fact.high, kind)}]"


def _share(rollout: Rollout) -> str:
    return format_scaled(rollout.share, SHARE_DECIMALS, trim=True)
