"""Construction of awards: the function of an item type is called with an item's parameters.

The parameters are first checked against the schema of the item type, and completed with its
defaults. Invalid parameters are reported at their position in the ruleset, with the line of the
plugin. Bugs of the plugin (an exception, a wrong return value, a float, units that do not fit) are
reported at the line of the plugin, with the item of the ruleset.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from steelyard.book.checker.ruleset import ItemRule
from steelyard.compiler.conditions import BuiltAward, Names, lower_phrase, place_doubts
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import Located
from steelyard.formats.schemas import parameter_schema
from steelyard.formats.validation import validate
from steelyard.language.conditions import Want
from steelyard.language.expressions import Expression, ExpressionError, Graph, GraphState
from steelyard.model.texts import Text
from steelyard.plugin import Award, ItemContext, ItemType
from steelyard.plugin import Requirement as AwardRequirement
from steelyard.plugins.discovery.containment import failure_text, plugin_code
from steelyard.plugins.discovery.places import ENGINE, place_of_error, place_of_function


def item_parameters(
    rule: ItemRule, item_type: ItemType, problems: Problems
) -> Mapping[str, Any] | None:
    """Return the parameters with defaults; note problems and return None if there are any."""
    given = rule.parameters or Located({}, rule.type_place, None, False, {})
    before = len(problems.errors)
    schema = parameter_schema(item_type.parameters, item_type.required)
    validate(given, schema, "SY316", problems, within="with")
    if len(problems.errors) > before:
        return None
    defaults = {  # copied, so that no item can change those of another
        name: deepcopy(property_schema["default"])
        for name, property_schema in item_type.parameters.items()
        if "default" in property_schema
    }
    return {**defaults, **given.plain()}


def conditions_in(rule: ItemRule, item_type: ItemType) -> list[Located]:
    """Return the parameters that are conditions or name facts, wherever they are nested."""
    conditions: list[Located] = []
    if rule.parameters is not None:
        schema = parameter_schema(item_type.parameters, item_type.required)
        _collect(rule.parameters, schema, conditions)
    return conditions


def _collect(located: Located, schema: Mapping[str, Any], conditions: list[Located]) -> None:
    """Add the conditions inside a value to a list; the schema tells which texts are conditions.

    The name of a fact, or of a value, is an expression that reads it.
    """
    if schema.get("format") in _FORMATS and isinstance(located.value, str):
        conditions.append(located)
    elif isinstance(located.value, dict):
        properties = schema.get("properties", {})
        for name, value in located.value.items():
            _collect(value, properties.get(name, {}), conditions)
    elif isinstance(located.value, list):
        items = schema.get("items", {})
        for value in located.value:
            _collect(value, items if isinstance(items, Mapping) else {}, conditions)


_TYPES = ("SY203", "SY402", "SY403", "SY405", "SY406")  # codes of types, names and units
_FORMATS = ("fact", "condition", "expression")  # formats of parameters that can name values
_FACT_FORMATS = (*_FORMATS, "records")  # formats of parameters that name facts


def build_award(
    rule: ItemRule, item_type: ItemType, names: Names, decimals: int, problems: Problems
) -> Award | None:
    """Return the award of an item; note problems and return None if there are any."""
    parameters = item_parameters(rule, item_type, problems)
    if parameters is None:
        return None
    place = rule.parameters.place if rule.parameters else rule.type_place

    texts = [value for value in _values_in(rule.parameters) if isinstance(value.value, str)]

    def parse(text: str, want: Want) -> Expression:
        phrase = _parameter_phrase(texts, text, place)
        faults = Problems()
        expression = lower_phrase(phrase, names, faults, want)
        if expression is None:
            raise InvalidInput(faults)
        return expression

    doubts, lowered = len(names.graph.doubts), len(names.lowered)
    function = _function(item_type.build)
    module = str(getattr(function, "__module__", "") or "")
    context = ItemContext(
        names.graph,
        rule.named.id,
        rule.named.title,
        parameters,
        decimals,
        parse,
        frozenset(item_type.parameters),
    )
    before = names.graph.state()
    try:
        with plugin_code(module) as deprecations:
            award = item_type.build(context)
            fault = _fault(award, names.graph, before)
    except InvalidInput as error:
        problems.extend(error.problems)
    except ExpressionError as error:
        code = place_of_error(error, module) or place_of_function(function, module)
        _note_refusal(rule, item_type, error, code, problems)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        code = place_of_error(error, module) or place_of_function(function, module)
        _note_failure(rule, f"failed on these parameters: {failure_text(error)}", code, problems)
    else:
        for text, line in deprecations:
            problems.add("SY214", f"{rule.type}: {text}", line, warning=True)
        if fault is None:
            numbers = [(value.value, value.place) for value in _values_in(rule.parameters)]
            place_doubts(names.graph, doubts, rule.named.place, numbers)
            phrases = tuple(names.lowered[lowered:])
            del names.lowered[lowered:]
            names.awards.append(BuiltAward(award, place, phrases))
            return award
        code = place_of_function(function, module)
        _note_failure(rule, fault, code, problems)
    return None


def _function(build: object) -> object:
    """Return the plugin's function inside any `functools.partial`."""
    while isinstance(build, partial):
        build = build.func
    return build


def _note_failure(rule: ItemRule, what: str, code: Place | None, problems: Problems) -> None:
    """Note the failure of a plugin's function, at the line `code` if that is known."""
    place = rule.parameters.place if rule.parameters else rule.type_place
    text = f"{rule.type} {what}" if code is None else f"{rule.type}, used at {place}: it {what}"
    problems.add("SY210", text, code or place, fix="report it to the authors of the plugin")


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _note_refusal(
    rule: ItemRule,
    item_type: ItemType,
    error: ExpressionError,
    code: Place | None,
    problems: Problems,
) -> None:
    """Note an error of the expression builder, or a rejection by the plugin, where it can be fixed.

    `code` is the line of the plugin that led to it.
    """
    place = rule.parameters.place if rule.parameters else rule.type_place
    parameter = _named_parameter(rule, error)
    if code is not None and parameter is None and _is_plugin_bug(item_type, error):
        what = f"{rule.type}, used at {place}: {error.what}"
        problems.add(error.code, what, code, fix=error.fix)
        return
    what = f"{rule.type}: {error.what}"
    # a refusal needs no line of code, and lines of the engine do not help an author
    if code is not None and error.code != "SY316" and not code.file.startswith(f"{ENGINE}/"):
        what = f"{rule.type} ({_line(code)}): {error.what}"
    problems.add(error.code, what, parameter or place, fix=error.fix)


def _is_plugin_bug(item_type: ItemType, error: ExpressionError) -> bool:
    """Return whether the plugin is at fault: no change of the ruleset could avoid the error."""
    if error.misuse:
        return True
    in_ruleset = error.of_values or error.code not in _TYPES or _names_facts(item_type.parameters)
    if in_ruleset and item_type.parameters:
        return False
    # a fact of another plugin may be missing because the book does not declare it
    own = item_type.name.partition("/")[0].replace("-", "_")
    return error.code != "SY203" or f"{own}." in error.what


def _names_facts(schema: Any) -> bool:  # noqa: ANN401 - a JSON Schema, or a part of one
    """Return whether a parameter names a fact or is a condition."""
    if isinstance(schema, Mapping):
        return schema.get("format") in _FACT_FORMATS or any(
            _names_facts(part) for part in schema.values()
        )
    return isinstance(schema, list | tuple) and any(_names_facts(part) for part in schema)


def _fault(award: object, graph: Graph, before: GraphState) -> str | None:
    """Return what a plugin's function did wrong to a graph, or what it returned, or None."""
    fault = graph.fault_since(before)
    wrong = None if fault else _award_fault(award, graph)
    return f"returned {wrong}" if wrong else fault


def _award_fault(award: object, graph: Graph) -> str | None:
    """Return the fault of a returned value, or None if it is a valid award of this plan."""
    if not isinstance(award, Award):
        return f"{type(award).__name__}, not Award"
    if not isinstance(award.points, Expression):
        return f"points that are a {type(award.points).__name__}; use item.points(...)"
    if award.points.type.kind != "number":
        return f"points that are a {award.points.type}; use item.points(...)"
    if award.points.type.unit not in (None, "points"):
        return f"points that are counted in {award.points.type.unit}; use item.points(...)"
    for name, parts in (("requirements", award.requirements), ("gates", award.gates)):
        if not isinstance(parts, tuple):
            return f"{name} that are a {type(parts).__name__}, not a tuple"
    scope = () if award.scope is None else (award.scope,)
    parts = (*award.requirements, *award.gates, *scope)
    fault = _value_fault("expression", award.points, graph)
    return f"points whose {fault}" if fault else _requirement_fault(parts, graph)


def _value_fault(name: str, value: Expression, graph: Graph) -> str | None:
    """Return the fault of a value that a merchant cannot have."""
    if value.graph is not graph:
        return f"{name} is of another plan; build every expression from the item at hand"
    if value.node.scope is None:
        return None
    return (
        f"{name} reads a field of {value.node.scope} outside count, any, all, sum, minimum and "
        "maximum, but a merchant has several records"
    )


def _requirement_fault(parts: tuple[object, ...], graph: Graph) -> str | None:
    seen: set[str] = set()
    for part in parts:
        if not isinstance(part, AwardRequirement):
            return f"a {type(part).__name__} among its requirements"
        if not isinstance(part.id, str) or not isinstance(part.title, Text):
            return "a requirement without an id that is a text and a title that is a Text"
        if part.id in seen or not part.id.strip():
            return f"two requirements {part.id}" if part.id.strip() else "a requirement without id"
        seen.add(part.id)
        fault = _test_fault("test", part.test, graph)
        if part.assessed is not None:
            fault = fault or _test_fault("`assessed`", part.assessed, graph)
        if fault is not None:
            return f"the requirement {part.id} whose {fault}"
    return None


def _test_fault(name: str, value: object, graph: Graph) -> str | None:
    if not isinstance(value, Expression):
        return f"{name} is a {type(value).__name__}"
    if value.graph is graph and value.type.kind != "bool":
        return f"{name} is {value.type}, not yes or no"
    return _value_fault(name, value, graph)


def _named_parameter(rule: ItemRule, error: ExpressionError) -> Place | None:
    """Return the place of the parameter that an error names, if it names one."""
    values = rule.parameters.value if rule.parameters else None
    if isinstance(values, dict):
        message = f"{error.what} {error.fix or ''}"  # the fix may name the fact
        for name, located in values.items():
            text = located.value if isinstance(located.value, str) else None
            if name in error.what.split() or (text and text in message):
                return located.place
    return None


def _values_in(parameters: Located | None) -> Iterator[Located]:
    """Yield every single value of the parameters, in the order of the file."""
    if parameters is None:
        return
    if isinstance(parameters.value, dict | list):
        values = parameters.value
        for located in values.values() if isinstance(values, dict) else values:
            yield from _values_in(located)
    else:
        yield parameters


def _parameter_phrase(texts: list[Located], text: str, place: Place) -> Located:
    """Return a condition with its position in the parameters, for its errors.

    Each time that one text is asked for, its next position is returned.
    """
    alike = [located for located in texts if located.value == text]
    if len(alike) > 1:
        texts.remove(alike[0])
    return alike[0] if alike else Located(text, place, text, False, {})
