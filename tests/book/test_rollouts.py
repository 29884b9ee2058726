"""A version that is rolled out counts inside its part, and is as if not there outside."""

from datetime import date

import pytest

from steelyard.book import check_rollouts, check_selection, find_rollout, read_book, select
from steelyard.book.kinds import every_selection
from steelyard.compiler.selections import check_book
from steelyard.errors import InvalidInput

BOOK = """
book: shop
title: {en: Shop, zh: 商店}
industries: [{id: tea, title: {en: Tea, zh: 茶}}, {id: toys, title: {en: Toys, zh: 玩具}}]
scenes: [{id: fair, title: {en: Fair, zh: 集市}}]
"""
SCORE = "score: {range: [0, 5]}\nbase: {from: fixed, score: 4}\n"
ABSTRACT = f"abstract: true\n{SCORE}"
TEA = "extends: base\nselects: {industry: tea}\n"
FAIR = "selects: {scene: fair}\nbase: {from: fixed, score: 5}\n"


def rules(name, start, more="", share=None, salt="s", until=None):
    ruleset, _, version = name.partition("@")
    end = f", until: {until}" if until else ""
    rollout = f"rollout: {{share: {share}, salt: {salt}}}\n" if share is not None else ""
    return (
        f"ruleset: {ruleset}\nversion: {version}\ntitle: {{en: T, zh: 题}}\n"
        f"effective: {{from: {start}{end}}}\n{rollout}{more}"
    )


PLAIN = {
    "base": rules("base@1", "2026-01-01", ABSTRACT),
    "tea": rules("tea@1", "2026-01-01", TEA),
    "any": rules("any@1", "2026-01-01", "extends: base\n"),
    "fair": rules("fair@1", "2026-01-01", FAIR),
}


@pytest.fixture
def write(tmp_path):
    """Write the plain book with some more files, and read it."""

    def writing(**files):
        for name, text in ({"book": BOOK} | PLAIN | files).items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return read_book(tmp_path)

    return writing


def arms(book, day, industry="tea", scene=None):
    """The names of the layers outside and inside; inside is None where no rollout concerns it."""
    asked = {
        "industry": industry,
        "shop_type": None,
        "scene": scene,
        "as_of": date.fromisoformat(day),
    }
    rollout = find_rollout(book, **asked)
    inside = None if rollout is None else names(select(book, **asked, rollout=rollout))
    return names(select(book, **asked)), inside


def names(selection):
    return " ".join(layer.name for layer in selection.layers)


def test_an_industry_is_rolled_out_from_its_first_day(write):
    book = write(tea2=rules("tea@2", "2026-03-01", TEA, 0.1))
    assert arms(book, "2026-02-28") == ("base@1 tea@1", None)
    assert arms(book, "2026-03-01") == ("base@1 tea@1", "base@1 tea@2")
    assert arms(book, "2026-03-01", "toys") == ("base@1 any@1", None)
    assert arms(book, "2026-03-01", "tea", "fair")[1] == "base@1 tea@2 fair@1"
    assert check_rollouts(book) == []


def test_a_base_is_rolled_out_to_all_that_stand_on_it(write):
    book = write(base2=rules("base@2", "2026-03-01", ABSTRACT, 0.1))
    assert arms(book, "2026-03-01") == ("base@1 tea@1", "base@2 tea@1")
    assert arms(book, "2026-03-01", "toys") == ("base@1 any@1", "base@2 any@1")
    pinned = write(tea=PLAIN["tea"].replace("extends: base", "extends: base@1"))
    assert arms(pinned, "2026-03-01") == ("base@1 tea@1", None)


def test_a_scene_is_rolled_out_in_the_scene_only(write):
    book = write(fair2=rules("fair@2", "2026-03-01", FAIR, 0.1))
    assert arms(book, "2026-03-01") == ("base@1 tea@1", None)
    assert arms(book, "2026-03-01", scene="fair") == ("base@1 tea@1 fair@1", "base@1 tea@1 fair@2")


def test_the_next_version_without_rollout_holds_for_everybody(write):
    book = write(
        tea2=rules("tea@2", "2026-03-01", TEA, 0.1), tea3=rules("tea@3", "2026-04-01", TEA)
    )
    assert arms(book, "2026-03-31") == ("base@1 tea@1", "base@1 tea@2")
    assert arms(book, "2026-04-01") == ("base@1 tea@3", None)


def test_where_a_rollout_ends_the_version_before_it_holds_again(write):
    book = write(tea2=rules("tea@2", "2026-03-01", TEA, 0.1, until="2026-03-20"))
    assert arms(book, "2026-03-19") == ("base@1 tea@1", "base@1 tea@2")
    assert arms(book, "2026-03-20") == ("base@1 tea@1", None)
    assert check_selection(book) == []


def test_a_later_rollout_of_the_same_ruleset_takes_the_place_of_an_earlier(write):
    book = write(
        tea2=rules("tea@2", "2026-03-01", TEA, 0.1), tea3=rules("tea@3", "2026-04-01", TEA, 0.1)
    )
    assert arms(book, "2026-04-01") == ("base@1 tea@1", "base@1 tea@3")
    assert check_rollouts(book) == []


def test_a_rollout_may_select_other_merchants_than_the_version_before(write):
    toys = TEA.replace("tea", "toys")
    book = write(tea2=rules("tea@2", "2026-03-01", toys, 0.1))
    assert arms(book, "2026-03-01") == ("base@1 tea@1", "base@1 any@1")
    assert arms(book, "2026-03-01", "toys") == ("base@1 any@1", "base@1 tea@2")


def test_a_rollout_of_what_only_the_other_part_stands_on_clashes_there(write):
    """Tea 2 stands on a new base that is being rolled out itself."""
    other = TEA.replace("extends: base", "extends: ground")
    book = write(
        ground1=rules("ground@1", "2026-01-01", ABSTRACT),
        ground2=rules("ground@2", "2026-03-01", ABSTRACT, 0.2),
        tea2=rules("tea@2", "2026-03-01", other, 0.1),
    )
    with pytest.raises(InvalidInput, match="SY321"):
        arms(book, "2026-03-01")
    assert [problem.code for problem in check_rollouts(book)] == ["SY321"]
    assert arms(book, "2026-03-01", "toys") == ("base@1 any@1", None)


def test_two_rollouts_of_different_merchants_do_not_clash(write):
    book = write(
        tea2=rules("tea@2", "2026-03-01", TEA, 0.1),
        any2=rules("any@2", "2026-03-01", "extends: base\n", 0.1),
    )
    assert arms(book, "2026-03-01") == ("base@1 tea@1", "base@1 tea@2")
    assert arms(book, "2026-03-01", "toys") == ("base@1 any@1", "base@1 any@2")
    assert check_rollouts(book) == []


def test_a_tie_inside_the_part_is_found(write):
    book = write(tea2=rules("tea@2", "2026-03-01", "extends: base\n", 0.1))
    assert arms(book, "2026-02-28") == ("base@1 tea@1", None)
    found = [str(problem) for problem in check_selection(book)]
    assert any("SY307" in one and "any@1" in one and "tea@2" in one for one in found)


def test_both_arms_are_compiled_by_check(write, tmp_path):
    broken = f"{TEA}gates:\n  - {{id: g, title: {{en: G, zh: 门}}, when: nothing > 1}}\n"
    book = write(tea2=rules("tea@2", "2026-03-01", broken, 0.1))
    chosen = {(one.rollout and one.rollout.name, names(one)) for one in every_selection(book)}
    assert {
        (None, "base@1 tea@1"),
        ("tea@2", "base@1 tea@2"),
        ("tea@2", "base@1 tea@2 fair@1"),
    } <= chosen
    assert [(one.code, one.place.file) for one in check_book(tmp_path)] == [("SY403", "tea2.yaml")]
