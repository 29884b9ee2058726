"""Checks of wrong parameters: each is refused with a code and a place, by words for its author."""

from collections.abc import Iterator, Mapping
from typing import Any

from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.draws import example_of
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.trial import flow, item_text
from steelyard.testing.plugin_kit.verdicts import Figure, Finding, NotRunError, unclear

Path = tuple[str | int, ...]

_DEEP = "[" * 40 + "]" * 40
# as YAML, in place of a parameter or of anything inside one
_WRONG = (
    "null", "true", "false", "0", "-1", "0.5", "7", "1000000", "-0.000000001", "1e30", "1e400",
    "123456789012345678901234567890", ".nan", ".inf", "nan", "'nan'", "''", "' '", "abc", "'字'",
    "'" + "x" * 300 + "'", "[]", "{}", "[[]]", "[1]", "[2, 1]", "[1, 1]", "[[1, 2], [1, 2]]",
    "[[2, 1], [1, 2]]", "[a, b]", "{a: 1}", "2026-02-30", "!!python/none ''", _DEEP,
)  # fmt: skip


def wrong_parameters_are_refused(subject: Subject) -> Iterator[Finding]:
    """Yield wrong parameters that are accepted, or fail instead of being refused in words."""
    for name in subject.item_types:
        must = dict.fromkeys(_surely_wrong(subject, name))
        texts = {**must, **dict.fromkeys(_variants(subject, name))}
        refused = 0
        for text in texts:
            made = subject.trial.attempt(item_text(name, text))
            problems = () if isinstance(made, Plan) else made
            refused += bool(problems)
            if text in must and not problems:
                yield f"{name} with {_short(text)}: it is not refused, and can only be a mistake"
                break
            faults = [fault for one in problems if (fault := unclear(one, name)) is not None]
            if faults:
                yield f"{name} with {_short(text)}: {faults[0]}"
                break
        else:
            right = len(texts) - refused
            yield Figure(
                f"{name}: wrong parameters", f"{refused} refused, {right} turned out right"
            )


def _short(text: str) -> str:
    return text if len(text) < 160 else f"{text[:157]}…"


_OF_TYPE = {
    "boolean": ("true",),
    "integer": ("7",),
    "number": ("7", "0.5"),
    "string": ("abc",),
    "array": ("[]",),
    "object": ("{}",),
}


def _surely_wrong(subject: Subject, name: str) -> Iterator[str]:
    """Yield what no item type may accept: keys missing or unknown, null, another JSON type."""
    item_type = subject.item_types[name]
    example = example_of(item_type)
    yield flow({**example, "no_such_parameter": 1})
    for parameter in item_type.required:
        yield flow({key: value for key, value in example.items() if key != parameter})
    for parameter, schema in item_type.parameters.items():
        if "enum" not in schema and "const" not in schema:
            yield _replaced(example, (parameter,), "null")
        fits = _OF_TYPE.get(schema.get("type", ""))
        if fits is not None:
            others = {text for texts in _OF_TYPE.values() for text in texts} - {*fits}
            yield from (_replaced(example, (parameter,), other) for other in sorted(others))


def _variants(subject: Subject, name: str) -> Iterator[str]:
    """Yield parameters as YAML: the example's, each time with something wrong in one place."""
    item_type = subject.item_types[name]
    example = example_of(item_type)
    if not example and item_type.parameters:
        raise NotRunError(f"{name} has no example")
    yield "{}"
    yield "null"
    yield "[]"
    yield flow({**example, "no_such_parameter": 1})
    for parameter in example:
        yield flow({key: value for key, value in example.items() if key != parameter})
    for parameter in item_type.parameters:
        paths = [(parameter,), *_inside((parameter,), example.get(parameter))]
        for path in paths:
            yield from (_replaced(example, path, wrong) for wrong in _WRONG)
        value = example.get(parameter)
        if isinstance(value, list):
            yield from (flow({**example, parameter: other}) for other in _rearranged(value))
    yield from _random(subject, name, example)


def _inside(path: Path, value: object) -> Iterator[Path]:
    if isinstance(value, list):
        parts: Iterator[tuple[str | int, object]] = iter(list(enumerate(value))[:3])
    elif isinstance(value, Mapping):
        parts = iter(value.items())
    else:
        return
    for step, inner in parts:
        yield (*path, step)
        yield from _inside((*path, step), inner)


def _replaced(value: Any, path: Path, wrong: str) -> str:  # noqa: ANN401 - by the path
    """Return plain data as YAML, with some YAML in the place that a path leads to."""
    if not path:
        return wrong
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        parts = [
            _replaced(one, rest, wrong) if at == step else flow(one) for at, one in enumerate(value)
        ]
        return f"[{', '.join(parts)}]"
    keys = {**value, step: value.get(step)}
    parts = [
        f"{key}: {_replaced(one, rest, wrong) if key == step else flow(one)}"
        for key, one in keys.items()
    ]
    return "{" + ", ".join(parts) + "}"


def _rearranged(values: list[Any]) -> Iterator[list[Any]]:
    """Yield a list backwards, doubled, cut short, and each part of it out of order."""
    yield values[::-1]
    yield [*values, *values]
    yield values[:1]
    yield from (
        [*values[:at], one[::-1], *values[at + 1 :]]
        for at, one in enumerate(values)
        if isinstance(one, list)
    )


def _random(subject: Subject, name: str, example: Mapping[str, Any]) -> list[str]:
    """Return parameters of which one is anything at all."""
    from hypothesis import strategies as st

    from steelyard.testing.plugin_kit.drawing import each_example

    parameters = sorted(subject.item_types[name].parameters)
    if not parameters:
        return []
    leaves = (
        st.none()
        | st.booleans()
        | st.integers(-(10**6), 10**6)
        | st.decimals(-1000, 1000, places=3)
        | st.text("ab 字'-", max_size=5)
    )
    anything = st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.lists(st.lists(inner, min_size=2, max_size=2), max_size=3)
        ),
        max_leaves=8,
    )
    texts: list[str] = []
    cases = st.tuples(st.sampled_from(parameters), anything)
    each_example(
        cases, subject.examples, lambda case: texts.append(flow({**example, case[0]: case[1]}))
    )
    return texts
