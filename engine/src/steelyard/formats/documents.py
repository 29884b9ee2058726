"""Readers that turn YAML and JSON documents into located values."""

from pathlib import Path

from steelyard.errors import InvalidInput
from steelyard.formats.located import Located
from steelyard.formats.texts import RULESET_LIMITS, Limits, read_text
from steelyard.formats.yaml_text import parse_yaml


def read_yaml(path: Path, *, name: str | None = None, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the only document of a YAML file; messages call the file `name`, or its path.

    Raises `InvalidInput` with every problem of the codes SY1xx that can be found.
    """
    shown = name or path.as_posix()
    return parse_yaml(read_text(path, shown, limits), shown, limits)


def read_document(
    path: Path, *, name: str | None = None, limits: Limits = RULESET_LIMITS
) -> Located:
    """Return the document of a file: JSON if its name ends in `.json`, otherwise YAML.

    Raises `InvalidInput` with every problem of the codes SY1xx that can be found.
    """
    shown = name or path.as_posix()
    text = read_text(path, shown, limits)
    if path.suffix.lower() == ".json":
        return _parse_json(text, shown, limits)
    return parse_yaml(text, shown, limits)


def parse_document(text: str, name: str, limits: Limits = RULESET_LIMITS) -> Located:
    """Return the document of a text that may be JSON or YAML, as from standard input.

    A text that begins like JSON and is well-formed JSON is read as JSON, any other as YAML.
    Raises `InvalidInput` with every problem of the codes SY1xx that can be found.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        try:
            return _parse_json(text, name, limits)
        except InvalidInput as error:
            if any(problem.code != "SY112" for problem in error.problems):
                raise
    return parse_yaml(text, name, limits)


def _parse_json(text: str, name: str, limits: Limits) -> Located:
    from steelyard.formats.json_text import parse_json  # most documents are YAML

    return parse_json(text, name, limits)
