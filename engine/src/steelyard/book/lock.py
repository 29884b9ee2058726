"""The lock of a book, `book.lock`: digests of its releases, so that no release is edited in place.

A digest of a version or a fact covers the content of its file; comments and layout may change. A
digest of a plan covers what the compiled rules compute, so it also notices another plugin, another
library of a plugin, and a plugin that depends on its surroundings. The steps of a rollout are
locked as they are written; only further steps may follow them. Which rules merchants get is locked
up to a day, so that no version, step or shop type changes the scores of days that are past.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.book.kinds import timelines
from steelyard.book.reading import Book, RulesetFile, book_files
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import RULESET_LIMITS, Located
from steelyard.formats.files import AtomicFiles, files_or
from steelyard.formats.json_text import parse_json
from steelyard.formats.schemas import load_schema
from steelyard.formats.texts import read_text
from steelyard.formats.validation import validate
from steelyard.model.numbers import decimals_of, format_scaled, to_scaled
from steelyard.plan.codec import canonical_json, digest_bytes

FILE = "book.lock"
FORMAT = "steelyard-lock/2"

Digests = Mapping[str, str]
Steps = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Lock:
    """Digests by name: of every ruleset version (`maternity@2026.2`), fact and plan.

    A plan is named by its layers: `base@2 + maternity@2026.2`. `rollouts` has the salt and the
    steps of each version with a rollout. `plugins` has the versions of the plugins at the time of
    the lock, which only explain a plan that differs. `periods` are `timelines` of the book, and
    `default_shop_type` that of a merchant that gives none. `through` is the last day whose scores
    are given, as far as somebody said.
    """

    rulesets: Digests
    facts: Digests
    rollouts: Steps
    plans: Digests
    plugins: Mapping[str, str]
    periods: Steps
    default_shop_type: str | None = None
    through: date | None = None
    new: int = 0  # how many digests were not locked before


def lock_of(book: Book, plans: Digests, plugins: Mapping[str, str]) -> Lock:
    """Return the lock of a book as it is now, with the digests of its plans."""
    rulesets = {ruleset.name: _digest(ruleset.document, ("rollout",)) for ruleset in book.rulesets}
    facts = {name: _digest(located) for name, located, _ in _facts(book)}
    rollouts = {ruleset.name: steps for ruleset in book.rulesets if (steps := _steps(ruleset))}
    default = next(iter(book.shop_type_ids), None)
    return Lock(rulesets, facts, rollouts, plans, plugins, timelines(book), default)


def update_lock(
    book: Book,
    plans: Digests,
    plugins: Mapping[str, str],
    *,
    renew: bool = False,
    through: date | None = None,
) -> Lock:
    """Return the lock of a book with new entries added; locked entries stay as they are.

    `plans` are the digests of every plan of the book by its layers; `through` is a new last day
    whose scores are given.

    Raises `InvalidInput`: unless `renew`, SY323 for an entry that was edited in place and for other
    rules on a locked day, SY324 for a missing entry, SY328 for another plan, and SY701 for an
    earlier day than the lock has; SY325 or SY1xx for a lock that cannot be read.
    """
    locked, now = _read(book), lock_of(book, plans, plugins)
    before = None if locked is None else _through(locked)
    if through is not None and before is not None and through < before and not renew:
        what = f"the scores of all days through {before} are locked, which is after {through}"
        raise InvalidInput([Problem("SY701", what, fix="name a later day, or add --renew")])
    # a plan that no day gives any more stays locked, in case it comes back
    kept = {} if locked is None or renew else _locked(locked, "plans")
    now = replace(now, plans={**kept, **now.plans}, through=through or before)
    problems = [] if renew or locked is None else _changes(book, locked, now)
    if problems:
        raise InvalidInput(problems)
    parts = {"rulesets": now.rulesets, "facts": now.facts, "plans": now.plans}
    new = sum(
        len(set(digests) - set(_locked(locked, part) if locked else ()))
        for part, digests in parts.items()
    )
    return replace(now, new=new)


def check_lock(
    book: Book, plans: Digests | None = None, plugins: Mapping[str, str] | None = None
) -> list[Problem]:
    """Report every locked entry that was edited in place, is missing, or gives another plan.

    `plans` are as for `update_lock`; without them, plans are not compared. New entries are not
    reported, and neither is a book without a lock.
    """
    try:
        locked = _read(book)
    except InvalidInput as error:
        return list(error.problems)
    now = lock_of(book, plans or {}, plugins or {})
    return [] if locked is None else _changes(book, locked, now)


def locked_plans(book: Book) -> Digests | None:
    """Return the locked digest of each plan by its layers; None without a lock."""
    locked = _read(book)
    return None if locked is None else _locked(locked, "plans")


def plan_problem(book: Book, name: str, digest: str, plugins: Mapping[str, str]) -> Problem:
    """Return the problem of layers that give another plan than the one in the lock."""
    locked = _read(book)
    assert locked is not None
    was = _locked(locked, "plans")[name]
    what = f"the rules {name} give another plan than the one that was locked: "
    what += f"{_short(digest)} now, {_short(was)} locked"
    others = [
        f"{plugin} {plugins.get(plugin, 'is not installed')}, locked with {version}"
        for plugin, version in _locked(locked, "plugins").items()
        if plugins.get(plugin) != version
    ]
    what += f" ({'; '.join(others)})" if others else ""
    return Problem(
        "SY328",
        what,
        locked.at(("plans",)).key_place(name),
        "the plan that merchants were scored with",
        "install the plugins as they were when the book was locked, score with the released "
        "bundle, or lock the book with --renew if you want its scores to change",
    )


def write_lock(lock: Lock, folder: Path, files: AtomicFiles | None = None) -> None:
    """Write the lock of a book, a line a digest, in order of names.

    It gets its name at the end, or when the context of `files` ends. Raises `InvalidInput` SY116
    if the file cannot be written, or is a link out of the book.
    """
    data: dict[str, Any] = {"format": FORMAT}
    if lock.through is not None:
        data["through"] = lock.through.isoformat()
    data["default_shop_type"] = lock.default_shop_type
    for part in ("rulesets", "facts", "rollouts", "periods", "plans", "plugins"):
        data[part] = dict(sorted(getattr(lock, part).items()))
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    with files_or(files) as context:
        context.protect(book_files(folder))
        context.open(folder / FILE, folder=folder).write(text.encode())


def _locked(locked: Located, part: str) -> dict[str, Any]:
    """Return one part of a lock by name."""
    return locked.plain().get(part, {})


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
        for name, digest in _locked(locked, part).items():
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
    problems += _rollout_changes(book, locked, now.rollouts)
    # an edited version changes the rules of its days; it is told once
    problems += [] if problems else _period_changes(locked, now)
    problems += _default_changes(locked, now)
    problems += _plan_changes(book, locked, now)
    return sorted(problems, key=lambda problem: (problem.place is None, problem.place))


def _rollout_changes(book: Book, locked: Located, rollouts: Steps) -> Iterator[Problem]:
    """Yield a problem (SY323) for each locked version whose rollout was edited, added or removed.

    Steps after those that are locked are no edit.
    """
    released = _locked(locked, "rollouts")
    for ruleset in book.rulesets:
        if ruleset.name not in _locked(locked, "rulesets"):
            continue
        was, now = released.get(ruleset.name, []), list(rollouts.get(ruleset.name, ()))
        if now[: len(was)] == was and bool(now) == bool(was):
            continue
        place = ruleset.part("rollout" if now else "version").place
        written = "; ".join(was[1:]) or "no rollout"
        yield Problem(
            "SY323",
            f"the rollout of the released version {ruleset.name} was edited",
            place,
            f"what is locked: {written}" + (f" (salt {was[0]})" if was else ""),
            "undo it and add an entry to `changes`, which takes effect on its day: a larger share, "
            "or `share: 0` to roll the version back"
            if was
            else "undo it and give the change a new version",
        )


def _default_changes(locked: Located, now: Lock) -> Iterator[Problem]:
    """Yield a problem (SY323) if a merchant without a shop type is of another kind."""
    before, after = locked.plain()["default_shop_type"], now.default_shop_type
    if before != after:
        what = f"merchants that give no shop type have {after or 'none'} now, "
        what += f"and had {before or 'none'} when the book was locked"
        fix = "list that shop type first in book.yaml, or lock the book with --renew"
        yield Problem("SY323", what, Place("book.yaml"), "the shop type that was locked", fix)


def _period_changes(locked: Located, now: Lock) -> Iterator[Problem]:
    """Yield a problem (SY323) for merchants that get other rules on a locked day.

    Rules are locked through the day that the lock names. Without one, a locked version may begin in
    the future; so only the kinds of merchants are locked.
    """
    through = _through(locked)
    changes: dict[tuple[str, str, str], list[str]] = {}
    for key, entries in _locked(locked, "periods").items():
        current = now.periods.get(key, ())
        last = str(through or "") if current else entries[0][:10]
        for day in sorted({entry[:10] for entry in (*entries, *current) if entry[:10] <= last}):
            was, is_ = _rules_on(entries, day), _rules_on(current, day)
            if was != is_:
                changes.setdefault((day, was, is_), []).append(key)
                break
    for (day, was, is_), keys in changes.items():
        kinds = f"{'; '.join(keys[:3])}{'; …' * (len(keys) > 3)}"
        later = f"let new versions and steps of rollouts begin after {through}"
        fix = later if any(key in now.periods for key in keys) else "put these merchants back"
        yield Problem(
            "SY323",
            f"merchants of {kinds} have other rules on {day}, which is locked: {is_}",
            locked.at(("periods",)).key_place(keys[0]),
            was,
            f"{fix}, or lock the book with --renew if nobody was scored on that day",
        )


def _rules_on(entries: Sequence[str], day: str) -> str:
    return next((entry[11:] for entry in reversed(entries) if entry[:10] <= day), "none")


def _through(locked: Located) -> date | None:
    day = locked.plain().get("through")
    return None if day is None else date.fromisoformat(day)


def _plan_changes(book: Book, locked: Located, now: Lock) -> Iterator[Problem]:
    """Yield a problem (SY328) for each locked choice of rules that gives another plan."""
    for name, digest in _locked(locked, "plans").items():
        if now.plans.get(name, digest) != digest:
            yield plan_problem(book, name, now.plans[name], now.plugins)


def _steps(ruleset: RulesetFile) -> list[str]:
    """Return the salt and every step of a rollout as texts; empty without a rollout."""
    if ruleset.rollout is None:
        return []
    return [ruleset.rollout.salt, *ruleset.rollout.texts()]


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


def _digest(located: Located, without: tuple[str, ...] = ()) -> str:
    content = located.plain()
    data = {key: _exact(value) for key, value in content.items() if key not in without}
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
