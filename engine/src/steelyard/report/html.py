"""Pages from Jinja2 templates: HTML escapes every value, and a missing value is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from steelyard.report.wording.messages import say


@cache
def environment(package: str = "steelyard.report") -> Environment:
    """Return the environment that loads templates from the folder `templates` of a package.

    Templates call `say(key, language, **parts)` for fixed phrases. A `markupsafe.Markup` value is
    inserted as it is.
    """
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(default_for_string=True),
        undefined=StrictUndefined,
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
