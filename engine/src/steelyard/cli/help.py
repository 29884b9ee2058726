"""Help in the language of the user: the words of the parser's library too, and lines that fit.

Chinese has no spaces to break lines at, and its characters take two cells; so lines that are not
English are broken here, and the parser's library only writes them.
"""

import re
from typing import Any

from steelyard.cli.speech import language, translated

_UNITS = re.compile(
    r"\[[^\s；\]]*[；\]]|[^\s；，。]*：[^\s；]*\]|"  # [环境变量：NAME；默认：en]
    "[（“]*(?:[\u2e80-\uffef]|[^\\s\u2e80-\uffef“”]+)[，。；：、）”！？…]*| +"
)  # what stays together on a line
_WORDS = ("[OPTIONS]", "COMMAND [ARGS]...")
_AS_IT_IS = "\b\n"  # before a paragraph whose lines are not broken


def translate_help(command: Any) -> None:  # noqa: ANN401 - a class inside the parser's library
    """Translate what a command and its parameters say of themselves.

    The first sentence is the summary in a list of commands.
    """
    command.context_settings["help_option_names"] = ["-h", "--help"]
    if command.help:
        summary, end, _ = " ".join(command.help.split()).partition(". ")
        command.short_help = translated(summary + end.strip())
    for part in (command, *command.params):
        if getattr(part, "help", None):
            part.help = translated(" ".join(part.help.split()))


def translating(formatter: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
    """Return the class of a formatter that also translates the words of the parser's library."""

    class Formatter(formatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            for word in _WORDS:
                args = args.replace(word, translated(word))
            super().write_usage(prog, args, prefix or translated("Usage: "))

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':>{self.current_indent}}{translated(f'{heading}:')}\n")

        def write_text(self, text: str) -> None:
            super().write_text(_broken(text, self.width - self.current_indent))

        def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:  # noqa: ANN401
            rows = [(name, _details(text)) for name, text in rows]
            first = min(max(len(name) for name, _ in rows), col_max) + col_spacing
            cells = self.width - first - 2
            rows = [(name, _broken(text, cells)) for name, text in rows]
            super().write_dl(rows, col_max, col_spacing)

    return Formatter


def _details(text: str) -> str:
    """Translate what follows the help of an option: `[env var: NAME; default: en]`."""
    said, bracket, details = text.rpartition("  [")
    if not bracket:
        return translated(text)
    parts = (translated(part) for part in details.removesuffix("]").split("; "))
    return f"{said}  [{translated('; ').join(parts)}]"


def _broken(text: str, cells: int) -> str:
    """Return a text in lines of at most so many cells; the parser's library breaks English."""
    return text if language() == "en" else _AS_IT_IS + "\n".join(lines_of(text, cells))


def lines_of(text: str, cells: int) -> list[str]:
    """Return a text in lines of at most so many cells, broken between Chinese characters too."""
    from steelyard.report.wording.layout import width

    lines = [""]
    for unit in _UNITS.findall(text):
        if width(lines[-1] + unit.rstrip()) > cells:
            lines.append("")
        lines[-1] += unit if lines[-1] else unit.lstrip()
    return [line.rstrip() for line in lines]
