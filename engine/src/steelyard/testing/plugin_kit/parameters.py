"""Random parameters of item types, drawn by Hypothesis, and the plans that they compile to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from steelyard.errors import Problem
from steelyard.formats.validation import exact_validator
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.report.parameters import value_text
from steelyard.testing.plugin_kit.report import NotRunError
from steelyard.testing.plugin_kit.subject import Subject, example_parameters, item_text

Schema = Mapping[str, Any]
Facts = Mapping[str, FactDeclaration]
Strategy = st.SearchStrategy[Any]

_NO_HEALTH_CHECKS = (
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz-_"


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


@cache
def draws_of(subject: Subject, name: str) -> tuple[Draw, ...]:
    """Return the draws of an item type: its example and random ones, the same for every check."""
    item_type, facts = subject.item_types[name], subject.known_facts
    example = example_parameters(item_type)
    drawn = {
        key: values_of(schema, facts, example.get(key))
        for key, schema in item_type.parameters.items()
    }
    drawn |= {key: drawn[key] | st.just(example[key]) for key in drawn if key in example}
    required = {key: drawn.pop(key) for key in item_type.required}
    strategy = st.fixed_dictionaries(required, optional=drawn)
    values = [*([example] if example else []), *draw_values(strategy, subject.examples)]
    texts = dict.fromkeys(value_text(value, quoted=True) for value in values)
    return tuple(Draw(text, subject.attempt(item_text(name, text))) for text in texts)


def plans_of(subject: Subject, name: str) -> dict[str, Plan]:
    """Return the plans of accepted draws by parameters, or the plan of a rule that is shipped.

    Raises `NotRunError` if there is none.
    """
    if name in subject.rule_plans:
        plan = subject.rule_plans[name]
        if not isinstance(plan, Plan):
            raise NotRunError(f"{name} does not compile")
        return {"nothing overridden": plan}
    draws = draws_of(subject, name)
    plans = {draw.parameters: draw.result for draw in draws if isinstance(draw.result, Plan)}
    if not plans:
        raise NotRunError(f"{name} accepts no parameters")
    return plans


def values_of(schema: Schema, facts: Facts, example: object = None) -> Strategy:
    """Return a strategy of the values that fit a parameter's schema.

    The parts of a combined schema are joined key by key, and values that do not fit all parts are
    dropped.
    """
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            rest = {key: value for key, value in schema.items() if key != keyword}
            joined = [{**rest, **part} for part in schema[keyword]]
            if keyword == "allOf":
                joined = [{key: part[key] for part in joined for key in part}]
            strategies = [values_of(part, facts, example) for part in joined]
            return st.one_of(strategies).filter(exact_validator()(schema).is_valid)
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else list(schema["enum"]))
    return _of_type(schema, facts, example)


def _of_type(schema: Schema, facts: Facts, example: object) -> Strategy:
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
            properties = schema.get("properties", {})
            drawn = {key: values_of(part, facts) for key, part in properties.items()}
            required = {key: drawn.pop(key) for key in dict.fromkeys(schema.get("required", ()))}
            return st.fixed_dictionaries(required, optional=drawn)
    return _strings(schema, facts, example)


def _numbers(schema: Schema, decimals: int) -> Strategy:
    """Return numbers with some decimals inside the bounds; both ends are likely."""
    step = Decimal(str(schema.get("multipleOf", Decimal(1).scaleb(-decimals))))
    lows = [Decimal(schema[key]) for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [Decimal(schema[key]) for key in ("maximum", "exclusiveMaximum") if key in schema]
    low = max(lows) if lows else min([Decimal(0), *(high - 1000 for high in highs)])
    high = min(highs) if highs else max(low, Decimal(0)) + 1000
    first = int((low / step).to_integral_value(ROUND_CEILING))
    last = int((high / step).to_integral_value(ROUND_FLOOR))
    if first > last:
        return st.nothing() if decimals >= 8 else _numbers(schema, decimals + 2)
    near = st.integers(first, min(last, first + 100))
    multiples = st.sampled_from((first, last)) | near | st.integers(first, last)
    numbers = multiples.map(lambda multiple: multiple * step)
    whole = numbers.map(lambda number: int(number) if number == int(number) else number)
    return whole.filter(exact_validator()({**schema, "type": "number"}).is_valid)


def _lists(schema: Schema, facts: Facts) -> Strategy:
    """Return lists, mostly short; half of them ascend, as levels, knots and ranges must."""
    low = int(schema.get("minItems", 0))
    high = int(schema.get("maxItems", low + 4))
    prefix = [values_of(part, facts) for part in schema.get("prefixItems", ())]
    if prefix:
        return st.tuples(*prefix[:high]).map(list)
    items = values_of(schema.get("items", {"type": "integer"}), facts)
    short = st.integers(low, min(high, low + 4)).flatmap(
        lambda size: st.lists(items, min_size=size, max_size=size)
    )
    lists = short | st.lists(items, min_size=low, max_size=high)
    return (lists | lists.map(_ascending)).filter(exact_validator()(schema).is_valid)


def _ascending(values: list[Any]) -> list[Any]:
    """Return a list with its numbers, or every column of its lists, in strictly ascending order."""
    if values and all(isinstance(value, list) for value in values):
        columns = [_ascending([*column]) for column in zip(*values, strict=False)]
        return [list(row) for row in zip(*columns, strict=False)]
    numbers = all(isinstance(value, int | Decimal) for value in values)
    return sorted(set(values)) if numbers else values


def _strings(schema: Schema, facts: Facts, example: object) -> Strategy:
    low = int(schema.get("minLength", 1))
    texts = st.text(_LETTERS, min_size=low, max_size=int(schema.get("maxLength", low + 12)))
    numbers = [fact for fact in facts.values() if fact.type in ("int", "decimal")]
    match schema.get("format"):
        case "date":
            days = st.integers(0, 700).map(timedelta)
            return days.map(lambda day: (date(2026, 1, 1) + day).isoformat())
        case "fact":
            like = facts.get(str(example))  # facts of another unit would mostly be refused
            names = [fact.id for fact in numbers if like is None or fact.unit == like.unit]
        case "records":
            names = [fact.id for fact in facts.values() if fact.type == "records"]
        case "condition":
            compared = [f"{fact.id} {sign} 1" for fact in numbers for sign in (">=", "<")]
            names = ["as_of >= date('2026-01-01')", *compared]
        case "expression":
            names = ["0", "0.01", *(f"min({fact.id}, 1)" for fact in numbers if not fact.unit)]
        case _:
            names = []
    if not names and "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return st.sampled_from(names) if names else texts
