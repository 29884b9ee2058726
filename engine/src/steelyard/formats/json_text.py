"""JSON, strictly by its grammar, with the place of every value and the text of every number.

Python's own reader gives neither; it is used for what it does well, the escapes of one string.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats.building import Builder, Stop, shorten
from steelyard.formats.limits import RULESET_LIMITS, Limits
from steelyard.formats.located import Located
from steelyard.formats.scalars import note_not_finite, read_number
from steelyard.formats.texts import Lines, check_text

_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:
      (?P<mark>[\[\]{},:])
    | (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
    | (?P<number>-?(?:0|[1-9][0-9]*)(?P<decimal>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?(?![\w.+-]))
    | (?P<word>(?:true|false|null|NaN|-?Infinity)(?!\w))
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.ASCII,
)
_SPACE = re.compile(r"[ \t\n\r]*+")
_BAD = re.compile(r"[\w.+-]+|[\s\S]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXPECTED = {
    "value": "a value",
    "item": "a value or `]`",
    "key": "a key in double quotes",
    "member": "a key in double quotes, or `}`",
    "colon": "`:` after the key",
    "next": "`,` or `",
    "end": "the end of the file after the value",
}
_WORDS = {"true": True, "false": False, "null": None}


class _Token(NamedTuple):
    """`kind`: mark, string, integer, number, word or end."""

    kind: str
    text: str
    offset: int


def parse_json(text: str, name: str, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the value of a JSON text, `name` being its file in messages.

    Raises `InvalidInput` with every problem up to the first syntax error or limit: SY102–SY104,
    SY106, SY109, SY112–SY115.
    """
    text = check_text(text, name, limits)
    problems = Problems()
    reader = _Reader(text, Lines(text, name), Builder(limits, problems), problems)
    try:
        reader.read()
    except Stop:
        problems.raise_any()
    problems.raise_any()
    if reader.builder.root is None:
        problems.add("SY104", "the file holds no value", Place(name), expected="one value")
        raise InvalidInput(problems)
    return reader.builder.root


class _Reader:
    """A pushdown reader: `_open` is the stack of brackets not yet closed.

    `_expects` says what may come next: `value`, `item` (a value or `]`), `key`, `member` (a key
    or `}`), `colon`, `next` (a comma or the closing bracket) or `end`.
    """

    def __init__(self, text: str, lines: Lines, builder: Builder, problems: Problems) -> None:
        self.builder = builder
        self._text = text
        self._lines = lines
        self._problems = problems
        self._open: list[_Token] = []
        self._expects = "value"

    def read(self) -> None:
        """Read the whole text. Raises `Stop` after noting a syntax error or a limit passed."""
        for token in self._tokens():
            if self._expects == "end":
                if token.kind != "end":
                    self._fail(token)
            elif self._expects in ("value", "item"):
                if self._expects == "item" and token.text == "]":
                    self._close()
                else:
                    self._value(token)
            elif self._expects in ("key", "member"):
                if self._expects == "member" and token.text == "}":
                    self._close()
                else:
                    self._key(token)
            elif self._expects == "colon":
                if token.text != ":":
                    self._fail(token)
                self._expects = "value"
            else:
                self._next(token)

    def _tokens(self) -> Iterator[_Token]:
        offset = 0
        while True:
            match = _TOKEN.match(self._text, offset)
            if match is None:
                self._fail(self._bad_token(offset))
            kind = match.lastgroup or ""
            if kind in ("decimal", "exponent"):
                kind = "number"
            start = match.start(kind)
            is_integer = match["decimal"] is None and match["exponent"] is None
            yield _Token("integer" if kind == "number" and is_integer else kind, match[kind], start)
            if kind == "end":
                return
            offset = match.end()

    def _bad_token(self, offset: int) -> _Token:
        space = _SPACE.match(self._text, offset)
        start = space.end() if space else offset
        found = _BAD.match(self._text, start)
        return _Token("bad", found[0] if found else "", start)

    def _value(self, token: _Token) -> None:
        place = self._place(token)
        if token.text in ("{", "["):
            self.builder.start({} if token.text == "{" else [], place)
            self._open.append(token)
            self._expects = "member" if token.text == "{" else "item"
            return
        if token.kind == "string":
            text = self._string(token)
            self.builder.scalar(text, text, place, quoted=True)
        elif token.kind in ("integer", "number"):
            is_integer = token.kind == "integer"
            value = read_number(token.text, place, self._problems, is_integer=is_integer)
            self.builder.scalar(value, token.text, place, quoted=False)
        elif token.kind == "word":
            if token.text not in _WORDS:
                note_not_finite(token.text, place, self._problems)
            self.builder.scalar(_WORDS.get(token.text), token.text, place, quoted=False)
        else:
            self._fail(token)
        self._complete()

    def _key(self, token: _Token) -> None:
        if token.kind != "string":
            self._fail(token)
        self.builder.key(self._string(token), self._place(token))
        self._expects = "colon"

    def _next(self, token: _Token) -> None:
        in_object = self._open[-1].text == "{"
        if token.text == ("}" if in_object else "]"):
            self._close()
        elif token.text == ",":
            self._expects = "key" if in_object else "value"
        else:
            self._fail(token)

    def _close(self) -> None:
        self._open.pop()
        self.builder.end()
        self._complete()

    def _complete(self) -> None:
        self._expects = "next" if self._open else "end"

    def _string(self, token: _Token) -> str:
        if "\\" not in token.text:
            return token.text[1:-1]
        text = json.loads(token.text)
        if _SURROGATE.search(text):
            self.builder.problem(
                "SY112",
                "an escape writes half of a surrogate pair",
                self._place(token),
                expected="both halves, or the character itself",
            )
        return text

    def _place(self, token: _Token) -> Place:
        return self._lines.place(token.offset)

    def _fail(self, token: _Token) -> NoReturn:
        found, fix = _describe(token)
        if token.kind == "end" and self._open:
            bracket = self._open[-1]
            start = self._place(bracket)
            found = (
                f"the text ends before `{bracket.text}` of {start.line}:{start.column} is closed"
            )
        elif token.text in ("}", "]") and self._expects in ("key", "value") and self._open:
            fix = "remove the comma before it, or add what is missing"
        expected = _EXPECTED[self._expects]
        if self._expects == "next":
            expected += "}`" if self._open[-1].text == "{" else "]`"
        self._problems.add("SY112", found, self._place(token), expected=expected, fix=fix)
        raise Stop


def _describe(token: _Token) -> tuple[str, str | None]:  # noqa: PLR0911 - one return a mistake
    """Return what stands where JSON does not allow it, and a fix."""
    text = token.text
    if token.kind == "end":
        return "the text ends here", None
    if token.kind != "bad":
        return f"found {text if len(text) <= 60 else shorten(text)}", None
    if text == '"':
        return "a text is not closed, or holds a line break or an unknown escape", None
    if text == "'":
        return "found a single quote", "write texts in double quotes"
    if text in ("/", "#"):
        return "found a comment or a stray character", "remove it: JSON has no comments"
    if text[0] in "+-.0123456789":
        return f"{shorten(text)} is not a number of JSON", "write it like 12, -0.5 or 1e3"
    return (
        f"found {shorten(text)}",
        "write keys and texts in double quotes" if text.isalnum() else None,
    )
