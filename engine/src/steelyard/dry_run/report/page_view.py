"""The values that the HTML page of a dry run shows, with every number already a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from markupsafe import Markup

from steelyard.book.diff.edit import Edit, Effect
from steelyard.dry_run.guardrails.verdicts import Outcome
from steelyard.dry_run.impact.model import (
    Attribution,
    Contribution,
    Impact,
    ItemOutcomes,
    Money,
    Segment,
    ShownMerchant,
)
from steelyard.dry_run.report.histograms import change_bins, draw_changes, draw_scores, score_bins
from steelyard.dry_run.report.numbers import (
    NONE,
    count,
    exact,
    full_fraction,
    percentage,
    signed_count,
)
from steelyard.dry_run.report.sections import (
    dimension_name,
    dimensions,
    edit_audience,
    industry_name,
    kind_name,
    plan_pairs,
)
from steelyard.dry_run.report.waterfall import (
    draw_waterfall,
    part_of_mean,
    part_of_sum,
    waterfall_steps,
)
from steelyard.model.limits import MAX_BLOCK_EDITS
from steelyard.model.numbers import divide
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.texts import Language
from steelyard.report.changes import EFFECTS, edit_line, is_shortened, places
from steelyard.report.explanation import explain, tree_text
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import MINUS, listed
from steelyard.scorecard import Scorecard
from steelyard.scorecard.values import Exact, minus

_MIN_SHADE = 20  # percent; a cell with few merchants still has to be visible
_SEGMENT_COLUMNS = (
    "segment", "merchants", "up", "down", "unchanged", "mean_before", "mean_after", "mean_change",
    "psi", "tier_up", "tier_down", "near_miss",
)  # fmt: skip
_REWARD_COLUMNS = (
    "reward", "kind", "had", "have", "gained", "lost", "cost_before", "cost_after",
)  # fmt: skip
_CONTRIBUTION_COLUMNS = (
    "block", "edit", "sum", "of_mean", "raised", "lowered", "scored_change",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardrailLine:
    """The verdict of a guardrail in one line, in the page's language; a mark leads the text."""

    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    `direction` is its class (`up`, `down` or `same`), `hint` its tooltip. With `after` it reads
    `text → after`; with `lines` it is a list of them.
    """

    text: str = ""
    direction: str | None = None
    hint: str | None = None
    after: str | None = None
    lines: tuple[str, ...] = ()


Row = Sequence[Cell | str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading, cells after `texts` are numbers."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Row]
    texts: int = 1
    foot: Row = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, its label, and the table of its numbers."""

    label: str
    drawing: Markup
    table: Table


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the head of the page; `width` is its class.

    `values` are joined by `join`, an arrow or a slash.
    """

    title: str
    values: tuple[Cell | str, ...]
    note: Cell | str = ""
    width: str | None = None
    join: str = " → "


@dataclass(frozen=True, slots=True)
class EditView:
    """An edit in words; `values` are in full where the line shows them shortened."""

    line: str
    group: str | None
    audience: str
    place: str
    marks: Sequence[str]
    values: Sequence[tuple[str, str]]


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

    def _heads(self, names: Sequence[str]) -> list[str]:
        return [self.phrase(f"column.{name}") for name in names]

    # --- the head of the page

    def lead(self) -> str:
        """Return the result in one sentence."""
        if self.impact.verdict != "measured":
            return self.phrase(self.impact.verdict)
        total = self.impact.total
        return self.phrase(
            "lead", merchants=count(total.merchants), up=count(total.up), down=count(total.down),
            before=exact(total.before.mean), after=exact(total.after.mean),
        )  # fmt: skip

    def context(self) -> str:
        """Return the book, the days, the scene and the population."""
        impact = self.impact
        before, after = impact.live.as_of, impact.candidate.as_of
        parts = [
            impact.candidate.title.of(self.language),
            self.phrase("day", day=before)
            if before == after
            else self.phrase("days", before=before, after=after),
        ]
        if impact.scene:
            parts.append(say("scene", self.language, scene=impact.scene))
        if impact.population is not None:
            rows, sources = impact.population.rows, listed(impact.population.sources, self.language)
            parts.append(self.phrase("population", rows=count(rows), sources=sources))
        return " · ".join(parts)

    def missing(self) -> str | None:
        """Return the industries of which the population has no merchant."""
        names = [
            industry_name(self.impact, one, self.language) for one in self.impact.missing_kinds
        ]
        return self.phrase("missing", list=listed(names, self.language)) if names else None

    def beam(self) -> list[tuple[str, int]]:
        """Return the merchants by the direction of their change."""
        total = self.impact.total
        other = total.merchants - total.up - total.down - total.unchanged
        return [
            ("down", total.down),
            ("unchanged", total.unchanged),
            ("other", other),
            ("up", total.up),
        ]

    def tiles(self) -> Iterator[Tile]:
        """Yield the numbers at the head of the page."""
        total, near = self.impact.total, self.impact.near
        for key, before, after in (
            ("mean", total.before.mean, total.after.mean),
            ("median", total.before.median, total.after.median),
        ):
            note = "" if before is None or after is None else _difference(before, after)
            yield Tile(self.phrase(key), (exact(before), exact(after)), note, "wide")
        rise = changed(1, exact(total.change.max, signed=True)) if total.up else NONE
        drop = changed(-1, exact(total.change.min, signed=True)) if total.down else NONE
        yield Tile(self.phrase("extremes"), (rise, drop), width="wide", join=" / ")
        yield self._counted("up", total.up, 1)
        yield self._counted("down", total.down, -1)
        yield self._counted("unchanged", total.unchanged)
        yield self._counted("tier_up", total.tier_up, 1)
        yield self._counted("tier_down", total.tier_down, -1)
        note = self.phrase("near_miss.note", near="" if near is None else exact(near))
        yield Tile(self.phrase("near_miss"), (count(total.near_miss),), note)
        for key in ("newly_scored", "no_longer_scored", "newly_rejected"):
            yield self._counted(key, getattr(total, key))
        # without costs the index fills their place in the row
        width = None if total.costs else "widest"
        yield Tile(self.phrase("psi"), (exact(total.psi),), self._stability(total.psi), width)
        for money in total.costs:
            title = self.phrase("cost", currency=money.currency)
            sides = (exact(money.before), exact(money.after))
            yield Tile(title, sides, _cost_change(money), "wide")

    def _counted(self, key: str, number: int, sign: int = 0) -> Tile:
        value: Cell | str = count(number)
        if sign:
            mark = ("▲ " if sign > 0 else "▼ ") if number else ""
            value = changed(sign * number, f"{mark}{value}")
        return Tile(self.phrase(key), (value,), percentage(number, self.impact.total.merchants))

    def _stability(self, psi: Exact | None) -> str:
        """Return the usual reading of the index: below 0.1 stable, above 0.25 a shift."""
        if psi is None:
            return ""
        hundredths = psi.decimal * 100
        key = "stable" if hundredths < 10 else "some" if hundredths <= 25 else "shift"
        return self.phrase(f"psi.{key}")

    # --- edits

    def edit_groups(self) -> list[tuple[Effect, list[EditView]]]:
        """Return the edits by their effect, those that can change a score first."""
        edits = self.impact.edits
        groups: list[tuple[Effect, list[EditView]]] = []
        for effect in EFFECTS:
            views = [self._edit(n, edit) for n, edit in enumerate(edits) if edit.effect == effect]
            if views:
                groups.append((effect, views))
        return groups

    def _edit(self, number: int, edit: Edit) -> EditView:
        impact = self.impact
        contributions = impact.attribution.contributions if impact.attribution else ()
        marks = [name for name in ("idle", "untouched") if number in getattr(impact, name)]
        marks += [edit.effect] if edit.effect in ("words", "dates") else []
        values = (("before", edit.before), ("after", edit.after)) if is_shortened(edit) else ()
        return EditView(
            line=edit_line(edit, self.language),
            group=next((one.id for one in contributions if number in one.edits), None),
            audience=edit_audience(impact, number, self.language),
            place=places(edit),
            marks=[self.phrase(f"mark.{mark}") for mark in marks],
            values=[(self.phrase(name), value) for name, value in values if value is not None],
        )

    def notices(self) -> list[str]:
        """Return the notice given of every changed ruleset."""
        lines: list[str] = []
        for notice in self.impact.notices:
            title = notice.title.of(self.language)
            ruleset = say("with_note", self.language, text=title, note=notice.ruleset)
            if notice.edited:
                lines.append(say("impact.notice.edited", self.language, ruleset=ruleset))
            elif notice.announced is None:
                lines.append(self.phrase("notice.none", ruleset=ruleset, start=notice.start))
            else:
                lines.append(
                    self.phrase(
                        "notice", ruleset=ruleset, announced=notice.announced, start=notice.start,
                        days=str(notice.days),
                    )
                )  # fmt: skip
        return lines

    # --- scores

    def scores(self) -> Figure | None:
        """Return the histogram of scores before and after; None where nobody has a score."""
        before, after = self.impact.total.before, self.impact.total.after
        bins = score_bins(before, after)
        if not bins:
            return None
        label = self.phrase(
            "distribution.label", before=exact(before.median), after=exact(after.median)
        )
        rows: list[Row] = []
        for one in bins:
            low, high = (exact(Exact(end, before.decimals)) for end in (one.low, one.high))
            step = one.after - one.before
            rows.append(
                (
                    low if low == high else f"{low}–{high}",
                    count(one.before),
                    count(one.after),
                    changed(step, signed_count(step)),
                )
            )
        heads = [self.phrase(name) for name in ("score", "before", "after", "change")]
        titles = (self.phrase("score"), self.phrase("merchants"))
        drawing = draw_scores(bins, before.decimals, label, titles)
        return Figure(label, drawing, Table(self.phrase("distribution.table"), heads, rows))

    def changes(self) -> Figure | None:
        """Return the histogram of changes; None where no score changes."""
        change = self.impact.total.change
        bins = change_bins(change)
        if not bins:
            return None
        label = self.phrase(
            "changes.label",
            least=exact(change.min, signed=True),
            most=exact(change.max, signed=True),
        )
        still = exact(Exact(0, change.decimals))
        rows = [(0, changed(0, still), count(self.impact.total.unchanged))]
        for one in bins:
            ends = [exact(Exact(end, change.decimals), signed=True) for end in (one.low, one.high)]
            text = " … ".join(dict.fromkeys(ends))
            rows.append((one.low, changed(one.low, text), count(one.merchants)))
        rows.sort(key=lambda row: row[0])
        titles = (self.phrase("change"), self.phrase("merchants"))
        drawing = draw_changes(bins, change.decimals, label, titles)
        cells = [row[1:] for row in rows]
        return Figure(label, drawing, Table(self.phrase("changes.table"), titles, cells))

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
        decimals = impact.decimals
        rows = [self._contribution(attribution, group) for group in attribution.contributions]
        points = Fraction(attribution.points, 10**decimals)
        foot = (
            "Σ",
            self.phrase("all_edits"),
            contribution(points, decimals),
            contribution(points / impact.total.change.merchants, decimals),
            count(impact.total.up),
            count(impact.total.down),
            signed_count(attribution.scores),
        )
        heads = self._heads(_CONTRIBUTION_COLUMNS)
        return Figure(label, drawing, Table(self.phrase("attribution.table"), heads, rows, 2, foot))

    def _contribution(self, attribution: Attribution, group: Contribution) -> Row:
        lines = [edit_line(self.impact.edits[number], self.language) for number in group.edits]
        more = len(lines) - MAX_BLOCK_EDITS
        rest = [self.phrase("more", count=str(more))] if more > 0 else []
        decimals = self.impact.decimals
        return (
            group.id,
            lines[0] if len(lines) == 1 else Cell(lines=(*lines[:MAX_BLOCK_EDITS], *rest)),
            contribution(part_of_sum(self.impact, attribution, group), decimals),
            contribution(part_of_mean(self.impact, attribution, group), decimals),
            count(group.up),
            count(group.down),
            contribution(Fraction(group.scores, attribution.denominator), 0),
        )

    # --- segments

    def segments(self) -> Iterator[tuple[str, Table]]:
        """Yield the name of every dimension, and a table of its segments."""
        total = self.impact.total
        # where nobody's status changes, the head of the page says so once
        statuses = ("newly_scored", "no_longer_scored", "newly_rejected")
        statuses = tuple(name for name in statuses if getattr(total, name))
        currencies = [money.currency for money in total.costs]
        heads = self._heads((*_SEGMENT_COLUMNS, *statuses))
        heads += [self.phrase("column.cost", currency=currency) for currency in currencies]
        for dimension in dimensions(self.impact):
            name = dimension_name(dimension, self.language, "impact.page.dimension")
            rows = [
                self._segment(one, statuses, currencies)
                for one in self.impact.segments
                if one.dimension == dimension
            ]
            caption = self.phrase("segments.table", dimension=name)
            yield name, Table(caption, heads, rows, foot=self._segment(total, statuses, currencies))

    def _segment(self, segment: Segment, statuses: Sequence[str], currencies: Sequence[str]) -> Row:
        before, after = segment.before.mean, segment.after.mean
        costs = {money.currency: _cost_change(money) for money in segment.costs}
        return (
            segment.title.of(self.language),
            count(segment.merchants),
            changed(segment.up, count(segment.up)),
            changed(-segment.down, count(segment.down)),
            count(segment.unchanged),
            exact(before),
            exact(after),
            NONE if before is None or after is None else _difference(before, after),
            exact(segment.psi),
            changed(segment.tier_up, count(segment.tier_up)),
            changed(-segment.tier_down, count(segment.tier_down)),
            count(segment.near_miss),
            *(count(getattr(segment, name)) for name in statuses),
            *(costs.get(currency, NONE) for currency in currencies),
        )

    # --- items and rewards

    def items(self) -> tuple[Table | None, Table | None]:
        """Return the items and deductions whose outcomes change, and those whose do not."""
        moved = [one for one in self.impact.items if one.before != one.after]
        same = [one for one in self.impact.items if one.before == one.after]
        caption = self.phrase("parts.same", count=str(len(same)))
        return (
            self._outcomes(moved, self.phrase("parts.table")) if moved else None,
            self._outcomes(same, caption) if same else None,
        )

    def _outcomes(self, items: Sequence[ItemOutcomes], caption: str) -> Table:
        outcomes = [
            name
            for name in ITEM_OUTCOMES
            if any(one.before.get(name) or one.after.get(name) for one in items)
        ]
        heads = self._heads(("part", "kind"))
        heads += [self.phrase(f"outcome.{name}") for name in outcomes]
        rows: list[Row] = []
        for one in items:
            pairs = [(one.before.get(name, 0), one.after.get(name, 0)) for name in outcomes]
            cells = [
                Cell(count(before), "same")
                if before == after
                else Cell(count(before), after=count(after))
                for before, after in pairs
            ]
            rows.append((one.title.of(self.language), self.phrase(f"kind.{one.kind}"), *cells))
        return Table(caption, heads, rows, 2)

    def rewards(self) -> Table | None:
        """Return who has each badge and benefit; None where there are none."""
        rows: list[Row] = []
        for one in self.impact.rewards:
            sides = (one.cost.before, one.cost.after) if one.cost else ()
            costs = [f"{exact(side)} {side.unit}" for side in sides] or [NONE, NONE]
            rows.append(
                (
                    one.title.of(self.language),
                    self.phrase(f"kind.{one.kind}"),
                    count(one.before),
                    count(one.after),
                    changed(one.gained, signed_count(one.gained)),
                    changed(-one.lost, signed_count(-one.lost)),
                    *costs,
                )
            )
        heads = self._heads(_REWARD_COLUMNS)
        return Table(self.phrase("rewards.table"), heads, rows, 2) if rows else None

    # --- merchants

    def lists(self) -> dict[str, str]:
        """Return the lists that have a merchant, each with the option that selects it."""
        total = self.impact.total
        counted = {"winner": "up", "loser": "down"}
        shown = [name for one in self.impact.merchants for name in one.lists]
        return {
            name: self.phrase(
                "list.of", list=self.phrase(f"list.{name}"), shown=count(shown.count(name)),
                all=count(getattr(total, counted.get(name, name))),
            )
            for name in dict.fromkeys(shown)
        }  # fmt: skip

    def industries(self) -> dict[str, str]:
        """Return the industries of the merchants shown, with their titles."""
        names = dict.fromkeys(one.industry for one in self.impact.merchants if one.industry)
        return {name: industry_name(self.impact, name, self.language) for name in names}

    def merchant_kind(self, merchant: ShownMerchant) -> str:
        """Return the industry and the shop type of a merchant."""
        if not merchant.industry:
            return NONE
        return kind_name(self.impact, merchant.industry, merchant.shop_type, self.language)

    def merchant_tier(self, merchant: ShownMerchant) -> str:
        """Return the standing of a merchant, or both of them."""
        titles = {one.id: one.title.of(self.language) for one in self.impact.standings}
        sides = (merchant.standing_before, merchant.standing_after)
        return " → ".join(dict.fromkeys(titles.get(side, side) for side in sides))

    def merchant_lists(self, merchant: ShownMerchant) -> str:
        """Return the lists that a merchant is on."""
        names = [self.phrase(f"list.{name}") for name in merchant.lists]
        return listed(names, self.language)

    def merchant_change(self, merchant: ShownMerchant) -> Cell:
        """Return the change of a merchant's score."""
        change = merchant.change
        return changed(change.value if change else 0, exact(change, signed=True))

    def merchant_contributions(self, merchant: ShownMerchant) -> list[tuple[str, Cell]]:
        """Return the contributions of the edits to the change of a merchant's score."""
        attribution = self.impact.attribution
        if attribution is None:
            return []
        unit = attribution.denominator * 10**self.impact.decimals
        pairs = zip(attribution.contributions, merchant.contributions, strict=True)
        decimals = self.impact.decimals
        return [
            (one.id, contribution(Fraction(part, unit), decimals)) for one, part in pairs if part
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

    # --- proof

    def plans(self) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
        """Yield every kind of merchant with the ruleset and the digest of its plan on each side."""
        for (industry, shop_type), sides in plan_pairs(self.impact).items():
            name = kind_name(self.impact, industry, shop_type, self.language)
            before, after = (
                {
                    "ruleset": (plan and plan.ruleset) or NONE,
                    "digest": (plan and plan.digest) or NONE,
                }
                for plan in sides
            )
            yield name, before, after


def _difference(before: Exact, after: Exact) -> Cell:
    change = minus(after, before)
    return changed(change.value, exact(change, signed=True))


def _cost_change(money: Money) -> str:
    return exact(minus(money.after, money.before), signed=True)
