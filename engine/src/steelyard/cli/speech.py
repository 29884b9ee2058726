"""The language of diagnostics, and whether notes are wanted: as the user's options say."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from steelyard.errors.translation import LANGUAGES, translate


@dataclass(slots=True)
class _Speech:
    language: str = "en"
    quiet: bool = False


_speech = _Speech()  # of the process: a command line has one user


def speak(language: str, *, quiet: bool = False) -> None:
    """Write diagnostics in a language from now on; without notes if `quiet`."""
    _speech.language, _speech.quiet = language, quiet


def language_of(arguments: Sequence[str]) -> str:
    """Return the language that arguments or the environment ask for, before they are checked.

    Help and faults of the arguments need it.
    """
    asked = [os.environ.get("STEELYARD_LANG", "en")]
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name, _, value = argument.partition("=")
        if name == "--lang":
            asked.append(value or following)
    return next((one for one in reversed(asked) if one in LANGUAGES), "en")


def language() -> str:
    """Return the language of diagnostics."""
    return _speech.language


def quiet() -> bool:
    """Return True if only results and problems are wanted."""
    return _speech.quiet


def translated(text: str) -> str:
    """Return a diagnostic in the language of the user."""
    return translate(text, _speech.language)
