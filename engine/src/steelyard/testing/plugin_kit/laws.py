"""Checks of item types with random valid parameters, for random merchants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from hypothesis import strategies as st

from steelyard.evaluators import polars, python, reference
from steelyard.merchants.columns.rows import facts_frame
from steelyard.merchants.rows import Merchant
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Item, Plan, conditions_of
from steelyard.report.explanation import explain, tree_text
from steelyard.scorecard import Assembler
from steelyard.testing.plugin_kit.declarations import is_chinese, text_faults
from steelyard.testing.plugin_kit.merchants import Facts, days_of, merchant_text, merchants_of
from steelyard.testing.plugin_kit.parameters import draw_values, draws_of, plans_of
from steelyard.testing.plugin_kit.report import Finding, Note
from steelyard.testing.plugin_kit.subject import Subject

MIN_ACCEPTED = 10  # percent of the draws: with fewer, the schemas describe something else
MAX_NODES = 2_000  # of a plan with the item alone; the core's largest example has below a hundred
MAX_RECORD_NODES = 400  # of them, those that are evaluated for every record


@dataclass(frozen=True, slots=True)
class Trial:
    """One evaluation: a plan and its parameters, a merchant and a day, the values of all nodes."""

    parameters: str
    plan: Plan
    facts: Facts
    as_of: int
    values: list[Any]

    def __str__(self) -> str:
        return f"with {self.parameters}, for {merchant_text(self.facts, self.plan.facts)}"


@cache
def trials_of(subject: Subject, name: str) -> list[Trial]:
    """Return random trials of an item type, shortest first, the same for every check."""
    plans = list(plans_of(subject, name).items())
    strategy = st.integers(0, len(plans) - 1).flatmap(
        lambda number: st.tuples(
            st.just(plans[number]),
            merchants_of(plans[number][1], subject.seeds),
            st.sampled_from(days_of(plans[number][1])),
        )
    )
    trials = [
        Trial(parameters, plan, facts, day, reference.evaluate_nodes(plan.nodes, facts, day))
        for (parameters, plan), facts, day in draw_values(strategy, subject.examples * 3)
    ]
    return sorted(trials, key=lambda trial: (len(trial.facts), len(trial.parameters)))


def _item(plan: Plan) -> Item:
    return plan.items[0]


def parameters_are_accepted(subject: Subject) -> Iterator[Finding]:
    """Yield valid parameters that fail, or that are refused without a reason."""
    for name in subject.item_types:
        draws = draws_of(subject, name)
        refused = [draw for draw in draws if not isinstance(draw.result, Plan)]
        for draw in sorted(refused, key=lambda draw: (len(draw.parameters), draw.parameters)):
            fault = refusal_fault(draw.result, name)
            if fault:
                yield f"{name} with {draw.parameters}: {fault}"
                break
        accepted = len(draws) - len(refused)
        own = bool(draws) and isinstance(draws[0].result, Plan)  # the parameters of the example
        if (accepted - own) * 100 < MIN_ACCEPTED * (len(draws) - own):
            first = refused[0]
            problem = "" if isinstance(first.result, Plan) else first.result[0].what
            yield (
                f"{name} accepts {accepted} of {len(draws)} draws of parameters that fit its "
                f"schemas, and refuses {first.parameters}: {problem}; write such limits into the "
                "schemas"
            )
        yield Note(f"{name}: parameters accepted: {accepted} of {len(draws)}")


def refusal_fault(result: Any, name: str) -> str | None:  # noqa: ANN401 - a plan or problems
    """Return the fault of how parameters of an item type were refused, or None."""
    for problem in () if isinstance(result, Plan) else result:
        words = problem.what.removeprefix(f"{name}: ").strip()
        if problem.code == "SY210":
            place = f"{problem.place}: " if problem.place else ""
            return f"{place}{problem.what}; check the parameters, and use refuse(…)"
        if problem.place is None:
            return f"{problem.code} {problem.what!r} has no position"
        if len(words) < 10:
            return f"{problem.code} gives no reason: {words!r}"
    return None


def values_stay_in_bounds(subject: Subject) -> Iterator[Finding]:
    """Yield values outside the interval that the compiler proved for them."""
    for name in (*subject.item_types, *subject.rule_plans):
        for trial in trials_of(subject, name):
            points = trial.plan.items[0].points if trial.plan.items else None
            for index, (node, value) in enumerate(zip(trial.plan.nodes, trial.values, strict=True)):
                if value is not None and not node.low <= value <= node.high:
                    what = "its points" if index == points else f"a value ({node.op})"
                    limits = f"{node.low}…{node.high}"
                    yield f"{name}: {what}: {value} is outside the proved {limits} {trial}"
                    return


def evaluators_agree(subject: Subject) -> Iterator[Finding]:
    """Yield merchants for whom the reference, Python and Polars evaluators differ."""

    def order(trial: Trial) -> tuple[str, int]:
        return trial.parameters, trial.as_of

    for name in (*subject.item_types, *subject.rule_plans):
        trials = sorted(trials_of(subject, name), key=order)
        for (_, as_of), group in groupby(trials, order):
            batch = list(group)
            plan = batch[0].plan
            by_merchant, by_column = python.prepare(plan), polars.prepare(plan)
            merchants = [Merchant("a", "trial", None, trial.facts) for trial in batch]
            frame = facts_frame(merchants, {fact.id: fact for fact in plan.facts})
            rows = by_column(frame, as_of).rows()
            for trial, row in zip(batch, rows, strict=True):
                expected = reference.evaluate(plan, trial.facts, as_of)
                results = {"python": by_merchant(trial.facts, as_of), "polars": row}
                for evaluator, trace in results.items():
                    if tuple(trace) != expected:
                        yield f"{name}: the {evaluator} evaluator differs {trial}"
                        return
        yield Note(f"{name}: three evaluators, {len(trials)} merchants")


def outcomes_are_complete(subject: Subject) -> Iterator[Finding]:
    """Yield item types that have other outcomes than the seven, or that cannot be awarded."""
    for name in subject.item_types:
        outcomes: set[str] = set()
        for trial in trials_of(subject, name):
            code = trial.values[_item(trial.plan).outcome]
            if not isinstance(code, int) or not 0 <= code < len(ITEM_OUTCOMES):
                yield f"{name}: the outcome {code} is not one of {', '.join(ITEM_OUTCOMES)} {trial}"
                return
            outcomes.add(ITEM_OUTCOMES[code])
        if all(plan.nodes[_item(plan).met].high == 0 for plan in plans_of(subject, name).values()):
            yield f"{name} can never be awarded: its requirements contradict each other"
        yield Note(f"{name}: {', '.join(code for code in ITEM_OUTCOMES if code in outcomes)}")


def outcomes_are_explained(subject: Subject) -> Iterator[Finding]:
    """Yield texts that are missing in a language, and explanations that fail."""
    for name in subject.item_types:
        plans = plans_of(subject, name).values()
        yield from dict.fromkeys(
            f"{name}: {fault}" for plan in plans for fault in _requirement_faults(_item(plan))
        )
        for trial in trials_of(subject, name):
            merchant = Merchant("a", subject.industry, None, trial.facts)
            trace = reference.evaluate(trial.plan, trial.facts, trial.as_of)
            day = date.fromordinal(trial.as_of)
            card = Assembler(trial.plan, "trial", reference.prepare_nodes).scorecard(
                merchant, trace, day
            )
            english, chinese = (tree_text(explain(card, language)) for language in ("en", "zh"))
            if not english.strip() or not is_chinese(chinese):
                yield f"{name}: the explanation is empty {trial}"
                return


def _requirement_faults(item: Item) -> Iterator[str]:
    for requirement in conditions_of(item):
        id_, remedy = requirement.id, requirement.remedy
        yield from (
            f"the title of requirement {id_} {fault}" for fault in text_faults(requirement.title)
        )
        if remedy is not None:
            yield from (f"the remedy of {id_} {fault}" for fault in text_faults(remedy))
        if not requirement.atoms and not requirement.text:
            yield (
                f"requirement {id_} shows no observed value; "
                "make it comparisons joined by & or by |"
            )


def plans_are_small(subject: Subject) -> Iterator[Finding]:
    """Yield item types and rules whose plan has too many nodes, in all or for each record."""
    for name in (*subject.item_types, *subject.rule_plans):
        plans = plans_of(subject, name).values()
        nodes = max(len(plan.nodes) for plan in plans)
        of_records = max(sum(node.scope is not None for node in plan.nodes) for plan in plans)
        limits = ((nodes, MAX_NODES, ""), (of_records, MAX_RECORD_NODES, " for each record"))
        for count, limit, where in limits:
            if count > limit:
                yield f"a plan with one {name} has {count} nodes{where}; the maximum is {limit}"
        yield Note(f"{name}: a plan has at most {nodes} nodes, {of_records} for each record")
