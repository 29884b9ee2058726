"""Fixed phrases by key, read from one file per language: `messages/en.toml`, `messages/zh.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from steelyard.model.texts import Language


@cache
def languages() -> tuple[Language, ...]:
    """Return the code of every language that has a file of phrases, English first."""
    names = (entry.name for entry in (files("steelyard.report.wording") / "messages").iterdir())
    codes = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(sorted(codes, key=lambda code: code != "en"))


@cache
def phrases(language: Language) -> Mapping[str, str]:
    """Return every phrase of a language by key; every language has the same keys."""
    path = files("steelyard.report.wording") / "messages" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def say(key: str, language: Language, **parts: str) -> str:
    """Return the phrase of a key, with `{name}` replaced by the part of that name."""
    return phrases(language)[key].format(**parts)
