"""Fixed phrases by key, read from one file per language: `messages/en.toml`, `messages/zh.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from steelyard.model.texts import Language


@cache
def phrases(language: Language) -> Mapping[str, str]:
    """Return every phrase of a language by key; every language has the same keys."""
    path = files("steelyard.report.wording") / "messages" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def say(key: str, language: Language, **parts: str) -> str:
    """Return the phrase of a key, with `{name}` replaced by the part of that name."""
    return phrases(language)[key].format(**parts)
