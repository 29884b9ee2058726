"""The digest that names a plan for ever: SHA-256 of its canonical JSON."""

from hashlib import sha256
from typing import Any

import orjson

from steelyard.plan.codec import canonical_bytes
from steelyard.plan.decoding import SAFE_INTEGER
from steelyard.plan.structure import Plan


def digest(plan: Plan) -> str:
    """Return the digest of a plan, `sha256:` and 64 hexadecimal digits."""
    return digest_bytes(canonical_bytes(plan))


def digest_bytes(content: bytes) -> str:
    """Return the digest of some bytes, written as plan digests are."""
    return f"sha256:{sha256(content).hexdigest()}"


def canonical_json(data: object) -> bytes:
    """Return any JSON data in canonical form (RFC 8785).

    Where keys are ASCII and numbers are safe integers, sorted keys give the same bytes much
    faster; everything else goes the way of the definition.
    """
    if _is_simple(data):
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    import rfc8785

    return rfc8785.dumps(data)  # type: ignore[arg-type]  # it refuses what is not JSON


def _is_simple(data: object) -> bool:
    todo: list[Any] = [data]
    while todo:
        value = todo.pop()
        if type(value) is dict:
            if not all(type(key) is str and key.isascii() for key in value):
                return False
            todo.extend(value.values())
        elif type(value) in (list, tuple):
            todo.extend(value)
        elif type(value) is int:
            if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
                return False
        elif value is not None and type(value) not in (str, bool):
            return False
    return True
