"""Measured populations and guardrails files for the tests."""

from pathlib import Path

from steelyard.dry_run.guardrails import (
    MEASURES,
    Guardrails,
    Measured,
    Verdict,
    judge,
    read_guardrails,
)
from steelyard.model.texts import Text

COUNTS = {name: 0 for name, one in MEASURES.items() if one.required and name != "merchants"}
WHOLE = Text("", "")


def population(merchants=1000, **values):
    """Measure a whole population; counts that are not given are 0."""
    return Measured("", "", WHOLE, merchants, {**COUNTS, **values})


def segment(name, merchants=1000, dimension="industry", **values):
    """Measure one segment."""
    return Measured(
        dimension, name, Text(name.title(), f"{name}（类）"), merchants, {**COUNTS, **values}
    )


def guardrails(folder: Path, *requires: str, **keys) -> Guardrails:
    """Read a file with a guardrail for each condition, all with the same other keys."""
    text = "guardrails:\n"
    for number, require in enumerate(requires):
        text += f"  - id: guardrail-{number}\n    title: {{en: Fine, zh: 正常}}\n"
        text += "    require: '" + require.replace("'", "''") + "'\n"
        text += "".join(f"    {key}: {value}\n" for key, value in keys.items())
    path = folder / "guardrails.yaml"
    path.write_text(text, encoding="utf-8")
    return read_guardrails(path, name="guardrails.yaml")


def verdict(folder: Path, require: str, measured: Measured, **keys) -> Verdict:
    """Judge one condition for a whole population."""
    (found,) = judge(guardrails(folder, require, **keys), [measured], ())
    return found
