"""Digests of the code and data of plugins, however they were installed.

A digest is over the files of the plugin's own package, by relative path and bytes. Compiled files
and hidden folders do not count, nor does where the package lies: a link to sources and a wheel
built from them give the same.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from steelyard.plan.codec import digest_bytes

CORE = "steelyard"  # the core's item types are one package of the engine's


def plugin_digest(module: str) -> str | None:
    """Return the digest of the plugin at an entry point, `package.module` or `package:object`.

    None where its files cannot be read one by one, as in an archive. The plugin is not run.
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
    """Return the folder or file of the outermost package with code of its own."""
    parts = module.split(".")
    depths = range(2 if parts[0] == CORE else 1, len(parts) + 1)
    for depth in depths:
        name = ".".join(parts[:depth])
        try:
            loaded = sys.modules.get(name)
            spec = getattr(loaded, "__spec__", None) or find_spec(name)
        except (ImportError, ValueError):
            return None
        if spec is not None and isinstance(spec.origin, str):  # a namespace has no origin
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
