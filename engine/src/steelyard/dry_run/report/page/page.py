"""The page as a whole: its head, what it may load, its sections in order."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.page.attribution import attribution_section
from steelyard.dry_run.report.page.distribution import distribution_section
from steelyard.dry_run.report.page.edits import edits_section
from steelyard.dry_run.report.page.headline import headline
from steelyard.dry_run.report.page.markup import Markup, section, tag
from steelyard.dry_run.report.page.merchants import merchants_section
from steelyard.dry_run.report.page.parts import parts_section, rewards_section
from steelyard.dry_run.report.page.proof import proof_section
from steelyard.dry_run.report.page.segments import segments_section
from steelyard.dry_run.report.page.tiers import tiers_section
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say

_TAGS = {"en": "en", "zh": "zh-CN"}
_MARKS = {"pass": "✓", "fail": "✗", "too_few": "?"}


@dataclass(frozen=True, slots=True)
class GuardrailLine:
    """What a guardrail says, in the page's language; a mark before it is the page's own."""

    outcome: Literal["pass", "fail", "too_few"]
    text: str


def impact_page(impact: Impact, verdicts: Sequence[GuardrailLine], language: Language) -> str:
    """Return the page. Raises `InvalidInput` if the library that draws charts is missing."""
    sections = _sections(impact, verdicts, language)
    title = say(
        "impact.page.title", language, live=impact.live.name, candidate=impact.candidate.name
    )
    body = tag(
        "body",
        tag("a", say("impact.page.skip", language), href="#main", class_="skip"),
        headline(impact, language),
        _contents(sections, language),
        tag("main", sections.values(), id="main", tabindex="-1"),
        tag("footer", tag("p", say("impact.page.foot", language))),
        _inside("script", "page.js"),
    )
    page = tag("html", _head(title), body, lang=_TAGS[language])
    return f"<!doctype html>\n{page}\n"


def _sections(
    impact: Impact, verdicts: Sequence[GuardrailLine], language: Language
) -> dict[str, Markup]:
    """Return the sections by name, in order; those with nothing to say are left out."""
    found = {
        "guardrails": _guardrails(verdicts, language) if verdicts else None,
        "edits": edits_section(impact, language),
    }
    if impact.verdict == "measured":
        found |= {
            "distribution": distribution_section(impact, language),
            "tiers": tiers_section(impact, language),
            "attribution": attribution_section(impact, language),
            "segments": segments_section(impact, language),
            "items": parts_section(impact, language),
            "rewards": rewards_section(impact, language),
            "merchants": merchants_section(impact, language),
        }
    found["proof"] = proof_section(impact, language)
    return {name: one for name, one in found.items() if one is not None}


def _guardrails(verdicts: Sequence[GuardrailLine], language: Language) -> Markup:
    lines = [
        tag(
            "li",
            tag("span", _MARKS[one.outcome], class_="sign", aria_hidden="true"),
            tag("b", say(f"impact.page.guardrail.{one.outcome}", language)),
            tag("span", one.text.removeprefix(f"{_MARKS[one.outcome]} ")),
            class_=one.outcome,
        )
        for one in verdicts
    ]
    title = say("impact.page.guardrails", language)
    return section("guardrails", title, tag("ul", lines, class_="guardrails"))


def _contents(names: Iterable[str], language: Language) -> Markup:
    links = [
        tag("li", tag("a", say(f"impact.page.nav.{name}", language), href=f"#{name}"))
        for name in names
    ]
    return tag("nav", tag("ul", links), aria_label=say("impact.page.contents", language))


def _head(title: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(_text("page.js").encode()).digest()).decode()
    # only the page's own script may run, whatever a name in the data contains
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        _inside("style", "page.css"),
    )


def _inside(name: str, file: str) -> Markup:
    return tag(name, Markup(_text(file)))


def _text(file: str) -> str:
    return files("steelyard.dry_run.report.page").joinpath(file).read_text(encoding="utf-8")
