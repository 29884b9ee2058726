"""Check of invalid parameters: each is refused with a code, a position and a reason."""

from collections.abc import Iterator

from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.laws import refusal_fault
from steelyard.testing.plugin_kit.report import Finding, Note, NotRunError, one_line
from steelyard.testing.plugin_kit.subject import Subject, example_parameters, flow_yaml, item_text

# YAML that takes the place of a parameter
_UNLIKELY = (
    "null", "true", "false", "0", "-1", "0.5", "7", "1000000", "-0.000000001", "1e30", "1e400",
    "123456789012345678901234567890", ".nan", ".inf", "nan", "'nan'", "''", "' '", "abc", "'字'",
    "'" + "x" * 300 + "'", "[]", "{}", "[[]]", "[1]", "[2, 1]", "[1, 1]", "[[1, 2], [1, 2]]",
    "[[2, 1], [1, 2]]", "[a, b]", "{a: 1}", "2026-02-30", "!!python/none ''", "[" * 40 + "]" * 40,
)  # fmt: skip
_TYPES_OF = {
    "true": {"boolean"},
    "7": {"integer", "number"},
    "0.5": {"number"},
    "abc": {"string"},
    "[]": {"array"},
    "{}": {"object"},
}


def invalid_parameters_are_refused(subject: Subject) -> Iterator[Finding]:
    """Yield invalid parameters that are accepted, or that fail instead of being refused."""
    for name in subject.item_types:
        texts = _changed_parameters(subject, name)
        refused = 0
        for text, invalid in texts.items():
            result = subject.attempt(item_text(name, text))
            accepted = isinstance(result, Plan)
            refused += not accepted
            fault = refusal_fault(result, name)
            if accepted and invalid:
                fault = "accepted although invalid"
            if fault:
                yield f"{name} with {one_line(text, 160)}: {fault}"
                break
        else:
            counts = f"{refused} refused, {len(texts) - refused} accepted as valid"
            yield Note(f"{name}: invalid parameters: {counts}")


def _changed_parameters(subject: Subject, name: str) -> dict[str, bool]:
    """Return the example's parameters with a change each, and whether they are surely invalid."""
    item_type = subject.item_types[name]
    example = example_parameters(item_type)
    if not example and item_type.parameters:
        raise NotRunError(f"{name} has no example")
    changed = {"{}": False, "null": False, "[]": False}
    for parameter in example:
        rest = {key: value for key, value in example.items() if key != parameter}
        changed[flow_yaml(rest)] = parameter in item_type.required
    for parameter, schema in item_type.parameters.items():
        rest = "".join(f", {key}: {flow_yaml(example[key])}" for key in example if key != parameter)
        for value in _UNLIKELY:
            others = _TYPES_OF.get(value, {schema.get("type")})
            invalid = "type" in schema and schema["type"] not in others
            if value == "null":
                invalid = "enum" not in schema and "const" not in schema
            changed[f"{{{parameter}: {value}{rest}}}"] = invalid
        value = example.get(parameter)
        if isinstance(value, list):
            for other in (value[::-1], [*value, *value], value[:1]):
                changed.setdefault(flow_yaml({**example, parameter: other}), False)
    changed[flow_yaml({**example, "no_such_parameter": 1})] = True
    return changed
