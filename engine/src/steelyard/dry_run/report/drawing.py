"""Charts as SVG images inside the report page, drawn without a browser.

Altair draws each chart in placeholder colours. These are then replaced by CSS variables of the
page, so that one drawing serves the light theme, the dark theme and print.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from markupsafe import Markup, escape

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
_AXES = {
    "labelColor": FAINT,
    "titleColor": FAINT,
    "gridColor": RULE,
    "domainColor": RULE,
    "tickColor": RULE,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_SVG = re.compile(r'<svg\b[^>]*(viewBox="0 0 (\d+) [^"]*")[^>]*>(.*)</svg>', re.DOTALL)
_TAG = re.compile(r"<[a-z][^>]*>")
_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def drawing_library() -> Any:  # noqa: ANN401 - a module of an optional dependency
    """Return the module Altair. Raises `InvalidInput` SY706 if it is not installed."""
    try:
        with _home_folder():
            import altair as alt
            import vl_convert  # noqa: F401 - `draw` needs it to turn charts into SVG
    except ImportError as error:
        what = f"the page needs a library that draws charts: {error.name} is not installed"
        fix = 'pip install "steelyard[report]"'
        raise InvalidInput([Problem("SY706", what, fix=fix)]) from None
    return alt


@contextmanager
def _home_folder() -> Iterator[None]:
    """Name a home folder where there is none, as for the unknown users of containers.

    Altair cannot be imported without one, though nothing is looked for in it.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = gettempdir()
        try:
            yield
        finally:
            del os.environ["HOME"]
    else:
        yield


def draw(
    chart: Any,  # noqa: ANN401 - a chart of an optional dependency
    name: str,
    label: str,
    *,
    width: int,
    height: int,
    left: int,
    bottom: int = 44,
) -> Markup:
    """Return a chart of Altair as SVG: one image with one label, in the page's colours.

    `name` makes the ids inside the drawing unique in the page. `width` and `height` are those of
    the plot, `left` and `bottom` margins for its labels, all in pixels. The margins are fixed,
    because measuring the labels would give other results with other installed fonts.
    """
    import vl_convert

    sized = chart.properties(
        width=width,
        height=height,
        padding={"left": left, "right": 24, "top": 12, "bottom": bottom},
        autosize={"type": "none"},
    ).configure(aria=False, background="transparent", view={"stroke": None}, axis=_AXES)
    text = vl_convert.vegalite_to_svg(sized.to_dict())
    text = _TAG.sub(lambda tag: _ROLE.sub("", tag.group()), text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    text = text.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    svg = _SVG.search(text)
    assert svg is not None
    view, natural_width, content = svg.groups()
    return Markup(  # noqa: S704 - Altair made the SVG; the label is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} role="img" aria-label="{escape(label)}" '
        f'style="--natural:{natural_width}px">{content}</svg>'
    )
