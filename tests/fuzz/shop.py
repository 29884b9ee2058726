"""A small shop book with a fact of every type, and what must hold of every population."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.scoring.api.test_odd_arguments import DAY, FILES

from steelyard.errors import InvalidInput

__all__ = ["DAY", "FILES", "attempt", "book_in", "merchants", "mutated"]

T = TypeVar("T")


def book_in(folder: Path) -> Path:
    """Write the book into a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def merchants(source: random.Random, rows: int) -> list[dict]:
    """Return merchants with JSON values; a fact may be absent."""
    facts = {
        "shop.orders": lambda: source.choice([0, 9, 10, 11, 1_000_000]),
        "shop.rate": lambda: source.randint(0, 10_000) / 10_000,
        "shop.since": lambda: source.choice(["2024-02-29", "2026-06-01"]),
        "shop.open": lambda: source.random() < 0.5,
        "shop.area": lambda: source.choice("ab"),
        "shop.staff": lambda: [{"years": source.randint(0, 50)} for _ in range(source.choice([0, 1, 3]))],
    }  # fmt: skip
    return [
        {
            "merchant": f"m{number}",
            "industry": "toys",
            **{name: value() for name, value in facts.items() if source.random() < 0.8},
        }
        for number in range(rows)
    ]


STRANGE = (
    b"", b"\0", b"\n", b"\r", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b'""', b",", b",,,", b";", b"\t", b"{", b"}",
    b"[", b"]", b"[{}]", b"null", b"true", b"NaN", b"-", b"-0", b"1e400", b"1e-400", b"9223372036854775808",
    b"0.00000000000000000000000000000001", b"1_0", b" 1 ", b"\\", b"\\u0000", b"\\ud800", b"\xed\xa0\x80", b"\xc3",
    "乐".encode(), b"\xe2\x80\xa8", b"\x1a", b"#", b"'", b":", b"2026-02-30", b"merchant", b"industry", b"shop.rate",
    b"shop", b"toys", b"x" * 5000, b"[" * 300,
)  # fmt: skip


def mutated(source: random.Random, content: bytes) -> bytes:
    """Return bytes with up to four places changed, removed, repeated, or replaced."""
    data = bytearray(content)
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(data) + 1)
        end = min(len(data), at + source.choice([0, 1, 1, 2, 4, 30]))
        other = source.randrange(len(data) + 1)
        match source.randrange(5):
            case 0:
                del data[at:end]
            case 1:
                data[at:end] = source.choice(STRANGE)
            case 2:
                data[at:at] = data[other : other + source.choice([1, 8, 60])]
            case 3 if data:
                data[at % len(data)] ^= 1 << source.randrange(8)
            case 4:
                data[at:end] = source.randbytes(end - at)
    return bytes(data)


def attempt(action: Callable[[], T]) -> tuple[T | None, set[str]]:
    """Return what an action returns, and the codes of the problems with which it is refused."""
    try:
        return action(), set()
    except InvalidInput as error:
        problems = error.problems
    assert problems
    assert all(str(problem) for problem in problems)
    return None, {problem.code for problem in problems}
