"""Looking through a plugin's sources for what plugin code may not do, without running them.

Names are followed through a module's imports, so `time` is a finding only where it is the module.
What is found is what honest code does by mistake; who hides it from this will not find it hard.
"""

import ast
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from steelyard.errors import Place, Problem
from steelyard.model.limits import MAX_SOURCE_FILE_BYTES, MAX_SOURCE_FILES
from steelyard.plugins.discovery.findings import Finding, findings

OWN = "steelyard"  # the engine's plugin is a package inside the engine's
_NOT_RUN = ("tests", "__pycache__")  # folders of a package that the plugin does not run


def scan_plugin(module: str, who: str) -> list[Problem]:
    """Return what the sources of the plugin at `module` do that no plugin may (SY212, SY213).

    `who` names the plugin in problems. A file that is not Python is left to the import to tell.
    The engine's own plugin is not looked through when it is loaded: a test does that.
    """
    top = module.partition(":")[0].partition(".")[0].strip()
    if top == OWN:
        return []
    problems: list[Problem] = []
    for number, (name, source) in enumerate(_sources(top)):
        if number >= MAX_SOURCE_FILES or len(source) > MAX_SOURCE_FILE_BYTES:
            over = f"more than {MAX_SOURCE_FILES} source files"
            if number < MAX_SOURCE_FILES:
                over = f"a source file of more than {MAX_SOURCE_FILE_BYTES} bytes"
            problems.append(Problem("SY213", f"{who} is not used: it has {over}", Place(name)))
            break
        problems += [_problem(one, name, who) for one in scan_source(source, top)]
    return problems


def scan_source(source: bytes, own: str = "") -> list[Finding]:
    """Return what a module does that plugin code may not, in the order of its lines.

    `own` is the top package that the module is in, whose values it may change.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    return sorted(findings(tree, own))


def _problem(finding: Finding, name: str, who: str) -> Problem:
    return Problem(
        "SY212",
        f"{who} is not used: {finding.what}",
        Place(name, finding.line, finding.column),
        expected=finding.expected or None,
    )


def _sources(top: str) -> Iterator[tuple[str, bytes]]:
    """Iterate over the sources of a top-level module or package, by the name to show."""
    loaded = sys.modules.get(top)
    try:
        spec = getattr(loaded, "__spec__", None) or (find_spec(top) if top else None)
    except (ImportError, ValueError):
        return  # the import will tell
    if spec is None or (spec.origin is None and not spec.submodule_search_locations):
        return
    archive = getattr(spec.loader, "archive", None)
    if isinstance(archive, str):
        yield from _in_archive(Path(archive), top)
        return
    folders = [Path(one) for one in spec.submodule_search_locations or ()]
    if not folders and spec.origin is not None and spec.origin.endswith(".py"):
        path = Path(spec.origin)
        yield path.name, path.read_bytes()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).parts
            if not any(part in _NOT_RUN for part in parts[:-1]):
                yield "/".join((top, *parts)), path.read_bytes()


def _in_archive(archive: Path, top: str) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            head, *rest = name.split("/")
            own = name == f"{top}.py" or (head == top and not any(one in _NOT_RUN for one in rest))
            if own and name.endswith(".py"):
                yield name, opened.read(name)
