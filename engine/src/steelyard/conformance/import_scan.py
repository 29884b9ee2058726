"""What a module's text says it could do, beyond declaring: read, never run.

A plugin declares; it needs no network, no process, no thread, no file but those of its package.
What stands inside functions counts too: a branch that is not taken today is taken tomorrow.
"""

import ast
from collections.abc import Iterator

_MODULES = {
    "asyncio": "runs code besides declaring",
    "concurrent": "starts threads or processes",
    "ctypes": "loads libraries of the system",
    "ftplib": "asks the network",
    "http": "asks the network",
    "httpx": "asks the network",
    "multiprocessing": "starts processes",
    "pty": "starts processes",
    "requests": "asks the network",
    "sched": "runs code besides declaring",
    "shutil": "changes files",
    "signal": "changes how the process behaves",
    "smtplib": "asks the network",
    "socket": "asks the network",
    "socketserver": "asks the network",
    "sqlite3": "opens files",
    "subprocess": "starts processes",
    "tempfile": "writes files",
    "threading": "starts threads",
    "_thread": "starts threads",
    "urllib": "asks the network",
    "urllib3": "asks the network",
    "aiohttp": "asks the network",
    "webbrowser": "opens a browser",
    "xmlrpc": "asks the network",
    "atexit": "runs code at the end of the process",
}
_CALLS = {
    "open": "opens a file; read files of the package with importlib.resources",
    "exec": "runs text as code",
    "eval": "runs text as code",
    "input": "asks the person at the terminal",
    "breakpoint": "stops the process",
    "__import__": "imports what a reader cannot see",
    "exit": "ends the process",
    "quit": "ends the process",
}
_OF_MODULES = {
    "sys": frozenset(("exit", "setrecursionlimit", "settrace", "setprofile", "addaudithook")),
    "io": frozenset(("open", "open_code", "FileIO")),
    "importlib": frozenset(("import_module", "reload")),
}
_HARMLESS = ("fspath", "fsdecode", "fsencode", "getenv")  # of os; `os.path` has a name of its own
_OF_PATHS = frozenset(("write_text", "write_bytes", "unlink", "touch", "hardlink_to", "symlink_to"))

Found = tuple[int, str]


def scan(source: str) -> Iterator[Found]:
    """Yield (line, what it could do) for a module's text, in order of lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return  # it cannot be imported either, and that is said elsewhere
    found: dict[Found, None] = {}
    names = _names(tree)
    for node in ast.walk(tree):
        for what in _said(node, names):
            found[getattr(node, "lineno", 1), what] = None
    yield from sorted(found)


def _names(tree: ast.Module) -> dict[str, str]:
    """Return what the imported names of a module stand for: `sp` → `subprocess`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _said(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (_import(alias.name) for alias in node.names if _top(alias.name) in _MODULES)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if _top(node.module) in _MODULES:
            yield _import(node.module)
    elif isinstance(node, ast.Call):
        yield from _call(node.func, names)
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        for target in targets:
            if isinstance(target, ast.Subscript) and _dotted(target.value, names) == "os.environ":
                yield "changes the environment"


def _call(function: ast.expr, names: dict[str, str]) -> Iterator[str]:
    dotted = _dotted(function, names)
    module, _, name = dotted.rpartition(".")
    if not module and name in _CALLS and names.get(name, name) == name:
        yield f"{name}() {_CALLS[name]}"
    elif name in _OF_MODULES.get(module, ()) or (module == "os" and name not in _HARMLESS):
        yield f"{dotted}() does more than declare"
    elif isinstance(function, ast.Attribute) and function.attr in _OF_PATHS:
        yield f".{function.attr}() changes files"


def _dotted(expression: ast.expr, names: dict[str, str]) -> str:
    """Return the dotted name that an expression is, with imported names spelt out, or ""."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return ""
    parts.append(names.get(expression.id, expression.id))
    return ".".join(reversed(parts))


def _top(module: str) -> str:
    # importlib.resources reads the files of the package, concurrent has only futures
    return module.partition(".")[0]


def _import(module: str) -> str:
    return f"imports {module}, which {_MODULES[_top(module)]}"
