"""The merchants shown by name: found, filtered, sorted, and each explained on both sides."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from fractions import Fraction

from steelyard.dry_run.impact.model import Impact, Segment, Shown
from steelyard.dry_run.report.page.headline import (
    newly_rejected,
    newly_scored,
    no_longer_scored,
    total,
)
from steelyard.dry_run.report.page.markup import Markup, Node, fragment, scrolling, section, tag
from steelyard.dry_run.report.page.numbers import (
    changed,
    count,
    direction,
    exact,
    exact_fraction,
)
from steelyard.model.texts import Language
from steelyard.report.explanation import explain, tree_text
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed
from steelyard.scorecard import Scorecard
from steelyard.scorecard.values import Exact

_COLUMNS = ("merchant", "industry", "before", "after", "change", "tier", "lists")
_NUMBERS = ("before", "after", "change")


def merchants_section(impact: Impact, language: Language) -> Markup | None:
    """Return the section; nothing where nobody is shown."""
    if not impact.shown:
        return None
    lists = list(dict.fromkeys(name for one in impact.shown for name in one.lists))
    totals = _totals(impact.whole)
    shown = say(
        "impact.page.merchants.shown", language,
        shown=count(len(impact.shown)), merchants=count(impact.whole.merchants),
    )  # fmt: skip
    options = [
        say(
            "impact.page.list.of", language, list=say(f"impact.page.list.{name}", language),
            shown=count(sum(name in one.lists for one in impact.shown)), all=count(totals[name]),
        )
        for name in lists
    ]  # fmt: skip
    caption = say("impact.page.merchants.table", language)
    head = tag(
        "tr",
        [
            tag(
                "th",
                say(f"impact.page.column.{one}", language),
                scope="col",
                class_="number" if one in _NUMBERS else None,
                data_sort="number" if one in _NUMBERS else "text",
            )
            for one in _COLUMNS
        ],
    )
    titles = {one.id: one.title.of(language) for one in impact.labels}
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        [_merchant(impact, one, titles, language) for one in impact.shown],
        id="merchant-table",
        data_status=say("impact.page.search.status", language, shown="{shown}", all="{all}"),
    )
    return section(
        "merchants",
        say("impact.page.merchants.title", language),
        tag("p", shown),
        _controls(impact, dict(zip(lists, options, strict=True)), language),
        scrolling(caption, table),
    )


def _totals(whole: Segment) -> Mapping[str, int]:
    """Return how many merchants belong on each list, shown or not."""
    return {
        "winner": whole.up,
        "loser": whole.down,
        "near_miss": whole.near_miss,
        "newly_scored": newly_scored(whole),
        "no_longer_scored": no_longer_scored(whole),
        "newly_rejected": newly_rejected(whole),
        "no_longer_rejected": total(whole, ("rejected",), ("scored", "no_score")),
        "badge_lost": whole.badge_lost,
        "badge_gained": whole.badge_gained,
        "benefit_lost": whole.benefit_lost,
        "benefit_gained": whole.benefit_gained,
    }


def _controls(impact: Impact, lists: Mapping[str, str], language: Language) -> Markup:
    names = dict.fromkeys(one.industry for one in impact.shown if one.industry)
    industries = {one: _industry(impact, one, language) for one in names}
    every = say("impact.page.filter.all", language)
    return tag(
        "form",
        tag("div",
            tag("label", say("impact.page.search", language), for_="search"),
            tag("input", id="search", type="search", autocomplete="off", spellcheck="false")),
        _choice("list", say("impact.page.filter.list", language), every, lists),
        _choice("industry", say("impact.page.filter.industry", language), every, industries),
        tag("p", id="status", role="status"),
        id="filters",
        class_="controls",
        role="search",
        aria_label=say("impact.page.search.label", language),
        hidden=True,
    )  # fmt: skip


def _choice(name: str, label: str, every: str, options: Mapping[str, str]) -> Markup:
    choices = [tag("option", every, value="")]
    choices += [tag("option", text, value=value) for value, text in options.items()]
    return tag(
        "div", tag("label", label, for_=f"by-{name}"), tag("select", choices, id=f"by-{name}")
    )


def _industry(impact: Impact, name: str, language: Language) -> str:
    return impact.industries[name].of(language) if name in impact.industries else name


def _merchant(impact: Impact, one: Shown, titles: Mapping[str, str], language: Language) -> Markup:
    industry = _industry(impact, one.industry, language) if one.industry else "—"
    if one.shop_type:
        known = impact.shop_types.get(one.shop_type)
        shop = known.of(language) if known else one.shop_type
        industry = f"{industry} · {shop}"
    before, after = (titles.get(label, label) for label in (one.label_before, one.label_after))
    tier = before if before == after else f"{before} → {after}"
    lists = listed([say(f"impact.page.list.{name}", language) for name in one.lists], language)
    sign = one.change.value if one.change else 0
    cells = (
        tag("td", industry),
        _number(one.score_before),
        _number(one.score_after),
        tag("td", changed(sign, exact(one.change, signed=True)), class_="number",
            data_value=_value(one.change)),
        tag("td", tier),
        tag("td", tag("small", lists)),
    )  # fmt: skip
    row = tag("tr", tag("th", one.merchant, scope="row"), cells)
    summary = tag(
        "summary",
        tag(
            "span",
            say("impact.page.explain", language),
            tag("span", f" {one.merchant}", class_="unseen"),
        ),
        _shares(impact, one),
    )
    details = tag("details", summary, _both_sides(one, language))
    more = tag("tr", tag("td", details, colspan=len(_COLUMNS)), class_="more")
    words = f"{one.merchant} {industry} {tier}".casefold()
    return tag(
        "tbody", row, more,
        data_words=words, data_lists=" ".join(one.lists), data_industry=one.industry,
    )  # fmt: skip


def _number(number: Exact | None) -> Markup:
    return tag("td", exact(number), class_="number", data_value=_value(number))


def _value(number: Exact | None) -> str:
    return "" if number is None else str(number)


def _shares(impact: Impact, one: Shown) -> Node:
    """Return the parts of the blocks that change this merchant's score."""
    if impact.attribution is None:
        return None
    unit = impact.attribution.denominator * 10**impact.decimals
    parts = [
        (share.id, Fraction(own, unit))
        for share, own in zip(impact.attribution.shares, one.shares, strict=False)
        if own
    ]
    return [
        tag("span", tag("b", name), " ", exact_fraction(part, impact.decimals), class_="chip")
        for name, part in parts
        if direction(part)
    ]


def _both_sides(one: Shown, language: Language) -> Markup:
    texts = [
        _lines(card, problems, language)
        for card, problems in ((one.before, one.problems_before), (one.after, one.problems_after))
    ]
    marked = _marked(*texts)
    sides = [
        tag(
            "div",
            tag("p", title),
            tag("pre", lines, tabindex=0, role="region", aria_label=f"{one.merchant}: {title}"),
        )
        for title, lines in zip(
            (say("impact.page.before", language), say("impact.page.after", language)),
            marked,
            strict=True,
        )
    ]
    return tag("div", sides, class_="sides")


def _lines(card: Scorecard | None, problems: Sequence[str], language: Language) -> list[str]:
    if card is not None:
        return tree_text(explain(card, language)).splitlines()
    lines = [line for problem in problems for line in problem.splitlines()]
    return lines or [say("impact.page.no_card", language)]


def _marked(before: Sequence[str], after: Sequence[str]) -> tuple[Markup, Markup]:
    """Return both texts with the lines marked that the other does not have."""
    same = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    found: list[Markup] = []
    for side, lines in enumerate((before, after)):
        known = {place for block in same for place in range(block[side], block[side] + block.size)}
        found.append(
            fragment(
                [
                    (line, "\n") if place in known else (tag("mark", line), "\n")
                    for place, line in enumerate(lines)
                ]
            )
        )
    return found[0], found[1]
