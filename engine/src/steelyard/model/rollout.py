"""Rollouts of a version to a share of the merchants.

A hash of the merchant's name decides membership: it is the same on every machine and in every run,
and a larger share only adds merchants. A schedule has the shares of a rollout, each from a day on.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Literal

from steelyard.model.frozen import frozen
from steelyard.model.numbers import format_scaled

SHARE_DECIMALS = 6
MILLION = 10**SHARE_DECIMALS
_HASHES = 2**64
_BYTES = 8


@frozen
class Rollout:
    """A version that applies to a share of the merchants: those whose hash is below the share.

    `ruleset` is the version, `maternity@2026.3`; `share` counts millionths. In `shadow` the
    version is only computed beside the version in force.
    """

    ruleset: str
    share: int
    salt: str
    shadow: bool = False


Reach = Literal["nobody", "some", "everybody"]


@frozen
class RolloutStep:
    """A share of the merchants, in millionths, from a day on; in `shadow` it does not count."""

    start: date
    share: int
    shadow: bool = False

    @property
    def size(self) -> str:
        """The share as a text: `0.1`, `0.1 in shadow`."""
        share = format_scaled(self.share, SHARE_DECIMALS, trim=True)
        return f"{share}{' in shadow' * self.shadow}"

    @property
    def reach(self) -> Reach:
        """The merchants whom the version reaches: nobody, some or everybody."""
        if self.share == 0:
            return "nobody"
        return "everybody" if self.share == MILLION and not self.shadow else "some"


@frozen
class RolloutSchedule:
    """The steps of a rollout, in the order in which they were written.

    A later step replaces what earlier steps say of its day and the days after it. So a schedule
    that was released is never edited: a step at its end stops or widens the rollout, or rolls it
    back.
    """

    salt: str
    steps: tuple[RolloutStep, ...]

    def step_on(self, day: date) -> RolloutStep | None:
        """Return the step that holds on a day, None before the first."""
        return next((step for step in reversed(self.steps) if step.start <= day), None)

    def texts(self) -> tuple[str, ...]:
        """Return each step as a text: `0.1 from 2026-07-01`, `0.1 in shadow from 2026-07-01`."""
        return tuple(f"{step.size} from {step.start}" for step in self.steps)

    def reach_on(self, day: date) -> Reach:
        """Return how many merchants the version reaches on a day."""
        step = self.step_on(day)
        return "nobody" if step is None else step.reach


def is_member(rollout: Rollout, merchant: str) -> bool:
    """Return whether a merchant belongs to a rollout; this is the definition.

    The hash is the first 8 bytes, big-endian, of the SHA-256 of salt, a NUL byte and the name.
    """
    digest = sha256(f"{rollout.salt}\0{merchant}".encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big") * MILLION < rollout.share * _HASHES


def members(rollout: Rollout, merchants: Iterable[str]) -> list[bool]:
    """Return whether each of many merchants belongs to a rollout."""
    limit = -(-rollout.share * _HASHES // MILLION)  # the smallest hash outside
    if limit >= _HASHES:
        return [True for _ in merchants]
    # bytes compare like the numbers that they write; bytes past the eighth never decide, because
    # a digest that begins with the limit is longer and so greater
    last = limit.to_bytes(_BYTES, "big")
    start = f"{rollout.salt}\0"
    return [sha256((start + name).encode()).digest() < last for name in merchants]
