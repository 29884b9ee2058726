"""A reader that turns joined layers into a typed ruleset and checks entries and references."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from steelyard.book import Joined, Selection, join_layers
from steelyard.book.checker.checks import (
    check_bands,
    check_references,
    check_scores,
    check_tiers,
    check_weights,
    resolve_blocks,
)
from steelyard.book.checker.ruleset import (
    BadgeRule,
    Band,
    BaseRule,
    BenefitRule,
    CostRule,
    DimensionRule,
    ExemptionRule,
    GateRule,
    GroupRule,
    ItemRule,
    MetricRule,
    Named,
    NamedCondition,
    Number,
    Ruleset,
    Sample,
    Scale,
    TierRule,
    ValueRule,
    VetoRule,
)
from steelyard.book.layering import ALTERNATIVES, value_name
from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located
from steelyard.model.limits import MAX_DISPLAYED_DECIMALS
from steelyard.model.numbers import decimals_of
from steelyard.model.texts import Text, read_prose

PRECISION = 6  # default number of decimals to which divisions are rounded
ROUNDING = "half_up"

_Rule = TypeVar("_Rule")


class _IncompleteError(Exception):
    """An entry lacks a key; the problem is already noted."""


def check_ruleset(selection: Selection) -> Ruleset:
    """Join the layers of a selection and check the result.

    Raises `InvalidInput` with every problem.
    """
    problems = Problems()
    joined = join_layers(selection, problems)
    return check_joined(joined, selection, problems)


def check_joined(joined: Joined, selection: Selection, problems: Problems) -> Ruleset:
    """Check layers that are joined already; `problems` holds the problems of joining them.

    Raises `InvalidInput` with every problem.
    """
    incomplete: set[str] = set()

    def each(key: str, read: Callable[[_Entry], _Rule]) -> tuple[_Rule, ...]:
        rules: list[_Rule] = []
        for _, located in joined.all(key):
            try:
                rules.append(read(_Entry(located, key, joined, problems)))
            except _IncompleteError:
                incomplete.add(key)
        return tuple(rules)

    ruleset = Ruleset(
        file=joined.ruleset,
        layers=joined.layers,
        selection={"industry": selection.industry, "shop_type": selection.shop_type},
        scale=_scale(joined, problems),
        base=_base(joined),
        gates=each("gates", _gate),
        exemptions=each("exemptions", _exemption),
        dimensions=each("dimensions", _dimension),
        items=each("items", _item),
        deductions=each("deductions", _item),
        groups=each("groups", _group),
        vetoes=each("vetoes", _veto),
        tiers=each("tiers", _tier),
        badges=each("badges", _badge),
        bonus_cap=_setting(joined, "bonus", "cap"),
        deduction_cap=_setting(joined, "deduction", "cap"),
        aliases=joined.aliases,
        values=each("values", _value),
        calendars=selection.calendars,
        offered=tuple(map(value_name, joined.shipped.rules["values"])) if joined.shipped else (),
    )
    check_references(ruleset, joined, problems)
    check_weights(ruleset, problems, all_dimensions="dimensions" not in incomplete)
    check_bands(ruleset, problems)
    if "range" in joined.settings.get("score", {}):
        check_scores(ruleset, problems)
    check_tiers(ruleset, problems)
    problems.raise_any()
    return ruleset


class _Entry:
    """One entry of a keyed list, with readers for its keys."""

    def __init__(self, located: Located, kind: str, joined: Joined, problems: Problems) -> None:
        self.keys = located.mapping
        self.kind = kind
        self.joined = joined
        self.problems = problems
        self.id = str(self.keys["id"].value)
        self.place = self.keys["id"].place

    def need(self, key: str, *instead: str) -> Located:
        """Return the value of a key or an alternative key; note a problem if both are missing."""
        allowed = (key, *instead)
        given = [name for name in allowed if name in self.keys]
        if len(given) > 1 and allowed in ALTERNATIVES:
            what = f"{self.id} in `{self.kind}` has both `{key}` and `{given[1]}`"
            place = self.keys[given[1]].place
            self.problems.add("SY305", what, place, fix="remove one of the two")
        if given:
            return self.keys[given[0]]
        if self.id in self.joined.unknown:  # that is noted already
            raise _IncompleteError
        keys = " or ".join(f"`{name}`" for name in allowed)
        fix = f"add {keys}"
        if self.place.file != self.joined.layers[0].file:  # it may be a misspelt override
            others = [name for name in self.joined.entries.get(self.kind, {}) if name != self.id]
            fix = suggest(self.id, others) or f"{fix}, or correct the id if it is to override"
        what = f"{self.id} in `{self.kind}` has no {keys} in any layer"
        self.problems.add("SY315", what, self.place, fix=fix)
        raise _IncompleteError

    def plain(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - as in the file
        """Return the plain value of a key, or a default."""
        return self.keys[key].plain() if key in self.keys else default

    def text(self, key: str) -> Text | None:
        """Return the text of a key, if it is given."""
        return Text(**self.plain(key)) if self.plain(key) else None

    def place_of(self, key: str) -> Place | None:
        """Return the place of a key's value, if it is given."""
        return self.keys[key].place if key in self.keys else None

    def named(self) -> Named:
        """Return the keys that every entry has."""
        return Named(
            id=self.id,
            title=Text(**self.need("title").plain()),
            place=self.place,
            source=read_prose(self.plain("source", "")),
            illustrative=self.plain("illustrative", default=False),
            why=read_prose(self.plain("why", "")),
        )

    def benefits(self) -> tuple[BenefitRule, ...]:
        """Return the benefits of a tier or badge."""
        return tuple(_benefit(one) for one in _sequence(self.keys.get("benefits")))


def _setting(joined: Joined, key: str, name: str, default: object = None) -> Any:  # noqa: ANN401 - as in the file
    located = joined.settings.get(key, {}).get(name)
    return located.plain() if located is not None else default


def _scale(joined: Joined, problems: Problems) -> Scale:
    lowest = joined.layers[0]
    place = lowest.place
    decimals = _setting(joined, "score", "decimals", 2)
    low, high = _setting(joined, "score", "range", (0, 1))
    if "range" in joined.settings.get("score", {}):
        place = joined.settings["score"]["range"].place
    else:
        what = f"neither {lowest.name} nor a layer above it has `score.range`"
        problems.add("SY315", what, place, fix="add score: {range: [low, high], decimals: 2}")
    if low >= high:
        what = f"the range {low} to {high} is empty"
        problems.add("SY503", what, place, expected="the lowest score, then the highest")
    for end in (low, high):
        if decimals_of(end) > decimals:
            fix = "shorten it"
            if decimals_of(end) <= MAX_DISPLAYED_DECIMALS:
                fix += f", or set score.decimals to {decimals_of(end)}"
            what = f"the end {end} of the range has more than {decimals} decimals"
            expected = "ends that can be displayed, so that rounding cannot leave the range"
            problems.add("SY503", what, place, expected=expected, fix=fix)
    rounding = _setting(joined, "score", "rounding", ROUNDING)
    precision = _setting(joined, "score", "precision", PRECISION)
    return Scale(low, high, decimals, rounding, precision, place)


def _base(joined: Joined) -> BaseRule:
    settings = joined.settings.get("base", {})
    return BaseRule(
        source=_setting(joined, "base", "from", "metrics"),
        reported=_setting(joined, "base", "reported"),
        score=_setting(joined, "base", "score"),
        place=settings["from"].place if settings else joined.layers[0].place,
        reported_place=settings["reported"].place if "reported" in settings else None,
        formula=settings.get("formula"),
    )


def _value(entry: _Entry) -> ValueRule:
    return ValueRule(entry.named(), entry.need("is"), entry.plain("unit"))


def _gate(entry: _Entry) -> GateRule:
    return GateRule(
        entry.named(), entry.need("when"), entry.text("remedy"), entry.text("title_not_met")
    )


def _exemption(entry: _Entry) -> ExemptionRule:
    metrics = tuple(entry.need("metrics").plain())
    return ExemptionRule(entry.named(), entry.need("when"), metrics)


def _dimension(entry: _Entry) -> DimensionRule:
    metrics: list[MetricRule] = []
    entries = entry.need("metrics").mapping
    for located in entries.values():
        with suppress(_IncompleteError):
            metrics.append(_metric(_Entry(located, "metrics", entry.joined, entry.problems)))
    if not entries:
        what = f"dimension {entry.id} has no metrics"
        fix = "retire the dimension, and give its weight to the others"
        entry.problems.add("SY315", what, entry.place, fix=fix)
    weight = entry.need("weight").plain()
    if len(metrics) < len(entries):
        raise _IncompleteError
    return DimensionRule(entry.named(), weight, entry.plain("cap"), tuple(metrics))


def _metric(entry: _Entry) -> MetricRule:
    fact = entry.need("fact")
    entry.need("bands", "curve", "formula")
    sample = entry.keys.get("sample")
    small = entry.keys.get("small_sample")
    return MetricRule(
        named=entry.named(),
        fact=str(fact.value),
        fact_place=fact.place,
        weight=entry.need("weight").plain(),
        bands=tuple(_band(band) for band in _sequence(entry.keys.get("bands"))),
        curve=tuple((x, y) for x, y in entry.plain("curve", [])),
        sample=_sample(sample) if sample is not None else None,
        small_sample=_small_sample(small) if small is not None else None,
        scope=entry.keys.get("scope"),
        curve_places=tuple(knot.place for knot in _sequence(entry.keys.get("curve"))),
        formula=entry.keys.get("formula"),
    )


def _sequence(located: Located | None) -> list[Located]:
    return located.sequence if located is not None else []


def _band(located: Located) -> Band:
    row = located.plain()
    score = row.pop("score")
    ((edge, limit),) = row.items()
    if edge == "otherwise":
        return Band(None, 0, score, located.place)
    return Band(edge, limit, score, located.place)


def _sample(located: Located) -> Sample:
    plain = located.plain()
    score = None if plain["otherwise"] == "skip" else plain["otherwise"]["score"]
    return Sample(plain["fact"], plain["at_least"], score, located.at(("fact",)).place)


def _small_sample(located: Located) -> tuple[Located, Number]:
    return located.at(("when",)), located.at(("score",)).plain()


def _item(entry: _Entry) -> ItemRule:
    kind = entry.need("type")
    requires: dict[str, NamedCondition] = {}
    for located in _sequence(entry.keys.get("requires")):
        part = _Entry(located, "requires", entry.joined, entry.problems)
        if part.id in requires:
            what = f"{entry.id} has two requirements {part.id}"
            entry.problems.add("SY305", what, part.place, fix="rename or remove one of the two")
        requires[part.id] = NamedCondition(
            part.id,
            Text(**part.plain("title")),
            part.need("when"),
            part.keys.get("assessed"),
            part.text("remedy"),
            part.place,
            part.text("title_not_met"),
        )
    return ItemRule(
        named=entry.named(),
        type=str(kind.value),
        type_place=kind.place,
        parameters=entry.keys.get("with"),
        scope=entry.keys.get("scope"),
        gate=entry.keys.get("gate"),
        when=entry.keys.get("when"),
        requires=tuple(requires.values()),
        cap=entry.plain("cap"),
        aliases=tuple(entry.plain("aliases", [])),
        is_deduction=entry.kind == "deductions",
    )


def _group(entry: _Entry) -> GroupRule:
    joined = entry.joined
    names: list[str] = entry.need("items").plain()
    items = tuple(joined.aliases.get(name, name) for name in names)
    combine = entry.need("combine").plain()
    keep = {"sum": 0, "best": 1}.get(combine)
    if keep is None:
        keep = entry.need("n").plain()
    is_deduction = any(name in joined.entries.get("deductions", {}) for name in items)
    return GroupRule(entry.named(), items, combine, keep, entry.plain("cap"), is_deduction)


def _veto(entry: _Entry) -> VetoRule:
    entry.need("when", "since")
    return VetoRule(
        named=entry.named(),
        since=entry.plain("since"),
        days=entry.plain("days"),
        when=entry.keys.get("when"),
        blocks=resolve_blocks(entry.need("blocks").plain(), entry.joined),
        since_place=entry.place_of("since"),
    )


def _tier(entry: _Entry) -> TierRule:
    entry.need("at_least", "otherwise")
    limit, place = entry.plain("at_least"), entry.place_of("at_least")
    return TierRule(entry.named(), limit, entry.benefits(), place)


def _benefit(located: Located) -> BenefitRule:
    plain = located.plain()
    cost = plain.get("cost")
    if cost is not None:
        place = located.at(("cost",)).place
        cost = CostRule(cost["amount"], cost["currency"], cost.get("per"), place)
    return BenefitRule(plain["id"], Text(**plain["title"]), cost)


def _badge(entry: _Entry) -> BadgeRule:
    exclusive = entry.plain("exclusive")
    return BadgeRule(entry.named(), entry.need("when"), entry.benefits(), exclusive)
