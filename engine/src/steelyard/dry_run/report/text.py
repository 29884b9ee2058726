"""The impact of a change as text for a terminal, and as Markdown for a pull request.

The pages are templates, and share the one of the sections. What differs is how a heading, the rows
of a table and the lines below it are written: `_TextForm` and `_MarkdownForm`.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from steelyard.dry_run.impact.model import (
    Attribution,
    Contribution,
    Impact,
    PlanUsed,
    Reward,
    ShownMerchant,
    Spread,
    Standing,
)
from steelyard.dry_run.report.names import (
    dimension_name,
    dimensions,
    edit_audience,
    edit_notes,
    industry_name,
    kind_name,
    plan_pairs,
)
from steelyard.dry_run.report.numbers import NONE, count, percentage, score, short_fraction
from steelyard.errors import CODES
from steelyard.model.limits import MAX_MARKDOWN_EDITS, MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line, edits_text, places
from steelyard.report.html import render
from steelyard.report.wording.layout import table
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed
from steelyard.scorecard.model import Exact

Caller = Callable[[], str]  # the content of a block of a template

_LISTS = (
    ("winner", "impact.winners"),
    ("loser", "impact.losers"),
    ("near_miss", "impact.near_misses"),
    ("no_longer_scored", "impact.gone"),
)


def impact_text(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page as text; `guardrails` has the verdict of each in one line."""
    kinds, notes = list(plan_pairs(impact)), edit_notes(impact, language)
    edits = edits_text(impact.edits, impact.where, kinds, impact.industries, language, notes)
    return _render("text.txt", _TextForm, impact, guardrails, language, edits=Markup(edits))  # noqa: S704 - a text, not a page


def impact_markdown(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page as Markdown; `guardrails` has the verdict of each in one line."""
    return _render("markdown.txt", _MarkdownForm, impact, guardrails, language)


class _TextForm:
    """Sections as text: a heading, and everything below it indented."""

    @staticmethod
    def heading(caller: Caller) -> str:
        return f"{caller()}\n"

    @staticmethod
    def intro(caller: Caller) -> str:
        return f"  {caller()}"

    @staticmethod
    def rows(aligned: str, caller: Caller, *, head: bool = False) -> str:
        del head  # the first row of a table looks like the others
        return _indented(table(caller(), aligned, gap=2))

    @staticmethod
    def notes(caller: Caller) -> str:
        return _indented(caller())


class _MarkdownForm:
    """Sections as Markdown: headings, tables and lists, with an empty line before each."""

    @staticmethod
    def heading(caller: Caller) -> str:
        return f"### {caller()}\n"

    @staticmethod
    def intro(caller: Caller) -> str:
        return f"\n{caller()}"

    @staticmethod
    def rows(aligned: str, caller: Caller, *, head: bool = False) -> str:
        """Return a table; it needs a first row, so one without a head has an empty one."""
        lines = caller().splitlines()
        if not lines:
            return ""
        cells = [[escape(cell) for cell in line.split("\t")] for line in lines]
        cells = cells if head else [[""] * len(aligned), *cells]
        written = [f"| {' | '.join(row)} |\n" for row in cells]
        written.insert(1, f"|{'|'.join('---:' if side == 'r' else '---' for side in aligned)}|\n")
        return "\n" + "".join(written)

    @staticmethod
    def notes(caller: Caller) -> str:
        return "\n" + "".join(f"- {escape(line)}\n" for line in caller().splitlines())


def _indented(lines: str) -> str:
    return "".join(f"  {line}\n" for line in lines.splitlines())


def escape(text: str) -> str:
    """Return a text of Markdown with all its markup characters escaped."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def code(text: str) -> str:
    """Return a text as code of Markdown."""
    return f"`{' '.join(text.split()).replace('`', '')}`"


# --- values, as the templates call them


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
    for notice in impact.notices:
        key = "impact.notice"
        if notice.edited or notice.announced is None:
            key = "impact.notice.edited" if notice.edited else "impact.notice.none"
        yield say(
            key, language, ruleset=notice.ruleset, start=notice.start,
            announced=str(notice.announced), days=str(notice.days),
        )  # fmt: skip


def merchant_counts(impact: Impact) -> tuple[tuple[str, int], ...]:
    """Return the number of merchants with each change of score and status."""
    total = impact.total
    return (
        *((name, getattr(total, name)) for name in ("unchanged", "up", "down", "newly_scored")),
        ("no_longer_scored", total.count("scored", "no_score")),
        ("newly_rejected", total.newly_rejected),
        ("no_longer_rejected", total.count("rejected", "no_score")),
        ("unscored", total.count("no_score", "no_score")),
        ("rejected", total.count("rejected", "rejected")),
    )


def reasons(impact: Impact) -> list[tuple[str, int]]:
    """Return the most frequent codes of rejected merchants, with the number of merchants."""
    by_number = sorted(impact.rejections.items(), key=lambda entry: (-entry[1], entry[0]))
    return by_number[:MAX_TEXT_MERCHANTS]


def extremes(change: Spread) -> tuple[Exact, Exact]:
    """Return the largest rise and the largest drop."""
    assert change.max is not None
    assert change.min is not None
    rise, drop = max(change.max.value, 0), min(change.min.value, 0)
    return Exact(rise, change.decimals), Exact(drop, change.decimals)


def standings_used(impact: Impact) -> list[Standing]:
    """Return all tiers, and the other standings of at least one merchant."""
    used = {standing for move in impact.total.moves for standing in (move.before, move.after)}
    return [standing for standing in impact.standings if standing.is_tier or standing.id in used]


def moved(impact: Impact, before: Standing, after: Standing) -> str:
    """Return the number of merchants who moved from one standing to another; a dot for none."""
    moves = {(move.before, move.after): move.merchants for move in impact.total.moves}
    return count(moves[before.id, after.id]) if (before.id, after.id) in moves else "·"


def reward_changes(reward: Reward, language: Language) -> str:
    """Return how many merchants gained and lost a reward, and its cost."""
    parts = [
        say(f"impact.{name}", language, count=count(number))
        for name, number in (("gained", reward.gained), ("lost", reward.lost))
        if number
    ]
    if reward.cost is not None:
        before, after = str(reward.cost.before), str(reward.cost.after)
        currency = reward.cost.currency
        parts.append(say("impact.cost", language, before=before, after=after, currency=currency))
    return listed(parts, language)


def shown(impact: Impact, name: str) -> list[ShownMerchant]:
    """Return the first merchants of a list."""
    return [merchant for merchant in impact.merchants if name in merchant.lists][
        :MAX_TEXT_MERCHANTS
    ]


def merchant_parts(impact: Impact, merchant: ShownMerchant, language: Language) -> str:
    """Return the contributions of the edits to the change of a merchant's score."""
    attribution = impact.attribution
    if attribution is None:
        return ""
    parts = [
        f"{group.id} {short_fraction(attribution.points_of(part), impact.decimals)}"
        for group, part in zip(attribution.contributions, merchant.contributions, strict=True)
        if part
    ]
    return listed(parts, language)


def scored_fraction(attribution: Attribution, group: Contribution) -> str:
    """Return the contribution of a group to the number of merchants with a score."""
    return short_fraction(Fraction(group.scores, attribution.denominator), 0)


def all_scored(attribution: Attribution) -> str:
    """Return the change of the number of merchants with a score."""
    return short_fraction(Fraction(attribution.scores), 0)


def digest(plan: PlanUsed | None) -> str:
    """Return the digest of a plan; a dash without one."""
    return plan.digest if plan and plan.digest else NONE


_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    all_scored, code, count, digest, dimension_name, dimensions, edit_audience, edit_line,
    edit_notes, escape, extremes, heading_facts, industry_name, kind_name, merchant_counts,
    merchant_parts, moved, notice_lines, percentage, places, plan_pairs, reasons, reward_changes,
    score, scored_fraction, shown, standings_used, verdict_lines,
)  # fmt: skip


def _render(
    template: str,
    form: type[_TextForm | _MarkdownForm],
    impact: Impact,
    guardrails: Sequence[str],
    language: Language,
    **values: object,
) -> str:
    return render(
        template,
        package="steelyard.dry_run.report",
        impact=impact,
        guardrails=guardrails,
        language=language,
        heading=form.heading,
        intro=form.intro,
        rows=form.rows,
        notes=form.notes,
        fraction=lambda number: short_fraction(number, impact.decimals),
        codes=CODES,
        lists=_LISTS,
        most=MAX_TEXT_MERCHANTS,
        most_edits=MAX_MARKDOWN_EDITS,
        **{function.__name__: function for function in _FUNCTIONS},
        **values,
    )
