"""Writes the reference pages from the code, or checks that they have not drifted.

`python docs/generate.py` writes docs/reference/*.md; with `--check` it exits 1 if a page differs.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steelyard.catalogue import discover
from steelyard.errors.codes import CODES
from steelyard.plugin import ItemType

ROOT = Path(__file__).parent
PAGES = ROOT / "reference"
NOTE = "<!-- written by docs/generate.py; do not edit -->\n"

COMMANDS = (
    (),
    ("score",),
    ("explain",),
    ("compile",),
    ("check",),
    ("test",),
    ("facts",),
    ("facts", "list"),
    ("facts", "show"),
    ("facts", "template"),
    ("schema",),
    ("plugins",),
    ("plugins", "list"),
    ("plugins", "show"),
)

FAMILIES = {
    "1": "Files and YAML",
    "2": "Facts, item types, plugins",
    "3": "Rulesets and books",
    "4": "Conditions",
    "5": "Proofs on the plan",
    "6": "Merchant files",
    "7": "Command line",
}


def errors_page() -> str:
    """Return the page of error codes."""
    lines = [
        NOTE,
        "# Error codes",
        "",
        "Every problem has a code that keeps its meaning, a place `file:line:column`, what is",
        "wrong, what was expected and, where there is one, the fix. All problems of a file are",
        "reported at once. Each code has an example with its exact text in `tests/cases/bad/`.",
    ]
    family = ""
    for code in CODES.values():
        if code.code[2] != family:
            family = code.code[2]
            lines += ["", f"## {FAMILIES[family]}", ""]
            lines += ["| code | name | meaning |", "|---|---|---|"]
        lines.append(f"| {code.code} | {code.name} | {code.meaning} |")
    return "\n".join(lines) + "\n"


def item_types_page(item_types: Mapping[str, ItemType]) -> str:
    """Return the page of the core's item types."""
    lines = [
        NOTE,
        "# Core item types",
        "",
        "Generic shapes for rulesets. An industry's own types are on its plugin's page:",
        "`steelyard plugins show NAME`.",
    ]
    for name, item_type in sorted(item_types.items()):
        if not name.startswith("core/"):
            continue
        lines += ["", f"## `{name}` — {item_type.title.en} · {item_type.title.zh}", ""]
        lines += [item_type.summary.en, "", item_type.summary.zh, ""]
        lines += ["| parameter | | what it is |", "|---|---|---|"]
        for parameter, schema in item_type.parameters.items():
            needed = "required" if parameter in item_type.required else _default(schema)
            lines.append(f"| `{parameter}` | {needed} | {schema.get('description', '')} |")
        if item_type.example:
            lines += ["", "```yaml", item_type.example.strip("\n"), "```"]
    return "\n".join(lines) + "\n"


def _default(schema: Mapping[str, Any]) -> str:
    return f"default `{schema['default']}`" if "default" in schema else "optional"


def command_line_page() -> str:
    """Return the page of the command line: the help of every command."""
    lines = [NOTE, "# Command line", ""]
    lines += [
        "Exit status: 0 fine; 1 the answer is no (a check or case failed, or some merchants of a",
        "file of several were rejected); 2 the input or usage is wrong, and nothing was written.",
    ]
    for command in COMMANDS:
        title = " ".join(("steelyard", *command))
        run = subprocess.run(  # noqa: S603 - our own command, fixed arguments
            [sys.executable, "-m", "steelyard", *command, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={"COLUMNS": "90", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"},
        )
        text = "\n".join(line.rstrip() for line in run.stdout.strip("\n").splitlines())
        lines += ["", f"## `{title}`", "", "```text", text, "```"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages, or check them."""
    pages = {
        "errors.md": errors_page(),
        "item-types.md": item_types_page(discover(["core"]).item_types),
        "command-line.md": command_line_page(),
    }
    check = "--check" in sys.argv[1:]
    drifted = []
    for name, text in pages.items():
        path = PAGES / name
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                drifted.append(name)
        else:
            PAGES.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if drifted:
        print(f"out of date: {', '.join(drifted)}; run python docs/generate.py")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
