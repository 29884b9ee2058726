"""Hooks of the documentation site, which MkDocs calls while it builds (see .mkdocs.yml).

They add the pages that lie outside docs/, take the navigation from docs/index.md, and mend the
links between pages, so that the same Markdown reads well in the repository and on the site.
"""

import os
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]

# file of the repository: page of the site
PAGES_OUTSIDE = {
    "README.md": "overview.md",
    "README.zh-CN.md": "overview.zh.md",
    "engine/README.md": "engine.md",
    ".github/CONTRIBUTING.md": "contribute.md",
    "CHANGELOG.md": "changelog.md",
}
FILES_BY_PAGE = {page: file for file, page in PAGES_OUTSIDE.items()}

SECTION = re.compile(r"^(?:#+ |\*\*)(.+?)(?:\*\*)?$")
CODE = r"^ *(`{3,}).*?^ *\1 *$|`[^`\n]+`"
LINK = r"\[(?P<text>(?:`[^`\n]*`|[^\[\]`])*)\]\((?P<target>(?![a-z]+:|#)[^)\s]+)\)"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the navigation: the sections and links of docs/index.md, then every decision."""
    sections: dict[str, list[dict[str, str]]] = {}
    name = "Home"
    for line in (ROOT / "docs/index.md").read_text(encoding="utf-8").splitlines():
        if heading := SECTION.match(line):
            name = heading[1]
        for link in re.finditer(LINK, line):
            page = site_path("docs/index.md", link["target"])
            if page.endswith(".md") and not page.startswith("decisions/"):
                sections.setdefault(name, []).append({link["text"]: page})
    decisions = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    config.nav = [
        {"Contents": "index.md"},
        *({section: pages} for section, pages in sections.items()),
        {"Decisions": [f"decisions/{decision}" for decision in decisions]},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside docs/."""
    for file, page in PAGES_OUTSIDE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / file)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page with its links as the site needs them.

    A link to a file that is not on the site, such as a folder of the repository, becomes text.
    """
    del config
    source = FILES_BY_PAGE.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    folder = posixpath.dirname(page.file.src_uri)

    def mend(match: re.Match[str]) -> str:
        if not match["target"]:
            return match[0]
        target, hash_mark, anchor = match["target"].partition("#")
        path = site_path(source, target)
        if files.get_file_from_path(path) is None:
            return match["text"]
        return f"[{match['text']}]({posixpath.relpath(path, folder or '.')}{hash_mark}{anchor})"

    return re.sub(f"{CODE}|{LINK}", mend, markdown, flags=re.DOTALL | re.MULTILINE)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Return the HTML with the language of the page, which the name of its file tells."""
    del config
    if page.file.src_uri.endswith(".zh.md"):
        return output.replace('<html lang="en"', '<html lang="zh"', 1)
    return output


def site_path(source: str, target: str) -> str:
    """Return the path on the site that a link in a file of the repository leads to."""
    path = os.path.normpath(posixpath.join(posixpath.dirname(source), target))
    return PAGES_OUTSIDE.get(path, path.removeprefix("docs/"))
