"""Addresses of a network, such as s3://bucket/name, where a file of this computer is expected."""

import os
import re
from pathlib import Path

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:)/+")  # a drive has one letter


def network_address(path: str | Path) -> str | None:
    """Return the address that a path was written as; None for a path, as in a folder `s3:`."""
    found = _ADDRESS.match(str(path))
    if found is None or os.path.lexists(found[1]):
        return None
    return f"{found[1]}//{str(path)[found.end() :]}"  # a `Path` keeps one slash


def address_fix(path: str | Path) -> str | None:
    """Return the fix for an input that is missing because it is an address; None for others."""
    address = network_address(path)
    return address and f"{address} is an address of a network: copy it to this computer"
