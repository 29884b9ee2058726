"""Values of edits as text: what a ruleset writes as it is, declarations and rollouts in words."""

from collections.abc import Iterator
from datetime import date

from steelyard.book.diff.edit import EditValue
from steelyard.model.facts import Declaration, FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.rollout import SHARE_DECIMALS, Rollout, RolloutSchedule
from steelyard.model.texts import Language
from steelyard.report.facts import default_of
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import listed


def value_text(value: EditValue, language: Language) -> str:
    """Return a value of an edit as one line of text."""
    if isinstance(value, FactDeclaration):
        return _declaration(value, language)
    if isinstance(value, Rollout):
        text = say("edit.rollout.of", language, ruleset=value.ruleset, share=_share(value.share))
        text = say("edit.rollout.shadow", language, text=text) if value.shadow else text
        return say("edit.rollout.salt", language, text=text, salt=value.salt)
    if isinstance(value, RolloutSchedule):
        steps: list[str] = []
        for step in value.steps:
            key = "edit.rollout.shadow_step" if step.shadow else "edit.rollout.step"
            day = step.start.isoformat()
            steps.append(say(key, language, share=_share(step.share), day=day))
        text = listed(steps, language)
        return say("edit.rollout.salt", language, text=text, salt=value.salt)
    return value


def _share(share: int) -> str:
    return format_scaled(share, SHARE_DECIMALS, trim=True)


def _declaration(fact: FactDeclaration, language: Language) -> str:
    """Return the values that a declaration accepts."""
    parts = list(_accepted(fact, language))
    default = default_of(fact)
    if default is not None:
        parts.append(say("edit.fact.default", language, value=default))
    elif fact.required:
        parts.append(say("fact.required", language))
    if fact.type == "records":
        fields = say("sentences", language).join(_field(field, language) for field in fact.fields)
        count = str(fact.max_records)
        parts.append(say("edit.fact.records", language, count=count, fields=fields))
        if fact.key:
            parts.append(say("edit.fact.key", language, list=listed(fact.key, language)))
    if fact.at_most:
        parts.append(say("edit.fact.at_most", language, fact=fact.at_most))
    return say("edit.fact.list", language).join(parts)


def _field(field: FieldDeclaration, language: Language) -> str:
    parts = [*_accepted(field, language)]
    parts += [] if field.required else [say("fact.optional", language)]
    return f"{field.name} {' '.join(parts)}"


def _accepted(declared: Declaration, language: Language) -> Iterator[str]:
    """Yield the type, the unit and the bounds of a fact or a field of records."""
    yield say(f"edit.fact.type.{declared.type}", language)
    if declared.unit:
        unit = f"edit.fact.unit.{declared.unit}"
        yield say(unit, language) if unit in phrases(language) else declared.unit
    ends = (declared.low, declared.high)
    if declared.type in ("int", "decimal"):
        low, high = (format_scaled(end, declared.decimals, trim=True) for end in ends)
        yield say("edit.fact.range", language, low=low, high=high)
        if declared.decimals:
            yield say("edit.fact.decimals", language, count=str(declared.decimals))
    elif declared.type == "date":
        low, high = (date.fromordinal(end).isoformat() if end > 0 else "…" for end in ends)
        yield say("edit.fact.range", language, low=low, high=high)
    elif declared.type == "enum":
        yield say("edit.fact.values", language, list=listed(declared.values, language))
