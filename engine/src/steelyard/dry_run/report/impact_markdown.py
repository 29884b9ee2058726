"""The impact of a change as Markdown that fits a pull request."""

from collections.abc import Iterator, Sequence

from steelyard.dry_run.impact.fractions import show_fraction
from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.impact_text import (
    counts_of,
    days,
    dimension_name,
    dimensions,
    edit_notes,
    everybody,
    extremes,
    grain,
    labels_used,
    number,
    segment_cells,
    share_of,
    signed,
)
from steelyard.model.limits import MAX_MARKDOWN_EDITS
from steelyard.model.texts import Language
from steelyard.report.changes import concerned, edit_line, places
from steelyard.report.wording.messages import say


def impact_markdown(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page; `guardrails` are their verdicts, a line each."""
    blocks = [list(_head(impact, language))]
    if guardrails:
        blocks.append([f"### {say('impact.guardrails', language)}", ""])
        blocks[-1] += [f"- {escaped(line)}" for line in guardrails]
    if impact.verdict == "measured":
        blocks += [
            list(_numbers(impact, language)),
            list(_shares(impact, language)),
            list(_matrix(impact, language)),
            *(list(_segments(impact, name, language)) for name in dimensions(impact)),
        ]
    blocks += [list(_edits(impact, language)), list(_proof(impact, language))]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _head(impact: Impact, language: Language) -> Iterator[str]:
    live, candidate = code(impact.live.name), code(impact.candidate.name)
    yield f"## {say('impact.title', language, live=live, candidate=candidate)}"
    yield ""
    facts = [days(impact, language)]
    if impact.population is not None:
        rows = f"{impact.population.rows:,}"
        facts.append(say("impact.merchants", language, merchants=rows))
    yield " · ".join(facts)
    if impact.verdict != "measured":
        yield ""
        yield say(f"impact.{impact.verdict}", language)


def _numbers(impact: Impact, language: Language) -> Iterator[str]:
    whole = impact.whole
    used = [(key, n) for key, n in counts_of(whole) if n]
    yield from table(
        [say(key, language) for key, _ in used],
        [[f"{n:,} ({share_of(n, whole.merchants)})" for _, n in used]],
    )
    yield ""
    facts = [
        f"{say(f'impact.{name}', language)} {number(before)} → {number(after)}"
        for name, before, after in (
            ("mean", whole.before.mean, whole.after.mean),
            ("median", whole.before.median, whole.after.median),
        )
    ]
    if whole.change.merchants:
        rise, drop = extremes(whole.change)
        facts.append(say("impact.largest", language, rise=rise, drop=drop))
    if whole.psi is not None:
        facts.append(say("impact.psi", language, psi=str(whole.psi)))
    yield " · ".join(facts)


def _shares(impact: Impact, language: Language) -> Iterator[str]:
    found = impact.attribution
    if found is None:
        return
    yield f"### {say('impact.attribution', language)}"
    yield ""
    merchants = max(impact.whole.change.merchants, 1)
    rows = [
        [
            share.id,
            "<br>".join(escaped(edit_line(impact.edits[n], language)) for n in share.edits),
            signed(show_fraction(share.points, found.denominator, impact.decimals)),
            signed(show_fraction(share.points, found.denominator * merchants, impact.decimals)),
            f"{share.up:,}",
            f"{share.down:,}",
        ]
        for share in found.shares
    ]
    rows.append(
        [
            "Σ",
            "",
            signed(show_fraction(found.points, 1, impact.decimals)),
            signed(show_fraction(found.points, merchants, impact.decimals)),
            "",
            "",
        ]
    )
    names = ("total", "mean", "up", "down")
    head = ["", say("impact.edits", language)]
    yield from table([*head, *(say(f"impact.column.{one}", language) for one in names)], rows)
    yield ""
    yield grain(impact, language)


def _matrix(impact: Impact, language: Language) -> Iterator[str]:
    labels = labels_used(impact, impact.whole)
    if not labels:
        return
    yield f"### {say('impact.tiers', language)}"
    yield ""
    moves = {(one.before, one.after): one.merchants for one in impact.whole.moves}
    yield from table(
        ["", *(one.title.of(language) for one in labels)],
        [
            [
                before.title.of(language),
                *(
                    f"{moves[key]:,}" if (key := (before.id, after.id)) in moves else "·"
                    for after in labels
                ),
            ]
            for before in labels
        ],
    )


def _segments(impact: Impact, dimension: str, language: Language) -> Iterator[str]:
    title = say("impact.segments", language, dimension=dimension_name(dimension, language))
    yield f"### {title}"
    yield ""
    columns = ("segment", "merchants")
    moves = ("mean_change", "tier_up", "tier_down")
    yield from table(
        [
            *(say(f"impact.column.{one}", language) for one in columns),
            say("impact.up", language),
            say("impact.down", language),
            *(say(f"impact.column.{one}", language) for one in moves),
        ],
        [
            [escaped(cell) for cell in segment_cells(one, language)]
            for one in impact.segments
            if one.dimension == dimension
        ],
    )


def _edits(impact: Impact, language: Language) -> Iterator[str]:
    if not impact.edits:
        return
    yield f"### {say('impact.edits', language)}"
    yield ""
    notes = edit_notes(impact, language)
    for number_, edit in enumerate(impact.edits[:MAX_MARKDOWN_EDITS]):
        whom = concerned(impact.where[number_], everybody(impact), impact.industries, language)
        effect = notes.get(number_) or say(f"edit.effect.{edit.effect}", language)
        stands = places(edit)
        rest = [f"`{stands}`" if stands != "—" else "", whom, effect]
        yield f"- {escaped(edit_line(edit, language))} ({' · '.join(one for one in rest if one)})"
    more = len(impact.edits) - MAX_MARKDOWN_EDITS
    if more > 0:
        yield f"- {say('impact.more', language, count=str(more))}"


def _proof(impact: Impact, language: Language) -> Iterator[str]:
    yield f"<details><summary>{say('impact.digests', language)}</summary>"
    yield ""
    after = {(one.industry, one.shop_type): one.digest for one in impact.candidate.plans}
    for one in impact.live.plans:
        other = after.get((one.industry, one.shop_type), "")
        who = " ".join(part for part in (one.industry, one.shop_type) if part)
        yield f"- {who}: `{one.digest or '—'}` → `{other or '—'}`"
    if impact.population is not None:
        yield f"- {say('impact.population', language)}: `{impact.population.digest}`"
    yield ""
    yield "</details>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return a Markdown table, line by line."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(['---', *(['---:'] * (len(head) - 1))])}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def escaped(text: str) -> str:
    """Return a text in which nothing is markup."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def code(text: str) -> str:
    """Return a text as code."""
    return f"`{' '.join(text.split()).replace('`', '')}`"
