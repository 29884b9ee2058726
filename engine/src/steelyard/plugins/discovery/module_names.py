"""What the names in one module mean, from its syntax tree alone."""

import ast

from steelyard.plugins.discovery.purity import UNORDERED

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BUILTIN_UNORDERED = frozenset(f"builtins.{name}" for name in UNORDERED)


class Names:
    """What names mean in one module: what was imported, and what the module binds itself.

    A name that is bound anywhere in the module is not taken for a builtin; scopes are not told
    apart, which can hide something and never blames what is right.
    """

    def __init__(self, tree: ast.Module, own: str = "") -> None:
        self.own = own  # the top package that the module is in
        self.nodes = list(ast.walk(tree))
        self.imported: dict[str, str] = {}
        self.once: dict[str, ast.expr] = {}
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
        self.once |= _assigned_once(self.nodes)
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
        elif isinstance(node, Function | ast.ClassDef):
            self.bound.add(node.name)
        elif isinstance(node, ast.Call) and self.origin(node.func) in _BUILTIN_UNORDERED:
            self.free_of_order.update(id(argument) for argument in node.args)  # not of a result

    def origin(self, node: ast.AST) -> str:
        """Return the dotted name that an expression stands for, or ""."""
        if isinstance(node, ast.Name):
            if node.id in self.bound:
                value = self.once.get(node.id)  # `today = date` is date by another name
                if isinstance(value, ast.Name) and value.id not in self.bound:
                    return self.imported.get(value.id, "")
                return ""
            return self.imported.get(node.id, f"builtins.{node.id}")
        if isinstance(node, ast.Attribute):
            before = self.origin(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""

    def is_foreign(self, node: ast.AST) -> bool:
        """Tell whether an expression is something imported from outside the package, or in it."""
        if isinstance(node, ast.Call) and self.origin(node.func) == "builtins.vars" and node.args:
            return self.is_foreign(node.args[0])
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Attribute) and node.attr == "__class__":
                return True  # whose class it is cannot be seen
            node = node.value
        if isinstance(node, ast.Call):
            return self.origin(node.func) == "builtins.type"
        if not isinstance(node, ast.Name):
            return False
        if node.id in self.bound:
            value = self.once.get(node.id)
            return isinstance(value, ast.Call | ast.Attribute) and self.is_foreign(value)
        top = self.imported.get(node.id, "").partition(".")[0]
        return node.id == "__builtins__" or top not in ("", self.own)

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
            if isinstance(inner, ast.Call) and self.is_files_call(inner) and not inner.args:
                return True
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                top = inner.value.partition(".")[0]
                if self.own and top == self.own:
                    return True
        return False

    def is_files_call(self, node: ast.Call) -> bool:
        """Tell whether a call gives the files of some package."""
        return self.origin(node.func) == "importlib.resources.files"


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
