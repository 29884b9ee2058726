"""What authors write does nothing in Markdown: it shows as it is, wherever it stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from steelyard.report.markdown import code, escape, fenced, prose

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# what code hosts look for in the text afterwards
ACTIVE = re.compile(r"(?<!\w)@\w|@\w*\.[a-z]|#\d|https?://\S|www\.\S", re.IGNORECASE)

NASTY = [
    "# Heading", "####### seven", "- item", "+ item", "* item", "1. item", "12) item", "> quote",
    "---", "===", "```", "~~~", "    code", "<img src=x onerror=alert(1)>", "<!-- -->", "&lt;b&gt;",
    "![x](http://evil/a.png)", "[x](javascript:alert(1))", "[x]: http://evil", "<http://evil>",
    "@everyone look", "fixes #12", "https://evil.example", "WWW.evil.example", "a@b.example",
    "a | b", "`code` and `", "**bold** _it_ ~~gone~~ $x$", "back\\slash", "line\n\n# two", "", "5",
    "-0.05", "+0.10", "−0.6", "4.11", "#", "母婴 | 宝贝",
]  # fmt: skip


def texts(tokens):
    """The types of the tokens inside, and their text."""
    return [(one.type, one.content) for token in tokens for one in token.children or ()]


def check(text, escaped):
    shown = " ".join(text.split())
    for before, after, kinds in (
        ("### ", "", ["heading_open", "inline", "heading_close"]),
        ("", "", ["paragraph_open", "inline", "paragraph_close"]),
        ("- ", "", ["bullet_list_open", "list_item_open", "paragraph_open", "inline"]),
    ):
        tokens = READER.parse(f"{before}{escaped}{after}\n")
        if shown:
            assert [token.type for token in tokens][: len(kinds)] == kinds, (before, escaped)
            found = texts(tokens)
            assert {kind for kind, _ in found} == {"text"}
            assert "".join(content for _, content in found).replace("\u200c", "") == shown
    tokens = READER.parse(f"| a | b |\n|---|---|\n| {escaped} | end |\n")
    cells = [one.content for one in tokens if one.type == "inline"]
    assert len(cells) == 4
    assert cells[3] == "end"
    assert not ACTIVE.search(escaped)


@pytest.mark.parametrize("text", NASTY)
def test_a_title_is_text_in_headings_lists_and_tables(text):
    check(text, escape(text))


@given(st.text(st.sampled_from("ab1 \\`*_[]()<>|~$&#;-+=.!@:/'\"\n文"), max_size=12))
def test_so_is_every_text(text):
    check(text, escape(text))


@given(st.text(st.sampled_from("ab1 `*_[]()<>|&#-!@"), max_size=12))
def test_prose_keeps_code_and_nothing_else(text):
    tokens = READER.parse(f"- x {prose(text)}\n")
    found = texts(tokens)
    assert {kind for kind, _ in found} <= {"text", "code_inline"}
    assert [token.type for token in tokens][-1] == "bullet_list_close"
    assert "".join(content for _, content in found).count("\n") == 0


def test_code_does_not_end_early():
    assert texts(READER.parse(code("a ` b ``c\nd"))) == [("code_inline", "a  b c d")]
    (token,) = READER.parse(fenced("x: |\n  ```\n  <b>\n  ````", "yaml"))
    assert (token.type, token.content) == ("fence", "x: |\n  ```\n  <b>\n  ````\n")


def test_ordinary_numbers_stay_as_they_are():
    for text in (
        "-0.05",
        "+0.10",
        "4.11 → 4.2",
        "37.5%",
        "E1 Item “Quick refunds”",
        "A & B",
        "general@2026.2",
    ):
        assert escape(text) == text
