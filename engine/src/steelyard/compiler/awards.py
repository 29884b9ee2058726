"""Compilation of items and deductions to an award, its conditions and its outcome."""

from dataclasses import dataclass

from steelyard.book.checker.ruleset import ItemRule
from steelyard.compiler.building import build_award
from steelyard.compiler.conditions import (
    CompiledRequirement,
    Names,
    all_known,
    all_pass,
    caught,
    code,
    compile_requirement,
    facts_in,
    fields_in,
    lower_phrase,
)
from steelyard.compiler.conditions import points as points_of
from steelyard.errors import Problems
from steelyard.formats import Located
from steelyard.language.expressions import (
    Expression,
    all_of,
    any_of,
    choose,
    defined,
    minimum,
)
from steelyard.model.numbers import format_scaled
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.texts import Text
from steelyard.plan.structure import Item
from steelyard.plugin import Award, ItemType
from steelyard.plugin import Requirement as GivenRequirement

_IN_SCOPE = Text("In scope", "在适用范围内")
_OUT_OF_SCOPE = Text("Out of scope", "不在适用范围内")
_ENOUGH = Text("Enough to judge", "样本足够评定")
_TOO_LITTLE = Text("Not enough to judge", "样本不足以评定")
_CONDITION = Text("Condition of the rule", "规则条件")


@dataclass(frozen=True, slots=True)
class CompiledItem:
    """A compiled item, before groups and the caps of groups and totals.

    `record` is its part of the plan so far. `outcome` is the outcome unless a group supersedes the
    item. `earned` are its points if it is `met`, else 0; `capped` are its points after its own cap.
    """

    record: Item
    outcome: Expression
    met: Expression
    earned: Expression
    capped: Expression


def compile_item(
    rule: ItemRule,
    item_type: ItemType,
    vetoes: dict[str, Expression],
    names: Names,
    decimals: int,
    problems: Problems,
) -> CompiledItem | None:
    """Build the award and the outcome of an item; note problems, and return None if any."""
    before = len(problems.errors)
    with names.graph.at(rule.named.place):
        award = build_award(rule, item_type, names, decimals, problems)
        gates, requirements = _own_conditions(rule, names, problems)
        own_scope = lower_phrase(rule.scope, names, problems) if rule.scope else None
        if award is None or len(problems.errors) > before:
            return None
        with caught(problems, rule.named.place, f"item {rule.named.id}: "):
            place = rule.named.place
            _note_clashes(rule, award, problems)
            requirements += [compile_requirement(given, place) for given in award.requirements]
            gates += [compile_requirement(given, place) for given in award.gates]
            scope = _scope(rule, own_scope, award.scope)
            return _combine(rule, award, scope, gates, requirements, vetoes, problems)
    return None


def _note_clashes(rule: ItemRule, award: Award, problems: Problems) -> None:
    """Note a requirement of the ruleset whose id the item has already."""
    owners = {part.id: f"its type {rule.type}" for part in (*award.requirements, *award.gates)}
    named = [(key, phrase) for key, phrase in (("gate", rule.gate), ("when", rule.when)) if phrase]
    own = [(f"`{key}`", key, phrase.place) for key, phrase in named]
    own += [("`requires`", requirement.id, requirement.place) for requirement in rule.requires]
    for owner, name, place in own:
        first = owners.setdefault(name, owner)
        if first != owner:
            what = f"{rule.named.id} has a requirement {name} from {first}, and another here"
            fix = "rename it" if owner == "`requires`" else "move the condition into `requires`"
            problems.add("SY305", what, place, fix=fix)


def _own_conditions(
    rule: ItemRule, names: Names, problems: Problems
) -> tuple[list[CompiledRequirement], list[CompiledRequirement]]:
    def compiled(
        name: str, title: Text, phrase: Located | None, title_not_met: Text | None = None
    ) -> list[CompiledRequirement]:
        test = lower_phrase(phrase, names, problems) if phrase else None
        if test is None or phrase is None:
            return []
        given = GivenRequirement(
            name, test, title, text=str(phrase.value), unnamed=True, title_not_met=title_not_met
        )
        return [compile_requirement(given, phrase.place)]

    gates = compiled("gate", _ENOUGH, rule.gate, _TOO_LITTLE)
    requirements = compiled("when", _CONDITION, rule.when)
    for requirement in rule.requires:
        test = lower_phrase(requirement.when, names, problems)
        assessed = (
            lower_phrase(requirement.assessed, names, problems) if requirement.assessed else None
        )
        if test is not None:
            text = str(requirement.when.value)
            given = GivenRequirement(
                requirement.id, test, requirement.title, assessed, requirement.remedy, text,
                title_not_met=requirement.title_not_met,
            )  # fmt: skip
            requirements.append(compile_requirement(given, requirement.when.place))
    return gates, requirements


def _scope(
    rule: ItemRule, own: Expression | None, given: GivenRequirement | None
) -> list[CompiledRequirement]:
    """Return the scope of the ruleset and the scope of the item type as one requirement."""
    if own is not None:
        test = own if given is None else all_of(own, given.test)
        text = str(rule.scope.value) if rule.scope else ""
        given = GivenRequirement(
            "scope", test, _IN_SCOPE, text=text, unnamed=True, title_not_met=_OUT_OF_SCOPE
        )
    return [] if given is None else [compile_requirement(given, rule.named.place)]


def _least(points: Expression) -> str:
    return format_scaled(points.node.low, points.type.decimals)


def _combine(
    rule: ItemRule,
    award: Award,
    scope: list[CompiledRequirement],
    gates: list[CompiledRequirement],
    requirements: list[CompiledRequirement],
    vetoes: dict[str, Expression],
    problems: Problems,
) -> CompiledItem:
    points, graph = award.points, award.points.graph
    points = points.in_unit("points")
    if rule.is_deduction and points.node.low < 0:
        problems.add(
            "SY316",
            f"deduction {rule.named.id} may take {_least(points)} points",
            rule.parameters.place if rule.parameters else rule.named.place,
            expected="points of at least 0, which the engine subtracts",
        )
    no = Expression.constant(graph, False)
    veto = any_of(no, *vetoes.values()) if vetoes else no
    scope_known, in_scope = all_known(scope, graph), all_pass(scope, graph)
    veto_known = defined(veto)
    gates_known, enough = all_known(gates, graph), all_pass(gates, graph)
    rest_known = all_of(all_known(requirements, graph), defined(points))
    fulfilled = all_pass(requirements, graph)
    met = all_of(
        scope_known, in_scope, veto_known, ~veto, gates_known, enough, rest_known, fulfilled
    )

    def outcome(name: str) -> Expression:
        return code(graph, ITEM_OUTCOMES, name)

    # read from the bottom up: the last line decides first
    result = choose(fulfilled, outcome("awarded"), outcome("not_met"))
    result = choose(rest_known, result, outcome("no_data"))
    result = choose(enough, result, outcome("not_assessed"))
    result = choose(gates_known, result, outcome("no_data"))
    result = choose(veto, outcome("vetoed"), result)
    result = choose(veto_known, result, outcome("no_data"))
    result = choose(in_scope, result, outcome("out_of_scope"))
    result = choose(scope_known, result, outcome("no_data"))
    earned = choose(met, points, 0)
    named, masks = rule.named, [scope_known, veto_known, gates_known, rest_known]
    record = Item(
        id=named.id,
        type=rule.type,
        title=named.title,
        outcome=result.index,
        met=met.index,
        earned=earned.index,
        points=earned.index,
        cuts=(),
        gates=tuple(gate.requirement for gate in gates),
        requirements=tuple(given.requirement for given in requirements),
        scope=scope[0].requirement if scope else None,
        veto=veto.index if vetoes else None,
        vetoes=tuple(vetoes),
        optional_facts=facts_in(graph, masks),
        optional_fields=fields_in(graph, masks),
        aliases=rule.aliases,
        why=named.why,
        source=named.source,
        illustrative=named.illustrative,
        place=named.place,
    )
    capped = earned if rule.cap is None else minimum(earned, points_of(graph, rule.cap))
    return CompiledItem(record, result, met, earned, capped)
