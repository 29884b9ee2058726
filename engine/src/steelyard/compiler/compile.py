"""Compilation of a checked ruleset to a plan, in the order of operations.

exemptions → metrics → dimensions (cap) → base → items (scope, vetoes, gates, requirements, own
cap) → groups → total caps → range → rounding, once → tiers → badges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from steelyard.book.checker.ruleset import ItemRule, Ruleset
from steelyard.book.reading import RulesetFile
from steelyard.compiler.awards import CompiledItem, compile_item
from steelyard.compiler.composition import common_decimals, fill_pot, item_of, settle
from steelyard.compiler.conditions import Names, caught
from steelyard.compiler.effects import without_effect
from steelyard.compiler.gates_and_rewards import (
    compile_badges,
    compile_exemptions,
    compile_gates,
    compile_tiers,
    compile_vetoes,
)
from steelyard.compiler.metrics import (
    CompiledBase,
    WeightedScore,
    compile_base,
    compile_dimension,
    or_zero,
)
from steelyard.compiler.order import compile_order
from steelyard.compiler.values import compile_value
from steelyard.errors import Problem, Problems, suggest
from steelyard.language.expressions import (
    Expression,
    Graph,
    all_of,
)
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.nodes import extract
from steelyard.plan.structure import (
    FORMAT,
    CalendarUsed,
    Dates,
    DerivedValue,
    Dimension,
    Exemption,
    Layer,
    Plan,
    PluginUsed,
    Veto,
)
from steelyard.plan.trace import renumbered, trace_nodes
from steelyard.plugin import ItemType


def prune(plan: Plan) -> Plan:
    """Return the plan without the nodes that its structure does not need."""
    nodes, numbers = extract(plan.nodes, trace_nodes(plan))
    return replace(renumbered(plan, numbers), nodes=nodes)


def compile_ruleset(
    ruleset: Ruleset,
    facts: Mapping[str, FactDeclaration],
    item_types: Mapping[str, ItemType],
    versions: Mapping[str, str],
    warnings: Problems | None = None,
) -> Plan:
    """Compile a ruleset to a plan.

    `versions` maps the names of plugins to their versions, which the plan records. Warnings about a
    ruleset that compiles are added to `warnings`. Raises `InvalidInput` with every problem.
    """
    problems = Problems()
    graph = Graph(facts, ruleset.days, ruleset.calendars)
    names = Names(graph, ruleset.aliases, expected=_readable(ruleset))
    parts = _parts(ruleset, item_types, versions, names, problems)
    gates = compile_gates(ruleset, names, problems)
    if problems.errors:
        names.stand_in("score.total")
        compile_badges(ruleset, names, problems)
    problems.raise_any()
    assert parts.base is not None

    has_score = all_of(
        parts.base.available, *(all_of(gate.known, gate.passes) for _, gate in gates)
    )
    with graph.at(ruleset.scale.place), caught(problems, ruleset.scale.place):
        composed = _compose(ruleset, parts, parts.base, has_score, names, problems)
    problems.raise_any()
    badges = compile_badges(ruleset, names, problems)
    problems.raise_any()
    whole = Plan(
        format=FORMAT,
        ruleset=ruleset.file.id,
        version=ruleset.file.version,
        title=Text(**ruleset.file.part("title").plain()),
        selection=tuple((key, str(value)) for key, value in ruleset.selection.items() if value),
        dates=_dates(ruleset.file),
        layers=tuple(
            Layer(layer.id, layer.version, layer.file, layer.digest) for layer in ruleset.layers
        ),
        plugins=(),
        display_decimals=ruleset.scale.decimals,
        facts=(),
        nodes=tuple(graph.nodes),
        gates=tuple(gate for gate, _ in gates),
        exemptions=parts.exemptions,
        dimensions=tuple(parts.dimensions[rule.named.id][0] for rule in ruleset.dimensions),
        vetoes=parts.vetoes,
        badges=badges,
        values=tuple(parts.values[rule.name] for rule in ruleset.values),
        **composed,
    )
    plan = prune(whole)
    if warnings is not None:
        warnings.extend(problems)
        warnings.extend(without_effect(whole, names))
    read = tuple(facts[name] for name in sorted({node.name for node in plan.nodes if node.name}))
    plugins, calendars = _plugins(ruleset, read, versions), _calendars(ruleset, plan)
    return replace(plan, facts=read, plugins=plugins, calendars=calendars)


def _calendars(ruleset: Ruleset, plan: Plan) -> tuple[CalendarUsed, ...]:
    used = {node.mode for node in plan.nodes if node.op == "working_days"}
    return tuple(CalendarUsed(name, ruleset.calendars[name].title) for name in sorted(used))


@dataclass(slots=True)
class _Parts:
    """The compiled parts of a score; `base` is None if it has problems."""

    exemptions: tuple[Exemption, ...]
    vetoes: tuple[Veto, ...]
    dimensions: dict[str, tuple[Dimension, WeightedScore]]
    items: dict[str, CompiledItem]
    values: dict[str, DerivedValue]
    base: CompiledBase | None = None


def _parts(
    ruleset: Ruleset,
    item_types: Mapping[str, ItemType],
    versions: Mapping[str, str],
    names: Names,
    problems: Problems,
) -> _Parts:
    """Compile values, dimensions, base and items, each after the parts that it reads."""
    precision = ruleset.scale.precision
    order = compile_order(ruleset, item_types, names, problems)
    rules = {rule.name: rule for rule in ruleset.values}
    values: dict[str, DerivedValue] = {}
    first = next((at for at, name in enumerate(order) if name not in rules), len(order))
    for name in order[:first]:
        compile_value(rules[name], values, names, problems)
    exemptions, exempt = compile_exemptions(ruleset, names, problems)
    vetoes, active = compile_vetoes(ruleset, names, problems)
    parts = _Parts(exemptions, vetoes, {}, {}, values)
    dimensions = {f"score.{rule.named.id}": rule for rule in ruleset.dimensions}
    items = {f"item.{rule.named.id}": rule for rule in (*ruleset.items, *ruleset.deductions)}
    for name in order[first:]:
        if name in rules:
            compile_value(rules[name], values, names, problems)
        elif name == "score.base":
            parts.base = compile_base(ruleset, parts.dimensions, names, problems)
            if parts.base is None:
                names.stand_in(name)
        elif name in dimensions:
            rule = dimensions[name]
            compiled = compile_dimension(rule, exempt, names, ruleset.scale, problems)
            if compiled is None:
                names.stand_in(name)
            else:
                parts.dimensions[rule.named.id] = compiled
                names.define(name, or_zero(compiled[1].assessed, compiled[1].score))
        else:
            rule = items[name]
            item_type = item_types.get(rule.type)
            if item_type is None:
                problems.extend([_unknown_type(rule, item_types, versions)])
                names.stand_in(name)
                continue
            blocking = {
                veto.named.id: active[veto.named.id]
                for veto in ruleset.vetoes
                if rule.named.id in veto.blocks and veto.named.id in active
            }
            item = compile_item(rule, item_type, blocking, names, precision, problems)
            if item is None:
                names.stand_in(name)
            else:
                parts.items[rule.named.id] = item
                names.define(f"{name}.awarded", item.met)
                names.define(f"{name}.points", item.capped)
    return parts


def _compose(
    ruleset: Ruleset,
    parts: _Parts,
    base: CompiledBase,
    has_score: Expression,
    names: Names,
    problems: Problems,
) -> dict[str, Any]:
    """Return the fields of the plan that groups, caps, the range, rounding and tiers give."""
    graph = names.graph
    caps = [ruleset.bonus_cap, ruleset.deduction_cap, *(group.cap for group in ruleset.groups)]
    decimals = common_decimals(
        [
            base.used,
            *(item.capped for item in parts.items.values()),
            *(item.earned for item in parts.items.values()),
        ],
        [ruleset.scale.low, ruleset.scale.high, *(cap for cap in caps if cap is not None)],
    )
    before_clamp, used = base.before_clamp.scaled(decimals), base.used.scaled(decimals)
    bonus, deductions = (
        fill_pot(
            graph,
            [parts.items[rule.named.id] for rule in rules],
            [group for group in ruleset.groups if group.is_deduction == is_deduction],
            cap,
            decimals,
        )
        for rules, cap, is_deduction in (
            (ruleset.items, ruleset.bonus_cap, False),
            (ruleset.deductions, ruleset.deduction_cap, True),
        )
    )
    total, score = settle(ruleset, used, before_clamp, bonus, deductions, has_score, decimals)
    names.define("score.total", score)
    tiers, tier = compile_tiers(ruleset, score, problems)
    return {
        "decimals": decimals,
        "base": replace(base.record, used=used.index),
        "items": tuple(item_of(share) for share in bonus.shares),
        "deductions": tuple(item_of(share) for share in deductions.shares),
        "groups": bonus.groups + deductions.groups,
        "total": replace(total, tier=tier),
        "tiers": tiers,
    }


def _readable(ruleset: Ruleset) -> tuple[str, ...]:
    return (
        *dict.fromkeys((*(rule.name for rule in ruleset.values), *ruleset.offered)),
        *(f"score.{rule.named.id}" for rule in ruleset.dimensions),
        "score.base",
        "score.total",
        *(
            f"item.{rule.named.id}.{part}"
            for rule in (*ruleset.items, *ruleset.deductions)
            for part in ("awarded", "points")
        ),
    )


def _unknown_type(
    rule: ItemRule, item_types: Mapping[str, ItemType], versions: Mapping[str, str]
) -> Problem:
    plugin = rule.type.partition("/")[0]
    if plugin in versions:
        own = [name for name in item_types if name.partition("/")[0] == plugin]
        return Problem(
            "SY205",
            f"unknown item type {rule.type!r}",
            rule.type_place,
            expected=f"one of {', '.join(own)}" if own else None,
            fix=suggest(rule.type, own),
        )
    return Problem(
        "SY211",
        f"{rule.type} is an item type of the plugin {plugin}, which is not loaded",
        rule.type_place,
        fix=f"install or repair the plugin {plugin}; `steelyard plugins list` shows its state",
    )


def _plugins(
    ruleset: Ruleset, facts: tuple[FactDeclaration, ...], versions: Mapping[str, str]
) -> tuple[PluginUsed, ...]:
    used = {rule.type.partition("/")[0] for rule in (*ruleset.items, *ruleset.deductions)}
    used |= {fact.provider for fact in facts}
    metrics = (metric for rule in ruleset.dimensions for metric in rule.metrics)
    rules = (*metrics, *ruleset.gates, *ruleset.vetoes, *ruleset.values)
    used |= {rule.named.id.partition("/")[0] for rule in rules if "/" in rule.named.id}
    return tuple(PluginUsed(name, versions[name]) for name in sorted(used) if name in versions)


def _dates(file: RulesetFile) -> Dates:
    announced, enforced, until = (
        day.isoformat() if day is not None else None
        for day in (file.announced, file.enforced, file.until)
    )
    return Dates(announced, file.start.isoformat(), enforced, until)
