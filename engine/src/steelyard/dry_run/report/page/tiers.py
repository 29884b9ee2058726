"""Where merchants go: a matrix of tiers before and after."""

from steelyard.dry_run.impact.model import NO_SCORE, REJECTED, Impact, Label
from steelyard.dry_run.report.page.markup import Markup, scrolling, section, tag
from steelyard.dry_run.report.page.numbers import count, share
from steelyard.model.numbers import divide
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say

_UNRANKED = (NO_SCORE, REJECTED)


def tiers_section(impact: Impact, language: Language) -> Markup:
    """Return the section."""
    whole = impact.whole
    moves = {(move.before, move.after): move.merchants for move in whole.moves}
    labels = impact.labels
    caption = say("impact.page.tiers.table", language)
    head = (
        tag(
            "tr",
            tag("td"),
            tag("th", say("impact.page.after", language), scope="colgroup", colspan=len(labels)),
            tag("td"),
        ),
        tag(
            "tr",
            tag("th", say("impact.page.before", language), scope="col"),
            [tag("th", one.title.of(language), scope="col", class_="number") for one in labels],
            tag("th", say("impact.page.total", language), scope="col", class_="number"),
        ),
    )
    rows = [_row(one, labels, moves, language) for one in labels]
    sums = [sum(n for (_, after), n in moves.items() if after == one.id) for one in labels]
    foot = tag(
        "tr",
        tag("th", say("impact.page.total", language), scope="row"),
        [tag("td", count(one), class_="number") for one in (*sums, whole.merchants)],
    )
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", rows),
        tag("tfoot", foot),
        class_="matrix",
    )
    text = say(
        "impact.page.tiers.text", language, up=count(whole.tier_up), down=count(whole.tier_down)
    )
    title = say("impact.page.tiers", language)
    return section("tiers", title, tag("p", text), scrolling(caption, table))


def _row(
    before: Label, labels: tuple[Label, ...], moves: dict[tuple[str, str], int], language: Language
) -> Markup:
    own = sum(n for (name, _), n in moves.items() if name == before.id)
    cells = [
        _cell(before, after, labels, moves.get((before.id, after.id), 0), own) for after in labels
    ]
    return tag(
        "tr",
        tag("th", before.title.of(language), scope="row"),
        cells,
        tag("td", count(own), class_="number"),
    )


def _cell(before: Label, after: Label, labels: tuple[Label, ...], number: int, own: int) -> Markup:
    if not number:
        return tag("td", "·", class_="number empty")
    kind = "stays" if before == after else "goes"
    mark = ""
    if before != after and not {before.id, after.id} & set(_UNRANKED):
        rises = labels.index(after) < labels.index(before)
        kind, mark = ("rises", "▲ ") if rises else ("falls", "▼ ")
    # few merchants still have to be seen: a shade is never weaker than a fifth
    shade = 20 + divide(80 * number, own, "half_even")
    return tag(
        "td",
        tag("span", f"{mark}{count(number)}"),
        tag("small", share(number, own)),
        class_=f"number {kind}",
        style=f"--shade:{shade}%",
    )
