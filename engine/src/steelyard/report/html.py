"""HTML from Jinja2 templates: every value is escaped, and a missing value is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from steelyard.report.wording.messages import say


@cache
def environment(package: str = "steelyard.report") -> Environment:
    """Return the environment that loads templates from the folder `templates` of a package.

    Templates call `say(key, language, **parts)` for fixed phrases. A `markupsafe.Markup` value is
    inserted as it is.
    """
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["say"] = say
    return templates


def render(template: str, *, package: str = "steelyard.report", **values: object) -> str:
    """Return a template of a package, filled with values."""
    return environment(package).get_template(template).render(values)
