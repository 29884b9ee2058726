"""The impact of a change as text for a terminal, and as Markdown for a pull request.

Both are templates that include `sections.txt`, the sections about a scored population.
"""

from textwrap import indent
from typing import Literal

from steelyard.dry_run.guardrails.model import RunVerdict
from steelyard.dry_run.impact.model import DryRun, Impact
from steelyard.dry_run.report.guardrails import case_label
from steelyard.dry_run.report.heading import Heading
from steelyard.dry_run.report.numbers import (
    NONE,
    count,
    exact,
    percentage,
    score,
    short_fraction,
)
from steelyard.dry_run.report.view import ImpactView
from steelyard.errors import CODES
from steelyard.model.limits import MAX_MARKDOWN_EDITS, MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line, edits_text, places
from steelyard.report.html import environment
from steelyard.report.markdown import code, escape
from steelyard.report.wording.layout import plain, table
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed

Style = Literal["text", "markdown"]


def dry_run_text(run: DryRun, verdict: RunVerdict, language: Language) -> str:
    """Return the page: the verdict, then the impact in every case, then all guardrails."""
    heading = Heading(run, verdict, language)
    page = _head("head.txt", heading)
    for impact in run.impacts:
        if len(run.impacts) > 1:
            page += f"\n======== {case_label(impact.case, language)} ========\n"
        page += _render("impact.txt", "text", impact, language)
    if heading.guardrails:
        lines = "".join(f"  {line}\n" for _, line in heading.guardrails)
        page += f"\n{say('impact.guardrails', language)}\n{lines}"
    return page


def dry_run_markdown(run: DryRun, verdict: RunVerdict, language: Language) -> str:
    """Return the page as Markdown: the verdict with all guardrails, then every case."""
    page = _head("head.md", Heading(run, verdict, language))
    for impact in run.impacts:
        if len(run.impacts) > 1:
            page += f"\n## {escape(case_label(impact.case, language))}\n"
        page += f"\n{_render('impact.md', 'markdown', impact, language)}"
    return page


def _head(template: str, heading: Heading) -> str:
    templates = environment("steelyard.dry_run.report", text=True)
    functions = (code, escape, plain)
    return templates.get_template(template).render(
        {function.__name__: function for function in functions},
        heading=heading,
        first=heading.run.impacts[0],
        language=heading.language,
    )


def _render(template: str, style: Style, impact: Impact, language: Language) -> str:
    view = ImpactView(impact, language)
    notes = view.edit_notes()
    edits = edits_text(impact.edits, impact.where, view.known, language, notes)
    functions = (
        code, count, edit_line, escape, exact, listed, percentage, places, plain, score,
        short_fraction,
    )  # fmt: skip
    templates = environment("steelyard.dry_run.report", text=True)
    templates.filters["section"] = _section
    return templates.get_template(template).render(
        {function.__name__: function for function in functions},
        style=style,
        impact=impact,
        language=language,
        view=view,
        edit_lines=edits.splitlines(),
        notes=notes,
        codes=CODES,
        dash=NONE,
        max_merchants=MAX_TEXT_MERCHANTS,
        max_edits=MAX_MARKDOWN_EDITS,
    )


def _section(text: str, style: Style, aligned: str = "", head: int = 0) -> str:
    """Return a section in a style.

    The first line is its title, and lines with tabs are the rows of its table, the first `head` of
    them headings. Lines above the table introduce it, lines below are notes. `aligned` has a letter
    for every column: `l` (left) or `r` (right).
    """
    title, *lines = text.splitlines()
    if style == "text":
        body = table("".join(f"{line}\n" for line in lines), aligned, gap=2)
        return f"{title}\n{indent(body, '  ')}"
    rows = [[escape(cell) for cell in line.split("\t")] for line in lines if "\t" in line]
    parts = [f"### {escape(title)}"]
    if rows:
        # a table of Markdown needs a first row
        first, *rest = rows if head else [[""] * len(aligned), *rows]
        marks = ["---:" if letter == "r" else "---" for letter in aligned]
        cells = [f"| {' | '.join(row)} |" for row in (first, *rest)]
        start = next(place for place, line in enumerate(lines) if "\t" in line)
        parts += map(escape, lines[:start])
        parts.append("\n".join([cells[0], f"|{'|'.join(marks)}|", *cells[1:]]))
        lines = lines[start + len(rows) :]
    if lines:
        parts.append("\n".join(f"- {escape(line)}" for line in lines))
    return "\n\n".join(parts) + "\n"
