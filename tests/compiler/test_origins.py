"""Where names come from and what uses them: checked against the compiled plans of the book."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from steelyard.book import read_book
from steelyard.book.kinds import every_selection
from steelyard.book.opening import facts_of, places_in
from steelyard.compiler.origins import find_origin, known_names
from steelyard.compiler.selections import compile_selection
from steelyard.compiler.uses import BuildResult, build_example, uses_in
from steelyard.errors import InvalidInput, Place
from steelyard.plugins.discovery import discover

BOOK = Path("rulesets")


@cache
def world():
    book, catalogue = read_book(BOOK), discover()
    facts = facts_of(book, catalogue)
    selections = every_selection(book)
    return book, catalogue, facts, selections, uses_in(selections, catalogue.item_types, facts)[0]


def ask(name):
    book, catalogue, facts, _, uses = world()
    return find_origin(name, catalogue, facts, uses, places_in(book))


def test_uses_are_the_facts_that_plans_read():
    _, catalogue, facts, selections, uses = world()
    for selection in selections:
        plan = compile_selection(selection, catalogue, facts)
        layers = {layer.name for layer in selection.layers}
        used = {fact for one in uses if one.ruleset in layers for fact in one.facts}
        assert {fact.id for fact in plan.facts} <= used


def test_items_stand_where_plans_say_and_read_what_plans_read():
    _, catalogue, facts, selections, uses = world()
    seen = {(one.id, one.place): one for one in uses if one.type}
    checked = 0
    for selection in selections:
        plan = compile_selection(selection, catalogue, facts)
        metrics = {fact for one in uses if one.kind == "metric" for fact in one.facts}
        for item in (*plan.items, *plan.deductions):
            assert item.place is not None
            use = seen[item.id, item.place]
            assert use.type == item.type
            missing = set(item.optional_facts) - set(use.facts)
            texts = [requirement.text for requirement in item.requirements]
            # a condition on `score.…` reads what metrics read, which have uses of their own
            assert not missing or (missing <= metrics and any("score." in one for one in texts))
            checked += 1
    assert checked > 20


def test_every_known_name_has_an_origin_with_a_place():
    _, catalogue, facts, _, uses = world()
    for name in set(known_names(catalogue, facts, uses)):
        answer = ask(name)
        assert answer.origins, name
        for origin in answer.origins:
            assert origin.place is not None, name
            assert (origin.plugin == "book") == (origin.distribution == ""), name


def test_a_line_is_the_line_of_the_declaration():
    fact, kind = ask("maternity.exchange_requests"), ask("maternity/easy-exchange")
    for answer, words in (
        (fact, "id: maternity.exchange_requests"),
        (kind, "def build(item: ItemContext)"),
    ):
        (origin,) = answer.origins
        assert origin.place is not None
        source = Path("plugins/maternity/src") / origin.place.file
        assert words in source.read_text(encoding="utf-8").splitlines()[origin.place.line - 1]
        assert (origin.plugin, origin.distribution) == ("maternity", "steelyard-maternity")


def test_a_fact_of_a_type_is_told_from_a_fact_of_its_parameters():
    assert ask("maternity.exchange_requests").readers == ("maternity/easy-exchange",)
    assert ask("maternity.traceable_skus").readers == ()  # only in an example of core/curve
    _, catalogue, facts, _, _ = world()
    built = build_example(catalogue.item_types["core/curve"], facts)
    assert "maternity.traceable_skus" in built.facts
    assert built.own == ()


def test_a_parameter_shows_its_value_in_every_item_of_the_type():
    answer = ask("maternity/easy-exchange.min_requests")
    assert [one.id for one in answer.uses] == ["easy-exchange"]
    assert {**answer.uses[0].defaults, **answer.uses[0].given}["min_requests"] == 20


def test_an_item_leads_to_its_type():
    answer = ask("easy-exchange")
    assert [one.name for one in answer.origins] == ["maternity/easy-exchange"]
    assert {one.id for one in answer.uses} == {"easy-exchange"}


def test_the_facts_of_the_book_are_its_own():
    (origin,) = ask("orders.paid_30d").origins
    assert origin.plugin == "book"
    assert origin.place is not None
    line = (
        (BOOK / origin.place.file).read_text(encoding="utf-8").splitlines()[origin.place.line - 1]
    )
    assert "orders.paid_30d" in line


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("maternity/easy-exchnge", "maternity/easy-exchange"),
        ("maternity.exchange_request", "maternity.exchange_requests"),
        ("maternity/easy-exchange.teirs", "maternity/easy-exchange.tiers"),
        ("esy-exchange", "easy-exchange"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_one(wrong, right):
    with pytest.raises(InvalidInput) as caught:
        ask(wrong)
    (problem,) = caught.value.problems
    assert (problem.code, problem.fix) == ("SY703", f"did you mean {right!r}?")


def test_examples_that_cannot_be_built_say_why():
    _, catalogue, facts, _, _ = world()
    flat = catalogue.item_types["core/flat"]

    def fails(_):
        raise ZeroDivisionError("in the plugin")

    for changed, words in (
        (replace(flat, example="# nothing"), "SY104"),
        (replace(flat, example="- [a"), "SY105"),
        (replace(flat, example="just text"), "`points`"),
        (replace(flat, build=fails), "ZeroDivisionError: in the plugin"),
        (replace(flat, build=lambda _: None), "NoneType"),
    ):
        built = build_example(changed, facts)
        assert built.award is None
        assert words in " ".join(map(str, built.problems))
    assert build_example(replace(flat, example="\n"), facts) == BuildResult(None)
    assert build_example(flat, {}).problems[0].code == "SY403"
    assert build_example(flat, facts).award is not None


def test_a_book_with_problems_still_answers():
    book, catalogue = (
        read_book(Path("tests/cases/bad/SY210-item-types-fail/book")),
        discover(),
    )
    facts = facts_of(book, catalogue)
    uses, _ = uses_in(every_selection(book), catalogue.item_types, facts)
    assert {one.type for one in uses if one.type}
    assert all(isinstance(one.place, Place) for one in uses)
