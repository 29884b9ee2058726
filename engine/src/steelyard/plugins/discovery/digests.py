"""Digests of the code and data of plugins, however they were installed.

A digest covers the relative paths and the bytes of all files in the plugin's package. Compiled
files, hidden files and hidden folders are left out. The folder of the package does not matter: an
editable installation and a wheel built from the same sources have the same digest.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from steelyard.plan.codec import digest_bytes

CORE = "steelyard"  # the engine; its item types are in a package inside it


def plugin_digest(module: str) -> str | None:
    """Return the digest of the plugin at an entry point, `package.module` or `package:object`.

    None if its files cannot be read one by one, for example in a zip archive. Does not run the
    plugin.
    """
    package = _package(module.partition(":")[0].strip())
    if package is None:
        return None
    try:
        lines = sorted(
            f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in _files(package)
        )
        return digest_bytes("".join(lines).encode())
    except (OSError, UnicodeEncodeError):
        return None


def _package(module: str) -> Path | None:
    """Return the folder or file of the outermost package that is no namespace package.

    None if there is no such package. For the core's item types, it is the package in `steelyard`.
    """
    parts = module.split(".")
    for depth in range(2 if parts[0] == CORE else 1, len(parts) + 1):
        name = ".".join(parts[:depth])
        try:
            loaded = sys.modules.get(name)
            spec = getattr(loaded, "__spec__", None) or find_spec(name)
        except (ImportError, ValueError):
            return None
        if spec is not None and isinstance(spec.origin, str):  # a namespace package has no origin
            origin = Path(spec.origin)
            package = origin.parent if spec.submodule_search_locations else origin
            return package if package.exists() else None
    return None


def _files(package: Path) -> Iterator[tuple[str, Path]]:
    if package.is_file():
        yield package.name, package
        return
    for path in package.rglob("*"):
        name = path.relative_to(package)
        skipped = any(part == "__pycache__" or part.startswith(".") for part in name.parts)
        if not skipped and path.suffix != ".pyc" and path.is_file():
            yield name.as_posix(), path
