"""Check of invalid parameters: each is refused with a code, a position and a reason."""

from collections.abc import Iterator, Mapping
from typing import Any

from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.laws import refusal_fault
from steelyard.testing.plugin_kit.report import Figure, Finding, NotRunError, one_line
from steelyard.testing.plugin_kit.subject import Subject, example_parameters, flow_yaml, item_text

Path = tuple[str | int, ...]

# YAML that takes the place of a parameter, or of any part of one
_UNLIKELY = (
    "null", "true", "false", "0", "-1", "0.5", "7", "1000000", "-0.000000001", "1e30", "1e400",
    "123456789012345678901234567890", ".nan", ".inf", "nan", "'nan'", "''", "' '", "abc", "'字'",
    "'" + "x" * 300 + "'", "[]", "{}", "[[]]", "[1]", "[2, 1]", "[1, 1]", "[[1, 2], [1, 2]]",
    "[[2, 1], [1, 2]]", "[a, b]", "{a: 1}", "2026-02-30", "!!python/none ''", "[" * 40 + "]" * 40,
)  # fmt: skip
_OF_TYPE = {
    "boolean": ("true",),
    "integer": ("7",),
    "number": ("7", "0.5"),
    "string": ("abc",),
    "array": ("[]",),
    "object": ("{}",),
}


def invalid_parameters_are_refused(subject: Subject) -> Iterator[Finding]:
    """Yield invalid parameters that are accepted, or that fail instead of being refused."""
    for name in subject.item_types:
        invalid = dict.fromkeys(_invalid(subject, name))
        texts = {**invalid, **dict.fromkeys(_unlikely(subject, name))}
        refused = 0
        for text in texts:
            result = subject.attempt(item_text(name, text))
            accepted = isinstance(result, Plan)
            refused += not accepted
            fault = refusal_fault(result, name)
            if accepted and text in invalid:
                fault = "accepted although invalid"
            if fault:
                yield f"{name} with {one_line(text, 160)}: {fault}"
                break
        else:
            counts = f"{refused} refused, {len(texts) - refused} accepted as valid"
            yield Figure(f"{name}: invalid parameters", counts)


def _invalid(subject: Subject, name: str) -> Iterator[str]:
    """Yield parameters with missing and unknown keys, nulls, and values of another JSON type."""
    item_type = subject.item_types[name]
    example = example_parameters(item_type)
    yield flow_yaml({**example, "no_such_parameter": 1})
    for parameter in item_type.required:
        yield flow_yaml({key: value for key, value in example.items() if key != parameter})
    for parameter, schema in item_type.parameters.items():
        if "enum" not in schema and "const" not in schema:
            yield _replace(example, (parameter,), "null")
        valid = _OF_TYPE.get(schema.get("type", ""))
        if valid is not None:
            others = {text for texts in _OF_TYPE.values() for text in texts} - {*valid}
            yield from (_replace(example, (parameter,), other) for other in sorted(others))


def _unlikely(subject: Subject, name: str) -> Iterator[str]:
    """Yield the example's parameters, each time with an unlikely value in one place."""
    item_type = subject.item_types[name]
    example = example_parameters(item_type)
    if not example and item_type.parameters:
        raise NotRunError(f"{name} has no example")
    yield from ("{}", "null", "[]")
    for parameter in example:
        yield flow_yaml({key: value for key, value in example.items() if key != parameter})
    for parameter in item_type.parameters:
        value = example.get(parameter)
        for path in ((parameter,), *_paths_inside((parameter,), value)):
            yield from (_replace(example, path, text) for text in _UNLIKELY)
        if isinstance(value, list):
            for other in (value[::-1], [*value, *value], value[:1]):
                yield flow_yaml({**example, parameter: other})


def _paths_inside(path: Path, value: object) -> Iterator[Path]:
    """Yield the paths of the parts of a list or mapping, at every depth."""
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, list):
        parts = list(enumerate(value[:3]))
    elif isinstance(value, Mapping):
        parts = list(value.items())
    for step, part in parts:
        yield (*path, step)
        yield from _paths_inside((*path, step), part)


def _replace(value: Any, path: Path, text: str) -> str:  # noqa: ANN401 - by the path
    """Return plain data as YAML with `text` in the place of one part."""
    if not path:
        return text
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        parts = [
            _replace(part, rest, text) if at == step else flow_yaml(part)
            for at, part in enumerate(value)
        ]
        return f"[{', '.join(parts)}]"
    keys = {**value, step: value.get(step)}
    texts = (
        f"{key}: {_replace(part, rest, text) if key == step else flow_yaml(part)}"
        for key, part in keys.items()
    )
    return "{" + ", ".join(texts) + "}"
