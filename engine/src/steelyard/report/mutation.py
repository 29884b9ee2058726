"""Which mutants of the rules no case notices."""

from collections.abc import Sequence
from typing import Any, Protocol

from steelyard.errors import Place
from steelyard.errors.output import place_json
from steelyard.report.cases import CaseLike


class MutantLike(Protocol):
    """One edit of the rules."""

    @property
    def place(self) -> Place:
        """Where the rules are edited."""
        ...

    @property
    def kind(self) -> str:
        """What is edited: a threshold, points, a cap, a weight, a comparison."""
        ...

    @property
    def part(self) -> str:
        """The id of the entry that is edited; empty for the settings of a ruleset."""
        ...

    @property
    def key(self) -> str:
        """What of the entry is edited."""
        ...

    @property
    def old(self) -> str:
        """What the rules say."""
        ...

    @property
    def new(self) -> str:
        """What the mutant says."""
        ...


class TrialLike(Protocol):
    """A mutant and what became of it."""

    @property
    def mutant(self) -> MutantLike:
        """The mutant."""
        ...

    @property
    def verdict(self) -> str:
        """Noticed, unnoticed, refused or equivalent."""
        ...

    @property
    def by(self) -> CaseLike | None:
        """The case that noticed it."""
        ...


VERDICTS = ("noticed", "unnoticed", "refused", "equivalent")


def mutation_text(trials: Sequence[TrialLike]) -> str:
    """Return the share of mutants that cases notice, and every one that no case does."""
    counts = _counts(trials)
    noticed, judged = counts["noticed"], counts["noticed"] + counts["unnoticed"]
    share = f" ({percent(noticed, judged)} %)" if judged else ""
    lines = ["", f"mutants noticed: {noticed} of {judged}{share}"]
    left = [f"{counts['refused']} are no valid rules"] if counts["refused"] else []
    left += [f"{counts['equivalent']} change nothing"] if counts["equivalent"] else []
    if left:
        lines.append(f"not counted: {', '.join(left)}")
    unnoticed = [one.mutant for one in trials if one.verdict == "unnoticed"]
    if unnoticed:
        lines += ["", "noticed by no case:"]
        lines += [f"  {one.place}: {_named(one)}: {one.old} → {one.new}" for one in unnoticed]
    return "".join(f"{line}\n" for line in lines)


def percent(part: int, whole: int) -> str:
    """Return a share in per cent with one decimal, never rounded up: 99.99 % is not all."""
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}"


def mutation_json(trials: Sequence[TrialLike]) -> dict[str, Any]:
    """Return every mutant as plain data, with the case that noticed it."""
    return {
        **_counts(trials),
        "mutants": [
            {
                **place_json(one.mutant.place),
                "kind": one.mutant.kind,
                "part": one.mutant.part,
                "key": one.mutant.key,
                "old": one.mutant.old,
                "new": one.mutant.new,
                "verdict": one.verdict,
                "by": None if one.by is None else _case(one.by),
            }
            for one in trials
        ],
    }


def _case(case: CaseLike) -> dict[str, Any]:
    return {"name": case.name, "file": case.place.file, "line": case.place.line}


def _counts(trials: Sequence[TrialLike]) -> dict[str, int]:
    return {name: sum(one.verdict == name for one in trials) for name in VERDICTS}


def _named(one: MutantLike) -> str:
    return f"{one.kind}, {one.part} {one.key}" if one.part else f"{one.kind}, {one.key}"
