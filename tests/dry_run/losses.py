"""A small book with a scene and flagship shops, in which every kind of loss can be written down."""

from datetime import date
from pathlib import Path

import orjson

from steelyard.dry_run.cases import Case
from steelyard.dry_run.runs import DryRunRequest, run

DAY = date(2026, 6, 1)
BOOK = """\
book: trial
title: {en: Trial, zh: 试用}
industries: [{id: toys, title: {en: Toys, zh: 玩具}}]
shop_types: [{id: plain, title: {en: Plain, zh: 普通}}, {id: flagship, title: {en: Flag, zh: 旗舰}}]
scenes: [{id: sale, title: {en: Sale, zh: 大促}}]
"""
FACTS = """\
facts:
  - {id: orders, type: int, unit: count, bounds: [0, 1000], required: true,
     title: {en: Orders, zh: 订单}, meaning: Orders., source: the platform}
  - {id: visits, type: int, unit: count, bounds: [0, 1000],
     title: {en: Visits, zh: 到访}, meaning: Visits., source: the platform}
"""
TOYS = """\
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
selects: {industry: toys}
effective: {announced: 2026-01-01, from: 2026-01-10}
score: {range: [0, 100], decimals: 1}
base: {from: fixed, score: 60}
gates: [{id: enough, title: {en: Enough, zh: 足够}, when: orders >= 10}]
items:
  - {id: busy, type: core/flat, title: {en: Busy, zh: 繁忙}, with: {points: 5}, when: orders >= 50}
  - {id: seen, type: core/flat, title: {en: Seen, zh: 到访}, with: {points: 5.5}, when: visits >= 1}
  - id: vast
    type: core/flat
    title: {en: Vast, zh: 巨大}
    with: {points: 1}
    scope: orders >= 900
    when: orders >= 950
bonus: {cap: 20}
tiers:
  - id: high
    title: {en: High, zh: 高}
    at_least: 64
    benefits:
      - {id: traffic, title: {en: Traffic, zh: 流量}, cost: {amount: 2, currency: CNY, per: orders}}
  - {id: low, title: {en: Low, zh: 低}, otherwise: true}
badges:
  - {id: star, title: {en: Star, zh: 星}, when: score.total >= 60 && orders >= 60}
"""
FLAGSHIP = """\
ruleset: flagship
version: 1
title: {en: Flagship, zh: 旗舰}
extends: toys
selects: {industry: toys, shop_type: flagship}
effective: {announced: 2026-01-01, from: 2026-01-10}
items:
  - {id: flag, type: core/flat, title: {en: Flag, zh: 旗舰}, with: {points: 2}, when: orders >= 1}
"""
SALE = """\
ruleset: sale
version: 1
title: {en: Sale, zh: 大促}
selects: {scene: sale}
effective: {announced: 2026-01-01, from: 2026-01-10}
bonus: {cap: 15}
"""
FILES = {
    "book.yaml": BOOK, "facts/facts.yaml": FACTS, "toys.yaml": TOYS, "flagship.yaml": FLAGSHIP,
    "sale.yaml": SALE,
}  # fmt: skip
IN_TIME = [("version: 1", "version: 2"), ("{announced: 2026-01-01, from: 2026-01-10}",
           "{announced: 2026-04-01, from: 2026-05-01}")]  # fmt: skip
ORDERS = (20, 40, 70, 80)  # of 20 merchants each; every second one is a flagship shop


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def edited(name: str, *pairs: tuple[str, str], files: dict[str, str] = FILES) -> dict[str, str]:
    text = files[name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**files, name: text}


def candidate(name: str, *pairs: tuple[str, str]) -> dict[str, str]:
    """Return the files with a next version that was announced 30 days before its first day."""
    return {**FILES, f"next-{name}": edited(name, *IN_TIME, *pairs)[name]}


def without(name: str) -> dict[str, str]:
    return {other: text for other, text in FILES.items() if other != name}


def write_population(folder: Path) -> None:
    """Write 80 shops of the live book."""
    rows = [
        {"merchant": f"m{number}", "industry": "toys", "orders": ORDERS[number % 4],
         "shop_type": "flagship" if number // 4 % 2 else "plain"}
        for number in range(80)
    ]  # fmt: skip
    (folder / "shops.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))


def dry_run(folder: Path, files: dict[str, str], *cases: Case):
    name = f"candidate-{sum(1 for _ in folder.iterdir())}"
    write(folder / name, files)
    sides = (str(folder / "live"), str(folder / name))
    return run(DryRunRequest(*sides, [folder / "shops.jsonl"], cases or [Case(DAY)]))
