"""A leaderboard as text for a terminal."""

from collections.abc import Mapping

from steelyard.model.texts import Language, Text
from steelyard.programme.leaderboard.model import Leaderboard
from steelyard.programme.leaderboard.view import LeaderboardView
from steelyard.report.html import environment

PACKAGE = "steelyard.programme.leaderboard"


def leaderboard_text(
    made: Leaderboard, language: Language, labels: Mapping[str, Mapping[str, Text]]
) -> str:
    """Return the places of every section, who is next, who fell off, and the counts."""
    view = LeaderboardView(made, language, labels)
    template = environment(PACKAGE, text=True).get_template("leaderboard.txt")
    columns = len(view.value_columns())
    moves = "l" if made.previous else ""
    return template.render(
        view=view, made=made, places=f"rl{moves}l{'.' * columns}ll", others=f"l{'.' * columns}l"
    )
