"""A small book to count the parts of: two layers, a metric, a table, a group, tiers."""

from pathlib import Path

FILES = {
    "book.yaml": """\
book: small
title: {en: Small, zh: 小}
industries:
  - {id: toys, title: {en: Toys, zh: 玩具}}
""",
    "facts/shop.yaml": """\
facts:
  - {id: shop.replies, type: int, title: {en: Replies, zh: 回复}, meaning: m, source: s, bounds: [0, 1000], required: true}
  - {id: shop.share, type: decimal, decimals: 2, title: {en: Share, zh: 占比}, meaning: m, source: s, bounds: [0, 1], required: true}
  - {id: shop.pays, type: bool, title: {en: Pays, zh: 赔付}, meaning: m, source: s}
""",
    "base.yaml": """\
ruleset: base
version: 1
title: {en: Base, zh: 基础}
abstract: true
effective: {from: 2026-01-01}
score: {range: [0, 5], decimals: 1, rounding: half_up}
base: {from: metrics}
dimensions:
  - id: service
    title: {en: Service, zh: 服务}
    weight: 1
    metrics:
      - id: reply
        title: {en: Reply, zh: 回复}
        fact: shop.share
        weight: 1
        bands:
          - {at_least: 0.9, score: 5}
          - {otherwise: true, score: 3}
        illustrative: true
items:
  - id: busy
    type: core/flat
    title: {en: Busy, zh: 繁忙}
    with: {points: 0.3}
    when: shop.replies >= 100
    illustrative: true
""",
    "toys.yaml": """\
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
extends: base
selects: {industry: toys}
effective: {from: 2026-01-01}
items:
  - id: busy
    with: {points: 0.5}
  - id: pays
    type: core/decision-table
    title: {en: Pays, zh: 赔付}
    with:
      rows:
        - {when: shop.replies < 10, points: 0}
        - {when: shop.pays, points: 0.4}
    illustrative: true
tiers:
  - {id: good, title: {en: Good, zh: 好}, at_least: 4, illustrative: true}
  - {id: other, title: {en: Other, zh: 其他}, otherwise: true, illustrative: true}
""",
}

CASES = """\
as_of: 2026-03-01
merchant: {industry: toys, shop: {replies: 99, share: 0.89, pays: true}}
cases:
  - name: just below both edges
    expect: {score: 3.4, tier: other, items: {busy: {outcome: not_met}, pays: {points: 0.4}}}
  - name: on the edge of the band
    merchant: {shop: {share: 0.9}}
    expect: {metrics: {reply: 5}, score: 5}
  - name: too few replies
    merchant: {shop: {replies: 9}}
    expect: {score: 3, items: {pays: {outcome: not_met}}}
  - name: just enough replies
    merchant: {shop: {replies: 10}}
    expect: {items: {pays: {outcome: awarded}}}
  - name: four is good
    merchant: {shop: {replies: 200, pays: false, share: 0.5}}
    expect: {score: 3.5, items: {busy: {outcome: awarded, points: 0.5}}}
"""

EDGE = """\
  - name: just busy
    merchant: {shop: {replies: 100}}
    expect: {items: {busy: {outcome: awarded}}}
"""


def write_book(folder: Path, cases: str = CASES) -> Path:
    """Write the book, with some cases."""
    for name, text in {**FILES, "toys.cases.yaml": cases}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
