"""Random parameters of an item type, by its schemas: valid, with numbers in order where lists are.

Hypothesis makes them; the same schemas give the same examples in every process.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from steelyard.model.facts import FactDeclaration
from steelyard.plugin import ItemType

Schema = Mapping[str, Any]
Strategy = st.SearchStrategy[Any]
Facts = Mapping[str, FactDeclaration]

_SLOW = (
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
)
_FIRST_DAY = date(2026, 1, 1)
_WORDS = st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=1, max_size=12)


def repeatable(examples: int, *, shrink: bool = False) -> settings:
    """Return settings by which the same examples come every time, whatever the machine."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=_SLOW,
    )


def each_example(strategy: Strategy, examples: int, use: Callable[[Any], None]) -> None:
    """Call a function with some examples of a strategy."""

    @repeatable(examples)
    @given(strategy)
    def run(value: Any) -> None:  # noqa: ANN401 - whatever the strategy makes
        use(value)

    run()


def parameters_of(item_type: ItemType, facts: Facts, example: Mapping[str, Any]) -> Strategy:
    """Return a strategy of parameters that fit the schemas; some are those of the example."""

    def one(name: str) -> Strategy:
        schema = item_type.parameters[name]
        like = facts.get(str(example.get(name))) if schema.get("format") == "fact" else None
        # a fact of another unit is mostly refused, which tries nothing
        drawn = value_of(schema, facts) if like is None else _facts_like(like, facts)
        return drawn | st.just(example[name]) if name in example else drawn

    required = {name: one(name) for name in item_type.parameters if name in item_type.required}
    optional = {name: one(name) for name in item_type.parameters if name not in item_type.required}
    return st.fixed_dictionaries(required, optional=optional)


def _facts_like(like: FactDeclaration, facts: Facts) -> Strategy:
    """Return the names of facts of the same type and unit as another."""
    fits = [fact.id for fact in facts.values() if _kind(fact) == _kind(like)]
    return st.sampled_from(sorted(fits))


def _kind(fact: FactDeclaration) -> tuple[str, str | None]:
    return ("number" if fact.type in ("int", "decimal") else fact.type), fact.unit


def value_of(schema: Schema, facts: Facts) -> Strategy:  # noqa: C901, PLR0911 - one case a form
    """Return a strategy of values that fit a schema of the subset that parameters may use."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            rest = {key: value for key, value in schema.items() if key != keyword}
            return st.one_of(*(value_of(together(rest, one), facts) for one in schema[keyword]))
    if "allOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        return value_of(reduce(together, schema["allOf"], rest), facts)
    match schema.get("type"):
        case "boolean":
            return st.booleans()
        case "integer":
            return _numbers(schema, 0)
        case "number":
            return st.one_of(*(_numbers(schema, decimals) for decimals in (0, 2, 4)))
        case "array":
            return _lists(schema, facts)
        case "object":
            return _objects(schema, facts)
        case _:
            return _texts(schema, facts)


_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def together(left: Schema, right: Schema) -> dict[str, Any]:
    """Return a schema of what fits both of two: of two limits the tighter one."""
    both = {**left, **right}
    for key in left.keys() & right.keys():
        one, other = left[key], right[key]
        if key in _LEAST:
            both[key] = max(one, other, key=_decimal)
        elif key in _MOST:
            both[key] = min(one, other, key=_decimal)
        elif key == "type" and "integer" in (one, other):
            both[key] = "integer"
        elif key == "enum":
            both[key] = [member for member in one if member in other]
        elif key == "required":
            both[key] = list(dict.fromkeys((*one, *other)))
        elif key == "properties":
            shared = {name: together(one[name], other[name]) for name in one.keys() & other.keys()}
            both[key] = {**one, **other, **shared}
        elif key == "items" and isinstance(one, Mapping) and isinstance(other, Mapping):
            both[key] = together(one, other)
    return both


def _decimal(limit: float | Decimal) -> Decimal:
    """Return a limit exactly; a float in a schema is the decimal that it shows."""
    return Decimal(str(limit))


def _numbers(schema: Schema, decimals: int) -> Strategy:
    """Return numbers with some decimals inside the bounds; their ends are likely."""
    step = Decimal(1).scaleb(-decimals)
    if "multipleOf" in schema:
        step = Decimal(str(schema["multipleOf"]))
    lows = [Decimal(str(schema[key])) for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [Decimal(str(schema[key])) for key in ("maximum", "exclusiveMaximum") if key in schema]
    low = max(lows) if lows else min([Decimal(0), *(high - 1000 for high in highs)])
    high = min(highs) if highs else max(low, Decimal(0)) + 1000
    first = int((low / step).to_integral_value(ROUND_CEILING))
    last = int((high / step).to_integral_value(ROUND_FLOOR))
    first += first * step == schema.get("exclusiveMinimum")
    last -= last * step == schema.get("exclusiveMaximum")
    if first > last:  # no number with so few decimals
        return _numbers(schema, decimals + 2) if decimals < 8 else st.nothing()
    near = st.integers(first, min(last, first + 100))
    whole = st.one_of(st.sampled_from((first, last)), near, st.integers(first, last))
    return whole.map(lambda number: _exact(number * step))


def _exact(number: Decimal) -> Decimal | int:
    return int(number) if number == number.to_integral_value() else number


def _lists(schema: Schema, facts: Facts) -> Strategy:
    least = int(schema.get("minItems", 0))
    most = int(schema.get("maxItems", least + 4))
    prefix: Sequence[Schema] = schema.get("prefixItems", ())
    items = schema.get("items", {"type": "integer"})
    if prefix:
        first = [value_of(one, facts) for one in prefix[:most]]
        more = value_of(items, facts) if isinstance(items, Mapping) else st.nothing()
        rest = max(0, least - len(first))
        tail = st.lists(more, min_size=rest, max_size=rest)
        return st.tuples(st.tuples(*first), tail).map(lambda both: [*both[0], *both[1]])
    if not isinstance(items, Mapping):
        return st.just([])
    unique = repr if schema.get("uniqueItems") else None
    lists = st.lists(value_of(items, facts), min_size=least, max_size=most, unique_by=unique)
    return lists | lists.map(lambda values: in_order(values, least))


def in_order(values: list[Any], least: int) -> list[Any]:
    """Return a list with its numbers, or the columns of its pairs, in ascending order.

    That is what levels, knots and ranges mostly are; other lists are left alone.
    """
    if all(_is_number(value) for value in values):
        return sorted(values)
    pairs = all(
        isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
        for value in values
    )
    if not pairs:
        return values
    lefts = sorted({left for left, _ in values})
    rights = sorted(right for _, right in values)
    columns = [list(pair) for pair in zip(lefts, rights, strict=False)]
    return columns if len(columns) >= least else values


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _objects(schema: Schema, facts: Facts) -> Strategy:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    required = schema.get("required", ())
    drawn = {name: value_of(one, facts) for name, one in properties.items()}
    return st.fixed_dictionaries(
        {name: one for name, one in drawn.items() if name in required},
        optional={name: one for name, one in drawn.items() if name not in required},
    )


def _texts(schema: Schema, facts: Facts) -> Strategy:
    form = schema.get("format")
    if form == "date":
        return st.integers(0, 700).map(lambda days: (_FIRST_DAY + timedelta(days)).isoformat())
    numbers = [fact.id for fact in facts.values() if fact.type in ("int", "decimal")]
    if form == "fact":
        return st.sampled_from(numbers) if numbers else _WORDS
    if form == "records":
        records = [fact.id for fact in facts.values() if fact.type == "records"]
        return st.sampled_from(records) if records else _WORDS
    if form == "condition":
        always = st.just("as_of >= date('2026-01-01')")
        compared = (
            st.tuples(st.sampled_from(numbers), st.sampled_from((">=", "<"))) if numbers else None
        )
        return (
            always
            if compared is None
            else always | compared.map(lambda two: f"{two[0]} {two[1]} 1")
        )
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    least = int(schema.get("minLength", 1))
    most = int(schema.get("maxLength", least + 12))
    return st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=least, max_size=most)
