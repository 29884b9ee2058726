"""Calendar dates written as YYYY-MM-DD."""

import re
from datetime import date

DAY_FIX = "write it like 2026-06-01"

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def read_day(text: str) -> date | None:
    """Return the date that a text writes as YYYY-MM-DD; None for all else, even 2026-W10-4."""
    if not _WRITTEN.match(text):  # `fromisoformat` reads other ways of writing too
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:  # such as 2026-02-30
        return None
