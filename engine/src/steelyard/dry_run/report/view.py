"""An impact in one language, with the names, lines and lists that all templates use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from steelyard.dry_run.impact.model import Impact, PlanUsed, Reward, ShownMerchant, Standing
from steelyard.dry_run.pairs import FACTS
from steelyard.dry_run.report.numbers import NONE
from steelyard.dry_run.top_lists import LISTS
from steelyard.model.texts import Language
from steelyard.report.changes import Known, concerned
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import listed

Kind = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class ImpactView:
    """An impact as the templates show it, in one language."""

    impact: Impact
    language: Language

    # --- names

    def phrase(self, key: str, **parts: str) -> str:
        """Return a fixed phrase of the HTML page."""
        return say(f"impact.page.{key}", self.language, **parts)

    def heads(self, names: Sequence[str], key: str) -> list[str]:
        """Return the phrase `KEY.NAME` for each name."""
        return [self.phrase(f"{key}.{name}") for name in names]

    def industry(self, name: str) -> str:
        """Return the title of an industry."""
        title = self.impact.industries.get(name)
        return title.of(self.language) if title else name

    def missing_industries(self) -> str:
        """Return the titles of the industries that the population lacks; empty if unknown."""
        if self.impact.unreadable:  # the industry of a row that cannot be read is unknown
            return ""
        names = (self.industry(name) for name in self.impact.missing_kinds)
        return listed(names, self.language)

    def kind(self, industry: str, shop_type: str | None) -> str:
        """Return the titles of an industry and a shop type; a dash if the industry is empty."""
        name = self.industry(industry) or NONE
        if not shop_type:
            return name
        title = self.impact.shop_types.get(shop_type)
        return f"{name} · {title.of(self.language) if title else shop_type}"

    def standing(self, before: str, after: str) -> str:
        """Return the titles of two standings with an arrow; one title if both are equal."""
        titles = {
            standing.id: standing.title.of(self.language) for standing in self.impact.standings
        }
        return " → ".join(dict.fromkeys(titles.get(one, one) for one in (before, after)))

    def dimension(self, name: str, section: str) -> str:
        """Return the phrase of a dimension below `key`; for a fact, its id."""
        key = f"{section}.{name}"
        return say(key, self.language) if key in phrases(self.language) else name

    # --- lists

    def dimensions(self) -> list[str]:
        """Return the dimensions of the segments, in order."""
        segments = self.impact.segments
        return list(dict.fromkeys(segment.dimension for segment in segments if segment.dimension))

    def standings(self) -> list[Standing]:
        """Return all tiers, and the other standings of at least one merchant."""
        used = {standing for move in self.impact.total.moves for standing in move}
        return [one for one in self.impact.standings if one.is_tier or one.id in used]

    def rewards(self) -> list[Reward]:
        """Return the badges and benefits that a merchant gains or loses, or that have a cost."""
        return [
            reward for reward in self.impact.rewards if reward.gained or reward.lost or reward.cost
        ]

    def rejections(self) -> list[tuple[str, int]]:
        """Return the code of each reason for rejections with its merchants, the most first."""
        return sorted(self.impact.rejections.items(), key=lambda one: (-one[1], one[0]))

    def merchants_on(self, name: str) -> list[ShownMerchant]:
        """Return the merchants of a top list, the first first."""
        found = [merchant for merchant in self.impact.merchants if name in merchant.lists]
        return sorted(found, key=lambda one: one.ranks[one.lists.index(name)])

    def list_title(self, name: str) -> str:
        """Return the heading of a top list, with the fact that ranks it."""
        title = say(f"impact.list.{name}", self.language)
        if self.impact.weight is None:
            return title
        key = "weighted" if LISTS[name].times_weight else "ranked"
        fact = self.impact.weight.title.of(self.language)
        return say(f"impact.list.{key}", self.language, list=title, fact=fact)

    def contributions(self, merchant: ShownMerchant) -> list[tuple[str, Fraction]]:
        """Return the groups of edits that change a merchant's score, each with its points."""
        attribution = self.impact.attribution
        if attribution is None:
            return []
        groups = zip(attribution.contributions, merchant.contributions, strict=True)
        return [(group.id, attribution.points_of(part)) for group, part in groups if part]

    def plan_pairs(self) -> dict[Kind, tuple[PlanUsed | None, PlanUsed | None]]:
        """Return the plans of both sides for every kind of merchant that either side knows."""
        before, after = (
            {(plan.industry, plan.shop_type): plan for plan in side.plans}
            for side in (self.impact.live, self.impact.candidate)
        )
        return {kind: (before.get(kind), after.get(kind)) for kind in (*before, *after)}

    # --- edits

    def edit_audience(self, number: int) -> str:
        """Return in words whom an edit concerns: industries, and shop types if not all."""
        return concerned(self.impact.where[number], self.known, self.language)

    @property
    def known(self) -> Known:
        """The kinds of merchants that either side knows."""
        impact = self.impact
        return Known(list(self.plan_pairs()), impact.industries, impact.shop_types)

    def edit_notes(self) -> dict[int, str]:
        """Return a remark on each edit without effect on this population, by the edit's index."""
        untouched = self.impact.untouched if self.impact.verdict == "measured" else ()
        notes = {number: say("edit.untouched", self.language) for number in untouched}
        notes |= {number: say("edit.unread", self.language) for number in self.impact.unread}
        return notes | {number: say("edit.idle", self.language) for number in self.impact.idle}

    # --- lines of text and Markdown

    def verdict_lines(self) -> Iterator[str]:
        """Yield why no merchant was scored, or which industries the population lacks."""
        impact, language = self.impact, self.language
        if impact.verdict != "measured":
            yield say(f"impact.{impact.verdict}", language)
            yield say("impact.nobody_scored", language)
        elif self.missing_industries():
            yield say("impact.missing", language, list=self.missing_industries())

    def notice_lines(self) -> Iterator[str]:
        """Yield the notice given of every changed ruleset."""
        for notice in self.impact.notices:
            key = "impact.notice"
            if notice.withdrawn:
                key = "impact.notice.ended" if notice.announced else "impact.notice.withdrawn"
            elif notice.edited or notice.announced is None:
                key = "impact.notice.edited" if notice.edited else "impact.notice.none"
            name = notice.ruleset
            if name == FACTS:
                name = say("impact.notice.facts", self.language)
            yield say(
                key, self.language, ruleset=name, start=notice.start,
                announced=str(notice.announced), days=str(notice.days),
            )  # fmt: skip
