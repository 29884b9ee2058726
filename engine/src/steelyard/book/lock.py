"""The lock of a book, `book.lock`: digests of its releases, so that no release is edited in place.

A digest covers the content of a file. Comments and layout may change, and so may `rollout`, since
a larger share is not a new version.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.book.opening import open_book
from steelyard.book.reading import Book
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import RULESET_LIMITS, Located, parse_json
from steelyard.formats.files import AtomicFiles
from steelyard.formats.schemas import load_schema
from steelyard.formats.texts import read_text
from steelyard.formats.validation import validate
from steelyard.model.numbers import decimals_of, format_scaled, to_scaled
from steelyard.plan.codec import canonical_json, digest_bytes

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
    """Return the digests of a book as it is now, and of the plugins that it names."""
    rulesets = {ruleset.name: _digest(ruleset.document, FREE) for ruleset in book.rulesets}
    facts = {name: _digest(located) for name, located, _ in _facts(book)}
    return Lock(rulesets, facts, plugins)


def update_lock(book: Book, plugins: Digests, *, renew: bool = False) -> Lock:
    """Return the lock of a book with new entries added; locked entries stay as they are.

    `plugins` are the digests of the installed plugins that the book names, by name and version.

    Raises `InvalidInput`: unless `renew`, SY323 for an entry that was edited in place, SY324 for a
    missing one and SY328 for a changed plugin; SY325 or SY1xx for a lock that cannot be read.
    """
    locked, now = _read(book), lock_of(book, plugins)
    problems = [] if renew or locked is None else _changes(book, locked, now)
    if problems:
        raise InvalidInput(problems)
    parts = {"rulesets": now.rulesets, "facts": now.facts, "plugins": now.plugins}
    new = sum(
        len(set(digests) - set(_locked_digests(locked, part))) for part, digests in parts.items()
    )
    return replace(now, new=new)


def check_lock(book: Book, plugins: Digests) -> list[Problem]:
    """Report every locked entry that was edited in place, is missing, or is a changed plugin.

    `plugins` are as for `update_lock`. New entries are not reported, and neither is a book without
    a lock. A plugin that is not installed is reported elsewhere (SY211).
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
    parts = {"rulesets": lock.rulesets, "facts": lock.facts}
    if lock.plugins:
        parts["plugins"] = lock.plugins
    data = {"format": FORMAT} | {key: dict(sorted(part.items())) for key, part in parts.items()}
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    with AtomicFiles() as files:
        files.open(folder / FILE).write(text.encode())


def _locked_digests(locked: Located | None, part: str) -> dict[str, str]:
    """Return the digests of one part of a lock by name; none without a lock."""
    return {} if locked is None else locked.plain().get(part, {})


def _read(book: Book) -> Located | None:
    """Return the lock of a book, None if it has none. Raises `InvalidInput` SY1xx or SY325."""
    path = book.folder / FILE
    if not path.exists():
        return None
    document = parse_json(read_text(path, FILE, RULESET_LIMITS), FILE, RULESET_LIMITS)
    problems = Problems()
    top = document.value
    given = top.get("format") if isinstance(top, dict) else None
    if given is not None and given.value != FORMAT:
        what = f"the lock's format is {str(given.value)[:60]!r}"
        expected = FORMAT
        fix = "use the version of steelyard that wrote it, or delete it and lock the book again"
        problems.add("SY325", what, given.place, expected=expected, fix=fix)
    else:
        validate(document, load_schema("lock"), "SY325", problems)
    problems.raise_any()
    return document


def _changes(book: Book, locked: Located, now: Lock) -> list[Problem]:
    """Return problems for edited (SY323) and missing (SY324) versions, in order of place."""
    versions = {ruleset.name: ruleset.part("version").place for ruleset in book.rulesets}
    facts = {name: place for name, _, place in _facts(book)}
    parts = (
        ("rulesets", "version", now.rulesets, versions, "give the change a new version"),
        ("facts", "fact", now.facts, facts, "declare the change as a fact of another name"),
    )
    problems: list[Problem] = []
    for part, word, digests, places, advice in parts:
        for name, digest in _locked_digests(locked, part).items():
            place = locked.at((part,)).key_place(name)
            if name not in digests:
                what = f"the released {word} {name} is missing from the book"
                expected = f"every released {word}, so that old scores can be computed again"
                fix = f"put it back, or lock the book with --renew if no {word} of this name "
                fix += "was ever used"
                problems.append(Problem("SY324", what, place, expected, fix))
            elif digests[name] != digest:
                what = f"the released {word} {name} was edited in place"
                fix = f"undo it and {advice}, or lock the book with --renew if the {word} was "
                fix += "never used"
                problems.append(
                    Problem("SY323", what, places[name], f"the content that {place} locks", fix)
                )
    problems += _plugin_changes(book, locked, now.plugins)
    return sorted(problems, key=lambda problem: (problem.place is None, problem.place))


def _plugin_changes(book: Book, locked: Located, plugins: Digests) -> Iterator[Problem]:
    """Iterate over locked plugins that the book no longer names (SY324) or that changed (SY328)."""
    installed = {_split(key)[0]: key for key in plugins}
    for key, digest in _locked_digests(locked, "plugins").items():
        name, version = _split(key)
        place = locked.at(("plugins",)).key_place(key)
        if name not in book.plugins:
            what = f"the plugin {name}, which the book was released with, is missing from it"
            expected = f"{name} among the plugins of book.yaml, so that old scores can be computed "
            fix = "put it back, or lock the book with --renew if no ruleset ever used it"
            yield Problem("SY324", what, place, f"{expected}again", fix)
        elif name in installed and plugins.get(key) != digest:
            key_now = installed[name]
            other, now, before = _split(key_now)[1], _short(plugins[key_now]), _short(digest)
            if other == version:
                what = f"the files of the plugin {name} {version} are not those that were locked: "
                what += f"{now} is installed, {before} is locked"
            else:
                what = f"{name} {other} ({now}) is installed, and the book is locked with {name} "
                what += f"{version} ({before})"
            expected = "the plugin that the book was released with"
            fix = f"install {name} {version} as it was locked, or lock the book with --renew if "
            yield Problem("SY328", what, place, expected, f"{fix}you want its scores to change")


def _split(key: str) -> tuple[str, str]:
    """Return the name and version of `maternity@0.1.0`."""
    name, _, version = key.rpartition("@")
    return name, version


def _short(digest: str) -> str:
    return f"{digest[:19]}…"


def _facts(book: Book) -> Iterator[tuple[str, Located, Place]]:
    """Iterate over the facts that the book declares: name, declaration, and place of the name.

    Entries without a name are left out; they are reported elsewhere.
    """
    for document in book.facts_files.values():
        top = document.value
        facts = top["facts"].value if isinstance(top, dict) and "facts" in top else []
        for entry in facts if isinstance(facts, list) else []:
            if isinstance(entry.value, dict) and "id" in entry.value:
                name = entry.value["id"]
                yield str(name.value), entry, name.place


def _digest(located: Located, free: tuple[str, ...] = ()) -> str:
    content = located.plain()
    data = {key: _exact(value) for key, value in content.items() if key not in free}
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
    """Write the lock of a book: every released version, to prevent later edits of it.

    The plugins that the book names are locked too. With `renew`, versions that were edited or are
    gone are locked as they are now. Raises `InvalidInput` with every such problem otherwise, and
    with the problems of the book's form and of its plugins; then nothing is written.
    """
    opened = open_book(folder)
    lock = update_lock(opened.book, opened.plugin_digests(), renew=renew)
    write_lock(lock, folder)
    return lock
