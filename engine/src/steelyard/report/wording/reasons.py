"""Reasons of outcomes in words: requirements, comparisons, vetoes, cuts."""

import operator
from collections.abc import Iterator
from datetime import date

from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_FACT_TITLES, MAX_LISTED_RECORDS
from steelyard.model.numbers import divide
from steelyard.model.texts import Language, Text
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import MINUS, distance, listed, points, show
from steelyard.scorecard.model import (
    AtomResult,
    Calculation,
    Exact,
    FactName,
    Formula,
    ItemResult,
    RecordName,
    RecordsResult,
    RequirementResult,
    Scorecard,
    Term,
    Value,
    minus,
)

MARKS = {"met": "✓", "not_met": "✗", "skipped": "–", "no_data": "?"}
_DEDUCTION_MARKS = {"met": "!", "not_met": "–"}
_COUNTED = ("all", "not all", "some", "none", ">=", "<=", ">", "<", "==", "!=")
_WORDS = ("is", "is not", "given", "not given", "all", "not all", "some", "none")
_ROUNDING = ("floor", "ceiling", "round")
_SHARE_DECIMALS = 3  # of a share, so that its percentage has one


@frozen
class Line:
    """One line about a requirement: its mark, its text, and the lines below it."""

    mark: str
    text: str
    below: tuple["Line", ...] = ()


def requirement_line(
    requirement: RequirementResult, language: Language, *, deduction: bool = False
) -> Line:
    """Return a requirement as one line, or its title above a line for each of its comparisons.

    `deduction` is true if it belongs to a deduction: then the condition is no aim and has no
    distance.
    """
    mark = requirement_mark(requirement.status, deduction=deduction)
    title = requirement_title(requirement, language)
    note = "" if requirement.status in ("met", "not_met") else f"requirement.{requirement.status}"
    if requirement.status == "skipped":
        return Line(mark, _with(title, note, language))  # what was observed was not judged
    if requirement.combine == "other":
        below = requirement.text and say("condition", language, text=_one_line(requirement.text))
        return Line(mark, _with(title, note, language), (Line("", below),) if below else ())
    if _is_single(requirement):
        atom = requirement.atoms[0]
        text = atom_text(atom, language, deduction=deduction)
        # a title of its own does not tell what a calculated value is
        if not requirement.unnamed and atom.observed_formula is not None and not _is_plain(atom):
            text = say("observed", language, title=atom_title(atom, language), observed=text)
        return Line(
            mark, _with(say("observed", language, title=title, observed=text), note, language)
        )
    if requirement.combine == "any" and len(requirement.atoms) + len(requirement.clauses) > 1:
        title = say("with_note", language, text=title, note=say("combine.any", language))
    below = _lines(requirement, 0, language, deduction=deduction)
    return Line(mark, _with(title, note, language), tuple(below))


def _is_plain(atom: AtomResult) -> bool:
    """Return whether a comparison is of the ratio of two values, which its numbers explain."""
    made = atom.observed_formula
    while isinstance(made, Calculation) and made.operator in ("min", *_ROUNDING):
        made = next((one for one in made.operands if isinstance(one, Calculation)), None)
    if atom.part is None or not isinstance(made, Calculation):
        return False
    return all(isinstance(one, Term) for one in made.operands)


def _lines(
    requirement: RequirementResult, clause: int, language: Language, *, deduction: bool
) -> Iterator[Line]:
    """Yield the lines of the comparisons and clauses inside a clause."""
    combine = requirement.clauses[clause - 1].combine if clause else requirement.combine
    for atom in requirement.atoms:
        if atom.clause == clause:
            text = atom_line(atom, language, deduction=deduction)
            yield Line(_mark(atom.met, deduction=deduction), text)
    for number, part in enumerate(requirement.clauses, start=1):
        if part.parent == clause:
            below = tuple(_lines(requirement, number, language, deduction=deduction))
            if len(below) == 1 or part.combine == combine:
                yield from below
            else:
                mark = _mark(part.met, deduction=deduction)
                yield Line(mark, say(f"clause.{part.combine}", language), below)


def _is_single(requirement: RequirementResult) -> bool:
    return len(requirement.atoms) == 1


def requirement_lines(
    requirement: RequirementResult, language: Language, *, deduction: bool = False
) -> list[str]:
    """Return a requirement as lines; each line below another one is indented by two more."""
    top = requirement_line(requirement, language, deduction=deduction)
    lines = [top.text]
    todo = [(line, 1) for line in reversed(top.below)]
    while todo:
        line, depth = todo.pop()
        lines.append(f"{'  ' * depth}{line.mark and f'{line.mark} '}{line.text}")
        todo += [(below, depth + 1) for below in reversed(line.below)]
    return lines


def requirement_mark(status: str, *, deduction: bool = False) -> str:
    """Return the mark of a requirement; that of a deduction is neutral."""
    return _DEDUCTION_MARKS.get(status, MARKS[status]) if deduction else MARKS[status]


def _mark(met: bool | None, *, deduction: bool) -> str:
    return requirement_mark(
        {True: "met", False: "not_met", None: "no_data"}[met], deduction=deduction
    )


def requirement_title(requirement: RequirementResult, language: Language) -> str:
    """Return a requirement's title; of a condition without one, the value that it compares."""
    name = ""
    if requirement.unnamed and len(requirement.atoms) == 1:
        name = atom_title(requirement.atoms[0], language)
    # "any one is enough" goes with the title of what is wanted
    one_is_enough = requirement.combine == "any" and len(requirement.atoms) > 1
    failed = None if one_is_enough else requirement.title_not_met
    title = failed if failed is not None and requirement.status == "not_met" else requirement.title
    return name or title.of(language)


def atom_title(atom: AtomResult, language: Language) -> str:
    """Return the title of the compared value, or its formula; empty if it would be long."""
    if atom.title is not None:
        return atom.title.of(language)
    made, is_ratio = atom.observed_formula, atom.part is not None
    if is_ratio and isinstance(made, Calculation) and made.operator in _ROUNDING:
        (made,) = made.operands  # the ratio itself tells that it is rounded
    if made is not None:
        return formula_text(made, language, bare=is_ratio)
    if not atom.facts or len(atom.facts) > MAX_FACT_TITLES:
        return ""
    return say("formula.of", language, list=fact_titles(atom.facts, language))


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

    A limit that is computed is explained: `95 = 0.95 × Questions asked (100)`. For a deduction:
    `1; points are deducted for 1 or more`.
    """
    observed, shown = _observed(atom, language)
    needed = _needed(atom, language, deduction=deduction)
    if atom.met and atom.comparison in ("is", "is not", "given", "not given"):
        return observed
    key = "deducts" if deduction else "needs"
    text = say(key, language, observed=observed, needed=needed) if needed else observed
    if not deduction and atom.distance is not None and atom.distance.value:
        key = "short" if atom.distance.value > 0 else "over"
        lacking = atom.distance
        if isinstance(shown, Exact) and isinstance(atom.needed, Exact):
            printed = minus(atom.needed, shown)
            lacking = printed if printed.value else lacking
        note = say(key, language, distance=distance(lacking, language))
        text = say("with_note", language, text=text, note=note)
    notes = [text]
    if atom.needed_formula is not None and atom.needed is not None:
        computed = formula_text(atom.needed_formula, language, inside=False)
        notes.append(say("computed", language, value=show(atom.needed, language), formula=computed))
    # a merchant can change what keeps an award away, or what brings a deduction
    if atom.records is not None and atom.records.listed and atom.met is deduction:
        notes.append(records_text(atom.records, language))
    if atom.missing and atom.records is not None:
        notes.append(missing_text(atom.missing, language))
    return say("sentences", language).join(notes)


def _observed(atom: AtomResult, language: Language) -> tuple[str, Value | None]:
    """Return the observed value as text, and as the number that the text shows if it is rounded."""
    if atom.comparison in ("given", "not given"):
        return say("given" if atom.observed else "not_given", language), None
    if atom.observed is None and (atom.records is None or atom.comparison not in _COUNTED):
        return say("not_given", language), None
    if atom.part is not None and isinstance(atom.observed, Exact):
        shown = _shortened(atom)
        parts = {"part": show(atom.part, language), "whole": show(atom.whole, language)}
        return say(_ratio_key(atom), language, **parts, share=show(shown, language)), shown
    if atom.records is not None and atom.comparison in _COUNTED:
        count, total = str(atom.records.holding), str(atom.records.total)
        return say("counted", language, part=count, whole=total), None
    return show(atom.observed, language), None


def _ratio_key(atom: AtomResult) -> str:
    """Return the phrase of a ratio; it tells if the share is limited or rounded coarsely."""
    made, observed = atom.observed_formula, atom.observed
    part, whole = atom.part, atom.whole
    assert isinstance(observed, Exact)
    assert isinstance(part, Exact)
    assert isinstance(whole, Exact)
    exact = observed.decimal * whole.decimal
    while isinstance(made, Calculation) and made.operator == "min":
        limits = [one for one in made.operands if isinstance(one, Exact)]
        if part.decimal > exact and any(one.decimal == observed.decimal for one in limits):
            return "ratio.limited"
        made = next((one for one in made.operands if isinstance(one, Calculation)), None)
    is_rounded = isinstance(made, Calculation) and made.operator in _ROUNDING
    return "ratio.rounded" if is_rounded and part.decimal != exact else "ratio"


def _shortened(atom: AtomResult) -> Exact:
    """Return an observed share with few digits, but so many that the comparison stays true."""
    observed, needed = atom.observed, atom.needed
    assert isinstance(observed, Exact)
    for decimals in range(_SHARE_DECIMALS, observed.decimals):
        scaled = divide(observed.value, 10 ** (observed.decimals - decimals), "half_even")
        short = Exact(scaled, decimals, observed.unit)
        if not isinstance(needed, Exact) or all(
            sign(short.decimal, needed.decimal) == sign(observed.decimal, needed.decimal)
            for sign in (operator.lt, operator.eq)
        ):
            return short
    return observed


def _needed(atom: AtomResult, language: Language, *, deduction: bool) -> str:
    if atom.comparison in ("in", "not in"):
        members = listed((show(member, language) for member in atom.members), language)
        return say(f"needs.{atom.comparison}", language, value=members)
    if atom.comparison in _WORDS:
        return _threshold(atom.comparison, language, deduction=deduction)
    if atom.needed is None:
        return say("needs.unknown", language)
    dated = "date." if isinstance(atom.needed, date) and atom.comparison not in ("==", "!=") else ""
    value = show(atom.needed, language)
    return _threshold(f"{dated}{atom.comparison}", language, deduction=deduction, value=value)


def records_text(records: RecordsResult, language: Language) -> str:
    """Return the records that decide a comparison, the first ones by name."""
    names = listed(
        (_record_name(name, language) for name in records.listed[:MAX_LISTED_RECORDS]), language
    )
    more = len(records.listed) - MAX_LISTED_RECORDS
    if more > 0:
        names = say("population.others", language, list=names, count=str(more))
    return say("records.hold" if records.holds else "records.fail", language, list=names)


def _record_name(name: RecordName, language: Language) -> str:
    if name.key:
        return " ".join(show(value, language) for value in name.key)
    return say("record", language, number=str(name.number))


_OF_DATES = (
    "days", "months", "working_days", "year", "quarter", "month", "weekday",
    "start_of_week", "start_of_month", "start_of_quarter", "start_of_year",
)  # fmt: skip
# how tightly an operator binds its operands; a function does most
_BINDS = {
    **dict.fromkeys((*_ROUNDING, *_OF_DATES), 0), "or": 1, "and": 2, "not": 3, "=": 4, "<": 4,
    "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "negate": 7,
}  # fmt: skip
_FUNCTION = 8
_SIGNS = {
    "+": " + ", "-": f" {MINUS} ", "*": " × ", "/": " ÷ ", "=": " = ", "<": " < ", "<=": " ≤ ",
    ">": " > ", ">=": " ≥ ",
}  # fmt: skip


def formula_text(
    formula: Formula, language: Language, *, bare: bool = False, inside: bool = True, binds: int = 0
) -> str:
    """Return a formula: `0.95 × Questions asked (100)`.

    If `bare`, facts have no values. A fact that is the whole formula has none if not `inside`. A
    formula that binds its parts less tightly than `binds` is in parentheses.
    """
    if isinstance(formula, Term):
        title = formula.title.of(language)
        if formula.fold in ("sum", "largest", "smallest"):
            title = say(f"formula.{formula.fold}", language, title=title)
        if bare or not inside:
            return title
        value = (
            say("not_given", language) if formula.value is None else show(formula.value, language)
        )
        return say("with_note", language, text=title, note=value)
    if isinstance(formula, Text):
        return formula.of(language)
    if not isinstance(formula, Calculation):
        return show(formula, language)
    own = _BINDS.get(formula.operator, _FUNCTION)
    texts = [
        formula_text(
            operand, language, bare=bare, binds=own + (place > 0) if own < _FUNCTION else 0
        )
        for place, operand in enumerate(formula.operands)
    ]
    sign = _SIGNS.get(formula.operator)
    if sign is not None:
        text = sign.join(texts)
    elif formula.operator == "negate":
        text = f"{MINUS}{texts[0]}"
    elif formula.operator in ("and", "or"):
        text = say(f"formula.{formula.operator}", language).join(texts)
    else:  # a phrase names the parts that it has
        parts = dict(zip(("start", "end", "calendar"), texts, strict=False))
        parts |= {"value": texts[0], "list": listed(texts, language)}
        text = say(f"formula.{formula.operator}", language, **parts)
    return f"({text})" if own < binds else text


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
