"""A dry run as one HTML file that needs nothing else: no network, no server."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.numbers import count, exact, percentage
from steelyard.dry_run.report.page_view import GuardrailLine, PageView
from steelyard.model.texts import Language
from steelyard.report.html import render

_PACKAGE = "steelyard.dry_run.report"
_TAGS = {"en": "en", "zh": "zh-CN"}


def impact_page(impact: Impact, verdicts: Sequence[GuardrailLine], language: Language) -> str:
    """Return the page. Raises `InvalidInput` SY706 if the library that draws charts is missing."""
    script = files(_PACKAGE).joinpath("templates", "page.js").read_bytes()
    view = PageView(impact, language)
    return render(
        "page.html.j2",
        package=_PACKAGE,
        language_tag=_TAGS[language],
        language=language,
        phrase=view.phrase,
        script_digest=base64.b64encode(hashlib.sha256(script).digest()).decode(),
        impact=impact,
        verdicts=verdicts,
        view=view,
        count=count,
        exact=exact,
        percentage=percentage,
    )


__all__ = ["GuardrailLine", "impact_page"]
