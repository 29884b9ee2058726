"""The questions before a new plugin is written: their defaults, and the checks of the answers."""

import json
import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from wcwidth import wcswidth

from steelyard.errors import InvalidInput, Problem
from steelyard.model.limits import MAX_PLUGIN_NAME
from steelyard.model.reserved import NEVER_IN_NAMES, RESERVED_WORDS

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", re.ASCII)
_RESERVED = {
    # of the engine, of merchant files, of conditions
    "plugin": {"core", "steelyard", "testing", "industry", "merchant", "merchants", "shop-type"}
    | {"book", "item", "score", "as-of", *RESERVED_WORDS},
    "industry": set[str](),
    "item": {"example", "facts", "py", *keyword.kwlist},
}

Check = Callable[[str], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a new plugin is made from.

    `name` of the plugin, `industry` and `item` are words in kebab-case; `title` is the industry's,
    `item_zh` the Chinese title of the item, whose English one is its name in words.
    """

    name: str
    industry: str
    title: str
    title_zh: str
    item: str
    item_zh: str
    author: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its label, the check of an answer, and the default after earlier answers."""

    label: str
    check: Check
    default: Callable[[Mapping[str, str]], str | None]


def words(name: str) -> str:
    """Return a name in kebab-case as a title: `pet-toys` is `Pet toys`."""
    return name.replace("-", " ").capitalize()


def quoted(text: str) -> str:
    """Return a printable text in double quotes, as JSON, YAML and TOML read it."""
    return json.dumps(text, ensure_ascii=False)


def python_quoted(text: str) -> str:
    """Return a printable text as Python reads it, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def check_answers(answers: Answers) -> None:
    """Raise `InvalidInput` (SY710) with every invalid answer."""
    problems = [
        problem
        for field, question in QUESTIONS.items()
        for problem in question.check(getattr(answers, field))
    ]
    if problems:
        raise InvalidInput(problems)


def _check_name(kind: str, name: str) -> Iterator[Problem]:
    """Yield the faults of the name of a "plugin", an "industry" or an "item"."""
    what = f"{name!r} cannot be the name of the {kind}"
    if not _NAME.match(name):
        expected = "words in kebab-case: small letters and digits, such as pet-toys"
        near = "-".join(re.findall(r"[a-z0-9]+", name.lower())).lstrip("0123456789-")
        fix = f"did you mean {near!r}?" if near else None
        yield Problem("SY710", what, expected=expected, fix=fix)
    elif len(name) > MAX_PLUGIN_NAME:
        expected = f"at most {MAX_PLUGIN_NAME} characters"
        yield Problem("SY710", f"{what}: it has {len(name)}", expected=expected)
    elif name in _RESERVED[kind] | NEVER_IN_NAMES:
        yield Problem("SY710", f"{what}: the word has a meaning of its own", expected="another")


def _check_text(kind: str, widest: int | None, text: str) -> Iterator[Problem]:
    """Yield the faults of a text: `widest` is its maximal width in columns."""
    if not text.strip():
        yield Problem("SY710", f"the {kind} is empty")
    elif not text.isprintable():
        what = f"the {kind} has a character that cannot be printed: {text!r}"
        yield Problem("SY710", what, expected="one line of text")
    wide = wcswidth(python_quoted(text)) - 2
    if widest is not None and wide > widest:
        expected = f"at most {widest}; a Chinese character takes two"
        yield Problem("SY710", f"the {kind} is {wide} columns wide", expected=expected)


QUESTIONS: Mapping[str, Question] = {
    "name": Question(
        "Name of the plugin, such as pet-toys", partial(_check_name, "plugin"), lambda _: None
    ),
    "industry": Question(
        "Industry", partial(_check_name, "industry"), lambda answers: answers["name"]
    ),
    "title": Question(
        "Industry in English",
        partial(_check_text, "title", 44),
        lambda answers: words(answers["industry"]),
    ),
    "title_zh": Question(
        "Industry in Chinese",
        partial(_check_text, "Chinese title", 50),
        lambda answers: f"{answers['title']} 类目",
    ),
    "item": Question("Item type", partial(_check_name, "item"), lambda _: "service-promise"),
    "item_zh": Question(
        "Item in Chinese",
        partial(_check_text, "Chinese title of the item", 44),
        lambda answers: (
            "服务承诺" if answers["item"] == "service-promise" else f"{words(answers['item'])} 承诺"
        ),
    ),
    "author": Question(
        "Author",
        partial(_check_text, "author", None),
        lambda answers: f"The authors of steelyard-{answers['name']}",
    ),
}
