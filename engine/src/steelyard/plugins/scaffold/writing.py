"""The files of a new plugin, written from templates."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from string import Template

from steelyard.errors import InvalidInput, Problem
from steelyard.formats.files import AtomicFiles, files_or
from steelyard.plugin import API_VERSION
from steelyard.plugins.scaffold.answers import (
    Answers,
    check_answers,
    python_quoted,
    quoted,
    words,
)

_ADDRESS = re.compile(r"(.+?)\s*<([^<>@\s]+@[^<>@\s]+)>\Z")

# the path of each file, and its template; values are filled in in both
FILES: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "LICENSE": "LICENSE.txt",
    ".gitignore": "gitignore.txt",
    ".github/workflows/tests.yml": "tests.yml.txt",
    "src/steelyard_$module/__init__.py": "package.py.txt",
    "src/steelyard_$module/$item_module.py": "item.py.txt",
    "src/steelyard_$module/facts.yaml": "facts.yaml.txt",
    "src/steelyard_$module/rules.yaml": "rules.yaml.txt",
    "src/steelyard_$module/py.typed": "",
    "src/steelyard_$module/example/book.yaml": "book.yaml.txt",
    "src/steelyard_$module/example/$name.yaml": "ruleset.yaml.txt",
    "src/steelyard_$module/example/$name.cases.yaml": "cases.yaml.txt",
    "src/steelyard_$module/example/merchants/first-shop.yaml": "first-shop.yaml.txt",
    "src/steelyard_$module/example/merchants/second-shop.yaml": "second-shop.yaml.txt",
    "tests/test_$module.py": "test.py.txt",
}


def check_free(name: str, installed: Collection[tuple[str, str]]) -> None:
    """Raise `InvalidInput` (SY711) if a plugin of this name is installed.

    `installed` holds the name and the distribution of every plugin.
    """
    for plugin, distribution in installed:
        if plugin == name or distribution.lower().replace("_", "-") == f"steelyard-{name}":
            what = f"a plugin called {plugin!r} is installed ({distribution or 'unknown'})"
            expected = "a name that no installed plugin has"
            fix = "choose another name, or uninstall that one"
            raise InvalidInput([Problem("SY711", what, expected=expected, fix=fix)])


def check_target(folder: Path) -> None:
    """Raise `InvalidInput` (SY711) unless the folder is empty, or not there yet."""
    what = None
    try:
        if folder.is_dir():
            what = f"the folder {folder} is not empty" if any(folder.iterdir()) else None
        elif folder.exists() or folder.is_symlink():
            what = f"{folder} exists and is not a folder"
    except OSError as error:
        what = f"the folder {folder} cannot be read: {error.strerror}"
    if what:
        raise InvalidInput([Problem("SY711", what, fix="name another folder with --dir")])


def write_plugin(answers: Answers, folder: Path, files: AtomicFiles | None = None) -> list[Path]:
    """Write a new plugin into a folder; return its files, relative to the folder.

    They get their names at the end, or when the context of `files` ends. Raises `InvalidInput`:
    SY710 for answers that will not do, SY711 if the folder is not empty, SY116 if it cannot be
    written.
    """
    check_answers(answers)
    check_target(folder)
    filled = _filled(answers)
    with files_or(files) as context:
        for path, text in filled.items():
            context.open(folder / path, folder=folder, make=True).write(text.encode())
    return list(filled)


def _filled(answers: Answers) -> dict[Path, str]:
    values = _values(answers)
    templates = files("steelyard.plugins.scaffold") / "templates"
    return {
        Path(Template(path).substitute(values)): Template(
            (templates / template).read_text(encoding="utf-8") if template else ""
        ).substitute(values)
        for path, template in FILES.items()
    }


def _values(answers: Answers) -> dict[str, str]:
    """Return the values for the templates; texts of the author are quoted."""
    from steelyard import __version__

    about = f"{answers.title} ({answers.title_zh}): facts and item types for steelyard."
    match = _ADDRESS.match(answers.author)
    author, address = match.groups() if match else (answers.author, "")
    email = f", email = {quoted(address)}" if address else ""
    return {
        **asdict(answers),
        "module": answers.name.replace("-", "_"),
        "item_module": answers.item.replace("-", "_"),
        "item_title": words(answers.item),
        "item_zh_quoted": quoted(answers.item_zh),
        "item_zh_python": python_quoted(answers.item_zh),
        "covered_zh_quoted": quoted(f"{answers.item_zh}覆盖商品数"),
        "title_quoted": quoted(answers.title),
        "title_zh_quoted": quoted(answers.title_zh),
        "description_quoted": quoted(about),
        "author_name": author,
        "author_toml": f"{{ name = {quoted(author)}{email} }}",
        "api": str(API_VERSION),
        "steelyard": __version__,
    }
