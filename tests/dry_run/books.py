"""Small books made from settings, so that any part of a change can be written down by itself."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

OLD = {
    "refund_points": "0.10",
    "refund_limit": "24",
    "reply_weight": "0.40",
    "reply_band": "0.90",
    "bonus_cap": "0.25",
    "group_cap": "0.18",
    "late_points": "0.05",
    "gate": "10",
    "extra_item": "no",
}
NEW = {
    "refund_points": "0.15",
    "refund_limit": "36",
    "reply_weight": "0.70",
    "reply_band": "0.85",
    "bonus_cap": "0.20",
    "group_cap": "0.12",
    "late_points": "0.20",
    "gate": "20",
    "extra_item": "yes",
}

_BOOK = """
book: trial
title: {en: Trial, zh: 试用}
industries: [{id: general, title: {en: General, zh: 通用}}]
size: {fact: orders, from: [20, 100]}
"""

_FACTS = """
facts:
  - {id: orders, type: int, unit: count, bounds: [0, 1000000], required: true,
     title: {en: Orders, zh: 订单}, meaning: Orders., source: the platform}
  - {id: reply_share, type: decimal, decimals: 4, unit: share, bounds: [0, 1], required: true,
     title: {en: Replies, zh: 回复率}, meaning: Replies in time., source: the platform}
  - {id: good_share, type: decimal, decimals: 4, unit: share, bounds: [0, 1], required: true,
     title: {en: Good ratings, zh: 好评率}, meaning: Good ratings., source: the platform}
  - {id: refund_hours, type: decimal, decimals: 2, unit: hours, bounds: [0, 1000],
     title: {en: Refund hours, zh: 退款时长}, meaning: Refund hours., source: the platform}
  - {id: late, type: int, unit: count, bounds: [0, 1000], required: true,
     title: {en: Late parcels, zh: 延迟}, meaning: Late parcels., source: the platform}
"""

_RULESET = """
ruleset: general
version: 1
title: {{en: General, zh: 通用}}
effective: {{announced: 2026-01-01, from: 2026-01-10}}
score: {{range: [3, 5], decimals: 2}}
gates:
  - {{id: enough, title: {{en: Enough orders, zh: 订单足够}}, when: orders >= {gate}}}
dimensions:
  - id: service
    title: {{en: Service, zh: 服务}}
    weight: 1
    metrics:
      - id: reply
        title: {{en: Replies, zh: 回复}}
        fact: reply_share
        weight: {reply_weight}
        bands:
          - {{at_least: 0.95, score: 5}}
          - {{at_least: {reply_band}, score: 4.2}}
          - {{otherwise: true, score: 3}}
      - id: good
        title: {{en: Good ratings, zh: 好评}}
        fact: good_share
        weight: {other_weight}
        curve: [[0.5, 3], [1, 5]]
items:
  - id: refunds
    type: core/flat
    title: {{en: Quick refunds, zh: 极速退款}}
    with: {{points: {refund_points}}}
    when: refund_hours <= {refund_limit}
  - id: loved
    type: core/flat
    title: {{en: Loved, zh: 受欢迎}}
    with: {{points: 0.1}}
    when: good_share >= 0.8
{extra}groups:
  - id: promises
    title: {{en: Promises, zh: 承诺}}
    items: [refunds, loved{member}]
    combine: sum
    cap: {group_cap}
bonus: {{cap: {bonus_cap}}}
deductions:
  - id: late
    type: core/per-unit
    title: {{en: Late parcels, zh: 延迟}}
    with: {{fact: late, points_per_unit: {late_points}}}
tiers:
  - {{id: high, title: {{en: High, zh: 高分}}, at_least: 4.5}}
  - {{id: low, title: {{en: Low, zh: 低分}}, otherwise: true}}
"""

_EXTRA = """  - id: extra
    type: core/flat
    title: {en: Extra, zh: 额外}
    with: {points: 0.07}
    when: orders >= 50
"""


def write_book(folder: Path, settings: Mapping[str, str]) -> Path:
    """Write a book of one ruleset with these settings; return its folder."""
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    (folder / "book.yaml").write_text(_BOOK, encoding="utf-8")
    (folder / "facts" / "facts.yaml").write_text(_FACTS, encoding="utf-8")
    extra = settings["extra_item"] == "yes"
    text = _RULESET.format(
        **settings,
        other_weight=str(1 - Decimal(settings["reply_weight"])),
        extra=_EXTRA if extra else "",
        member=", extra" if extra else "",
    )
    (folder / "general.yaml").write_text(text, encoding="utf-8")
    return folder


def mixed(changed: Mapping[str, str]) -> dict[str, str]:
    """Return the old settings with some changed."""
    return {**OLD, **changed}
