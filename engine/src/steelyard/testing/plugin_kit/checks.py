"""The checks of a plugin: their texts and functions are listed in `checks.toml`."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from steelyard.testing.plugin_kit.report import Finding

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit.subject import Subject


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its stable id, what it checks, why that matters, and `module.function`."""

    id: str
    title: str
    why: str
    run: str

    def findings(self, subject: "Subject") -> Iterator[Finding]:
        """Yield the findings for one plugin."""
        module, _, name = self.run.partition(".")
        function: Callable[[Subject], Iterator[Finding]] = getattr(
            import_module(f"steelyard.testing.plugin_kit.{module}"), name
        )
        return function(subject)


_TEXT = (files("steelyard.testing.plugin_kit") / "checks.toml").read_text(encoding="utf-8")
CHECKS = tuple(Check(id_, **row) for id_, row in tomllib.loads(_TEXT).items())
