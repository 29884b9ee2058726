"""What the syntax tree of one module shows that plugin code may not do."""

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from steelyard.plugins.discovery.module_names import Function, Names
from steelyard.plugins.discovery.purity import (
    CALLS,
    CLOCK,
    CLOCK_ENDS,
    ENGINE,
    EXPECTED,
    FILES,
    INSIDE,
    INTERFACE,
    MODULES,
    NAMES,
    ORDERED,
    PARTS,
    READS,
)
from steelyard.plugins.discovery.shared_state import assigned, changed_by_call

_FLOATS = "floats"
_CHANGES = frozenset(
    {"add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update"}
)
Said = Iterator[tuple[ast.AST, str, str]]  # where, what is wrong, what would have been right
_SORT = "sorted(…)"


class Finding(NamedTuple):
    """One thing, where it stands, and what would have been right."""

    line: int
    column: int
    what: str
    expected: str = ""


def findings(tree: ast.Module, own: str = "") -> Iterator[Finding]:
    """Iterate over everything in a module of the package `own` that plugin code may not do."""
    names = Names(tree, own)
    for node in names.nodes:
        look = _LOOKS.get(type(node))
        for place, what, expected in look(node, names) if look else ():
            yield _at(place, what, expected)
        if isinstance(node, Function) and node.name in names.builders:
            yield from _changed_state(node, names)


def _at(node: ast.AST, what: str, expected: str) -> Finding:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return Finding(line, column + 1, what, expected)


_BUILTIN_ORDERED = frozenset(f"builtins.{name}" for name in ORDERED)


def _float(node: ast.Constant, _names: Names) -> Said:
    if isinstance(node.value, float | complex):
        yield node, f"{ast.unparse(node)} is a float", f'Decimal("{ast.unparse(node)}")'


def _division(node: ast.BinOp, _names: Names) -> Said:
    both = (node.left, node.right)
    if isinstance(node.op, ast.Div) and all(isinstance(one, ast.Constant) for one in both):
        yield node, f"{ast.unparse(node)} is a float", EXPECTED[_FLOATS]


def _loop(node: ast.For | ast.AsyncFor, names: Names) -> Said:
    yield from _order(node.iter, names)


def _comprehension(node: ast.ListComp | ast.GeneratorExp | ast.DictComp, names: Names) -> Said:
    if id(node) not in names.free_of_order:
        for generator in node.generators:
            yield from _order(generator.iter, names)


def _unpacking(node: ast.Starred, names: Names) -> Said:
    if isinstance(node.ctx, ast.Load):
        yield from _order(node.value, names)


def _global(node: ast.Global, _names: Names) -> Said:
    yield node, f"it changes {', '.join(node.names)} of the module", "a value handed on"


def _imports(node: ast.Import | ast.ImportFrom, _names: Names) -> Said:
    if isinstance(node, ast.ImportFrom) and node.level:
        return
    module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    prefix = f"{module}." if module else ""
    for name in (f"{prefix}{alias.name}" for alias in node.names):
        why = MODULES.get(name.partition(".")[0])
        if why is None and f"{name}.".startswith(f"{ENGINE}."):
            why = None if f"{name}.".startswith(f"{INTERFACE}.") else INSIDE
        if why is not None and prefix:  # said of the module, whatever is taken from it
            yield node, f"it imports {module}: {why}", EXPECTED.get(why, "")
            return
        why = why or NAMES.get(name) or _outside_parts(name)
        if why is not None:
            yield node, f"it imports {name}: {why}", EXPECTED.get(why, "")


def _attribute(node: ast.Attribute, names: Names) -> Said:
    yield from _use(node, names)
    yield from assigned(node, names)


def _use(node: ast.Attribute | ast.Name, names: Names) -> Said:
    """Find a forbidden name; what was imported by name is told where it is imported."""
    if not isinstance(node.ctx, ast.Load):
        return
    origin = names.origin(node)
    if not origin:
        return
    why = None if origin in CALLS else NAMES.get(origin)
    if why is None and isinstance(node, ast.Attribute):
        why = _outside_parts(origin)
        if origin.endswith(CLOCK_ENDS) and not origin.startswith("builtins."):
            why = CLOCK
    if why and (isinstance(node, ast.Attribute) or origin.startswith("builtins.")):
        yield node, f"it uses {origin.removeprefix('builtins.')}: {why}", EXPECTED.get(why, "")


def _outside_parts(name: str) -> str | None:
    """Return why a name of a module of which only parts may be used may not; else None."""
    module, _, attribute = name.rpartition(".")
    allowed = PARTS.get(module)
    if allowed is not None and attribute not in allowed[1]:
        return allowed[0]
    return None


def _call(node: ast.Call, names: Names) -> Said:
    yield from changed_by_call(node, names)
    function, origin = node.func, names.origin(node.func)
    if origin in CALLS:
        why = NAMES[origin]
        yield node, f"it uses {origin.removeprefix('builtins.')}: {why}", EXPECTED.get(why, "")
    if origin == "builtins.getattr" and len(node.args) > 1:
        yield from _got(node, names)
    if origin in _BUILTIN_ORDERED:
        for argument in node.args:
            yield from _order(argument, names)
    if isinstance(function, ast.Attribute):
        if function.attr == "join" and isinstance(function.value, ast.Constant) and node.args:
            yield from _order(node.args[0], names)
        if function.attr == "fromkeys" and node.args and id(node) not in names.free_of_order:
            yield from _order(node.args[0], names)
        if function.attr in READS and _path_elsewhere(function.value, names):
            yield node, f"it reads a file: {ast.unparse(node)[:60]}", EXPECTED[FILES]


def _got(node: ast.Call, names: Names) -> Said:
    """Find a forbidden name that `getattr` is asked for in so many words."""
    owner, name = node.args[:2]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        said = ast.Attribute(owner, name.value, ast.Load())
        for _, what, expected in _use(said, names):
            yield node, what, expected


def _path_elsewhere(node: ast.AST, names: Names) -> bool:
    """Tell whether an expression is a path that is not made from where the package lies."""
    if isinstance(node, ast.Name):
        node = names.once.get(node.id, node)
    made = any(
        isinstance(inner, ast.Call)
        and (names.origin(inner.func) == "pathlib.Path" or names.is_files_call(inner))
        for inner in ast.walk(node)
    )
    return made and not names.is_own_file(node)


def _order(node: ast.AST, names: Names) -> Said:
    if names.is_set(node):
        yield node, f"it goes through a set, which has no order: {ast.unparse(node)[:60]}", _SORT


def _changed_state(function: Function, names: Names) -> Iterator[Finding]:
    """Find changes of a value of the module in a function that builds awards."""
    local = {
        inner.id
        for inner in ast.walk(function)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    } | {inner.arg for inner in ast.walk(function) if isinstance(inner, ast.arg)}
    for inner in ast.walk(function):
        owner: ast.expr | None = None
        if isinstance(inner, ast.Subscript | ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            owner = inner.value
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            owner = inner.func.value if inner.func.attr in _CHANGES else None
        if isinstance(owner, ast.Name) and owner.id in names.shared - local:
            what = f"{function.name} changes {owner.id} of the module"
            yield _at(owner, what, "an award made of the item's parameters alone")


_LOOKS: dict[type[ast.AST], Callable[[Any, Names], Said]] = {
    ast.Import: _imports,
    ast.ImportFrom: _imports,
    ast.Attribute: _attribute,
    ast.Subscript: assigned,
    ast.Name: _use,
    ast.Constant: _float,
    ast.BinOp: _division,
    ast.Call: _call,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Starred: _unpacking,
    ast.Global: _global,
}
