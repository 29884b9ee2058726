"""From a condition's tree to a typed expression: names looked up, types and units checked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from steelyard.conditions.condition import Condition
from steelyard.conditions.tree import (
    Call,
    ListOf,
    Method,
    Name,
    Number,
    Operation,
    TextValue,
    Tree,
    Truth,
)
from steelyard.conditions.values import (
    Value,
    fold,
    fold_division,
    is_number,
    negated,
    to_expression,
)
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.expression import (
    Expression,
    ExpressionError,
    Graph,
    RecordList,
    all_of,
    any_of,
    choose,
    days_between,
    maximum,
    minimum,
)
from steelyard.model.numbers import Rounding

Want = Literal["bool", "number", "any"]


class Scope(Protocol):
    """What a condition may read besides the facts of the graph."""

    @property
    def graph(self) -> Graph:
        """The nodes that the condition is added to."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return every name that some condition may read, for suggestions."""
        ...

    def resolve(self, name: str) -> Expression | RecordList | None:
        """Return the value of a dotted name that is not a fact, or None."""
        ...


@dataclass(frozen=True, slots=True)
class FactScope:
    """A scope with nothing but facts."""

    graph: Graph

    def names(self) -> tuple[str, ...]:
        """Return no name: facts are known to the graph."""
        return ()

    def resolve(self, name: str) -> None:
        """Return None: nothing but facts is known. `name` is not looked at."""
        del name


def lower(condition: Condition, scope: Scope, *, want: Want = "bool") -> Expression:
    """Return a condition as an expression of `scope.graph`; `want` is the kind it must have.

    Raises `InvalidInput` with every problem found, each at the part that is wrong: SY402 (types),
    SY403 (unknown name), SY404 (too many digits), SY405 (unknown value of an enum), SY406 (units),
    SY501 and SY502 (a value not proved to fit, a divisor not proved to be other than zero).
    """
    lowering = _Lowering(condition, scope)
    value = lowering.whole(want)
    if value is None:
        raise InvalidInput(sorted(lowering.problems, key=_by_place))
    return value


def _by_place(problem: Problem) -> tuple[int, str]:
    return (problem.place.column if problem.place else 0, problem.what)


@dataclass(slots=True)
class _Lowering:
    """One condition on its way. A method returns None where it has noted a problem."""

    condition: Condition
    scope: Scope
    problems: list[Problem] = field(default_factory=list)
    records: RecordList | None = None  # those that the test at hand is about
    variable: str = ""  # the name of the record at hand

    @property
    def graph(self) -> Graph:
        return self.scope.graph

    def whole(self, want: Want) -> Expression | None:
        tree = self.condition.tree
        value = self.value(tree)
        if value is None:
            return None
        made = self.made(tree, lambda: to_expression(self.graph, value))
        if made is not None and want != "any" and made.type.kind != want:
            expected = "a yes/no value" if want == "bool" else "a number"
            self.note("SY402", f"the condition is {_described(made)}", tree.at, expected)
            return None
        return made

    # --- problems

    def note(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> None:
        problem = self.condition.source.problem(code, what, at, expected, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def made(self, tree: Tree, make: Callable[[], _T]) -> _T | None:
        """Return what `make` builds, its nodes placed at the tree; or None, its error noted."""
        try:
            with self.graph.at(self.condition.source.place(tree.at)):
                return make()
        except ExpressionError as error:
            self.note(error.code, error.what, self._culprit(error.code, tree), fix=error.fix)
            return None

    def _culprit(self, code: str, tree: Tree) -> int:
        """Return where the literal stands that an error is about, or the whole."""
        kind = {"SY404": Number, "SY405": TextValue}.get(code)
        literals = [part.at for part in literals_beside(tree) if kind and isinstance(part, kind)]
        return literals[0] if len(literals) == 1 else tree.at

    # --- values

    def value(self, tree: Tree) -> Value | None:
        match tree:
            case Number(value=value) | TextValue(value=value):
                return value
            case Truth(value=value):
                return self.made(tree, lambda: Expression.constant(self.graph, value))
            case Name():
                return self.name(tree)
            case Operation(operator="&&" | "||" | "!"):
                return self.logic(tree)
            case Operation(operator="?:"):
                return self.choice(tree)
            case Operation(operator="in"):
                return self.membership(tree)
            case Operation(operator="+" | "-" | "*"):
                return self.arithmetic(tree)
            case Operation():
                return self.comparison(tree)
            case Call():
                return self.call(tree)
            case Method():
                return self.method(tree)
            case _:  # parsing refuses the rest
                raise AssertionError(tree)

    def values(self, trees: Iterable[Tree]) -> list[Value] | None:
        found = [self.value(tree) for tree in trees]
        known = [value for value in found if value is not None]
        return known if len(known) == len(found) else None

    def expression(self, tree: Tree) -> Expression | None:
        value = self.value(tree)
        if value is None:
            return None
        return self.made(tree, lambda: to_expression(self.graph, value))

    def truth(self, tree: Tree) -> Expression | None:
        """Return a yes/no expression."""
        made = self.expression(tree)
        if made is not None and made.type.kind != "bool":
            fix = "compare it with a number: x > 0" if made.type.kind == "number" else None
            self.note("SY402", f"this is {_described(made)}", tree.at, "a yes/no value", fix)
            return None
        return made

    # --- names

    def name(self, tree: Name, hint: str | None = None) -> Expression | None:
        path = tree.path
        root, _, rest = path.partition(".")
        if self.records is not None and root == self.variable:
            return self._field(tree, rest)
        if path == "as_of":
            return self.made(tree, lambda: Expression.as_of(self.graph))
        if path in self.graph.facts:
            return self.made(tree, lambda: Expression.fact(self.graph, path))
        found = self.scope.resolve(path)
        if isinstance(found, RecordList):
            what = f"{path} is a list of records, not one value"
            self.note("SY402", what, tree.at, fix="ask with exists, all or size")
            return None
        if found is None:
            self.unknown(tree, hint)
        return found

    def unknown(self, tree: Name, hint: str | None = None) -> None:
        known = self.scope.names()
        if tree.path in known:
            what, fix = f"{tree.path} cannot be read here: it is not yet known", None
        else:
            bound = (self.variable,) if self.variable else ()
            what = f"nothing is called {tree.path}"
            fix = hint or suggest(tree.path, (*self.graph.facts, *known, "as_of", *bound))
        self.note("SY403", what, tree.at, fix=fix)

    def _field(self, tree: Name, field_name: str) -> Expression | None:
        records = self.records
        assert records is not None
        if not field_name:
            names = [one.name for one in self.graph.facts[records.name].fields if one.type != "id"]
            what = f"{self.variable} is a whole record of {records.name}"
            self.note("SY402", what, tree.at, f"one of its fields: {', '.join(names)}")
            return None
        return self.made(tree, lambda: records.field(field_name))

    def list_named(self, tree: Tree) -> RecordList | None:
        """Return the list of records that a name stands for."""
        assert isinstance(tree, Name)
        if tree.path in self.graph.facts:
            return self.made(tree, lambda: RecordList.fact(self.graph, tree.path))
        found = self.scope.resolve(tree.path)
        if isinstance(found, RecordList):
            return found
        if found is None:
            self.unknown(tree)
        else:
            self.note("SY402", f"{tree.path} is one value, not a list of records", tree.at)
        return None

    # --- operators

    def logic(self, tree: Operation) -> Expression | None:
        tests = [self.truth(operand) for operand in tree.operands]
        known = [test for test in tests if test is not None]
        if len(known) < len(tests):
            return None
        if tree.operator == "!":
            return self.made(tree, lambda: ~known[0])
        connect = all_of if tree.operator == "&&" else any_of
        return self.made(tree, lambda: connect(*known))

    def choice(self, tree: Operation) -> Value | None:
        test = self.truth(tree.operands[0])
        branches = self.values(tree.operands[1:])
        if test is None or branches is None:
            return None
        then, otherwise = branches
        if isinstance(then, str) and isinstance(otherwise, str):
            what = "a choice between two texts has no type"
            fix = 'compare in each branch: a ? x == "p" : x == "q"'
            self.note("SY402", what, tree.at, fix=fix)
            return None
        return self.made(tree, lambda: choose(test, then, otherwise))

    def comparison(self, tree: Operation) -> Expression | None:
        sides = self._sides(tree)
        if sides is None:
            return None
        left, right = sides
        operator = tree.operator
        if isinstance(left, str) and isinstance(right, str):
            self.note("SY402", "two texts are compared with each other", tree.at, "a fact")
            return None
        if isinstance(left, str):  # a text has no type of its own: let the other side lead
            left, right, operator = right, left, _TURNED[operator]
        if (chain := _chain(tree, left, right)) is not None:
            self.note("SY402", "a comparison of a comparison has no meaning", tree.at, fix=chain)
            return None
        if isinstance(left, Expression) and left.type.kind == "enum" and operator in _ORDER:
            fix = "compare it with == or in"
            self.note("SY402", "named values have no order", tree.at, fix=fix)
            return None
        compare = _COMPARE[operator]
        return self.made(tree, lambda: compare(to_expression(self.graph, left), right))

    def _sides(self, tree: Operation) -> list[Value] | None:
        """Lower both sides; a bare word beside an enum is probably a text without its quotes."""
        first, second = tree.operands
        if isinstance(first, Name) and not self._is_known(first):
            right = self.value(second)
            self.unknown(first, _quotes_hint(first, right))
            return None
        left = self.value(first)
        if isinstance(second, Name) and not self._is_known(second):
            self.unknown(second, _quotes_hint(second, left))
            return None
        right = self.value(second)
        return None if left is None or right is None else [left, right]

    def _is_known(self, tree: Name) -> bool:
        path = tree.path
        bound = self.records is not None and path.partition(".")[0] == self.variable
        known = bound or path == "as_of" or path in self.graph.facts
        return known or self.scope.resolve(path) is not None

    def membership(self, tree: Operation) -> Expression | None:
        subject_tree, members_tree = tree.operands
        assert isinstance(members_tree, ListOf)
        subject = self.expression(subject_tree)
        tests: list[Expression] = []
        complete = subject is not None
        members: list[Value] = []
        for member_tree in members_tree.members:
            if isinstance(member_tree, Name) and not self._is_known(member_tree):
                self.unknown(member_tree, _quotes_hint(member_tree, subject))
                complete = False
                continue
            member = self.value(member_tree)
            if subject is None or member is None:
                complete = False
                continue
            test = self.made(_Beside(member_tree).tree, partial(_equal, subject, member))
            complete = complete and test is not None
            if test is not None:
                tests.append(test)
                members.append(member)
        if not complete or subject is None:
            return None
        if all(_is_constant(member) for member in members):
            return self.made(tree, lambda: subject.is_in(members))
        return self.made(tree, lambda: any_of(*tests))

    def arithmetic(self, tree: Operation) -> Value | None:
        values = self.values(tree.operands)
        if values is None:
            return None
        if len(values) == 1:
            return self._negated(tree, values[0])
        left, right = values
        for side, part in zip(values, tree.operands, strict=True):
            if isinstance(side, str):
                self.note("SY402", "a text cannot be calculated with", part.at, "a number")
                return None
        if is_number(left) and is_number(right):
            return fold(tree.operator, left, right)  # type: ignore[arg-type]  # just checked
        operate = _OPERATE[tree.operator]
        return self.made(
            tree,
            lambda: operate(to_expression(self.graph, left), to_expression(self.graph, right)),
        )
