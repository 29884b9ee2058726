"""Steelyard: an open rules engine that scores marketplace merchants' service.

Importing this package loads no other module, so that reading a plan does not load the compiler.
`pipeline` shows the order of the steps. The names below are loaded on first use.
"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC: dict[str, str] = {
    "InvalidInput": "steelyard.errors:InvalidInput",
    "Plan": "steelyard.plan:Plan",
    "compile_plan": "steelyard.pipeline:compile_plan",
    "digest": "steelyard.plan.codec:digest",
    "load_book": "steelyard.book:read_book",
    "load_catalogue": "steelyard.plugins.discovery:discover",
    "open_book": "steelyard.pipeline:open_book",
    "open_plans": "steelyard.scoring.plans:open_plans",
    "read_plan": "steelyard.plan.codec:read_plan",
    "score": "steelyard.scoring.api:score",
    "score_files": "steelyard.scoring.merchants:score_files",
    "write_plan": "steelyard.formats.plans:write_plan",
}


def __getattr__(name: str) -> object:
    """Load a public name from the module that defines it."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'steelyard' has no attribute {name!r}")
    module, _, attribute = _PUBLIC[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
