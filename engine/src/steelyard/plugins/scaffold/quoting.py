"""Texts of an author, as they stand in YAML, TOML and Python."""

import json
import re

_ADDRESS = re.compile(r"(.+?)\s*<([^<>@\s]+@[^<>@\s]+)>\Z")


def quoted(text: str) -> str:
    """Return a printable text in double quotes, as JSON, YAML and TOML read it."""
    return json.dumps(text, ensure_ascii=False)


def python_quoted(text: str) -> str:
    """Return a printable text as Python reads it, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def author_table(author: str) -> str:
    """Return an author as TOML: `Name`, or `Name <address>`."""
    name, address = author_parts(author)
    email = f", email = {quoted(address)}" if address else ""
    return f"{{ name = {quoted(name)}{email} }}"


def author_parts(author: str) -> tuple[str, str]:
    """Return name and address; the address is empty where none is given."""
    found = _ADDRESS.match(author)
    return (found[1], found[2]) if found else (author, "")
