"""The folder of cache entries: small files that say what they hold and prove it is whole."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MAX_ENTRIES = 400


@dataclass(frozen=True, slots=True)
class Store:
    """Entries of a cache folder by key; unusable folders and broken entries count as misses."""

    folder: Path

    @staticmethod
    def default() -> "Store":
        """Return the user's store: `$XDG_CACHE_HOME/steelyard`, else `~/.cache/steelyard`."""
        base = os.environ.get("XDG_CACHE_HOME")
        return Store((Path(base) if base else Path.home() / ".cache") / "steelyard")

    def key(self, *parts: object) -> str:
        """Return the name of an entry: the SHA-256 of what it was made from."""
        return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()

    def read(self, key: str) -> bytes | None:
        """Return an entry's content if it is there and whole."""
        try:
            written = (self.folder / key).read_bytes()
        except OSError:
            return None
        stated, _, content = written.partition(b"\n")
        whole = hashlib.sha256(key.encode() + content).hexdigest().encode()
        return content if stated == whole else None

    def write(self, key: str, content: bytes) -> None:
        """Store an entry, whole or not at all; the oldest go when there are too many."""
        import tempfile  # slow to import, and a warm cache does not write

        stated = hashlib.sha256(key.encode() + content).hexdigest().encode()
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                file.write(stated + b"\n" + content)
            Path(file.name).replace(self.folder / key)
            self._trim()

    def _trim(self) -> None:
        entries = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in entries[:-MAX_ENTRIES]:
            path.unlink(missing_ok=True)
