"""Facts files: YAML declarations to `FactDeclaration` values."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from steelyard.errors import Place, Problem, Problems, suggest
from steelyard.formats import Located
from steelyard.formats.scalars import read_date
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import INT64_HIGH, INT64_LOW, decimals_of, to_scaled
from steelyard.model.reserved import AS_OF, NEVER_IN_NAMES, RESERVED_WORDS, RESULT_COLUMNS
from steelyard.model.texts import Text, read_prose

CODE = "SY201"
# reserved first parts of a fact's name, and their meaning
RESERVED = {
    **dict.fromkeys(("merchant", "merchants", "industry", "shop_type"), "a key of merchant files"),
    "value": "the first word of derived values",
    **dict.fromkeys(("item", "score", *RESERVED_WORDS), "a reserved word of conditions"),
    AS_OF: "the day of the score in conditions",
    "core": "the name of the engine's own plugin",
}
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

# Keys that have a meaning for some types only.
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "decimals": ("decimal",),
    "unit": ("int", "decimal"),
    "bounds": ("int", "decimal", "date"),
    "values": ("enum",),
    "otherwise": ("enum",),
    "at_most": ("int", "decimal"),
    "fields": ("records",),
    "key": ("records",),
    "max_records": ("records",),
}


def read_facts(document: Located, provider: str, problems: Problems) -> list[FactDeclaration]:
    """Return the facts that a facts file declares, in its order.

    Everything wrong is noted (SY201, SY202) with its place; a fact with a problem is left out.
    Whether `at_most` names a fact of another file is checked by `check_links`.
    """
    schema = load_schema("facts")
    start = len(problems.found)
    fits = validate(document, schema, CODE, problems)
    facts: dict[str, FactDeclaration] = {}
    places: dict[str, Place] = {}
    for entry in _entries(document):
        if not fits and not validate(
            entry, {"$ref": "#/$defs/fact", "$defs": schema["$defs"]}, CODE, Problems()
        ):
            continue
        before = len(problems.found)
        fact = _fact(entry, provider, problems)
        identity = _keys(entry)["id"]
        if fact.id in facts:
            problems.add(
                "SY202",
                f"{fact.id} is already declared at {places[fact.id]}",
                identity.place,
                fix="rename or remove one of the two",
            )
        elif len(problems.found) == before:
            facts[fact.id] = fact
            places[fact.id] = identity.place
    check_links(facts, problems, places, of_others=False)
    problems.found[start:] = sorted(
        problems.found[start:], key=lambda problem: (problem.place is None, problem.place)
    )
    return list(facts.values())


def fact_places(document: Located) -> dict[str, Place]:
    """Return where each fact of a facts file is declared first, by id."""
    places: dict[str, Place] = {}
    for entry in _entries(document):
        located = _keys(entry).get("id")
        if located is not None:
            places.setdefault(str(located.value), located.place)
    return places


def ambiguous_names(document: Located) -> list[Problem]:
    """Return a warning for every fact of a facts file that is named like a column of results."""
    return [
        Problem(
            CODE,
            f"{name} is a column of results too, and is mistaken for it where both are joined",
            place,
            fix="give the fact a name of two words, such as shop." + name,
            severity="warning",
        )
        for name, place in fact_places(document).items()
        if name in RESULT_COLUMNS
    ]


def check_links(
    facts: Mapping[str, FactDeclaration],
    problems: Problems,
    places: Mapping[str, Place] | None = None,
    *,
    of_others: bool = True,
) -> None:
    """Note every `at_most` that names no declared fact, or one it cannot be compared with.

    `places` says where facts are declared, as far as that is known. Without `of_others`, names
    that are not in `facts` may be those of other files.
    """
    for fact in facts.values():
        wrong = _wrong_link(fact, facts) if fact.at_most in facts or of_others else None
        if wrong:
            place, fix = (places or {}).get(fact.id), suggest(fact.at_most or "", facts)
            expected = None if of_others else "another number of the same unit"
            problems.add(CODE, wrong, place, expected=expected, fix=fix if of_others else None)


def _wrong_link(fact: FactDeclaration, facts: Mapping[str, FactDeclaration]) -> str | None:
    if fact.at_most is None:
        return None
    other = facts.get(fact.at_most)
    if other is None:
        return f"at_most of {fact.id} names the unknown fact {fact.at_most!r}"
    if other.id == fact.id:
        return f"at_most of {fact.id} names the fact itself"
    if other.type not in ("int", "decimal") or other.unit != fact.unit:
        unit, other_unit = fact.unit or "no unit", other.unit or "no unit"
        return f"{fact.id} ({unit}) cannot be compared with {other.id} ({other.type}, {other_unit})"
    return None


def _entries(document: Located) -> list[Located]:
    listed = _keys(document).get("facts")
    return listed.value if listed is not None and isinstance(listed.value, list) else []


def _keys(located: Located) -> Mapping[str, Located]:
    return located.value if isinstance(located.value, dict) else {}


def _fact(entry: Located, provider: str, problems: Problems) -> FactDeclaration:
    _check_name(entry.mapping["id"], problems)
    values = {"source": "", **_values(entry, problems), "provider": provider}
    values["source"] = read_prose(values["source"])
    meaning = read_prose(values["meaning"])
    values["meaning"] = " ".join(meaning.split()) if isinstance(meaning, str) else meaning
    if "fields" in entry.mapping:
        listed = entry.mapping["fields"].sequence
        fields = tuple(FieldDeclaration(**_values(field, problems)) for field in listed)
        _check_fields(entry.mapping, fields, problems)
        values["fields"] = fields
    return FactDeclaration(**values)


def _values(entry: Located, problems: Problems) -> dict[str, Any]:
    """Return the keys of a fact or a field as its attributes, and note their problems."""
    plain = entry.plain()
    _check_keys(entry, plain["type"], problems)
    low, high = _bounds(entry, plain, problems)
    if plain.get("otherwise") not in (None, *plain.get("values", ())):
        what = f"`otherwise` is {plain['otherwise']!r}, which is not one of the values"
        fix = suggest(plain["otherwise"], plain.get("values", ()))
        problems.add(CODE, what, entry.mapping["otherwise"].place, fix=fix or "add it to `values`")
    given = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in plain.items()
        if key != "bounds"
    }
    return {**given, "title": Text(**plain["title"]), "low": low, "high": high}


def _check_name(identity: Located, problems: Problems) -> None:
    parts = str(identity.value).split(".")
    faults = [
        f"`{part}` is a reserved word of conditions and cannot be part of a fact's name"
        for part in parts[1:]
        if part in NEVER_IN_NAMES
    ]
    if parts[0] in RESERVED:
        faults.insert(0, f"`{parts[0]}` is {RESERVED[parts[0]]} and cannot begin a fact's name")
    for fault in faults:
        problems.add(CODE, fault, identity.place, expected="another name")


def _check_keys(entry: Located, kind: str, problems: Problems) -> None:
    for key in _keys(entry):
        if key in _ONLY_FOR and kind not in _ONLY_FOR[key]:
            problems.add(
                CODE,
                f"`{key}` is not valid for the type {kind}",
                entry.key_place(key),
                expected=f"`{key}` only with {' or '.join(_ONLY_FOR[key])}",
                fix="remove it",
            )


def _check_fields(
    keys: Mapping[str, Located], fields: tuple[FieldDeclaration, ...], problems: Problems
) -> None:
    seen: set[str] = set()
    for located, field in zip(keys["fields"].sequence, fields, strict=True):
        if field.name in NEVER_IN_NAMES:
            what = f"`{field.name}` is a reserved word of conditions, which cannot read the field"
            place = located.mapping["name"].place
            problems.add(CODE, what, place, expected="another name")
        if field.name in seen:
            problems.add(CODE, f"the field {field.name} is declared twice", located.place)
        seen.add(field.name)
    for located in keys["key"].sequence if "key" in keys else ():
        if located.value not in seen:
            problems.add(
                CODE,
                f"`key` lists the unknown field {located.value!r}",
                located.place,
                expected=f"one of {', '.join(field.name for field in fields)}",
                fix=suggest(str(located.value), seen),
            )


def _bounds(entry: Located, plain: Mapping[str, Any], problems: Problems) -> tuple[int, int]:
    """Return the bounds as scaled integers or ordinals, and note their problems."""
    kind = plain["type"]
    if kind == "bool":
        return 0, 1
    if kind == "enum":
        return 0, len(plain["values"]) - 1
    if kind == "date" and "bounds" not in plain:
        return _FIRST_DAY.toordinal(), _LAST_DAY.toordinal()
    if kind not in ("int", "decimal", "date"):
        return 0, 0
    ends = entry.mapping["bounds"].sequence
    if kind == "date":
        days = [read_date(end, problems, CODE) for end in ends]
        limits = [day and day.toordinal() for day in days]
    else:
        limits = [_scaled(end, plain.get("decimals", 0), problems) for end in ends]
    low, high = limits
    if low is None or high is None:
        return 0, 0
    if low > high:
        problems.add(
            CODE,
            f"the bounds {ends[0].text} to {ends[1].text} are empty",
            ends[0].place,
            expected="[lowest, highest]",
            fix=f"write [{ends[1].text}, {ends[0].text}]",
        )
    return low, high


def _scaled(end: Located, decimals: int, problems: Problems) -> int | None:
    value = end.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        fault, expected = "is not a number", "a number"
    elif decimals_of(value) > decimals:
        fault = f"has more than {decimals} decimals"
        expected = f"a number with at most {decimals} decimals"
    else:
        scaled = to_scaled(value, decimals)
        if INT64_LOW <= scaled <= INT64_HIGH:
            return scaled
        fault = f"with {decimals} decimals does not fit in 64 bits"
        expected = f"at most {INT64_HIGH} divided by 10^{decimals}"
    problems.add(CODE, f"the bound {end.text} {fault}", end.place, expected=expected)
    return None
