"""From a checked ruleset to a plan, in the order of operations.

exemptions → metrics → dimensions (cap) → base → items (scope, vetoes, gates, requirements, own
cap) → groups → total caps → range → rounding, once → tiers → badges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from steelyard.book.reading import RulesetFile
from steelyard.checker.ruleset import BaseRule, ItemRule, Phrase, Ruleset, VetoRule
from steelyard.compiler.awards import CompiledItem, compile_item
from steelyard.compiler.composition import Pot, common_decimals, fill_pot, item_of, settle
from steelyard.compiler.conditions import (
    Compiled,
    compile_requirement,
    lower_phrase,
)
from steelyard.compiler.metrics import CompiledDimension, Weighted, compile_dimension, weighted_mean
from steelyard.compiler.naming import Names
from steelyard.compiler.order import compile_order
from steelyard.compiler.parts import caught, number_fact, points
from steelyard.compiler.pruning import prune
from steelyard.errors import Problem, Problems, suggest
from steelyard.expression import (
    Expression,
    Graph,
    all_of,
    choose,
    clamp,
    days_between,
    defined,
    first_match,
)
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.model.types import DATE, enum_type
from steelyard.plan.nodes import Node
from steelyard.plan.structure import (
    FORMAT,
    Badge,
    Base,
    Benefit,
    Dates,
    Exemption,
    Gate,
    Layer,
    Plan,
    PluginUsed,
    Tier,
    Total,
    Veto,
)
from steelyard.plugin import ItemType

NO_TIER = ""  # the tier of a score below every tier of a ruleset without `otherwise`


def compile_ruleset(
    ruleset: Ruleset,
    facts: Mapping[str, FactDeclaration],
    item_types: Mapping[str, ItemType],
    versions: Mapping[str, str],
) -> Plan:
    """Compile a ruleset.

    `versions` maps plugin names to versions, for the plan's record. Raises `InvalidInput` with
    every problem found.
    """
    problems = Problems()
    days = (ruleset.file.start.toordinal(), ruleset.file.last_day.toordinal())
    graph = Graph(facts, days)
    names = Names(graph, ruleset.aliases, expected=_readable(ruleset))
    parts = _parts(ruleset, item_types, versions, names, problems)
    gates = _gates(ruleset, names, problems)
    if problems.errors:
        names.stand_in("score.total")
        _badges(ruleset, names, problems)
    problems.raise_any()
    assert parts.base is not None

    has_score = all_of(
        parts.base.available, *(all_of(gate.known, gate.passes) for _, gate in gates)
    )
    with graph.at(ruleset.scale.place), caught(problems, ruleset.scale.place):
        composed = _compose(ruleset, parts, parts.base, has_score, names)
    problems.raise_any()
    badges = _badges(ruleset, names, problems)
    problems.raise_any()
    plan = prune(
        Plan(
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
            decimals=composed.decimals,
            display_decimals=ruleset.scale.decimals,
            facts=(),
            nodes=tuple(graph.nodes),
            gates=tuple(gate for gate, _ in gates),
            exemptions=parts.exemptions,
            dimensions=tuple(
                parts.dimensions[rule.named.id].dimension for rule in ruleset.dimensions
            ),
            base=composed.base,
            items=tuple(item_of(share) for share in composed.bonus.shares),
            deductions=tuple(item_of(share) for share in composed.deductions.shares),
            groups=composed.bonus.groups + composed.deductions.groups,
            vetoes=parts.vetoes,
            total=composed.total,
            tiers=composed.tiers,
            badges=badges,
            scene=ruleset.scene,
        )
    )
    read = tuple(facts[name] for name in sorted({node.name for node in plan.nodes if node.name}))
    return replace(plan, facts=read, plugins=_plugins(ruleset, read, versions))


@dataclass(slots=True)
class _Parts:
    """What composition puts together; `base` is None where it has problems."""

    exemptions: tuple[Exemption, ...]
    vetoes: tuple[Veto, ...]
    dimensions: dict[str, CompiledDimension]
    items: dict[str, CompiledItem]
    base: "_Base | None" = None


def _parts(
    ruleset: Ruleset,
    item_types: Mapping[str, ItemType],
    versions: Mapping[str, str],
    names: Names,
    problems: Problems,
) -> _Parts:
    """Compile dimensions, base and items, each after what it reads."""
    precision = ruleset.scale.precision
    exemptions, exempt = _exemptions(ruleset, names, problems)
    vetoes, active = _vetoes(ruleset, names, problems)
    parts = _Parts(exemptions, vetoes, {}, {})
    dimensions = {f"score.{rule.named.id}": rule for rule in ruleset.dimensions}
    items = {f"item.{rule.named.id}": rule for rule in (*ruleset.items, *ruleset.deductions)}
    for name in compile_order(ruleset, item_types, names, problems):
        if name == "score.base":
            parts.base = _base(ruleset, parts.dimensions, names, problems)
            if parts.base is None:
                names.stand_in(name)
        elif name in dimensions:
            rule = dimensions[name]
            compiled = compile_dimension(rule, exempt, names, precision, problems)
            if compiled is None:
                names.stand_in(name)
            else:
                parts.dimensions[rule.named.id] = compiled
                names.known[name] = _or_zero(compiled.weighted.assessed, compiled.weighted.score)
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
                names.known[f"{name}.awarded"] = item.met
                names.known[f"{name}.points"] = item.capped
    return parts


@dataclass(frozen=True, slots=True)
class _Composed:
    """The score, put together."""

    decimals: int
    base: Base
    bonus: Pot
    deductions: Pot
    total: Total
    tiers: tuple[Tier, ...]


def _compose(
    ruleset: Ruleset, parts: _Parts, base: "_Base", has_score: Expression, names: Names
) -> _Composed:
    """Take items through groups and caps, add up, hold in the range, round once, name the tier."""
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
    used = base.used.scaled(decimals)
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
    total, score = settle(ruleset, used, bonus, deductions, has_score, decimals)
    names.known["score.total"] = score
    tiers, tier = _tiers(ruleset, score)
    return _Composed(
        decimals,
        replace(base.record, used=used.index),
        bonus,
        deductions,
        replace(total, tier=tier),
        tiers,
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """The base score: its record, where it exists, and the value used."""

    record: Base
    available: Expression
    used: Expression


def _base(
    ruleset: Ruleset,
    dimensions: Mapping[str, CompiledDimension],
    names: Names,
    problems: Problems,
) -> _Base | None:
    graph, rule = names.graph, ruleset.base
    reported = _reported(rule, graph, problems) if rule.reported else None
    if len(dimensions) < len(ruleset.dimensions) or (rule.reported and reported is None):
        return None
    computed: Weighted | None = None
    if ruleset.dimensions:
        place = ruleset.dimensions[0].named.place
        with graph.at(rule.place), caught(problems, place, "the mean of the dimensions: "):
            parts = [dimensions[one.named.id].weighted for one in ruleset.dimensions]
            computed = weighted_mean(parts, ruleset.scale.precision)
        if computed is None:
            return None
    with graph.at(rule.place), caught(problems, rule.place):
        has_reported = defined(reported) if reported is not None else None
        before: Expression | None
        if rule.source == "metrics":
            before = computed.score if computed else None
            available = computed.assessed if computed else None
        elif rule.source == "reported":
            before, available = reported, has_reported
        else:
            before = points(graph, rule.score or 0)
            available = Expression.constant(graph, True)
        if before is None or available is None:
            return None
        before = before.in_unit("points")
        low, high = (points(graph, end) for end in (ruleset.scale.low, ruleset.scale.high))
        used = clamp(before, low, high)
        names.known["score.base"] = _or_zero(available, used)
        record = Base(
            source=rule.source,
            available=available.index,
            before_clamp=before.index,
            used=used.index,
            computed=computed.score.index if computed else None,
            computed_available=computed.assessed.index if computed else None,
            reported=reported.index if reported is not None else None,
            reported_available=has_reported.index if has_reported is not None else None,
            reported_fact=rule.reported or "",
        )
        return _Base(record, available, used)
    return None


def _reported(rule: BaseRule, graph: Graph, problems: Problems) -> Expression | None:
    place = rule.reported_place or rule.place
    fact = number_fact(graph, rule.reported or "", "a reported score", place, problems)
    if fact is not None and fact.type.unit not in (None, "points"):
        problems.add(
            "SY406",
            f"the unit of {rule.reported} is {fact.type.unit}, and that of a score is points",
            place,
            expected="a fact whose unit is points, or that has none",
        )
    return fact


def _or_zero(available: Expression, value: Expression) -> Expression:
    """Return the value as conditions read it: 0 where nothing was assessed."""
    return choose(available, value, 0)


def _readable(ruleset: Ruleset) -> tuple[str, ...]:
    return (
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
            f"no item type is called {rule.type!r}",
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


def _exemptions(
    ruleset: Ruleset, names: Names, problems: Problems
) -> tuple[tuple[Exemption, ...], dict[str, list[Expression]]]:
    records: list[Exemption] = []
    by_metric: dict[str, list[Expression]] = {}
    for rule in ruleset.exemptions:
        test = lower_phrase(rule.when, names, problems)
        if test is None:
            continue
        active = all_of(defined(test), test)
        records.append(
            Exemption(rule.named.id, rule.named.title, active.index, rule.metrics, rule.named.place)
        )
        for metric in rule.metrics:
            by_metric.setdefault(metric, []).append(active)
    return tuple(records), by_metric


def _vetoes(
    ruleset: Ruleset, names: Names, problems: Problems
) -> tuple[tuple[Veto, ...], dict[str, Expression]]:
    graph = names.graph
    records: list[Veto] = []
    by_id: dict[str, Expression] = {}
    for rule in ruleset.vetoes:
        tests: list[Expression] = []
        since_index = until_index = None
        if rule.since is not None and not _is_date(rule, graph, problems):
            continue
        with graph.at(rule.named.place), caught(problems, rule.named.place):
            if rule.since is not None:
                since = Expression.fact(graph, rule.since)
                today = Expression.as_of(graph)
                tests += [Expression.has(graph, rule.since), since <= today]
                since_index = since.index
                if rule.days is not None:
                    tests.append(days_between(since, today) < rule.days)
                    length = Expression.scaled_constant(graph, rule.days, DATE)
                    until_index = graph.add(Node("add", DATE, (since.index, length.index)))
            if rule.when is not None:
                test = lower_phrase(rule.when, names, problems)
                if test is None:
                    continue
                tests.append(test)
            active = all_of(*tests)
            by_id[rule.named.id] = active
            records.append(
                Veto(
                    id=rule.named.id,
                    title=rule.named.title,
                    active=active.index,
                    since=since_index,
                    until=until_index,
                    since_fact=rule.since or "",
                    blocks=rule.blocks,
                    place=rule.named.place,
                )
            )
    return tuple(records), by_id


def _is_date(rule: VetoRule, graph: Graph, problems: Problems) -> bool:
    """Return whether `since` of a veto names a date; note it if not."""
    place = rule.since_place or rule.named.place
    with caught(problems, place):
        since = Expression.fact(graph, rule.since or "")
        if since.type.kind == "date":
            return True
        what = f"{rule.since} is of type {since.type}, and a veto begins on a date"
        problems.add("SY402", what, place, expected="a fact of type date")
    return False


def _gates(ruleset: Ruleset, names: Names, problems: Problems) -> list[tuple[Gate, Compiled]]:
    gates: list[tuple[Gate, Compiled]] = []
    for rule in ruleset.gates:
        named = rule.named
        compiled = _requirement(named.id, named.title, rule.when, names, problems, rule.remedy)
        if compiled is not None:
            gates.append((Gate(named.id, named.title, compiled.requirement), compiled))
    return gates


def _requirement(
    name: str,
    title: Text,
    phrase: Phrase,
    names: Names,
    problems: Problems,
    remedy: Text | None = None,
) -> Compiled | None:
    test = lower_phrase(phrase, names, problems)
    if test is None:
        return None
    with names.graph.at(phrase.place), caught(problems, phrase.place):
        return compile_requirement(
            name, title, test, remedy=remedy, text=phrase.text, place=phrase.place
        )
    return None


def _tiers(ruleset: Ruleset, score: Expression) -> tuple[tuple[Tier, ...], int | None]:
    if not ruleset.tiers:
        return (), None
    graph = score.graph
    open_ended = any(rule.at_least is None for rule in ruleset.tiers)
    ids = tuple(rule.named.id for rule in ruleset.tiers) + (() if open_ended else (NO_TIER,))
    kind = enum_type(ids)
    tiers: list[Tier] = []
    rows: list[tuple[Expression, Expression]] = []
    for index, rule in enumerate(ruleset.tiers):
        limit = None
        if rule.at_least is not None:
            named = Expression.scaled_constant(graph, index, kind)
            with graph.at(rule.named.place):
                rows.append((score >= rule.at_least, named))
            limit = Expression.constant(graph, rule.at_least).scaled(score.type.decimals).index
        benefits = tuple(Benefit(*one) for one in rule.benefits)
        tiers.append(Tier(rule.named.id, rule.named.title, limit, benefits))
    last = Expression.scaled_constant(graph, len(ids) - 1, kind)
    return tuple(tiers), (first_match(rows, last) if rows else last).index


def _badges(ruleset: Ruleset, names: Names, problems: Problems) -> tuple[Badge, ...]:
    badges: list[Badge] = []
    for rule in ruleset.badges:
        compiled = _requirement(rule.named.id, rule.named.title, rule.when, names, problems)
        if compiled is not None:
            benefits = tuple(Benefit(*one) for one in rule.benefits)
            badges.append(Badge(rule.named.id, rule.named.title, compiled.requirement, benefits))
    return tuple(badges)


def _plugins(
    ruleset: Ruleset, facts: tuple[FactDeclaration, ...], versions: Mapping[str, str]
) -> tuple[PluginUsed, ...]:
    used = {rule.type.partition("/")[0] for rule in (*ruleset.items, *ruleset.deductions)}
    used |= {fact.provider for fact in facts}
    return tuple(PluginUsed(name, versions[name]) for name in sorted(used) if name in versions)


def _dates(file: RulesetFile) -> Dates:
    announced, enforced, until = (
        day.isoformat() if day is not None else None
        for day in (file.announced, file.enforced, file.until)
    )
    return Dates(announced, file.start.isoformat(), enforced, until)
