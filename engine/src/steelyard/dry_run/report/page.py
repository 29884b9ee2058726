"""A dry run as one HTML file that needs no other files, network or server."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from importlib.resources import files

from markupsafe import Markup

from steelyard.book.diff.edit import Edit, Effect
from steelyard.dry_run.guardrails.model import Outcome
from steelyard.dry_run.impact.model import (
    Contribution,
    Impact,
    ItemOutcomes,
    Segment,
    ShownMerchant,
)
from steelyard.dry_run.report.histograms import (
    ChangeBin,
    ScoreBin,
    change_bins,
    draw_changes,
    draw_scores,
    score_bins,
)
from steelyard.dry_run.report.names import (
    dimension_name,
    dimensions,
    edit_audience,
    industry_name,
    kind_name,
    plan_pairs,
)
from steelyard.dry_run.report.numbers import (
    NONE,
    count,
    exact,
    full_fraction,
    percentage,
    signed_count,
)
from steelyard.dry_run.report.waterfall import (
    draw_waterfall,
    part_of_mean,
    waterfall_steps,
)
from steelyard.model.limits import MAX_BLOCK_EDITS
from steelyard.model.numbers import divide
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.texts import Language
from steelyard.report.changes import EFFECTS, edit_line, is_shortened, places
from steelyard.report.explanation import explain, tree_text
from steelyard.report.html import render
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import MINUS, listed
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact, minus

_PACKAGE = "steelyard.dry_run.report"
_MIN_SHADE = 20  # percent; a cell with few merchants still has to be visible
_SEGMENT_COLUMNS = (
    "segment", "merchants", "up", "down", "unchanged", "mean_before", "mean_after", "mean_change",
    "psi", "tier_up", "tier_down", "near_miss",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardrailLine:
    """The verdict of a guardrail in one line, in the page's language; a mark leads the text."""

    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `direction` is its class (`up`, `down` or `same`), `hint` its tooltip."""

    text: str
    direction: str | None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, its label, and the rows of the table of its numbers."""

    label: str
    drawing: Markup
    rows: Sequence[ScoreBin | ChangeBin | Contribution]


@dataclass(frozen=True, slots=True)
class TierCell:
    """Merchants that moved from one standing to another; `shade` is the percentage of colour."""

    number: int
    kind: str
    mark: str
    share: str
    shade: int


def changed(number: int, text: str) -> Cell:
    """Return a change as a cell whose class is its direction."""
    return Cell(text, "up" if number > 0 else "down" if number < 0 else "same")


def contribution(number: Fraction, decimals: int) -> Cell:
    """Return a fraction as decimals, with the exact fraction as the tooltip."""
    direction = "up" if number > 0 else "down" if number < 0 else None
    return Cell(full_fraction(number, decimals), direction, f"= {number}".replace("-", MINUS))


@dataclass(frozen=True, slots=True)
class PageView:
    """An impact as the templates show it, in one language."""

    impact: Impact
    language: Language

    def phrase(self, key: str, **parts: str) -> str:
        """Return a fixed phrase of the page."""
        return say(f"impact.page.{key}", self.language, **parts)

    # --- names

    def heads(self, names: Sequence[str], key: str) -> list[str]:
        """Return the phrases of some names under a key."""
        return [self.phrase(f"{key}.{name}") for name in names]

    def industries(self, names: Sequence[str]) -> list[str]:
        """Return the titles of some industries."""
        return [self.industry(name) for name in names]

    def industry(self, name: str) -> str:
        """Return the title of an industry."""
        return industry_name(self.impact, name, self.language)

    def kind(self, industry: str, shop_type: str | None) -> str:
        """Return the titles of an industry and a shop type; a dash without an industry."""
        return kind_name(self.impact, industry, shop_type, self.language) if industry else NONE

    def standing(self, before: str, after: str) -> str:
        """Return the title of a standing before and after."""
        titles = {one.id: one.title.of(self.language) for one in self.impact.standings}
        return " → ".join(dict.fromkeys(titles.get(one, one) for one in (before, after)))

    def dimensions(self) -> list[tuple[str, list[Segment]]]:
        """Return the name of every dimension, and its segments."""
        return [
            (
                dimension_name(dimension, self.language, as_title=True),
                [one for one in self.impact.segments if one.dimension == dimension],
            )
            for dimension in dimensions(self.impact)
        ]

    def statuses(self) -> list[str]:
        """Return the changes of status that some merchant has."""
        names = ("newly_scored", "no_longer_scored", "newly_rejected")
        return [name for name in names if getattr(self.impact.total, name)]

    def segment_heads(self) -> list[str]:
        """Return the headings of the tables of segments."""
        heads = self.heads((*_SEGMENT_COLUMNS, *self.statuses()), "column")
        costs = self.impact.total.costs
        return heads + [self.phrase("column.cost", currency=one.currency) for one in costs]

    def segment_extras(self, segment: Segment) -> list[str]:
        """Return the cells of a segment for the statuses and currencies of the population."""
        own = {
            one.currency: exact(minus(one.after, one.before), signed=True) for one in segment.costs
        }
        costs = [own.get(one.currency, NONE) for one in self.impact.total.costs]
        return [*(count(getattr(segment, name)) for name in self.statuses()), *costs]

    def items(self) -> tuple[list[ItemOutcomes], list[ItemOutcomes]]:
        """Return the items and deductions whose outcomes change, and those whose do not."""
        items = self.impact.items
        moved = [one for one in items if one.before != one.after]
        return moved, [one for one in items if one.before == one.after]

    def outcomes(self, items: Sequence[ItemOutcomes]) -> list[str]:
        """Return the outcomes that some merchant has for one of the items."""
        return [
            name
            for name in ITEM_OUTCOMES
            if any(one.before.get(name) or one.after.get(name) for one in items)
        ]

    def outcome_heads(self, names: Sequence[str]) -> list[str]:
        """Return the headings of a table of outcomes."""
        heads = self.heads(("part", "kind"), "column")
        return heads + [self.phrase(f"outcome.{name}") for name in names]

    # --- edits

    def edits(self, effect: Effect) -> list[tuple[int, Edit]]:
        """Return the edits with an effect, and their numbers."""
        return [one for one in enumerate(self.impact.edits) if one[1].effect == effect]

    def edit_group(self, number: int) -> str | None:
        """Return the group of an edit; None where contributions were not computed."""
        groups = self.impact.attribution.contributions if self.impact.attribution else ()
        return next((group.id for group in groups if number in group.edits), None)

    def edit_audience(self, number: int) -> str:
        """Return the merchants that an edit concerns."""
        return edit_audience(self.impact, number, self.language)

    # --- scores

    def scores(self) -> Figure | None:
        """Return the histogram of scores before and after; None if no merchant has a score."""
        before, after = self.impact.total.before, self.impact.total.after
        bins = score_bins(before, after)
        if not bins:
            return None
        label = self.phrase(
            "distribution.label", before=exact(before.median), after=exact(after.median)
        )
        titles = (self.phrase("score"), self.phrase("merchants"))
        return Figure(label, draw_scores(bins, before.decimals, label, titles), bins)

    def changes(self) -> Figure | None:
        """Return the histogram of changes; None where no score changes."""
        change = self.impact.total.change
        bins = change_bins(change)
        if not bins:
            return None
        label = self.phrase(
            "changes.label",
            min=exact(change.min, signed=True),
            max=exact(change.max, signed=True),
        )
        titles = (self.phrase("change"), self.phrase("merchants"))
        drawing = draw_changes(bins, change.decimals, label, titles)
        rows = [*bins, ChangeBin(0, 0, self.impact.total.unchanged)]
        rows.sort(key=lambda row: row.low)
        return Figure(label, drawing, rows)

    def ends(self, row: ScoreBin | ChangeBin, between: str, *, signed: bool = False) -> str:
        """Return the lowest and the highest value of a bin, or the only one."""
        ends = (Exact(end, self.impact.decimals) for end in (row.low, row.high))
        return between.join(dict.fromkeys(exact(end, signed=signed) for end in ends))

    # --- tiers

    def tier_rows(self) -> Iterator[tuple[str, list[TierCell | None], int]]:
        """Yield a row for every standing before: its title, a cell for each after, the total."""
        moves = {(one.before, one.after): one.merchants for one in self.impact.total.moves}
        for place, before in enumerate(self.impact.standings):
            numbers = [moves.get((before.id, after.id), 0) for after in self.impact.standings]
            total = sum(numbers)
            cells = [
                self._tier_cell(place, to, number, total) if number else None
                for to, number in enumerate(numbers)
            ]
            yield before.title.of(self.language), cells, total

    def _tier_cell(self, place: int, to: int, number: int, total: int) -> TierCell:
        before, after = self.impact.standings[place], self.impact.standings[to]
        kind, mark = ("stays", "") if place == to else ("goes", "")
        if place != to and before.is_ranked and after.is_ranked:
            kind, mark = ("rises", "▲ ") if to < place else ("falls", "▼ ")
        shade = _MIN_SHADE + divide((100 - _MIN_SHADE) * number, total, "half_even")
        return TierCell(number, kind, mark, percentage(number, total), shade)

    def tier_totals(self) -> list[int]:
        """Return the merchants of every standing after, and all of them."""
        total = self.impact.total
        sums = [
            sum(move.merchants for move in total.moves if move.after == standing.id)
            for standing in self.impact.standings
        ]
        return [*sums, total.merchants]

    # --- contributions of edits

    def contributions(self) -> Figure | None:
        """Return the waterfall with its table; None where contributions were not computed."""
        impact, attribution = self.impact, self.impact.attribution
        if attribution is None or not impact.total.change.merchants:
            return None
        label = self.phrase(
            "waterfall.label", before=exact(impact.total.before.mean),
            after=exact(impact.total.after.mean),
        )  # fmt: skip
        drawing = draw_waterfall(waterfall_steps(impact, attribution, self.language), label)
        return Figure(label, drawing, attribution.contributions)

    def edit_lines(self, group: Contribution) -> list[str] | str:
        """Return the only edit of a group in words, or the first of them and how many follow."""
        lines = [edit_line(self.impact.edits[number], self.language) for number in group.edits]
        more = len(lines) - MAX_BLOCK_EDITS
        rest = [self.phrase("more", count=str(more))] if more > 0 else []
        return lines[0] if len(lines) == 1 else [*lines[:MAX_BLOCK_EDITS], *rest]

    def contribution(self, number: Fraction | int) -> Cell:
        """Return points as decimals, with the exact fraction as the tooltip."""
        return contribution(Fraction(number), self.impact.decimals)

    # --- merchants

    def list_totals(self) -> list[tuple[str, int, int]]:
        """Return every list with a merchant on it: its name, the merchants shown, all of them."""
        counted = {"winner": "up", "loser": "down"}
        shown = [name for one in self.impact.merchants for name in one.lists]
        return [
            (name, shown.count(name), getattr(self.impact.total, counted.get(name, name)))
            for name in dict.fromkeys(shown)
        ]

    def merchant_contributions(self, merchant: ShownMerchant) -> list[tuple[str, Cell]]:
        """Return the contributions of the edits to the change of a merchant's score."""
        attribution = self.impact.attribution
        if attribution is None:
            return []
        pairs = zip(attribution.contributions, merchant.contributions, strict=True)
        return [
            (one.id, self.contribution(attribution.points_of(part))) for one, part in pairs if part
        ]

    def calculations(self, merchant: ShownMerchant) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Return both calculations of a merchant: lines, and whether the other side lacks them."""
        before = self._calculation(merchant.before, merchant.problems_before)
        after = self._calculation(merchant.after, merchant.problems_after)
        same = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        sides: list[tuple[str, list[tuple[str, bool]]]] = []
        for side, (name, lines) in enumerate((("before", before), ("after", after))):
            common = {block[side] + place for block in same for place in range(block.size)}
            marked = [(line, place not in common) for place, line in enumerate(lines)]
            sides.append((self.phrase(name), marked))
        return sides

    def _calculation(self, card: Scorecard | None, problems: Sequence[str]) -> list[str]:
        if card is not None:
            return tree_text(explain(card, self.language)).splitlines()
        lines = [line for problem in problems for line in problem.splitlines()]
        return lines or [self.phrase("no_card")]


def difference(before: Exact | None, after: Exact | None) -> Cell | str:
    """Return the change of a number; a dash where one side has none."""
    if before is None or after is None:
        return NONE
    change = minus(after, before)
    return changed(change.value, exact(change, signed=True))


# of numbers and names, as templates call them
_FUNCTIONS = (
    changed, contribution, count, difference, edit_line, exact, is_shortened, listed, part_of_mean,
    percentage, places, plan_pairs, signed_count,
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
        fraction=Fraction,
        **{one.__name__: one for one in _FUNCTIONS},
    )
