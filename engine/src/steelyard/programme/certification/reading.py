"""A reader of the kinds of certification of a book, `certifications/*.yaml`.

One file or several declare facts of holders, in the form of `facts/*.yaml`; every other file is
one kind of certification.
"""

from collections.abc import Mapping
from dataclasses import replace

from steelyard.book import Book
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import Located
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Graph, defined
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plugins.discovery.declarations import fact_places, read_facts
from steelyard.programme.certification.model import (
    Certification,
    CertificationRequirement,
    Certifications,
    Sample,
)

SHAPE, GRACE = "SY820", "SY822"
SHORTEST_PERIOD = 28  # days between two monthly checks, at least


def check_certifications(book: Book) -> tuple[Problem, ...]:
    """Return every problem of the certifications of a book."""
    try:
        read_certifications(book)
    except InvalidInput as error:
        return error.problems
    return ()


def read_certifications(book: Book) -> Certifications:
    """Return the kinds of certification of a book.

    Raises `InvalidInput` with every problem: SY820 (shape, a name twice, an unknown industry),
    SY822 (a grace as long as the check period), SY201 and SY202 (facts), SY203 (an unknown fact of
    a sample), SY305 (an id twice), and those of conditions.
    """
    problems = Problems()
    facts = _facts(book, problems)
    problems.raise_any()
    kinds: dict[str, Certification] = {}
    names: dict[str, Place] = {}
    for document in book.certifications.values():
        if _declares_facts(document):
            continue
        kind = _kind(document, facts, book.industry_ids, problems)
        if kind is None:
            continue
        for name in (kind.id, *kind.aliases):
            first = names.setdefault(name, kind.place)
            if first is not kind.place:
                what = f"the name {name!r} of a certification is also used at {first}"
                problems.add(SHAPE, what, kind.place, fix="rename or remove one of the two")
        kinds.setdefault(kind.id, kind)
    problems.raise_any()
    return Certifications(kinds, facts)


def _declares_facts(document: Located) -> bool:
    return isinstance(document.value, dict) and "facts" in document.value


def _facts(book: Book, problems: Problems) -> dict[str, FactDeclaration]:
    """Return the facts of holders; none is required, so that every kind reads its own."""
    facts: dict[str, FactDeclaration] = {}
    for document in book.certifications.values():
        if not _declares_facts(document):
            continue
        places = fact_places(document)
        for fact in read_facts(document, "book", problems):
            if fact.id in facts:
                what = f"{fact.id} is already declared in another file"
                problems.add("SY202", what, places[fact.id], fix="rename or remove one of the two")
            elif fact.type == "records":
                what = f"{fact.id} is a list of records"
                expected = "a fact of one value"
                problems.add("SY201", what, places[fact.id], expected=expected)
            facts.setdefault(fact.id, replace(fact, required=False))
    return facts


def _kind(
    document: Located,
    facts: Mapping[str, FactDeclaration],
    industries: tuple[str, ...],
    problems: Problems,
) -> Certification | None:
    """Return the kind of a file; note its problems and return None if it has any."""
    before = len(problems.errors)
    if not validate(document, load_schema("certification"), SHAPE, problems):
        return None
    top = document.mapping
    for located in top["industries"].sequence:
        name = str(located.value)
        if name not in industries:
            what = f"unknown industry {name!r}"
            expected = f"one of {', '.join(industries)}"
            fix = suggest(name, industries)
            problems.add(SHAPE, what, located.place, expected=expected, fix=fix)
    _check_grace(top["check"], problems)
    for part in (top["certificate"].mapping["types"], top["requirements"]):
        _check_ids(part, problems)
    graph = Graph(facts)
    requirements = [_requirement(entry, graph, problems) for entry in top["requirements"].sequence]
    if len(problems.errors) > before:
        return None
    plain = document.plain()
    certificate, check = plain["certificate"], plain["check"]
    appeal = plain.get("appeal", {})
    return Certification(
        id=plain["certification"],
        title=Text(**plain["title"]),
        aliases=tuple(plain.get("aliases", ())),
        illustrative=plain.get("illustrative", False),
        industries=tuple(plain["industries"]),
        types={one["id"]: Text(**one["title"]) for one in certificate["types"]},
        identity=certificate.get("identity", True),
        renewal_days=certificate.get("grace_days", 0),
        requirements=tuple(one for one in requirements if one is not None),
        nodes=tuple(graph.nodes),
        check_day=check["day"],
        check_grace_days=check.get("grace_days", 0),
        appeal_days=appeal.get("days"),
        appeal_holds=appeal.get("holds", False),
        end_after=plain["end"]["failed_checks"],
        cooldown_days=plain["end"]["cooldown_days"],
        place=top["certification"].place,
    )


def _check_grace(check: Located, problems: Problems) -> None:
    grace = check.mapping.get("grace_days")
    if grace is not None and grace.plain() >= SHORTEST_PERIOD:
        what = f"a grace of {grace.plain()} days after a failed check outlasts the check period"
        expected = f"at most {SHORTEST_PERIOD - 1} days, so that a failed check has an effect"
        fix = "shorten the grace, or remove it"
        problems.add(GRACE, what, grace.place, expected=expected, fix=fix)


def _check_ids(entries: Located, problems: Problems) -> None:
    first: dict[str, Place] = {}
    for entry in entries.sequence:
        identity = entry.mapping["id"]
        other = first.setdefault(str(identity.value), identity.place)
        if other is not identity.place:
            what = f"the id {identity.value!r} is also at {other}"
            problems.add("SY305", what, identity.place, fix="rename or remove one of the two")


def _requirement(
    entry: Located, graph: Graph, problems: Problems
) -> CertificationRequirement | None:
    keys = entry.mapping
    sample = _sample(keys["sample"], graph.facts, problems) if "sample" in keys else None
    written = keys["condition"]
    try:
        condition = parse(
            str(written.value), written.place, quoted=written.quoted, block=not written.running
        )
        test = lower(condition, FactScope(graph))
    except InvalidInput as error:
        problems.extend(error.problems)
        return None
    return CertificationRequirement(
        id=str(keys["id"].value),
        title=Text(**keys["title"].plain()),
        condition=" ".join(condition.text.split()),
        reads=tuple(map(str, condition.reads())),
        test=test.index,
        known=defined(test).index,
        sample=sample,
    )


def _sample(
    entry: Located, facts: Mapping[str, FactDeclaration], problems: Problems
) -> Sample | None:
    named = entry.mapping["fact"]
    fact = facts.get(str(named.value))
    if fact is None:
        what = f"unknown fact {named.value!r}"
        fix = suggest(str(named.value), facts) or "declare it in certifications/facts.yaml"
        problems.add("SY203", what, named.place, fix=fix)
        return None
    if fact.type != "int":
        what = f"{fact.id} does not count a sample"
        problems.add(SHAPE, what, named.place, expected="a fact of the type int")
        return None
    return Sample(fact.id, entry.mapping["min"].plain())
