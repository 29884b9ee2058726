"""Checks of what item types do with random valid parameters, for random merchants."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Plan, Requirement
from steelyard.testing.plugin_kit.declarations import is_chinese, text_faults
from steelyard.testing.plugin_kit.draws import Draw, draws_of, plans_of
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.trial import only_item
from steelyard.testing.plugin_kit.trying import BrokenError, broken, for_merchants, shown
from steelyard.testing.plugin_kit.verdicts import Figure, Finding, Note, unclear

LEAST_ACCEPTED = 10  # of a hundred: fewer say that the schemas describe something else


def parameters_are_accepted(subject: Subject) -> Iterator[Finding]:
    """Yield parameters that fit the schemas and are refused as they should not be."""
    for name in subject.item_types:
        draws = draws_of(subject, name)
        refused = [draw for draw in draws if not isinstance(draw.made, Plan)]
        accepted = len(draws) - len(refused)
        # the example's own parameters are accepted by all but the worst
        own = bool(draws) and isinstance(draws[0].made, Plan)
        for draw in sorted(refused, key=lambda one: (len(one.parameters), one.parameters)):
            problems = () if isinstance(draw.made, Plan) else draw.made
            faults = [fault for one in problems if (fault := unclear(one, name)) is not None]
            if faults:
                yield f"{name} with {draw.parameters}: {faults[0]}"
                break
        if (accepted - own) * 100 < LEAST_ACCEPTED * (len(draws) - own):
            said = _first_refusal(refused)
            yield (
                f"{name} accepts {accepted} of {len(draws)} draws of parameters that fit its "
                f"schemas, for example: {said}; let the schemas say what is accepted"
            )
        yield Figure(f"{name}: parameters accepted", f"{accepted} of {len(draws)}")


def _first_refusal(refused: list[Draw]) -> str:
    made = refused[0].made
    return "" if isinstance(made, Plan) else f"{refused[0].parameters}: {made[0].what}"


def points_stay_in_bounds(subject: Subject) -> Iterator[Finding]:
    """Yield values that leave the interval that was proved for them."""
    from steelyard.evaluators.reference import evaluate_nodes

    def law(plan: Plan, facts: dict[str, Any], as_of: int) -> None:
        points = plan.nodes[only_item(plan).points]
        for node, value in zip(plan.nodes, evaluate_nodes(plan.nodes, facts, as_of), strict=True):
            if value is not None and not node.low <= value <= node.high:
                what = "its points" if node is points else f"a value ({node.op})"
                raise BrokenError(f"{what}: {value} is outside the proved {node.low}…{node.high}")

    yield from for_merchants(subject, law)


def evaluators_agree(subject: Subject) -> Iterator[Finding]:
    """Yield merchants for whom the reference, Python and Polars evaluators differ."""
    from hypothesis import strategies as st

    from steelyard.evaluators import polars, python, reference
    from steelyard.testing.plugin_kit.frames import frame_of
    from steelyard.testing.plugin_kit.merchants import days_of, merchants_of

    for name in subject.item_types:
        plans = plans_of(subject, name)
        prepared: dict[int, tuple[Any, Any]] = {}

        def law(
            case: tuple[int, list[dict[str, Any]], int],
            plans: tuple[Plan, ...] = plans,
            prepared: dict[int, tuple[Any, Any]] = prepared,
        ) -> None:
            number, merchants, as_of = case
            plan = plans[number]
            if number not in prepared:
                prepared[number] = (python.prepare(plan), polars.prepare(plan))
            by_one, by_column = prepared[number]
            rows = by_column(frame_of(plan.facts, merchants), as_of).rows()
            for facts, row in zip(merchants, rows, strict=True):
                meant = reference.evaluate(plan, facts, as_of)
                for word, found in (("scalar", by_one(facts, as_of)), ("columnar", row)):
                    if tuple(found) != meant:
                        raise BrokenError(
                            f"the {word} evaluator differs for {shown(facts, plan.facts)}"
                        )

        cases = st.integers(0, len(plans) - 1).flatmap(
            lambda number, plans=plans: st.tuples(
                st.just(number),
                st.lists(merchants_of(plans[number], subject.seeds), min_size=1, max_size=6),
                days_of(),
            )
        )
        yield from broken(name, cases, subject.examples, law)
        yield Note(f"{name}: three evaluators, {subject.examples} lists of merchants")


def outcomes_are_complete(subject: Subject) -> Iterator[Finding]:
    """Yield item types that have other outcomes than the seven, or can never be awarded."""
    from steelyard.evaluators.reference import evaluate_nodes

    seen: dict[str, set[str]] = {name: set() for name in subject.item_types}

    def law(plan: Plan, facts: dict[str, Any], as_of: int) -> None:
        item = only_item(plan)
        code = evaluate_nodes(plan.nodes, facts, as_of)[item.outcome]
        if not isinstance(code, int) or not 0 <= code < len(ITEM_OUTCOMES):
            raise BrokenError(f"the outcome {code} is none of {', '.join(ITEM_OUTCOMES)}")
        seen[item.type].add(ITEM_OUTCOMES[code])

    yield from for_merchants(subject, law)
    for name in subject.item_types:
        plans = plans_of(subject, name)
        if all(plan.nodes[only_item(plan).met].high == 0 for plan in plans):
            yield f"{name} can never be awarded: its requirements cannot hold together"
        yield Note(f"{name}: {', '.join(one for one in ITEM_OUTCOMES if one in seen[name])}")


def explanations_exist(subject: Subject) -> Iterator[Finding]:
    """Yield texts that are missing in one of the languages, and explanations that fail."""
    from steelyard.evaluators import reference
    from steelyard.merchants.rows import Merchant
    from steelyard.report.explanation import explain, tree_text
    from steelyard.scorecard import Assembler

    for name in subject.item_types:
        faults: dict[str, None] = {}
        for plan in plans_of(subject, name):
            faults.update(dict.fromkeys(_requirement_faults(plan)))
        yield from (f"{name}: {fault}" for fault in faults)

    def law(plan: Plan, facts: dict[str, Any], as_of: int) -> None:
        merchant = Merchant("a", subject.trial.industry, None, facts)
        trace = reference.evaluate(plan, facts, as_of)
        card = Assembler(plan, "trial", reference.prepare_nodes).scorecard(
            merchant, trace, date.fromordinal(as_of)
        )
        english, chinese = (tree_text(explain(card, language)) for language in ("en", "zh"))
        if not english.strip() or not is_chinese(chinese):
            raise BrokenError("the explanation is empty")

    yield from for_merchants(subject, law)


def _requirement_faults(plan: Plan) -> Iterator[str]:
    item = only_item(plan)
    scope: tuple[Requirement, ...] = () if item.scope is None else (item.scope,)
    for one in (*scope, *item.gates, *item.requirements):
        yield from (f"the title of requirement {one.id} {why}" for why in text_faults(one.title))
        if one.remedy is not None:
            yield from (f"the remedy of {one.id} {why}" for why in text_faults(one.remedy))
        if not one.atoms and not one.text:
            yield (
                f"requirement {one.id} shows nothing that was observed; "
                "make it comparisons joined by & or by |"
            )
