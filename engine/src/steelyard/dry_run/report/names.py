"""Names of the industries, kinds of merchants and dimensions of a dry run."""

from steelyard.dry_run.impact.model import Impact, PlanUsed
from steelyard.model.texts import Language
from steelyard.report.changes import concerned
from steelyard.report.wording.messages import phrases, say

Kind = tuple[str, str | None]


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
