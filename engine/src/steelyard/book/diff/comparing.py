"""Two joined rulesets compared: every edit that leads from the one to the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from steelyard.book import Joined
from steelyard.book.diff.edit import Edit, Effect, Kind
from steelyard.book.diff.entries import Keys, Pair, keys_of, pair, paired, reordered
from steelyard.book.diff.values import differing, same, written
from steelyard.book.layering import ALTERNATIVES, KEYED, MERGED
from steelyard.errors import Place
from steelyard.formats import Located
from steelyard.model.texts import Text

_WORDS = frozenset(("title", "why", "source", "illustrative", "remedy", "aliases"))
_REWARDS = ("tiers", "badges")  # they read the score and nothing reads them
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
    edits: list[Edit] = [*_dates(old, new), *_settings(old, new)]
    for section in KEYED:
        pairs = paired(section, old, new)
        edits += _weights(section, "", pairs)
        for one in pairs:
            edits += _entry(section, one, one.id)
        edits += _order(section, "", old.entries.get(section, {}), new.entries.get(section, {}))
    return tuple(_with_layers(edit, old, new) for edit in edits)


def _with_layers(edit: Edit, old: Joined, new: Joined) -> Edit:
    """Return an edit that says whether another ruleset now lies over the one that spoke before."""
    if edit.before_place is None or edit.after_place is None:
        return edit
    rulesets = [
        next((layer.id for layer in side.layers if layer.file == place.file), None)
        for side, place in ((old, edit.before_place), (new, edit.after_place))
    ]
    return replace(edit, layered=rulesets[0] != rulesets[1])


def _entry(section: str, one: Pair, part: str) -> Iterator[Edit]:
    """Return the edits of one entry."""
    title = _title(one.after or one.before)
    if one.before is None or one.after is None:
        yield Edit(
            kind="added" if one.before is None else "retired",
            effect="rewards" if section in _REWARDS else "score",
            section=section,
            part=part,
            path=(),
            title=title,
            before=written(one.before),
            after=written(one.after),
            before_place=_entry_place(one.before),
            after_place=_entry_place(one.after),
        )
        return
    before, after = keys_of(one.before), keys_of(one.after)
    if one.old_id != one.id:
        yield _edit("renamed", "words", section, part, ("id",), title, before["id"], after["id"])
    seen: set[str] = set()
    for key in dict.fromkeys((*before, *after)):
        if key == "id" or key in seen:
            continue
        together = next((names for names in ALTERNATIVES if key in names), (key,))
        seen.update(together)
        yield from _key(section, part, title, key, together, before, after)


def _key(
    section: str,
    part: str,
    title: Text | None,
    key: str,
    together: Sequence[str],
    before: Keys,
    after: Keys,
) -> Iterator[Edit]:
    """Return the edits of one key of an entry, or of the keys that stand for each other."""
    if key == "metrics" and section == "dimensions":
        pairs = pair(_metrics(before), _metrics(after))
        yield from _weights("metrics", part, pairs)
        for one in pairs:
            yield from _entry("metrics", one, f"{part}/{one.id}")
        yield from _order("metrics", part, _metrics(before), _metrics(after))
        return
    if key == "with" and _same_key("type", before, after):
        parameters, changed = _inner(before.get("with")), _inner(after.get("with"))
        for name in dict.fromkeys((*parameters, *changed)):
            one, other = parameters.get(name), changed.get(name)
            if not same(one, other):
                yield _edit("parameter", "score", section, part, ("with", name), title, one, other)
        return
    if key in ("with", "weight"):  # a new type brings its parameters; weights go together
        return
    names = [name for name in together if name in before or name in after]
    if all(_same_key(name, before, after) for name in names):
        return
    one = next((before[name] for name in together if name in before), None)
    other = next((after[name] for name in together if name in after), None)
    kind: Kind = "words" if key in _WORDS else _KINDS.get(key, "setting")
    yield _edit(kind, _effect(section, key), section, part, (key,), title, one, other)


def _effect(section: str, key: str) -> Effect:
    if key in _WORDS:
        return "words"
    return "rewards" if section in _REWARDS else "score"


def _weights(section: str, part: str, pairs: Sequence[Pair]) -> Iterator[Edit]:
    """Return the weights that changed, as one edit: they add up to one together."""
    both = [one for one in pairs if one.before is not None and one.after is not None]
    changed = [
        (one.id, before, after)
        for one in both
        if one.before is not None
        and one.after is not None
        and not same(
            before := keys_of(one.before).get("weight"), after := keys_of(one.after).get("weight")
        )
    ]
    if changed:
        yield Edit(
            kind="weight",
            effect="score",
            section=section,
            part=part,
            path=("weights",),
            title=None,
            before=", ".join(f"{name} {written(one)}" for name, one, _ in changed),
            after=", ".join(f"{name} {written(one)}" for name, _, one in changed),
            before_place=_place(changed[0][1]),
            after_place=_place(changed[0][2]),
        )


def _order(section: str, part: str, before: Keys, after: Keys) -> Iterator[Edit]:
    """Return the edit of an order: caps cut the last first, and of equals the first is best."""
    if reordered(list(before), list(after)):
        moved = next(iter(after.values()))
        yield Edit(
            kind="order",
            effect="rewards" if section in _REWARDS else "score",
            section=section,
            part=part,
            path=("order",),
            title=None,
            before=", ".join(before),
            after=", ".join(after),
            before_place=_entry_place(next(iter(before.values()))),
            after_place=_entry_place(moved),
        )


def _settings(old: Joined, new: Joined) -> Iterator[Edit]:
    for section in MERGED:
        before, after = old.settings.get(section, {}), new.settings.get(section, {})
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key), after.get(key)
            if not same(one, other):
                kind: Kind = "cap" if key == "cap" else "setting"
                yield _edit(kind, "score", section, "", (key,), None, one, other)


def _dates(old: Joined, new: Joined) -> Iterator[Edit]:
    """Return versions and dates of the layers that changed."""
    before = {layer.id: layer for layer in old.layers}
    after = {layer.id: layer for layer in new.layers}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        for key in ("version", "effective"):
            past = one.part(key) if one is not None else None
            present = other.part(key) if other is not None else None
            if (_text(past) if key == "version" else written(past)) != (
                _text(present) if key == "version" else written(present)
            ):
                title = Text(**(other or one).part("title").plain())  # type: ignore[union-attr]  # one is there
                yield Edit(
                    kind="dates",
                    effect="dates",
                    section="rulesets",
                    part=name,
                    path=(key,),
                    title=title,
                    before=_text(past) if key == "version" else written(past),
                    after=_text(present) if key == "version" else written(present),
                    before_place=_place(past),
                    after_place=_place(present),
                )


def _text(value: Located | None) -> str | None:
    return None if value is None else value.text or str(value.value)


def _edit(
    kind: Kind,
    effect: Effect,
    section: str,
    part: str,
    path: tuple[str, ...],
    title: Text | None,
    before: Located | None,
    after: Located | None,
) -> Edit:
    before, after = differing(before, after)
    return Edit(
        kind=kind,
        effect=effect,
        section=section,
        part=part,
        path=path,
        title=title,
        before=written(before),
        after=written(after),
        before_place=_place(before),
        after_place=_place(after),
    )


def _same_key(key: str, before: Keys, after: Keys) -> bool:
    return same(before.get(key), after.get(key))


def _metrics(keys: Keys) -> Keys:
    return _inner(keys.get("metrics"))


def _inner(value: Located | None) -> Keys:
    return value.value if value is not None and isinstance(value.value, dict) else {}


def _title(entry: Located | None) -> Text | None:
    titled = keys_of(entry).get("title") if entry is not None else None
    return None if titled is None else Text(**titled.plain())


def _place(value: Located | None) -> Place | None:
    return None if value is None else value.place


def _entry_place(entry: Located | None) -> Place | None:
    return None if entry is None else keys_of(entry)["id"].place
