"""Rules with some of the edits made and the others not."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from steelyard.book import Joined
from steelyard.book.diff.edit import Edit
from steelyard.book.diff.entries import Keys, Pair, alternatives, inner, keys_of, pair, paired
from steelyard.book.layering import KEYED, MERGED
from steelyard.formats import Located

Made = Collection[tuple[str, str, tuple[str, ...]]]


def make_edits(old: Joined, new: Joined, edits: Collection[Edit]) -> Joined:
    """Return the old rules after making some of the edits that lead to the new rules.

    `edits` are some of those from `compare_joined(old, new)`. All texts for people are taken from
    the new rules, the file and its dates from the old. Making all edits gives the new rules.
    """
    made = {(edit.section, edit.part, edit.path) for edit in edits}
    joined = Joined(
        old.ruleset,
        old.layers,
        aliases={**old.aliases, **new.aliases},
        retired={**old.retired, **new.retired},
    )
    for section in KEYED:
        pairs = paired(section, old, new)
        order = _order(pairs, list(old.entries.get(section, {})), (section, "", ("order",)) in made)
        entries = {one.id: entry for one in order if (entry := _entry(section, one, one.id, made))}
        if entries or section in new.entries or section in old.entries:
            joined.entries[section] = _with_weights(section, "", pairs, entries, made)
    for section in MERGED:
        before, after = old.settings.get(section, {}), new.settings.get(section, {})
        settings = _chosen(before, after, lambda key, at=section: (at, "", (key,)) in made)
        if settings:
            joined.settings[section] = settings
    return joined


def _order(pairs: list[Pair], old: list[str], changed: bool) -> list[Pair]:
    """Return the entries in the new order if it `changed`, else in the old order."""
    if changed:
        return pairs
    rank = {name: place for place, name in enumerate(old)}
    # an added entry follows the same entry as in the new order
    ranks: list[tuple[int, int]] = []
    last = -1
    for place, one in enumerate(pairs):
        last = rank.get(one.old_id, last)
        ranks.append((last, place if one.old_id not in rank else -1))
    return [one for _, one in sorted(zip(ranks, pairs, strict=True), key=lambda entry: entry[0])]


def _entry(section: str, one: Pair, part: str, made: Made) -> Located | None:
    """Return an entry with the edits of its keys made, or None where it is not there."""
    if one.before is None or one.after is None:
        is_new = (section, part, ()) in made
        return one.after if is_new else one.before
    before, after = keys_of(one.before), keys_of(one.after)
    keys: Keys = {"id": after["id"]}
    for key in dict.fromkeys((*before, *after)):
        if key == "id":
            continue
        if key == "metrics" and section == "dimensions":
            keys[key] = _metrics(part, before.get(key), after.get(key), made)
        elif key == "with" and (section, part, ("type",)) not in made:
            parameters = _parameters(section, part, before.get(key), after.get(key), made)
            if parameters is not None:
                keys[key] = parameters
        else:
            names = alternatives(key)
            changed = key == "with" or any((section, part, (name,)) in made for name in names)
            chosen = (after if changed else before).get(key)
            if chosen is not None:
                keys[key] = chosen
    return _with_value(one.after, keys)


def _parameters(
    section: str, part: str, before: Located | None, after: Located | None, made: Made
) -> Located | None:
    keys = _chosen(
        inner(before), inner(after), lambda name: (section, part, ("with", name)) in made
    )
    model = before or after
    return None if model is None or (before is None and not keys) else _with_value(model, keys)


def _metrics(part: str, before: Located | None, after: Located | None, made: Made) -> Located:
    old, new = inner(before), inner(after)
    pairs = pair(old, new)
    order = _order(pairs, list(old), ("metrics", part, ("order",)) in made)
    entries = {
        one.id: entry
        for one in order
        if (entry := _entry("metrics", one, f"{part}/{one.id}", made)) is not None
    }
    model = after or before
    assert model is not None
    return _with_value(model, _with_weights("metrics", part, pairs, entries, made))


def _with_weights(
    section: str, part: str, pairs: list[Pair], entries: Mapping[str, Located], made: Made
) -> Keys:
    """Return entries with the weights of one side: all that both sides have change together."""
    changed = (section, part, ("weights",)) in made
    weights = {one.id: (one.after if changed else one.before) for one in pairs}
    result: Keys = {}
    for name, entry in entries.items():
        side = weights.get(name)
        keys = keys_of(entry)
        if side is not None and "weight" in keys_of(side) and "weight" in keys:
            result[name] = _with_value(entry, {**keys, "weight": keys_of(side)["weight"]})
        else:
            result[name] = entry
    return result


def _chosen(before: Keys, after: Keys, is_made: Callable[[str], bool]) -> Keys:
    """Return each key as one of the two sides has it."""
    sides = {key: after if is_made(key) else before for key in (*before, *after)}
    return {key: side[key] for key, side in sides.items() if key in side}


def _with_value(located: Located, keys: Keys) -> Located:
    return replace(located, value=keys)
