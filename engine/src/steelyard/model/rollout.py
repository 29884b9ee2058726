"""Rolling a version out to a part of the merchants: who is in the part.

Membership is a hash of the merchant's name: the same on every machine and in every run, and a
wider share only adds merchants.
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
    """A version that holds for a part of the merchants: those whose hash lies below the share.

    `ruleset` is the version, `maternity@2026.3`; `share` counts millionths. In `shadow` the
    version is only computed beside the one that holds.
    """

    ruleset: str
    share: int
    salt: str
    shadow: bool = False


def is_member(rollout: Rollout, merchant: str) -> bool:
    """Return whether a merchant is in the part. This is the definition.

    The hash is the first 8 bytes, big-endian, of the SHA-256 of salt, a NUL byte and the name.
    """
    digest = sha256(f"{rollout.salt}\0{merchant}".encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big") * MILLION < rollout.share * _HASHES


def members(rollout: Rollout, merchants: Iterable[str]) -> list[bool]:
    """Return the same for many merchants, in their order."""
    limit = -(-rollout.share * _HASHES // MILLION)  # the least hash that is outside
    if limit >= _HASHES:
        return [True for _ in merchants]
    # bytes are in the order of the numbers they spell; those past the eighth never decide, as a
    # digest that begins with the whole limit is longer, and so above it
    last = limit.to_bytes(_BYTES, "big")
    start = f"{rollout.salt}\0"
    return [sha256((start + name).encode()).digest() < last for name in merchants]
