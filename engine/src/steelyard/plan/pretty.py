"""Plans as text for review, with useful diffs between versions.

No line holds the index of a node: a change in one rule changes the lines of that rule alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from steelyard.errors import Place
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.outcomes import REQUIREMENT_STATUSES
from steelyard.model.rollout import SHARE_DECIMALS
from steelyard.model.texts import Text
from steelyard.plan.infix import literal, render
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Benefit, Item, Plan, Requirement

Lines = Iterator[str]


def plan_text(plan: Plan) -> str:
    """Return the text of a plan; equal plans have equal texts."""
    lines: list[str] = []
    for name, content in _sections(_Page(plan, labels_of(plan))):
        body = list(content)
        if name and body:
            lines += ["", name, *(f"  {line}" for line in body)]
        else:
            lines += body
    return "".join(f"{line}\n" for line in lines)


def labels_of(plan: Plan) -> dict[int, str]:
    """Return the names of the values that have a place of their own in the text."""
    labels: dict[int, str] = {}
    for _, content in _sections(_Page(plan, labels, only_labels=True)):
        for _ in content:
            pass
    return labels


def _sections(page: "_Page") -> tuple[tuple[str, Lines], ...]:
    plan = page.plan
    return (
        ("", page.header()),
        ("facts", page.facts()),
        ("gates", page.gates()),
        ("exemptions", page.exemptions()),
        ("dimensions", page.dimensions()),
        ("base", page.base()),
        ("vetoes", page.vetoes()),
        ("items", page.items(plan.items)),
        ("deductions", page.items(plan.deductions)),
        ("groups", page.groups()),
        ("total", page.total()),
        ("tiers", page.tiers()),
        ("badges", page.badges()),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """The sections of a plan's text, each a run of lines.

    With `only_labels`, the values are not spelled out: their labels are noted in `labels`.
    """

    plan: Plan
    labels: dict[int, str]
    only_labels: bool = False

    def header(self) -> Lines:
        plan = self.plan
        yield f"plan {plan.ruleset} {plan.version}  {_title(plan.title)}"
        yield f"format {plan.format}"
        chosen = [f"{key}={value}" for key, value in plan.selection]
        yield f"for {', '.join(chosen) or 'every merchant'}, scene {plan.scene or 'none'}"
        dates = plan.dates
        yield (
            f"announced {dates.announced or '—'}, from {dates.start}, "
            f"enforced {dates.enforced or '—'}, until {dates.until or '—'}"
        )
        if plan.rollout is not None:
            share = format_scaled(plan.rollout.share, SHARE_DECIMALS, trim=True)
            shadow = ", in shadow" if plan.rollout.shadow else ""
            yield f"for the part {share} of the rollout of {plan.rollout.ruleset}{shadow}"
            yield f"salt {plan.rollout.salt}"
        for layer in plan.layers:
            yield f"layer {layer.ruleset} {layer.version}  {layer.file}  {layer.digest}"
        for plugin in plan.plugins:
            yield f"plugin {plugin.name} {plugin.version}"
        yield f"points have {plan.decimals} decimals, the score {plan.display_decimals}"

    def facts(self) -> Lines:
        for fact in self.plan.facts:
            notes = [
                "required" if fact.required else "optional",
                *([fact.window] if fact.window else []),
                *([f"at most {fact.at_most}"] if fact.at_most else []),
                *(["illustrative"] if fact.illustrative else []),
                f"from {fact.provider}",
            ]
            yield f"{fact.id}: {_declared(fact)}; {', '.join(notes)}  {_title(fact.title)}"
            for field in fact.fields:
                need = "required" if field.required else "optional"
                yield f"  record.{field.name}: {_declared(field)}; {need}"

    def gates(self) -> Lines:
        for gate in self.plan.gates:
            yield f"{gate.id}  {_title(gate.title)}"
            yield from _inside(self.requirement("needs", gate.requirement))

    def exemptions(self) -> Lines:
        for exemption in self.plan.exemptions:
            yield f"{exemption.id}  {_title(exemption.title)}{_place(exemption.place)}"
            yield from _inside(self.value("when", exemption.active, f"exemption.{exemption.id}"))
            yield f"  metrics not counted: {', '.join(exemption.metrics)}"

    def dimensions(self) -> Lines:
        for dimension in self.plan.dimensions:
            yield f"{dimension.id}  {_title(dimension.title)}{_place(dimension.place)}"
            yield from _inside(self.value("weight", dimension.weight))
            for metric in dimension.metrics:
                yield f"  {metric.id}  {_title(metric.title)}{_place(metric.place)}"
                body = [
                    *self.value("weight", metric.weight),
                    f"fact: {metric.fact}",
                    *self.value("observed", metric.observed),
                    *self.value("assessed", metric.assessed, f"metric.{metric.id}.assessed"),
                    *self.value("outcome", metric.outcome),
                    *self.ranged("score", metric.score, f"metric.{metric.id}"),
                    *_source(metric.source, illustrative=metric.illustrative),
                ]
                yield from _inside(iter(body), 4)
            name, before = f"score.{dimension.id}", dimension.score_before_cap
            yield from _inside(self.value("assessed", dimension.assessed, f"{name}.assessed"))
            yield from _inside(self.ranged("before cap", before, f"{name}.before_cap"))
            yield from _inside(self.optional("cap", dimension.cap))
            yield from _inside(self.ranged("score", dimension.score, name))

    def base(self) -> Lines:
        base = self.plan.base
        yield f"source: {base.source}"
        yield from self.value("available", base.available)
        yield from self.optional("computed", base.computed)
        yield from self.optional("reported", base.reported)
        yield from self.ranged("before range", base.before_clamp, "score.base.before_range")
        yield from self.ranged("score.base", base.used, "score.base")

    def vetoes(self) -> Lines:
        for veto in self.plan.vetoes:
            yield f"{veto.id}  {_title(veto.title)}{_place(veto.place)}"
            yield from _inside(self.value("active", veto.active, f"veto.{veto.id}"))
            yield from _inside(self.optional("until", veto.until))
            yield f"  blocks: {', '.join(veto.blocks)}"

    def items(self, items: tuple[Item, ...]) -> Lines:
        for item in items:
            yield f"{item.id} = {item.type}  {_title(item.title)}{_place(item.place)}"
            yield from _inside(self.item(item))

    def item(self, item: Item) -> Lines:
        if item.scope is not None:
            yield from self.requirement("scope", item.scope)
        for gate in item.gates:
            yield from self.requirement(f"gate {gate.id}", gate)
        for requirement in item.requirements:
            yield from self.requirement(f"needs {requirement.id}", requirement)
        if item.vetoes:
            yield f"vetoes: {', '.join(item.vetoes)}"
        name = f"item.{item.id}"
        yield from self.value("awarded", item.met, f"{name}.awarded")
        yield from self.ranged("earned", item.earned, f"{name}.earned")
        for cut in item.cuts:
            stage = cut.stage.replace("_", " ")
            yield from self.ranged(stage, cut.points, f"{name}.{cut.stage}")
        yield from self.value("outcome", item.outcome)
        if item.group is not None:
            yield f"group: {item.group}"
        if item.aliases:
            yield f"aliases: {', '.join(item.aliases)}"
        if item.why:
            yield f"why: {item.why}"
        yield from _source(item.source, illustrative=item.illustrative)

    def groups(self) -> Lines:
        for group in self.plan.groups:
            kept = f" {group.keep}" if group.combine == "best_n" else ""
            yield f"{group.id} ({group.kind})  {_title(group.title)}{_place(group.place)}"
            yield f"  {group.combine}{kept} of {', '.join(group.items)}"
            yield from _inside(self.ranged("earned", group.earned, f"group.{group.id}.earned"))
            yield from _inside(self.optional("cap", group.cap))
            yield from _inside(self.ranged("points", group.points, f"group.{group.id}.points"))

    def total(self) -> Lines:
        total = self.plan.total
        yield from self.value("has score", total.has_score, "has_score")
        yield from self.ranged("bonus earned", total.earned, "bonus.earned")
        yield from self.ranged("bonus after groups", total.after_groups, "bonus.after_groups")
        yield from self.optional("bonus cap", total.bonus_cap)
        yield from self.ranged("bonus after cap", total.after_cap, "bonus.after_cap")
        yield from self.ranged("bonus", total.bonus, "bonus")
        yield from self.ranged("deductions earned", total.deductions_earned, "deductions.earned")
        after = total.deductions_after_groups
        yield from self.ranged("deductions after groups", after, "deductions.after_groups")
        yield from self.optional("deduction cap", total.deduction_cap)
        after = total.deductions_after_cap
        yield from self.ranged("deductions after cap", after, "deductions.after_cap")
        yield from self.ranged("deductions", total.deductions, "deductions")
        yield from self.value("floor", total.low)
        yield from self.value("ceiling", total.high)
        yield from self.ranged("unrounded", total.unrounded, "score.unrounded")
        yield from self.ranged("score.total", total.score, "score.total")

    def tiers(self) -> Lines:
        for tier in self.plan.tiers:
            limit = self.plan.nodes[tier.at_least] if tier.at_least is not None else None
            least = f"from {literal(limit.value, limit.type)}" if limit else "otherwise"
            gives = "".join(
                f"; gives {benefit.id} {_title(benefit.title)}" for benefit in tier.benefits
            )
            yield f"{tier.id}: {least}  {_title(tier.title)}{gives}"
            yield from _inside(self.costs(tier.benefits))
        yield from self.optional("tier", self.plan.total.tier)

    def badges(self) -> Lines:
        for badge in self.plan.badges:
            yield f"{badge.id}  {_title(badge.title)}"
            yield from _inside(self.requirement("needs", badge.requirement))
            for benefit in badge.benefits:
                yield f"  gives {benefit.id} {_title(benefit.title)}"
            yield from _inside(self.costs(badge.benefits))

    def costs(self, benefits: tuple[Benefit, ...]) -> Lines:
        for benefit in benefits:
            if benefit.cost is not None:
                yield from self.value(f"cost of {benefit.id} in {benefit.currency}", benefit.cost)

    # --- values

    def value(self, name: str, index: int, label: str = "") -> Lines:
        """Write a value's expression, and below it the parts that were given names in it.

        A value that the text spells out elsewhere, under another label than this, is only named.
        """
        if self.only_labels:
            # a plain fact or constant is clearer without a name
            if label and self.plan.nodes[index].args:
                self.labels.setdefault(index, label)
            yield ""
            return
        known = self.labels.get(index, label)
        if known != label:
            yield f"{name}: {known}"
            return
        rendered = render(self.plan.nodes, index, self.labels)
        yield f"{name}: {rendered.text}"
        for part, text in rendered.parts:
            yield f"  {part} = {text}"

    def ranged(self, name: str, index: int, label: str = "") -> Lines:
        """Write a number's expression with its proved range."""
        first, *rest = self.value(name, index, label)
        yield f"{first}  in {_interval(self.plan.nodes[index])}"
        yield from rest

    def optional(self, name: str, index: int | None) -> Lines:
        if index is not None:
            yield from self.value(name, index)

    def requirement(self, name: str, requirement: Requirement) -> Lines:
        """Describe a requirement, and when it is known and assessed if not always."""
        yield f"{name}  {_title(requirement.title)}{_place(requirement.place)}"
        parts = _parts_of_status(self.plan.nodes, requirement.status)
        if parts is None:
            yield from _inside(self.value("status", requirement.status))
        else:
            for word in ("test", "assessed", "known"):
                yield from _inside(self.optional(word, parts.get(word)))
        if requirement.text:
            yield f"  written: {requirement.text}"
        if requirement.remedy is not None:
            yield f"  remedy: {_title(requirement.remedy)}"


def _parts_of_status(nodes: tuple[Node, ...], index: int) -> dict[str, int] | None:
    """Take a status apart into its tests; None if it is not of the compiler's usual form."""
    tests: dict[str, int] = {}
    node = nodes[index]
    while node.op == "if":
        test, then, otherwise = node.args
        last = _status(nodes[otherwise])
        if last == "not_met" and _status(nodes[then]) == "met" and "test" not in tests:
            tests["test"] = test
            return tests
        word = {"no_data": "known", "skipped": "assessed"}.get(last)
        if word is None or word in tests:
            return None
        tests[word] = test
        node = nodes[then]
    return None


def _status(node: Node) -> str:
    known = node.op == "constant" and node.type.values == REQUIREMENT_STATUSES
    return REQUIREMENT_STATUSES[node.value] if known else ""


def _title(text: Text) -> str:
    return f"{text.en} / {text.zh}"


def _inside(lines: Lines, width: int = 2) -> Lines:
    return (f"{' ' * width}{line}" for line in lines)


def _source(source: str, *, illustrative: bool) -> Lines:
    if source or illustrative:
        note = " (illustrative)" if illustrative else ""
        yield f"source: {source or '—'}{note}"


def _interval(node: Node) -> str:
    if node.type.kind != "number":
        return f"[{literal(node.low, node.type)}, {literal(node.high, node.type)}]"
    ends = (format_scaled(end, node.type.decimals, trim=True) for end in (node.low, node.high))
    return f"[{', '.join(ends)}]"


def _declared(fact: FactDeclaration | FieldDeclaration) -> str:
    if isinstance(fact, FactDeclaration) and fact.type == "records":
        return f"records, at most {fact.max_records}, told apart by {', '.join(fact.key) or '—'}"
    if fact.type == "id":
        return "id"
    kind = fact.value_type
    if fact.type in ("bool", "enum"):
        return str(kind) if fact.type == "bool" else f"enum({', '.join(fact.values)})"
    return f"{kind} [{literal(fact.low, kind)}, {literal(fact.high, kind)}]"


def _place(place: Place | None) -> str:
    return f"  ({place})" if place else ""
