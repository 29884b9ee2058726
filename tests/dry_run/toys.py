"""A book of toy shops with any rules, and shops as CSV."""

from pathlib import Path

_BOOK = """
book: toys
title: {en: Toys, zh: 玩具}
industries: [{id: toys, title: {en: Toys, zh: 玩具}}]
"""

_FACTS = """
facts:
  - {id: shop.orders, type: int, unit: count, bounds: [0, 1000000], title: {en: Orders, zh: 订单数},
     meaning: Orders., illustrative: true}
  - {id: shop.asked, type: int, unit: count, bounds: [0, 1000], title: {en: Asked, zh: 咨询数},
     meaning: Questions., illustrative: true}
"""

_HEAD = """
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
selects: {industry: toys}
effective: {from: 2026-01-01}
illustrative: true
"""


def write_toys(folder: Path, rules: str, *, book: str = "", facts: str = "") -> Path:
    """Write a book with one ruleset, of which `rules` is all but the head; return its folder."""
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    texts = {"book": _BOOK + book, "facts/shop": _FACTS + facts, "toys": _HEAD + rules}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_shops(file: Path, *rows: str, columns: str = "shop.orders") -> Path:
    """Write shops as CSV, each row `NAME,VALUE,…`; return the file."""
    lines = [f"merchant,industry,{columns}"]
    lines += [row.replace(",", ",toys,", 1) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
