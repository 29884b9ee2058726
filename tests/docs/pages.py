"""Pages as sessions: the files a page writes, the commands it shows, and what they print.

A fenced block whose first line is a comment with a path (`# shop/book.yaml`) is a file to write, or
with `, at the end` after the path, lines to add to a file; a ```console block holds commands after `$ ` with their exact output, in which a line `…` stands for
any lines left out. A page with files runs in a folder of its own, beside a copy of the reference
book; any other page runs at the root of the repository.

    python tests/docs/pages.py          records the output of every command anew
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *map(Path, ("README.md", "README.zh-CN.md", ".github/CONTRIBUTING.md")),
    *sorted(path.relative_to(ROOT) for path in ROOT.glob("docs/**/*.md")),
]
TUTORIAL = Path("docs/guides/write-a-plugin.md")  # run with real wheels, see tests/packaging
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# ([\w.-]+(?:/[\w.-]+)*\.(?:yaml|py|toml|csv))(, at the end)?\n")
LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a page does: it writes a file, or runs a command that prints something.

    `start` and `end` bound, within the page, the file's text or the command's output; `adds` says
    that the text is added to a file that is there.
    """

    command: str
    path: str
    text: str
    start: int
    end: int
    adds: bool = False


def read(page: Path) -> str:
    """Return a page's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def steps(text: str) -> list[Step]:
    """Return what a page does, in order."""
    found = []
    for block in BLOCK.finditer(text):
        language, body = block.groups()
        start = block.start(2)
        if language == "console":
            for part in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
                place = (start + part.start(2), start + part.end(2))
                found.append(Step(part[1], "", part[2], *place))
        elif named := FILE.match(body):
            text_ = body[named.end() :]
            found.append(Step("", named[1], text_, start, block.end(2), adds=bool(named[2])))
    return found


def writes_files(text: str) -> bool:
    """Return whether a page has a folder of its own."""
    return any(step.path for step in steps(text))


class Session:
    """Carries out the steps of one page in a folder."""

    def __init__(self, folder: Path, *, own_files: bool, book: bool = True) -> None:
        self.folder = folder / "here" if own_files else ROOT
        self.site = folder / "site"
        self.environment = {
            **os.environ,
            "PYTHONUTF8": "1",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "PYTHONPATH": os.pathsep.join(
                [str(self.site), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        if own_files and book:
            shutil.copytree(ROOT / "rulesets", self.folder / "rulesets")

    def write(self, step: Step) -> None:
        """Write a file of the page, or add to one."""
        path = self.folder / step.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if step.adds else "w", encoding="utf-8") as file:
            file.write(step.text)

    def run(self, command: str) -> str:
        """Run a command, and return what it prints."""
        words = shlex.split(command)
        if words[0] == "cp":
            shutil.copytree(self.folder / words[-2], self.folder / words[-1])
            return ""
        if words[:2] == ["pip", "install"]:
            self.install(words[2:])
            return ""
        assert words[0] in ("steelyard", "python"), f"{command}: pages show no other commands"
        lines = self.execute(words).strip("\n").splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)

    def execute(self, words: list[str]) -> str:
        """Run `python …` or `steelyard …`, and return what it prints."""
        module = ["-m", "steelyard"] if words[0] == "steelyard" else []
        run = subprocess.run(
            [sys.executable, *module, *words[1:]],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=self.environment,
            check=False,
        )
        assert "Traceback" not in run.stderr, run.stderr
        return run.stdout + run.stderr

    def install(self, words: list[str]) -> None:
        """Install the plugin that the words after `pip install` name last."""
        install(self.folder / words[-1].partition("[")[0], self.site)


def install(project: Path, site: Path) -> None:
    """Put a plugin where it is found by its entry point, as installing it does, without pip."""
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(project / "src", site, dirs_exist_ok=True)
    info = site / f"{about['name'].replace('-', '_')}-{about['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {about['name']}\nVersion: {about['version']}\n",
        encoding="utf-8",
    )
    entries = [
        line
        for group, points in about["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(entries) + "\n", encoding="utf-8")


def agrees(printed: str, shown: str) -> bool:
    """Return whether output is what a page shows, but for the lines left out."""
    lines = shown.splitlines()
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    pattern = r"(?:.*\n)*?".join(
        "".join(re.escape(line) + r"\n" for line in part) for part in parts
    )
    return re.fullmatch(pattern, printed) is not None


def record(page: Path, open_session: Callable[[Path], Session] | None = None) -> None:
    """Write into a page what its commands print; blocks with lines left out are only checked.

    `open_session` makes the session in which they are run, in a folder.
    """
    text = read(page)
    changes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = (
            Session(folder, own_files=writes_files(text))
            if open_session is None
            else open_session(folder)
        )
        for step in steps(text):
            if step.path:
                session.write(step)
                continue
            printed = session.run(step.command)
            if LEFT_OUT not in step.text.splitlines():
                changes.append((step.start, step.end, printed))
            elif not agrees(printed, step.text):
                print(f"{page}: by hand, as lines are left out: {step.command}\n{printed}")  # noqa: T201 - to be read
    for start, end, printed in reversed(changes):
        text = text[:start] + printed + text[end:]
    (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for one in PAGES:
        if one != TUTORIAL:  # python -m tests.packaging.clean
            record(one)
