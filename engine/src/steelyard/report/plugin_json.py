"""Plugins as JSON data."""

from typing import Any

from steelyard.errors.output import place_json, problem_json
from steelyard.plugin import Requirement
from steelyard.plugins.discovery import PluginInfo
from steelyard.report.facts import fact_json
from steelyard.report.json import text_json
from steelyard.report.parameters import value_json
from steelyard.report.plugins import PluginShown, TypeShown


def plugin_json(plugin: PluginInfo, digest: str | None) -> dict[str, Any]:
    """Return a plugin as JSON data, with the names of its item types and facts."""
    return {
        "name": plugin.name,
        "version": plugin.version,
        "distribution": plugin.distribution,
        "module": plugin.module,
        "api": plugin.api,
        "digest": digest,
        "ok": plugin.ok,
        "item_types": list(plugin.item_types),
        "facts": list(plugin.facts),
        "problems": [problem_json(problem) for problem in plugin.problems],
    }


def shown_json(shown: PluginShown) -> dict[str, Any]:
    """Return all declarations of a plugin as JSON data."""
    return {
        **plugin_json(shown.info, shown.digest),
        "item_types": [_type_json(item_type) for item_type in shown.types],
        "facts": [
            {**fact_json(fact), **place_json(shown.info.places.get(fact.id))}
            for fact in shown.facts
        ],
    }


def _type_json(shown: TypeShown) -> dict[str, Any]:
    item_type, award = shown.item_type, shown.built.award
    scope = () if award is None or award.scope is None else (award.scope,)
    return {
        "name": item_type.name,
        "title": text_json(item_type.title),
        "summary": text_json(item_type.summary),
        **place_json(shown.place),
        "parameters": {key: value_json(schema) for key, schema in item_type.parameters.items()},
        "required": list(item_type.required),
        "example": item_type.example,
        "built": award is not None,
        "scope": [_requirement_json(part) for part in scope],
        "gates": [_requirement_json(part) for part in (award.gates if award else ())],
        "requirements": [_requirement_json(part) for part in (award.requirements if award else ())],
        "reads": list(shown.built.own),
        "problems": [problem_json(problem) for problem in shown.built.problems],
    }


def _requirement_json(part: Requirement) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": text_json(part.title),
        "remedy": None if part.remedy is None else text_json(part.remedy),
        "assessed": part.assessed is not None,
    }
