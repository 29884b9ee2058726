"""What the syntax tree of one module shows that plugin code may not do."""

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from steelyard.catalogue.purity import (
    CALLS,
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
    UNORDERED,
)

_FLOATS = "floats"
_CHANGES = frozenset(
    {"add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update"}
)
Said = Iterator[tuple[ast.AST, str, str]]  # where, what is wrong, what would have been right
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SORT = "sorted(…)"


class Finding(NamedTuple):
    """One thing, where it stands, and what would have been right."""

    line: int
    column: int
    what: str
    expected: str = ""


def findings(tree: ast.Module) -> Iterator[Finding]:
    """Iterate over everything in a module that plugin code may not do."""
    names = _Names(tree)
    for node in names.nodes:
        look = _LOOKS.get(type(node))
        for place, what, expected in look(node, names) if look else ():
            yield _at(place, what, expected)
        if isinstance(node, _Function) and node.name in names.builders:
            yield from _changed_state(node, names)


def _at(node: ast.AST, what: str, expected: str) -> Finding:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return Finding(line, column + 1, what, expected)


class _Names:
    """What names mean in one module: what was imported, and what the module binds itself.

    A name that is bound anywhere in the module is not taken for a builtin; scopes are not told
    apart, which can hide something and never blames what is right.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.imported: dict[str, str] = {}
        self.bound: set[str] = set()
        self.sets: set[str] = set()
        self.free_of_order: set[int] = set()  # arguments whose order does not matter, by identity
        self.own_files = {"__file__", "__name__", "__package__", "__spec__"}
        self.builders = {
            keyword.value.id
            for node in self.nodes
            if isinstance(node, ast.Call)
            for keyword in node.keywords
            if keyword.arg == "build" and isinstance(keyword.value, ast.Name)
        }
        self.shared = {
            target.id
            for statement in tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for target in _targets(statement)
            if isinstance(target, ast.Name)
        }
        for node in self.nodes:
            self._bind(node)
        self.once = _assigned_once(self.nodes)
        self.sets = {name for name, value in self.once.items() if self.is_set(value)}
        self.own_files |= {name for name, value in self.once.items() if self.is_own_file(value)}

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                shown = alias.asname or alias.name.partition(".")[0]
                self.imported[shown] = alias.name if alias.asname else shown
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                self.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self.bound.add(node.id)
        elif isinstance(node, ast.arg):
            self.bound.add(node.arg)
        elif isinstance(node, _Function | ast.ClassDef):
            self.bound.add(node.name)
        elif isinstance(node, ast.Call) and self.origin(node.func) in _BUILTIN_UNORDERED:
            self.free_of_order.update(id(argument) for argument in node.args)  # not of a result

    def origin(self, node: ast.AST) -> str:
        """Return the dotted name that an expression stands for, or ""."""
        if isinstance(node, ast.Name):
            if node.id in self.bound:
                return ""
            return self.imported.get(node.id, f"builtins.{node.id}")
        if isinstance(node, ast.Attribute):
            before = self.origin(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""

    def is_set(self, node: ast.AST) -> bool:
        """Tell whether an expression is certainly a set."""
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Name):
            return node.id in self.sets
        if isinstance(node, ast.Call):
            return self.origin(node.func) in ("builtins.set", "builtins.frozenset")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
            return self.is_set(node.left) and self.is_set(node.right)
        return False

    def is_own_file(self, node: ast.AST) -> bool:
        """Tell whether an expression leads to files of the package, as far as one can see."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in self.own_files:
                return True
            if isinstance(inner, ast.Call) and self.origin(inner.func).startswith("importlib.res"):
                return True
        return False


_BUILTIN_UNORDERED = frozenset(f"builtins.{name}" for name in UNORDERED)
_BUILTIN_ORDERED = frozenset(f"builtins.{name}" for name in ORDERED)


def _float(node: ast.Constant, _names: _Names) -> Said:
    if isinstance(node.value, float | complex):
        yield node, f"{ast.unparse(node)} is a float", f'Decimal("{ast.unparse(node)}")'


def _division(node: ast.BinOp, _names: _Names) -> Said:
    both = (node.left, node.right)
    if isinstance(node.op, ast.Div) and all(isinstance(one, ast.Constant) for one in both):
        yield node, f"{ast.unparse(node)} is a float", EXPECTED[_FLOATS]


def _loop(node: ast.For | ast.AsyncFor, names: _Names) -> Said:
    yield from _order(node.iter, names)


def _comprehension(node: ast.ListComp | ast.GeneratorExp | ast.DictComp, names: _Names) -> Said:
    if id(node) not in names.free_of_order:
        for generator in node.generators:
            yield from _order(generator.iter, names)


def _unpacking(node: ast.Starred, names: _Names) -> Said:
    if isinstance(node.ctx, ast.Load):
        yield from _order(node.value, names)


def _global(node: ast.Global, _names: _Names) -> Said:
    yield node, f"it changes {', '.join(node.names)} of the module", "a value handed on"


def _imports(node: ast.Import | ast.ImportFrom, _names: _Names) -> Said:
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


def _use(node: ast.Attribute | ast.Name, names: _Names) -> Said:
    """Find a forbidden name; what was imported by name is told where it is imported."""
    if not isinstance(node.ctx, ast.Load):
        return
    origin = names.origin(node)
    if not origin:
        return
    why = None if origin in CALLS else NAMES.get(origin)
    if why is None and isinstance(node, ast.Attribute):
        why = _outside_parts(origin)
    if why and (isinstance(node, ast.Attribute) or origin.startswith("builtins.")):
        yield node, f"it uses {origin.removeprefix('builtins.')}: {why}", EXPECTED.get(why, "")


def _outside_parts(name: str) -> str | None:
    """Return why a name of a module of which only parts may be used may not; else None."""
    module, _, attribute = name.rpartition(".")
    allowed = PARTS.get(module)
    if allowed is not None and attribute not in allowed[1]:
        return allowed[0]
    return None


def _call(node: ast.Call, names: _Names) -> Said:
    function, origin = node.func, names.origin(node.func)
    if origin in CALLS:
        why = NAMES[origin]
        yield node, f"it uses {origin.removeprefix('builtins.')}: {why}", EXPECTED.get(why, "")
    if origin in _BUILTIN_ORDERED:
        for argument in node.args:
            yield from _order(argument, names)
    if isinstance(function, ast.Attribute):
        if function.attr == "join" and isinstance(function.value, ast.Constant) and node.args:
            yield from _order(node.args[0], names)
        if function.attr in READS and _path_elsewhere(function.value, names):
            yield node, f"it reads a file: {ast.unparse(node)[:60]}", EXPECTED[FILES]


def _path_elsewhere(node: ast.AST, names: _Names) -> bool:
    """Tell whether an expression is a path that is not made from where the package lies."""
    if isinstance(node, ast.Name):
        node = names.once.get(node.id, node)
    made = any(
        isinstance(inner, ast.Call) and names.origin(inner.func) == "pathlib.Path"
        for inner in ast.walk(node)
    )
    return made and not names.is_own_file(node)


def _order(node: ast.AST, names: _Names) -> Said:
    if names.is_set(node):
        yield node, f"it goes through a set, which has no order: {ast.unparse(node)[:60]}", _SORT


def _changed_state(function: _Function, names: _Names) -> Iterator[Finding]:
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


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _assigned_once(nodes: list[ast.AST]) -> dict[str, ast.expr]:
    """Return the names that get a value in one place of the module, with that value."""
    found: dict[str, ast.expr] = {}
    bindings: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bindings[node.id] = bindings.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            bindings[node.arg] = 2
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in _targets(node):
                if isinstance(target, ast.Name) and node.value is not None:
                    found[target.id] = node.value
    return {name: value for name, value in found.items() if bindings.get(name) == 1}


_LOOKS: dict[type[ast.AST], Callable[[Any, _Names], Said]] = {
    ast.Import: _imports,
    ast.ImportFrom: _imports,
    ast.Attribute: _use,
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
