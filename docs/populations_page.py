"""The reference page on synthetic populations: what a large sample of the reference book shows."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from steelyard.merchants.synthetic import Level, read_levels, sample
from steelyard.model.facts import FactDeclaration
from steelyard.pipeline import OpenBook

ROWS, SEED, DAY = 20_000, 1, date(2026, 6, 1)
COMMAND = f"steelyard facts sample --n {ROWS} --seed {SEED} --as-of {DAY} --out shops.parquet"

SHOWN = {  # the facts of the tables, with short titles
    "orders.paid_30d": "orders",
    "service.staff_total": "staff",
    "quality.positive_rating_share": "positive ratings",
    "quality.negative_feedback_share": "negative feedback",
    "logistics.pickup_48h_share": "picked up in 48 h",
    "logistics.arrival_hours": "hours to arrival",
    "service.satisfaction": "chat satisfaction",
    "service.response_3min_share": "answered in 3 min",
    "service.refund_hours": "hours to refund",
    "service.help_share": "help share",
    "platform.reported_score": "reported score",
}


def population_lines(opened: OpenBook, book: Path) -> list[str]:
    """Return the lines of the page."""
    known = opened.known
    levels = read_levels(book, known.declarations)
    frames = sample(
        {name: known.declarations[name] for name in _with_links(levels.facts, known.declarations)},
        levels,
        industries=known.industries,
        shop_types=known.shop_types,
        rows=ROWS,
        seed=SEED,
        as_of=DAY,
    )
    frame = pl.concat(frames).with_columns(pl.col(list(SHOWN)).cast(pl.Float64))
    factors = ", ".join(f"{name} {_number(value / 1000)}" for name, value in levels.factors.items())
    return [
        "This command draws the merchants below; the same command always draws the same ones. The",
        "levels of the reference book in `merchants/population/levels.yaml` are illustrative.",
        "",
        "```sh",
        COMMAND,
        "```",
        "",
        "Counts are drawn first. A share is a count divided by another, so that both agree, and a",
        "shop without ratings has no satisfaction. Each fact follows a factor, and each factor the",
        f"quality of the shop, with these correlations: {factors}.",
        "",
        "## Rank correlations",
        "",
        "Spearman's coefficient, over the merchants that have both facts. In a small shop a share",
        "takes few values, often 0 or 100 %, which correlates shares with orders.",
        "",
        *_table(["", *SHOWN.values()], _correlations(frame)),
        "",
        "## Medians by kind of merchant",
        "",
        *_table(["", "merchants", *SHOWN.values()], _medians(frame)),
    ]


def _with_links(levels: Mapping[str, Level], facts: Mapping[str, FactDeclaration]) -> list[str]:
    """Return the facts of the page, and those that they are drawn from."""
    found: list[str] = []
    ahead = list(SHOWN)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.append(name)
            limit = facts[name].at_most
            ahead += [*levels[name].links, *([limit] if limit else [])]
    return sorted(found)


def _correlations(frame: pl.DataFrame) -> list[list[str]]:
    names = list(SHOWN)
    rows = []
    for place, one in enumerate(names):
        found = [
            frame.select(one, other).drop_nulls().select(pl.corr(one, other, method="spearman"))
            for other in names[:place]
        ]
        cells = [_number(each.item()) for each in found]
        rows.append([SHOWN[one], *cells, "1", *[""] * (len(names) - place - 1)])
    return rows


def _medians(frame: pl.DataFrame) -> list[list[str]]:
    rows = []
    for column in ("shop_type", "industry"):
        for (kind,), part in sorted(frame.group_by(column), key=lambda group: str(group[0])):
            medians = [part[name].median() for name in SHOWN]
            rows.append([str(kind), f"{part.height:,}", *(_plain(value) for value in medians)])
    return rows


def _plain(value: object) -> str:
    return "—" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
