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
_TOKEN = re.compile(r"\s+|[A-Za-z_][\w-]*|[0-9]+|&&|\|\||[=!<>]=|.", re.DOTALL)
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


def condition(source):
    """Return a condition of the cases with some of its tokens changed, or tokens alone."""
    if source.random() < 0.2:
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
    assert codes <= {"SY113", "SY501", "SY502", *(f"SY{number}" for number in range(401, 409))}
