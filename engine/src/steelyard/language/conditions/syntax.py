"""The parser of conditions: from the text to its tree.

The parser is lark's LALR with the grammar file in this folder. It builds the trees while it
reduces, without recursion, so deeply nested texts are safe. Literals have CEL's escapes and exact
numbers.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from steelyard.language.conditions.checks import SyntaxMistake, explain
from steelyard.language.conditions.tree import (
    Call,
    ListOf,
    Method,
    Name,
    Number,
    Operation,
    Refused,
    TextValue,
    Tree,
    Truth,
)
from steelyard.model.limits import MAX_CONDITION_DEPTH
from steelyard.model.numbers import NumberError, parse_decimal
from steelyard.model.reserved import NEVER_IN_NAMES, RESERVED_WORDS

_SIMPLE = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL
)
_NEEDS_ESCAPE = re.compile(r'[\x00-\x1f\x7f-\x9f"\\\u2028\u2029]')


def read_number(token: str, at: int) -> Number | Refused:
    """Return the number that a token writes; hexadecimal, exponents and `u` are refused."""
    if re.search("[xXeEuU]", token):
        return Refused(
            "SY408",
            f"{token} is not a plain decimal number",
            "write its digits out, without 0x, exponent or u",
            at=at,
        )
    try:
        value = parse_decimal(token)
    except NumberError as error:
        return Refused("SY404", str(error), None, at=at)
    return Number(value if "." in token else int(value), at)


def read_text(token: str, at: int) -> TextValue | Refused:
    """Return the text that a quoted token writes, with CEL's escapes resolved."""
    prefix = token[: len(token) - len(token.lstrip("rRbB"))]
    if prefix or token[:3] in ('"""', "'''"):
        kind = "bytes" if "b" in prefix.lower() else "raw texts" if prefix else "triple quotes"
        return Refused("SY408", f"{kind} are not supported", 'write it as "..."', at=at)
    body = token[1:-1]
    parts: list[str] = []
    end = 0
    for match in _ESCAPE.finditer(body):
        resolved = _resolve(match)
        if resolved is None:
            return Refused(
                "SY401",
                f"{match.group(0)} is not an escape",
                "write \\\\ for a backslash",
                at=at + 1 + match.start(),
            )
        parts += [body[end : match.start()], resolved]
        end = match.end()
    return TextValue("".join(parts) + body[end:], at)


def _resolve(match: re.Match[str]) -> str | None:
    two, four, eight, octal, simple = match.groups()
    if simple is not None:
        return _SIMPLE.get(simple)
    point = int(octal, 8) if octal else int(two or four or eight, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        return None
    return chr(point)


def write_number(value: int | Decimal) -> str:
    """Return a number as it is written in a condition, with all its zeros."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def write_text(value: str) -> str:
    """Return a text in double quotes, with its invisible characters escaped."""
    return '"' + _NEEDS_ESCAPE.sub(_escape, value) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group(0)
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"


_ID = re.compile(r"[A-Za-z0-9_]+([-][A-Za-z0-9_]+)*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the tree that is being built; `start` and `depth` count parentheses around it."""

    tree: Tree
    start: int
    depth: int = 1


def read_tree(text: str) -> Tree:
    """Return the tree of a text. Raises `SyntaxMistake` if it has none."""
    try:
        part: Any = _parser().parse(text)  # the rule `start` gives a part, not lark's own tree
    except UnexpectedToken as error:
        token = error.token
        at = len(text) if token.type == "$END" else _at(token)
        unexpected = "" if token.type == "$END" else str(token)
        raise explain(text, at, unexpected, error.accepts) from None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream
        raise explain(text, at, text[at], None) from None
    return part.tree


@cache
def _parser() -> Lark:
    path = files("steelyard.language.conditions") / "grammar.lark"
    grammar = path.read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_TreeBuilder())


@v_args(inline=True)
class _TreeBuilder(Transformer):
    """One method for each rule of the grammar, called with the parts and tokens of the rule."""

    def start(self, part: _Part) -> _Part:
        return part

    def conditional(self, test: _Part, then: _Part, otherwise: _Part) -> _Part:
        parts = (test, then, otherwise)
        tree = Operation("?:", tuple(part.tree for part in parts), test.start)
        return _nested(test.start, tree, *parts)

    def connection(self, left: _Part, operator: Token, right: _Part) -> _Part:
        # `a && b && c` is one operation with three operands, as deep as its deepest operand
        operands: list[Tree] = []
        depth = 1
        for part in (left, right):
            below = part.tree
            if isinstance(below, Operation) and below.operator == operator:
                operands.extend(below.operands)
                depth = max(depth, part.depth - 1)
            else:
                operands.append(below)
                depth = max(depth, part.depth)
        tree = Operation(str(operator), tuple(operands), left.start)
        return _nested(left.start, tree, _Part(tree, left.start, depth))

    def binary(self, left: _Part, operator: Token, right: _Part) -> _Part:
        tree = Operation(str(operator), (left.tree, right.tree), left.start)
        return _nested(left.start, tree, left, right)

    def prefix(self, operator: Token, operand: _Part) -> _Part:
        tree = Operation(str(operator), (operand.tree,), _at(operator))
        return _nested(_at(operator), tree, operand)

    def group(self, opening: Token, inner: _Part, _closing: Token) -> _Part:
        return replace(_nested(_at(opening), inner.tree, inner), start=_at(opening))

    def name(self, token: Token) -> _Part:
        at, word = _at(token), str(token)
        if word in ("true", "false"):
            return _Part(Truth(word == "true", at), at)
        return _Part(_name_or_refused(word, at), at)

    def select(self, part: _Part, _dot: Token, segment: Token) -> _Part:
        return _member(part, str(segment), _at(segment))

    def index(self, part: _Part, _opening: Token, inner: _Part, _closing: Token) -> _Part:
        if isinstance(part.tree, Name) and isinstance(inner.tree, TextValue):
            segment = inner.tree.value
            if _ID.match(segment):
                return replace(part, tree=Name(f"{part.tree.path}.{segment}", part.tree.at))
            refused = Refused("SY401", f'"{segment}" cannot be an id', None, at=inner.start)
            return _nested(part.start, refused, part)
        refused = Refused(
            "SY408",
            "only an id in quotes is allowed in [ ] after a name",
            'write item["easy-exchange"]; ask about records with exists or all',
            at=inner.start,
        )
        return _nested(part.start, refused, part, inner)

    def method(
        self, part: _Part, _dot: Token, name: Token, _opening: Token,
        arguments: tuple[_Part, ...] | None, _closing: Token,
    ) -> _Part:  # fmt: skip
        given = arguments or ()
        trees = tuple(argument.tree for argument in given)
        tree = Method(part.tree, str(name), trees, part.start, _at(name))
        return _nested(part.start, tree, part, *given)

    def call(
        self, name: Token, _opening: Token, arguments: tuple[_Part, ...] | None, _closing: Token
    ) -> _Part:
        given = arguments or ()
        tree = Call(str(name), tuple(argument.tree for argument in given), _at(name))
        return _nested(_at(name), tree, *given)

    def list_of(
        self, opening: Token, arguments: tuple[_Part, ...] | None, _closing: Token
    ) -> _Part:
        members = arguments or ()
        tree = ListOf(tuple(member.tree for member in members), _at(opening))
        return _nested(_at(opening), tree, *members)

    def arguments(self, *parts: _Part) -> tuple[_Part, ...]:
        return parts

    def number(self, token: Token) -> _Part:
        return _Part(read_number(str(token), _at(token)), _at(token))

    def text(self, token: Token) -> _Part:
        return _Part(read_text(str(token), _at(token)), _at(token))


def _nested(start: int, tree: Tree, *parts: _Part) -> _Part:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_CONDITION_DEPTH:
        raise SyntaxMistake(
            "SY407",
            f"the condition is nested more than {MAX_CONDITION_DEPTH} deep",
            0,
            fix="split it into several requirements",
        )
    return _Part(tree, start, depth)


def _at(token: Token) -> int:
    return int(token.start_pos or 0)


def _name_or_refused(word: str, at: int) -> Tree:
    if word == "null":
        fix = "ask with has(...) whether a fact is there"
        return Refused("SY408", "null is not supported", fix, at=at)
    if word in RESERVED_WORDS:
        return Refused("SY401", f"{word} is a reserved word of CEL", None, at=at)
    if word in ("True", "False", "TRUE", "FALSE"):
        return Refused("SY401", f"{word} is not a value", f"write {word.lower()}", at=at)
    if word in ("None", "NULL", "nil", "undefined"):
        return _name_or_refused("null", at)
    return Name(word, at)


def _member(part: _Part, segment: str, at: int) -> _Part:
    if segment in NEVER_IN_NAMES:
        what = f"{segment} is a reserved word of CEL"
        return _nested(part.start, Refused("SY401", what, None, at=at), part)
    if isinstance(part.tree, Name):
        return replace(part, tree=Name(f"{part.tree.path}.{segment}", part.tree.at))
    if isinstance(part.tree, Refused):  # one refusal is enough
        return part
    what = f".{segment} follows something that is not a name"
    refused = Refused("SY408", what, None, (part.tree,), part.start)
    return _nested(part.start, refused, part)
