"""Numbers that are known from elsewhere or worked out by hand, through the whole engine.

Each comes from a book of a few lines: facts are turned into points one to one, so that the sums
can be followed by eye.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from steelyard.scorecard import Scorecard
from steelyard.scoring.merchants import score_files

DAY = date(2026, 4, 1)
Score = Callable[..., Scorecard]

BOOK = """\
book: golden
title: {en: Golden, zh: 金标准}
industries: [{id: general, title: {en: General, zh: 通用}}]
"""
RULESET = """\
ruleset: general
version: 1
title: {en: General, zh: 通用}
effective: {from: 2025-01-01}
"""
IN_PARTS = """\
score: {range: [0, 5], decimals: 2}
"""


def fact(name: str, rest: str) -> str:
    title = f"title: {{en: {name}, zh: 事实}}, meaning: Known., illustrative: true"
    return f"  - {{id: {name}, {rest}, {title}}}\n"


def points(name: str) -> str:
    return fact(name, "type: decimal, decimals: 2, unit: points, bounds: [0, 5]")


def dimension(name: str, weight: str) -> str:
    """A dimension of one metric, whose score is the fact of the same name."""
    titles = f"title: {{en: {name}, zh: 维度}}"
    return (
        f"  - id: {name}\n    {titles}\n    weight: {weight}\n    metrics:\n"
        f"      - {{id: {name}-metric, {titles}, fact: {name}, weight: 1,"
        " curve: [[0, 0], [5, 5]]}\n"
    )


@pytest.fixture
def score(tmp_path: Path) -> Score:
    """Write a book and a merchant, and return the merchant's scorecard."""

    def run(facts: str, rules: str, merchant: str, as_of: date = DAY) -> Scorecard:
        (tmp_path / "facts").mkdir(exist_ok=True)
        (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
        (tmp_path / "facts" / "all.yaml").write_text(f"facts:\n{facts}", encoding="utf-8")
        (tmp_path / "general.yaml").write_text(RULESET + rules, encoding="utf-8")
        path = tmp_path / "merchants" / "one.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"merchant: one\nindustry: general\n{merchant}", encoding="utf-8")
        return card_of(path, tmp_path, as_of)

    return run


def card_of(path: Path, book: Path, as_of: date) -> Scorecard:
    (result,) = score_files([path], book=book, as_of=as_of).results
    assert result.reject is None
    assert result.scorecard is not None
    return result.scorecard


def shown(card: Scorecard) -> str:
    assert card.score is not None
    return format(card.score.decimal, "f")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # the base of a public integration sample, and of a published worked example
        ({"goods": ("5.00", "0.25"), "parcel": ("5.00", "0.25"), "service": ("4.32", "0.50")}, "4.66"),
        ({"experience": ("5.0", "0.7"), "service": ("4.8", "0.3")}, "4.94"),
    ],
)  # fmt: skip
def test_a_base_of_weighted_dimensions(
    score: Score, parts: dict[str, tuple[str, str]], expected: str
) -> None:
    card = score(
        "".join(points(name) for name in parts),
        IN_PARTS + "dimensions:\n" + "".join(dimension(name, w) for name, (_, w) in parts.items()),
        "".join(f"{name}: {value}\n" for name, (value, _) in parts.items()),
    )
    assert shown(card) == expected
    assert card.unrounded is not None
    assert card.unrounded.decimal == Decimal(expected)  # exact before rounding, too


@pytest.mark.parametrize(("orders", "status"), [(29, "no_score"), (30, "scored")])
def test_a_score_begins_with_the_thirtieth_order(tmp_path: Path, orders: int, status: str) -> None:
    path = tmp_path / "merchant.yaml"
    path.write_text(
        f"""\
merchant: small
industry: general
orders: {{paid_30d: {orders}, signed_30d: 25}}
quality: {{negative_feedback_orders: 0, negative_feedback_share: 0}}
violations:
  counterfeit_30d: 0
  confusable_goods_30d: 0
  not_as_described_30d: 0
  abnormal_logistics_trace_30d: 0
""",
        encoding="utf-8",
    )
    card = card_of(path, Path("rulesets"), DAY)
    assert card.status == status
    assert (card.score is None) == (status == "no_score")


COUNTS = "type: int, unit: count, bounds: [0, 100000], required: true"
FIXED = "score: {range: [0, 5]}\nbase: {from: fixed, score: 4}\n"


@pytest.mark.parametrize(
    ("installed", "in_scope", "outcome", "expected"),
    [(49, 81, "not_met", "4.00"), (50, 83, "awarded", "4.10"), (50, 167, "not_met", "4.00")],
)
def test_installation_at_home_needs_fifty_and_three_in_ten(
    score: Score, installed: int, in_scope: int, outcome: str, expected: str
) -> None:
    card = score(
        fact("installed", COUNTS) + fact("in_scope", COUNTS),
        FIXED
        + """\
items:
  - id: installation
    type: core/coverage
    title: {en: Installation at home, zh: 上门安装}
    with: {covered: installed, eligible: in_scope, at_least: 0.30, min_covered: 50, points: 0.1}
""",
        f"installed: {installed}\nin_scope: {in_scope}\n",
    )
    (item,) = card.items
    assert (item.outcome, shown(card)) == (outcome, expected)


@pytest.mark.parametrize(
    ("as_of", "grace", "outcome"),
    [
        (date(2026, 3, 31), 0, "awarded"),  # valid through its last day
        (date(2026, 4, 1), 0, "not_met"),
        (date(2026, 4, 1), 1, "awarded"),
        (date(2026, 4, 2), 1, "not_met"),
        (date(2025, 4, 1), 0, "awarded"),  # and from its first
        (date(2025, 3, 31), 0, "not_met"),
    ],
)
def test_a_certificate_counts_through_its_last_day(
    score: Score, as_of: date, grace: int, outcome: str
) -> None:
    card = score(
        """\
  - id: staff
    type: records
    max_records: 9
    required: true
    key: [holder]
    title: {en: Staff, zh: 员工}
    meaning: Certified staff.
    illustrative: true
    fields:
      - {name: holder, type: id, title: {en: Holder, zh: 持有人}}
      - {name: certificate, type: enum, values: [advisor], title: {en: Certificate, zh: 证书}}
      - {name: valid_from, type: date, title: {en: Valid from, zh: 生效日}}
      - {name: valid_to, type: date, title: {en: Valid to, zh: 到期日}}
""",
        FIXED
        + f"""\
items:
  - id: advisors
    type: core/certified-staff
    title: {{en: Certified advisors, zh: 认证顾问}}
    with: {{records: staff, certificates: [advisor], points: 0.1, grace_days: {grace}}}
""",
        "staff:\n  - {holder: a, certificate: advisor, valid_from: 2025-04-01,"
        " valid_to: 2026-03-31}\n",
        as_of,
    )
    assert card.items[0].outcome == outcome


FLAT = "title: {{en: {id}, zh: 项目}}, with: {{points: {points}}}}}"


@pytest.mark.parametrize(
    ("scale", "base", "bonus", "deduction", "expected"),
    [
        ("[0, 100], decimals: 0", "90", "7.4", "0", "97"),
        ("[0, 100], decimals: 0", "90", "25", "0", "100"),
        ("[0, 1000], decimals: 0", "200", "0", "50", "150"),
        ("[0, 1000], decimals: 0", "200", "-30", "50", "120"),
        ("[0, 1000], decimals: 0", "200", "0", "900", "0"),
        ("[0, 1000], decimals: 0", "200", "-900", "0", "0"),
        ("[-50, 50], decimals: 1", "0", "0", "99.95", "-50.0"),
        ("[0, 5], decimals: 2", "4.99", "1.006", "0", "5.00"),
    ],
)
def test_other_scales_and_their_ends(
    score: Score, scale: str, base: str, bonus: str, deduction: str, expected: str
) -> None:
    card = score(
        fact("ok", "type: bool"),
        f"score: {{range: {scale}}}\nbase: {{from: fixed, score: {base}}}\n"
        "items:\n  - {id: plus, type: core/flat, "
        + FLAT.format(id="plus", points=bonus)
        + "\ndeductions:\n  - {id: minus, type: core/flat, "
        + FLAT.format(id="minus", points=deduction)
        + "\n",
        "",
    )
    assert shown(card) == expected


@pytest.mark.parametrize(
    ("rounding", "base", "expected"),
    [
        ("half_up", "4.005", "4.01"),
        ("half_even", "4.005", "4.00"),
        ("half_up", "4.015", "4.02"),
        ("half_even", "4.015", "4.02"),
        ("floor", "4.009", "4.00"),
        ("ceiling", "4.001", "4.01"),
        # rounded once: 4.0049 would become 4.005 and then 4.01 if it were rounded twice
        ("half_up", "4.0049", "4.00"),
    ],
)
def test_rounding_is_exact_on_ties_and_done_once(
    score: Score, rounding: str, base: str, expected: str
) -> None:
    card = score(
        fact("ok", "type: bool"),
        f"score: {{range: [0, 5], decimals: 2, rounding: {rounding}}}\n"
        f"base: {{from: fixed, score: {base}}}\n",
        "",
    )
    assert shown(card) == expected
