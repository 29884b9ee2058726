"""JSON with the position of every value and the text of every number.

Python's `json` decides whether a text is well-formed. A scan over its tokens then finds the
positions, and the exact text of the numbers.
"""

import json
import re
import string
from contextlib import suppress
from typing import NoReturn

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats.located import Builder, Located, Stop, shorten
from steelyard.formats.scalars import note_not_finite, read_number
from steelyard.formats.texts import RULESET_LIMITS, Limits, Lines, check_text
from steelyard.formats.words import words

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},:]|[^\s\[\]{},:"]+')
_WORD = re.compile(r"[\w.+-]+|[\s\S]")
_IN_WORDS = f"{string.ascii_letters}{string.digits}_.+-"
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANTS = {"true": True, "false": False, "null": None}
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def parse_json(text: str, name: str, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the value of a JSON text; messages call its file `name`.

    Raises `InvalidInput` with every problem up to the first syntax error or limit: SY102-SY104,
    SY106, SY109, SY112-SY115.
    """
    text = check_text(text, name, limits)
    lines, problems = Lines(text, name), Problems()
    builder = Builder(limits, problems)
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _refuse(error, text, lines)
    except RecursionError:
        pass  # the text is deeper than the limit, which the builder reports
    with suppress(Stop):
        _build(text, lines, builder, problems)
    problems.raise_any()
    assert builder.root is not None
    return builder.root


def _build(text: str, lines: Lines, builder: Builder, problems: Problems) -> None:
    """Pass the tokens of a well-formed text to a builder. Raises `Stop` at a limit."""
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part in (",", ":"):
            continue
        place = lines.place(match.start())
        if part in ("{", "["):
            builder.start({} if part == "{" else [], place)
        elif part in ("}", "]"):
            builder.end()
        elif part[0] == '"':
            content = _string(part, place, builder)
            if builder.expects_key:
                builder.key(content, place)
            else:
                builder.scalar(content, content, place, quoted=True)
        elif part in _CONSTANTS:
            builder.scalar(_CONSTANTS[part], part, place, quoted=False)
        elif part.endswith(("NaN", "Infinity")):
            note_not_finite(part, place, problems)
            builder.scalar(None, part, place, quoted=False)
        else:
            is_integer = part.lstrip("-").isdigit()
            value = read_number(part, place, problems, is_integer=is_integer)
            builder.scalar(value, part, place, quoted=False)


def _string(part: str, place: Place, builder: Builder) -> str:
    """Return the text that a string part writes; half of a surrogate pair is a problem."""
    if "\\" not in part:
        return part[1:-1]
    text = json.loads(part)
    if _SURROGATE.search(text):
        what = "an escape writes half of a surrogate pair"
        expected = "both halves, or the character itself"
        builder.problem("SY112", what, place, expected=expected)
    return text


def _refuse(error: json.JSONDecodeError, text: str, lines: Lines) -> NoReturn:
    """Raise `InvalidInput` (SY112) for a syntax error that Python's `json` found."""
    start, message, problems = error.pos, error.msg, Problems()
    for one in words()["json"]:
        if any(part in message for part in one["parts"]):
            problems.add("SY112", one["what"], lines.place(start), expected=one["expected"])
            raise InvalidInput(problems)
    if "trailing comma" in message:  # since Python 3.13, at the comma
        message = "Expecting property name" if message.endswith("object") else "Expecting value"
        start += 1
    start += len(text[start:]) - len(text[start:].lstrip(" \t\n\r"))
    if start < len(text):
        start = len(text[:start].rstrip(_IN_WORDS))  # a number is refused at its second digit
    brackets: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text, 0, start):
        if match[0] in ("{", "["):
            brackets.append(match)
        elif match[0] in ("}", "]"):
            brackets.pop()
    word = _WORD.match(text, start)
    what, fix = _describe(word[0] if word else "")
    if not word and brackets:
        opened = lines.place(brackets[-1].start())
        what = (
            f"the text ends before `{brackets[-1][0]}` of {opened.line}:{opened.column} is closed"
        )
    elif word and word[0] in ("}", "]") and text[:start].rstrip().endswith(","):
        fix = "remove the comma before it, or add what is missing"
    after_value = f"`,` or `{']' if brackets and brackets[-1][0] == '[' else '}'}`"
    values = (text for key, text in words()["json_expected"].items() if message.startswith(key))
    expected = next(values, after_value)
    problems.add("SY112", what, lines.place(start), expected=expected, fix=fix)
    raise InvalidInput(problems)


def _describe(word: str) -> tuple[str, str | None]:
    """Return a description of the text that JSON does not allow, and a fix."""
    if not word:
        return "the text ends here", None
    if word == "'":
        return "found a single quote", "write texts in double quotes"
    if word in ("/", "#"):
        return "found a comment or a stray character", "remove it: JSON has no comments"
    if word[0] in "+-.0123456789" and not re.fullmatch(r"-?[1-9][0-9]*|0", word):
        return f"{shorten(word)} is not a number of JSON", "write it like 12, -0.5 or 1e3"
    fix = "write keys and texts in double quotes" if word[0].isalpha() else None
    return f"found {shorten(word)}", fix
