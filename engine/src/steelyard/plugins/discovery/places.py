"""Lines in a plugin's own source files, with paths relative to the folder of the package."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import CodeType

from steelyard.errors import Place

ENGINE = "steelyard"


def shown(file: str, module: str) -> str:
    """Return a file's path from the folder of a module's top package on, or else its name.

    `/…/site-packages/steelyard_maternity/facts.yaml` is `steelyard_maternity/facts.yaml`.
    """
    root = _root(module)
    path = Path(file)
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.name


def place_of_plugin(plugin: object) -> Place | None:
    """Return the first line of the file that defines a plugin."""
    module = sys.modules.get(getattr(plugin, "__module__", "") or "", plugin)
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return None
    return Place(shown(file, str(getattr(module, "__name__", ""))))


def place_of_function(function: object, module: str) -> Place | None:
    """Return the line on which a function begins."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return Place(shown(code.co_filename, module), code.co_firstlineno)


def place_of_error(error: BaseException, module: str) -> Place | None:
    """Return the deepest line of the plugin's own files that led to an error."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Place(shown(error.filename, module), error.lineno, error.offset or 1)
    root, top = _root(module), _top(module)
    own = root
    if own is not None and top == ENGINE:  # the engine's plugin is one of its packages
        own = own.joinpath(*module.partition(":")[0].split(".")[:2])
    place = None
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if own is not None and Path(file).is_relative_to(own):
            place = Place(shown(file, module), traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _top(module: str) -> str:
    return module.partition(":")[0].partition(".")[0].strip()


def _root(module: str) -> Path | None:
    """Return the folder that holds a module's top package; it need not have been imported."""
    top = _top(module)
    loaded = sys.modules.get(top)
    origin = getattr(loaded, "__file__", None)
    if origin is None:
        try:
            spec = find_spec(top) if top else None
        except Exception:  # noqa: BLE001 - a finder of another distribution may raise anything
            spec = None
        origin = spec.origin if spec else None
    if not isinstance(origin, str):
        return None
    path = Path(origin)
    return path.parent.parent if path.name == "__init__.py" else path.parent
