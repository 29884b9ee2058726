"""HTML put together from parts: what is not markup already is escaped, always."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Union
from unicodedata import category

Node = Union[str, None, Iterable["Node"]]  # noqa: UP007 - it names itself
Attribute = str | int | bool | None

_VOID = ("meta", "input", "br", "col")
_HARMLESS = "\n\u200c\u200d"  # joiners, which some scripts and emoji need


class Markup(str):
    """Text that is HTML already; only this module and the charts make it."""

    __slots__ = ()


def tag(name: str, /, *children: Node, **attributes: Attribute) -> Markup:
    """Return an element. `class_` is the attribute class, `data_sort` is data-sort."""
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{words}>")
    return Markup(f"<{name}{words}>{fragment(*children)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def fragment(*children: Node) -> Markup:
    """Return parts one after another, escaped where they are plain text."""
    return Markup("".join(_written(child) for child in children))


def _written(node: Node) -> str:
    if node is None:
        return ""
    if isinstance(node, Markup):
        return node
    if isinstance(node, str):
        return escape(visible(node))
    return "".join(_written(child) for child in node)


def visible(text: str) -> str:
    """Return a text without controls: HTML cannot hold some, others turn the line around."""
    return "".join(one if _is_visible(one) else "�" for one in text)


def _is_visible(character: str) -> bool:
    return (
        character.isprintable()
        or character in _HARMLESS
        or category(character) == "Zs"  # spaces of other widths, as in Chinese
    )


def section(name: str, title: str, *children: Node) -> Markup:
    """Return a part of the page with its heading, which names it."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def scrolling(label: str, *children: Node) -> Markup:
    """Return a region that scrolls by itself, by keyboard too, where the window is narrow."""
    return tag("div", *children, class_="scroll", role="region", aria_label=label, tabindex=0)


def data_table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Node]],
    *,
    texts: int = 1,
    foot: Sequence[Node] | None = None,
) -> Markup:
    """Return a scrolling table; first cells head their rows, cells after `texts` are numbers."""
    head = tag(
        "tr", [tag("th", one, scope="col", class_=_kind(at, texts)) for at, one in enumerate(heads)]
    )
    body = [_row(row, texts) for row in rows]
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", body),
        tag("tfoot", _row(foot, texts)) if foot else None,
    )
    return scrolling(caption, table)


def _row(cells: Sequence[Node], texts: int) -> Markup:
    return tag(
        "tr",
        tag("th", cells[0], scope="row"),
        [tag("td", cell, class_=_kind(at, texts)) for at, cell in enumerate(cells[1:], 1)],
    )


def _kind(column: int, texts: int) -> str | None:
    return None if column < texts else "number"


def folded(title: str, *children: Node) -> Markup:
    """Return something that opens when asked to."""
    return tag("details", tag("summary", title), *children)
