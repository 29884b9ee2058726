"""Kinds of certification, holders, and the state of a holder on a day, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from steelyard.errors import Place
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.nodes import Node
from steelyard.programme.tables import RejectedRow

Status = Literal[
    "holds", "grace", "appealing", "not_yet", "not_eligible", "expired", "not_measured",
    "suspended", "ended",
]  # fmt: skip
HOLDING: tuple[Status, ...] = ("holds", "grace", "appealing")
Appeal = Literal["none", "pending", "upheld", "rejected"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample, counted by a fact, below which a requirement is not assessed."""

    fact: str
    min: int


@dataclass(frozen=True, slots=True)
class CertificationRequirement:
    """A condition on the facts of a holder; `test` and `known` are nodes of its kind.

    `known` tells whether the facts that the condition needs are given.
    """

    id: str
    title: Text
    condition: str
    reads: tuple[str, ...]
    test: int
    known: int
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Certification:
    """A kind of certification.

    `types` are the accepted certificates by id. Days of grace after a certificate's last day and
    after a failed check are `renewal_days` and `check_grace_days`.
    """

    id: str
    title: Text
    aliases: tuple[str, ...]
    illustrative: bool
    industries: tuple[str, ...]
    types: Mapping[str, Text]
    identity: bool
    renewal_days: int
    requirements: tuple[CertificationRequirement, ...]
    nodes: tuple[Node, ...]
    check_day: int
    check_grace_days: int
    appeal_days: int | None
    appeal_holds: bool
    end_after: int
    cooldown_days: int
    place: Place


@dataclass(frozen=True, slots=True)
class Certifications:
    """The kinds of certification of a book, and the facts of holders that they read."""

    kinds: Mapping[str, Certification]
    facts: Mapping[str, FactDeclaration]

    def find(self, name: str) -> Certification | None:
        """Return the kind of a name or of an earlier name."""
        if name in self.kinds:
            return self.kinds[name]
        return next((kind for kind in self.kinds.values() if name in kind.aliases), None)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a certificate.

    `since` is the day on which the certification was first given. `measured_to` is the last day of
    the month that the facts are about, None without facts. `failed_checks` counts the consecutive
    failed checks before the one that judges these facts.
    """

    id: str
    certification: str
    industry: str
    merchant: str | None
    certificate_type: str
    identity_match: bool
    valid_from: date
    valid_to: date
    since: date
    measured_to: date | None
    failed_checks: int
    appeal: Appeal
    appealed_on: date | None
    ended_on: date | None
    facts: Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class Holders:
    """Every row of a file of holders, in exactly one of `holders` and `rejects`."""

    holders: tuple[Holder, ...]
    rejects: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason by its key among the phrases, and the parts that it names."""

    key: str
    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HolderState:
    """The state of a holder on a day.

    `until` is the last day for which the state is sure, None if it has no known end. `again_from`
    is the first day on which a certification that does not hold may hold again, where known.
    """

    holder: Holder
    certification: Certification
    status: Status
    until: date | None
    again_from: date | None
    reasons: tuple[Reason, ...]

    @property
    def holds(self) -> bool:
        """Whether the certification holds on the day."""
        return self.status in HOLDING
