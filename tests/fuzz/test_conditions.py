"""A condition of any text has problems, or one value that every evaluator computes."""

import random
import re
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.budget import search
from tests.fuzz.shop import attempt
from tests.language.conditions.evaluating import value_of
from tests.language.conditions.world import declared
from tests.strategies.columns import facts_by_row, random_facts

CASES = Path(__file__).parents[1] / "cases" / "conditions"
_TOKEN = re.compile(r"\s+|[A-Za-z_][\w.-]*|\"[^\"]*\"|[0-9.]+|&&|\|\||[=!<>]=|.", re.DOTALL)
STRANGE = (
    "", " ", "\n", "\0", '"', "'", "\\", "//", "!", "-", "--", "(", ")", "[", "]", ",", ".", "?", ":", "%", "/", "=",
    "&&", "||", "==", "<", ">=", " in ", "null", "true", "false", "has(", "size()", ".exists(s, ", ".all(s, ",
    ".filter(s, ", "min(", "max(", "days(", 'date("2026-02-29")', 'div(balance, 3, 2, "half_even")', "as_of", "score",
    "score.total", 'item["a"].awarded', "0", "1", "0.0000000001", "9223372036854775807", "9" * 40, "1e5", "0x1F", "5u",
    "乐", "\u202e", "\u2028", "≥", "balance", "staff", "s.years", "shop_type", "promise.open", "promise.kept", "__class__",
)  # fmt: skip


def _world():
    """Return the facts of the cases of values, and the conditions of all the cases."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*"))]
    facts = {name: shape for file in files for name, shape in file["facts"].items()}
    return declared(facts), [case["condition"] for file in files for case in file["cases"]]


FACTS, CONDITIONS = _world()
_KINDS = ("[0-9.]+", '".*"', "&&|[|]{2}", "[=!<>]=|[<>]", "[-+*]", "true|false", "[A-Za-z_].*")


def _kind(token):
    """Return the kind of a token that may stand in the place of another one."""
    return next((kind for kind in _KINDS if re.fullmatch(kind, token)), None)


_LIKE = {}
for _token in sorted({token for one in CONDITIONS for token in _TOKEN.findall(one)}):
    _LIKE.setdefault(_kind(_token), []).append(_token)


def _similar(source):
    """Return two conditions joined, with some tokens replaced by others of their kind."""
    one, other = source.choice(CONDITIONS), source.choice(CONDITIONS)
    form = source.choice(["{0}", "{0}", "({0}) && ({1})", "!({0}) || {1}", "({0}) ? ({1}) : ({0})"])
    tokens = _TOKEN.findall(form.format(one, other))
    for _ in range(source.randint(0, 3)):
        at = source.randrange(len(tokens) or 1)
        if tokens and (kind := _kind(tokens[at])):
            tokens[at] = source.choice(_LIKE[kind])
    return "".join(tokens)


def condition(source):
    """Return conditions of the cases with some of their tokens changed, or tokens alone."""
    way = source.random()
    if way < 0.6:
        return _similar(source)
    if way < 0.7:
        return "".join(source.choice(STRANGE) for _ in range(source.randint(1, 9)))
    tokens = _TOKEN.findall(source.choice(CONDITIONS)) or [""]
    for _ in range(source.randint(1, 4)):
        at, other = source.randrange(len(tokens)), _TOKEN.findall(source.choice(CONDITIONS))
        start = source.randrange(len(other) + 1)
        piece = other[start : start + source.choice([1, 1, 3, 7])]
        match source.randrange(5):
            case 0:
                tokens[at : at + source.randint(1, 3)] = [""]
            case 1:
                tokens[at] = source.choice(STRANGE)
            case 2:
                tokens[at : at + 1] = piece
            case 3:
                tokens[at:at] = [
                    "(",
                    *other,
                    ")",
                    source.choice([" && ", " || ", " + ", " == ", " < "]),
                ]
            case 4:
                tokens[at:at] = piece * source.choice([1, 2, 50])
        tokens = tokens or [""]
    return "".join(tokens)


@search(8.0)
@given(seed=st.integers(0, 2**64))
def test_any_text_has_problems_or_one_value(seed):
    source = random.Random(seed)
    text = condition(source)
    frame = random_facts(FACTS, 1, source.randint(0, 2**32))
    (merchant,) = facts_by_row(FACTS, frame)
    day = source.randint(730_000, 740_000)
    _, codes = attempt(lambda: value_of(text, FACTS, merchant, day))
    assert codes <= {"SY113", "SY501", "SY502", *(f"SY{number}" for number in range(401, 410))}
