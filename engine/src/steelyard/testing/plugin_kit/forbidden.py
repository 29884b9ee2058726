"""Forbidden imports, names and constructs in the source files of a plugin: see `forbidden.toml`.

The files are read, not run. An item type builds its plan from the item's parameters and from
nothing else, so that one book gives one plan, on every machine and day.
"""

import ast
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

_DATA = tomllib.loads(
    (files("steelyard.testing.plugin_kit") / "forbidden.toml").read_text(encoding="utf-8")
)


def _reasons(kind: str) -> dict[str, str]:
    """Return the reasons by name, of the names of one kind."""
    return {name: rule["reason"] for rule in _DATA["rule"] for name in rule.get(kind, "").split()}


MODULES, NAMES, BUILTINS = _reasons("modules"), _reasons("names"), _reasons("builtins")
CALLED, METHODS, ATTRIBUTES = _reasons("called"), _reasons("methods"), _reasons("attributes")
PARTS = {row["module"]: (row["reason"], row["allowed"].split()) for row in _DATA["only"]}
INTERNAL = "not part of the plugin interface; use steelyard.plugin"
DYNAMIC, FILES, FLOATS = BUILTINS["eval"], BUILTINS["open"], CALLED["float"]
SHARED = MODULES["builtins"]

Finding = tuple[int, int, str]


def scan_package(package: Path) -> Iterator[str]:
    """Yield the findings in the files of a package's folder, or of one module."""
    paths = sorted(package.rglob("*.py")) if package.is_dir() else [package]
    for path in paths:
        parts = path.relative_to(package.parent).parts
        if not set(parts[1:-1]) & {"tests", "__pycache__"}:
            for line, column, what in scan_source(path.read_bytes(), package.stem):
                yield f"{'/'.join(parts)}:{line}:{column}: {what}"


def scan_source(source: bytes, package: str = "") -> list[Finding]:
    """Return the findings in a module of the top package `package`, in the order of its lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []  # the import reports it
    scan = _Scan(tree, package)
    return sorted(
        (getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, what)
        for node in ast.walk(tree)
        for what in scan.findings(node)
    )


class _Scan:
    """The names of one module, and the findings at each node of its syntax tree.

    Scopes are not distinguished: a name that is bound anywhere in the module is not a builtin.
    """

    def __init__(self, tree: ast.Module, package: str) -> None:
        self.package = package
        self.imported: dict[str, str] = {}
        self.bound: set[str] = set()
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    for alias in aliases:
                        name = alias.asname or alias.name.partition(".")[0]
                        self.imported[name] = alias.name if alias.asname else name
                case ast.ImportFrom(names=aliases, level=level):
                    names = {alias.asname or alias.name: alias.name for alias in aliases}
                    self.bound |= names.keys() if level else set()
                    origins = {name: f"{node.module}.{names[name]}" for name in names}
                    self.imported |= {} if level else origins
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    self.bound.add(name)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self.bound.add(node.name)

    def findings(self, node: ast.AST) -> Iterator[str]:
        """Yield each forbidden thing at one node."""
        match node:
            case ast.Import() | ast.ImportFrom(level=0):
                module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    reason = _reason(f"{module}{alias.name}")
                    if reason:
                        yield f"imports {module}{alias.name}: {reason}"
            case (
                ast.Constant(value=float() | complex())
                | ast.BinOp(left=ast.Constant(), op=ast.Div(), right=ast.Constant())
            ):
                yield f"{ast.unparse(node)}: {FLOATS}"
            case ast.Global():
                yield f"global {', '.join(node.names)}: {SHARED}"
            case ast.Name() | ast.Attribute() | ast.Subscript():
                yield from self._uses(node)
            case ast.Call():
                yield from self._calls(node)

    def _uses(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Iterator[str]:
        if not isinstance(node.ctx, ast.Load):
            owner = "" if isinstance(node, ast.Name) else self._origin(node.value)
            if owner and owner.partition(".")[0] not in ("builtins", self.package):
                yield f"changes {ast.unparse(node)[:60]}: {SHARED}"
        elif isinstance(node, ast.Name):
            if node.id in BUILTINS and self._origin(node) == f"builtins.{node.id}":
                yield f"uses {node.id}: {BUILTINS[node.id]}"
        elif isinstance(node, ast.Attribute):
            origin = self._origin(node)
            reason = ATTRIBUTES.get(node.attr) or _reason(origin)
            if reason and not _reason(origin.rpartition(".")[0]):
                yield f"uses {origin or node.attr}: {reason}"

    def _calls(self, node: ast.Call) -> Iterator[str]:
        origin, owner = self._origin(node.func), node.func
        match origin, node.args:
            case "builtins.getattr", [value, ast.Constant(value=str(name)), *_]:
                yield from self._uses(ast.Attribute(value, name, ast.Load()))
            case "builtins.getattr", _:
                yield f"uses getattr with a computed name: {DYNAMIC}"
            case ("pathlib.Path", _) | ("importlib.resources.files", [_, *_]):
                names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                match node.args:
                    case [ast.Constant(value=str(text)), *_]:
                        names.add(text.partition(".")[0])
                if not names & {"__file__", "__name__", "__package__", self.package}:
                    yield f"reads {ast.unparse(node)[:60]}: {FILES}"
            case _ if origin.removeprefix("builtins.") in CALLED:
                name = origin.removeprefix("builtins.")
                yield f"uses {name}: {CALLED[name]}"
            case _ if isinstance(owner, ast.Attribute) and owner.attr in METHODS:
                yield f"calls {ast.unparse(owner)[:60]}: {METHODS[owner.attr]}"

    def _origin(self, node: ast.AST) -> str:
        """Return the dotted name of an expression, "" if it is not a name of another module."""
        if isinstance(node, ast.Attribute):
            owner = self._origin(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name) or node.id in self.bound:
            return ""
        return self.imported.get(node.id, f"builtins.{node.id}")


def _reason(name: str) -> str | None:
    """Return why a dotted name is forbidden, or None."""
    owner, _, last = name.rpartition(".")
    top = name.partition(".")[0]
    if top == "steelyard" and not f"{name}.".startswith("steelyard.plugin."):
        return INTERNAL
    if owner in PARTS and last not in PARTS[owner][1]:
        return PARTS[owner][0]
    return MODULES.get(top) or NAMES.get(name)
