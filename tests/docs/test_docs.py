"""The documentation is true: its commands run, its links lead somewhere, its pages have not drifted.

What a page shows is recorded anew by `python tests/docs/pages.py`.
"""

import os
import re
import subprocess
import sys

import pytest
from tests.docs.pages import PAGES, ROOT, TUTORIAL, Session, agrees, read, steps, writes_files

# the tutorial needs pip and a clean environment: tests/packaging runs it
SHOWING = [
    page for page in PAGES if page != TUTORIAL and any(step.command for step in steps(read(page)))
]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]*)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE_FILE = re.compile(r"`([\w.-]+/[\w./-]+\.(?:py|toml|yaml))`")
FOLDERS = (ROOT, ROOT / "engine/src", ROOT / "engine/src/steelyard")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def test_there_are_commands_to_run():
    """The pages show commands at all, so that the test below cannot pass for lack of them."""
    assert sum(bool(step.command) for page in PAGES for step in steps(read(page))) >= 20


@pytest.mark.parametrize("page", SHOWING, ids=str)
def test_a_page_shows_what_its_commands_print(page, tmp_path):
    """Carried out from top to bottom, every command prints exactly what the page shows."""
    text = read(page)
    session = Session(tmp_path, own_files=writes_files(text))
    for step in steps(text):
        if step.path:
            session.write(step)
        else:
            printed = session.run(step.command)
            if not agrees(printed, step.text):
                assert printed == step.text, step.command


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", True),
        ("a\nb\nc\n", "a\nc\n", False),
        ("a\nb\nc\n", "a\n…\n", True),
        ("a\nb\nc\n", "…\nb\n…\n", True),
        ("a\nb\nc\n", "…\nb\n", False),
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("a\nb\nc\n", "a\n…\nb\n", False),
        ("", "", True),
    ],
)
def test_lines_may_be_left_out_only_where_the_page_says_so(printed, shown, same):
    """`…` stands for any lines; every other line is there, in order, with none between."""
    assert agrees(printed, shown) is same


@pytest.mark.parametrize(
    "page", [".github/CONTRIBUTING.md", "docs/guides/contributing.md", "docs/tour.md"]
)
def test_files_that_a_page_names_exist(page):
    """A contributor finds every file that a recipe names."""
    names = CODE_FILE.findall(read(ROOT / page))
    assert len(names) >= 3
    for name in names:
        assert any((folder / name).is_file() for folder in FOLDERS), name


def test_reference_pages_match_the_code():
    """`docs/generate.py --check` finds no drift, whatever the terminal and the language."""
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "40", "FORCE_COLOR": "1", "PYTHONUTF8": "1"},
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def anchors(text: str) -> set[str]:
    """Return the anchors that headings of a page make."""
    titles = HEADING.findall(FENCED.sub("", text))
    words = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in words}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page):
    """Relative links name files that exist, and headings that are in them."""
    for target in LINK.findall(FENCED.sub("", read(page))):
        name, _, anchor = target.partition("#")
        path = ROOT / page.parent / name if name else ROOT / page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), target


def test_every_page_is_in_the_contents():
    """docs/index.md leads to every page."""
    index = PAGES[PAGES.index(next(page for page in PAGES if page.name == "index.md"))]
    linked = {
        (ROOT / index.parent / target.partition("#")[0]).resolve()
        for target in LINK.findall(read(index))
    }
    missing = [page for page in PAGES if (ROOT / page).resolve() not in linked | {ROOT / index}]
    assert [page for page in missing if page.parent.name != "decisions"] == []


def test_the_readme_has_one_line_that_runs_the_tests():
    """The README's test command is where automation looks for it."""
    found = re.search(r"^<!-- test-command -->\n```bash\n(.*)\n```$", read(PAGES[0]), re.MULTILINE)
    assert found is not None
    assert found[1].startswith("pip install ")
    assert found[1].endswith("python -m pytest -q -n auto")
