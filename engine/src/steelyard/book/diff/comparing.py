"""Two joined rulesets compared: every edit that leads from the one to the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from steelyard.book import Joined
from steelyard.book.diff.edit import WORDS, Edit, Effect, Kind, make_edit, order_edits
from steelyard.book.diff.entries import Keys, Pair, alternatives, inner, keys_of, pair, paired
from steelyard.book.diff.values import differing, flow, format_value, same
from steelyard.book.layering import KEYED, MERGED
from steelyard.formats import Located
from steelyard.model.texts import Text

_KINDS: dict[str, Kind] = {
    "type": "type",
    "when": "condition",
    "scope": "condition",
    "gate": "gate",
    "requires": "condition",
    "fact": "condition",
    "sample": "condition",
    "small_sample": "condition",
    "cap": "cap",
    "items": "members",
    "blocks": "members",
    "metrics": "members",
    "combine": "members",
    "n": "members",
    "bands": "points",
    "curve": "points",
    "at_least": "tier",
    "otherwise": "tier",
    "benefits": "benefits",
    "since": "condition",
    "days": "condition",
}


def compare_joined(old: Joined, new: Joined) -> tuple[Edit, ...]:
    """Return every edit between two joined rulesets, in the order of a ruleset's sections."""
    edits: list[Edit] = [*_dates(old, new)]
    for section in MERGED:
        before, after = old.settings.get(section, {}), new.settings.get(section, {})
        for key in dict.fromkeys((*before, *after)):
            sides = (before.get(key), after.get(key))
            if not same(*sides):
                kind: Kind = "cap" if key == "cap" else "setting"
                edits.append(_edit(kind, (section, "", key), *sides, effect="score"))
    for section in KEYED:
        before, after = old.entries.get(section, {}), new.entries.get(section, {})
        edits += _entries((section, ""), before, after, paired(section, old, new))
    return tuple(_with_layers(edit, old, new) for edit in edits)


def _with_layers(edit: Edit, old: Joined, new: Joined) -> Edit:
    """Return an edit with `layered` set: whether its two values come from different rulesets."""
    if edit.before_place is None or edit.after_place is None:
        return edit
    rulesets = [
        next((layer.id for layer in side.layers if layer.file == place.file), None)
        for side, place in ((old, edit.before_place), (new, edit.after_place))
    ]
    return replace(edit, layered=rulesets[0] != rulesets[1])


def _entries(
    address: tuple[str, str], before: Keys, after: Keys, pairs: Sequence[Pair]
) -> Iterator[Edit]:
    """Yield the edits of a list of entries: weights, each entry, and their order."""
    section, parent = address
    yield from _weights(address, pairs)
    for one in pairs:
        yield from _entry((section, f"{parent}/{one.id}" if parent else one.id), one)
    first, second = (_at_id(next(iter(side.values()), None)) for side in (before, after))
    places = (first and first.place, second and second.place)
    yield from order_edits(address, list(before), list(after), places)


def _entry(address: tuple[str, str], one: Pair) -> Iterator[Edit]:
    """Yield the edits of one entry."""
    title = inner(one.after or one.before).get("title")
    words = None if title is None else Text(**title.plain())
    if one.before is None or one.after is None:
        kind: Kind = "added" if one.before is None else "retired"
        yield _edit(kind, address, _at_id(one.before), _at_id(one.after), words)
        return
    before, after = keys_of(one.before), keys_of(one.after)
    if one.old_id != one.id:
        yield _edit("renamed", (*address, "id"), before["id"], after["id"], words)
    seen = {"id", "weight"}  # the weights of all entries are one edit
    for key in dict.fromkeys((*before, *after)):
        if key in seen:
            continue
        names = alternatives(key)
        seen.update(names)
        old, new = (
            next((side[name] for name in names if name in side), None) for side in (before, after)
        )
        if key == "metrics" and address[0] == "dimensions":
            metrics, others = inner(old), inner(new)
            yield from _entries(("metrics", address[1]), metrics, others, pair(metrics, others))
        elif key == "with":
            is_retyped = not same(before.get("type"), after.get("type"))
            yield from [] if is_retyped else _parameters(address, inner(old), inner(new), words)
        elif not all(same(before.get(name), after.get(name)) for name in names):
            kind = "words" if key in WORDS else _KINDS.get(key, "setting")
            yield _edit(kind, (*address, key), old, new, words)


def _parameters(
    address: tuple[str, str], before: Keys, after: Keys, title: Text | None
) -> Iterator[Edit]:
    for name in dict.fromkeys((*before, *after)):
        sides = (before.get(name), after.get(name))
        if not same(*sides):
            yield _edit("parameter", (*address, "with", name), *sides, title)


def _weights(address: tuple[str, str], pairs: Sequence[Pair]) -> Iterator[Edit]:
    """Yield the weights that changed, as one edit: they add up to one together."""
    changed: list[tuple[str, Located | None, Located | None]] = []
    for one in pairs:
        if one.before is not None and one.after is not None:
            weights = (keys_of(one.before).get("weight"), keys_of(one.after).get("weight"))
            if not same(*weights):
                changed.append((one.id, *weights))
    if changed:
        _, first, second = changed[0]
        before = ", ".join(f"{name} {format_value(value)}" for name, value, _ in changed)
        after = ", ".join(f"{name} {format_value(value)}" for name, _, value in changed)
        places = (first and first.place, second and second.place)
        sides = ((before, places[0]), (after, places[1]))
        yield make_edit("weight", (*address, "weights"), *sides)


def _dates(old: Joined, new: Joined) -> Iterator[Edit]:
    """Yield versions and dates of the layers that changed."""
    before = {layer.id: layer for layer in old.layers}
    after = {layer.id: layer for layer in new.layers}
    for name in dict.fromkeys((*before, *after)):
        layers = [side[name] for side in (before, after) if name in side]
        title = Text(**layers[-1].part("title").plain())
        for key, write in (("version", _text), ("effective", format_value)):
            values = (side[name].part(key) if name in side else None for side in (before, after))
            past, present = (
                None if value is None else (write(value) or "", value.place) for value in values
            )
            if (past and past[0]) != (present and present[0]):
                address = ("rulesets", name, key)
                yield make_edit("dates", address, past, present, title=title, effect="dates")


def _text(value: Located) -> str:
    return value.text or str(value.value)


def _edit(
    kind: Kind,
    address: Sequence[str],
    before: Located | None,
    after: Located | None,
    title: Text | None = None,
    effect: Effect | None = None,
) -> Edit:
    sides = (
        None if value is None else (flow(value.plain()), value.place)
        for value in differing(before, after)
    )
    return make_edit(kind, address, *sides, title=title, effect=effect)


def _at_id(entry: Located | None) -> Located | None:
    """Return an entry at the place of its id."""
    return None if entry is None else replace(entry, place=keys_of(entry)["id"].place)
