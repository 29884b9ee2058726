"""A leaderboard as one HTML file to publish: it needs no other file, network, server or script."""

from collections.abc import Mapping

from steelyard.model.texts import Language, Text
from steelyard.programme.leaderboard.model import Leaderboard
from steelyard.programme.leaderboard.text import PACKAGE
from steelyard.programme.leaderboard.view import LeaderboardView
from steelyard.report.html import render

_TAGS = {"en": "en", "zh": "zh-CN"}


def leaderboard_page(
    made: Leaderboard, language: Language, labels: Mapping[str, Mapping[str, Text]]
) -> str:
    """Return the page of a leaderboard."""
    view = LeaderboardView(made, language, labels)
    return render(
        "leaderboard.html",
        package=PACKAGE,
        made=made,
        view=view,
        language_tag=_TAGS[language],
        named=[section for section in made.sections if view.section(section)],
    )
