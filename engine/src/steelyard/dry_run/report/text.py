"""The impact of a change as text for a terminal."""

from collections.abc import Iterator, Sequence

from steelyard.dry_run.impact.model import Impact, PlanUsed, ShownMerchant
from steelyard.dry_run.report.numbers import NONE, score, short_fraction
from steelyard.dry_run.report.sections import (
    Section,
    edit_notes,
    heading_facts,
    industry_name,
    kind_name,
    measured_sections,
    notice_lines,
    plan_pairs,
    verdict_lines,
)
from steelyard.model.limits import MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import edits_text
from steelyard.report.wording.layout import columns, plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed

_DIGEST = 23  # characters that are shown of `sha256:…`
_LISTS = {
    "winner": "impact.winners",
    "loser": "impact.losers",
    "near_miss": "impact.near_misses",
    "no_longer_scored": "impact.gone",
}


def impact_text(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page; `guardrails` has the verdict of each in one line."""
    live, candidate = plain(impact.live.name), plain(impact.candidate.name)
    title = say("impact.title", language, live=live, candidate=candidate)
    blocks = [[title, heading_facts(impact, language), *verdict_lines(impact, language)]]
    if impact.edits:
        kinds, notes = list(plan_pairs(impact)), edit_notes(impact, language)
        text = edits_text(impact.edits, impact.where, kinds, impact.industries, language, notes)
        blocks.append(text.rstrip("\n").split("\n"))
    if impact.verdict == "measured":
        blocks += [_lines(one) for one in measured_sections(impact, language)]
        blocks += [_lines(one) for one in _merchants(impact, language)]
    blocks.append(list(notice_lines(impact, language)))
    if guardrails:
        blocks.append([say("impact.guardrails", language), *(f"  {one}" for one in guardrails)])
    blocks.append(_lines(_proof(impact, language)))
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _lines(section: Section) -> list[str]:
    rows = [section.head, *section.rows] if section.head else section.rows
    lines = [section.intro] if section.intro else []
    lines += [*columns(rows, section.columns, gap=2), *section.notes]
    return [section.title, *(f"  {line}" for line in lines)]


def _merchants(impact: Impact, language: Language) -> Iterator[Section]:
    for name, key in _LISTS.items():
        shown = [one for one in impact.merchants if name in one.lists][:MAX_TEXT_MERCHANTS]
        if shown:
            rows = [_merchant(one, impact, language) for one in shown]
            yield Section(say(key, language), columns="llrl", rows=rows)


def _merchant(merchant: ShownMerchant, impact: Impact, language: Language) -> tuple[str, ...]:
    parts: list[str] = []
    if impact.attribution is not None:
        attribution = impact.attribution
        pairs = zip(attribution.contributions, merchant.contributions, strict=True)
        parts = [
            f"{group.id} {short_fraction(attribution.points_of(part), impact.decimals)}"
            for group, part in pairs
            if part
        ]
    return (
        plain(merchant.merchant),
        industry_name(impact, merchant.industry, language),
        f"{score(merchant.score_before)} → {score(merchant.score_after)}",
        listed(parts, language),
    )


def _proof(impact: Impact, language: Language) -> Section:
    rows: list[Sequence[str]] = []
    for (industry, shop_type), (before, after) in plan_pairs(impact).items():
        digests = [_digest(before), _digest(after)]
        sign = "=" if digests[0] == digests[1] else "→"
        name = kind_name(impact, industry, shop_type, language)
        rows.append((name, digests[0], sign, digests[1]))
    if impact.population is not None:
        digest = impact.population.digest[:_DIGEST]
        rows.append((say("impact.population", language), digest))
    return Section(say("impact.digests", language), columns="llll", rows=rows)


def _digest(plan: PlanUsed | None) -> str:
    return plan.digest[:_DIGEST] if plan and plan.digest else NONE
