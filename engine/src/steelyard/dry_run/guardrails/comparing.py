"""The comparisons inside a condition, each with its two sides and its own result."""

from collections.abc import Iterator
from dataclasses import replace

from steelyard.dry_run.guardrails.model import Comparison, Sign
from steelyard.language.conditions import Condition, FactScope, format_condition, lower, lower_sides
from steelyard.language.conditions.tree import Call, Name, Operation, Tree, names_read
from steelyard.language.expressions import Expression, defined

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def comparisons_of(condition: Condition, scope: FactScope) -> tuple[Comparison, ...]:
    """Return the comparisons of a valid condition, in the order in which they are written."""
    return tuple(_below(condition, condition.tree, scope, denied=False))


def _below(
    condition: Condition, tree: Tree, scope: FactScope, *, denied: bool
) -> Iterator[Comparison]:
    match tree:
        case Operation(operator="!", operands=(inner,)):
            yield from _below(condition, inner, scope, denied=not denied)
        case Operation(operator="?:", operands=(test, *branches)):
            yield from _below(condition, test, scope, denied=False)
            for branch in branches:
                yield from _below(condition, branch, scope, denied=denied)
        case Operation(operator="&&" | "||", operands=operands):
            for operand in operands:
                yield from _below(condition, operand, scope, denied=denied)
        case Operation(operator="in", operands=(subject, members)):
            text = format_condition(members)[1:-1]
            sign = "not in" if denied else "in"
            yield _alone(condition, tree, subject, scope, sign, text)
        case Operation() if _reads(tree):
            yield _compared(condition, tree, scope, denied=denied)
        case Call(function="has", arguments=(Name() as asked,)):
            sign = "not given" if denied else "given"
            yield replace(_alone(condition, tree, tree, scope, sign, ""), text=asked.path)
        case _:  # true, false or a comparison of constants: no measure is observed
            pass


def _compared(
    condition: Condition, tree: Operation, scope: FactScope, *, denied: bool
) -> Comparison:
    first, second = tree.operands
    operator = tree.operator
    if not _reads(first) and _reads(second):  # the measured side comes first
        first, second, operator = second, first, _TURNED.get(operator, operator)
    sign: Sign = _DENIED[operator] if denied else operator  # type: ignore[assignment]  # of two sides
    part = replace(condition, tree=Operation(sign, (first, second), tree.at))
    text = format_condition(second) if _reads(second) else ""
    sides = lower_sides(part, scope)
    return _comparison(tree, first, sign, text, lower(part, scope), *sides)


def _alone(
    condition: Condition, tree: Tree, subject: Tree, scope: FactScope, sign: Sign, text: str
) -> Comparison:
    test = lower(replace(condition, tree=tree), scope)
    observed = lower(replace(condition, tree=subject), scope, want="any")
    test = ~test if sign.startswith("not") else test
    return _comparison(tree, subject, sign, text, test, observed)


def _comparison(
    tree: Tree,
    subject: Tree,
    sign: Sign,
    text: str,
    test: Expression,
    observed: Expression,
    needed: Expression | None = None,
) -> Comparison:
    return Comparison(
        text=format_condition(subject),
        sign=sign,
        needed_text=text,
        test=test.index,
        known=defined(test).index,
        observed=observed.index,
        needed=None if needed is None else needed.index,
        reads=tuple(sorted({name.path for name in names_read(tree)})),
    )


def _reads(tree: Tree) -> bool:
    return any(True for _ in names_read(tree))
