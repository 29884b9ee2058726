"""One item, built by itself: its award, and the facts that it reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from steelyard.book.checker.ruleset import ItemRule, Named, Phrase
from steelyard.compiler.building import build_award
from steelyard.compiler.conditions import Names, read_phrase
from steelyard.compiler.order import item_phrases
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import Located, parse_yaml
from steelyard.language.expressions import Expression, ExpressionError, Graph
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plugin import Award, ItemType

DECIMALS = 6  # the precision of a ruleset that does not say another

Facts = Mapping[str, FactDeclaration]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The award that an item type builds for an item, or its problems.

    `facts` are the facts that the award reads. `own` are those of them that the item type's
    function names, not the item's parameters.
    """

    award: Award | None
    facts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def build_item(rule: ItemRule, item_type: ItemType, names: Names) -> BuildResult:
    """Build an item in a graph of its own, the one of `names`."""
    problems = Problems()
    award = build_award(rule, item_type, names, DECIMALS, problems)
    if award is None:
        return BuildResult(None, problems=tuple(problems))
    graph = names.graph
    read = tuple(graph.facts_below(*(one.index for one in _expressions(award))))
    given = named_facts(rule, item_type, graph.facts)
    return BuildResult(award, read, tuple(name for name in read if name not in given))


def build_example(item_type: ItemType, facts: Facts) -> BuildResult:
    """Build the example of an item type with these facts; no award and no problem without one."""
    if not item_type.example.strip():
        return BuildResult(None)
    file = f"the example of {item_type.name}"
    try:
        rule = _rule_of(parse_yaml(item_type.example, file), item_type, Place(file))
        return build_item(rule, item_type, Names(Graph(facts), {}))
    except InvalidInput as error:
        return BuildResult(None, problems=error.problems)
    except ExpressionError as error:
        return BuildResult(None, problems=(Problem(error.code, error.what, fix=error.fix),))


def named_facts(rule: ItemRule, item_type: ItemType | None, facts: Facts) -> set[str]:
    """Return the facts that an item names in its parameters and conditions."""
    named = {text for text in _texts(rule.parameters) if text in facts}
    return named | facts_read(item_phrases(rule, item_type), facts)


def facts_read(phrases: Iterable[Phrase | None], facts: Facts) -> set[str]:
    """Return the facts that conditions read; invalid conditions are skipped."""
    found: set[str] = set()
    for phrase in phrases:
        condition = read_phrase(phrase, Problems()) if phrase else None
        if condition is not None:
            found |= {str(name) for name in condition.reads() if str(name) in facts}
    return found


def _rule_of(example: Located, item_type: ItemType, place: Place) -> ItemRule:
    keys = example.value if isinstance(example.value, dict) else {}
    return ItemRule(
        named=Named("example", Text("", ""), place, "", illustrative=True, why=""),
        type=item_type.name,
        type_place=place,
        parameters=keys.get("with"),
        scope=None,
        gate=None,
        when=None,
        requires=(),
        cap=None,
        aliases=(),
        is_deduction=False,
    )


def _texts(located: Located | None) -> Iterator[str]:
    todo = [located] if located is not None else []
    while todo:
        value = todo.pop().value
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)


def _expressions(award: Award) -> Iterator[Expression]:
    yield award.points
    scope = () if award.scope is None else (award.scope,)
    for one in (*award.requirements, *award.gates, *scope):
        yield one.test
        if one.assessed is not None:
            yield one.assessed
