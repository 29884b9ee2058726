"""Search for values with which some tests of a plan hold and others do not.

What a test compares with constants (a fact, a sum, a number of days) is a variable. The result of
a test can change only at its constants, so the values beside them stand for all others. Variables
are taken as independent of each other. So "cannot hold" is proved, "can hold" is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steelyard.model.limits import MAX_SEARCH_STEPS
from steelyard.plan.nodes import Node

Wanted = tuple[int, bool]  # the index of a yes/no node, and the value that it should have
Variable = tuple[int, ...]  # the node that a test is about, or both sides of a comparison

_LOGIC = ("and", "or", "not", "if")
_ORDER = ("equal", "less", "less_or_equal")
_SIGNS = (-1, 0, 1)  # the left side is less, equal, greater


class _TooLongError(Exception):
    """The search takes too many steps."""


def can_hold(nodes: Sequence[Node], wanted: Sequence[Wanted]) -> bool:
    """Return False if no merchant gives every node its wanted value; True if one may."""
    search = _Search(nodes, wanted)
    try:
        return search.succeeds({})
    except _TooLongError:
        return True


@dataclass(frozen=True, slots=True)
class _Atom:
    """A test of one variable: it holds for the values from `low` to `high`, or for `members`.

    A value is multiplied by `factor` first.
    """

    variable: Variable
    factor: int = 1
    members: frozenset[int] | None = None
    low: int | None = None
    high: int | None = None

    def holds(self, value: int) -> bool:
        value *= self.factor
        if self.members is not None:
            return value in self.members
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def values(self) -> Iterator[int]:
        """Yield the values of the variable beside which the result of the test changes."""
        ends = self.members if self.members is not None else {self.low, self.high}
        for end in ends:
            if end is not None:
                near = end // self.factor
                yield from (near - 1, near, near + 1)


class _Search:
    def __init__(self, nodes: Sequence[Node], wanted: Sequence[Wanted]) -> None:
        self._nodes = nodes
        self._wanted = wanted
        self._steps = 0
        self._atoms: dict[int, _Atom] = {}
        self._logic: dict[int, Node] = {}
        domains: dict[Variable, set[int]] = {}
        for index in self._tests():
            node = nodes[index]
            if node.op in _LOGIC:
                self._logic[index] = node
                continue
            atom = self._atoms[index] = _atom(nodes, index)
            domain = domains.setdefault(atom.variable, set())
            first, *second = atom.variable
            if second:
                domain.update(_SIGNS)
                continue
            about = nodes[first]
            domain.update((about.low, about.high))
            domain.update(value for value in atom.values() if about.low <= value <= about.high)
        self._domains = {variable: sorted(domain) for variable, domain in domains.items()}

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

    def succeeds(self, chosen: dict[Variable, int]) -> bool:
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

    def _results(self, chosen: dict[Variable, int]) -> dict[int, bool | None]:
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


def _atom(nodes: Sequence[Node], index: int) -> _Atom:
    node = nodes[index]
    if node.op == "in":
        about, factor = _unscaled(nodes, node.args[0])
        return _Atom((about,), factor, members=frozenset(node.members))
    if node.op not in _ORDER:
        return _Atom((index,), low=1)  # a yes/no value by itself
    left, right = node.args
    if nodes[right].op == "constant":
        about, factor = _unscaled(nodes, left)
        limit = nodes[right].value
        ends = {"equal": (limit, limit), "less": (None, limit - 1), "less_or_equal": (None, limit)}
    elif nodes[left].op == "constant":
        about, factor = _unscaled(nodes, right)
        limit = nodes[left].value
        ends = {"equal": (limit, limit), "less": (limit + 1, None), "less_or_equal": (limit, None)}
    else:
        sides = (left, right) if left < right else (right, left)
        ends = {"equal": (0, 0), "less": (None, -1), "less_or_equal": (None, 0)}
        low, high = ends[node.op]
        if sides != (left, right):
            low, high = (None if high is None else -high), (None if low is None else -low)
        return _Atom(sides, low=low, high=high)
    return _Atom((about,), factor, low=ends[node.op][0], high=ends[node.op][1])


def _unscaled(nodes: Sequence[Node], index: int) -> tuple[int, int]:
    """Return the node below all changes of scale, and the factor that they multiply it by."""
    factor = 1
    while nodes[index].op == "scale_up":
        factor *= 10 ** nodes[index].shift
        index = nodes[index].args[0]
    return index, factor
