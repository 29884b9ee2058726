"""Comparisons of a requirement for explanations, from the test as its author wrote it."""

from dataclasses import dataclass, field
from typing import Literal

from steelyard.language.expressions import Expression, Graph, defined
from steelyard.language.expressions.written import (
    Chosen,
    Compared,
    Form,
    Joined,
    Long,
    settled,
)
from steelyard.model.limits import MAX_FORMULA_NODES
from steelyard.plan.operations import OVER_RECORDS
from steelyard.plan.structure import Atom, Clause, Comparison

Combine = Literal["all", "any", "other"]

_TURNED: dict[Comparison, Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED: dict[Comparison, Comparison] = {
    "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in",
    "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip
_LEAVES = frozenset(("fact", "size", "has", "as_of"))


@dataclass(frozen=True, slots=True)
class Shown:
    """The comparisons of a test and their combination, for explanations."""

    combine: Combine
    atoms: tuple[Atom, ...] = ()
    clauses: tuple[Clause, ...] = ()


def explain(test: Expression) -> Shown:
    """Return the comparisons of a test; none if they are too many, or the test is a constant."""
    form = test.form
    if isinstance(form, Long) or form in (settled(holds=True), settled(holds=False)):
        return Shown("other")
    written = _Written(test.graph)
    if isinstance(form, Joined):
        for part in form.parts:
            written.add(part, form.combine, 0)
        return Shown(form.combine, tuple(written.atoms), tuple(written.clauses))
    written.add(form, "all", 0)
    return Shown("all", tuple(written.atoms), tuple(written.clauses))


@dataclass(slots=True)
class _Written:
    """The comparisons of one test so far, in the order in which they are written."""

    graph: Graph
    atoms: list[Atom] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)

    def add(self, form: Form, combine: Literal["all", "any"], clause: int) -> None:
        """Add a form to a clause, whose parts are combined by `combine`."""
        match form:
            case Compared():
                self.atoms.append(_atom(self.graph, form, clause))
            case Joined():
                inside = clause
                if form.combine != combine:
                    inside = self._open(Clause(form.combine, clause))
                for part in form.parts:
                    self.add(part, form.combine, inside)
            case Chosen():
                if combine == "any":  # outside its guard, a clause counts as met
                    clause = self._open(Clause("all", clause))
                test = Expression(self.graph, form.test)
                for guard, part in ((test, form.then), (~test, form.otherwise)):
                    known = _mask(defined(guard))
                    self.add(part, "all", self._open(Clause("all", clause, guard.index, known)))

    def _open(self, clause: Clause) -> int:
        self.clauses.append(clause)
        return len(self.clauses)


def _atom(graph: Graph, written: Compared, clause: int) -> Atom:
    test = Expression(graph, written.test)
    sign = written.sign
    if written.denied:
        test, sign = ~test, _DENIED[sign]
    observed = _unscaled(graph, written.left)
    needed = None if written.right is None else _unscaled(graph, written.right)
    if needed is not None and _leads(graph, needed) > _leads(graph, observed):
        # what the merchant has comes first: `30 <= x` is `x >= 30`
        observed, needed, sign = needed, observed, _TURNED.get(sign, sign)
    part, whole = _ratio(graph, observed) or (None, None)
    roots = [observed if part is None else part, whole, needed]
    return Atom(
        comparison=sign,
        test=test.index,
        observed=observed,
        needed=needed,
        observed_known=_mask(defined(Expression(graph, observed))),
        needed_known=None if needed is None else _mask(defined(Expression(graph, needed))),
        part=part,
        whole=whole,
        shown=tuple(
            dict.fromkeys(
                node for root in roots if root is not None for node in _values(graph, root)
            )
        ),
        clause=clause,
    )


def _mask(known: Expression) -> int | None:
    """Return the node of a mask, None if it is always true."""
    return None if known.node.op == "constant" and known.node.value else known.index


def _leads(graph: Graph, index: int) -> int:
    """Return how much a side is what a merchant can see: a fact, or computed from some, or not."""
    if graph.nodes[index].op == "fact" or index in graph.named:
        return 2
    return 1 if graph.facts_below(index) else 0


def _unscaled(graph: Graph, index: int) -> int:
    """Return the node below all changes of scale; it has the decimals of the fact."""
    node = graph.nodes[index]
    while node.op == "scale_up" and graph.nodes[node.args[0]].type.unit == node.type.unit:
        index = node.args[0]
        node = graph.nodes[index]
    return index


def _ratio(graph: Graph, index: int) -> tuple[int, int] | None:
    """Return part and whole of a share that is computed from two numbers of one unit.

    A constant that limits the share or the whole is left out: whether it has an effect depends on
    the values, so the scorecard decides whether to show it.
    """
    node = graph.nodes[index]
    if index in graph.named:
        return None
    while node.op in ("minimum", "scale_up") and node.type.unit == "share":
        others = [one for one in node.args if graph.nodes[one].op != "constant"]
        if len(others) != 1:
            return None
        index = others[0]
        node = graph.nodes[index]
    if node.op != "divide" or graph.nodes[node.args[1]].op == "constant":
        return None
    part, whole = (_unscaled(graph, argument) for argument in node.args)
    bottom = graph.nodes[whole]
    if bottom.op == "maximum":  # the whole, or 1 so that there is no division by zero
        others = [one for one in bottom.args if graph.nodes[one].op != "constant"]
        if len(others) != 1:
            return None
        whole = _unscaled(graph, others[0])
    if graph.nodes[part].type.unit != graph.nodes[whole].type.unit:
        return None
    return part, whole


def _values(graph: Graph, root: int) -> list[int]:
    """Return the values that a formula shows, and the tests of its choices; none if it is long."""
    found: list[int] = []
    count, todo = 0, [root]
    while todo:
        index = todo.pop()
        node = graph.nodes[index]
        if node.op in _LEAVES or node.op in OVER_RECORDS or index in graph.named:
            found.append(index)
        elif node.args:
            count += 1
            if count > MAX_FORMULA_NODES:
                return []
            if node.op == "if":
                found.append(node.args[0])
                todo += node.args[1:]
            else:
                todo += node.args
    return found
