"""The state of a holder on a day: does the certification hold, until when, and why.

Every month has one check, on the check day, of the values of the month before. Between two checks
the result of the last one holds, and the values of the present month show what the next will give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from steelyard.evaluators.reference import evaluate_nodes
from steelyard.model.facts import FactDeclaration
from steelyard.programme.certification.model import (
    Certification,
    CertificationRequirement,
    Certifications,
    Holder,
    HolderState,
    Reason,
    Status,
)
from steelyard.scorecard.model import Exact

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Checks:
    """The last check up to a day, and the next one."""

    last: date
    next: date

    @property
    def last_month(self) -> date:
        """The first day of the month that the last check judged."""
        return _month_before(self.last)

    @property
    def coming_month(self) -> date:
        """The first day of the month that the next check will judge."""
        return _month_before(self.next)


def judge(holder: Holder, certifications: Certifications, as_of: date) -> HolderState:
    """Return the state of a holder on a day."""
    kind = certifications.kinds[holder.certification]
    judging = _Judging(holder, kind, certifications, as_of)
    for step in (judging.ended, judging.eligible, judging.valid, judging.checked):
        state = step()
        if state is not None:
            return state
    return judging.holding()


def _month_before(day: date) -> date:
    return (day.replace(day=1) - _DAY).replace(day=1)


def _month(first: date) -> str:
    return first.isoformat()[:7]


def _checks(as_of: date, check_day: int) -> _Checks:
    first = as_of.replace(day=1)
    here, after = as_of.replace(day=check_day), (first + timedelta(days=31)).replace(day=check_day)
    if as_of >= here:
        return _Checks(here, after)
    return _Checks((first - _DAY).replace(day=check_day), here)


class _Judging:
    """The judging of one holder; each step returns a state that it settles, or None."""

    def __init__(
        self, holder: Holder, kind: Certification, certifications: Certifications, as_of: date
    ) -> None:
        self.holder, self.kind, self.as_of = holder, kind, as_of
        self.facts = certifications.facts
        self.checks = _checks(as_of, kind.check_day)
        self.unassessed: list[Reason] = []

    def state(
        self,
        status: Status,
        reasons: Sequence[Reason],
        until: date | None = None,
        again_from: date | None = None,
    ) -> HolderState:
        return HolderState(self.holder, self.kind, status, until, again_from, tuple(reasons))

    def ended(self) -> HolderState | None:
        """Settle a certification that ended before, unless it was given again since."""
        end = self.holder.ended_on
        if end is None or end > self.as_of:
            return None
        free = end + timedelta(days=self.kind.cooldown_days)
        if self.holder.since >= free:
            return None
        key = "ended.early" if self.holder.since > end else "ended"
        return self.state("ended", [Reason(key, {"day": end, "free": free})], None, free)

    def eligible(self) -> HolderState | None:
        """Settle who may not hold the certification at all."""
        holder, kind = self.holder, self.kind
        reasons: list[Reason] = []
        if holder.industry not in kind.industries:
            parts = {"industry": holder.industry, "allowed": kind.industries}
            reasons.append(Reason("industry", parts))
        if holder.certificate_type not in kind.types:
            parts = {"type": holder.certificate_type, "allowed": tuple(kind.types.values())}
            reasons.append(Reason("type", parts))
        if kind.identity and not holder.identity_match:
            reasons.append(Reason("identity", {}))
        return self.state("not_eligible", reasons) if reasons else None

    def valid(self) -> HolderState | None:
        """Settle a certificate that is not valid yet, or no longer, grace included."""
        start = max(self.holder.valid_from, self.holder.since)
        if self.as_of < start:
            reason = Reason("not_yet", {"day": start})
            return self.state("not_yet", [reason], start - _DAY, start)
        if self.as_of > self._last_valid_day():
            key = "expired.grace" if self.kind.renewal_days else "expired"
            parts = {"day": self.holder.valid_to, "last": self._last_valid_day()}
            return self.state("expired", [Reason(key, parts)])
        return None

    def _last_valid_day(self) -> date:
        return self.holder.valid_to + timedelta(days=self.kind.renewal_days)

    def checked(self) -> HolderState | None:
        """Settle a failed last check, or one without values."""
        month = self._measured_month()
        if month == self.checks.coming_month:  # the last check is only known by its outcome
            if self.holder.failed_checks:
                return self._failed(self.holder.failed_checks, [Reason("failed_before", {})])
            return None
        if self._is_newcomer():
            return None
        if month != self.checks.last_month:
            parts = {"check": self.checks.last, "month": _month(self.checks.last_month)}
            reasons = [Reason("not_measured", parts)]
            return self.state("not_measured", reasons, None, None)
        reasons = self._not_met()
        return self._failed(self.holder.failed_checks + 1, reasons) if reasons else None

    def _measured_month(self) -> date | None:
        measured = self.holder.measured_to
        return None if measured is None else measured.replace(day=1)

    def _is_newcomer(self) -> bool:
        """Return whether the certification is younger than the month of the last check."""
        return self.holder.since > self.checks.last_month

    def _failed(self, times: int, reasons: list[Reason]) -> HolderState:
        """Return the state after a failed check: appeal, end, grace or suspension."""
        kind, check = self.kind, self.checks.last
        head = Reason("failed", {"check": check, "month": _month(self.checks.last_month)})
        reasons = [head, *reasons]
        last = min(self.checks.next - _DAY, self._last_valid_day())
        appeal = self._appeal(check)
        if appeal is not None:
            reasons.append(appeal)
        if appeal is not None and appeal.key == "appeal.upheld":
            return self.state("holds", reasons, last)
        if appeal is not None and appeal.key == "appeal.pending.holds":
            return self.state("appealing", reasons, last)
        if times >= kind.end_after:
            free = check + timedelta(days=kind.cooldown_days)
            reasons.append(Reason("failed.end", {"times": times, "free": free}))
            return self.state("ended", reasons, None, free)
        start = check + timedelta(days=kind.check_grace_days)
        if self.as_of < start:
            reasons.append(Reason("failed.grace", {"day": start}))
            return self.state("grace", reasons, min(start - _DAY, last))
        reasons.append(Reason("suspended", {"day": start, "next": self.checks.next}))
        return self.state("suspended", reasons, self.checks.next - _DAY, self.checks.next)

    def _appeal(self, check: date) -> Reason | None:
        """Return what an appeal against the last check means; None without one."""
        day, days = self.holder.appealed_on, self.kind.appeal_days
        if self.holder.appeal == "none" or day is None or day > self.as_of:
            return None
        if days is None:
            return Reason("appeal.never", {"day": day})
        last = check + timedelta(days=days)
        if not check <= day <= last:
            return Reason("appeal.late", {"day": day, "first": check, "last": last})
        if self.holder.appeal == "pending":
            key = "appeal.pending.holds" if self.kind.appeal_holds else "appeal.pending"
            return Reason(key, {"day": day})
        return Reason(f"appeal.{self.holder.appeal}", {"day": day})

    def holding(self) -> HolderState:
        """Return the state of a certification that holds, with what would end it."""
        last = self._last_valid_day()
        reasons: list[Reason] = []
        in_grace = self.as_of > self.holder.valid_to
        if in_grace:
            reasons.append(Reason("renewal", {"day": self.holder.valid_to, "last": last}))
        parts = {"check": self.checks.next, "month": _month(self.checks.coming_month)}
        if self._measured_month() != self.checks.coming_month:
            reasons.append(Reason("next_check", parts))
            sure = self.checks.next - _DAY
        elif coming := self._not_met():
            reasons += [Reason("would_fail", parts), *coming]
            sure = self.checks.next - _DAY + timedelta(days=self.kind.check_grace_days)
        else:
            reasons.append(Reason("will_pass", parts))
            sure = _checks(self.checks.next, self.kind.check_day).next - _DAY
        if not in_grace and last <= sure:
            reasons.append(Reason("expires", {"day": self.holder.valid_to, "last": last}))
        if self._is_newcomer():
            reasons.append(Reason("newcomer", {"since": self.holder.since}))
        status: Status = "grace" if in_grace else "holds"
        return self.state(status, [*reasons, *self.unassessed], min(last, sure))

    def _not_met(self) -> list[Reason]:
        """Return a reason for each requirement that is not met or lacks a fact."""
        values = evaluate_nodes(self.kind.nodes, self.holder.facts, self.as_of.toordinal())
        reasons: list[Reason] = []
        self.unassessed = []
        for requirement in self.kind.requirements:
            reason = self._small_sample(requirement)
            if reason is not None and reason.key == "not_assessed":
                self.unassessed.append(reason)
            elif reason is not None:
                reasons.append(reason)
            elif not values[requirement.known]:
                reasons.append(self._missing(requirement, requirement.reads))
            elif not values[requirement.test]:
                shown = [self._shown(name) for name in requirement.reads]
                parts = {
                    "title": requirement.title,
                    "values": tuple(one for one in shown if one is not None),
                    "condition": requirement.condition,
                }
                reasons.append(Reason("not_met", parts))
        return reasons

    def _small_sample(self, requirement: CertificationRequirement) -> Reason | None:
        sample = requirement.sample
        if sample is None:
            return None
        size = self.holder.facts.get(sample.fact)
        if size is None:
            return self._missing(requirement, (sample.fact,))
        if size >= sample.min:
            return None
        fact = self.facts[sample.fact]
        parts: dict[str, Any] = {"title": requirement.title, "fact": fact.title}
        return Reason("not_assessed", {**parts, "size": int(size), "min": sample.min})

    def _missing(self, requirement: CertificationRequirement, names: Sequence[str]) -> Reason:
        absent = [name for name in names if name not in self.holder.facts]
        titles = tuple(self.facts[name].title for name in absent)
        return Reason("no_data", {"title": requirement.title, "facts": titles})

    def _shown(self, name: str) -> tuple[Any, Any] | None:
        """Return the title of a fact and its value for people; None if it is absent."""
        fact, value = self.facts.get(name), self.holder.facts.get(name)
        return None if fact is None or value is None else (fact.title, _exact(fact, value))


def _exact(fact: FactDeclaration, value: int | bool) -> Any:  # noqa: ANN401 - a value to show
    if isinstance(value, bool):
        return value
    if fact.type == "enum":
        return fact.values[value]
    if fact.type == "date":
        return date.fromordinal(value)
    return Exact(value, fact.decimals, fact.unit)
