"""A plugin's page: its item types with their parameters, and its facts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Language, Text
from steelyard.report.facts import facts_table
from steelyard.wording.layout import columns
from steelyard.wording.messages import say


class ItemTypeLike(Protocol):
    """What the page says of an item type."""

    @property
    def name(self) -> str:
        """Its name, `<plugin>/<item>`."""
        ...

    @property
    def title(self) -> Text:
        """Its title."""
        ...

    @property
    def summary(self) -> Text:
        """What it does."""
        ...

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The JSON Schema of each parameter."""
        ...

    @property
    def required(self) -> Iterable[str]:
        """The parameters without a default."""
        ...


def plugin_page(
    head: str,
    item_types: Sequence[ItemTypeLike],
    facts: Sequence[FactDeclaration],
    language: Language,
) -> str:
    """Return the page of a plugin."""
    lines = [head]
    for item_type in item_types:
        lines += ["", f"{item_type.name}  {item_type.title.of(language)}"]
        lines.append(f"  {item_type.summary.of(language)}")
        rows = [
            (f"    {name}", _need(item_type, name, schema, language), _described(schema))
            for name, schema in item_type.parameters.items()
        ]
        lines += columns(rows, "lll")
    text = "".join(f"{line}\n" for line in lines)
    return f"{text}\n{facts_table(facts, language)}" if facts else text


def _need(item_type: ItemTypeLike, name: str, schema: Mapping[str, Any], language: Language) -> str:
    if name in item_type.required:
        return say("fact.required", language)
    if "default" in schema:
        return say("parameter.default", language, value=str(schema["default"]))
    return say("fact.optional", language)


def _described(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))
