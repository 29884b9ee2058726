"""Read me first: the way of the data, one function a step.

    catalogue ┐
    book ─────┴→ select → join and check → compile → PLAN ─┐
    merchant file → read → facts ────────────────────────────────┴→ evaluate → scorecard

`compile_plan` goes from a book to a plan, `PlanScorer` from a plan and facts to a scorecard;
`check_book` compiles every plan that a book can give. `scoring.score_files` walks the whole way for
files of merchants, with the compile cache in between.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan

if TYPE_CHECKING:
    from steelyard.book import Book, Lock, Selection
    from steelyard.merchants.rows import Merchant, Reject
    from steelyard.model.rollout import Rollout
    from steelyard.plugins.discovery import Catalogue
    from steelyard.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one merchant: a scorecard under a plan, or a rejection."""

    merchant: str
    scorecard: "Scorecard | None" = None
    plan: Plan | None = None
    reject: "Reject | None" = None


def load_catalogue() -> "Catalogue":
    """Return the facts and item types of every installed plugin, and what failed to load."""
    from steelyard.plugins.discovery import discover

    return discover()


def load_book(path: Path) -> "Book":
    """Read a book's folder; raises `InvalidInput` with every problem of form."""
    from steelyard.book import read_book

    return read_book(path)


def facts_of(book: "Book", catalogue: "Catalogue") -> Mapping[str, FactDeclaration]:
    """Return every fact that merchants of a book may give, by name.

    They come from the plugins, from the book's own `facts/*.yaml`, and two from `book.yaml`:
    `industry` and `shop_type`.
    """
    from steelyard.model.texts import Text
    from steelyard.plugins.discovery.declarations import fact_places, read_facts

    problems = Problems()
    own: list[FactDeclaration] = []
    places: dict[str, Place] = {}
    for document in book.facts_files.values():
        stand = fact_places(document)
        for fact in read_facts(document, "book", problems):
            first = places.setdefault(fact.id, stand[fact.id])
            if first is stand[fact.id]:
                own.append(fact)
            else:
                problems.add(
                    "SY202",
                    f"{fact.id} is already declared at {first}",
                    stand[fact.id],
                    fix="rename or remove one of the two",
                )
    problems.raise_any()
    source = "book.yaml"
    labels = {"industry": book.industry_ids, "shop_type": book.shop_type_ids}
    titles = {"industry": Text("Industry", "行业"), "shop_type": Text("Shop type", "店铺类型")}
    for name, values in labels.items():
        if values:
            own.append(
                FactDeclaration(
                    name,
                    "enum",
                    titles[name],
                    titles[name].en,
                    source,
                    required=True,
                    high=len(values) - 1,
                    values=values,
                    provider="book",
                )
            )
    return catalogue.with_facts(own, places=places).facts


def compile_plan(
    book: "Book",
    catalogue: "Catalogue",
    facts: Mapping[str, FactDeclaration],
    *,
    industry: str,
    as_of: date,
    shop_type: str | None = None,
    scene: str | None = None,
    rolled: bool = False,
) -> Plan:
    """Select, join, check and compile; raises `InvalidInput` with every problem found.

    `rolled` asks for the plan inside the part to which a version is being rolled out (SY703 if
    none is); otherwise the plan is that of all other merchants.
    """
    from steelyard.book import find_rollout, select

    shop_type = shop_type or next(iter(book.shop_type_ids), None)
    _check_asked(book, industry, shop_type)
    rollout = None
    if rolled:
        rollout = find_rollout(
            book, industry=industry, shop_type=shop_type, scene=scene, as_of=as_of
        )
        if rollout is None:
            kind = f"{industry} ({shop_type})" if shop_type else industry
            raise InvalidInput(
                [Problem("SY703", f"no version is being rolled out to {kind} on {as_of}")]
            )
    selection = select(
        book,
        industry=industry,
        shop_type=shop_type,
        scene=scene,
        as_of=as_of,
        rollout=rollout,
    )
    return compile_selection(selection, catalogue, facts)


def rollout_of(
    book: "Book",
    *,
    industry: str,
    as_of: date,
    shop_type: str | None = None,
    scene: str | None = None,
) -> "Rollout | None":
    """Return the rollout that concerns a kind of merchant on a day; raises `InvalidInput` SY321."""
    from steelyard.book import find_rollout

    shop_type = shop_type or next(iter(book.shop_type_ids), None)
    found = find_rollout(book, industry=industry, shop_type=shop_type, scene=scene, as_of=as_of)
    return None if found is None else found.rollout


def compile_selection(
    selection: "Selection",
    catalogue: "Catalogue",
    facts: Mapping[str, FactDeclaration],
    warnings: Problems | None = None,
) -> Plan:
    """Join the layers of a selection, check them and compile them; note `warnings` if asked to."""
    from steelyard.book.checker import check_ruleset
    from steelyard.compiler import compile_ruleset

    ruleset = check_ruleset(selection)
    versions = {plugin.name: plugin.version for plugin in catalogue.plugins if plugin.ok}
    plan = compile_ruleset(ruleset, facts, catalogue.item_types, versions, warnings)
    rollout = selection.rollout
    return plan if rollout is None else replace(plan, rollout=rollout.rollout)


def check_book(path: Path) -> tuple[Problem, ...]:
    """Return every problem of a book: form, selection, and each plan it can give."""
    from steelyard.book import check_lock, check_rollouts, check_selection

    catalogue = load_catalogue()
    try:
        book = load_book(path)
        facts = facts_of(book, catalogue)
    except InvalidInput as error:
        return error.problems
    found: dict[str, Problem] = {
        str(problem): problem
        for problem in (
            *missing_plugins(book, catalogue),
            *check_selection(book),
            *check_rollouts(book),
            *check_lock(book, plugin_digests(book, catalogue)),
        )
    }
    warnings = Problems()
    for selection in every_selection(book):
        try:
            compile_selection(selection, catalogue, facts, warnings)
        except InvalidInput as error:
            # layers are shared between selections, so are their problems: say each once
            found.update({str(problem): problem for problem in error.problems})
    found.update({str(problem): problem for problem in warnings})
    for problem in with_plugin_faults(tuple(found.values()), catalogue):
        found.setdefault(str(problem), problem)
    return tuple(sorted(found.values(), key=_by_place))


def lock_book(path: Path, *, renew: bool = False) -> "Lock":
    """Write the lock of a book: every released version, so that none is edited in place.

    The plugins that it names are locked too. With `renew`, what was edited or has gone is locked as
    it is now. Raises `InvalidInput` with every such problem otherwise, and with the problems of the
    book's form and of its plugins; then nothing is written.
    """
    from steelyard.book.lock import update_lock, write_lock

    book, catalogue = load_book(path), load_catalogue()
    facts_of(book, catalogue)
    missing = missing_plugins(book, catalogue)
    if missing:
        raise InvalidInput(with_plugin_faults(tuple(missing), catalogue))
    lock = update_lock(book, plugin_digests(book, catalogue), renew=renew)
    write_lock(lock, path)
    return lock


def plugin_digests(book: "Book", catalogue: "Catalogue") -> dict[str, str]:
    """Return the digests of the installed plugins that a book names: `maternity@0.1.0`.

    Those whose files cannot be read are left out.
    """
    from steelyard.plugins.discovery import plugin_digest

    found = {
        f"{plugin.name}@{plugin.version}": plugin_digest(plugin.module)
        for plugin in catalogue.plugins
        if plugin.name in book.plugins
    }
    return {name: digest for name, digest in sorted(found.items()) if digest is not None}


def every_selection(book: "Book") -> list["Selection"]:
    """Return one selection for every set of layers that a book can ever choose.

    Those inside the part of a rollout are among them.
    """
    from steelyard.book import days_of_change, find_rollout, select

    days = days_of_change(book)
    shop_types: Sequence[str | None] = book.shop_type_ids or (None,)
    scenes: Sequence[str | None] = (None, *book.scene_ids)
    found: dict[tuple[str, ...], Selection] = {}
    for day, industry, shop_type, scene in product(days, book.industry_ids, shop_types, scenes):
        choose = partial(
            select, book, industry=industry, shop_type=shop_type, scene=scene, as_of=day
        )
        # gaps and ambiguities are reported by check_selection, clashes by check_rollouts
        with suppress(InvalidInput):
            outside = choose()
            found.setdefault(("", *_names(outside)), outside)
        with suppress(InvalidInput):
            rollout = find_rollout(
                book, industry=industry, shop_type=shop_type, scene=scene, as_of=day
            )
            if rollout is not None:
                inside = choose(rollout=rollout)
                found.setdefault((rollout.name, *_names(inside)), inside)
    return list(found.values())


def _names(selection: "Selection") -> list[str]:
    return [layer.name for layer in selection.layers]


def _check_asked(book: "Book", industry: str, shop_type: str | None) -> None:
    from steelyard.errors import suggest

    problems = Problems()
    asked = (
        ("industry", industry, book.industry_ids),
        ("shop type", shop_type, book.shop_type_ids),
    )
    for word, name, known in asked:
        if name is not None and name not in known:
            problems.add(
                "SY703",
                f"the book has no {word} called {name!r}",
                expected=f"one of {', '.join(known) or 'none'}",
                fix=suggest(name, known),
            )
    problems.raise_any()


def missing_plugins(book: "Book", catalogue: "Catalogue") -> list[Problem]:
    """Return a problem for every plugin that `book.yaml` asks for and that is not in use.

    One that is of a version that the book does not accept is a problem too (SY326).
    """
    from steelyard.book.versions import refused_versions
    from steelyard.errors import suggest

    state = {plugin.name: plugin.ok for plugin in catalogue.plugins}
    problems = Problems()
    for name in book.plugins:
        if not state.get(name):
            problems.add(
                "SY211",
                f"the book needs the plugin {name}, which "
                + ("did not load" if name in state else "is not installed"),
                book.places[f"plugins.{name}"],
                fix=(suggest(name, state) or "install it, or remove it here")
                if name not in state
                else "repair it, or remove it here",
            )
    installed = {one.name: (one.distribution, one.version) for one in catalogue.plugins}
    problems.extend(refused_versions(book.accepted, installed))
    return problems.found


_NAMES_MISSING = ("SY203", "SY205", "SY211", "SY403")


def with_plugin_faults(
    problems: tuple[Problem, ...], catalogue: "Catalogue"
) -> tuple[Problem, ...]:
    """Add what is wrong with plugins where a name that is missing may be one of theirs."""
    if any(problem.code in _NAMES_MISSING for problem in problems):
        return (*problems, *catalogue.problems)
    return problems


def _by_place(problem: Problem) -> tuple[bool, Place, str]:
    return problem.place is None, problem.place or Place(""), problem.code


class PlanScorer:
    """Evaluates one plan, merchant by merchant.

    `digest` is the plan's, if it is known already. `many` says that it is worth generating code
    for the plan first; the result is the same.
    """

    def __init__(self, plan: Plan, *, digest: str | None = None, many: bool = False) -> None:
        from steelyard.evaluators import reference
        from steelyard.plan import fingerprint
        from steelyard.scorecard import Assembler

        self.plan = plan
        self._facts = {fact.id: fact for fact in plan.facts}
        self._first, self._last = plan.dates.first_day, plan.dates.last_day
        self._assembler = Assembler(plan, digest or fingerprint.digest(plan))
        self._evaluate = partial(reference.evaluate, plan)
        if many:
            from steelyard.evaluators import python

            self._evaluate = python.prepare(plan)

    def score(self, merchant: "Merchant", as_of: date) -> Result:
        """Score a merchant; one that lacks a required fact is rejected with every reason.

        Raises `InvalidInput` SY702 for a date on which the plan does not hold.
        """
        from steelyard.merchants.rows import Reject, missing_facts

        if not self._first <= as_of <= self._last:
            what = f"the plan holds from {self._first} to {self._last}, not on {as_of}"
            raise InvalidInput([Problem("SY702", what)])
        missing = missing_facts(merchant, self._facts)
        if missing:
            return Result(merchant.name, reject=Reject(merchant.name, merchant.row, tuple(missing)))
        trace = self._evaluate(merchant.facts, as_of.toordinal())
        return Result(merchant.name, self._assembler.scorecard(merchant, trace, as_of), self.plan)
