"""Rollouts of a version to a share of the merchants.

A hash of the merchant's name decides membership: it is the same on every machine and in every run,
and a larger share only adds merchants.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

SHARE_DECIMALS = 6
MILLION = 10**SHARE_DECIMALS
_HASHES = 2**64
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Rollout:
    """A version that applies to a share of the merchants: those whose hash is below the share.

    `ruleset` is the version, `maternity@2026.3`; `share` counts millionths. In `shadow` the
    version is only computed beside the version in force.
    """

    ruleset: str
    share: int
    salt: str
    shadow: bool = False


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
