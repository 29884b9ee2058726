"""JSON: what Python's reader accepts strictly, with places and exact numbers."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import InvalidInput
from steelyard.formats import Limits, parse_yaml
from steelyard.formats.documents import parse_document
from steelyard.formats.json_text import parse_json

WIDE = Limits(bytes=1_000_000, depth=100, values=100_000, aliased=0)


class Refused(Exception):  # noqa: N818 - an answer
    pass


def oracle(text: str) -> object:
    """Python's own reader, told to be strict."""

    def refuse(_word: str) -> None:
        raise Refused

    def number(written: str) -> Decimal:
        _, _, exponent = written.lower().partition("e")
        if abs(int(exponent or 0)) > 40:  # the limit of the formats, see SY114
            raise Refused
        return Decimal(written)

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in items}) < len(items):
            raise Refused
        return dict(items)

    try:
        return json.loads(text, parse_float=number, parse_constant=refuse, object_pairs_hook=pairs)
    except (ValueError, RecursionError, Refused):
        raise Refused from None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text()
    | st.decimals(-(10**12), 10**12, places=4),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def dumped(value: object, *, ascii_only: bool, indent: int | None) -> str:
    def plain(one: object) -> object:
        if isinstance(one, Decimal):
            return float(one)
        if isinstance(one, dict):
            return {key: plain(inner) for key, inner in one.items()}
        return [plain(inner) for inner in one] if isinstance(one, list) else one

    return json.dumps(plain(value), ensure_ascii=ascii_only, indent=indent)


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
@settings(max_examples=200, deadline=None)
def test_json_is_read_as_python_reads_it(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    text = dumped(value, ascii_only=ascii_only, indent=indent)
    assert parse_json(text, "f", WIDE).plain() == oracle(text)


FRAGMENTS = st.lists(
    st.sampled_from(
        ["{", "}", "[", "]", ",", ":", '"', '"a"', '"b"', "1", "-", "0", ".5", "1.5", "e3", "E-2", "true",
         "false", "null", "NaN", "Infinity", " ", "\n", "\t", "\\", "\\n", "\\u00e9", "/", "'", "x", "\u2028"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
@settings(max_examples=500, deadline=None)
def test_exactly_the_strict_grammar_is_accepted(text: str) -> None:
    try:
        expected = oracle(text)
    except Refused:
        with pytest.raises(InvalidInput):
            parse_json(text, "f")
    else:
        assert parse_json(text, "f").plain() == expected


def test_numbers_are_exact_and_keep_their_text() -> None:
    document = parse_json("[0.10, 1e3, -0, 123456789012345678901234567890]", "f")
    assert document.plain() == [Decimal("0.1"), Decimal(1000), 0, 123456789012345678901234567890]
    assert [document.at((i,)).text for i in range(2)] == ["0.10", "1e3"]


@pytest.mark.parametrize("text", ["1e41", "1e311", "[1E-2111]", '{"a": 1e-81}'])
def test_large_exponents_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_json(text, "f")
    assert [problem.code for problem in refused.value.problems] == ["SY114"]


def test_places_count_characters() -> None:
    document = parse_json('{"😀": "é",\r\n\t"b" : [1,\n 2]}', "f")
    assert str(document.at(("😀",)).place) == "f:1:7"
    assert str(document.key_places["b"]) == "f:2:2"
    assert str(document.at(("b", 1)).place) == "f:3:2"


def test_texts_that_yaml_would_change_are_kept() -> None:
    text = '{"<<": 1, "a\\/b": "\\ud83d\\ude00", "\u2028": "\t"}'.replace("\t", "\\t")
    long = json.dumps({"k" * 2000: 1})
    assert parse_json(text, "f").plain() == {"<<": 1, "a/b": "😀", "\u2028": "\t"}
    assert parse_json(long, "f").plain() == {"k" * 2000: 1}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '[{"a":' * 50_000])
def test_deep_nesting_stops_the_reading(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_json(text, "f")
    assert [problem.code for problem in raised.value.problems] == ["SY106"]


def test_a_text_of_unknown_form_is_json_if_it_can_be() -> None:
    assert parse_document('{"a": "\\ud83d\\ude00"}', "f").plain() == {"a": "😀"}
    assert parse_document("{a: 1}", "f").plain() == {"a": 1}
    with pytest.raises(InvalidInput, match="SY109"):
        parse_document('{"a": 1, "a": 2}', "f")


@given(st.text() | st.text(alphabet='[]{}:,"\\-0123456789.eE truefalsn'))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_json, parse_yaml, parse_document):
        try:
            parse(text, "f")
        except InvalidInput as error:
            assert error.problems  # noqa: PT017 - either outcome is right
