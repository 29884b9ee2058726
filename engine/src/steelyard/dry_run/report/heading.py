"""The head of every report of a dry run: the verdict, and the edits that no merchant tried."""

from collections.abc import Iterator
from dataclasses import dataclass

from steelyard.dry_run.guardrails.model import RunOutcome, RunVerdict, Verdict
from steelyard.dry_run.impact.model import DryRun, Unexercised
from steelyard.dry_run.report.guardrails import run_line, verdict_line
from steelyard.model.limits import MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line
from steelyard.report.wording.messages import say


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a report of a dry run, in one language."""

    run: DryRun
    verdict: RunVerdict
    language: Language

    @property
    def outcome(self) -> RunOutcome:
        """The outcome of all guardrails."""
        return self.verdict.outcome

    @property
    def line(self) -> str:
        """The verdict in one line."""
        return run_line(self.verdict, self.language)

    @property
    def guardrails(self) -> list[tuple[Verdict, str]]:
        """Every verdict with its line."""
        several = len(self.run.impacts) > 1
        return [
            (one, verdict_line(one, self.language, with_case=several))
            for one in self.verdict.verdicts
        ]

    @property
    def failed(self) -> list[str]:
        """The line of each guardrail that fails, in the first case and segment where it does."""
        failing = [(one.id, line) for one, line in self.guardrails if one.outcome == "fail"]
        first = dict(reversed(failing))
        lines = [first[name] for name in dict.fromkeys(name for name, _ in failing)]
        if more := len(failing) - len(lines):
            lines.append(say("impact.more", self.language, count=str(more)))
        return lines

    def unexercised(self) -> Iterator[tuple[str, list[str]]]:
        """Yield every reason why edits were not tried, with their lines."""
        groups: dict[str, list[Unexercised]] = {}
        for one in self.run.unexercised:
            groups.setdefault(self._reason(one), []).append(one)
        for reason, members in groups.items():
            lines = [edit_line(one.edit, self.language) for one in members[:MAX_TEXT_MERCHANTS]]
            if more := len(members) - len(lines):
                lines.append(say("impact.more", self.language, count=str(more)))
            yield reason, lines

    def _reason(self, one: Unexercised) -> str:
        options = [f"--as-of {one.first_day}"] if one.first_day else []
        if one.scenes and None not in one.scenes:
            options.append(f"--scene {one.scenes[0]}")
        reason = one.reason if options else "no_merchants"
        return say(f"unexercised.{reason}", self.language, options=" ".join(options))
