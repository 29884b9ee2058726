"""Reasons of outcomes in words: requirements, comparisons, vetoes, cuts."""

from collections.abc import Iterator
from datetime import date

from steelyard.model.limits import MAX_FACT_TITLES
from steelyard.model.texts import Language
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import distance, listed, points, show
from steelyard.scorecard.model import (
    AtomResult,
    FactName,
    ItemResult,
    RequirementResult,
    Scorecard,
)

MARKS = {"met": "✓", "not_met": "✗", "skipped": "–", "no_data": "?"}
_DEDUCTION_MARKS = {"met": "!", "not_met": "–"}
UNNAMED = ("when", "scope", "gate")  # conditions that a ruleset gives without a title


def requirement_lines(
    requirement: RequirementResult, language: Language, *, deduction: bool = False
) -> list[str]:
    """Return a requirement in one line, or its title and a line for each of several comparisons.

    Lines after the first are indented by two. `deduction` is true if it belongs to a deduction:
    then the condition is no aim and has no distance.
    """
    title = requirement_title(requirement, language)
    note = "" if requirement.status in ("met", "not_met") else f"requirement.{requirement.status}"
    if requirement.status == "skipped":
        return [_with(title, note, language)]  # what was observed was not judged
    if len(requirement.atoms) == 1 and requirement.combine != "other":
        text = say(
            "observed",
            language,
            title=title,
            observed=atom_text(requirement.atoms[0], language, deduction=deduction),
        )
        return [_with(text, note, language)]
    if requirement.combine == "any" and len(requirement.atoms) > 1:
        title = say("with_note", language, text=title, note=say("combine.any", language))
    lines = [_with(title, note, language)]
    if requirement.combine == "other" and requirement.text:
        return [*lines, f"  {say('condition', language, text=_one_line(requirement.text))}"]
    for atom in requirement.atoms:
        mark = _mark(atom.met, deduction=deduction)
        lines.append(f"  {mark} {atom_line(atom, language, deduction=deduction)}")
    return lines


def requirement_mark(status: str, *, deduction: bool = False) -> str:
    """Return the mark of a requirement; that of a deduction is neutral."""
    return _DEDUCTION_MARKS.get(status, MARKS[status]) if deduction else MARKS[status]


def _mark(met: bool | None, *, deduction: bool) -> str:
    return requirement_mark(
        {True: "met", False: "not_met", None: "no_data"}[met], deduction=deduction
    )


def requirement_title(requirement: RequirementResult, language: Language) -> str:
    """Return a requirement's title; of a condition without one, the fact that it reads."""
    if requirement.id in UNNAMED and len(requirement.atoms) == 1:
        return atom_title(requirement.atoms[0], language) or requirement.title.of(language)
    return requirement.title.of(language)


def atom_title(atom: AtomResult, language: Language) -> str:
    """Return the title of the compared value; empty if it would list many facts."""
    if atom.title is not None:
        return atom.title.of(language)
    return fact_titles(atom.facts, language) if len(atom.facts) <= MAX_FACT_TITLES else ""


def atom_line(atom: AtomResult, language: Language, *, deduction: bool = False) -> str:
    """Return a comparison with its title."""
    title, text = atom_title(atom, language), atom_text(atom, language, deduction=deduction)
    return say("observed", language, title=title, observed=text) if title else text


def _with(text: str, note: str, language: Language) -> str:
    return say("with_note", language, text=text, note=say(note, language)) if note else text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def fact_titles(facts: tuple[FactName, ...], language: Language) -> str:
    """Return the titles of some facts."""
    return listed((fact.title.of(language) for fact in facts), language)


def atom_text(atom: AtomResult, language: Language, *, deduction: bool = False) -> str:
    """Return the observed and the needed value: `70%, needs at least 80% (10 … short)`.

    For a deduction: `1; points are deducted for 1 or more`.
    """
    if atom.comparison in ("given", "not given"):
        observed = say("given" if atom.observed else "not_given", language)
        needed = _threshold(atom.comparison, language, deduction=deduction)
    else:
        observed = (
            say("not_given", language) if atom.observed is None else show(atom.observed, language)
        )
        needed = _needed(atom, language, deduction=deduction)
    if atom.met and atom.needed is None and not atom.members:
        return observed
    key = "deducts" if deduction else "needs"
    text = say(key, language, observed=observed, needed=needed) if needed else observed
    if deduction or atom.distance is None or atom.distance.value == 0:
        return text
    key = "short" if atom.distance.value > 0 else "over"
    note = say(key, language, distance=distance(atom.distance, language))
    return say("with_note", language, text=text, note=note)


def _needed(atom: AtomResult, language: Language, *, deduction: bool) -> str:
    if atom.comparison == "in":
        return say("needs.in", language, value=listed(atom.members, language))
    if atom.comparison in ("is", "is not"):
        return say(f"needs.{atom.comparison}", language)
    if atom.needed is None:
        return say("needs.unknown", language)
    dated = "date." if isinstance(atom.needed, date) and atom.comparison not in ("==", "!=") else ""
    value = show(atom.needed, language)
    return _threshold(f"{dated}{atom.comparison}", language, deduction=deduction, value=value)


def _threshold(comparison: str, language: Language, *, deduction: bool, value: str = "") -> str:
    """Return the phrase of a comparison; some have another phrase for deductions."""
    own = f"deducts.{comparison}"
    key = own if deduction and own in phrases(language) else f"needs.{comparison}"
    return say(key, language, value=value)


def missing_text(facts: tuple[FactName, ...], language: Language) -> str:
    """Return the sentence that lists missing facts."""
    return say("missing", language, list=fact_titles(facts, language))


def missing_lines(facts: tuple[FactName, ...], language: Language) -> list[str]:
    """Return one line per missing fact, with its id."""
    return [
        say(
            "missing", language,
            list=say("with_note", language, text=fact.title.of(language), note=fact.id),
        )
        for fact in facts
    ]  # fmt: skip


def outcome_lines(
    item: ItemResult, card: Scorecard, language: Language, *, deduction: bool = False
) -> Iterator[str]:
    """Yield the reasons of an item's outcome; for an award, the conditions that are met.

    `deduction` is true if the item is a deduction.
    """
    if item.outcome == "no_data":
        yield missing_text(item.missing, language)
    elif item.outcome == "vetoed":
        yield from veto_lines(item, card, language)
    elif item.outcome == "out_of_scope" and item.scope is not None:
        yield from requirement_lines(item.scope, language)
    elif item.outcome in ("not_assessed", "not_met"):
        failing = item.gates if item.outcome == "not_assessed" else item.requirements
        for requirement in failing:
            if requirement.status == "not_met":
                yield from requirement_lines(requirement, language, deduction=deduction)
    elif item.outcome == "awarded":
        for requirement in item.requirements:
            if requirement.met:
                yield from requirement_lines(requirement, language, deduction=deduction)


def veto_lines(item: ItemResult, card: Scorecard, language: Language) -> Iterator[str]:
    """Yield the events that block an item, with their last day."""
    for veto in card.vetoes:
        if veto.id in item.vetoes:
            title = veto.title.of(language)
            if veto.until is None:
                yield say("vetoed_by", language, title=title)
            else:
                yield say("vetoed_until", language, title=title, until=veto.until.isoformat())


def cut_notes(item: ItemResult, card: Scorecard, language: Language) -> Iterator[str]:
    """Yield the caps that cut points of an item."""
    groups = {group.id: group.title.of(language) for group in card.groups}
    for cut in item.cuts:
        if cut.taken.value:
            yield say(
                f"cut.{cut.stage}",
                language,
                points=points(cut.taken),
                group=groups.get(item.group or "", ""),
            )
