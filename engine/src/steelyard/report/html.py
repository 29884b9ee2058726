"""Pages from Jinja2 templates: values are escaped, and a missing value is an error."""

from functools import cache
from unicodedata import category

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from steelyard.report.wording.messages import say

_HARMLESS = "\n\u200c\u200d"  # joiners, which some scripts and emoji need


@cache
def environment(package: str = "steelyard.report") -> Environment:
    """Return the environment that loads templates from the folder `templates` of a package.

    Values are escaped as HTML in all templates but Markdown (`.md`); a `markupsafe.Markup` value
    is inserted as it is. Templates call `say(key, language, **parts)` for fixed phrases.
    """
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(disabled_extensions=("md",), default=True),
        undefined=StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["say"] = say
    templates.filters["markdown_cell"] = _markdown_cell
    return templates


def render(template: str, *, package: str = "steelyard.report", **values: object) -> str:
    """Return a template of a package, filled with values."""
    return environment(package).get_template(template).render(values)


def _markdown_cell(text: str) -> str:
    """Return a text as a cell of a Markdown table: one line, with `|` escaped."""
    return " ".join(text.replace("|", "\\|").split())


def visible(text: str) -> str:
    """Return a text with controls replaced: HTML cannot hold some, others reverse the line."""
    return "".join(character if _is_visible(character) else "\ufffd" for character in text)


def _is_visible(character: str) -> bool:
    return (
        character.isprintable()
        or character in _HARMLESS
        or category(character) == "Zs"  # spaces of other widths, as in Chinese
    )


def _without_controls(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
