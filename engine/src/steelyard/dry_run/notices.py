"""The notice that merchants had of every ruleset that a change adds, edits or withdraws."""

from collections.abc import Iterator, Sequence
from datetime import date

from steelyard.book.diff.edit import Edit
from steelyard.book.reading import RulesetFile
from steelyard.dry_run.impact.model import Notice
from steelyard.dry_run.pairs import FACTS, SHOP_TYPE, Pair, Pairing
from steelyard.dry_run.segments import phrase
from steelyard.dry_run.sides import Side
from steelyard.model.texts import Text
from steelyard.plan.structure import Plan


def find_notices(live: Side, candidate: Side, pairing: Pairing) -> tuple[Notice, ...]:
    """Return a notice for every changed ruleset, ascending by name, and one for edited facts.

    A ruleset of which only words or dates change needs no notice.
    """
    notices: dict[str, Notice] = {}
    for pair in pairing.pairs:
        for notice in _of_pair(live, candidate, pairing, pair):
            notices.setdefault(notice.ruleset, notice)
    return tuple(notice for _, notice in sorted(notices.items()))


def _of_pair(live: Side, candidate: Side, pairing: Pairing, pair: Pair) -> Iterator[Notice]:
    edits = [pairing.edits[number] for number in pair.edits]
    edits = [edit for edit in edits if edit.effect in ("score", "rewards")]
    if any(edit.section == FACTS for edit in edits):
        day = candidate.as_of.isoformat()
        yield Notice(FACTS, phrase("edit.section.facts"), None, day, 0, edited=True)
    parts = {(edit.section, edit.part) for edit in edits}
    if (FACTS, SHOP_TYPE) in parts and all(section == FACTS for section, _ in parts):
        return  # the rules stay as they are, for other merchants
    before, after = (
        {layer.id: layer for layer in rules.selection.layers} if rules.selection else {}
        for rules in (pair.live, pair.candidate)
    )
    if not before and not after:
        yield from _of_plans(live, candidate, pair.live.plan, pair.candidate.plan, edits)
    files = {
        place.file for edit in edits for place in (edit.before_place, edit.after_place) if place
    }
    # a layer may retire a part of another layer: the edit has no place in the layer itself
    retires = any(edit.after_place is None for edit in edits)
    for layer in after.values():
        old = before.get(layer.id)
        if not edits or (old is not None and (old.name, old.digest) == (layer.name, layer.digest)):
            continue
        if old is not None and old.name != layer.name and layer.start < old.start:
            yield _withdrawn(old, candidate)
        elif old is None or retires or files & {layer.file, old.file}:
            yield _announced(layer, live)
    # a ruleset of another name that takes the place of one has a notice of its own
    replaced = {layer.scene for layer in after.values() if layer.id not in before}
    for layer in before.values():
        is_gone = layer.id not in after and layer.scene not in replaced
        if is_gone and (not after or layer.file in files):
            yield _withdrawn(layer, candidate)


def _of_plans(
    live: Side, candidate: Side, before: Plan | None, after: Plan | None, edits: Sequence[Edit]
) -> Iterator[Notice]:
    """Yield the notice of the plans of two bundles, which know the dates of one ruleset only.

    Where a layer below it changes, nobody can tell when that was announced: the notice is 0 days.
    """
    if not edits or (before is None and after is None):
        return
    if after is None or (before is not None and after.dates.start < before.dates.start):
        gone = before or after
        assert gone is not None
        name, day = gone.name, candidate.as_of.isoformat()
        yield Notice(name, gone.title, None, day, 0, withdrawn=True)
        return
    name, announced, start = after.name, after.dates.announced, after.dates.start
    # what merchants were told, or what they are scored by, had another form
    is_known = live.released.get(name, candidate.released[name]) != candidate.released[name]
    told = min(start, announced or start) <= live.as_of.isoformat()
    edited = (before is not None and before.name == name) or (is_known and told)
    days = 0
    if announced is not None and not edited:
        days = (date.fromisoformat(start) - date.fromisoformat(announced)).days
    yield Notice(name, after.title, None if edited else announced, start, days, edited=edited)


def _announced(layer: RulesetFile, live: Side) -> Notice:
    """Return the notice of a version that comes into force, or that is edited."""
    known = live.versions.get(layer.name)
    announced = layer.announced
    edited = False
    if known is not None and known.digest != layer.digest:
        # what merchants were told, or what they are scored by, had another form
        told = known.announced is not None and known.announced <= live.as_of
        edited = known.start <= live.as_of or (told and known.announced == announced)
    if edited:
        announced = None
    return Notice(
        layer.name,
        Text(**layer.part("title").plain()),
        None if announced is None else announced.isoformat(),
        layer.start.isoformat(),
        0 if announced is None else (layer.start - announced).days,
        edited=edited,
    )


def _withdrawn(layer: RulesetFile, candidate: Side) -> Notice:
    """Return the notice of a version that was in force: its own end, if it still says so."""
    kept = candidate.versions.get(layer.name)
    end = layer.until if kept is not None and kept.digest == layer.digest else None
    announced = layer.announced if end is not None and end <= candidate.as_of else None
    return Notice(
        layer.name,
        Text(**layer.part("title").plain()),
        None if announced is None else announced.isoformat(),
        (candidate.as_of if end is None else end).isoformat(),
        0 if announced is None or end is None else (end - announced).days,
        withdrawn=True,
    )
