"""Running an item type's function: inside its limits, and every fault told where it can be mended.

A fault of the parameters stands at the parameter, and names the line of the plugin that found it. A
fault that no ruleset can mend (an exception, no award, a float, units of facts that the plugin
itself names) stands at that line, and names the item that uses the plugin.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from steelyard.book.checker.ruleset import ItemRule, Phrase
from steelyard.compiler.conditions import lower_phrase
from steelyard.compiler.naming import Names
from steelyard.compiler.parameters import item_parameters
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.language.expressions import Expression, ExpressionError
from steelyard.model.limits import MAX_AWARD_NODES, MAX_AWARD_REQUIREMENTS
from steelyard.model.texts import Text
from steelyard.plugin import Award, ItemContext, ItemType
from steelyard.plugin import Requirement as AwardRequirement
from steelyard.plugins.discovery.guarding import OverLimitError
from steelyard.plugins.discovery.limits import BUILD_SECONDS
from steelyard.plugins.discovery.places import ENGINE, place_of_error, place_of_function
from steelyard.plugins.discovery.running import Overheard, plugin_code, said

# What is wrong with how facts are put together: types, names, units.
_TYPES = ("SY203", "SY402", "SY403", "SY405", "SY406")
_REPORT = "report it to the authors of the plugin"
_CHOOSES = ("fact", "records", "condition")  # formats of parameters that name facts


def build_award(
    rule: ItemRule, item_type: ItemType, names: Names, decimals: int, problems: Problems
) -> Award | None:
    """Run an item type's function on the parameters of an item; None if it has problems, noted."""
    parameters = item_parameters(rule, item_type, problems)
    if parameters is None:
        return None
    place = rule.parameters.place if rule.parameters else rule.type_place

    def parse(text: str) -> Expression:
        phrase = _parameter_phrase(rule, text, place)
        found = Problems()
        expression = lower_phrase(phrase, names, found)
        if expression is None:
            raise InvalidInput(found)
        return expression

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
    heard = Overheard(module)
    try:
        with plugin_code(module, BUILD_SECONDS, heard), names.graph.at_most(MAX_AWARD_NODES):
            award = item_type.build(context)
            fault = _award_fault(award)
    except InvalidInput as error:
        problems.extend(error.problems)
    except ExpressionError as error:
        code = place_of_error(error, module) or place_of_function(function, module)
        _note_refusal(rule, item_type, error, code, problems)
    except OverLimitError as error:
        problems.add(
            "SY213",
            f"{rule.type}, used at {place}: building its award {error}",
            place_of_error(error, module) or place,
            fix=_REPORT,
        )
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is told
        code = place_of_error(error, module) or place_of_function(function, module)
        _note_failure(rule, f"failed on these parameters: {said(error)}", code, problems)
    else:
        _note_deprecated(rule, heard, problems)
        if fault is None:
            return award
        code = place_of_function(function, module)
        _note_failure(rule, f"returned {fault}", code, problems)
    return None


def _function(build: object) -> object:
    """Return the function that a plugin wrote, inside what `functools.partial` makes of it."""
    while isinstance(build, partial):
        build = build.func
    return build


def _note_failure(rule: ItemRule, what: str, code: Place | None, problems: Problems) -> None:
    """Note that a function failed, at its line `code` if that is known."""
    place = rule.parameters.place if rule.parameters else rule.type_place
    text = f"{rule.type} {what}" if code is None else f"{rule.type}, used at {place}: it {what}"
    problems.add("SY210", text, code or place, fix=_REPORT)


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _note_refusal(
    rule: ItemRule,
    item_type: ItemType,
    error: ExpressionError,
    code: Place | None,
    problems: Problems,
) -> None:
    """Note what the expression builder or the plugin refused, where it can be mended.

    `code` is the line of the plugin that asked for it.
    """
    place = rule.parameters.place if rule.parameters else rule.type_place
    parameter = _named_parameter(rule, error)
    if code is not None and parameter is None and _is_the_plugins(item_type, error):
        what = f"{rule.type}, used at {place}: {error.what}"
        problems.add(error.code, what, code, fix=error.fix)
        return
    what = f"{rule.type}: {error.what}"
    # a refusal says what it means by itself, and the engine's own lines say nothing to an author
    if code is not None and error.code != "SY316" and not code.file.startswith(f"{ENGINE}/"):
        what = f"{rule.type} ({_line(code)}): {error.what}"
    problems.add(error.code, what, parameter or place, fix=error.fix)


def _is_the_plugins(item_type: ItemType, error: ExpressionError) -> bool:
    """Tell whether no ruleset can mend it: the plugin itself names what does not fit together."""
    if error.misuse or error.code == "SY213":
        return True
    if error.code not in _TYPES or error.of_values or _chooses(item_type.parameters):
        return False
    # a fact of others may be missing because the book does not declare it
    own = item_type.name.partition("/")[0].replace("-", "_")
    return error.code != "SY203" or f"{own}." in error.what


def _chooses(schema: Any) -> bool:  # noqa: ANN401 - a JSON Schema, or a part of one
    """Tell whether some parameter names a fact or gives a condition."""
    if isinstance(schema, Mapping):
        return schema.get("format") in _CHOOSES or any(_chooses(one) for one in schema.values())
    return isinstance(schema, list | tuple) and any(_chooses(one) for one in schema)


def _note_deprecated(rule: ItemRule, heard: Overheard, problems: Problems) -> None:
    for what, place in heard.deprecated:
        problems.add("SY214", f"{rule.type}: {what}", place, warning=True)


def _award_fault(award: object) -> str | None:
    """Return what is wrong with what a plugin returned, or None if it is an award."""
    if not isinstance(award, Award):
        return f"{type(award).__name__}, not Award"
    if not isinstance(award.points, Expression):
        return f"points that are a {type(award.points).__name__}; use item.points(...)"
    for name, parts in (("requirements", award.requirements), ("gates", award.gates)):
        if not isinstance(parts, tuple):
            return f"{name} that are a {type(parts).__name__}, not a tuple"
    scope = () if award.scope is None else (award.scope,)
    return _requirement_fault((*award.requirements, *award.gates, *scope))


def _requirement_fault(parts: tuple[object, ...]) -> str | None:
    if len(parts) > MAX_AWARD_REQUIREMENTS:
        raise ExpressionError(
            "SY213", f"its award has more than {MAX_AWARD_REQUIREMENTS} requirements"
        )
    for part in parts:
        if not isinstance(part, AwardRequirement):
            return f"a {type(part).__name__} among its requirements"
        if not isinstance(part.test, Expression):
            return f"the requirement {part.id} whose test is a {type(part.test).__name__}"
        if part.assessed is not None and not isinstance(part.assessed, Expression):
            return f"the requirement {part.id} whose `assessed` is no expression"
        if not isinstance(part.id, str) or not isinstance(part.title, Text):
            return "a requirement without an id that is a text and a title that is a Text"
    return None


def _named_parameter(rule: ItemRule, error: ExpressionError) -> Place | None:
    """Return the place of the parameter that an error names, if it names one."""
    values = rule.parameters.value if rule.parameters else None
    if isinstance(values, dict):
        said = f"{error.what} {error.fix or ''}"  # the fix names the fact whose bounds are too wide
        for name, located in values.items():
            text = located.value if isinstance(located.value, str) else None
            if name in error.what.split() or (text and text in said):
                return located.place
    return None


def _parameter_phrase(rule: ItemRule, text: str, place: Place) -> Phrase:
    """Find where in the parameters a condition stands, so that its errors point there."""
    todo = [rule.parameters] if rule.parameters else []
    while todo:
        located = todo.pop()
        if located.value == text and isinstance(located.value, str):
            return Phrase(text, located.place, located.quoted, located.running)
        if isinstance(located.value, dict):
            todo.extend(located.value.values())
        elif isinstance(located.value, list):
            todo.extend(located.value)
    return Phrase(text, place, quoted=False)
