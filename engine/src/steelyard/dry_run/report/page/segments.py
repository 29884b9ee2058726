"""The impact on each part of the population."""

from collections.abc import Iterator, Sequence

from steelyard.dry_run.impact.model import Impact, Segment
from steelyard.dry_run.report.page.headline import newly_rejected, newly_scored, no_longer_scored
from steelyard.dry_run.report.page.markup import Markup, Node, data_table, section, tag
from steelyard.dry_run.report.page.numbers import changed, count, exact
from steelyard.model.texts import Language
from steelyard.report.wording.messages import phrases, say
from steelyard.scorecard.values import minus

_COLUMNS = (
    "segment", "merchants", "up", "down", "unchanged", "mean_before", "mean_after", "mean_change",
    "psi", "tier_up", "tier_down", "near_miss",
)  # fmt: skip
_STANDINGS = {
    "newly_scored": newly_scored,
    "no_longer_scored": no_longer_scored,
    "newly_rejected": newly_rejected,
}


def segments_section(impact: Impact, language: Language) -> Markup:
    """Return the section: a table for each dimension."""
    tables: list[Node] = []
    for name in dict.fromkeys(one.dimension for one in impact.segments if one.dimension):
        chosen = [one for one in impact.segments if one.dimension == name]
        title = _dimension(name, language)
        tables.append(tag("h3", title))
        tables.append(_table(title, chosen, impact.whole, language))
    return section("segments", say("impact.page.segments", language), tables)


def _dimension(name: str, language: Language) -> str:
    key = f"impact.page.dimension.{name}"
    return say(key, language) if key in phrases(language) else name


def _table(title: str, segments: Sequence[Segment], whole: Segment, language: Language) -> Markup:
    # where nobody's standing changes, the head of the page says so once
    standings = [name for name, number in _STANDINGS.items() if number(whole)]
    heads = [say(f"impact.page.column.{one}", language) for one in (*_COLUMNS, *standings)]
    currencies = [money.currency for money in whole.costs]
    heads += [say("impact.page.column.cost", language, currency=one) for one in currencies]
    rows = [tuple(_cells(one, standings, currencies, language)) for one in segments]
    caption = say("impact.page.segments.table", language, dimension=title)
    return data_table(
        caption, heads, rows, foot=tuple(_cells(whole, standings, currencies, language))
    )


def _cells(
    segment: Segment, standings: Sequence[str], currencies: Sequence[str], language: Language
) -> Iterator[Node]:
    yield segment.title.of(language)
    yield count(segment.merchants)
    yield changed(segment.up, count(segment.up))
    yield changed(-segment.down, count(segment.down))
    yield count(segment.unchanged)
    before, after = segment.before.mean, segment.after.mean
    yield exact(before)
    yield exact(after)
    change = None if before is None or after is None else minus(after, before)
    yield "—" if change is None else changed(change.value, exact(change, signed=True))
    yield exact(segment.psi)
    yield changed(segment.tier_up, count(segment.tier_up))
    yield changed(-segment.tier_down, count(segment.tier_down))
    yield count(segment.near_miss)
    for name in standings:
        yield count(_STANDINGS[name](segment))
    costs = {money.currency: money for money in segment.costs}
    for currency in currencies:
        money = costs.get(currency)
        if money is None:
            yield "—"
        else:
            difference = minus(money.after, money.before)
            yield exact(difference, signed=True)
