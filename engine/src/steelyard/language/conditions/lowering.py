"""Conversion of a condition's tree to a typed expression: names, types and units are checked."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, TypeVar

from steelyard.errors import InvalidInput
from steelyard.language.conditions.condition import Condition
from steelyard.language.conditions.lookup import Lookup, Scope, View
from steelyard.language.conditions.tree import (
    FOLDS,
    GROUPED,
    TAKEN,
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
from steelyard.language.conditions.values import (
    Share,
    Value,
    calculate,
    choose_value,
    compare,
    divide_values,
    extreme,
    fold,
    negate,
    of_dates,
    settle,
    to_expression,
)
from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    Groups,
    RecordList,
    all_of,
    any_of,
)
from steelyard.model.dates import read_day

Want = Literal["bool", "number", "any"]
_T = TypeVar("_T")


def lower(condition: Condition, scope: Scope, *, want: Want = "bool") -> Expression:
    """Return a condition as an expression of `scope.graph`; `want` is the kind it must have.

    Raises `InvalidInput` with every problem found, each at the part that is wrong: SY402 (types),
    SY403 (unknown name), SY404 (too many digits), SY405 (unknown value of an enum), SY406 (units),
    SY501 and SY502 (a value not proved to fit, a divisor not proved to be other than zero).
    """
    lowering = _Lowering(condition, scope)
    value = lowering.whole(want)
    if value is None:
        problems = sorted(lowering.problems.items(), key=lambda entry: entry[0])
        raise InvalidInput(problem for _, problem in problems)
    return value


def lower_sides(condition: Condition, scope: Scope) -> tuple[Expression, Expression]:
    """Return both sides of a condition that is a single, valid comparison."""
    tree = condition.tree
    assert isinstance(tree, Operation)
    lowering = _Lowering(condition, scope)
    sides = lowering.sides(tree)
    assert sides is not None
    left, right = settle(scope.graph, tree.operator, *sides)
    return to_expression(scope.graph, left), to_expression(scope.graph, right)


class _Lowering(Lookup):
    """The conversion of one condition. A method returns None after it has noted a problem."""

    __slots__ = ()

    def whole(self, want: Want) -> Expression | None:
        tree = self.condition.tree
        if want == "bool":
            return self.truth(tree)
        made = self.expression(tree)
        if made is not None and want == "number" and made.type.kind != "number":
            self.note("SY402", f"the expression is {_described(made)}", tree.at, "a number")
            return None
        return made

    # --- values

    def value(self, tree: Tree) -> Value | None:
        match tree:
            case Number(value=value) | TextValue(value=value):
                return value
            case Truth(value=value):
                return self.made(tree, lambda: Expression.constant(self.graph, value))
            case Name():
                return self.name(tree)
            case Operation():
                return self.operation(tree)
            case Call():
                return self.call(tree)
            case Method():
                return self.method(tree)
            case _:  # parsing refuses the rest
                raise AssertionError(tree)

    def values(self, trees: Iterable[Tree]) -> list[Value] | None:
        values = [self.value(tree) for tree in trees]
        known = [value for value in values if value is not None]
        return known if len(known) == len(values) else None

    def expression(self, tree: Tree) -> Expression | None:
        value = self.value(tree)
        if value is None:
            return None
        return self.made(tree, lambda: to_expression(self.graph, value))

    def truth(self, tree: Tree) -> Expression | None:
        """Return a yes/no expression."""
        made = self.expression(tree)
        if made is not None and made.type.kind != "bool":
            fix = "compare it with something: x > 0" if made.type.kind == "number" else None
            part = "the condition" if tree is self.condition.tree else "this part"
            what = f"{part} is {_described(made)}"
            self.note("SY402", what, tree.at, "a yes/no value", fix)
            return None
        return made

    # --- operators

    def operation(self, tree: Operation) -> Value | None:
        match tree.operator:
            case "&&" | "||" | "!":
                return self.logic(tree)
            case "?:":
                return self.choice(tree)
            case "in":
                return self.membership(tree)
            case "+" | "-" | "*":
                return self.arithmetic(tree)
            case _:
                return self.comparison(tree)

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
        return self.made(tree, lambda: choose_value(test, then, otherwise), tree.operands[1:])

    def comparison(self, tree: Operation) -> Expression | None:
        sides = self.sides(tree)
        if sides is None:
            return None
        if (fix := _chain_fix(tree)) and not _both_truths(*sides):
            self.note("SY402", "a comparison is compared with something else", tree.at, fix=fix)
            return None
        sign = tree.operator
        return self.made(tree, lambda: compare(self.graph, sign, *sides), tree.operands)

    def sides(self, tree: Operation) -> tuple[Value, Value] | None:
        first, second = tree.operands
        # a bare word compared with an enum is probably a text that lacks its quotes
        right = self.value(second) if not isinstance(second, Name) else None
        beside = self._peek(second) if isinstance(first, Name) else None
        left = self.name(first, beside) if isinstance(first, Name) else self.value(first)
        if isinstance(second, Name):
            right = self.name(second, left)
        return None if left is None or right is None else (left, right)

    def _peek(self, tree: Tree) -> Value | None:
        """Return the value of a name, noting no problem."""
        if not isinstance(tree, Name):
            return None
        before = dict(self.problems)
        value = self.name(tree)
        self.problems = before
        return value

    def membership(self, tree: Operation) -> Expression | None:
        subject_tree, members_tree = tree.operands
        assert isinstance(members_tree, ListOf)
        subject = self.expression(subject_tree)
        members: list[Value] = []
        for part in members_tree.members:
            named = isinstance(part, Name)
            member = self.name(part, subject) if named else self.value(part)
            if subject is None or member is None:
                continue
            test = partial(compare, self.graph, "==", subject, member)
            if self.made(part, test, (part,)) is not None:
                members.append(member)
        if subject is None or len(members) < len(members_tree.members):
            return None
        return self.made(tree, lambda: subject.is_in(members))

    def arithmetic(self, tree: Operation) -> Value | None:
        values = self.values(tree.operands)
        if values is None:
            return None
        for value, part in zip(values, tree.operands, strict=True):
            if isinstance(value, str):
                self.note("SY402", "a text cannot be calculated with", part.at, "a number")
                return None
        if len(values) == 1:
            return self.made(tree, lambda: negate(self.graph, values[0]))
        sign, (left, right) = tree.operator, values
        return self.made(tree, lambda: calculate(self.graph, sign, left, right), tree.operands)

    # --- functions

    def call(self, tree: Call) -> Value | None:
        special: dict[str, Callable[[Call], Value | None]] = {
            "has": self._has,
            "date": self._date,
            "div": self._division,
            "share": self._share,
            "size": lambda tree: self._size(tree, tree.arguments[0]),
        }
        if tree.function in special:
            return special[tree.function](tree)
        values = self.values(tree.arguments)
        if values is None:
            return None
        return self.made(tree, partial(self._apply, tree.function, values), tree.arguments)

    def _apply(self, function: str, values: list[Value]) -> Value:
        of_date = of_dates(self.graph, function, values)
        if of_date is not None:
            return of_date
        if function == "clamp":
            held, low, high = values
            if _are_reversed(low, high):
                what = f"the ends of clamp are not in order: {low} and {high}"
                raise ExpressionError("SY402", what, "write the lower end first")
            return extreme(self.graph, "min", [extreme(self.graph, "max", [held, low]), high])
        return extreme(self.graph, function, values)

    def _has(self, tree: Call) -> Expression | None:
        (name,) = tree.arguments
        assert isinstance(name, Name)
        root, _, rest = name.path.partition(".")
        records = self.records
        if records is not None and root == self.variable:
            if not rest or isinstance(records, Groups):
                return self.whole_or_field(name, records, rest)
            return self.made(name, lambda: records.has(rest))
        if root in self.outer:
            return self.of_outer(name)
        if name.path in self.graph.facts or name.path in self.graph.values:
            return self.made(tree, lambda: Expression.has(self.graph, name.path))
        if name.path != "as_of" and self.scope.resolve(name.path) is None:
            self.unknown(name)
        else:
            fix = "leave has(...) out"
            self.note("SY402", f"{name.path} is always there", name.at, "a fact", fix)
        return None

    def _date(self, tree: Call) -> date | None:
        (text,) = tree.arguments
        assert isinstance(text, TextValue)
        day = read_day(text.value)
        if day is None:
            what = f'"{text.value}" is not a real date'
            self.note("SY402", what, text.at, "a date written as YYYY-MM-DD")
            return None
        return day

    def _division(self, tree: Call) -> Value | None:
        top, bottom, decimals, mode = tree.arguments
        values = self.values((top, bottom))
        if values is None:
            return None
        assert isinstance(decimals, Number)
        assert isinstance(mode, TextValue)
        places, rounding = int(decimals.value), mode.value
        return self.made(
            tree,
            lambda: divide_values(self.graph, *values, places, rounding),  # type: ignore[arg-type]  # parsing checks the mode
        )

    def _share(self, tree: Call) -> Share | None:
        (part_tree,) = tree.arguments
        assert self.condition.whole is not None  # else the parser refuses `share`
        whole = self.name(Name(self.condition.whole, tree.at))
        part = self.expression(part_tree)
        if part is None or whole is None:
            return None
        if part.type != whole.type:
            self.note("SY402", f"share is given {_described(part)}", part_tree.at, "a count")
            return None
        return Share(part, whole)

    # --- records

    def _size(self, tree: Tree, records_tree: Tree) -> Expression | None:
        if isinstance(records_tree, Method) and records_tree.method == "distinct":
            return self._of_mapped(
                tree, records_tree.receiver, lambda view, key: view.distinct(key)
            )
        view = self.listed(records_tree)
        return None if view is None else self.made(tree, view.size)

    def method(self, tree: Method) -> Expression | None:
        if tree.method == "size":
            return self._size(tree, tree.receiver)
        if tree.method == "longestRun":
            return self._of_mapped(tree, tree.receiver, lambda view, day: view.longest_run(day))
        if tree.method in FOLDS:
            return self._fold(tree)
        return self._every(tree) if tree.method == "all" else self._some(tree)

    def _every(self, tree: Method) -> Expression | None:
        """Return whether a test holds for every record or group."""
        view = self.listed(tree.receiver)
        if view is None:
            return None
        test = self._of_record(view, tree.arguments, self.truth)
        return None if test is None else self.made(tree, lambda: view.all(test))

    def _some(self, tree: Method) -> Expression | None:
        """Return whether a test holds for some record or group, or for exactly one."""
        some = self._filtered(tree)
        if some is None:
            return None
        view, test = some
        return self.made(tree, lambda: _exists(view, test, one=tree.method == "exists_one"))

    def _fold(self, tree: Method) -> Expression | None:
        """Return the sum, minimum or maximum of values of some records or groups."""
        empty = self.value(tree.arguments[0]) if tree.arguments else 0
        if empty is None:
            return None
        if isinstance(empty, str | Expression | Share):
            what = f"{tree.method} is given no constant for an empty list"
            self.note("SY402", what, tree.arguments[0].at, "a number or a date")
            return None
        return self._of_mapped(
            tree, tree.receiver, lambda view, value: fold(view, tree.method, value, empty)
        )

    def _of_mapped(
        self, tree: Tree, mapped: Tree, build: Callable[[View, Expression], Expression]
    ) -> Expression | None:
        """Return what is built of the values that `map` gives."""
        assert isinstance(mapped, Method)
        view = self.listed(mapped.receiver)
        if view is None:
            return None
        value = self._of_record(view, mapped.arguments, self.expression)
        if value is None:
            return None
        return self.made(tree, lambda: build(view, value))

    def listed(self, tree: Tree) -> View | None:
        """Return a list of records, or some records or groups of one."""
        if not isinstance(tree, Method):
            return self.list_named(tree)
        if tree.method in TAKEN:
            return self._taken(tree)
        if tree.method in GROUPED:
            return self._grouped(tree)
        some = self._filtered(tree)
        if some is None:
            return None
        view, test = some
        return view if test is None else self.made(tree, lambda: view.filter(test))

    def _grouped(self, tree: Method) -> Groups | None:
        """Return the groups of records by a key, or windows of days."""
        view = self.listed(tree.receiver)
        if view is None:
            return None
        key = self._of_record(view, tree.arguments[:2], self.expression)
        records = self._ungrouped(tree, view)
        if key is None or records is None:
            return None
        if tree.method == "groupBy":
            return self.made(tree, lambda: records.groups(key))
        days = tree.arguments[2]
        assert isinstance(days, Number)
        return self.made(tree, lambda: records.windows(key, int(days.value)))

    def _taken(self, tree: Method) -> RecordList | None:
        """Return the first or last records of an order."""
        ordered, (number,) = tree.receiver, tree.arguments
        assert isinstance(ordered, Method)
        assert isinstance(number, Number)
        view = self.listed(ordered.receiver)
        if view is None:
            return None
        by = self._of_record(view, ordered.arguments, self.expression)
        records = self._ungrouped(ordered, view)
        if by is None or records is None:
            return None
        take = records.last if tree.method == "last" else records.first
        return self.made(ordered, lambda: take(int(number.value), by))

    def _ungrouped(self, tree: Method, view: View) -> RecordList | None:
        if isinstance(view, RecordList):
            return view
        what = "groups can only be filtered, counted, tested or mapped"
        self.note("SY408", what, tree.name_at)
        return None

    def _of_record(
        self, view: View, arguments: tuple[Tree, ...], lower: Callable[[Tree], _T | None]
    ) -> _T | None:
        """Return what a part over records means for one of them."""
        variable, part = arguments
        assert isinstance(variable, Name)
        with self.about(view, variable.path):
            return lower(part)

    def _filtered(self, tree: Method) -> tuple[View, Expression | None] | None:
        """Return the list of a test, and the test; None if it holds for all records.

        In a test over another list, an equality with its record relates both lists.
        """
        view = self.listed(tree.receiver)
        if view is None:
            return None
        variable, test = tree.arguments
        assert isinstance(variable, Name)
        tests = test.operands if isinstance(test, Operation) and test.operator == "&&" else (test,)
        equality = next((one for one in tests if self._relates(one, view, variable.path)), None)
        if equality is not None:
            related = self._related(view, variable, equality)
            tests = tuple(one for one in tests if one is not equality)
            if related is None or not tests:
                return None if related is None else (related, None)
            view = related
            test = tests[0] if len(tests) == 1 else Operation("&&", tests, tests[0].at)
        made = self._of_record(view, (variable, test), self.truth)
        return None if made is None else (view, made)

    def _relates(self, tree: Tree, view: View, variable: str) -> bool:
        """Return whether a test is an equality of a field with one of the record outside."""
        if not isinstance(tree, Operation) or tree.operator != "==" or not self.variable:
            return False
        if not isinstance(view, RecordList) or view.relation is not None:
            return False
        roots = [_root(side) for side in tree.operands]
        return self.variable != variable and sorted(roots) == sorted([self.variable, variable])

    def _related(self, view: View, variable: Name, equality: Tree) -> RecordList | None:
        """Return the records that an equality relates to the record outside."""
        assert isinstance(view, RecordList)
        assert isinstance(equality, Operation)
        inner, outer = sorted(equality.operands, key=lambda side: _root(side) != variable.path)
        own = self.expression(outer)
        key = self._of_record(view, (variable, inner), self.expression)
        if own is None or key is None:
            return None
        return self.made(equality, lambda: view.matching(own, key))


def _exists(view: View, test: Expression | None, *, one: bool) -> Expression:
    """Return whether a test holds for some record, or for exactly one."""
    if one:
        return (view.size() if test is None else view.filter(test).size()) == 1
    if test is not None and (isinstance(view, Groups) or view.relation is None):
        return view.any(test)
    some = view if test is None else view.filter(test)
    return some.any(Expression.constant(_graph(some), True))


def _graph(view: View) -> Graph:
    return view.key.graph if isinstance(view, Groups) else view.graph


def _root(tree: Tree) -> str:
    """Return the name before the first dot, "" for all that is not a dotted name."""
    root, dot, _ = tree.path.partition(".") if isinstance(tree, Name) else ("", "", "")
    return root if dot else ""


def _described(value: Expression) -> str:
    if value.type.kind == "bool":
        return "a yes/no value"
    return f"an {value.type}" if str(value.type)[0] in "ie" else f"a {value.type}"


def _are_reversed(low: Value, high: Value) -> bool:
    """Return whether two constants, numbers or dates, are not in ascending order."""
    if isinstance(low, date) and isinstance(high, date):
        return low > high
    return isinstance(low, int | Decimal) and isinstance(high, int | Decimal) and low > high


def _both_truths(left: Value, right: Value) -> bool:
    return all(
        isinstance(value, Expression) and value.type.kind == "bool" for value in (left, right)
    )


def _chain_fix(tree: Operation) -> str | None:
    """Return how to write `a < b < c`, or None for any other comparison."""
    from steelyard.language.conditions.text import format_condition

    left, right = tree.operands
    if not isinstance(left, Operation) or left.operator not in _ORDERED:
        return None
    middle = format_condition(left.operands[1])
    return f"write {format_condition(left)} && {middle} {tree.operator} {format_condition(right)}"


_ORDERED = ("<", "<=", ">", ">=", "==", "!=")
