"""A dry-run report as one HTML file that needs no other files, network or server."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files

from steelyard.book.diff.edit import Edit, Effect
from steelyard.dry_run.guardrails.model import Outcome
from steelyard.dry_run.impact.model import Impact, ItemOutcomes, Segment, ShownMerchant
from steelyard.dry_run.report.heading import Heading
from steelyard.dry_run.report.histograms import (
    ChangeBin,
    change_bins,
    draw_changes,
    draw_scores,
    score_bins,
)
from steelyard.dry_run.report.numbers import (
    NONE,
    count,
    exact,
    full_fraction,
    percentage,
    signed_count,
)
from steelyard.dry_run.report.view import ImpactView
from steelyard.dry_run.report.waterfall import draw_waterfall, part_of_mean, waterfall_steps
from steelyard.errors import CODES
from steelyard.errors.translation import translate
from steelyard.model.limits import MAX_BLOCK_EDITS
from steelyard.model.numbers import divide
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.texts import Language
from steelyard.report.changes import EFFECTS, edit_line, long_values, places
from steelyard.report.explanation import explain, tree_text
from steelyard.report.html import render
from steelyard.report.wording.values import MINUS, listed
from steelyard.scorecard import Scorecard
from steelyard.scorecard.model import Exact, minus

_PACKAGE = "steelyard.dry_run.report"
_MIN_SHADE = 20  # percent; a cell with few merchants still has to be visible
_STATUSES = ("newly_scored", "no_longer_scored", "newly_rejected")
_SEGMENT_COLUMNS = (
    "segment", "merchants", "up", "down", "unchanged", "mean_before", "mean_after", "mean_change",
    "psi", "tier_up", "tier_down", "near_miss",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardrailLine:
    """The verdict of a guardrail as one line; the text starts with a mark such as ✓."""

    outcome: Outcome
    text: str


def span(low: int, high: int, decimals: int, between: str, *, signed: bool = False) -> str:
    """Return the limits of a bin as numbers; only one number if both are equal."""
    ends = (exact(Exact(end, decimals), signed=signed) for end in (low, high))
    return between.join(dict.fromkeys(ends))


def shade(part: int, total: int) -> int:
    """Return the intensity of a cell's background in percent, from its share of the row."""
    return _MIN_SHADE + divide((100 - _MIN_SHADE) * part, total, "half_even")


@dataclass(frozen=True, slots=True)
class PageView(ImpactView):
    """An impact as the templates of the page show it, in one language."""

    # --- segments

    def segment_heads(self) -> list[str]:
        """Return the headings of the tables of segments."""
        total = self.impact.total
        statuses = [name for name in _STATUSES if getattr(total, name)]
        costs = [self.phrase("column.cost", currency=cost.currency) for cost in total.costs]
        return self.heads((*_SEGMENT_COLUMNS, *statuses), "column") + costs

    def segment_extras(self, segment: Segment) -> list[str]:
        """Return the extra cells of a segment: changes of status, then of cost by currency."""
        total = self.impact.total
        own = {
            cost.currency: exact(minus(cost.after, cost.before), signed=True)
            for cost in segment.costs
        }
        statuses = [count(getattr(segment, name)) for name in _STATUSES if getattr(total, name)]
        return statuses + [own.get(cost.currency, NONE) for cost in total.costs]

    def outcomes(self, items: Sequence[ItemOutcomes]) -> list[str]:
        """Return the names of the outcomes that at least one merchant has for one of the items."""
        return [
            name
            for name in ITEM_OUTCOMES
            if any(item.before.get(name) or item.after.get(name) for item in items)
        ]

    # --- edits

    def edits(self, effect: Effect) -> list[tuple[int, Edit]]:
        """Return each edit whose effect is `effect`, with its index."""
        return [one for one in enumerate(self.impact.edits) if one[1].effect == effect]

    def edit_group(self, number: int) -> str | None:
        """Return the name of an edit's group; None if contributions were not computed."""
        groups = self.impact.attribution.contributions if self.impact.attribution else ()
        return next((group.id for group in groups if number in group.edits), None)

    # --- tiers

    def merchants_in(self, standing: str, side: int) -> int:
        """Return the number of merchants in a standing on one side: 0 is before, 1 after."""
        moves = self.impact.total.moves
        return sum(merchants for move, merchants in moves.items() if move[side] == standing)

    # --- scores

    def change_rows(self, bins: Sequence[ChangeBin]) -> list[ChangeBin]:
        """Return the bins of changes, ascending, with a bin for unchanged scores."""
        still = ChangeBin(0, 0, self.impact.total.unchanged)
        return sorted([still, *bins], key=lambda one: one.low)

    # --- merchants

    def list_totals(self) -> list[tuple[str, int, int]]:
        """Return the name, the shown merchants and all merchants of each list; both are counts."""
        counted = {"winner": "up", "loser": "down"}
        names = dict.fromkeys(name for merchant in self.impact.merchants for name in merchant.lists)
        return [
            (
                name,
                len(self.merchants_on(name)),
                getattr(self.impact.total, counted.get(name, name)),
            )
            for name in names
        ]

    def calculations(self, merchant: ShownMerchant) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Return the calculations of a merchant's score before and after, line by line.

        Each line has a flag: True if the other calculation does not contain the line.
        """
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
        lines = [
            translate(line, self.language) for problem in problems for line in problem.splitlines()
        ]
        return lines or [self.phrase("no_card")]


# of numbers, names and charts, as templates call them
_FUNCTIONS = (
    change_bins, count, draw_changes, draw_scores, draw_waterfall, edit_line, exact, full_fraction,
    listed, long_values, minus, part_of_mean, percentage, places, score_bins, shade, signed_count,
    span, waterfall_steps,
)  # fmt: skip
_TAGS = {"en": "en", "zh": "zh-CN"}


def impact_page(
    impact: Impact,
    verdicts: Sequence[GuardrailLine],
    language: Language,
    heading: Heading | None = None,
    others: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the page; `others` has the name and the address of each page of another case.

    Raises `InvalidInput` SY706 if the library that draws charts is missing.
    """
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
        heading=heading,
        others=others,
        view=view,
        effects=EFFECTS,
        dash=NONE,
        minus_sign=MINUS,
        codes=CODES,
        max_listed=MAX_BLOCK_EDITS,
        **{one.__name__: one for one in _FUNCTIONS},
    )
