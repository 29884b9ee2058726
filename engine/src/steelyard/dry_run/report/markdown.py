"""The impact of a change as Markdown that fits a pull request."""

from collections.abc import Iterator, Sequence

from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.numbers import NONE
from steelyard.dry_run.report.sections import (
    Section,
    edit_audience,
    edit_notes,
    heading_facts,
    measured_sections,
    notice_lines,
    plan_pairs,
    verdict_lines,
)
from steelyard.model.limits import MAX_MARKDOWN_EDITS
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line, places
from steelyard.report.wording.messages import say


def impact_markdown(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page; `guardrails` has the verdict of each in one line."""
    live, candidate = code(impact.live.name), code(impact.candidate.name)
    title = say("impact.title", language, live=live, candidate=candidate)
    verdicts = (escape(line) for line in verdict_lines(impact, language))
    blocks = [[f"## {title}", "", heading_facts(impact, language)], *([line] for line in verdicts)]
    if guardrails:
        blocks.append(_lines(Section(say("impact.guardrails", language), notes=guardrails)))
    if impact.verdict == "measured":
        blocks += [_lines(one) for one in measured_sections(impact, language)]
    if impact.edits:
        blocks.append([f"### {say('impact.edits', language)}", "", *_edits(impact, language)])
    notices = list(notice_lines(impact, language))
    if notices:
        blocks.append([f"- {escape(line)}" for line in notices])
    blocks.append(list(_proof(impact, language)))
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _lines(section: Section) -> list[str]:
    """Return a section; a table needs a first row, so one without a head has an empty one."""
    parts: list[list[str]] = [[f"### {section.title}"]]
    if section.intro:
        parts.append([section.intro])
    if section.rows:
        lines = ["---:" if letter == "r" else "---" for letter in section.columns]
        rows = [section.head or [""] * len(lines), *section.rows]
        cells = [[escape(cell) for cell in row] for row in rows]
        parts.append([f"| {' | '.join(row)} |" for row in cells])
        parts[-1].insert(1, f"|{'|'.join(lines)}|")
    if section.notes:
        parts.append([f"- {escape(line)}" for line in section.notes])
    return "\n\n".join("\n".join(part) for part in parts).split("\n")


def _edits(impact: Impact, language: Language) -> Iterator[str]:
    notes = edit_notes(impact, language)
    for number, edit in enumerate(impact.edits[:MAX_MARKDOWN_EDITS]):
        place = places(edit)
        details = [
            f"`{place}`" if place != NONE else "",
            edit_audience(impact, number, language),
            notes.get(number) or say(f"edit.effect.{edit.effect}", language),
        ]
        text = " · ".join(one for one in details if one)
        yield f"- {escape(edit_line(edit, language))} ({text})"
    more = len(impact.edits) - MAX_MARKDOWN_EDITS
    if more > 0:
        yield f"- {say('impact.more', language, count=str(more))}"


def _proof(impact: Impact, language: Language) -> Iterator[str]:
    yield f"<details><summary>{say('impact.digests', language)}</summary>"
    yield ""
    for kind, plans in plan_pairs(impact).items():
        name = " ".join(part for part in kind if part)
        before, after = (plan.digest if plan and plan.digest else NONE for plan in plans)
        yield f"- {name}: `{before}` → `{after}`"
    if impact.population is not None:
        yield f"- {say('impact.population', language)}: `{impact.population.digest}`"
    yield ""
    yield "</details>"


def escape(text: str) -> str:
    """Return a text with all its markup characters escaped."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def code(text: str) -> str:
    """Return a text as code."""
    return f"`{' '.join(text.split()).replace('`', '')}`"
