"""Literals of conditions: CEL's escapes in texts, and numbers, read exactly."""

import re
from decimal import Decimal

from steelyard.language.conditions.tree import Number, Refused, TextValue
from steelyard.model.numbers import NumberError, parse_decimal

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
        return Refused("SY408", f"{kind} are not in the subset", 'write it as "..."', at=at)
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
    """Return a text in double quotes, with what cannot be seen escaped."""
    return '"' + _NEEDS_ESCAPE.sub(_escape, value) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group(0)
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
