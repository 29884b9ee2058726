"""The lock of a book: digests of what was released, so that nothing is edited in place.

A digest is over what a file says, not how: comments and layout are free, and so is `rollout`, for
widening a share is no new version. The lock stands in `book.lock`, beside `book.yaml`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.book.opening import open_book
from steelyard.book.reading import Book
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import RULESET_LIMITS, Located, parse_json
from steelyard.formats.files import unwritable
from steelyard.formats.schemas import load_schema
from steelyard.formats.texts import read_text
from steelyard.formats.validation import validate
from steelyard.model.numbers import decimals_of, format_scaled, to_scaled
from steelyard.plan.fingerprint import canonical_json, digest_bytes

FILE = "book.lock"
FORMAT = "steelyard-lock/1"
FREE = ("rollout",)  # keys of a ruleset that may change within a version

Digests = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lock:
    """Digests by name: of every ruleset version (`maternity@2026.2`), fact and plugin.

    A plugin is named with its version, as a ruleset is: `maternity@0.1.0`.
    """

    rulesets: Digests
    facts: Digests
    plugins: Digests
    new: int = 0  # how many of them were not locked before


def lock_of(book: Book, plugins: Digests) -> Lock:
    """Return the digests of everything that a book says now, and of the plugins that it names."""
    rulesets = {one.name: _digest(one.document, FREE) for one in book.rulesets}
    facts = {name: _digest(located) for name, located, _ in _facts(book)}
    return Lock(rulesets, facts, plugins)


def update_lock(book: Book, plugins: Digests, *, renew: bool = False) -> Lock:
    """Return the lock of a book with what is new added; what is locked stays as it is.

    `plugins` are the digests of the installed plugins that the book names, by name and version.

    Raises `InvalidInput`: SY323 for what was edited in place, SY324 for what is gone and SY328 for
    a plugin that is another one now, unless `renew`; SY325 or SY1xx for a lock that cannot be read.
    """
    locked, now = _read(book), lock_of(book, plugins)
    problems = [] if renew or locked is None else _changes(book, locked, now)
    if problems:
        raise InvalidInput(problems)
    new = sum(
        len(set(digests) - set({} if locked is None else locked.digests(part)))
        for part, digests in (
            ("rulesets", now.rulesets),
            ("facts", now.facts),
            ("plugins", now.plugins),
        )
    )
    return Lock(now.rulesets, now.facts, now.plugins, new)


def check_lock(book: Book, plugins: Digests) -> list[Problem]:
    """Report what was edited in place, is gone, or is another plugin, since it was locked.

    `plugins` are as for `update_lock`. What is not locked yet is fine, and so is a book without a
    lock. A plugin that the book names and that is not installed is told elsewhere (SY211).
    """
    try:
        locked = _read(book)
    except InvalidInput as error:
        return list(error.problems)
    return [] if locked is None else _changes(book, locked, lock_of(book, plugins))


def write_lock(lock: Lock, folder: Path) -> None:
    """Write the lock of a book, a line a digest, in order of names.

    Raises `InvalidInput` SY116 if the file cannot be written.
    """
    data = {"format": FORMAT, "rulesets": lock.rulesets, "facts": lock.facts}
    if lock.plugins:
        data["plugins"] = lock.plugins
    ordered = {
        key: dict(sorted(part.items())) if isinstance(part, Mapping) else part
        for key, part in data.items()
    }
    text = json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"
    new = folder / f".{FILE}.new"
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(folder / FILE)  # whole or not at all
    except OSError as error:
        raise unwritable(FILE, error) from None


@dataclass(frozen=True, slots=True)
class _Locked:
    """A lock as it was read, with the place of every name."""

    document: Located

    def digests(self, part: str) -> dict[str, str]:
        """Return the digests of one part by name."""
        found: dict[str, str] = self.document.plain().get(part, {})
        return found

    def place(self, part: str, name: str) -> Place:
        """Return where something is locked."""
        return self.document.at((part,)).key_place(name)


def _read(book: Book) -> _Locked | None:
    """Return the lock of a book, None if it has none. Raises `InvalidInput` SY1xx or SY325."""
    path = book.folder / FILE
    if not path.exists():
        return None
    document = parse_json(read_text(path, FILE, RULESET_LIMITS), FILE, RULESET_LIMITS)
    problems = Problems()
    top = document.value
    given = top.get("format") if isinstance(top, dict) else None
    if given is not None and given.value != FORMAT:
        problems.add(
            "SY325",
            f"the lock's format is {str(given.value)[:60]!r}",
            given.place,
            expected=FORMAT,
            fix="use the version of steelyard that wrote it, or delete it and lock the book anew",
        )
    else:
        validate(document, load_schema("lock"), "SY325", problems)
    problems.raise_any()
    return _Locked(document)


def _changes(book: Book, locked: _Locked, now: Lock) -> list[Problem]:
    """Return what was edited in place (SY323) or is gone (SY324), in order of place."""
    versions = {one.name: one.part("version").place for one in book.rulesets}
    places = {name: place for name, _, place in _facts(book)}
    parts = (
        ("rulesets", "version", now.rulesets, versions, "give the change a new version"),
        ("facts", "fact", now.facts, places, "declare the change as a fact of another name"),
    )
    problems: list[Problem] = []
    for part, word, digests, stand, advice in parts:
        for name, digest in locked.digests(part).items():
            place = locked.place(part, name)
            if name not in digests:
                problems.append(
                    Problem(
                        "SY324",
                        f"the released {word} {name} is gone from the book",
                        place,
                        f"every released {word}, so that old scores can be computed again",
                        f"put it back, or lock the book with --renew if no {word} of this name "
                        "was ever used",
                    )
                )
            elif digests[name] != digest:
                problems.append(
                    Problem(
                        "SY323",
                        f"the released {word} {name} was edited in place",
                        stand[name],
                        f"what {place} locks",
                        f"undo it and {advice}, or lock the book with --renew if the {word} was "
                        "never used",
                    )
                )
    problems += _other_plugins(book, locked, now.plugins)
    return sorted(problems, key=lambda one: (one.place is None, one.place))


def _other_plugins(book: Book, locked: _Locked, plugins: Digests) -> Iterator[Problem]:
    """Yield what is not as locked: a plugin that the book no longer names, or another one of it."""
    installed = {_named(key)[0]: key for key in plugins}
    for key, digest in locked.digests("plugins").items():
        name, version = _named(key)
        place = locked.place("plugins", key)
        if name not in book.plugins:
            yield Problem(
                "SY324",
                f"the plugin {name}, with which the book was released, is gone from it",
                place,
                f"{name} among the plugins of book.yaml, so that old scores can be computed again",
                "put it back, or lock the book with --renew if no ruleset ever used it",
            )
        elif name in installed and plugins.get(key) != digest:
            now = installed[name]
            other = _named(now)[1]
            what = (
                f"the plugin {name} says that it is {version}, and its files are not those of the "
                f"{version} that was locked: {_short(plugins[now])} is installed, "
                f"{_short(digest)} is locked"
                if other == version
                else f"{name} {other} ({_short(plugins[now])}) is installed, and the book is "
                f"locked with {name} {version} ({_short(digest)})"
            )
            yield Problem(
                "SY328",
                what,
                place,
                "the plugin that the book was released with",
                f"install {name} {version} as it was locked, or lock the book with --renew if "
                "scores by the other plugin are meant",
            )


def _named(key: str) -> tuple[str, str]:
    """Return the name and version of `maternity@0.1.0`."""
    name, _, version = key.rpartition("@")
    return name, version


def _short(digest: str) -> str:
    return f"{digest[:19]}…"


def _facts(book: Book) -> Iterator[tuple[str, Located, Place]]:
    """Yield every fact of the book's facts files: its name, what is said of it, and its place.

    Entries without a name are left out; they are problems of their own.
    """
    for document in book.facts_files.values():
        top = document.value
        listed = top["facts"].value if isinstance(top, dict) and "facts" in top else []
        for entry in listed if isinstance(listed, list) else []:
            keys = entry.value
            if isinstance(keys, dict) and "id" in keys:
                yield str(keys["id"].value), entry, keys["id"].place


def _digest(located: Located, free: tuple[str, ...] = ()) -> str:
    said = located.plain()
    data = {key: _exact(value) for key, value in said.items() if key not in free}
    return digest_bytes(canonical_json(data))


def _exact(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return data with its numbers as texts, the same for 0.1 and 0.10."""
    if isinstance(value, dict):
        return {key: _exact(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_exact(part) for part in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        decimals = decimals_of(value)
        return format_scaled(to_scaled(value, decimals), decimals)
    return value


def lock_book(folder: Path, *, renew: bool = False) -> Lock:
    """Write the lock of a book: every released version, so that nobody edits one in place.

    The plugins that the book names are locked too. With `renew`, versions that were edited or are
    gone are locked as they are now. Raises `InvalidInput` with every such problem otherwise, and
    with the problems of the book's form and of its plugins; then nothing is written.
    """
    opened = open_book(folder)
    lock = update_lock(opened.book, opened.plugin_digests(), renew=renew)
    write_lock(lock, folder)
    return lock
