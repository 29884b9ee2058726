"""Reading YAML and JSON with the place of every value.

In: a file, or text with the name to give it in messages.
Out: `Located` values: plain data, each with its line and column; numbers are exact.
Keeps: the text that a number was written with, and limits on size, depth and aliases.
Never: makes an object of a tag, guesses a type beyond the YAML 1.2 core schema, or recurses deep.
"""

from steelyard.formats.documents import parse_document, read_document, read_yaml
from steelyard.formats.located import Located
from steelyard.formats.texts import MERCHANT_LIMITS, RULESET_LIMITS, Limits
from steelyard.formats.yaml_text import parse_yaml

__all__ = [
    "MERCHANT_LIMITS",
    "RULESET_LIMITS",
    "Limits",
    "Located",
    "parse_document",
    "parse_yaml",
    "read_document",
    "read_yaml",
]
