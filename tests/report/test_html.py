"""Templates escape values in everything but Markdown."""

import pytest
from jinja2 import UndefinedError

from steelyard.report.html import environment


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html.j2", "&lt;b&gt;"),
        ("page.html", "&lt;b&gt;"),
        (None, "&lt;b&gt;"),
        ("page.md", "<b>"),
    ],
)
def test_values_are_escaped(name, text):
    templates = environment().overlay()
    code = templates.compile("{{ value }}", name=name)
    template = templates.template_class.from_code(templates, code, {})
    assert template.render(value="<b>") == text


@pytest.mark.parametrize("package", ["steelyard.report", "steelyard.dry_run.report"])
def test_every_page_is_escaped(package):
    templates = environment(package)
    names = [name for name in templates.list_templates() if ".html" in name]
    assert names
    assert all(templates.autoescape(name) for name in names)


def test_a_missing_value_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()
