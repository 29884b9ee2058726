"""`steelyard compile`, `check` and `test`: what operators do with a book."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.inputs import check_book_folder, read_day
from steelyard.cli.options import AsOf, BookArgument, Scene, TextOrJson
from steelyard.cli.output import say, say_problems, write, write_to
from steelyard.cli.statuses import FINE, NO, WRONG
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from steelyard.plan.structure import Plan


LOCK_FILE = "book.lock"


class ProblemFormat(StrEnum):
    """How problems are written."""

    text = "text"
    json = "json"
    sarif = "sarif"


def compile_(
    book: BookArgument,
    industry: Annotated[str, typer.Option("--industry", metavar="ID", help="The industry.")],
    as_of: AsOf,
    shop_type: Annotated[
        str | None,
        typer.Option("--shop-type", metavar="ID", help="The shop type; else the book's first."),
    ] = None,
    scene: Scene = None,
    emit: Annotated[
        TextOrJson, typer.Option("--emit", help="Text to review, or the plan itself.")
    ] = TextOrJson.text,
    *,
    rollout: Annotated[
        bool,
        typer.Option(
            "--rollout", help="The rules inside the part to which a version is being rolled out."
        ),
    ] = False,
    bounds: Annotated[
        bool, typer.Option("--bounds", help="Show the proved range of every part instead.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")
    ] = None,
) -> int:
    """Compile the rules for one kind of merchant."""
    from steelyard.pipeline import compile_plan, open_book
    from steelyard.plan.fingerprint import digest

    day = read_day(as_of)
    plan = compile_plan(
        open_book(check_book_folder(book), allow_missing_plugins=True),
        industry=industry,
        shop_type=shop_type,
        scene=scene,
        as_of=day,
        part="inside" if rollout else "outside",
    )
    write_to(out, _emitted(plan, emit, bounds=bounds))
    if out is not None:
        say(f"{out}: {digest(plan)}")
    return FINE


def _emitted(plan: "Plan", emit: TextOrJson, *, bounds: bool) -> str | bytes:
    if bounds:
        from steelyard.plan.bounds import bounds as prove
        from steelyard.plan.bounds import bounds_text

        proved = prove(plan)
        if emit is TextOrJson.text:
            return bounds_text(proved)
        from steelyard.report.bounds import bounds_json
        from steelyard.report.json import to_text

        return to_text(bounds_json(proved))
    if emit is TextOrJson.json:
        from steelyard.plan.codec import canonical_bytes

        return canonical_bytes(plan)
    from steelyard.plan.pretty import plan_text

    return plan_text(plan)


def check(
    book: BookArgument,
    format_: Annotated[
        ProblemFormat, typer.Option("--format", help="Text, JSON, or SARIF 2.1.0.")
    ] = ProblemFormat.text,
) -> int:
    """Check a book: files, choices, every plan."""
    from steelyard import __version__
    from steelyard.compiler.selections import check_book
    from steelyard.errors.output import problem_json, problems_text
    from steelyard.errors.sarif import problems_sarif
    from steelyard.report.json import to_text

    problems = check_book(check_book_folder(book))
    if format_ is ProblemFormat.json:
        write(to_text({"problems": [problem_json(problem) for problem in problems]}))
    elif format_ is ProblemFormat.sarif:
        write(to_text(problems_sarif(problems, __version__)))
    else:
        write(problems_text(problems) or f"{book}: no problems\n")
    return NO if any(problem.severity == "error" for problem in problems) else FINE


def lock(
    book: BookArgument,
    *,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew",
            help="Lock what was edited in place, and forget what is gone, too.",
        ),
    ] = False,
) -> int:
    """Lock the released versions and plugins of a book: `check` then refuses to see them edited."""
    from steelyard.book.lock import lock_book

    folder = check_book_folder(book)
    try:
        locked = lock_book(folder, renew=renew)
    except InvalidInput as error:
        say_problems(error.problems)
        refused = all(problem.code in ("SY323", "SY324", "SY328") for problem in error.problems)
        return NO if refused else WRONG
    parts = [_counted(len(locked.rulesets), "version"), _counted(len(locked.facts), "fact")]
    if locked.plugins:
        parts.append(_counted(len(locked.plugins), "plugin"))
    said = f"{', '.join(parts[:-1])} and {parts[-1]}"
    write(f"{book / LOCK_FILE}: {said}, {locked.new} of them new\n")
    return FINE


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def run_cases(
    book: BookArgument,
    format_: Annotated[
        TextOrJson, typer.Option("--format", help="Text or JSON.")
    ] = TextOrJson.text,
    *,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Say which parts of the rules no case touches.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Say which small edits of the rules no case notices.")
    ] = False,
    at_least: Annotated[
        str | None,
        typer.Option(
            "--at-least",
            metavar="SHARE",
            help="With --mutate: exit 1 if cases notice a smaller share of the edits.",
        ),
    ] = None,
) -> int:
    """Run the cases that stand beside the rulesets."""
    from steelyard.cli.inputs import read_share
    from steelyard.report.json import to_text
    from steelyard.testing import cover_book, mutate_book, test_book
    from steelyard.testing.text import cases_json, cases_text

    folder = check_book_folder(book)
    needed = _needed_share(at_least, read_share, mutate=mutate)
    covered = cover_book(folder) if coverage else None
    mutated = mutate_book(folder, _progress()) if mutate else None
    report = covered.cases if covered else mutated.cases if mutated else test_book(folder)
    text, data = cases_text(str(book), report.results), cases_json(report.results)
    status = NO if report.failed else FINE
    if covered is not None:
        from steelyard.testing.text import coverage_json, coverage_text

        counts = list(covered.counts())
        text += coverage_text(counts, covered.untouched)
        data["coverage"] = coverage_json(counts, covered.untouched)
    if mutated is not None and not report.failed:
        from steelyard.testing.text import mutation_json, mutation_text

        text += mutation_text(mutated.trials)
        data["mutation"] = mutation_json(mutated.trials)
        if needed is not None and not mutated.reaches(needed):
            say(f"{book}: less than {at_least} of the mutants are noticed")
            status = NO
    elif mutated is not None:
        say(f"{book}: no mutant is tried while a case fails")
        data["mutation"] = None
    write(to_text(data) if format_ is TextOrJson.json else text)
    return status


def _needed_share(
    at_least: str | None, read_share: "Callable[[str], Fraction]", *, mutate: bool
) -> "Fraction | None":
    if at_least is None:
        return None
    if not mutate:
        what = "--at-least is a share of mutants, and there are none without --mutate"
        raise InvalidInput([Problem("SY701", what, fix="add --mutate")])
    return read_share(at_least)


def _progress() -> "Callable[[int, int], None] | None":
    """Return what shows how many mutants are done, on a terminal only."""
    import sys

    if not sys.stderr.isatty():
        return None

    def show(done: int, whole: int) -> None:
        end = "\r\x1b[K" if done == whole else ""
        sys.stderr.write(f"\r{done} of {whole} mutants{end}")
        sys.stderr.flush()

    return show
