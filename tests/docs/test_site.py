"""The documentation site builds without a warning and needs no network."""

import json
import os
import re
import subprocess
import sys

import pytest
from tests.docs.pages import ROOT

FETCHED = re.compile(r"<(?:link|script|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*\"")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the site, built anew; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = subprocess.run(
        [
            sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet",
            "--config-file", ".mkdocs.yml", "--site-dir", str(folder),
        ],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert build.returncode == 0, build.stderr
    return folder


def test_no_page_fetches_anything_from_another_host(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    fetched = {page.name: FETCHED.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert {name: tags for name, tags in fetched.items() if tags} == {}


def test_chinese_pages_are_marked_and_searched_by_word(site):
    assert '<html lang="zh"' in (site / "overview.zh.html").read_text(encoding="utf-8")
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    words = {
        word
        for entry in index["docs"]
        if entry["location"].startswith("overview.zh.html")
        for word in re.split(index["config"]["separator"], entry["title"] + " " + entry["text"])
    }
    assert {"商家", "规则"} <= words
