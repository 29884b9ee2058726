"""Search for values with which some tests of a plan hold and others do not.

What a test compares with constants (a fact, a sum, a number of days) is a variable; so is the ratio
of two numbers that are compared with each other. The result of a test can change only at its
constants, so the values beside them stand for all others. Variables are taken as independent of
each other. So "cannot hold" is proved, "can hold" is not.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_SEARCH_STEPS
from steelyard.plan.nodes import Node

Wanted = tuple[int, bool]  # the index of a yes/no node, and the value that it should have
Variable = tuple[int, ...]  # the node that a test is about, or the two that it compares
Value = Fraction | str  # of a variable

_LOGIC = ("and", "or", "not", "if")
_ORDER = ("equal", "less", "less_or_equal")
_SIGN = -1  # no node: the variable is the sign of a difference
_NOTHING_OF_NOTHING = "0/0"  # of two numbers that are both 0, one is at least any part of the other


class _TooLongError(Exception):
    """The search takes too many steps."""


def can_hold(nodes: Sequence[Node], wanted: Sequence[Wanted]) -> bool:
    """Return False if no merchant gives every node its wanted value; True if one may."""
    search = _Search(nodes, wanted)
    try:
        return search.succeeds({})
    except _TooLongError:
        return True


@frozen
class _Atom:
    """A test of one variable: it holds for the values from `low` to `high`, or for `members`.

    An end that is `open` does not belong to the values.
    """

    variable: Variable
    members: frozenset[Fraction] | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    open: bool = False

    def holds(self, value: Value) -> bool:
        if isinstance(value, str):
            return not self.open
        if self.members is not None:
            return value in self.members
        if self.open:
            return (self.low is None or self.low < value) and (
                self.high is None or value < self.high
            )
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def ends(self) -> frozenset[Fraction]:
        """Return the values of the variable at which the result of the test changes."""
        if self.members is not None:
            return self.members
        return frozenset(end for end in (self.low, self.high) if end is not None)


class _Search:
    def __init__(self, nodes: Sequence[Node], wanted: Sequence[Wanted]) -> None:
        self._nodes = nodes
        self._wanted = wanted
        self._steps = 0
        self._atoms: dict[int, _Atom] = {}
        self._logic: dict[int, Node] = {}
        domains: dict[Variable, set[Fraction]] = {}
        for index in self._tests():
            node = nodes[index]
            if node.op in _LOGIC:
                self._logic[index] = node
                continue
            atom = self._atoms[index] = _atom(nodes, index)
            domain = domains.setdefault(atom.variable, set())
            domain.update(atom.ends())
        self._domains = {
            variable: _values(nodes, variable, ends) for variable, ends in domains.items()
        }

    def _tests(self) -> list[int]:
        """Return the yes/no nodes below the wanted ones, each after its arguments."""
        found: set[int] = set()
        todo = [index for index, _ in self._wanted]
        while todo:
            index = todo.pop()
            if index not in found:
                found.add(index)
                if self._nodes[index].op in _LOGIC:
                    todo.extend(self._nodes[index].args)
        return sorted(found)

    def succeeds(self, chosen: dict[Variable, Value]) -> bool:
        """Return whether some values of the other variables give every node its wanted value."""
        self._steps += 1
        if self._steps > MAX_SEARCH_STEPS:
            raise _TooLongError
        results = self._results(chosen)
        if any(results[index] is (not value) for index, value in self._wanted):
            return False
        undecided = [index for index, _ in self._wanted if results[index] is None]
        if not undecided:
            return True
        variable = self._undecided_variable(undecided[0], results)
        return any(self.succeeds({**chosen, variable: value}) for value in self._domains[variable])

    def _results(self, chosen: dict[Variable, Value]) -> dict[int, bool | None]:
        results: dict[int, bool | None] = {}
        for index, atom in self._atoms.items():
            value = chosen.get(atom.variable)
            results[index] = None if value is None else atom.holds(value)
            results[index] = self._proved(index, results[index])
        for index, node in self._logic.items():
            result = _RESULT[node.op]([results[argument] for argument in node.args])
            results[index] = self._proved(index, result)
        return results

    def _proved(self, index: int, result: bool | None) -> bool | None:
        """Return what the interval of a node says of its value, else the result."""
        node = self._nodes[index]
        return bool(node.low) if node.low == node.high else result

    def _undecided_variable(self, index: int, results: dict[int, bool | None]) -> Variable:
        while index not in self._atoms:
            index = next(arg for arg in self._nodes[index].args if results[arg] is None)
        return self._atoms[index].variable


def _all(parts: Sequence[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _not(parts: Sequence[bool | None]) -> bool | None:
    return None if parts[0] is None else not parts[0]


def _chosen(parts: Sequence[bool | None]) -> bool | None:
    test, then, otherwise = parts
    if test is None:
        return then if then == otherwise else None
    return then if test else otherwise


_RESULT = {
    "and": _all,
    "or": lambda parts: _not([_all([_not([part]) for part in parts])]),
    "not": _not,
    "if": _chosen,
}


def _values(nodes: Sequence[Node], variable: Variable, ends: set[Fraction]) -> list[Value]:
    """Return values that stand for all values of a variable: at the ends, and beside them."""
    first, *others = variable
    if _SIGN in others:
        return [Fraction(-1), Fraction(0), Fraction(1)]
    if others:
        points = sorted({Fraction(0), *ends})
        between = [(left + right) / 2 for left, right in pairwise(points)]
        return [*sorted({*points, *between, points[-1] + 1}), _NOTHING_OF_NOTHING]
    node = nodes[first]
    whole = {beside for end in ends for beside in (ceil(end) - 1, ceil(end), floor(end) + 1)}
    inside = (value for value in whole if node.low <= value <= node.high)
    return [Fraction(value) for value in sorted({node.low, node.high, *inside})]


def _atom(nodes: Sequence[Node], index: int) -> _Atom:
    """Return a test as a test of a variable; another test is a variable itself."""
    node = nodes[index]
    if node.op == "in":
        about, factor = _product(nodes, node.args[0])
        return _Atom((about,), frozenset(Fraction(member, factor) for member in node.members))
    if node.op in _ORDER:
        left, right = (_product(nodes, argument) for argument in node.args)
        limits = [
            nodes[side].value if nodes[side].op == "constant" else None for side, _ in (left, right)
        ]
        is_open = node.op == "less"
        if limits[1] is not None:
            limit = Fraction(limits[1] * right[1], left[1])
            return _Atom((left[0],), None, limit if node.op == "equal" else None, limit, is_open)
        if limits[0] is not None:
            limit = Fraction(limits[0] * left[1], right[1])
            return _Atom((right[0],), None, limit, limit if node.op == "equal" else None, is_open)
        if min(nodes[left[0]].low, nodes[right[0]].low) >= 0:
            return _ratio(node, left, right)
        return _sign(node)
    return _Atom((index,), low=Fraction(1))


def _sign(node: Node) -> _Atom:
    """Return the comparison of two numbers as a test of the sign of their difference."""
    left, right = node.args
    zero = Fraction(0)
    is_upper = left < right
    low = zero if node.op == "equal" or not is_upper else None
    high = zero if node.op == "equal" or is_upper else None
    variable = (min(left, right), max(left, right), _SIGN)
    return _Atom(variable, None, low, high, node.op == "less")


def _ratio(node: Node, left: tuple[int, int], right: tuple[int, int]) -> _Atom:
    """Return the comparison of products of two numbers, none negative, as a test of their ratio."""
    if left[0] < right[0]:  # the ratio left / right, which is at most the quotient of the factors
        limit, is_upper = Fraction(right[1], left[1]), True
        variable = (left[0], right[0])
    else:
        limit, is_upper = Fraction(left[1], right[1]), False
        variable = (right[0], left[0])
    low = limit if node.op == "equal" or not is_upper else None
    high = limit if node.op == "equal" or is_upper else None
    return _Atom(variable, None, low, high, node.op == "less")


def _product(nodes: Sequence[Node], index: int) -> tuple[int, int]:
    """Return the number below changes of scale and positive factors, and the product of these."""
    factor = 1
    while True:
        node = nodes[index]
        if node.op == "scale_up":
            factor *= 10**node.shift
            index = node.args[0]
            continue
        constants = [arg for arg in node.args if nodes[arg].op == "constant"]
        others = [arg for arg in node.args if nodes[arg].op != "constant"]
        if node.op != "multiply" or len(others) != 1 or nodes[constants[0]].value <= 0:
            return index, factor
        factor *= nodes[constants[0]].value
        index = others[0]
