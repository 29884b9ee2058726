"""Pages and texts from Jinja2 templates; a missing value is an error."""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from steelyard.errors.printable import visible
from steelyard.report.markdown import code, prose
from steelyard.report.wording.layout import cell, table
from steelyard.report.wording.messages import say


@cache
def environment(package: str = "steelyard.report", *, text: bool = False) -> Environment:
    """Return the environment that loads templates from the folder `templates` of a package.

    Values are escaped as HTML in all templates but Markdown (`.md`) and text (`.txt`); a
    `markupsafe.Markup` value is inserted as it is. Templates call `say(key, language, **parts)` for
    fixed phrases; texts align the rows of a table by `{% filter table("lr") %}`.
    """
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(disabled_extensions=("md", "txt"), default=True),
        undefined=StrictUndefined,
        finalize=_one_line if text else _without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["say"] = say
    templates.filters |= {"code": code, "prose": prose, "table": table}
    return templates


def render(
    template: str,
    *functions: Callable[..., object],
    package: str = "steelyard.report",
    **values: object,
) -> str:
    """Return a template of a package, filled with values; it may call functions by their names."""
    values |= {function.__name__: function for function in functions}
    text = template.endswith(".txt")
    return environment(package, text=text).get_template(template).render(values)


def _without_controls(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _one_line(value: object) -> object:
    return cell(value) if isinstance(value, str) else value
