"""Variants of rules: a pair of rules with any subset of the edits applied."""

from dataclasses import dataclass, field, replace

from steelyard.book.diff import make_edits
from steelyard.book.diff.calendars import CALENDARS, joined_calendars
from steelyard.book.diff.edit import REWARDS
from steelyard.compiler.selections import compile_joined
from steelyard.dry_run.pairs import DAY, FACTS, Pair, Pairing
from steelyard.dry_run.sides import Side
from steelyard.errors import InvalidInput
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue


@dataclass(frozen=True, slots=True)
class Variant:
    """Rules with a subset of the edits: the plan, the scoring date, and the reading of facts."""

    plan: Plan
    day: int
    reading: int


@dataclass(slots=True)
class Variants:
    """A compiler of the variants of one pair of rules, which compiles each variant once."""

    pair: Pair
    pairing: Pairing
    live: Side
    candidate: Side
    catalogue: Catalogue
    _made: dict[frozenset[int], Variant | None] = field(default_factory=dict)

    def works(self, made: frozenset[int]) -> bool:
        """Return whether the rules with a subset of the edits are valid.

        If one side has no rules, every subset is valid.
        """
        one_sided = self.pair.live.plan is None or self.pair.candidate.plan is None
        return one_sided or self.variant(made) is not None

    def variant(self, made: frozenset[int]) -> Variant | None:
        """Return the rules with a subset of the edits; None if they are invalid or do not exist.

        The empty subset gives the live rules, the full set the candidate rules.
        """
        edits = self.pairing.edits
        made = frozenset(number for number in made if edits[number].effect == "score")
        if made not in self._made:
            self._made[made] = self._make(made)
        return self._made[made]

    def _make(self, made: frozenset[int]) -> Variant | None:
        edits = self.pairing.edits
        live, candidate = self.pair.live, self.pair.candidate
        all_made = frozenset(n for n in self.pair.edits if edits[n].effect == "score")
        moved = any(edits[number].section == DAY for number in made)
        read = any(edits[number].section == FACTS for number in made)
        side = self.candidate if moved else self.live
        day = side.as_of.toordinal()
        reading = int(read and len(self.pairing.readings) > 1)
        if not made:
            return None if live.plan is None else Variant(live.plan, day, reading)
        # plans of bundles have no rules to edit: their edits are one group, made together
        in_parts = live.joined is not None and candidate.joined is not None
        if candidate.plan is None or not (made == all_made or in_parts):
            return None
        if made == all_made:
            last = len(self.pairing.readings) - 1
            return Variant(candidate.plan, self.candidate.as_of.toordinal(), last)
        assert live.joined is not None
        assert candidate.joined is not None
        assert live.selection is not None
        joined = make_edits(live.joined, candidate.joined, [edits[number] for number in made])
        # the dates of the rules are those of the file
        own = candidate.joined if moved else live.joined
        # tiers and badges read the score and nothing reads them: no variant needs them
        entries = {name: one for name, one in joined.entries.items() if name not in REWARDS}
        joined = replace(joined, ruleset=own.ruleset, layers=own.layers, entries=entries)
        facts = self.pairing.facts[reading]
        calendars = joined_calendars(
            live.selection.calendars,
            self.candidate.calendars,
            edited=any(edits[number].section == CALENDARS for number in made),
        )
        selection = replace(live.selection, calendars=calendars)
        try:
            plan = compile_joined(joined, selection, self.catalogue, facts)
        except InvalidInput:
            return None
        if not plan.dates.first_day <= side.as_of <= plan.dates.last_day:
            return None
        return Variant(plan, day, reading)
