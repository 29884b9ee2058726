"""The judging of guardrails, for the whole population or for each segment."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from steelyard.dry_run.guardrails.measures import (
    COUNTS,
    NOTHING_TO_ANNOUNCE,
    RUN_WIDE,
    UNCHANGED,
    WHOLE,
    Measured,
)
from steelyard.dry_run.guardrails.model import (
    Comparison,
    Guardrail,
    Guardrails,
    Observation,
    Outcome,
    RunOutcome,
    RunVerdict,
    Value,
    Verdict,
)
from steelyard.dry_run.impact.model import DryRun, Impact, Segment
from steelyard.errors import Problems, suggest
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node
from steelyard.scorecard.model import Exact

_NO_DATE = 1  # no measure is a date, so the date of judging is never read
_UNNAMED = Text("", "")
_ASCENDING: tuple[Outcome, ...] = ("too_few", "pass", "fail")  # by their weight


def judge_run(guardrails: Guardrails, run: DryRun) -> RunVerdict:
    """Judge every guardrail in every case, and once if it reads measures of the whole run only.

    Raises `InvalidInput` for a dimension that the run does not have.
    """
    run_wide = {"unexercised_edits": len(run.unexercised)}
    once = [one for one in guardrails.listed if one.reads <= RUN_WIDE]
    verdicts: list[Verdict] = []
    for number, impact in enumerate(run.impacts):
        if impact.verdict == "measured":
            measured = [_measured(segment, _notice_days(impact)) for segment in impact.segments]
        else:
            unchanged = {**dict.fromkeys(COUNTS, 0), **UNCHANGED}
            names = ("", *impact.dimensions)
            measured = [Measured(name, "", _UNNAMED, 1, unchanged, proved=True) for name in names]
        measured = [replace(one, values={**one.values, **run_wide}) for one in measured]
        found = judge(guardrails, measured, impact.dimensions)
        if number == 0:
            verdicts += [one for one in found if any(one.id == other.id for other in once)]
        verdicts += [
            replace(one, case=impact.case)
            for one in found
            if all(one.id != other.id for other in once)
        ]
    outcome: RunOutcome = "not_judged"
    for one in _ASCENDING:
        if any(verdict.outcome == one for verdict in verdicts):
            outcome = one
    return RunVerdict(outcome, tuple(verdicts))


def needs_scores(guardrails: Guardrails) -> bool:
    """Return whether a guardrail reads a measure that only scores give, even without a change."""
    known = UNCHANGED.keys() | RUN_WIDE
    return any(not one.reads <= known for one in guardrails.listed)


def judge(
    guardrails: Guardrails, measured: Sequence[Measured], dimensions: Sequence[str]
) -> tuple[Verdict, ...]:
    """Return the verdicts in the order of the guardrails, then of the segments.

    `measured` has the whole population and every segment of the run's `dimensions`. A guardrail for
    a dimension without segments has one verdict: too few merchants to judge.

    Raises `InvalidInput` (SY333) with every `by` that names a dimension the run does not have, and
    `ValueError` if `measured` lacks the whole population, or is no fit for `Measured.facts`.
    """
    _check_dimensions(guardrails, dimensions)
    if not any(one.dimension == "" for one in measured):
        raise ValueError("the whole population was not measured")
    verdicts: list[Verdict] = []
    for guardrail in guardrails.listed:
        segments = [one for one in measured if one.dimension == guardrail.by]
        nothing = Measured(guardrail.by, "", _UNNAMED, 0, {})
        verdicts += [_verdict(guardrail, segment) for segment in segments or [nothing]]
    return tuple(verdicts)


def _check_dimensions(guardrails: Guardrails, dimensions: Sequence[str]) -> None:
    problems = Problems()
    for guardrail in guardrails.listed:
        if guardrail.by and guardrail.by not in dimensions:
            problems.add(
                "SY333",
                f"unknown dimension {guardrail.by!r}",
                guardrail.by_place,
                expected=f"one of {', '.join(dimensions)}" if dimensions else "no `by`",
                fix=suggest(guardrail.by, dimensions),
            )
    problems.raise_any()


def _verdict(guardrail: Guardrail, measured: Measured) -> Verdict:
    enough = measured.proved or measured.merchants >= guardrail.min
    observations: tuple[Observation, ...] = ()
    passes = False
    if enough:
        facts = measured.facts()
        values = evaluate_nodes(guardrail.nodes, facts, _NO_DATE)
        passes = bool(values[guardrail.known]) and bool(values[guardrail.test])
        observations = tuple(
            _observation(comparison, guardrail.nodes, values, facts, _money(measured))
            for comparison in guardrail.comparisons
        )
    return Verdict(
        id=guardrail.id,
        title=guardrail.title,
        condition=guardrail.condition,
        dimension=measured.dimension,
        segment=measured.segment,
        segment_title=measured.title,
        merchants=0 if measured.proved else measured.merchants,
        min=guardrail.min,
        outcome=("pass" if passes else "fail") if enough else "too_few",
        observations=observations,
        why=guardrail.why,
        place=guardrail.place,
    )


def _observation(
    one: Comparison,
    nodes: Sequence[Node],
    values: Sequence[int | bool | None],
    facts: Collection[str],
    currency: str | None,
) -> Observation:
    known = bool(values[one.known])
    missing = () if known else tuple(name for name in one.reads if name not in facts)
    observed, needed = nodes[one.observed], None if one.needed is None else nodes[one.needed]
    # a number without a unit takes the unit of the other side
    unit = observed.type.unit or (needed.type.unit if needed else None)
    unit = currency if unit == "money" else unit
    limit = None
    # a constant limit is known even if the measure is missing
    if needed and one.needed is not None and (known or not one.needed_text):
        limit = _value(needed, values[one.needed], unit)
    return Observation(
        measure=one.text,
        observed=_value(observed, values[one.observed], unit) if known else None,
        sign=one.sign,
        needed=limit,
        needed_text=one.needed_text,
        holds=bool(values[one.test]) if known else None,
        missing=missing,
    )


def _value(node: Node, value: int | bool | None, unit: str | None) -> Value:
    assert value is not None
    if node.type.kind == "bool":
        return bool(value)
    return Exact(int(value), node.type.decimals, unit)


def _money(measured: Measured) -> str | None:
    """Return the currency of the benefit costs in a run; None if there is not exactly one."""
    value = measured.values.get("benefit_cost_change")
    return value.unit if isinstance(value, Exact) else None


def _notice_days(impact: Impact) -> int:
    """Return the shortest notice in days; 0 if merchants lose something and nothing announced it.

    If there is nothing to announce, the notice is as long as the calendar.
    """
    if impact.notices:
        return min(notice.days for notice in impact.notices)
    return 0 if impact.total.worse_off else NOTHING_TO_ANNOUNCE


def _measured(segment: Segment, notice: int) -> Measured:
    drop = segment.change.drop
    scored = {"scored_before": segment.before.merchants, "scored_after": segment.after.merchants}
    values: dict[str, Exact | int | None] = {
        **{name: getattr(segment, name) for name in COUNTS if name not in (WHOLE, *scored)},
        **scored,
        **{
            f"{of}_{spread}": getattr(getattr(segment, spread), of)
            for of in ("mean", "median")
            for spread in ("change", "before", "after")
        },
        "max_drop": drop and replace(drop, value=-drop.value),
        "max_rise": segment.change.rise,
        "psi": segment.psi,
        "benefit_cost_change": _cost(segment),
        "notice_days": notice,
    }
    # a segment without any score on both sides cannot be judged
    merchants = segment.merchants if any(scored.values()) or not segment.dimension else 0
    return Measured(segment.dimension, segment.value, segment.title, merchants, values)


def _cost(segment: Segment) -> Exact | None:
    """Return the rise of benefit costs; None if there are no costs, or costs in two currencies."""
    if len(segment.costs) != 1:
        return None
    (money,) = segment.costs
    return Exact(money.after.value - money.before.value, money.after.decimals, money.currency)
