"""Counting the results of a run, batch by batch, in little memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.tables import Scores


@dataclass(slots=True)
class Tally:
    """The counts of the results of a population.

    Every row is scored, unscored or rejected. The counters have these keys: `scores` the displayed
    score as an integer with the layout's display decimals; `tiers` (ruleset, tier); `outcomes`
    (`ruleset@version`, part, outcome); `reasons` the same and the reasons, for parts that are not
    awarded; `no_score` the reasons for no score; `rejections` the code of a problem, at most once
    for each merchant; `rulesets` `ruleset@version`.
    """

    layout: Layout
    rows: int = 0
    scored: int = 0
    unscored: int = 0
    rejected: int = 0
    scores: Counter[int] = field(default_factory=Counter)
    tiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    no_score: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    rulesets: Counter[str] = field(default_factory=Counter)

    @property
    def adds_up(self) -> bool:
        """True if scored, unscored and rejected rows add up to the rows read."""
        return self.rows == self.scored + self.unscored + self.rejected

    def add(self, scores: Scores) -> None:
        """Count the results of a batch."""
        for group in scores.groups:
            columns, plan = group.columns, group.plan
            name = plan.name
            scored = int(columns.has_score.sum())
            self.scored += scored
            self.unscored += len(group.rows) - scored
            self.rulesets[name] += len(group.rows)
            shown = columns.score[columns.has_score] * self.layout.display_factor(plan)
            for value, often in pl.Series("score", shown).value_counts().iter_rows():
                self.scores[value] += often
            if columns.tier is not None and plan.total.tier is not None:
                tiers = plan.nodes[plan.total.tier].type.values
                counts = np.bincount(columns.tier[columns.has_score], minlength=len(tiers))
                for tier, n in zip(tiers, counts.tolist(), strict=False):
                    if n:
                        self.tiers[plan.ruleset, tier] += n
            for count in columns.counts:
                self.outcomes[name, count.part, count.outcome] += count.merchants
                if count.outcome != "awarded":
                    self.reasons[name, count.part, count.outcome, count.reasons] += count.merchants
            numbers = np.bincount(columns.reasons[~columns.has_score])
            for number in np.flatnonzero(numbers):
                self.no_score[scores.texts[number]] += int(numbers[number])

    def reject(self, codes: Iterable[str]) -> None:
        """Count one rejected merchant by the codes of its problems."""
        self.rejected += 1
        self.rejections.update(set(codes))
