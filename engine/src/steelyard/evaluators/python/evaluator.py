"""One Python function generated from a plan.

`prepare` gives the whole trace, `prepare_score` only the score. The source text is made of
operators, integers, names like `v12` and quoted ids; text written by a ruleset's author never runs
as code. The generator uses the proved intervals of the plan: known values become constants, decided
comparisons disappear, a division by a known positive number needs fewer cases. Every operation of
a plan has a value for every merchant, so the function may skip those that do not matter.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from steelyard.evaluators.python.operations import FUNCTIONS
from steelyard.evaluators.python.program import Emitter
from steelyard.evaluators.python.records import FUNCTIONS as OF_RECORDS
from steelyard.evaluators.simplify import simplify
from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Facts, Trace, trace_nodes


def prepare(plan: Plan) -> Callable[[Facts, int], Trace]:
    """Return a function from (facts, as_of) to the trace of a plan.

    Facts lie inside their bounds and required ones are present; `as_of` is a date's ordinal
    inside the plan's dates.
    """
    return prepare_nodes(plan.nodes, plan.facts, trace_nodes(plan))


def prepare_nodes(
    nodes: Sequence[Node], facts: Iterable[FactDeclaration], wanted: Sequence[int]
) -> Callable[[Facts, int], Trace]:
    """Return a function from (facts, as_of) to the values of some nodes without a scope."""
    emitter = Emitter(simplify(nodes), facts, wanted)
    values = "".join(f"{emitter.read(index)}, " for index in wanted)
    return _compile("trace", [*emitter.take_lines(), f"return ({values})"])


def prepare_score(plan: Plan) -> Callable[[Facts, int], int | None]:
    """Return a function from (facts, as_of) to the displayed score, None where there is none."""
    total = plan.total
    emitter = Emitter(simplify(plan.nodes), plan.facts, (total.has_score, total.score))
    gate = emitter.read(total.has_score)
    lines = emitter.take_lines()
    if gate != "True":
        lines += [f"if not {gate}:", "    return None"]
    score = emitter.read(total.score)
    return _compile("score", [*lines, *emitter.take_lines(), f"return {score}"])


def _compile(name: str, lines: list[str]) -> Callable[..., Any]:
    body = "".join(f"    {line}\n" for line in ["get = facts.get", *lines])
    source = f"def {name}(facts, as_of):\n{body}"
    space: dict[str, Any] = {"__builtins__": {"len": len, **FUNCTIONS, **OF_RECORDS}}
    exec(compile(source, f"<{name} of a plan>", "exec"), space)  # noqa: S102 - see the module
    return space[name]
