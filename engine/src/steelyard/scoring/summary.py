"""The summary of a scored population, as text for people and as JSON data.

Counts are exact. Shares are rounded half-even to a tenth of a percent, the mean to two decimals
more than the scores have; a quantile is the score of a real merchant (nearest rank).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from steelyard.errors import CODES
from steelyard.model.limits import MAX_SUMMARY_LINES
from steelyard.model.numbers import divide, format_scaled
from steelyard.model.outcomes import REQUIREMENT_STATUSES
from steelyard.model.texts import Language
from steelyard.plan.structure import Item, Plan, Requirement
from steelyard.report.wording.layout import columns
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed
from steelyard.scorecard.assemble import NOTHING_ASSESSED
from steelyard.scorecard.reading import titles_of
from steelyard.scoring.results.codes import BETWEEN
from steelyard.scoring.results.tally import Tally

_BARS = 10
_BAR_CELLS = 24
_NAMES = 2
_MEAN_DECIMALS = 2

FORMAT = "steelyard-summary/1"


def summary_text(
    tally: Tally, plans: Sequence[Plan], language: Language, written: Sequence[str] = ()
) -> str:
    """Return the summary as text; every line ends with a newline."""
    counts = say(
        "counts",
        language,
        merchants=_grouped(tally.rows),
        scored=_grouped(tally.scored),
        unscored=_grouped(tally.unscored),
        rejected=_grouped(tally.rejected),
    )
    blocks = [
        [counts],
        list(_score_lines(tally, plans, language)),
        _tier_lines(tally, plans, language),
        _reason_lines(tally, plans, language),
        _no_score_lines(tally, plans, language),
        _rejection_lines(tally, language),
        [say("population.written", language, list=listed(written, language))] if written else [],
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def summary_json(tally: Tally, plans: Sequence[Plan]) -> dict[str, Any]:
    """Return the summary as JSON data; its lists are complete."""
    decimals = tally.layout.display_decimals
    spread = _spread(tally)
    scores = {
        name: orjson.Fragment(format_scaled(value, decimals, trim=True))
        for name, value in (spread.quantiles if spread else {}).items()
    }
    if spread:
        mean = format_scaled(spread.mean, decimals + _MEAN_DECIMALS, trim=True)
        scores["mean"] = orjson.Fragment(mean)
    return {
        "format": FORMAT,
        "rows": tally.rows,
        "scored": tally.scored,
        "no_score": tally.unscored,
        "rejected": tally.rejected,
        "scores": scores or None,
        "rulesets": dict(sorted(tally.rulesets.items())),
        "tiers": _rows(sorted(tally.tiers.items()), "ruleset", "tier"),
        "outcomes": _rows(sorted(tally.outcomes.items()), "ruleset", "part", "outcome"),
        "reasons": [
            {**row, "reasons": row["reasons"].split()}
            for row in _rows(_descending(tally.reasons), "ruleset", "part", "outcome", "reasons")
        ],
        "reasons_for_no_score": [
            {"reasons": reasons.split(BETWEEN), "merchants": n}
            for reasons, n in _descending(tally.no_score)
        ],
        "rejections": [
            {"code": code, "name": CODES[code].name, "merchants": n}
            for code, n in _descending(tally.rejections)
        ],
        "plans": sorted(plan.name for plan in plans),
    }


def _rows(counts: Iterable[tuple[tuple[str, ...], int]], *names: str) -> list[dict[str, Any]]:
    """Return counts by several names as JSON data, with a key per name."""
    return [{**dict(zip(names, key, strict=True)), "merchants": n} for key, n in counts]


@dataclass(frozen=True, slots=True)
class _Spread:
    """The distribution of scores; `mean` has two decimals more than the scores."""

    mean: int
    quantiles: Mapping[str, int]
    bars: tuple[tuple[int, int, int], ...]  # from, to, merchants


def _spread(tally: Tally) -> _Spread | None:
    if not tally.scores:
        return None
    scores = sorted(tally.scores.items())
    total = sum(n for _, n in scores)
    mean = divide(sum(score * n for score, n in scores) * 10**_MEAN_DECIMALS, total, "half_even")
    low, high = scores[0][0], scores[-1][0]
    ranks = {"min": 1, "p10": -(-total // 10), "median": -(-total // 2)}
    ranks |= {"p90": -(-9 * total // 10), "max": total}
    quantiles = {name: _at_rank(scores, rank) for name, rank in ranks.items()}
    step = bar_width(high - low + 1, _BARS)
    start = low - low % step
    bars = tuple(
        (at, at + step - 1, sum(n for score, n in scores if at <= score < at + step))
        for at in range(start, high + 1, step)
    )
    return _Spread(mean, quantiles, bars)


def bar_width(width: int, bars: int) -> int:
    """Return the smallest 1, 2 or 5 times a power of ten that gives few enough bars."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * bars >= width:
                return step
        power *= 10


def _at_rank(scores: Sequence[tuple[int, int]], rank: int) -> int:
    seen = 0
    for score, n in scores:
        seen += n
        if seen >= rank:
            return score
    raise AssertionError("the rank is above the number of scores")


def _score_lines(tally: Tally, plans: Sequence[Plan], language: Language) -> Iterator[str]:
    spread = _spread(tally)
    if spread is None:
        return
    decimals = tally.layout.display_decimals
    mean = format_scaled(spread.mean, decimals + _MEAN_DECIMALS)
    shown = {name: format_scaled(value, decimals) for name, value in spread.quantiles.items()}
    yield say("population.scores", language)
    yield f"  {say('population.mean', language, mean=mean)}"
    yield f"  {say('population.quantiles', language, **shown)}"
    highest = max(n for _, _, n in spread.bars)
    top = max(
        plan.nodes[plan.total.score].high * tally.layout.display_factor(plan) for plan in plans
    )
    rows = [
        (
            _range(low, min(high, top), decimals),
            _grouped(n),
            _share(n, tally.scored),
            "█" * -(-n * _BAR_CELLS // highest),
        )
        for low, high, n in spread.bars
    ]
    yield from (f"  {line}" for line in columns(rows, "lrrl", gap=2))


def _range(low: int, high: int, decimals: int) -> str:
    ends = [format_scaled(end, decimals) for end in (low, high)]
    return ends[0] if low == high else "–".join(ends)


def _tier_lines(tally: Tally, plans: Sequence[Plan], language: Language) -> list[str]:
    if not tally.tiers:
        return []
    titles = {tier.id: tier.title for plan in reversed(plans) for tier in plan.tiers}
    counts: dict[str, int] = {tier.id: 0 for plan in plans for tier in plan.tiers}
    for (_, tier), n in tally.tiers.items():
        counts[tier] = counts.get(tier, 0) + n
    rows = [
        (titles[tier].of(language) if tier in titles else say("tier.none", language),
         _grouped(n), _share(n, tally.scored))
        for tier, n in counts.items()
    ]  # fmt: skip
    return _section("tiers", rows, "lrr", language)


def _reason_lines(tally: Tally, plans: Sequence[Plan], language: Language) -> list[str]:
    items = {(plan.name, item.id): (plan, item) for plan in plans for item in plan.items}
    counts = [
        (key, n)
        for key, n in _descending(tally.reasons)
        if key[:2] in items and key[2] != "out_of_scope"
    ]
    rows = []
    for (ruleset, part, outcome, reasons), n in counts[:MAX_SUMMARY_LINES]:
        plan, item = items[ruleset, part]
        words = say(f"item.{outcome}", language)
        names = _some(
            [_cause(plan, item, outcome, name, language) for name in reasons.split()], language
        )
        title = item.title.of(language)
        text = say("observed", language, title=words, observed=names) if names else words
        rows.append((title, plan.title.of(language), _grouped(n), text))
    return _section("reasons", rows, "llrl", language, total=len(counts))


def _no_score_lines(tally: Tally, plans: Sequence[Plan], language: Language) -> list[str]:
    titles = {
        gate.id: _not_met(gate.requirement, plan, language) for plan in plans for gate in plan.gates
    }
    titles[NOTHING_ASSESSED] = say("gate.nothing", language)
    rows = [
        (_grouped(n), listed((titles[name] for name in reasons.split(BETWEEN)), language))
        for reasons, n in _descending(tally.no_score)[:MAX_SUMMARY_LINES]
    ]
    return _section("unscored", rows, "rl", language)


def _rejection_lines(tally: Tally, language: Language) -> list[str]:
    counts = _descending(tally.rejections)
    rows = [(_grouped(n), code, CODES[code].name) for code, n in counts[:MAX_SUMMARY_LINES]]
    return _section("rejected", rows, "rll", language, total=len(counts))


def _section(
    key: str, rows: Sequence[tuple[str, ...]], aligned: str, language: Language, total: int = 0
) -> list[str]:
    """Return a heading and aligned rows, and how many of the `total` rows are left out."""
    if not rows:
        return []
    lines = [say(f"population.{key}", language)]
    lines += [f"  {line}" for line in columns(rows, aligned, gap=2)]
    more = total - MAX_SUMMARY_LINES
    return [*lines, f"  {say('population.more', language, count=str(more))}"] if more > 0 else lines


def _not_met(requirement: Requirement, plan: Plan, language: Language) -> str:
    """Return that a requirement is not met; where its facts may be missing, in general words."""
    is_known = plan.nodes[requirement.status].high < REQUIREMENT_STATUSES.index("no_data")
    if requirement.title_not_met is not None and is_known:
        return requirement.title_not_met.of(language)
    return say("requirement.not_met", language, title=requirement.title.of(language))


def _cause(plan: Plan, item: Item, outcome: str, name: str, language: Language) -> str:
    """Return the title of what caused an outcome: a requirement, gate, veto, group or fact."""
    if outcome == "not_assessed":
        gate = next(gate for gate in item.gates if gate.id == name)
        title = gate.title_not_met
        if title is not None:
            return title.of(language)
        return say("requirement.not_met", language, title=gate.title.of(language))
    parts = (*item.requirements, *item.gates, *plan.vetoes, *plan.groups)
    title = next((part.title for part in parts if part.id == name), titles_of(plan).get(name))
    return name if title is None else title.of(language)


def _some(names: Sequence[str], language: Language) -> str:
    """Return the first names as a list, and the number of the others."""
    text = listed(names[:_NAMES], language)
    more = len(names) - _NAMES
    return say("population.others", language, list=text, count=str(more)) if more > 0 else text


def _descending(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    """Return counts in descending order; equal counts in the order of their keys."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _grouped(number: int) -> str:
    return f"{number:,}"


def _share(part: int, total: int) -> str:
    return f"{format_scaled(divide(1000 * part, total, 'half_even'), 1)}%" if total else "—"
