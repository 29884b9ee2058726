"""What is asked before a plugin is written, and which answers will do."""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wcwidth import wcswidth

from steelyard.errors import InvalidInput, Problem
from steelyard.model.limits import MAX_PLUGIN_NAME
from steelyard.plugins.scaffold.quoting import python_quoted

WIDEST = {"title": 44, "Chinese title": 50, "Chinese title of the item": 44}  # the same
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", re.ASCII)
_RESERVED = {
    # of the engine, of merchant files, of conditions
    "plugin": {"core", "steelyard", "testing", "industry", "merchant", "merchants", "shop-type"}
    | {"book", "item", "score"},
    "industry": set[str](),
    "item": {"example", "facts", "py"},
}
_WORDS = {"true", "false", "null", "in"}  # of conditions, or no texts in YAML


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


def words(name: str) -> str:
    """Return a name in kebab-case as a title: `pet-toys` is `Pet toys`."""
    return name.replace("-", " ").capitalize()


def check_answers(answers: Answers) -> None:
    """Raise `InvalidInput` (SY710) with everything that will not do."""
    problems = [
        *check_name("plugin", answers.name),
        *check_name("industry", answers.industry),
        *check_title("title", answers.title),
        *check_title("Chinese title", answers.title_zh),
        *check_name("item", answers.item),
        *check_title("Chinese title of the item", answers.item_zh),
        *check_author(answers.author),
    ]
    if problems:
        raise InvalidInput(problems)


def check_name(kind: str, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the name of a "plugin", an "industry" or an "item"."""
    what = f"{name!r} cannot be the name of the {kind}"
    if not _NAME.match(name):
        yield Problem(
            "SY710",
            what,
            expected="words in kebab-case: small letters and digits, such as pet-toys",
            fix=_kebab(name),
        )
    elif len(name) > MAX_PLUGIN_NAME:
        expected = f"at most {MAX_PLUGIN_NAME} characters"
        yield Problem("SY710", f"{what}: it has {len(name)}", expected=expected)
    elif name in _RESERVED[kind] | _WORDS or (kind == "item" and keyword.iskeyword(name)):
        yield Problem("SY710", f"{what}: the word has a meaning of its own", expected="another")


def check_title(kind: str, text: str) -> Iterator[Problem]:
    """Yield what is wrong with a title; `kind` is a key of `WIDEST`."""
    yield from _text_faults(kind, text)
    wide = wcswidth(python_quoted(text)) - 2
    if wide > WIDEST[kind]:
        yield Problem(
            "SY710",
            f"the {kind} is {wide} columns wide",
            expected=f"at most {WIDEST[kind]}; a Chinese character takes two",
        )


def check_author(text: str) -> Iterator[Problem]:
    """Yield what is wrong with the author's name."""
    yield from _text_faults("author", text)


def _text_faults(kind: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("SY710", f"the {kind} is empty")
    elif not text.isprintable():
        yield Problem(
            "SY710",
            f"the {kind} has a character that cannot be printed: {text!r}",
            expected="one line of text",
        )


def _kebab(name: str) -> str | None:
    """Return a suggestion: the name in kebab-case, if it has any letters."""
    parts = re.findall(r"[a-z0-9]+", name.lower())
    guess = "-".join(parts).lstrip("0123456789-")
    return f"did you mean {guess!r}?" if guess else None
