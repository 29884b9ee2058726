"""A comparison of two joined rulesets: every edit, and the rules with a subset of the edits.

One walk over both rulesets does both: it passes each edit to a function, and uses the new value of
the edits that the function accepts.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from steelyard.book import Joined
from steelyard.book.diff.edit import WORDS, Edit, Effect, Kind, make_edit, order_edit
from steelyard.book.diff.entries import (
    Keys,
    Pair,
    alternatives,
    in_old_order,
    inner,
    keys_of,
    pair,
    paired,
)
from steelyard.book.diff.values import differing, flow, format_value, same
from steelyard.book.layering import KEYED, MERGED
from steelyard.formats import Located
from steelyard.model.texts import Text

_KEYS: dict[Kind, tuple[str, ...]] = {
    "type": ("type",),
    "condition": (
        "when", "scope", "requires", "fact", "sample", "small_sample", "since", "days",
        "is",
    ),
    "gate": ("gate",),
    "cap": ("cap",),
    "members": ("items", "blocks", "metrics", "combine", "n"),
    "points": ("bands", "curve", "formula"),
    "tier": ("at_least", "otherwise"),
    "benefits": ("benefits",),
}  # fmt: skip
_KINDS: dict[str, Kind] = {key: kind for kind, keys in _KEYS.items() for key in keys}

Address = tuple[str, ...]  # the section, the part, then the path of the key
Take = Callable[[Edit], bool]


def compare_joined(old: Joined, new: Joined) -> tuple[Edit, ...]:
    """Return every edit between two joined rulesets, in the order of a ruleset's sections."""
    edits: list[Edit] = [*_dates(old, new)]

    def note(edit: Edit) -> bool:
        edits.append(edit)
        return False

    _merge(old, new, note)
    return tuple(_with_layers(edit, old, new) for edit in edits)


def make_edits(old: Joined, new: Joined, edits: Collection[Edit]) -> Joined:
    """Return the old rules with a subset of the edits that lead to the new rules.

    `edits` are edits of `compare_joined(old, new)`. Ids come from the new rules, the file and its
    dates from the old rules. All edits together give the new rules.
    """
    made = {(edit.section, edit.part, edit.path) for edit in edits}
    return _merge(old, new, lambda edit: (edit.section, edit.part, edit.path) in made)


def _with_layers(edit: Edit, old: Joined, new: Joined) -> Edit:
    """Return the edit; `layered` is True if its two values come from different rulesets."""
    if edit.before_place is None or edit.after_place is None:
        return edit
    rulesets = [
        next((layer.id for layer in side.layers if layer.file == place.file), None)
        for side, place in ((old, edit.before_place), (new, edit.after_place))
    ]
    return replace(edit, layered=rulesets[0] != rulesets[1])


def _merge(old: Joined, new: Joined, take: Take) -> Joined:
    """Return the old rules with the new values of the edits for which `take` returns True.

    `take` is called with every edit, in the order of a ruleset's sections.
    """
    joined = Joined(
        old.ruleset,
        old.layers,
        aliases={**old.aliases, **new.aliases},
        retired={**old.retired, **new.retired},
    )
    for section in MERGED:
        before, after = old.settings.get(section, {}), new.settings.get(section, {})
        settings = _merge_keys((section, ""), before, after, take, _setting_kind, effect="score")
        if settings:
            joined.settings[section] = settings
    for section in KEYED:
        sides = (old.entries.get(section, {}), new.entries.get(section, {}))
        entries = _merge_entries((section, ""), *sides, paired(section, old, new), take)
        if entries or section in old.entries or section in new.entries:
            joined.entries[section] = entries
    return joined


def _setting_kind(key: str) -> Kind:
    return "cap" if key == "cap" else "setting"


def _merge_keys(
    address: Address,
    before: Keys,
    after: Keys,
    take: Take,
    kind_of: Callable[[str], Kind],
    *,
    title: Text | None = None,
    effect: Effect | None = None,
) -> Keys:
    """Return the keys of a mapping, each from the new side if its edit is taken."""
    keys: Keys = {}
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        chosen = old
        if not same(old, new):
            edit = _edit(kind_of(key), (*address, key), old, new, title, effect)
            chosen = new if take(edit) else old
        if chosen is not None:
            keys[key] = chosen
    return keys


def _merge_entries(
    address: tuple[str, str], before: Keys, after: Keys, pairs: Sequence[Pair], take: Take
) -> Keys:
    """Return a list of entries: their weights change together, then each entry, then the order."""
    section, parent = address
    weights = _weights(address, pairs)
    has_new_weights = weights is not None and take(weights)
    entries: Keys = {}
    for one in pairs:
        part = f"{parent}/{one.id}" if parent else one.id
        entry = _merge_entry((section, part), one, take, has_new_weights=has_new_weights)
        if entry is not None:
            entries[one.id] = entry
    first, second = (_at_id(next(iter(side.values()), None)) for side in (before, after))
    places = (first and first.place, second and second.place)
    reordered = order_edit(address, list(before), list(after), places)
    is_reordered = reordered is not None and take(reordered)
    order = pairs if is_reordered else in_old_order(pairs, list(before))
    return {one.id: entries[one.id] for one in order if one.id in entries}


def _merge_entry(
    address: tuple[str, str], one: Pair, take: Take, *, has_new_weights: bool
) -> Located | None:
    """Return an entry with the taken edits of its keys, or None where it does not exist."""
    title = inner(one.after or one.before).get("title")
    words = None if title is None else Text(**title.plain())
    if one.before is None or one.after is None:
        kind: Kind = "added" if one.before is None else "retired"
        sides = (_at_id(one.before), _at_id(one.after))
        return one.after if take(_edit(kind, address, *sides, words)) else one.before
    before, after = keys_of(one.before), keys_of(one.after)
    keys: Keys = {"id": after["id"]}
    if one.old_id != one.id:
        take(_edit("renamed", (*address, "id"), before["id"], after["id"], words))
    weights = after if has_new_weights else before
    if "weight" in weights:
        keys["weight"] = weights["weight"]
    is_retyped = not same(before.get("type"), after.get("type"))
    seen = {"id", "weight", *(["with"] if is_retyped else [])}
    for key in dict.fromkeys((*before, *after)):
        if key in seen:
            continue
        names = alternatives(key)
        seen.update(names)
        old, new = (
            next((side[name] for name in names if name in side), None) for side in (before, after)
        )
        if key == "metrics" and address[0] == "dimensions":
            sides = (inner(old), inner(new))
            metrics = _merge_entries(("metrics", address[1]), *sides, pair(*sides), take)
            keys[key] = _with_value(new or old, metrics)
        elif key == "with":
            path = (*address, key)
            sides = (inner(old), inner(new))
            parameters = _merge_keys(path, *sides, take, lambda _: "parameter", title=words)
            if old is not None or parameters:
                keys[key] = _with_value(old or new, parameters)
        else:
            kind = "words" if key in WORDS else _KINDS.get(key, "setting")
            is_same = all(same(before.get(name), after.get(name)) for name in names)
            is_taken = not is_same and take(_edit(kind, (*address, key), old, new, words))
            side = after if is_taken else before
            names = (*names, "with") if is_retyped and key == "type" else names
            keys |= {name: side[name] for name in names if name in side}
    return _with_value(one.after, keys)


def _weights(address: tuple[str, str], pairs: Sequence[Pair]) -> Edit | None:
    """Return one edit for all changed weights, because the weights of a list add up to one."""
    changed: list[tuple[str, Located | None, Located | None]] = []
    for one in pairs:
        if one.before is not None and one.after is not None:
            weights = (keys_of(one.before).get("weight"), keys_of(one.after).get("weight"))
            if not same(*weights):
                changed.append((one.id, *weights))
    if not changed:
        return None
    _, first, second = changed[0]
    before = ", ".join(f"{name} {format_value(value)}" for name, value, _ in changed)
    after = ", ".join(f"{name} {format_value(value)}" for name, _, value in changed)
    sides = ((before, first and first.place), (after, second and second.place))
    return make_edit("weight", (*address, "weights"), *sides)


def _dates(old: Joined, new: Joined) -> Iterator[Edit]:
    """Yield an edit for each version or date of a layer that differs."""
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
    values = differing(before, after)
    texts = [None if value is None else flow(value.plain()) for value in values]
    if texts[0] == texts[1]:
        texts = [None if value is None else flow(value.plain(), quoted=True) for value in values]
    sides = (
        None if value is None or text is None else (text, value.place)
        for value, text in zip(values, texts, strict=True)
    )
    return make_edit(kind, address, *sides, title=title, effect=effect)


def _at_id(entry: Located | None) -> Located | None:
    """Return the entry with the place of its `id` as its place."""
    return None if entry is None else replace(entry, place=keys_of(entry)["id"].place)


def _with_value(located: Located | None, keys: Keys) -> Located:
    assert located is not None
    return replace(located, value=keys)
