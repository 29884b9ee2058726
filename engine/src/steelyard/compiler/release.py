"""Releases of a book: its lock, and the bundle of every plan that it gives.

A release is compiled in many processes in different surroundings. Rules whose plans differ there
are refused, so that a plugin that iterates over a set, or reads the environment, changes no score.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from steelyard.book.diff.plans import compare_plans
from steelyard.book.kinds import Period, every_selection, periods
from steelyard.book.lock import Lock, locked_plans, update_lock, write_lock
from steelyard.book.opening import OpenBook, open_book
from steelyard.book.reading import Label
from steelyard.book.selection import Selection
from steelyard.compiler.selections import check_book, compile_rules
from steelyard.compiler.surroundings import PROCESSES, EndedError, run_everywhere, run_module
from steelyard.errors import InvalidInput, Problem
from steelyard.formats.files import AtomicFiles
from steelyard.plan.bundle import (
    FORMAT,
    Bundle,
    BundleHead,
    BundleLabel,
    BundlePeriod,
    BundleSize,
    bundle_bytes,
    for_anybody,
)
from steelyard.plan.codec import canonical_bytes, digest, from_json, meaning_digest
from steelyard.plan.structure import Plan, PluginUsed
from steelyard.plugins.discovery.installed import leaving_out, left_out

Plans = Mapping[str, Plan]
"""Plans by the name of their layers, without the kind of merchant."""


@dataclass(frozen=True, slots=True)
class Release:
    """The content of a bundle, with the number of its periods and plans."""

    content: bytes
    periods: int
    plans: int


def lock_book(
    folder: Path,
    *,
    renew: bool = False,
    through: date | None = None,
    processes: int = PROCESSES,
    files: AtomicFiles | None = None,
) -> Lock:
    """Write the lock of a book: every released version and every plan, to notice later changes.

    `through` is the last day whose scores are given: its rules and those of earlier days are then
    final. With `renew`, versions that were edited or are gone, plans that differ and other rules on
    locked days are locked as they are now. Raises `InvalidInput` with every such problem otherwise,
    with the problems of the book, and with plans that differ between processes (SY329); then
    nothing is written.
    """
    opened = open_book(folder)
    plans = compile_all(opened)
    _check_reproducible(folder, plans, processes)
    digests = {name: meaning_digest(plan) for name, plan in plans.items()}
    lock = update_lock(opened.book, digests, opened.plugin_versions, renew=renew, through=through)
    write_lock(lock, folder, files)
    return lock


def release_book(folder: Path, *, processes: int = PROCESSES) -> Release:
    """Return the bundle of a book: every plan that it gives, for each kind of merchant and period.

    Raises `InvalidInput` with every problem of the book, of its lock if it has one, with rules that
    are not locked yet (SY340), and with plans that differ between processes (SY329).
    """
    problems = [problem for problem in check_book(folder) if problem.severity == "error"]
    if problems:
        raise InvalidInput(problems)
    opened = open_book(folder)
    plans = compile_all(opened)
    _check_locked(opened, plans)
    _check_reproducible(folder, plans, processes)
    head, chosen, content = _content(opened, plans)
    return Release(bundle_bytes(head, chosen, content), len(chosen), len(content))


def bundle_of(opened: OpenBook, name: str) -> Bundle:
    """Return the plans of a book as a bundle that was not released, to compare it with one.

    Raises `InvalidInput` with every problem of the rules.
    """
    head, periods_, plans = _content(opened, compile_all(opened))
    return Bundle(name, head, periods_, {digest(plan): canonical_bytes(plan) for plan in plans})


def _content(
    opened: OpenBook, plans: Plans
) -> tuple[BundleHead, tuple[BundlePeriod, ...], list[Plan]]:
    """Return the head, the periods and the different plans of a bundle."""
    lines = {name: digest(plan) for name, plan in plans.items()}
    chosen = tuple(_period(period, lines) for period in periods(opened.book))
    content = [
        plan for _, plan in sorted({lines[name]: plan for name, plan in plans.items()}.items())
    ]
    return _head(opened, len(chosen), len(content)), chosen, content


def compile_all(opened: OpenBook, *, backwards: bool = False) -> dict[str, Plan]:
    """Compile every plan of a book. Raises `InvalidInput` with every problem."""
    plans: dict[str, Plan] = {}
    problems: list[Problem] = []
    selections = every_selection(opened.book)
    for selection in reversed(selections) if backwards else selections:
        try:
            plans[selection.name] = for_anybody(compile_rules(opened, selection))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    return dict(sorted(plans.items()))


def _head(opened: OpenBook, period_count: int, plan_count: int) -> BundleHead:
    book = opened.book
    versions = opened.plugin_versions
    return BundleHead(
        FORMAT,
        book.id,
        book.title,
        _labels(book.industries),
        _labels(book.shop_types),
        _labels(book.scenes),
        tuple(PluginUsed(name, version) for name, version in versions.items()),
        period_count,
        plan_count,
        opened.known.facts,
        None if book.size is None else BundleSize(*book.size),
    )


def _labels(labels: tuple[Label, ...]) -> tuple[BundleLabel, ...]:
    return tuple(BundleLabel(label.id, label.title) for label in labels)


def _period(period: Period, lines: Mapping[str, str]) -> BundlePeriod:
    def line(selection: Selection | None) -> str | None:
        return None if selection is None else lines[selection.name]

    return BundlePeriod(
        industry=period.kind[0],
        first_day=period.first_day.isoformat(),
        last_day=period.last_day.isoformat(),
        shop_type=period.kind[1],
        scene=period.scene,
        plan=line(period.outside),
        rollout=period.rollout,
        inside=line(period.inside),
    )


def _check_locked(opened: OpenBook, plans: Plans) -> None:
    """Raise `InvalidInput` if a book has a lock that does not cover every plan (SY340)."""
    locked = locked_plans(opened.book)
    new = [] if locked is None else [name for name in plans if name not in locked]
    if new:
        what = f"{len(new)} of {len(plans)} plans are not locked yet, the first of them {new[0]}"
        expected = "a release of locked rules only, since this book has a lock"
        fix = f"review them, then run `steelyard lock {opened.book.folder}`"
        raise InvalidInput([Problem("SY340", what, expected=expected, fix=fix)])


def _check_reproducible(folder: Path, plans: Plans, processes: int) -> None:
    """Raise `InvalidInput` SY329 for every plan that differs in another process."""
    book = str(folder.resolve())
    own = {name: digest(plan) for name, plan in plans.items()}
    try:
        outputs = run_everywhere(
            lambda number: run_module(__name__, [book, str(number)], number, _sent()), processes
        )
    except EndedError as error:
        what = f"the rules cannot be compiled in another process: it {error}"
        fix = "look for a plugin that needs its folder, its user or an environment variable"
        raise InvalidInput([Problem("SY329", what, fix=fix)]) from None
    differing: dict[str, int] = {}
    for number, output in enumerate(outputs):
        others = json.loads(output)
        for name, known in own.items():
            if others.get(name) != known:
                differing.setdefault(name, number)
    if differing:
        raise InvalidInput(
            _not_reproducible(book, name, number, plans[name]) for name, number in differing.items()
        )


def _not_reproducible(book: str, name: str, number: int, plan: Plan) -> Problem:
    output = run_module(__name__, [book, str(number), name], number, _sent())
    edits = compare_plans(plan, from_json(json.loads(output)))
    parts = list(dict.fromkeys(f"{edit.section} {edit.part}".strip() for edit in edits))
    where = f", in {', '.join(parts[:5])}" if parts else ""
    return Problem(
        "SY329",
        f"the rules {name} give another plan in another process{where}",
        expected="the same plan whatever the hash seed, locale, time zone, folder, user and order",
        fix="look in the plugin for sets, the environment, the clock and values that change; "
        "`steelyard plugins check` finds them one by one",
    )


def _sent() -> str:
    """Return what other processes read: the plugins that are left out."""
    return json.dumps(left_out())


def main(book: str, number: str, name: str | None = None) -> None:
    """Print the digest of every plan of a book, or the plan of one choice of layers.

    The names of plugins to leave out are read from standard input.
    """
    output, sys.stdout = sys.stdout, sys.stderr
    with leaving_out(json.load(sys.stdin)):
        plans = compile_all(open_book(Path(book)), backwards=int(number) % 2 == 1)
    if name is None:
        output.write(json.dumps({key: digest(plan) for key, plan in plans.items()}))
    else:
        output.write(canonical_bytes(plans[name]).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
