"""Forbidden imports, names and constructs in the source files of a plugin.

The files are read, not run. An item type builds its plan from the item's parameters and from
nothing else, so that one book gives one plan, on every machine and day.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

CLOCK = "the clock; use item.as_of()"
CHANCE = "chance"
ENVIRONMENT = "the environment; use a parameter of the item"
NETWORK = "the network"
PROCESSES = "other processes or threads"
FILES = "files outside the package; use files(__name__)"
INTERNAL = "not part of the plugin interface; use steelyard.plugin"
DYNAMIC = "code that cannot be read"
SHARED = "shared by all code of the process"
FLOATS = "floats; use Decimal or int"
UNORDERED = "a set has no order; use sorted(…)"
OUTPUT = "standard output is for results"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_name(*groups: tuple[str, str]) -> dict[str, str]:
    return {name: reason for reason, names in groups for name in names.split()}


MODULES = _by_name(
    (CLOCK, "time sched"),
    (CHANCE, "random secrets uuid"),
    (ENVIRONMENT, "locale gettext platform getpass pwd grp sysconfig site"),
    (NETWORK, "asyncio ftplib http httpx imaplib poplib requests select selectors smtplib"),
    (NETWORK, "socket socketserver ssl urllib webbrowser xmlrpc"),
    (PROCESSES, "_thread atexit concurrent multiprocessing pty signal subprocess threading"),
    (FILES, "dbm fileinput glob mmap shelve shutil sqlite3 tempfile"),
    (SHARED, "builtins"),
    (DYNAMIC, "code ctypes gc marshal pickle runpy"),
)
# the allowed names of modules that are forbidden otherwise
PARTS = {
    "os": (ENVIRONMENT, "path PathLike fspath sep"),
    "os.path": (FILES, "basename dirname join normpath split splitext commonprefix"),
    "sys": (ENVIRONMENT, "exit maxsize version_info"),
    "importlib.metadata": (ENVIRONMENT, "version PackageNotFoundError"),
    "io": (FILES, "StringIO BytesIO"),
}
NAMES = _by_name(
    (DYNAMIC, "importlib.import_module"),
    (FLOATS, "math.nan math.inf math.pi math.e math.sqrt math.log math.exp math.pow math.fsum"),
    (SHARED, "decimal.getcontext decimal.localcontext decimal.setcontext logging.basicConfig"),
    (SHARED, "logging.captureWarnings logging.disable warnings.catch_warnings"),
    (SHARED, "warnings.filterwarnings warnings.resetwarnings warnings.simplefilter"),
    (SHARED, "yaml.add_constructor yaml.add_representer"),
)
BUILTINS = _by_name(
    (FILES, "open"),
    (ENVIRONMENT, "input"),
    (OUTPUT, "print"),
    (DYNAMIC, "eval exec compile __import__ breakpoint __builtins__ globals vars setattr delattr"),
)
CALLED = _by_name((FLOATS, "float complex"), ("the hash seed", "hash"), ("memory addresses", "id"))
METHODS = _by_name((CLOCK, "today now utcnow"), ("the hash seed", "__hash__"), (FILES, "cwd home"))
ATTRIBUTES = _by_name(
    (DYNAMIC, "__globals__ __builtins__ __code__ __closure__ __subclasses__ __dict__ __class__")
)
_ORDERED = _words("dict enumerate iter list map reversed tuple zip join fromkeys")
_ORDER_FREE = _words("all any frozenset len max min set sorted")
_NOT_RUN = ("tests", "__pycache__")

Finding = tuple[int, int, str]


def scan_package(package: Path) -> Iterator[str]:
    """Yield the findings in the files of a package's folder, or of one module."""
    files = sorted(package.rglob("*.py")) if package.is_dir() else [package]
    for path in files:
        parts = path.relative_to(package.parent).parts
        if not set(parts[1:-1]) & {*_NOT_RUN}:
            for line, column, what in scan_source(path.read_bytes(), package.stem):
                yield f"{'/'.join(parts)}:{line}:{column}: {what}"


def scan_source(source: bytes, package: str = "") -> list[Finding]:
    """Return the findings in a module of the top package `package`, in the order of its lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []  # the import reports it
    scan = _Scan(tree, package)
    findings = ((node, what) for node in scan.nodes for what in scan.findings(node))
    return sorted(
        (getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, what)
        for node, what in findings
    )


class _Scan:
    """The names of one module, and the findings at each node of its syntax tree.

    Scopes are not distinguished: a name that is bound anywhere in the module is not a builtin.
    """

    def __init__(self, tree: ast.Module, package: str) -> None:
        self.package = package
        self.nodes = list(ast.walk(tree))
        self.imported: dict[str, str] = {}
        self.values: dict[str, ast.expr | None] = {}  # of names that are bound once
        for node in self.nodes:
            self._bind(node)
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.values[node.targets[0].id] = node.value
        self.order_free = {
            id(argument)
            for node in self.nodes
            if isinstance(node, ast.Call) and self._origin(node.func)[9:] in _ORDER_FREE
            for argument in node.args
        }

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imported[name] = alias.name if alias.asname else name
            case ast.ImportFrom(names=aliases, level=0):
                for alias in aliases:
                    self.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            case ast.ImportFrom(names=aliases):
                self.values.update(dict.fromkeys(alias.asname or alias.name for alias in aliases))
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                self.values[name] = None
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                self.values[name] = None

    def findings(self, node: ast.AST) -> Iterator[str]:
        """Yield each forbidden thing at one node."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from self._imports(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{ast.unparse(node)}: {FLOATS}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
                yield f"{ast.unparse(node)}: {FLOATS}"
        elif isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}: {SHARED}"
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield from self._uses(node)
        elif isinstance(node, ast.Call):
            yield from self._calls(node)
        for iterated in self._iterated(node):
            if self._is_set(iterated):
                yield f"iterates over {ast.unparse(iterated)[:60]}: {UNORDERED}"

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.ImportFrom) and node.level:
            return
        module = "" if isinstance(node, ast.Import) else f"{node.module}."
        for alias in node.names:
            reason = self._reason(f"{module}{alias.name}")
            if reason:
                yield f"imports {module}{alias.name}: {reason}"

    @staticmethod
    def _reason(name: str) -> str | None:
        """Return why a dotted name is forbidden, or None."""
        top, _, _ = name.partition(".")
        owner, _, last = name.rpartition(".")
        if top == "steelyard" and not f"{name}.".startswith("steelyard.plugin."):
            return INTERNAL
        if owner in PARTS and last not in PARTS[owner][1].split():
            return PARTS[owner][0]
        return MODULES.get(top) or NAMES.get(name)

    def _uses(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Iterator[str]:
        if not isinstance(node.ctx, ast.Load):
            owner = "" if isinstance(node, ast.Name) else self._origin(node.value)
            if owner and owner.partition(".")[0] not in ("builtins", self.package):
                yield f"changes {ast.unparse(node)[:60]}: {SHARED}"
        elif isinstance(node, ast.Name) and self._origin(node).startswith("builtins."):
            if node.id in BUILTINS:
                yield f"uses {node.id}: {BUILTINS[node.id]}"
        elif isinstance(node, ast.Attribute):
            origin = self._origin(node)
            reason = ATTRIBUTES.get(node.attr) or (origin and self._reason(origin))
            if reason and not (origin and self._reason(origin.rpartition(".")[0])):
                yield f"uses {origin or node.attr}: {reason}"

    def _calls(self, node: ast.Call) -> Iterator[str]:
        function, origin = node.func, self._origin(node.func)
        name = origin.removeprefix("builtins.")
        first = node.args[0] if node.args else None
        if origin.startswith("builtins.") and name in CALLED:
            yield f"uses {name}: {CALLED[name]}"
        elif isinstance(function, ast.Attribute) and function.attr in METHODS:
            yield f"calls {ast.unparse(function)[:60]}: {METHODS[function.attr]}"
        elif origin == "builtins.getattr" and len(node.args) > 1:
            if isinstance(node.args[1], ast.Constant):
                name = str(node.args[1].value)
                yield from self._uses(ast.Attribute(node.args[0], name, ast.Load()))
            else:
                yield f"uses getattr with a computed name: {DYNAMIC}"
        elif origin == "pathlib.Path" or (origin == "importlib.resources.files" and node.args):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            own = isinstance(first, ast.Constant) and str(first.value).split(".")[0] == self.package
            if not names & {"__file__", "__name__", "__package__"} and not own:
                yield f"reads {ast.unparse(node)[:60]}: {FILES}"

    def _origin(self, node: ast.AST) -> str:
        """Return the dotted name of an expression, "" if it is not a name of another module."""
        if isinstance(node, ast.Attribute):
            owner = self._origin(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self.values:
            value = self.values[node.id]
            return self.imported.get(value.id, "") if isinstance(value, ast.Name) else ""
        return self.imported.get(node.id, f"builtins.{node.id}")

    def _iterated(self, node: ast.AST) -> list[ast.expr]:
        """Return the expressions whose order a node can pass on."""
        if id(node) in self.order_free:
            return []
        match node:
            case ast.For(iter=iterable) | ast.Starred(value=iterable):
                return [iterable]
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                return [generator.iter for generator in node.generators]
            case ast.Call(func=ast.Attribute(attr=name)) if name in _ORDERED:
                return node.args
            case ast.Call() if self._origin(node.func).removeprefix("builtins.") in _ORDERED:
                return node.args
        return []

    def _is_set(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            value = self.values.get(node.id)
            return value is not None and not isinstance(value, ast.Name) and self._is_set(value)
        if isinstance(node, ast.BinOp):
            return self._is_set(node.left) and self._is_set(node.right)
        if isinstance(node, ast.Call):
            return self._origin(node.func) in ("builtins.set", "builtins.frozenset")
        return isinstance(node, ast.Set | ast.SetComp)
