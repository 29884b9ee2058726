"""Errors of a text that does not parse, with fixes for habits from other languages."""

from collections.abc import Collection


class SyntaxMistake(Exception):  # noqa: N818 - it becomes a problem of the user's file
    """A text that is no condition: code, what is wrong, offset, what was expected, fix."""

    def __init__(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.at = at
        self.expected = expected
        self.fix = fix


_WORDS = {
    "and": "write && instead of and",
    "AND": "write && instead of AND",
    "or": "write || instead of or",
    "OR": "write || instead of OR",
    "is": "write == instead of is",
    "not": "write ! before what is denied: !(x in [a, b])",
    "NOT": "write ! before what is denied: !(x in [a, b])",
    "if": "write a ? b : c instead of b if a else c",
    "IN": "write in, in small letters",
    "between": "write x >= low && x <= high",
    "contains": 'write x in ["a", "b"]',
}
_SIGNS = {
    "&": "write &&",
    "|": "write ||",
    "=": "write == to compare",
    "≥": "write >= instead of ≥",
    "≤": "write <= instead of ≤",
    "≠": "write != instead of ≠",
    "×": "write * instead of ×",
    "÷": 'write div(a, b, decimals, "half_even")',
    "¬": "write ! instead of ¬",
    "∧": "write && instead of ∧",
    "∨": "write || instead of ∨",
    "−": "write - (the minus of the keyboard) instead of −",
    "{": "maps and messages are not in the subset",
    "^": "write x * x; powers are not in the subset",
    ";": "write one condition, without ; at the end",
    "$": "write the name alone, without $",
    "@": "write the name alone, without @",
}
_WIDE = {chr(point + 0xFEE0): chr(point) for point in range(0x21, 0x7F)} | {
    "“": '"', "”": '"', "‘": "'", "’": "'", "。": ".", "、": ",", "【": "[", "】": "]",
    "＆": "&&", "｜": "||", "＝": "==",
}  # fmt: skip
_PAIRS = {
    "==": "write == to compare", "<>": "write != instead of <>", "=<": "write <= instead of =<",
    "=>": "write >= instead of =>", "**": "write x * x; powers are not in the subset",
    "//": 'divide with div(a, b, decimals, "half_even"); comments stand outside',
    "/*": "comments stand outside the condition",
    "<=": "write <= without a space", ">=": "write >= without a space",
    "&&": "write && without a space", "||": "write || without a space",
}  # fmt: skip
_NAMES = {"COMMA": "','", "__ANON_0": "','", "RPAR": "')'", "RSQB": "']'", "COLON": "':'"}
_PERCENT = "write a share as a decimal: 0.80 instead of 80%"
_VALUES = frozenset(("NAME", "NUMBER", "TEXT"))


def explain(text: str, at: int, found: str, accepts: Collection[str] | None) -> SyntaxMistake:
    """Return what is wrong at an offset, what was expected, and the fix.

    `found` is the token or character that does not fit, "" at the end of the text; `accepts`
    are the names of the terminals that would have fitted, None where that is not known.
    """
    if not text.strip():
        return SyntaxMistake("SY401", "the condition is empty", 0, fix="write one, or leave it out")
    if not found:
        fix = _PERCENT if text.rstrip().endswith("%") else None
        what = "the condition ends too early"
        return SyntaxMistake("SY401", what, at, _expected(accepts), fix)
    if found in ("'", '"'):
        what, fix = f"the text that starts with {found} has no end", f"close it with {found}"
        return SyntaxMistake("SY401", what, at, fix=fix)
    before = text[:at].rstrip()
    what = f"{_shown(found)} does not fit here"
    return SyntaxMistake("SY401", what, at, _expected(accepts), _fix(before, found, text[at:]))


def _shown(found: str) -> str:
    if found.isprintable() and not found.isspace():
        return found if len(found) <= 40 else f"{found[:40]}…"
    return f"the character U+{ord(found[0]):04X}"


def _expected(accepts: Collection[str] | None) -> str | None:
    if accepts is None:
        return None
    if _VALUES & set(accepts):
        return "a value"
    closing = [_NAMES[name] for name in sorted(accepts) if name in _NAMES]
    end = ["the end"] if "$END" in accepts else []
    return " or ".join(["an operator", *closing, *end]) if closing or end else None


def _fix(before: str, found: str, rest: str) -> str | None:
    word, last = _last_word(before), before[-1:]
    for habit in (found, word):  # `not x`: the word was taken for a name
        if habit in _WORDS:
            return _WORDS[habit]
    if found in _WIDE:
        return f"write {_WIDE[found]}, in half width, instead of {found}"
    if word.isdigit() and found.startswith("_"):
        return "write the number without _"
    if last == "%":
        return _PERCENT
    if found.isspace() or not found.isprintable():
        return "write an ordinary space"
    return _PAIRS.get(last + found) or _PAIRS.get(rest[:2]) or _SIGNS.get(found)


def _last_word(before: str) -> str:
    start = len(before)
    while start and (before[start - 1].isalnum() or before[start - 1] == "_"):
        start -= 1
    return before[start:]
