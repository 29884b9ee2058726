"""Steelyard: an open rules engine that scores marketplace merchants' service.

Importing this package loads nothing else: a reader of plans must not pay for what makes them.
`pipeline` says what happens in which order. Names below are loaded when they are first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_LAZY: dict[str, str] = {
    "InvalidInput": "steelyard.errors",
    "Plan": "steelyard.plan",
    "digest": "steelyard.plan.fingerprint",
    "read_plan": "steelyard.plan.codec",
    "write_plan": "steelyard.plan.codec",
    "compile_plan": "steelyard.pipeline",
    "load_book": "steelyard.pipeline",
    "load_catalogue": "steelyard.pipeline",
    "open_plans": "steelyard.scoring.plans",
    "score": "steelyard.scoring.api",
    "score_files": "steelyard.scoring",
}


def __getattr__(name: str) -> object:
    """Load one of the package's names from the module that defines it."""
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module 'steelyard' has no attribute {name!r}")
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
