"""PyYAML's syntax errors in words for people, the same whichever of its parsers was used."""

# ruff: noqa: ANN401 - PyYAML's errors have no useful types

from typing import Any

from steelyard.errors import Place, Problems
from steelyard.formats.texts import Lines

_UNCLOSED = ("a bracket is not closed, or a comma is missing", "a closing bracket or a comma")
_ENDED = ("the text ends before a bracket is closed", "a closing bracket")
_NOTHING = ("a value is missing before this", "a value, or no comma or bracket here")
_DIRECTIVE = ("a line that begins with `%` is not a directive", "a text in quotes")
_MORE = ("more text follows after the end of the value", "one value")
_INDENTATION = ("the indentation fits nothing above it", "lines of one level indented alike")
_QUOTE = ("a quoted text is not closed", "a closing quote")
_ESCAPE = ("a double-quoted text holds an unknown escape", "a known escape such as \\n or \\\\")
_NAME = ("an anchor or alias has no proper name", "a name of letters, digits, - and _")

# Part of PyYAML's own words, then what was found and what was expected.
_WORDS: tuple[tuple[str, tuple[str, str]], ...] = (
    (
        "mapping values are not allowed",
        ("a `:` stands where no key can be", "one `key: value` a line"),
    ),
    (
        "could not find expected ':'",
        ("a line is neither `key: value` nor `- item`", "a `:` after the key"),
    ),
    ("',' or '}'", _UNCLOSED),
    ("',' or ']'", _UNCLOSED),
    ("found unexpected end of stream", _QUOTE),
    ("found unexpected document", _QUOTE),
    ("escape", _ESCAPE),
    ("hexadecimal", _ESCAPE),
    (
        "block sequence entries are not allowed",
        ("a list item `- ` cannot begin here", "a line of its own"),
    ),
    ("did not find expected key", _INDENTATION),
    ("did not find expected '-'", _INDENTATION),
    ("expected <block end>", _INDENTATION),
    ("<document start>", _MORE),
    ("alphabetic or numeric", _NAME),
)
_STARTS = {
    "\t": ("a tab is used where YAML wants spaces", "spaces"),
    "@": ("no value can begin with `@`", "a text in quotes"),
    "`": ("no value can begin with a backquote", "a text in quotes"),
    "%": ("no value can begin with `%`", "a text in quotes"),
}


def note_syntax_error(error: Any, text: str, lines: Lines, problems: Problems) -> None:
    """Note one syntax error of PyYAML (a `MarkedYAMLError`) in our words."""
    message = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(text)) if mark else 0
    if "escape" in message and text[offset - 1 : offset] == "\\":
        offset -= 1  # one parser marks the backslash, the other the character after it
    place = lines.place(offset)
    if "nesting depth" in message:  # a parser with a limit of its own
        problems.add("SY106", "values are nested too deep", place, expected="far fewer levels")
        return
    context = str(error.context or "")
    if "tag handle" in message or context.endswith(" a tag"):
        problems.add("SY107", "found a tag", place, expected="a value without a tag")
        return
    what, expected = _DIRECTIVE if "directive" in context else _meaning(message, text, offset)
    if error.context_mark is not None and (what, expected) in (_UNCLOSED, _QUOTE):
        start: Place = lines.place(error.context_mark.index)
        what = f"{what}; it begins at {start.line}:{start.column}"
    problems.add("SY105", what, place, expected=expected)


def _meaning(message: str, text: str, offset: int) -> tuple[str, str]:
    if "cannot start any token" in message and text[offset : offset + 1] in _STARTS:
        return _STARTS[text[offset]]
    if "node content" in message:
        return _NOTHING if text[offset:].strip() else _ENDED
    for part, meaning in _WORDS:
        if part in message:
            return meaning
    return "the text cannot be read as YAML from here on", "well-formed YAML"
