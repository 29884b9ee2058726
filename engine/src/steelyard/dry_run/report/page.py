"""A dry run as one HTML file that needs nothing else: no network, no server."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.numbers import NONE, count, exact, percentage, signed_count
from steelyard.dry_run.report.page_view import GuardrailLine, PageView, changed, difference
from steelyard.dry_run.report.sections import plan_pairs
from steelyard.model.texts import Language
from steelyard.report.changes import EFFECTS, edit_line, is_shortened, places
from steelyard.report.html import render
from steelyard.report.wording.values import listed

_PACKAGE = "steelyard.dry_run.report"
# of numbers and names, as templates call them
_FUNCTIONS = (
    changed, count, difference, edit_line, exact, is_shortened, listed, percentage, places,
    plan_pairs, signed_count,
)  # fmt: skip
_TAGS = {"en": "en", "zh": "zh-CN"}


def impact_page(impact: Impact, verdicts: Sequence[GuardrailLine], language: Language) -> str:
    """Return the page. Raises `InvalidInput` SY706 if the library that draws charts is missing."""
    script = files(_PACKAGE).joinpath("templates", "page.js").read_bytes()
    view = PageView(impact, language)
    return render(
        "page.html",
        package=_PACKAGE,
        language_tag=_TAGS[language],
        language=language,
        phrase=view.phrase,
        script_digest=base64.b64encode(hashlib.sha256(script).digest()).decode(),
        impact=impact,
        verdicts=verdicts,
        view=view,
        effects=EFFECTS,
        dash=NONE,
        **{one.__name__: one for one in _FUNCTIONS},
    )


__all__ = ["GuardrailLine", "impact_page"]
