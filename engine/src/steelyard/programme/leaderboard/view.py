"""A leaderboard in one language: the phrases that its text and its page share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from steelyard.model.boards import DIMENSION, LABELS, MERCHANT, Key
from steelyard.model.texts import Language, Text
from steelyard.programme.leaderboard.data import validity
from steelyard.programme.leaderboard.digests import number
from steelyard.programme.leaderboard.model import (
    BoardSection,
    Candidate,
    Fallen,
    Leaderboard,
    Need,
    Outside,
    Ranked,
)
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import MINUS

NONE = "—"


@dataclass(frozen=True, slots=True)
class LeaderboardView:
    """A leaderboard in one language; `labels` has titles by column and id: `industry`, `beauty`."""

    made: Leaderboard
    language: Language
    labels: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    def phrase(self, key: str, **parts: str) -> str:
        """Return a phrase of leaderboards."""
        return say(f"leaderboard.{key}", self.language, **parts)

    def label(self, column: str, name: str | None) -> str:
        """Return the title of an industry, shop type or scene, else its id."""
        if not name:
            return self.phrase("none")
        title = self.labels.get(column, {}).get(name)
        return title.of(self.language) if title else name

    def number(self, value: int | None) -> str:
        """Return a number with its exact digits."""
        return (number(value) or NONE).replace("-", MINUS)

    # --- the head

    def title(self) -> str:
        """Return the title of the board."""
        return self.made.board.title.of(self.language)

    def description(self) -> str:
        """Return the description of the board, empty if it has none."""
        description = self.made.board.description
        return description.of(self.language) if description else ""

    def validity(self) -> tuple[date, date]:
        """Return the first and the last day on which the leaderboard is valid."""
        return validity(self.made)

    def context(self) -> list[str]:
        """Return day, scene and validity, and that numbers are illustrative if they are."""
        first, last = self.validity()
        lines = [self.phrase("day", day=self.made.as_of.isoformat())]
        if self.made.scene:
            lines.append(self.phrase("scene", scene=self.label("scene", self.made.scene)))
        lines.append(self.phrase("valid", first=first.isoformat(), last=last.isoformat()))
        if self.made.previous:
            lines.append(self.phrase("previous", day=self.made.previous.as_of.isoformat()))
        if self.made.board.illustrative:
            lines.append(say("illustrative", self.language))
        return lines

    def order(self) -> str:
        """Return the keys as a sentence: what ranks, and what decides among equals."""
        board = self.made.board
        ranking, ties = board.keys[: board.ranking_keys], board.keys[board.ranking_keys :]
        return self.phrase(
            "order", rank=self._listed(ranking), ties=self._listed(ties), size=str(board.size)
        )

    def limits(self) -> str:
        """Return the limits of groups as a sentence, empty if there are none."""
        groups = self.made.board.groups
        if groups is None:
            return ""
        column = self.phrase(f"column.{groups.column}")
        if groups.high is None:
            return self.phrase("groups.min", column=column, low=str(groups.low))
        key = "groups.both" if groups.low else "groups.max"
        return self.phrase(key, column=column, low=str(groups.low), high=str(groups.high))

    def _listed(self, keys: tuple[Key, ...]) -> str:
        return self.phrase("then").join(map(self.key, keys))

    def key(self, key: Key) -> str:
        """Return the title of a key, with its direction if it is not the usual one."""
        title = self.column(key.column)
        usual = key.column != MERCHANT
        return title if key.descending == usual else self.phrase("reversed", column=title)

    def column(self, name: str) -> str:
        """Return the title of a column of results."""
        if name.startswith(DIMENSION):
            key = f"leaderboard.dimension.{name.removeprefix(DIMENSION)}"
            if key in phrases(self.language):
                return say(key, self.language)
            return self.phrase("dimension", name=name.removeprefix(DIMENSION))
        return self.phrase(f"column.{name}")

    def value_columns(self) -> list[str]:
        """Return the titles of the numbers that each place shows."""
        return [self.column(key.column) for key in self.made.board.keys[:-1]]

    def values(self, one: Candidate) -> list[str]:
        """Return the numbers of a merchant, in the order of the keys."""
        return [self.number(value) for value in one.values]

    # --- sections

    def section(self, section: BoardSection) -> str:
        """Return the heading of a section; empty for the only section of a board for all."""
        by = self.made.board.by
        return self.label(by, section.id) if by else ""

    def who(self, one: Candidate) -> str:
        """Return industry and shop type of a merchant, without what the section says already."""
        by = self.made.board.by
        shown = [("industry", one.industry), ("shop_type", one.shop_type)]
        return " · ".join(
            self.label(column, name) for column, name in shown if column != by and name
        )

    def movement(self, one: Ranked) -> str:
        """Return the movement of a place as a mark and a number, empty without a previous board."""
        if one.movement is None:
            return ""
        if one.movement in ("new", "same"):
            return self.phrase(f"movement.{one.movement}")
        steps = abs(one.rank - (one.previous or one.rank))
        return self.phrase(f"movement.{one.movement}", steps=str(steps))

    def spoken_movement(self, one: Ranked) -> str:
        """Return the movement of a place in words, for readers who do not see the mark."""
        if one.movement is None:
            return ""
        steps = abs(one.rank - (one.previous or one.rank))
        return self.phrase(f"spoken.{one.movement}", steps=str(steps))

    def why(self, one: Ranked) -> str:
        """Return what decided against the next place; empty for the last one."""
        below = one.below
        if below is None:
            return ""
        key = self.made.board.keys[below.key]
        column = self.column(key.column)
        if key.column == MERCHANT:
            return self.phrase("why.id")
        if below.difference is None:
            return self.phrase("why.absent", column=column)
        side = "more" if key.descending else "less"
        return self.phrase(f"why.{side}", column=column, by=self.number(below.difference))

    def need(self, need: Need | None) -> str:
        """Return what a merchant needs to pass another one."""
        if need is None:
            return self.phrase("need.nothing")
        key = self.made.board.keys[need.key]
        parts = {"column": self.column(key.column), "rival": need.rival}
        side = "more" if key.descending else "less"
        if need.change is None:
            parts["target"] = self.number(need.target)
            return self.phrase(f"need.value.{side}{'_beyond' if need.beyond else ''}", **parts)
        if need.change == 0:
            return self.phrase(f"need.any.{side}", **parts)
        parts["by"] = self.number(need.change)
        return self.phrase(f"need.{side}{'_beyond' if need.beyond else ''}", **parts)

    def to_pass(self, one: Ranked) -> str:
        """Return what passes the place before; empty for the first one."""
        return "" if one.rank == 1 else self.need(one.to_pass)

    def outside(self, one: Outside) -> str:
        """Return why a merchant has no place, and what would give it one."""
        reason = self.phrase(f"reason.{one.reason}")
        return f"{reason}{self.phrase('stop')}{self.need(one.to_enter)}"

    def fallen(self, one: Fallen) -> str:
        """Return why a merchant has no place any more."""
        if one.outside is not None:
            return self.outside(one.outside)
        if one.reason == "not_eligible":
            return self.phrase("reason.not_eligible", rule=self.rule(one.rule or ""))
        if one.reason == "moved":
            column = self.made.board.by or ""
            return self.phrase("reason.moved", section=self.label(column, one.rule))
        return self.phrase(f"reason.{one.reason}")

    def rule(self, name: str) -> str:
        """Return the title of a rule of eligibility by its code."""
        if name == "no_score" or name in LABELS:
            return self.phrase(f"rule.{name}")
        titles = {one.id: one.title for one in self.made.board.conditions}
        return self.phrase("rule.condition", title=titles[name].of(self.language))

    def short(self, section: BoardSection) -> list[str]:
        """Return a sentence for each group with fewer merchants than its minimum."""
        groups = self.made.board.groups
        if groups is None:
            return []
        return [
            self.phrase(
                "short",
                group=self.label(groups.column, one.group),
                wanted=str(one.wanted),
                eligible=str(one.eligible),
            )
            for one in section.short
        ]

    # --- counts

    def counts(self) -> list[tuple[str, str]]:
        """Return how the rows add up: what, and how many merchants."""
        counts = self.made.counts
        rows = [(self.phrase("counts.rows"), counts.rows)]
        rows.append((self.phrase("counts.eligible"), counts.eligible))
        rows += [
            (self.phrase("counts.not_eligible", rule=self.rule(name)), count)
            for name, count in self._reasons()
        ]
        rows.append((self.phrase("counts.rejected"), counts.rejected))
        return [(what, f"{count:,}") for what, count in rows]

    def _reasons(self) -> list[tuple[str, int]]:
        """Return the reasons in the order in which they are tested."""
        found = self.made.counts.not_eligible
        order = ["no_score", *LABELS, *(one.id for one in self.made.board.conditions)]
        return [(name, found[name]) for name in order if name in found]
