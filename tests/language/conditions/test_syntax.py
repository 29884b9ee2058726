"""Claims about parsing: the printer's round trip, limits, places, and that nothing else escapes."""

from contextlib import suppress

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.language.conditions.expressions import TREES
from tests.language.conditions.world import declared

from steelyard.errors import InvalidInput, Place
from steelyard.language.conditions import Condition, FactScope, format_condition, lower, parse
from steelyard.language.conditions.tree import Name, Operation
from steelyard.language.expressions import Graph
from steelyard.model.reserved import RESERVED_WORDS

ORIGIN = Place("rules.yaml", 7, 11)
FACTS = declared(
    {
        "a": {"type": "int", "bounds": [-5, 5]},
        "b.c": {"type": "enum", "values": ["x", "y"]},
        "d": {"type": "bool"},
        "l": {"type": "records", "fields": {"a": {"type": "int", "bounds": [0, 9]}}},
    }
)


def problem(text, **options):
    with pytest.raises(InvalidInput) as caught:
        parse(text, ORIGIN, **options)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@settings(deadline=None)  # the first parse builds the parser
@given(TREES)
def test_what_the_printer_writes_reads_back_as_the_same_tree(tree):
    text = format_condition(tree)
    assume(len(text) <= 2000)
    again = parse(text, ORIGIN).tree
    assert again == tree
    assert format_condition(again) == text


@settings(deadline=None)  # the first parse builds the parser
@given(TREES)
def test_the_printer_puts_no_parentheses_that_could_be_left_out(tree):
    text = format_condition(tree)
    assume(len(text) <= 300 and '"' not in text)
    for opening, character in enumerate(text):
        if character != "(" or (opening and (text[opening - 1].isalnum())):
            continue  # a call's own
        depth, closing = 0, opening
        for closing in range(opening, len(text)):
            depth += {"(": 1, ")": -1}.get(text[closing], 0)
            if not depth:
                break
        without = text[:opening] + " " + text[opening + 1 : closing] + " " + text[closing + 1 :]
        with suppress(InvalidInput):
            assert parse(without, ORIGIN).tree != tree


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a&&b||c", "a && b || c"),
        ("(a && b) && (c && d)", "a && b && c && d"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("((a))", "a"),
        ("- - a", "--a"),
        ("a ? b : (c ? d : e)", "a ? b : c ? d : e"),
        ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        ("x . y in [ 'p' , \"q\" ]", 'x.y in ["p", "q"]'),
        ('item["easy-exchange"]["awarded"]', 'item["easy-exchange"].awarded'),
        (".50 < 0.80", "0.50 < 0.80"),
        ("'it\\'s'==a", '"it\'s" == a'),
    ],
)
def test_canonical_spelling(written, canonical):
    assert format_condition(parse(written, ORIGIN).tree) == canonical


def test_hyphens_need_quotes_and_underscores_stay_as_written():
    quoted = parse('item["easy-exchange"].awarded', ORIGIN)
    assert quoted.tree == Name("item.easy-exchange.awarded")
    assert parse("item.easy_exchange.awarded", ORIGIN).tree == Name("item.easy_exchange.awarded")
    assert isinstance(parse("item.easy-exchange.awarded", ORIGIN).tree, Operation)  # a minus


def test_reads_are_in_order_once_and_without_variables():
    condition = parse(
        'has(b.c) && staff.exists(s, s.years > a && as_of > s.to) && s.x && item["p-q"].awarded'
        " && a > score.quality && b.c == 1",
        ORIGIN,
    )
    names = [str(read) for read in condition.reads()]
    assert names == ["b.c", "staff", "a", "s.x", "item.p-q.awarded", "score.quality"]
    assert [read.place.column - ORIGIN.column for read in condition.reads()] == [
        condition.text.index(start) for start in ["b.c", "staff", "a &", "s.x", "item", "score"]
    ]


def test_places_of_plain_quoted_and_block_texts():
    assert problem("a = 1").place == Place("rules.yaml", 7, 13)
    assert problem("a = 1", quoted=True).place == Place("rules.yaml", 7, 14)
    several = problem("a\n  && b = 1")
    assert several.place == ORIGIN
    assert several.what.endswith("(at line 2, column 8 of the condition)")
    folded = problem("a = 1", block=True)
    assert folded.place == ORIGIN
    assert folded.what.endswith("(at line 1, column 3 of the condition)")


def test_a_long_condition_is_refused_and_the_longest_is_not():
    assert problem("1" + " " * 2000).code == "SY407"
    assert isinstance(parse("a" + " " * 1999, ORIGIN), Condition)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 65 + "a" + ")" * 65,
        "!" * 65 + "d",
        "-" * 65 + "a",
        "min(1, " * 65 + "a" + ")" * 65,
        "d ? 1 : " * 65 + "2",
        "+".join("a" * 66),
    ],
)
def test_deep_conditions_are_refused(text):
    assert problem(text).code == "SY407"


def test_long_chains_of_and_and_or_are_not_deep():
    condition = parse(" || ".join("d" for _ in range(300)), ORIGIN)
    assert lower(condition, FactScope(Graph(FACTS))).type.kind == "bool"


def test_the_deepest_condition_lowers():
    condition = parse("(" * 61 + "-" + "a" + ")" * 61 + " < 3", ORIGIN)
    assert lower(condition, FactScope(Graph(FACTS))).type.kind == "bool"
    condition = parse("+".join("a" * 63) + " < 3", ORIGIN)
    assert lower(condition, FactScope(Graph(FACTS))).type.kind == "bool"


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS - {"true", "false", "in"}))
def test_reserved_words_are_no_names(word):
    assert problem(word).code == ("SY408" if word == "null" else "SY401")


PIECE_TEXTS = (
    "a b.c d l s s.a as_of has( min( l.exists(s, size( date( div( ( ) [ ] , . ? : ! - + * / %"
    ' && || == < >= in 1 2.5 \'x\' "floor" "2026-01-01" null true { and = é \\ \''
)
PIECES = st.sampled_from(PIECE_TEXTS.split())


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join)), st.booleans())
@example(text="'\\", quoted=False)
@example(text='"""', quoted=False)
@example(text="1.", quoted=False)
@example(text="size(1)", quoted=False)
@example(text="l.filter(s)", quoted=False)
@example(text="l.filter(s).size()", quoted=False)
@example(text="null / 2", quoted=True)
@example(text="\x00", quoted=False)
@example(text="a.b[", quoted=False)
def test_any_text_is_a_condition_or_invalid_input(text, quoted):
    problems = []
    try:
        condition = parse(text, ORIGIN, quoted=quoted)
        assert parse(format_condition(condition.tree), ORIGIN).tree == condition.tree
        lower(condition, FactScope(Graph(FACTS)), want="any")
    except InvalidInput as error:
        problems = [*error.problems]
    for one in problems:
        assert one.place is not None
        assert one.place.column - ORIGIN.column <= len(text) + 1
