"""Charts as SVG inside the page: drawn without a browser, coloured by the page.

A chart is drawn in placeholder colours, which become the page's own (CSS variables): so the same
drawing serves light, dark and print.
"""

import re
from typing import Any

from steelyard.dry_run.report.page.markup import Markup, scrolling, tag
from steelyard.errors import InvalidInput, Problem

BEFORE, AFTER, UP, DOWN = "#010101", "#020202", "#030303", "#040404"
INK, FAINT, RULE = "#050505", "#060606", "#070707"

_VARIABLES = {
    BEFORE: "--before",
    AFTER: "--after",
    UP: "--up",
    DOWN: "--down",
    INK: "--ink",
    FAINT: "--faint",
    RULE: "--rule",
}
_OPENING = re.compile(r"<svg\b[^>]*>")
_TAG = re.compile(r"<[a-z][^>]*>")
_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_VIEW = re.compile(r'viewBox="[^"]*"')


def drawing_library() -> Any:  # noqa: ANN401 - a module that is only there if it was asked for
    """Return Altair, or say how to install it."""
    try:
        import altair as alt
        import vl_convert  # noqa: F401 - it draws what Altair describes
    except ImportError as error:
        raise InvalidInput(
            [
                Problem(
                    "SY706",
                    f"the page needs a library that draws charts: {error.name} is not installed",
                    fix='pip install "steelyard[report]"',
                )
            ]
        ) from None
    return alt


def described(
    chart: Any,  # noqa: ANN401 - of a library that may not be there
    *,
    width: int,
    height: int,
    left: int,
    bottom: int = 44,
) -> dict[str, Any]:
    """Return a chart of Altair as data, with the page's type and fixed room around it.

    Room is fixed, not measured, as measuring would depend on the fonts of a machine.
    """
    sized = chart.properties(
        width=width,
        height=height,
        padding={"left": left, "right": 24, "top": 12, "bottom": bottom},
        autosize={"type": "none"},
    ).configure(
        aria=False,
        background="transparent",
        view={"stroke": None},
        axis={
            "labelColor": FAINT, "titleColor": FAINT, "gridColor": RULE, "domainColor": RULE,
            "tickColor": RULE, "labelFontSize": 12, "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
    )  # fmt: skip
    return sized.to_dict()


def drawn(description: dict[str, Any], name: str, label: str) -> Markup:
    """Return a described chart as SVG with a role and a label, in the page's colours."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(description)
    # a drawing is one image with one label: its parts have no roles of their own
    text = _TAG.sub(lambda found: _ROLE.sub("", found.group()), text)
    opening = _OPENING.search(text)
    assert opening is not None
    view = _VIEW.search(opening.group())
    assert view is not None
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    # several drawings in one page must not share names
    text = text.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    body = text[_OPENING.search(text).end() :].removesuffix("</svg>")  # type: ignore[union-attr]
    width = view.group().split()[2]
    natural = f"--natural:{width}px"
    start = f'<svg xmlns="http://www.w3.org/2000/svg" {view.group()} '
    described = tag("svg", role="img", aria_label=label, style=natural).removesuffix("></svg>")
    return Markup(f"{start}{described.removeprefix('<svg ')}>{body}</svg>")


def figure(chart: Markup, label: str, *beside: Markup | str | None) -> Markup:
    """Return a drawing with what stands beside it."""
    return tag("figure", scrolling(label, chart), tag("figcaption", *beside))
