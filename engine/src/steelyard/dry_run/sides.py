"""The two sides of a dry run: rules at a day, and the plan for every kind of merchant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from steelyard.book import Joined, Selection, join_layers
from steelyard.book.diff.sources import Source
from steelyard.book.kinds import Kind, Part, find_rollout, kinds_of, select_for_kind
from steelyard.book.opening import places_in
from steelyard.book.reading import RulesetFile
from steelyard.compiler.release import bundle_of
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.calendars import Calendar
from steelyard.model.facts import FactDeclaration
from steelyard.model.rollout import Rollout
from steelyard.model.texts import Text
from steelyard.pipeline import OpenBook, compile_rules, open_book
from steelyard.plan.bundle import Bundle, read_bundle
from steelyard.plan.codec import digest
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue
from steelyard.scoring.plans import NO_RULESET, bundle_rules


@dataclass(frozen=True, slots=True)
class KindRules:
    """The rules for one kind of merchant on one side.

    If there is no plan, `problems` has the reasons. During a rollout that counts, `inside` are the
    rules for the merchants of its share, and the other fields are for all other merchants.
    """

    plan: Plan | None
    digest: str
    selection: Selection | None = None
    joined: Joined | None = None
    problems: tuple[Problem, ...] = ()
    rollout: Rollout | None = None
    inside: "KindRules | None" = None

    def arm(self, inside: bool) -> "KindRules":
        """Return the rules inside the share of the rollout, or outside it."""
        return self.inside if inside and self.inside is not None else self


@dataclass(frozen=True, slots=True)
class Side:
    """Rules at a day, with the plan of every kind of merchant that they know.

    `places` has the facts that a book declares itself, `versions` every ruleset file of it by
    `name@version`, also those not in force. A bundle has neither; `released` has what it says of
    each version, to see whether that changes.
    """

    name: str
    as_of: date
    title: Text
    known: MerchantSchema
    facts: Mapping[str, FactDeclaration]
    rules: Mapping[Kind, KindRules]
    industries: Mapping[str, Text] = field(default_factory=dict)
    shop_types: Mapping[str, Text] = field(default_factory=dict)
    size: tuple[str, tuple[int, ...]] | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    versions: Mapping[str, RulesetFile] = field(default_factory=dict)
    released: Mapping[str, frozenset[object]] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


def side_of(
    name: str, opened: OpenBook, *, as_of: date, scene: str | None, part: Part | None = None
) -> Side:
    """Return the rules of a book on a day, `name` being the book's name on the command line.

    A version in a rollout is in force for the merchants of its share. With a `part`, that part of
    a rollout counts for all merchants.

    Raises `InvalidInput` with every problem of the rules.
    """
    book = opened.book
    rules: dict[Kind, KindRules] = {}
    problems: list[Problem] = []
    for kind in kinds_of(book):
        try:
            rules[kind] = _kind_rules(opened, kind, scene, as_of, part)
        except InvalidInput as error:
            if all(problem.code == NO_RULESET for problem in error.problems):
                rules[kind] = KindRules(None, "", problems=error.problems)
            else:
                problems += error.problems
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    if all(kind_rules.plan is None for kind_rules in rules.values()):
        raise InvalidInput(dict.fromkeys(p for rule in rules.values() for p in rule.problems))
    return Side(
        name,
        as_of,
        book.title,
        opened.known,
        opened.facts,
        rules,
        {label.id: label.title for label in book.industries},
        {label.id: label.title for label in book.shop_types},
        book.size,
        places_in(book),
        {ruleset.name: ruleset for ruleset in book.rulesets},
        calendars=book.calendars,
    )


def side_of_bundle(
    name: str, bundle: Bundle, *, as_of: date, scene: str | None, part: Part | None = None
) -> Side:
    """Return the rules of a bundle on a day, as `side_of` does for a book."""
    found = bundle_rules(bundle)
    rules: dict[Kind, KindRules] = {}
    for kind in found.kinds:
        plan = found.plan_for(*kind, as_of, scene)
        outside, *inside = (
            KindRules(one.plan, one.digest, problems=one.problems) for one in plan.parts
        )
        counts = plan.rollout is not None and not plan.rollout.shadow
        if inside and part == "inside_if_any":
            outside = inside[0]
        elif inside and counts and part is None:
            outside = replace(outside, rollout=plan.rollout, inside=inside[0])
        rules[kind] = outside
    if all(kind_rules.plan is None for kind_rules in rules.values()):
        raise InvalidInput(dict.fromkeys(p for rule in rules.values() for p in rule.problems))
    head = bundle.head
    return Side(
        name,
        as_of,
        head.title,
        found.known,
        {fact.id: fact for fact in head.facts},
        rules,
        {label.id: label.title for label in head.industries},
        {label.id: label.title for label in head.shop_types},
        None if head.size is None else (head.size.fact, head.size.starts),
        released=_released(bundle),
    )


def _released(bundle: Bundle) -> dict[str, frozenset[object]]:
    """Return the plans of each version in a bundle, and the shares of its rollout."""
    found: dict[str, set[object]] = {}
    for period in bundle.periods:
        for name in (period.plan, period.inside):
            if name is not None:
                found.setdefault(bundle.plan(name).name, set()).add(name)
        if period.rollout is not None:
            share = (period.first_day, period.rollout)
            found.setdefault(period.rollout.ruleset, set()).add(share)
    return {version: frozenset(said) for version, said in found.items()}


def open_rules(source: Source, beside: Source, catalogue: Catalogue) -> OpenBook | Bundle:
    """Open the rules of a side. `beside` is the other side; a single ruleset belongs to its book.

    Beside a bundle, a book is compiled to one. Raises `InvalidInput` SY705 if the rules do not
    belong to a book.
    """
    if source.kind == "bundle":
        return read_bundle(source.path)
    if source.kind == "book" and beside.kind == "bundle":
        return bundle_of(open_book(source.path, catalogue=catalogue), source.name)
    if source.kind == "book":
        return open_book(source.path, catalogue=catalogue)
    if source.kind == "ruleset" and beside.kind == "book":
        return open_book(beside.path, catalogue=catalogue, ruleset=(source.path, source.name))
    if source.kind == "plan":
        what = f"{source.name} is a plan, which knows the facts of its own rules only"
        fix = "name the book that it was compiled from; `steelyard diff` compares plans"
    else:
        what = f"{source.name} is one ruleset, and there is no book that it could belong to"
        fix = "name the folder of a book on the other side"
    raise InvalidInput([Problem("SY705", what, fix=fix)])


def _kind_rules(
    opened: OpenBook, kind: Kind, scene: str | None, as_of: date, part: Part | None
) -> KindRules:
    if part is not None:
        return _part_rules(opened, kind, scene, as_of, part)
    outside = _part_rules(opened, kind, scene, as_of, "outside")
    query = {"industry": kind[0], "shop_type": kind[1], "scene": scene, "as_of": as_of}
    version = find_rollout(opened.book, **query)
    rollout = None if version is None else version.rollout_on(as_of)
    if rollout is None or rollout.shadow:
        return outside
    inside = _part_rules(opened, kind, scene, as_of, "inside")
    return replace(outside, rollout=rollout, inside=inside)


def _part_rules(
    opened: OpenBook, kind: Kind, scene: str | None, as_of: date, part: Part
) -> KindRules:
    selection = select_for_kind(opened.book, kind, scene=scene, as_of=as_of, part=part)
    plan = compile_rules(opened, selection)
    return KindRules(plan, digest(plan), selection, join_layers(selection, Problems()))
