"""Random parameters of item types, drawn by Hypothesis, and the plans that they compile to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from steelyard.errors import Problem
from steelyard.formats.validation import exact_validator
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.report import NotRunError
from steelyard.testing.plugin_kit.subject import Subject, example_parameters, flow_yaml, item_text

Schema = Mapping[str, Any]
Strategy = st.SearchStrategy[Any]

_FIRST_DAY = date(2026, 1, 1)
_TEXTS = st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=1, max_size=12)
_NO_HEALTH_CHECKS = (
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
)
_MAX_THRESHOLDS = 12  # of one fact


@dataclass(frozen=True, slots=True)
class Draw:
    """Parameters as YAML, and the plan of a ruleset with that item alone, or its problems."""

    parameters: str
    result: Plan | tuple[Problem, ...]


def draw_values(strategy: Strategy, count: int) -> list[Any]:
    """Return examples of a strategy, the same ones at every call and on every machine."""
    values: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=_NO_HEALTH_CHECKS,
    )
    @given(strategy)
    def collect(value: Any) -> None:  # noqa: ANN401 - by the strategy
        values.append(value)

    collect()
    return values


def draws_of(subject: Subject, name: str) -> tuple[Draw, ...]:
    """Return the draws of an item type: the example, adverse parameters and random ones."""
    draws = vars(subject).setdefault("draws", {})
    if name not in draws:
        item_type, facts = subject.item_types[name], subject.known_facts
        example = example_parameters(item_type)
        drawn = {
            key: values_of(schema, facts, example.get(key)) | st.just(example[key])
            if key in example
            else values_of(schema, facts)
            for key, schema in item_type.parameters.items()
        }
        required = {key: drawn[key] for key in drawn if key in item_type.required}
        optional = {key: drawn[key] for key in drawn if key not in item_type.required}
        strategy = st.fixed_dictionaries(required, optional=optional)
        values = [
            *([example] if example else []),
            *_adverse(subject, name, example),
            *draw_values(strategy, subject.examples),
        ]
        texts = dict.fromkeys(flow_yaml(value) for value in values)
        draws[name] = tuple(Draw(text, subject.attempt(item_text(name, text))) for text in texts)
    return draws[name]


def plans_of(subject: Subject, name: str) -> dict[str, Plan]:
    """Return the plans of accepted draws by parameters; raises `NotRunError` if there is none."""
    draws = draws_of(subject, name)
    plans = {draw.parameters: draw.result for draw in draws if isinstance(draw.result, Plan)}
    if not plans:
        raise NotRunError(f"{name} accepts no parameters")
    return plans


def _adverse(subject: Subject, name: str, example: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield parameters that read a fact of a `monotone` claim where the author may not expect it.

    A parameter that is a condition or the name of a fact can read any fact.
    """
    item_type = subject.item_types[name]
    known = subject.known_facts
    for fact in (known[fact] for fact in item_type.claims.monotone if fact in known):
        for key, schema in item_type.parameters.items():
            if schema.get("format") == "fact":
                yield {**example, key: fact.id}
            elif schema.get("format") == "condition":
                for condition in _conditions_on(fact, subject.seeds):
                    yield {**example, key: condition}


def _conditions_on(fact: FactDeclaration, seeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield conditions that hold from some value of a fact up, and below it.

    Most values are those of merchants in the cases, who then are at the threshold.
    """
    if fact.type == "bool":
        yield from (fact.id, f"!{fact.id}")
    elif fact.type in ("int", "decimal", "date"):
        known = sorted({seed[fact.id] for seed in seeds if fact.id in seed}, reverse=True)
        values = (fact.low + 1, (fact.low + fact.high) // 2, *known, *(one + 1 for one in known))
        inside = dict.fromkeys(value for value in values if fact.low < value <= fact.high)
        for value in list(inside)[:_MAX_THRESHOLDS]:
            text = format_scaled(value, fact.decimals)
            if fact.type == "date":
                text = f'date("{date.fromordinal(value).isoformat()}")'
            yield from (f"{fact.id} {sign} {text}" for sign in (">=", "<"))


def values_of(
    schema: Schema,
    facts: Mapping[str, FactDeclaration],
    example: object = None,
) -> Strategy:
    """Return a strategy of the values that fit a parameter's schema."""
    valid = exact_validator()(schema).is_valid
    strategy = _of_schema(schema, facts, example)
    combined = any(keyword in schema for keyword in ("anyOf", "oneOf", "allOf", "uniqueItems"))
    return strategy.filter(valid) if combined else strategy


def _of_schema(  # noqa: PLR0911 - one case for each form of a schema
    schema: Schema, facts: Mapping[str, FactDeclaration], example: object = None
) -> Strategy:
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else list(schema["enum"]))
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            rest = {key: value for key, value in schema.items() if key != keyword}
            if keyword == "allOf":
                return _of_schema(reduce(_merge, schema[keyword], rest), facts)
            return st.one_of(*(_of_schema(_merge(rest, part), facts) for part in schema[keyword]))
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
            drawn = {
                name: values_of(one, facts) for name, one in schema.get("properties", {}).items()
            }
            required = {name: drawn.pop(name) for name in dict.fromkeys(schema.get("required", ()))}
            return st.fixed_dictionaries(required, optional=drawn)
    return _strings(schema, facts, example)


def _merge(left: Schema, right: Schema) -> dict[str, Any]:
    """Return a schema of values that may fit both; values are filtered by the original schema."""
    both = {**left, **right}
    for key in left.keys() & right.keys():
        if isinstance(both[key], Mapping):
            both[key] = _merge(left[key], right[key])
        elif isinstance(both[key], list | tuple):
            both[key] = [*left[key], *right[key]]
    return both


def _numbers(schema: Schema, decimals: int) -> Strategy:
    """Return numbers with some decimals inside the bounds; both ends are likely."""
    step = Decimal(str(schema.get("multipleOf", Decimal(1).scaleb(-decimals))))
    lows = [Decimal(schema[key]) for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [Decimal(schema[key]) for key in ("maximum", "exclusiveMaximum") if key in schema]
    low = max(lows) if lows else min([Decimal(0), *(high - 1000 for high in highs)])
    high = min(highs) if highs else max(low, Decimal(0)) + 1000
    first = int((low / step).to_integral_value(ROUND_CEILING))
    last = int((high / step).to_integral_value(ROUND_FLOOR))
    if first * step == schema.get("exclusiveMinimum"):
        first += 1
    if last * step == schema.get("exclusiveMaximum"):
        last -= 1
    if first > last:
        return st.nothing() if decimals >= 8 else _numbers(schema, decimals + 2)
    near = st.integers(first, min(last, first + 100))
    multiples = st.sampled_from((first, last)) | near | st.integers(first, last)

    def exact(number: Decimal) -> Decimal | int:
        return int(number) if number == number.to_integral_value() else number

    return multiples.map(lambda multiple: exact(multiple * step))


def _lists(schema: Schema, facts: Mapping[str, FactDeclaration]) -> Strategy:
    low = int(schema.get("minItems", 0))
    high = int(schema.get("maxItems", low + 4))
    prefix = [values_of(part, facts) for part in schema.get("prefixItems", ())]
    if prefix:
        return st.tuples(*prefix[:high]).map(list)
    items = schema.get("items", {"type": "integer"})
    lists = st.lists(values_of(items, facts), min_size=low, max_size=high)
    return lists | lists.map(lambda values: ascending(values, low))


def ascending(values: list[Any], low: int) -> list[Any]:
    """Return a list with its numbers, or both columns of its pairs, in ascending order.

    Levels, knots and ranges need this order; other lists stay as they are.
    """
    if all(_is_number(value) for value in values):
        return sorted(values)
    if not all(
        isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
        for value in values
    ):
        return values
    lefts = sorted({left for left, _ in values})
    pairs = [list(pair) for pair in zip(lefts, sorted(right for _, right in values), strict=False)]
    return pairs if len(pairs) >= low else values


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _strings(schema: Schema, facts: Mapping[str, FactDeclaration], example: object) -> Strategy:
    numbers = [fact for fact in facts.values() if fact.type in ("int", "decimal")]
    match schema.get("format"):
        case "date":
            return st.integers(0, 700).map(lambda day: (_FIRST_DAY + timedelta(day)).isoformat())
        case "fact":
            like = facts.get(str(example))  # facts of another unit would mostly be refused
            names = [fact.id for fact in numbers if like is None or fact.unit == like.unit]
            return st.sampled_from(names) if names else _TEXTS
        case "records":
            names = [fact.id for fact in facts.values() if fact.type == "records"]
            return st.sampled_from(names) if names else _TEXTS
        case "condition":
            always = "as_of >= date('2026-01-01')"
            compared = [f"{fact.id} {sign} 1" for fact in numbers for sign in (">=", "<")]
            return st.just(always) | st.sampled_from(compared or [always])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    low = int(schema.get("minLength", 1))
    high = int(schema.get("maxLength", low + 12))
    return st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=low, max_size=high)
