"""From joined layers to a typed ruleset: every entry complete, every reference resolved."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from steelyard.book import Joined, Selection, join_layers
from steelyard.book.checker.references import check_references, resolve_blocks
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
    Phrase,
    Ruleset,
    Sample,
    Scale,
    TierRule,
    VetoRule,
)
from steelyard.book.checker.sums import check_bands, check_scores, check_tiers, check_weights
from steelyard.book.layering import ALTERNATIVES
from steelyard.errors import Problems, suggest
from steelyard.formats import Located
from steelyard.model.limits import MAX_DISPLAYED_DECIMALS
from steelyard.model.numbers import decimals_of
from steelyard.model.texts import Text

PRECISION = 6  # decimals kept where a division rounds, unless the ruleset says otherwise
ROUNDING = "half_up"

_Rule = TypeVar("_Rule")


class _IncompleteError(Exception):
    """An entry lacks a key; the problem is already noted."""


def check_ruleset(selection: Selection) -> Ruleset:
    """Join the layers of a selection and check what they say together.

    Raises `InvalidInput` with every problem found.
    """
    problems = Problems()
    joined = join_layers(selection, problems)
    return check_joined(joined, selection, problems)


def check_joined(joined: Joined, selection: Selection, problems: Problems) -> Ruleset:
    """Check layers that are joined already; `problems` holds what joining them found.

    Raises `InvalidInput` with every problem found.
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
        scene=selection.scene,
        selection={"industry": selection.industry, "shop_type": selection.shop_type},
        scale=_scale(joined, problems),
        base=_base(joined),
        gates=each("gates", _gate),
        exemptions=each("exemptions", _exemption),
        dimensions=each("dimensions", _dimension),
        items=each("items", lambda entry: _item(entry, is_deduction=False)),
        deductions=each("deductions", lambda entry: _item(entry, is_deduction=True)),
        groups=each("groups", lambda entry: _group(entry, joined)),
        vetoes=each("vetoes", lambda entry: _veto(entry, joined)),
        tiers=each("tiers", _tier),
        badges=each("badges", _badge),
        bonus_cap=_setting(joined, "bonus", "cap"),
        deduction_cap=_setting(joined, "deduction", "cap"),
        aliases=joined.aliases,
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
        self.keys = cast("dict[str, Located]", located.value)
        self.place = located.place
        self.kind = kind
        self.joined = joined
        self.problems = problems

    def need(self, key: str, *instead: str) -> Located:
        """Return the value of a key, or of one that may stand instead; note its absence."""
        given = [one for one in (key, *instead) if one in self.keys]
        found = self.keys[given[0]] if given else None
        if len(given) > 1 and (key, *instead) in ALTERNATIVES:
            self.problems.add(
                "SY305",
                f"{self.keys['id'].value} in `{self.kind}` has both `{key}` and `{given[1]}`",
                self.keys[given[1]].place,
                fix="remove one of the two",
            )
        if found is None:
            name = str(self.keys["id"].value)
            keys = " or ".join(f"`{one}`" for one in (key, *instead))
            place = self.keys["id"].place
            known = [one for one in self.joined.entries.get(self.kind, {}) if one != name]
            fix = f"add {keys}"
            if place.file != self.joined.layers[0].file:  # it may have been meant as an override
                fix = suggest(name, known) or f"{fix}, or correct the id if it is to override"
            what = f"{name} in `{self.kind}` has no {keys} in any layer"
            self.problems.add("SY315", what, place, fix=fix)
            raise _IncompleteError
        return found

    def plain(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - as in the file
        return self.keys[key].plain() if key in self.keys else default

    def phrase(self, key: str) -> Phrase | None:
        return _phrase(self.keys[key]) if key in self.keys else None

    def named(self) -> Named:
        title = self.need("title").plain()
        return Named(
            id=str(self.keys["id"].value),
            title=Text(**title),
            place=self.keys["id"].place,
            source=self.plain("source", ""),
            illustrative=self.plain("illustrative", default=False),
            why=self.plain("why", ""),
        )

    def benefits(self) -> tuple[BenefitRule, ...]:
        return tuple(_benefit(one) for one in _list(self.keys.get("benefits")))


def _phrase(located: Located) -> Phrase:
    return Phrase(str(located.value), located.place, located.quoted, located.running)


def _setting(joined: Joined, key: str, name: str) -> Any:  # noqa: ANN401 - as in the file
    found = joined.settings.get(key, {}).get(name)
    return found.plain() if found is not None else None


def _scale(joined: Joined, problems: Problems) -> Scale:
    settings = joined.settings.get("score", {})
    lowest = joined.layers[0]
    place = lowest.place
    decimals = settings["decimals"].plain() if "decimals" in settings else 2
    low, high = 0, 1
    if "range" in settings:
        place = settings["range"].place
        low, high = settings["range"].plain()
    else:
        problems.add(
            "SY315",
            f"{lowest.name} has no `score.range`, nor has any layer above it",
            place,
            fix="add score: {range: [low, high], decimals: 2}",
        )
    if low >= high:
        problems.add(
            "SY503",
            f"the range {low} to {high} is empty",
            place,
            expected="the lowest score, then the highest",
        )
    for end in (low, high):
        if decimals_of(end) > decimals:
            problems.add(
                "SY503",
                f"the end {end} of the range has more than {decimals} decimals",
                place,
                expected="ends that can be displayed, so that rounding cannot leave the range",
                fix=f"shorten it, or set score.decimals to {decimals_of(end)}"
                if decimals_of(end) <= MAX_DISPLAYED_DECIMALS
                else "shorten it",
            )
    return Scale(
        low=low,
        high=high,
        decimals=decimals,
        rounding=settings["rounding"].plain() if "rounding" in settings else ROUNDING,
        precision=settings["precision"].plain() if "precision" in settings else PRECISION,
        place=place,
    )


def _base(joined: Joined) -> BaseRule:
    settings = joined.settings.get("base", {})
    place = settings["from"].place if settings else joined.layers[0].place
    return BaseRule(
        source=settings["from"].plain() if settings else "metrics",
        reported=settings["reported"].plain() if "reported" in settings else None,
        score=settings["score"].plain() if "score" in settings else None,
        place=place,
        reported_place=settings["reported"].place if "reported" in settings else None,
    )


def _gate(entry: _Entry) -> GateRule:
    remedy = entry.plain("remedy")
    return GateRule(entry.named(), _phrase(entry.need("when")), Text(**remedy) if remedy else None)


def _exemption(entry: _Entry) -> ExemptionRule:
    metrics = tuple(entry.need("metrics").plain())
    return ExemptionRule(entry.named(), _phrase(entry.need("when")), metrics)


def _dimension(entry: _Entry) -> DimensionRule:
    metrics: list[MetricRule] = []
    listed = entry.need("metrics").value
    assert isinstance(listed, dict)
    for located in listed.values():
        try:
            metrics.append(_metric(_Entry(located, "metrics", entry.joined, entry.problems)))
        except _IncompleteError:
            continue
    if not listed:
        entry.problems.add(
            "SY315",
            f"dimension {entry.keys['id'].value} has no metrics",
            entry.keys["id"].place,
            fix="retire the dimension, and give its weight to the others",
        )
    weight = entry.need("weight").plain()
    if len(metrics) < len(listed):
        raise _IncompleteError
    return DimensionRule(entry.named(), weight, entry.plain("cap"), tuple(metrics))


def _metric(entry: _Entry) -> MetricRule:
    fact = entry.need("fact")
    entry.need("bands", "curve")
    bands = entry.keys["bands"].value if "bands" in entry.keys else []
    assert isinstance(bands, list)
    sample = entry.keys.get("sample")
    small = entry.keys.get("small_sample")
    return MetricRule(
        named=entry.named(),
        fact=str(fact.value),
        fact_place=fact.place,
        weight=entry.need("weight").plain(),
        bands=tuple(_band(band) for band in bands),
        curve=tuple((x, y) for x, y in entry.plain("curve", [])),
        sample=_sample(sample) if sample is not None else None,
        small_sample=_small_sample(small) if small is not None else None,
        scope=entry.phrase("scope"),
        curve_places=tuple(knot.place for knot in _list(entry.keys.get("curve"))),
    )


def _list(located: Located | None) -> list[Located]:
    return cast("list[Located]", located.value) if located is not None else []


def _band(located: Located) -> Band:
    row = located.plain()
    score = row.pop("score")
    ((edge, limit),) = row.items()
    if edge == "otherwise":
        return Band(None, 0, score, located.place)
    return Band(edge, limit, score, located.place)


def _sample(located: Located) -> Sample:
    plain = located.plain()
    otherwise = plain["otherwise"]
    score = None if otherwise == "skip" else otherwise["score"]
    place = cast("dict[str, Located]", located.value)["fact"].place
    return Sample(plain["fact"], plain["at_least"], score, place)


def _small_sample(located: Located) -> tuple[Phrase, Number]:
    keys = cast("dict[str, Located]", located.value)
    return _phrase(keys["when"]), keys["score"].plain()


def _item(entry: _Entry, *, is_deduction: bool) -> ItemRule:
    kind = entry.need("type")
    requires: list[NamedCondition] = []
    if "requires" in entry.keys:
        for located in cast("list[Located]", entry.keys["requires"].value):
            one = _Entry(located, "requires", entry.joined, entry.problems)
            remedy = one.plain("remedy")
            name = one.keys["id"]
            if any(other.id == name.value for other in requires):
                entry.problems.add(
                    "SY305",
                    f"{entry.keys['id'].value} has two requirements {name.value}",
                    name.place,
                    fix="rename or remove one of the two",
                )
            requires.append(
                NamedCondition(
                    str(one.keys["id"].value),
                    Text(**one.plain("title")),
                    _phrase(one.need("when")),
                    one.phrase("assessed"),
                    Text(**remedy) if remedy else None,
                )
            )
    return ItemRule(
        named=entry.named(),
        type=str(kind.value),
        type_place=kind.place,
        parameters=entry.keys.get("with"),
        scope=entry.phrase("scope"),
        gate=entry.phrase("gate"),
        when=entry.phrase("when"),
        requires=tuple(requires),
        cap=entry.plain("cap"),
        aliases=tuple(entry.plain("aliases", [])),
        is_deduction=is_deduction,
    )


def _group(entry: _Entry, joined: Joined) -> GroupRule:
    members: list[str] = entry.need("items").plain()
    items = tuple(joined.aliases.get(name, name) for name in members)
    combine = entry.need("combine").plain()
    keep = {"sum": 0, "best": 1}.get(combine)
    if keep is None:
        keep = entry.need("n").plain()
    deductions = set(joined.entries.get("deductions", {}))
    return GroupRule(
        entry.named(), items, combine, keep, entry.plain("cap"), bool(deductions & set(items))
    )


def _veto(entry: _Entry, joined: Joined) -> VetoRule:
    entry.need("when", "since")
    blocks = resolve_blocks(entry.need("blocks").plain(), joined)
    since = entry.keys.get("since")
    return VetoRule(
        entry.named(),
        None if since is None else str(since.value),
        entry.plain("days"),
        entry.phrase("when"),
        blocks,
        None if since is None else since.place,
    )


def _tier(entry: _Entry) -> TierRule:
    entry.need("at_least", "otherwise")
    limit = entry.keys.get("at_least")
    return TierRule(
        entry.named(), entry.plain("at_least"), entry.benefits(), limit.place if limit else None
    )


def _benefit(located: Located) -> BenefitRule:
    plain = located.plain()
    cost = plain.get("cost")
    if cost is not None:
        place = cast("dict[str, Located]", located.value)["cost"].place
        cost = CostRule(cost["amount"], cost["currency"], cost.get("per"), place)
    return BenefitRule(plain["id"], Text(**plain["title"]), cost)


def _badge(entry: _Entry) -> BadgeRule:
    return BadgeRule(entry.named(), _phrase(entry.need("when")), entry.benefits())
