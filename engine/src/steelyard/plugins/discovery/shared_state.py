"""Changes of what a plugin imported: they hold for the engine and for every other plugin.

`builtins.sorted = …` in one plugin would be the `sorted` of all code in the process.
"""

import ast
from collections.abc import Iterator

from steelyard.plugins.discovery.module_names import Names
from steelyard.plugins.discovery.purity import EXPECTED, SHARED

# `add` is not among them: contexts of decimal compute with it
_METHODS = frozenset(
    {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
)
_SETTERS = ("builtins.setattr", "builtins.delattr")
Said = Iterator[tuple[ast.AST, str, str]]


def assigned(node: ast.Attribute | ast.Subscript, names: Names) -> Said:
    """Find an attribute or item of something imported that is set, changed in place or deleted."""
    if not isinstance(node.ctx, ast.Load) and names.is_foreign(node.value):
        yield _changes(node, node)


def changed_by_call(node: ast.Call, names: Names) -> Said:
    """Find `setattr`, `delattr` and changing methods of something imported."""
    function = node.func
    if names.origin(function) in _SETTERS and node.args and names.is_foreign(node.args[0]):
        yield _changes(node, node.args[0])
    elif isinstance(function, ast.Attribute) and function.attr in _METHODS:
        owner = function.value
        # a module has functions of such names too, which change nothing of it
        if names.is_foreign(owner) and "." in (names.origin(owner) or "."):
            yield _changes(node, owner)


def _changes(place: ast.AST, what: ast.AST) -> tuple[ast.AST, str, str]:
    return place, f"it changes {ast.unparse(what)[:60]} for everybody", EXPECTED[SHARED]
