"""The impact of a change as sections of lines and tables, for text and for Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from steelyard.dry_run.impact.model import (
    Attribution,
    Impact,
    PlanUsed,
    Reward,
    Segment,
    Spread,
    Standing,
)
from steelyard.dry_run.report.numbers import count, percentage, score, short_fraction
from steelyard.errors import CODES
from steelyard.model.limits import MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import concerned, edit_line
from steelyard.report.wording.layout import columns
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import listed
from steelyard.scorecard.model import Exact

Kind = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a line below it, a table, and lines below the table; all but one may be empty.

    `columns` has a letter for every column of the table: `l` (left) or `r` (right).
    """

    title: str
    intro: str = ""
    columns: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()


# --- names


def industry_name(impact: Impact, industry: str, language: Language) -> str:
    """Return the title of an industry."""
    title = impact.industries.get(industry)
    return title.of(language) if title else industry


def kind_name(impact: Impact, industry: str, shop_type: str | None, language: Language) -> str:
    """Return the titles of an industry and a shop type."""
    name = industry_name(impact, industry, language)
    if not shop_type:
        return name
    title = impact.shop_types.get(shop_type)
    return f"{name} · {title.of(language) if title else shop_type}"


def dimension_name(dimension: str, language: Language, *, as_title: bool = False) -> str:
    """Return the name of a dimension inside a sentence or as a title; of a fact, its id."""
    key = f"impact.page.dimension.{dimension}" if as_title else f"impact.dimension.{dimension}"
    return say(key, language) if key in phrases(language) else dimension


def dimensions(impact: Impact) -> list[str]:
    """Return the dimensions of the segments, in order."""
    return list(dict.fromkeys(one.dimension for one in impact.segments if one.dimension))


def plan_pairs(impact: Impact) -> dict[Kind, tuple[PlanUsed | None, PlanUsed | None]]:
    """Return the plans of both sides for every kind of merchant that either side knows."""
    before, after = (
        {(plan.industry, plan.shop_type): plan for plan in side.plans}
        for side in (impact.live, impact.candidate)
    )
    return {kind: (before.get(kind), after.get(kind)) for kind in (*before, *after)}


def edit_audience(impact: Impact, edit: int, language: Language) -> str:
    """Return the industries that an edit concerns, with shop types where not all of them."""
    return concerned(impact.where[edit], list(plan_pairs(impact)), impact.industries, language)


def edit_notes(impact: Impact, language: Language) -> dict[int, str]:
    """Return, by number, a remark on each edit without an effect on this population."""
    untouched = impact.untouched if impact.verdict == "measured" else ()
    notes = {number: say("edit.untouched", language) for number in untouched}
    return notes | {number: say("edit.idle", language) for number in impact.idle}


# --- lines


def heading_facts(impact: Impact, language: Language) -> str:
    """Return the days, the scene and the size of the population."""
    before, after = impact.live.as_of, impact.candidate.as_of
    facts = [
        say("impact.day", language, day=before)
        if before == after
        else say("impact.days", language, before=before, after=after)
    ]
    if impact.scene:
        facts.append(say("scene", language, scene=impact.scene))
    if impact.population is not None:
        rows = count(impact.population.rows)
        facts.append(say("impact.merchants", language, merchants=rows))
    return " · ".join(facts)


def verdict_lines(impact: Impact, language: Language) -> Iterator[str]:
    """Yield why no merchant was scored, or which industries the population lacks."""
    if impact.verdict != "measured":
        yield say(f"impact.{impact.verdict}", language)
        yield say("impact.nobody_scored", language)
    # the industry of a rejected row is unknown
    elif impact.missing_kinds and not impact.rejections:
        names = [industry_name(impact, one, language) for one in impact.missing_kinds]
        yield say("impact.missing", language, list=listed(names, language))


def notice_lines(impact: Impact, language: Language) -> Iterator[str]:
    """Yield the notice given of every changed ruleset."""
    for one in impact.notices:
        key = "impact.notice"
        if one.edited or one.announced is None:
            key = "impact.notice.edited" if one.edited else "impact.notice.none"
        yield say(
            key, language, ruleset=one.ruleset, start=one.start,
            announced=str(one.announced), days=str(one.days),
        )  # fmt: skip


# --- sections


def measured_sections(impact: Impact, language: Language) -> Iterator[Section]:
    """Yield the sections about a scored population, without merchants by name."""
    yield _merchant_counts(impact, language)
    if impact.total.before.merchants or impact.total.after.merchants:
        yield _scores(impact, language)
    standings = _standings_used(impact)
    if standings:
        yield _tiers(impact.total, standings, language)
    if impact.attribution is not None:
        yield _contributions(impact, impact.attribution, language)
    for dimension in dimensions(impact):
        yield _segments(impact, dimension, language)
    rewards = [one for one in impact.rewards if one.gained or one.lost or one.cost]
    if rewards:
        rows = [_reward(one, language) for one in rewards]
        yield Section(say("impact.rewards", language), columns="lrl", rows=rows)
    if impact.total.near_miss and impact.near is not None:
        near_miss, near = count(impact.total.near_miss), str(impact.near)
        yield Section(say("impact.near_miss", language, count=near_miss, near=near))


def _merchant_counts(impact: Impact, language: Language) -> Section:
    total = impact.total
    counts = {
        "impact.unchanged": total.unchanged,
        "impact.up": total.up,
        "impact.down": total.down,
        "impact.newly_scored": total.newly_scored,
        "impact.no_longer_scored": total.count("scored", "no_score"),
        "impact.newly_rejected": total.newly_rejected,
        "impact.no_longer_rejected": total.count("rejected", "no_score"),
        "impact.unscored": total.count("no_score", "no_score"),
        "impact.rejected": total.count("rejected", "rejected"),
    }
    always = ("impact.unchanged", "impact.up", "impact.down")
    rows = [
        (say(key, language), count(n), percentage(n, total.merchants))
        for key, n in counts.items()
        if n or key in always
    ]
    reasons = sorted(impact.rejections.items(), key=lambda one: (-one[1], one[0]))
    reasons = reasons[:MAX_TEXT_MERCHANTS]
    lines = columns([(count(n), code, CODES[code].name) for code, n in reasons], "rll", gap=2)
    notes = [say("population.rejected", language), *(f"  {line}" for line in lines)]
    title = say("impact.merchants.heading", language)
    return Section(title, columns="lrr", rows=rows, notes=notes if reasons else ())


def _scores(impact: Impact, language: Language) -> Section:
    total = impact.total
    rows = [
        (say("impact.mean", language), score(total.before.mean), score(total.after.mean)),
        (say("impact.median", language), score(total.before.median), score(total.after.median)),
    ]
    notes: list[str] = []
    if total.change.merchants:
        mean, merchants = score(total.change.mean, signed=True), count(total.change.merchants)
        notes.append(say("impact.mean_change", language, mean=mean, count=merchants))
        rise, drop = _extremes(total.change)
        notes.append(say("impact.largest", language, rise=rise, drop=drop))
    if total.psi is not None:
        notes.append(say("impact.psi", language, psi=str(total.psi)))
    up, down = count(total.tier_up), count(total.tier_down)
    notes.append(say("impact.tier_moves", language, up=up, down=down))
    head = ("", say("impact.before", language), say("impact.after", language))
    return Section(say("impact.scores", language), "", "lrr", head, rows, notes)


def _extremes(change: Spread) -> tuple[str, str]:
    """Return the largest rise and the largest drop."""
    assert change.max is not None
    assert change.min is not None
    rise = Exact(max(change.max.value, 0), change.decimals)
    drop = Exact(min(change.min.value, 0), change.decimals)
    return score(rise, signed=True), score(drop, signed=True)


def _standings_used(impact: Impact) -> list[Standing]:
    """Return all tiers, and the other standings of at least one merchant."""
    used = {standing for one in impact.total.moves for standing in (one.before, one.after)}
    return [one for one in impact.standings if one.is_tier or one.id in used]


def _tiers(total: Segment, standings: Sequence[Standing], language: Language) -> Section:
    moves = {(one.before, one.after): count(one.merchants) for one in total.moves}
    titles = [one.title.of(language) for one in standings]
    rows = [
        [title, *(moves.get((before.id, after.id), "·") for after in standings)]
        for title, before in zip(titles, standings, strict=True)
    ]
    letters = "l" + "r" * len(standings)
    return Section(say("impact.tiers", language), "", letters, ["", *titles], rows)


def _contributions(impact: Impact, attribution: Attribution, language: Language) -> Section:
    merchants = max(impact.total.change.merchants, 1)
    has_scores = any(one.scores for one in attribution.contributions)
    names = ["total", "mean", "up", "down", *(["scored"] if has_scores else [])]
    decimals = impact.decimals

    def row(name: str, points: Fraction, counts: tuple[str, str], scores: Fraction) -> list[str]:
        sums = [short_fraction(points, decimals), short_fraction(points / merchants, decimals)]
        return [name, *sums, *counts, *([short_fraction(scores, 0)] if has_scores else [])]

    rows: list[list[str]] = []
    notes: list[str] = []
    for group in attribution.contributions:
        points = attribution.points_of(group.points)
        scores = Fraction(group.scores, attribution.denominator)
        rows.append(row(group.id, points, (count(group.up), count(group.down)), scores))
        lines = [edit_line(impact.edits[number], language) for number in group.edits]
        ids = [group.id, *("  " for _ in lines[1:])]
        named = zip(ids, lines[:MAX_TEXT_MERCHANTS], strict=False)
        notes += [f"{name}  {line}" for name, line in named]
        if len(lines) > MAX_TEXT_MERCHANTS:
            more = say("impact.more", language, count=str(len(lines) - MAX_TEXT_MERCHANTS))
            notes.append(f"    {more}")
    points = Fraction(attribution.points, 10**decimals)
    rows.append(row("Σ", points, ("", ""), Fraction(attribution.scores)))
    intro = say("impact.exact", language)
    if attribution.grain != "edit":
        limit = str(attribution.limit)
        intro += f" {say(f'impact.grain.{attribution.grain}', language, limit=limit)}"
    head = ["", *(say(f"impact.column.{name}", language) for name in names)]
    letters = "l" + "r" * len(names)
    return Section(say("impact.attribution", language), intro, letters, head, rows, notes)


def _segments(impact: Impact, dimension: str, language: Language) -> Section:
    head = [
        say(f"impact.{name}", language)
        for name in (
            "column.segment", "column.merchants", "up", "down", "column.mean_change",
            "column.tier_up", "column.tier_down",
        )
    ]  # fmt: skip
    rows = [
        (
            one.title.of(language),
            count(one.merchants),
            count(one.up),
            count(one.down),
            score(one.change.mean, signed=True),
            count(one.tier_up),
            count(one.tier_down),
        )
        for one in impact.segments
        if one.dimension == dimension
    ]
    title = say("impact.segments", language, dimension=dimension_name(dimension, language))
    return Section(title, "", "lrrrrrr", head, rows)


def _reward(reward: Reward, language: Language) -> tuple[str, str, str]:
    parts = [
        say(f"impact.{name}", language, count=count(n))
        for name, n in (("gained", reward.gained), ("lost", reward.lost))
        if n
    ]
    if reward.cost is not None:
        before, after = str(reward.cost.before), str(reward.cost.after)
        currency = reward.cost.currency
        parts.append(say("impact.cost", language, before=before, after=after, currency=currency))
    numbers = f"{count(reward.before)} → {count(reward.after)}"
    return reward.title.of(language), numbers, listed(parts, language)
