"""JSON Schema errors as sentences with places."""

import pytest

from steelyard.errors import Problems
from steelyard.formats import parse_yaml
from steelyard.formats.validation import validate

TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+$", "description": "A name in small letters."},
        "cap": {"type": "number", "minimum": 0.1, "maximum": 5, "multipleOf": 0.01},
        "count": {"type": "integer", "exclusiveMinimum": 0},
        "on": {"type": "boolean"},
        "names": {
            "type": "array",
            "items": TEXT,
            "minItems": 1,
            "maxItems": 2,
            "uniqueItems": True,
        },
        "pair": {"type": "array", "minItems": 2, "maxItems": 2},
        "kind": {"enum": ["sum", "best"]},
        "day": {"type": "string", "format": "date"},
        "one": {"oneOf": [TEXT, {"type": "array", "items": TEXT}]},
        "any": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"a": TEXT},
                    "required": ["a"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {"b": TEXT},
                    "required": ["b"],
                    "additionalProperties": False,
                },
            ]
        },
        "either": {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]},
        "title": {
            "type": "object",
            "properties": {"en": TEXT, "zh": TEXT},
            "patternProperties": {"^[a-z]{2,3}$": TEXT},
            "required": ["en", "zh"],
            "additionalProperties": False,
        },
        "few": {"type": "object", "minProperties": 2},
        "map": {
            "type": "object",
            "propertyNames": {"pattern": "^x"},
            "additionalProperties": {"type": "number"},
        },
    },
    "required": ["id"],
    "additionalProperties": False,
}


def said(text: str) -> list[str]:
    problems = Problems()
    fits = validate(parse_yaml(text, "f"), SCHEMA, "SY301", problems)
    assert fits == (not problems.found)
    return [
        " | ".join(
            part
            for part in (str(one.place)[2:], one.what, one.expected, one.fix)
            if part is not None
        )
        for one in problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a", []),
        ("id: a\ncap: 0.10\ncount: 3\none: [x]\nany: {b: x}\nmap: {x1: 0.3}", []),
        ("id: A", ["1:5 | `id` is the text 'A' | a name in small letters"]),
        ("[]", ["1:1 | the document is an empty list | a mapping"]),
        ("ids: a", [
            "1:1 | the document has an unknown key 'ids' | one of id, cap, count, on, names, pair, kind, day, one, any, either, title, few, map | did you mean 'id'?",
        ]),
        ("id: 12", ['1:5 | `id` is the number 12 | a text | write it in quotes: "12"']),
        ("id:", ["1:1 | `id` is empty | a text | give a value, or remove the key"]),
        ("id: a\ncap: 0.09", ["2:6 | `cap` is the number 0.09 | a number of at least 0.1 and at most 5"]),
        ("id: a\ncap: 0.105", ["2:6 | `cap` is the number 0.105 | a multiple of 0.01"]),
        ("id: a\ncap: '1.5'", ["2:6 | `cap` is the text '1.5' | a number | remove the quotes"]),
        ("id: a\ncount: 2.0", ["2:8 | `count` is the number 2.0 | a whole number"]),
        ("id: a\ncount: 0", ["2:8 | `count` is the number 0 | a whole number of more than 0"]),
        ("id: a\ncount: true", ["2:8 | `count` is true | a whole number"]),
        ("id: a\non: Yes", ["2:5 | `on` is the text 'Yes' | true or false | write true"]),
        ("id: a\nnames: []", ["2:8 | `names` is an empty list | a list of 1 or more"]),
        ("id: a\nnames: [x, x]", ["2:8 | `names` is a list of 2 | a list in which nothing repeats"]),
        ("id: a\nnames: [x, '']", ["2:12 | `names[1]` is an empty text | a text that is not empty"]),
        ("id: a\nnames: x", ["2:8 | `names` is the text 'x' | a list | write it in a list: [x]"]),
        ("id: a\npair: [1]", ["2:7 | `pair` is a list of 1 | a list of exactly 2"]),
        ("id: a\nkind: bets", ["2:7 | `kind` is the text 'bets' | one of sum, best | did you mean 'best'?"]),
        ("id: a\nday: '2026-02-28'", []),
        ("id: a\nday: '2026-02-30'", ["2:6 | `day` is the text '2026-02-30' | a date YYYY-MM-DD"]),
        ("id: a\nday: 2026-W10-4", ["2:6 | `day` is the text '2026-W10-4' | a date YYYY-MM-DD"]),
        ("id: a\none: 3", ['2:6 | `one` is the number 3 | a text or a list | write it in quotes: "3"']),
        ("id: a\none: [3]", ['2:7 | `one[0]` is the number 3 | a text | write it in quotes: "3"']),
        ("id: a\nany: {b: 3}", ['2:10 | `any.b` is the number 3 | a text | write it in quotes: "3"']),
        ("id: a\neither: {}", ["2:9 | `either` lacks a key | the key `a` or `b` and `c`"]),
        ("id: a\ntitle: {en: x, azh: y}", ["2:8 | `title` has no `zh` | the key `zh`"]),
        ("id: a\ntitle: {en: x, zho1: y}", ["2:16 | `title` has an unknown key 'zho1' | one of en, zh | did you mean 'zh'?"]),
        ("id: a\nmap: {y: 1}", ["2:7 | the key 'y' of `map` is not allowed | a text of the form ^x"]),
        ("id: a\nfew: {}", ["2:6 | `few` is an empty mapping | a mapping with 2 or more keys"]),
        ("id: a\nfew: {x: 1}", ["2:6 | `few` has only `x` | a mapping with 2 or more keys"]),
        ("id: a\nmap: {x: y}", ["2:10 | `map.x` is the text 'y' | a number"]),
    ],
)  # fmt: skip
def test_what_is_said(text: str, expected: list[str]) -> None:
    assert said(text) == expected
