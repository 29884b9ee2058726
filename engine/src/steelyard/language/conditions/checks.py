"""Errors of conditions that need no names: in the syntax, and parts that are not supported.

The fixes name the right spelling for habits from other languages.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files

from steelyard.errors import suggest
from steelyard.language.conditions.tree import (
    FOLDS,
    OVER_RECORDS,
    Call,
    ListOf,
    Method,
    Name,
    Number,
    Operation,
    Refused,
    TextValue,
    Tree,
    parts_of,
)
from steelyard.model.dates import STARTS
from steelyard.model.limits import MAX_DECIMALS, MAX_TAKEN
from steelyard.model.numbers import ROUNDINGS


class SyntaxMistake(Exception):  # noqa: N818 - it becomes a problem of the user's file
    """A syntax mistake in a condition: code, description, offset, expected text, fix."""

    def __init__(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.at = at
        self.expected = expected
        self.fix = fix


_NAMES = {"COMMA": "','", "__ANON_0": "','", "RPAR": "')'", "RSQB": "']'", "COLON": "':'"}
_FULL_WIDTH = 0xFEE0  # from an ASCII character to the same one in full width
_PERCENT = "write a share as a decimal: 0.80 instead of 80%"
_VALUES = frozenset(("NAME", "NUMBER", "TEXT"))


@cache
def habits() -> dict[str, dict[str, str]]:
    """Return the fixes for habits from other languages: a table for each kind of text."""
    file = files("steelyard.language.conditions") / "habits.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def explain(text: str, at: int, token: str, accepts: Collection[str] | None) -> SyntaxMistake:
    """Describe a syntax error at an offset, with the expected text and the fix.

    `token` is the token or character that does not fit, "" at the end of the text. `accepts` are
    the names of the terminals that would fit, None if they are unknown.
    """
    if not text.strip():
        return SyntaxMistake("SY401", "the condition is empty", 0, fix="write one, or leave it out")
    if not token:
        fix = _PERCENT if text.rstrip().endswith("%") else None
        what = "the condition ends too early"
        return SyntaxMistake("SY401", what, at, _expected(accepts), fix)
    if token in ("'", '"'):
        what, fix = f"the text that starts with {token} has no end", f"close it with {token}"
        return SyntaxMistake("SY401", what, at, fix=fix)
    before = text[:at].rstrip()
    what = f"unexpected {_shown(token)}"
    return SyntaxMistake("SY401", what, at, _expected(accepts), _fix(before, token, text[at:]))


def _shown(token: str) -> str:
    if token.isprintable() and not token.isspace():
        return repr(token if len(token) <= 40 else f"{token[:40]}…")
    return f"character U+{ord(token[0]):04X}"


def _expected(accepts: Collection[str] | None) -> str | None:
    if accepts is None:
        return None
    if _VALUES & set(accepts):
        return "a value"
    closing = [_NAMES[name] for name in sorted(accepts) if name in _NAMES]
    end = ["the end"] if "$END" in accepts else []
    return " or ".join(["an operator", *closing, *end]) if closing or end else None


def _fix(before: str, token: str, rest: str) -> str | None:
    word, last = _last_word(before), before[-1:]
    for habit in (token, word):  # `not x`: the word was taken for a name
        if habit in habits()["words"]:
            return habits()["words"][habit]
    narrow = habits()["wide"].get(token) or _narrow(token)
    if narrow is not None:
        return f"write {narrow}, in half width, instead of {token}"
    if word.isdigit() and token.startswith("_"):
        return "write the number without _"
    if last == "%":
        return _PERCENT
    if token.isspace() or not token.isprintable():
        return "write an ordinary space"
    pairs = habits()["pairs"]
    return pairs.get(last + token) or pairs.get(rest[:2]) or habits()["signs"].get(token)


def _narrow(character: str) -> str | None:
    """Return the ASCII form of a full-width character."""
    point = ord(character) - _FULL_WIDTH if len(character) == 1 else 0
    return chr(point) if 0x21 <= point < 0x7F else None


def _last_word(before: str) -> str:
    start = len(before)
    while start and (before[start - 1].isalnum() or before[start - 1] == "_"):
        start -= 1
    return before[start:]


Shapes = Mapping[str, tuple[int, int, str]]

# the fewest and the most arguments, and how a call looks
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "min": (2, 99, "min(a, b)"),
    "max": (2, 99, "max(a, b)"),
    "clamp": (3, 3, "clamp(x, low, high)"),
    "div": (4, 4, 'div(a, b, 2, "half_even")'),
    "days": (2, 2, "days(from, to)"),
    "months": (2, 2, "months(from, to)"),
    "working_days": (3, 3, 'working_days(from, to, "calendar")'),
    "year": (1, 1, "year(d)"),
    "quarter": (1, 1, "quarter(d)"),
    "month": (1, 1, "month(d)"),
    "weekday": (1, 1, "weekday(d)"),
    "start_of": (2, 2, 'start_of("month", d)'),
    "date": (1, 1, 'date("2026-03-05")'),
    "has": (1, 1, "has(quality.returns)"),
    "size": (1, 1, "size(staff)"),
}
# only in conditions about many merchants, whose number is the whole
SHARES: dict[str, tuple[int, int, str]] = {"share": (1, 1, "share(tier_down)")}
METHODS: dict[str, tuple[int, int, str]] = {
    **{name: (2, 2, f"staff.{name}(s, s.present)") for name in OVER_RECORDS},
    "map": (2, 2, "staff.map(s, s.hours)"),
    "sum": (0, 0, "staff.map(s, s.hours).sum()"),
    "min": (1, 1, "staff.map(s, s.hours).min(0), with the value of an empty list"),
    "max": (1, 1, "staff.map(s, s.hours).max(0), with the value of an empty list"),
    "size": (0, 0, "staff.size()"),
    "distinct": (0, 0, "jobs.map(j, j.technician).distinct().size()"),
    "groupBy": (2, 2, "jobs.groupBy(j, j.store).all(g, g.size() <= 3)"),
    "sortBy": (2, 2, "scores.sortBy(r, r.day).last(3).map(r, r.score).sum()"),
    "first": (1, 1, "scores.sortBy(r, r.day).first(3).map(r, r.score).sum()"),
    "last": (1, 1, "scores.sortBy(r, r.day).last(3).map(r, r.score).sum()"),
    "windows": (3, 3, "days.windows(d, d.day, 7).map(w, w.map(d, d.late).sum()).max(0)"),
    "longestRun": (0, 0, "days.map(d, d.day).longestRun()"),
}


def check(tree: Tree, *, shares: bool = False) -> Iterator[SyntaxMistake]:
    """Yield a mistake for every part of a tree that is not allowed in the subset, in order.

    If `shares`, the function `share` is allowed.
    """
    yield from _check(tree, {**FUNCTIONS, **SHARES} if shares else FUNCTIONS)


def _check(tree: Tree, known: Shapes) -> Iterator[SyntaxMistake]:
    """Yield mistakes; `known` are the functions."""
    match tree:
        case Refused():
            yield SyntaxMistake(tree.code, tree.what, tree.at, fix=tree.fix)
        case Operation(operator="/" | "%"):
            yield SyntaxMistake(
                "SY408",
                f"{tree.operator} is not supported: languages disagree on its rounding",
                tree.at,
                fix=_division_fix(tree),
            )
        case Operation(operator="in", operands=(left, right)):
            yield from _check(left, known)
            yield from _members(right, known)
            return
        case ListOf():
            yield SyntaxMistake("SY408", "a list may stand only to the right of in", tree.at)
        case Call(function="size", arguments=(Method() as receiver,)):
            yield from _method(Method(receiver, "size", (), tree.at, tree.at), known)
            return
        case Call():
            yield from _call(tree, known)
        case Method():
            yield from _method(tree, known)
            return
    for part in parts_of(tree):
        yield from _check(part, known)


def _division_fix(tree: Operation) -> str:
    top, bottom = tree.operands
    if tree.operator == "%" or not (isinstance(top, Name) and isinstance(bottom, Name | Number)):
        return 'write div(a, b, decimals, "half_even"), or compare products: a >= 0.8 * b'
    if isinstance(bottom, Number):
        divided = f'div({top.path}, {bottom.value}, 4, "half_even")'
        return f"write {divided}, or multiply the other side by {bottom.value}"
    divided = f'div({top.path}, {bottom.path}, 4, "half_even")'
    return f"write {divided}, or compare products: {top.path} >= 0.8 * {bottom.path}"


def _members(tree: Tree, known: Shapes) -> Iterator[SyntaxMistake]:
    if not isinstance(tree, ListOf):
        yield SyntaxMistake(
            "SY408", "in needs a list written out", tree.at, fix='write x in ["a", "b"]'
        )
    elif not tree.members:
        yield SyntaxMistake("SY401", "nothing is in an empty list", tree.at)
    for part in parts_of(tree):
        yield from _check(part, known)


def _call(tree: Call, known: Shapes) -> Iterator[SyntaxMistake]:
    shape = known.get(tree.function)
    if shape is None:
        yield _unknown(tree.function, tree.at, known)
        return
    fewest, most, example = shape
    count = len(tree.arguments)
    if not fewest <= count <= most:
        yield SyntaxMistake(
            "SY401",
            f"{tree.function} is given {_things(count)}",
            tree.at,
            expected=f"{example}, which has {fewest if fewest == most else f'{fewest} or more'}",
        )
        return
    if tree.function == "size" and not isinstance(tree.arguments[0], Name):
        yield _not_records(tree.arguments[0])
    if tree.function == "has" and not isinstance(tree.arguments[0], Name):
        yield SyntaxMistake(
            "SY401", "has asks about a name and nothing else", tree.arguments[0].at,
            expected="the name of a fact, or of a field of the record at hand",
        )  # fmt: skip
    if tree.function == "date" and not isinstance(tree.arguments[0], TextValue):
        yield SyntaxMistake(
            "SY401", "date takes a date in quotes", tree.arguments[0].at, expected=example
        )
    if tree.function == "working_days" and not isinstance(tree.arguments[2], TextValue):
        yield SyntaxMistake(
            "SY401", "the third part of working_days is the name of a calendar in quotes",
            tree.arguments[2].at, expected=example,
        )  # fmt: skip
    if tree.function == "start_of":
        yield from _period(tree.arguments[0])
    if tree.function == "div":
        yield from _div(tree.arguments[2], tree.arguments[3])


def _period(period: Tree) -> Iterator[SyntaxMistake]:
    if not isinstance(period, TextValue) or period.value not in STARTS:
        yield SyntaxMistake(
            "SY401", "the first part of start_of is a period of time", period.at,
            expected=" or ".join(f'"{known}"' for known in STARTS),
            fix=suggest(period.value, STARTS) if isinstance(period, TextValue) else None,
        )  # fmt: skip


def _div(decimals: Tree, mode: Tree) -> Iterator[SyntaxMistake]:
    places = decimals.value if isinstance(decimals, Number) else None
    if not isinstance(places, int) or places > MAX_DECIMALS:
        yield SyntaxMistake(
            "SY401", "the third part of div says how many decimals to keep", decimals.at,
            expected=f"a whole number from 0 to {MAX_DECIMALS}",
        )  # fmt: skip
    if not isinstance(mode, TextValue) or mode.value not in ROUNDINGS:
        yield SyntaxMistake(
            "SY401", "the fourth part of div says how to round", mode.at,
            expected=" or ".join(f'"{rounding}"' for rounding in ROUNDINGS),
            fix=suggest(mode.value, ROUNDINGS) if isinstance(mode, TextValue) else None,
        )  # fmt: skip


def _method(tree: Method, known: Shapes) -> Iterator[SyntaxMistake]:
    shape = METHODS.get(tree.method)
    if shape is None:
        yield _unknown(tree.method, tree.name_at, METHODS)
        return
    receiver = tree.receiver
    if len(tree.arguments) != shape[0]:
        yield _wrong_count(tree)
        return
    if tree.method in _UNFINISHED:
        what, fix = _UNFINISHED[tree.method]
        yield SyntaxMistake("SY408", what, tree.name_at, fix=fix)
    elif tree.method in FOLDS:
        yield from _fold(tree, known)
    elif tree.method != "size":
        yield from _over_records(tree, known)
    elif isinstance(receiver, Method) and receiver.method == "distinct":
        yield from _mapped(receiver, known)
    else:
        yield from _records(receiver, known)


_GROUPS = (
    "groups can only be counted, tested or mapped",
    "write jobs.groupBy(j, j.store).all(g, g.size() <= 3), or .map(g, g.size()).max(0)",
)
_SORTED = (
    "the records that sortBy gives can only be taken from the first or last one",
    "write scores.sortBy(r, r.day).last(3).map(r, r.score).sum()",
)
# methods that need another one after them: what is wrong without it, and the fix
_UNFINISHED = {
    "filter": (
        "the records that filter finds can only be counted, or mapped",
        "write staff.filter(s, ...).size(), or staff.filter(s, ...).map(s, ...).sum()",
    ),
    "map": (
        "the values that map gives can only be added up or compared",
        f"write {METHODS['sum'][2]}, .max(0) or .min(0)",
    ),
    "distinct": ("different values can only be counted", f"write {METHODS['distinct'][2]}"),
    "groupBy": _GROUPS,
    "windows": _GROUPS,
    "sortBy": _SORTED,
    "first": _SORTED,
    "last": _SORTED,
}


def _fold(tree: Method, known: Shapes) -> Iterator[SyntaxMistake]:
    """Yield the mistakes of a fold of what `map` gives for some records."""
    yield from _mapped(tree, known)
    for argument in tree.arguments:
        if not isinstance(argument, Number | Operation | Call):
            what = f"{tree.method} is given no number or date for an empty list"
            yield SyntaxMistake("SY401", what, argument.at, expected=METHODS[tree.method][2])
        yield from _check(argument, known)


def _mapped(tree: Method, known: Shapes) -> Iterator[SyntaxMistake]:
    """Yield the mistakes of the values that `map` gives, which a method needs."""
    mapped = tree.receiver
    if not isinstance(mapped, Method) or mapped.method != "map":
        what = f"{tree.method} needs the values that map gives"
        yield SyntaxMistake("SY408", what, tree.name_at, fix=f"write {METHODS[tree.method][2]}")
        return
    yield from _over_records(mapped, known)


def _records(tree: Tree, known: Shapes) -> Iterator[SyntaxMistake]:
    """Yield the mistakes of a list of records: a name, or some records or groups of a list."""
    match tree:
        case Name():
            return
        case Method(method="filter" | "groupBy" | "windows"):
            yield from _over_records(tree, known)
        case Method(method="first" | "last", receiver=Method(method="sortBy") as ordered):
            yield from _over_records(ordered, known)
            if len(tree.arguments) != 1:
                yield _wrong_count(tree)
            else:
                yield from _whole(tree.method, tree.arguments[0], METHODS[tree.method][2])
        case _:
            yield _not_records(tree)


def _whole(method: str, number: Tree, example: str) -> Iterator[SyntaxMistake]:
    value = number.value if isinstance(number, Number) else None
    if not isinstance(value, int) or not 1 <= value <= MAX_TAKEN:
        what = f"{method} is given no whole number from 1 to {MAX_TAKEN}"
        yield SyntaxMistake("SY401", what, number.at, expected=example)


def _over_records(tree: Method, known: Shapes) -> Iterator[SyntaxMistake]:
    wanted, _, example = METHODS[tree.method]
    if len(tree.arguments) != wanted:
        yield _wrong_count(tree)
        return
    variable, test, *days = tree.arguments
    yield from _records(tree.receiver, known)
    if not isinstance(variable, Name) or "." in variable.path or "-" in variable.path:
        yield SyntaxMistake(
            "SY401", f"the first part of {tree.method} is the name for the record at hand",
            variable.at, expected=example,
        )  # fmt: skip
    yield from _check(test, known)
    for number in days:
        yield from _whole(tree.method, number, example)


def _wrong_count(tree: Method) -> SyntaxMistake:
    wanted, _, example = METHODS[tree.method]
    return SyntaxMistake(
        "SY401",
        f"{tree.method} is given {_things(len(tree.arguments))}",
        tree.name_at,
        expected=f"{example}, which has {wanted}",
    )


def _not_records(tree: Tree) -> SyntaxMistake:
    return SyntaxMistake("SY408", "this is not the name of a list of records", tree.at)


def _unknown(name: str, at: int, known: Shapes) -> SyntaxMistake:
    fix = habits()["functions"].get(name) or suggest(name, known)
    readable = ", ".join(known)
    return SyntaxMistake(
        "SY408", f"{name}(...) is not supported", at, expected=f"one of {readable}", fix=fix
    )


def _things(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"
