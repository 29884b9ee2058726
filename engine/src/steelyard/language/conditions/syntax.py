"""From the text of a condition to its tree.

The parser is lark's LALR with the grammar beside this file; trees are built as it reduces, so
nothing recurses, however deep the text is nested.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from steelyard.language.conditions.literals import read_number, read_text
from steelyard.language.conditions.mistakes import SyntaxMistake, explain
from steelyard.language.conditions.tree import (
    Call,
    ListOf,
    Method,
    Name,
    Operation,
    Refused,
    TextValue,
    Tree,
    Truth,
)
from steelyard.model.limits import MAX_CONDITION_DEPTH

if TYPE_CHECKING:
    from lark import Lark, Token


# CEL keeps these words for itself; they can be no names
RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import"),
        *("in", "let", "loop", "package", "namespace", "null", "return", "true", "var", "void"),
        "while",
    )
)
_NO_SEGMENT = frozenset(("false", "in", "null", "true"))  # of those, not even after a dot
_ID = re.compile(r"[A-Za-z0-9_]+([-][A-Za-z0-9_]+)*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Part:
    """A tree in the making; `start` counts parentheses around it, as `depth` does."""

    tree: Tree
    start: int
    depth: int = 1


def read_tree(text: str) -> Tree:
    """Return the tree of a text. Raises `SyntaxMistake` if it has none."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        part: Any = _parser().parse(text)  # `start` gives a part, not lark's own tree
    except UnexpectedToken as error:
        token = error.token
        at = len(text) if token.type == "$END" else int(token.start_pos or 0)
        found = "" if token.type == "$END" else str(token)
        raise explain(text, at, found, error.accepts) from None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream
        raise explain(text, at, text[at], None) from None
    return part.tree


@cache
def _parser() -> "Lark":
    from importlib.resources import files

    from lark import Lark

    path = files("steelyard.language.conditions") / "grammar.lark"
    grammar = path.read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_builder())


def _builder() -> Any:  # noqa: ANN401 - lark is imported only when a condition is read
    from lark import Transformer, v_args

    return v_args(inline=True)(type("Builder", (Transformer,), dict(_RULES)))()


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


def _at(token: "Token") -> int:
    return int(token.start_pos or 0)


def _start(_: object, part: _Part) -> _Part:
    return part


def _conditional(_: object, test: _Part, then: _Part, otherwise: _Part) -> _Part:
    parts = (test, then, otherwise)
    tree = Operation("?:", tuple(part.tree for part in parts), test.start)
    return _nested(test.start, tree, *parts)


def _connection(_: object, left: _Part, operator: "Token", right: _Part) -> _Part:
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


def _binary(_: object, left: _Part, operator: "Token", right: _Part) -> _Part:
    tree = Operation(str(operator), (left.tree, right.tree), left.start)
    return _nested(left.start, tree, left, right)


def _prefix(_: object, operator: "Token", operand: _Part) -> _Part:
    tree = Operation(str(operator), (operand.tree,), _at(operator))
    return _nested(_at(operator), tree, operand)


def _group(_: object, opening: "Token", inner: _Part, __: object) -> _Part:
    return replace(_nested(_at(opening), inner.tree, inner), start=_at(opening))


def _name(_: object, token: "Token") -> _Part:
    at, word = _at(token), str(token)
    if word in ("true", "false"):
        return _Part(Truth(word == "true", at), at)
    return _Part(_name_or_refused(word, at), at)


def _name_or_refused(word: str, at: int) -> Tree:
    if word == "null":
        fix = "ask with has(...) whether a fact is there"
        return Refused("SY408", "null is not in the subset", fix, at=at)
    if word in RESERVED:
        return Refused("SY401", f"{word} is a word that CEL keeps for itself", None, at=at)
    if word in ("True", "False", "TRUE", "FALSE"):
        return Refused("SY401", f"{word} is not a value", f"write {word.lower()}", at=at)
    if word in ("None", "NULL", "nil", "undefined"):
        return _name_or_refused("null", at)
    return Name(word, at)


def _select(_: object, part: _Part, __: object, token: "Token") -> _Part:
    return _below(part, str(token), _at(token))


def _below(part: _Part, segment: str, at: int) -> _Part:
    if segment in _NO_SEGMENT:
        what = f"{segment} is a word that CEL keeps for itself"
        return _nested(part.start, Refused("SY401", what, None, at=at), part)
    if isinstance(part.tree, Name):
        return replace(part, tree=Name(f"{part.tree.path}.{segment}", part.tree.at))
    if isinstance(part.tree, Refused):  # one refusal is enough
        return part
    what = f".{segment} is taken of something that is not a name"
    refused = Refused("SY408", what, None, (part.tree,), part.start)
    return _nested(part.start, refused, part)


def _index(_: object, part: _Part, __: object, inner: _Part, ___: object) -> _Part:
    if isinstance(part.tree, Name) and isinstance(inner.tree, TextValue):
        segment = inner.tree.value
        if _ID.match(segment):
            return replace(part, tree=Name(f"{part.tree.path}.{segment}", part.tree.at))
        refused = Refused("SY401", f'"{segment}" cannot be an id', None, at=inner.start)
        return _nested(part.start, refused, part)
    refused = Refused(
        "SY408",
        "only an id in quotes may stand in [ ] after a name",
        'write item["easy-exchange"]; ask about records with exists or all',
        at=inner.start,
    )
    return _nested(part.start, refused, part, inner)


def _method(
    _: object, part: _Part, __: object, name: "Token", ___: object, given: tuple[_Part, ...] | None,
    ____: object,
) -> _Part:  # fmt: skip
    arguments = given or ()
    tree = Method(part.tree, str(name), tuple(one.tree for one in arguments), part.start, _at(name))
    return _nested(part.start, tree, part, *arguments)


def _call(
    _: object, name: "Token", __: object, given: tuple[_Part, ...] | None, ___: object
) -> _Part:
    arguments = given or ()
    tree = Call(str(name), tuple(one.tree for one in arguments), _at(name))
    return _nested(_at(name), tree, *arguments)


def _list_of(_: object, opening: "Token", given: tuple[_Part, ...] | None, __: object) -> _Part:
    members = given or ()
    tree = ListOf(tuple(one.tree for one in members), _at(opening))
    return _nested(_at(opening), tree, *members)


def _arguments(_: object, *parts: _Part) -> tuple[_Part, ...]:
    return parts


def _number(_: object, token: "Token") -> _Part:
    return _Part(read_number(str(token), _at(token)), _at(token))


def _text(_: object, token: "Token") -> _Part:
    return _Part(read_text(str(token), _at(token)), _at(token))


_RULES: dict[str, Callable[..., object]] = {
    "start": _start,
    "conditional": _conditional,
    "connection": _connection,
    "binary": _binary,
    "prefix": _prefix,
    "group": _group,
    "name": _name,
    "select": _select,
    "index": _index,
    "method": _method,
    "call": _call,
    "list_of": _list_of,
    "arguments": _arguments,
    "number": _number,
    "text": _text,
}
