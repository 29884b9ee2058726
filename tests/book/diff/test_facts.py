"""Edits of facts and labels: what they change, where they are, and how both languages tell them."""

import pytest
from tests.dry_run.toys import write_toys

from steelyard.cli.running import run_arguments
from steelyard.compiler.release import bundle_of
from steelyard.pipeline import open_book
from steelyard.plan.bundle import bundle_bytes

RULES = """
score: {range: [0, 100], decimals: 1, rounding: half_up}
base: {from: fixed, score: 60}
items:
  - {id: busy, type: core/flat, title: {en: Busy, zh: 繁忙}, with: {points: 7},
     when: shop.orders >= 5}
"""
TYPES = """
shop_types:
  - {id: ordinary, title: {en: Ordinary, zh: 普通店}}
  - {id: flagship, title: {en: Flagship, zh: 旗舰店}}
"""
TURNED = """
shop_types:
  - {id: flagship, title: {en: Flagship, zh: 旗舰店}}
  - {id: ordinary, title: {en: Ordinary, zh: 普通店}}
"""
FLAGSHIP = """
ruleset: flag
version: 1
title: {en: Flagships, zh: 旗舰店规则}
extends: toys
selects: {industry: toys, shop_type: flagship}
effective: {from: 2026-02-01}
illustrative: true
base: {from: fixed, score: 20}
"""
SCORE, WORDS = ("Edits that can change a score\n", "Edits that cannot change a score\n")
WANTED = [  # the first book's addition, the second one's, the page in English, in Chinese
    (
        {"book": TYPES},
        {"book": TURNED},
        f"""{SCORE}\
  Fact “Shop type”: enum, one of [ordinary, flagship], optional (ordinary where not given) → \
enum, one of [flagship, ordinary], optional (flagship where not given)
      book.yaml:7:3
""",
        """可能改变分数的修改
  数据项“店铺类型”：选项，可选值为 [ordinary、flagship]，选填（未填时视为 ordinary） → \
选项，可选值为 [flagship、ordinary]，选填（未填时视为 flagship）
      book.yaml:7:3
""",
    ),
    (
        {"book": TYPES},
        {},
        f"{SCORE}  Fact “Shop type” is retired\n      book.yaml:7:3 → —\n",
        "可能改变分数的修改\n  取消数据项“店铺类型”\n      book.yaml:7:3 → —\n",
    ),
    (
        {},
        {"book": TYPES},
        f"{SCORE}  Fact “Shop type” is added\n      — → book.yaml:7:3\n",
        "可能改变分数的修改\n  新增数据项“店铺类型”\n      — → book.yaml:7:3\n",
    ),
    (
        {"facts": "  - {id: shop.late, type: decimal, decimals: 1, unit: hours, bounds: [0, 9.5],"
                  " title: {en: Late, zh: 迟到}, meaning: Late., illustrative: true}\n"},
        {"facts": "  - {id: shop.late, type: decimal, decimals: 2, unit: hours, bounds: [0, 9.5],"
                  " title: {en: Late, zh: 迟到}, meaning: Late., illustrative: true,"
                  " required: true}\n"},
        f"""{SCORE}\
  Fact “Late”: decimal, hours, 0 to 9.5, 1 decimal → decimal, hours, 0 to 9.5, 2 decimals, required
      facts/shop.yaml:7:10
""",
        """可能改变分数的修改
  数据项“迟到”：小数，小时，0 至 9.5，1 位小数 → 小数，小时，0 至 9.5，2 位小数，必填
      facts/shop.yaml:7:10
""",
    ),
    (
        {},
        {"facts": "  - {id: shop.open, type: date, title: {en: Open, zh: 开业}, meaning: Day.,"
                  " illustrative: true}\n"},
        f"{WORDS}  Fact “Open” is added\n      — → facts/shop.yaml:7:10\n",
        "不会改变分数的修改\n  新增数据项“开业”\n      — → facts/shop.yaml:7:10\n",
    ),
]  # fmt: skip


def said(capsys, *arguments: object) -> str:
    assert run_arguments(list(map(str, arguments))) == 0
    return capsys.readouterr().out


def released(book):
    bundle = bundle_of(open_book(book), book.name)
    file = book.with_suffix(".bundle")
    plans = [bundle.plan(name) for name in bundle.lines]
    file.write_bytes(bundle_bytes(bundle.head, bundle.periods, plans))
    return file


@pytest.mark.parametrize(("old", "new", "english", "chinese"), WANTED)
def test_an_edited_fact_has_its_place_and_words_of_the_language(
    tmp_path, capsys, old, new, english, chinese
):
    sides = [write_toys(tmp_path / name, RULES, **one) for name, one in (("a", old), ("b", new))]
    assert said(capsys, "diff", *sides) == english
    assert said(capsys, "diff", *sides, "--lang", "zh") == chinese
    # a bundle has no places, and no empty line where one would be
    bundles = [released(side) for side in sides]
    lines = [line for line in english.splitlines(keepends=True) if not line.startswith("      ")]
    assert said(capsys, "diff", *bundles) == "".join(lines)


def test_shop_types_that_go_change_scores_and_hide_no_edit_of_the_rules(tmp_path, capsys):
    old = write_toys(tmp_path / "old", RULES, book=TYPES)
    (old / "flag.yaml").write_text(FLAGSHIP, encoding="utf-8")
    new = write_toys(tmp_path / "new", RULES.replace("score: 60", "score: 50"))
    for sides in ((old, new), (released(old), released(new))):
        page = said(capsys, "diff", *sides)
        assert "Fact “Shop type” is retired" in page
        assert "Base score: score 60 → 50" in page
        assert "cannot change" not in page
        assert "removed" not in page  # the rules stay, for merchants of another kind


def test_shop_types_have_their_titles(tmp_path, capsys):
    sides = [write_toys(tmp_path / name, RULES, book=TYPES) for name in "ab"]
    for side, points in zip(sides, (20, 30), strict=True):
        text = FLAGSHIP.replace("score: 20", f"score: {points}")
        (side / "flag.yaml").write_text(text, encoding="utf-8")
    assert said(capsys, "diff", *sides, "--lang", "zh") == (
        "可能改变分数的修改\n  基础分：分值 20 → 30\n"
        "      flag.yaml:9:28 · 玩具（旗舰店） · 2026-02-01 起\n"
    )
    assert "Toys (Flagship)" in said(capsys, "diff", *sides)


def test_a_rollout_is_told_in_the_language(tmp_path, capsys):
    steps = ("{share: 0.1, salt: one}", "{share: 0.1, salt: one, shadow: true}")
    sides = [write_toys(tmp_path / name, RULES) for name in "ab"]
    for side, rollout in zip(sides, steps, strict=True):
        text = (side / "toys.yaml").read_text("utf-8").replace("version: 1", "version: 2")
        text = text.replace("from: 2026-01-01", "from: 2026-03-01")
        (side / "next.yaml").write_text(f"{text}\nrollout: {rollout}\n", encoding="utf-8")
    assert said(capsys, "diff", *sides, "--lang", "zh") == (
        "可能改变分数的修改\n  规则“玩具”：灰度试行 2026-03-01 起 0.1（盐值 one） → "
        "2026-03-01 起 0.1，仅试算（盐值 one）\n      next.yaml:15:10 · 2026-03-01 起\n"
    )
    bundles = [released(side) for side in sides]
    page = said(capsys, "diff", *bundles, "--lang", "zh")
    assert "灰度试行 toys@2：0.1（盐值 one） → toys@2：0.1，仅试算（盐值 one）" in page
