"""What the page can be checked against: the digest of every plan, and of the population."""

from collections.abc import Iterator

from steelyard.dry_run.impact.model import Impact, PlanUsed
from steelyard.dry_run.report.page.markup import Markup, Node, data_table, section, tag
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say

Kind = tuple[str, str | None]


def proof_section(impact: Impact, language: Language) -> Markup:
    """Return the section."""
    heads = ("kind_of_merchant", "rules_before", "rules_after", "digests")
    population = impact.population
    return section(
        "proof",
        say("impact.page.proof", language),
        tag("p", say(f"impact.page.proof.{impact.verdict}", language)),
        data_table(
            say("impact.page.proof.table", language),
            [say(f"impact.page.column.{head}", language) for head in heads],
            _rows(impact, language),
            texts=4,
        ),
        tag("p", say("impact.page.proof.population", language), " ", tag("code", population.digest))
        if population
        else None,
    )


def _rows(impact: Impact, language: Language) -> Iterator[tuple[Node, ...]]:
    sides = [
        {(one.industry, one.shop_type): one for one in side.plans}
        for side in (impact.live, impact.candidate)
    ]
    for kind in dict.fromkeys((*sides[0], *sides[1])):
        before, after = (side.get(kind) for side in sides)
        yield (
            _kind(impact, kind, language),
            _ruleset(before),
            _ruleset(after),
            _digests(before, after, language),
        )


def _kind(impact: Impact, kind: Kind, language: Language) -> str:
    industry, shop_type = kind
    parts = [
        impact.industries[industry].of(language) if industry in impact.industries else industry
    ]
    if shop_type:
        known = impact.shop_types.get(shop_type)
        parts.append(known.of(language) if known else shop_type)
    return " · ".join(parts)


def _ruleset(plan: PlanUsed | None) -> str:
    return plan.ruleset if plan and plan.ruleset else "—"


def _digests(before: PlanUsed | None, after: PlanUsed | None, language: Language) -> Node:
    texts = [plan.digest if plan and plan.digest else "—" for plan in (before, after)]
    if texts[0] == texts[1]:
        return tag(
            "span",
            tag("code", texts[0]),
            " ",
            say("impact.page.same_digest", language),
            class_="digest",
        )
    return tag(
        "span", tag("code", texts[0]), tag("br"), "→ ", tag("code", texts[1]), class_="digest"
    )
