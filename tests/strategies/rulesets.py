"""Random rulesets and random merchants, for laws that hold for every plan.

The rulesets are built as checked data over a small catalogue that has a fact of every kind, with
every core item type, conditions of every form, caps that bind, groups, vetoes, deductions,
negative points and several scales.
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from steelyard.book.checker.ruleset import (
    BadgeRule,
    Band,
    BaseRule,
    DimensionRule,
    ExemptionRule,
    GateRule,
    GroupRule,
    ItemRule,
    MetricRule,
    Named,
    NamedCondition,
    Ruleset,
    Sample,
    Scale,
    TierRule,
    ValueRule,
    VetoRule,
)
from steelyard.book.reading import RulesetFile
from steelyard.errors import Place
from steelyard.formats import Located, parse_yaml
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text

T = Text("title", "标题")
P = Place("random.yaml", 1, 1)
START = date(2026, 1, 1)
END = date(2027, 1, 1)
TODAY = date(2026, 6, 15)


def _fact(name, kind, low=0, high=1, **more):
    return FactDeclaration(name, kind, T, "", "test", low=low, high=high, **more)


_DAYS = {"low": date(2020, 1, 1).toordinal(), "high": date(2030, 1, 1).toordinal()}

FACTS = {
    fact.id: fact
    for fact in (
        _fact("shop.kind", "enum", 0, 2, values=("small", "large", "brand"), required=True),
        _fact("shop.open", "bool", required=True),
        _fact("shop.listed", "bool"),
        _fact("orders.paid", "int", 0, 5000, required=True, unit="count"),
        _fact("orders.bad", "int", 0, 60, unit="count"),
        _fact("orders.eligible", "int", 0, 900, required=True, unit="count"),
        _fact("orders.covered", "int", 0, 900, unit="count"),
        _fact("rate.good", "decimal", 0, 10_000, decimals=4, unit="share", required=True),
        _fact("rate.reply", "decimal", 0, 1_000, decimals=3, unit="share"),
        _fact("time.hours", "decimal", -500, 72_000, decimals=2, unit="hours"),
        _fact("platform.score", "decimal", -2_000, 12_000, decimals=2),
        _fact("event.since", "date", **_DAYS),
        _fact("event.enrolled", "date", required=True, **_DAYS),
        FactDeclaration(
            "staff.people",
            "records",
            T,
            "",
            "test",
            max_records=6,
            fields=(
                FieldDeclaration("holder", "id", T),
                FieldDeclaration("certificate", "enum", T, values=("vet", "artist"), high=1),
                FieldDeclaration("holder_match", "bool", T, high=1),
                FieldDeclaration("valid_from", "date", T, **_DAYS),
                FieldDeclaration("valid_to", "date", T, required=False, **_DAYS),
                FieldDeclaration("hours", "int", T, required=False, high=24, unit="hours"),
            ),
        ),
    )
}


def merchants(facts=FACTS):
    """Merchants inside the bounds, with some optional facts missing."""

    def value(declared):
        if declared.type == "bool":
            return st.booleans()
        edges = st.sampled_from([declared.low, declared.high])
        return st.integers(declared.low, declared.high) | edges

    def record(fact):
        needed = {
            field.name: value(field)
            for field in fact.fields
            if field.required and field.type != "id"
        }
        spare = {field.name: value(field) for field in fact.fields if not field.required}
        return st.fixed_dictionaries(needed, optional=spare)

    needed, spare = {}, {}
    for fact in facts.values():
        strategy = (
            st.lists(record(fact), max_size=fact.max_records).map(tuple)
            if fact.type == "records"
            else value(fact)
        )
        (needed if fact.required else spare)[fact.id] = strategy
    return st.fixed_dictionaries(needed, optional=spare)


def hundredths(low, high):
    """Decimals with two places."""
    return st.integers(low * 100, high * 100).map(lambda n: Decimal(n).scaleb(-2))


def named(name):
    return Named(name, T, P, "test", illustrative=False, why="")


def phrase(text):
    return Located(text, P, text, False, {})


@st.composite
def conditions(draw, reads=()):
    """Conditions as text: atoms of every kind, joined, denied, chosen."""
    share, count = draw(hundredths(0, 1)), draw(st.integers(0, 600))
    atoms = [
        f"rate.good >= {share}",
        f"rate.reply < {share}",
        f"orders.paid > {count}",
        f"orders.bad <= {count % 60}",
        f"orders.covered * 100 >= {share} * 100 * orders.eligible",
        f"time.hours <= {count}",
        'shop.kind in ["small", "brand"]',
        'shop.kind == "large"',
        "shop.open",
        "!shop.listed",
        "has(rate.reply)",
        f"has(orders.bad) && orders.bad < {count % 60}",
        f"has(time.hours) ? time.hours < {count} : rate.good > {share}",
        f"days(event.enrolled, as_of) >= {count}",
        "as_of <= event.since",
        'staff.people.exists(p, p.certificate == "vet" && p.holder_match)',
        "staff.people.all(p, p.valid_from <= as_of)",
        f"staff.people.exists(p, p.hours > {count % 24})",
        "staff.people.all(p, p.valid_to >= as_of)",
        f"staff.people.filter(p, has(p.hours) && p.hours > {count % 24}).size() >= {count % 3}",
        f"min(orders.paid, orders.eligible) + orders.bad > {count}",
        f"staff.people.groupBy(p, p.certificate).all(g, g.size() <= {count % 4})",
        "staff.people.groupBy(p, p.certificate).exists(g, g.exists(p, !p.holder_match))",
        f"staff.people.map(p, p.valid_from).distinct().size() > {count % 5}",
        f"staff.people.windows(p, p.valid_from, {count % 400 + 1}).exists(w, w.size() > 1)",
        "staff.people.sortBy(p, p.valid_from).last(2).all(p, p.valid_from <= as_of)",
        *reads,
    ]
    first, second = draw(st.sampled_from(atoms)), draw(st.sampled_from(atoms))
    form = draw(st.sampled_from(["{0}", "{0}", "({0}) && ({1})", "({0}) || ({1})", "!({0})"]))
    return phrase(form.format(first, second))


@st.composite
def derived_values(draw):
    """Derived values of every type, which read facts and each other."""
    count, share = draw(st.integers(0, 600)), draw(hundredths(0, 1))
    written = {
        "covered-share": ("div(orders.covered, max(orders.eligible, 1), 4, 'half_even')", "share"),
        "late": (f"max(value.hours_twice - {count}, 0)", None),
        "hours-twice": ("2 * time.hours", "hours"),
        "busy": (f"orders.paid >= {count} || value.covered_share > {share}", None),
        "good": (f"shop.open ? rate.good : {share}", "share"),
        "last-day": ("shop.listed ? event.since : event.enrolled", None),
        "people": ('staff.people.filter(p, p.certificate == "vet").size()', "count"),
        "worked": ("staff.people.filter(p, has(p.hours)).map(p, p.hours).sum()", "hours"),
        "longest": ("staff.people.filter(p, p.holder_match).map(p, p.hours).max(0)", "hours"),
        "kinds": ("staff.people.map(p, p.certificate).distinct().size()", "count"),
        "group-hours": (
            "staff.people.groupBy(p, p.certificate).map(g, g.map(p, p.hours).sum()).max(0)",
            "hours",
        ),
        "window-hours": (
            "staff.people.windows(p, p.valid_from, 300).map(w, w.map(p, p.hours).sum()).max(0)",
            "hours",
        ),
        "days-in-a-row": (
            "staff.people.filter(p, p.holder_match).map(p, p.valid_from).longestRun()",
            None,
        ),
        "oldest": (
            (
                "staff.people.sortBy(p, p.valid_from).first(3).map(p, p.valid_from)"
                ".max(date('2026-01-01'))"
            ),
            None,
        ),
        "newest": (
            "staff.people.filter(p, !p.holder_match).map(p, p.valid_from).max(date('2026-01-01'))",
            None,
        ),
    }
    return tuple(
        ValueRule(named(name), phrase(text), unit) for name, (text, unit) in written.items()
    )


VALUE_READS = (
    "value.covered_share >= 0.5",
    "value.late > 0",
    "!value.busy",
    "has(value.good) && value.good < 0.5",
    "value.last_day < as_of",
    "value.people > 1",
    "value.worked > 40",
    "has(value.longest) && value.longest < 12",
    "value.newest > event.enrolled",
    "value.kinds == 2",
    "has(value.group_hours) && value.group_hours < 30",
    "value.window_hours > 12",
    "value.days_in_a_row >= 2",
    "value.oldest < event.enrolled",
)


@st.composite
def formulas(draw, low, high):
    """Numbers between two ends as text, from facts and values."""
    share = draw(hundredths(0, 1))
    terms = [
        "0.03 * orders.bad",  # at least two decimals, as the ends have
        "0.25 * value.people - 0.5 * value.covered_share * value.people",
        "div(time.hours, 7, 5, 'half_up')",
        f"value.busy ? {share} : rate.reply",
        "rate.good * rate.reply",
    ]
    return f"clamp({draw(st.sampled_from(terms))}, {low}, {high})"


def optional(strategy):
    return st.none() | strategy


@st.composite
def parameters(draw):
    """An item type with parameters that fit it."""
    points = draw(hundredths(0, 1))
    more = points + draw(hundredths(0, 1))
    level = draw(hundredths(0, 1))
    higher = level + Decimal("0.05") + draw(hundredths(0, 1))
    condition = draw(conditions()).text
    shapes = {
        "core/flat": {"points": draw(hundredths(-1, 1)), "when": condition},
        "core/steps": {"fact": "rate.good", "steps": [[level, points], [higher, more]]},
        "core/decision-table": {
            "rows": [{"when": condition, "points": more}, {"when": "shop.open", "points": points}]
        },
        "core/curve": {"fact": "rate.reply", "knots": [[level, 0], [higher, more]]},
        "core/per-unit": {"fact": "orders.paid", "points_per_unit": points, "units": 200, "max": 2},
        "core/share": {
            "part": "orders.covered",
            "whole": "orders.eligible",
            "at_least": level,
            "min_whole": 20,
            "points": points,
            "below_min": draw(st.sampled_from(["not_assessed", "skip", "fail"])),
        },
        "core/count-tolerance": {
            "bad": "orders.bad",
            "whole": "orders.paid",
            "max_share": level,
            "max_count": 4,
            "points": points,
        },
        "core/certified-staff": {
            "records": "staff.people",
            "certificates": ["vet"],
            "per_person": points,
            "max": more,
            "grace_days": 30,
        },
        "core/enrolment": {"since": "event.enrolled", "min_days": 30, "points": points},
        "core/formula": {
            "points": draw(formulas(0, more)),
            "range": [0, more],
            "decimals": draw(st.integers(2, 4)),  # with fewer, rounding may leave the range
            "rounding": draw(st.sampled_from(["half_even", "half_up", "floor"])),
        },
        "core/coverage": {
            "covered": "orders.covered",
            "eligible": "orders.eligible",
            "at_least": level,
            "min_covered": 5,
            "points": points,
        },
    }
    return draw(st.sampled_from(sorted(shapes.items())))


def _located(value) -> Located:
    return parse_yaml(_flow(value), "random.yaml")


def _flow(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


@st.composite
def items(draw, name, reads, *, is_deduction):
    kind, given_parameters = draw(parameters())
    if is_deduction and kind == "core/flat":
        given_parameters = {**given_parameters, "points": abs(given_parameters["points"])}
    requires = draw(st.lists(conditions(reads), max_size=1))
    return ItemRule(
        named=named(name),
        type=kind,
        type_place=P,
        parameters=_located(given_parameters),
        scope=draw(optional(conditions())),
        gate=draw(optional(conditions())),
        when=draw(optional(conditions(reads))),
        requires=tuple(
            NamedCondition(f"need-{n}", T, one, draw(optional(conditions())), None, P)
            for n, one in enumerate(requires)
        ),
        cap=draw(optional(hundredths(0, 1))),
        aliases=(),
        is_deduction=is_deduction,
    )


def split(draw, parts):
    """Weights that add up to one."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=parts - 1, max_size=parts - 1)))
    ends = [0, *cuts, 100]
    return [Decimal(high - low).scaleb(-2) for low, high in pairwise(ends)]


@st.composite
def metrics(draw, name, weight, low, top):
    facts = ["rate.good", "rate.reply", "time.hours", "orders.bad", "value.good"]
    fact = draw(st.sampled_from(facts))
    scores = sorted(draw(st.lists(st.integers(0, top), min_size=3, max_size=3)))
    if draw(st.booleans()):
        bands, curve = (), ((0, scores[0]), (Decimal("0.5"), scores[2]), (1, scores[1]))
        if fact == "orders.bad":
            curve = ((0, scores[2]), (7, scores[0]))
    else:
        bands = (
            Band("above", 1, scores[0], P),
            Band("at_least", 0, scores[2], P),
            Band(None, 0, scores[1], P),
        )
        curve = ()
    sample = draw(
        optional(
            st.builds(
                Sample,
                st.just("orders.paid"),
                st.integers(0, 300),
                optional(st.integers(0, top)),
                st.just(P),
            )
        )
    )
    small = draw(optional(st.tuples(conditions(), st.integers(0, top))))
    formula = phrase(draw(formulas(low, top))) if draw(st.integers(0, 3)) == 0 else None
    if formula is not None:
        bands = curve = ()
    scope = draw(optional(conditions()))
    return MetricRule(
        named(name), fact, P, weight, bands, curve, sample, small, scope, formula=formula
    )


@st.composite
def rulesets(draw):
    """Whole rulesets, valid by construction."""
    low, high, decimals = draw(st.sampled_from([(3, 5, 2), (0, 100, 0), (-50, 1000, 1), (0, 5, 1)]))
    dimension_ids = [f"dimension-{n}" for n in range(draw(st.integers(1, 3)))]
    dimensions = []
    for name, weight in zip(dimension_ids, split(draw, len(dimension_ids)), strict=True):
        count = draw(st.integers(1, 2))
        inner = [
            draw(metrics(f"{name}-metric-{n}", part, low, high))
            for n, part in enumerate(split(draw, count))
        ]
        dimensions.append(
            DimensionRule(named(name), weight, draw(optional(st.integers(low, high))), tuple(inner))
        )
    metric_ids = [metric.named.id for one in dimensions for metric in one.metrics]
    base_reads = tuple(f"score.{name.replace('-', '_')} >= {low + 1}" for name in dimension_ids)
    base_reads += VALUE_READS
    bonus, reads = [], base_reads
    for number in range(draw(st.integers(0, 5))):
        name = f"item-{number}"
        bonus.append(draw(items(name, reads, is_deduction=False)))
        reads += (f'item["{name}"].awarded', f'item["{name}"].points > 0')
    taken = [
        draw(items(f"deduction-{n}", reads, is_deduction=True))
        for n in range(draw(st.integers(0, 3)))
    ]
    groups = []
    for kind, members in (("bonus", bonus), ("taken", taken)):
        ids = tuple(item.named.id for item in members)
        if len(ids) >= 2 and draw(st.booleans()):
            keep = draw(st.integers(0, 2))
            combine = ("sum", "best", "best_n")[keep]
            groups.append(
                GroupRule(
                    named(f"group-{kind}"),
                    ids[: draw(st.integers(2, len(ids)))],
                    combine,
                    keep,
                    draw(optional(hundredths(0, 1))),
                    kind == "taken",
                )
            )
    vetoes = []
    if bonus and draw(st.booleans()):
        when = draw(optional(conditions()))
        vetoes.append(
            VetoRule(
                named("veto"),
                "event.since" if when is None or draw(st.booleans()) else None,
                draw(optional(st.integers(1, 900))),
                when,
                tuple(item.named.id for item in bonus[:2]),
            )
        )
    exemptions = draw(
        st.lists(
            st.builds(
                ExemptionRule,
                st.just(named("exempt")),
                conditions(VALUE_READS),
                st.just((metric_ids[0],)),
            ),
            max_size=1,
        )
    )
    base = draw(
        st.sampled_from(
            [
                BaseRule("metrics", None, None, P),
                BaseRule("metrics", "platform.score", None, P),
                BaseRule("reported", "platform.score", None, P),
                BaseRule("fixed", None, low + 1, P),
                BaseRule("formula", None, None, P, formula=phrase(draw(formulas(low, high)))),
            ]
        )
    )
    middle = Decimal(low + high) / 2
    middle = middle.quantize(Decimal(1)) if decimals == 0 else middle
    tiers = draw(
        st.sampled_from(
            [
                (),
                (TierRule(named("top"), middle, ()),),
                (TierRule(named("top"), high, ()), TierRule(named("rest"), None, ())),
            ]
        )
    )
    file = RulesetFile(
        id="random",
        version="1",
        file="random.yaml",
        digest="0" * 64,
        document=_located({"ruleset": "random", "title": {"en": "Random", "zh": "随机"}}),
        extends=None,
        abstract=False,
        industries=(),
        shop_types=(),
        scene=None,
        announced=None,
        start=START,
        enforced=None,
        until=END,
    )
    return Ruleset(
        file=file,
        layers=(file,),
        selection={},
        base=base,
        scale=Scale(
            low,
            high,
            decimals,
            draw(st.sampled_from(["half_even", "half_up", "floor", "ceiling"])),
            draw(st.integers(3, 6)),
            P,
        ),
        gates=tuple(
            draw(
                st.lists(
                    st.builds(GateRule, st.just(named("gate")), conditions(), st.none()), max_size=1
                )
            )
        ),
        exemptions=tuple(exemptions),
        values=draw(derived_values()),
        dimensions=tuple(dimensions),
        items=tuple(bonus),
        deductions=tuple(taken),
        groups=tuple(groups),
        vetoes=tuple(vetoes),
        tiers=tiers,
        badges=tuple(
            draw(
                st.lists(
                    st.builds(
                        BadgeRule,
                        st.just(named("badge")),
                        conditions(("score.total > 1",)),
                        st.just(()),
                    ),
                    max_size=1,
                )
            )
        ),
        bonus_cap=draw(optional(hundredths(0, 2))),
        deduction_cap=draw(optional(hundredths(0, 2))),
        aliases={},
    )
