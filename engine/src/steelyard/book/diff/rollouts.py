"""Edits of who gets a version: the steps of rollouts."""

from collections.abc import Iterator, Mapping

from steelyard.book.diff.edit import Edit, Effect, make_edit
from steelyard.book.reading import RulesetFile
from steelyard.errors import Place
from steelyard.model.texts import Text


def compare_rollouts(
    old: Mapping[str, RulesetFile], new: Mapping[str, RulesetFile], effect: Effect = "score"
) -> Iterator[Edit]:
    """Yield an edit for each version, by `name@version`, whose rollout is not the same."""
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            continue  # the version itself is an edit
        before, after = (_text(side[name]) for side in (old, new))
        if (before and before[0]) != (after and after[0]):
            address = ("rulesets", new[name].id, "rollout")
            title = Text(**new[name].part("title").plain())
            yield make_edit("setting", address, before, after, title=title, effect=effect)


def _text(ruleset: RulesetFile) -> tuple[str, Place] | None:
    if ruleset.rollout is None:
        return None
    place = ruleset.part("rollout").place
    return f"{', '.join(ruleset.rollout.texts())} (salt {ruleset.rollout.salt})", place
