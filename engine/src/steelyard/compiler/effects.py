"""Warnings about parts of a ruleset that have no effect, each proved from the plan.

They are numbers that a value cannot reach, conditions that never or always hold, rows that are
never read, and items that are never awarded. Such a ruleset is valid; in most cases it does not say
what its author meant, for example 95 for a share of 0.95.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from steelyard.compiler.conditions import BuiltAward, Names
from steelyard.errors import Place, Problem
from steelyard.formats import Located
from steelyard.language.expressions import Doubt, Expression, Graph, defined
from steelyard.model.numbers import format_scaled
from steelyard.plan.bounds import REASONS, bounds
from steelyard.plan.infix import literal, render
from steelyard.plan.nodes import nodes_below
from steelyard.plan.satisfiable import Wanted, can_hold
from steelyard.plan.structure import Plan
from steelyard.plan.trace import trace_nodes

_CODE = "SY506"
_MOST_SHOWN = 80  # characters of a condition in a warning


def without_effect(plan: Plan, names: Names) -> list[Problem]:
    """Return a warning for each part without effect, in no particular order.

    `plan` is the compiled plan with all nodes of the graph of `names`.
    """
    finder = _Finder(plan, names)
    return [*finder.doubts(), *finder.conditions(), *finder.rows(), *_never_awarded(plan)]


def _never_awarded(plan: Plan) -> Iterator[Problem]:
    places = {item.id: item.place for item in (*plan.items, *plan.deductions)}
    for part in bounds(plan).never_awarded:
        what = f"{part.kind} {part.id} is never awarded: {REASONS[part.reason]}"
        yield _warning(_CODE, what, places[part.id], fix="correct its conditions, or remove it")


def _warning(code: str, what: str, place: Place | None, *, fix: str | None = None) -> Problem:
    return Problem(code, what, place, fix=fix, severity="warning")


@dataclass(slots=True)
class _Finder:
    plan: Plan
    names: Names
    graph: Graph = field(init=False)
    labels: dict[int, str] = field(init=False)
    told: set[int] = field(default_factory=set)  # comparisons with a warning of their own

    def __post_init__(self) -> None:
        self.graph = self.names.graph
        known = self.names.known.items()
        self.labels = {made.index: name for name, made in known if made.node.args}

    # --- numbers out of reach

    def doubts(self) -> Iterator[Problem]:
        """Yield a warning for every number that the value beside it cannot reach."""
        used = set(nodes_below(self.graph.nodes, trace_nodes(self.plan)))
        for doubt in self.graph.doubts:
            node = self.graph.nodes[doubt.node]
            is_lowest_tier = doubt.subject == self.plan.total.score and node.low == 1
            if doubt.node in used and not is_lowest_tier:
                self.told.add(doubt.node)
                yield _warning(_CODE, self._doubt(doubt), doubt.place, fix=self._fix(doubt))

    def _doubt(self, doubt: Doubt) -> str:
        node = self.graph.nodes[doubt.node]
        subject, limit = self.graph.nodes[doubt.subject], self.graph.nodes[doubt.limit]
        low, high = (literal(end, subject.type) for end in (subject.low, subject.high))
        value = self._text(doubt.subject) or "the value beside it"
        if node.type.kind != "bool":
            what = f"no value reaches the knot {literal(limit.value, limit.type)}"
        elif node.low == node.high:
            verdict = "always holds" if node.low else "never holds"
            test = self._text(doubt.node)
            what = f"`{test}` {verdict}" if test else f"this comparison {verdict}"
        else:
            what = f"no value equals {literal(limit.value, limit.type)}"
        return f"{what}: {value} is from {low} to {high}"

    def _fix(self, doubt: Doubt) -> str | None:
        subject, limit = self.graph.nodes[doubt.subject], self.graph.nodes[doubt.limit]
        below = subject
        while below.op == "scale_up":  # it may have taken the unit away
            below = self.graph.nodes[below.args[0]]
        is_share = below.type.unit == "share" and below.op in ("fact", "field", "divide", "minimum")
        if not is_share or limit.value <= max(subject.high, 10**limit.type.decimals):
            return None  # only a number above 1 can be meant as a percentage
        share = Decimal(limit.value).scaleb(-limit.type.decimals - 2)
        low, high = (
            Decimal(end).scaleb(-subject.type.decimals) for end in (subject.low, subject.high)
        )
        if not low <= share <= high:
            return None
        written = format_scaled(limit.value, limit.type.decimals, trim=True)
        return f"write a share as a decimal: {format(share.normalize(), 'f')} instead of {written}"

    def _text(self, index: int) -> str:
        """Return a value as a condition; "" if it is too long."""
        rendered = render(self.graph.nodes, index, self.labels)
        short = not rendered.parts and len(rendered.text) <= _MOST_SHOWN
        own = self.labels.get(index)
        return own or (rendered.text if short else "")

    # --- conditions

    def conditions(self) -> Iterator[Problem]:
        """Yield a warning for every condition that never or always holds."""
        for phrase, test in self.names.lowered:
            yield from self._settled(phrase, test)
        for built in self.names.awards:
            award = built.award
            written = {test.index: phrase for phrase, test in reversed(built.phrases)}
            for part in (*award.requirements, *award.gates, *filter(None, [award.scope])):
                phrase = written.get(part.test.index)
                if phrase is not None:
                    yield from self._settled(phrase, part.test)
                elif self._is_silent(part.test) and not self._can_hold((part.test.index, True)):
                    yield _warning(_CODE, f"the requirement {part.id} never holds", built.place)

    def _settled(self, phrase: Located, test: Expression) -> Iterator[Problem]:
        """Yield a warning for a written condition that has one result for all merchants."""
        index, text = test.index, _shown(phrase)
        if not self._is_silent(test):
            return
        if not self._can_hold((index, True)):
            yield _warning(_CODE, f"`{text}` never holds", phrase.place)
        elif not self._can_hold((index, False), (defined(test).index, True)):
            yield _warning(_CODE, f"`{text}` always holds", phrase.place)

    def _is_silent(self, test: Expression) -> bool:
        """Return whether a test is no constant, and has no warning about a part of it."""
        below = nodes_below(self.graph.nodes, [test.index])
        return test.node.op != "constant" and not self.told & set(below)

    def _can_hold(self, *wanted: Wanted) -> bool:
        return can_hold(self.graph.nodes, wanted)

    # --- rows of tables

    def rows(self) -> Iterator[Problem]:
        """Yield a warning for every row of an item's table that is never read."""
        for built in self.names.awards:
            known = (defined(built.award.points).index, True)
            for tests in self._tables(built.award.points.index):
                yield from self._unread(tests, known, built)

    def _unread(self, tests: Sequence[int], known: Wanted, built: BuiltAward) -> Iterator[Problem]:
        phrases = [self._phrase(tests, number, built) for number in range(len(tests))]
        for number, test in enumerate(tests):
            above = [(earlier, False) for earlier in tests[:number]]
            below = nodes_below(self.graph.nodes, [test])
            if self.told & set(below) or self._can_hold(known, *above, (test, True)):
                continue
            phrase = phrases[number]
            what = f"the row `{_shown(phrase) if phrase else self._text(test)}` is never read: "
            if not self._can_hold((test, True)):
                what += "its condition never holds"
            else:
                given = (defined(Expression(self.graph, test)).index, True)
                first = next(
                    (n for n in range(number) if not self._can_hold(given, above[n], (test, True))),
                    None,
                )
                other = None if first is None else phrases[first]
                what += "whoever meets it meets "
                what += f"`{_shown(other)}` at {other.place} first" if other else "a row above it"
            place = phrase.place if phrase else built.place
            fix = "put the narrower row first, or remove one of the two"
            yield _warning("SY312", what, place, fix=fix)

    def _phrase(self, tests: Sequence[int], number: int, built: BuiltAward) -> Located | None:
        """Return the condition of a row; equal rows have their own, in the order of the file."""
        alike = [phrase for phrase, test in built.phrases if test.index == tests[number]]
        nth = tests[:number].count(tests[number])
        return alike[min(nth, len(alike) - 1)] if alike else None

    def _tables(self, root: int) -> Iterator[list[int]]:
        """Yield the tests of every chain of choices below a node, each from its first row."""
        rows = {
            index: self._otherwise(index)
            for index in nodes_below(self.graph.nodes, [root])
            if self.graph.nodes[index].op == "if"
        }
        for index in rows.keys() - set(rows.values()) if rows else ():
            tests: list[int] = []
            row: int | None = index
            while row in rows:
                assert row is not None
                tests.append(self.graph.nodes[row].args[0])
                row = rows[row]
            yield tests

    def _otherwise(self, index: int) -> int:
        """Return the last branch of a choice, below changes of scale."""
        branch = self.graph.nodes[index].args[2]
        while self.graph.nodes[branch].op == "scale_up":
            branch = self.graph.nodes[branch].args[0]
        return branch


def _shown(phrase: Located) -> str:
    text = " ".join(str(phrase.value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
