"""Values, records and labels of a merchant file, checked and made exact."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from steelyard.errors import Problem, Problems, suggest
from steelyard.formats import Located
from steelyard.formats.validation import describe as describe_located
from steelyard.merchants.rows.merchants import Record, describe_fact
from steelyard.model.dates import DAY_FIX, read_day
from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.limits import MAX_LISTED_VALUES, MAX_MERCHANT_ID
from steelyard.model.numbers import NumberError, format_scaled, parse_decimal, to_scaled

_YES_NO = {
    **dict.fromkeys(("yes", "y", "on", "t", "1", "是", "有", "真", "对", "√", "✓"), "true"),
    **dict.fromkeys(("no", "n", "off", "f", "0", "否", "无", "假", "错", "×", "✗"), "false"),
}  # fmt: skip
_MOST_CHARACTERS = 24  # of a text for which a number is proposed
_PERCENT = ("%", "percent")  # units of facts in which 95% is the number 95
_GROUPED = re.compile(
    r"[-+]?[1-9][0-9]{0,2}(?:([,_' \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?\Z"
)
_COMMA_POINT = re.compile(r"[-+]?[0-9]+,[0-9]+\Z")
_DAY = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
    r"(?:[T ]00?:00(?::00(?:\.0+)?)?)?\Z"
)

CODE = "SY608"


class WrongValue(Exception):  # noqa: N818 - it carries a problem, it is not one of ours
    """A value that its declaration does not allow."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def read_value(name: str, located: Located, declaration: Declaration) -> int | bool | str:
    """Return a value as a scaled integer, day ordinal, index, boolean, or (id fields) text.

    Messages call it `name`. Raises `WrongValue` (SY604, SY605, SY702).
    """
    kind = declaration.type
    if kind == "bool":
        return _read_bool(name, located, declaration)
    if kind == "enum":
        return _read_enum(name, located, declaration)
    if kind == "id":
        return read_id(name, located)
    number = (
        _read_date(name, located, declaration)
        if kind == "date"
        else _read_number(name, located, declaration)
    )
    if not declaration.low <= number <= declaration.high:
        place, expected = located.place, describe(declaration)
        raise WrongValue(
            Problem("SY605", f"{name} is {describe_located(located)}", place, expected)
        )
    return number


def read_id(name: str, located: Located) -> str:
    """Return an opaque text such as a merchant's name. Raises `WrongValue` (SY604)."""
    value = located.value
    expected = f"a text of 1 to {MAX_MERCHANT_ID} printable characters"
    if isinstance(value, str) and value.strip() and value.isprintable():
        if len(value) <= MAX_MERCHANT_ID:
            return value
        raise _wrong(name, located, expected)
    is_scalar = not isinstance(value, str | dict | list) and value is not None
    fix = f'write it in quotes: "{located.text}"' if is_scalar and located.text else None
    raise _wrong(name, located, expected, fix)


def describe(declaration: Declaration) -> str:
    """Return the allowed values in words, with unit and bounds."""
    kind = declaration.type
    if kind == "bool":
        return "true or false"
    if kind == "enum":
        values = declaration.values
        more = ", …" if len(values) > MAX_LISTED_VALUES else ""
        listed = f"one of {', '.join(values[:MAX_LISTED_VALUES])}{more}"
        return f"a text; {listed} is known" if declaration.otherwise else listed
    if kind == "id":
        return "a text"
    low, high = value_bounds(declaration)
    if kind == "date":
        return f"a date YYYY-MM-DD from {low} to {high}"
    number = "a whole number" if kind == "int" else "a number"
    unit = f" ({declaration.unit})" if declaration.unit else ""
    return f"{number}{unit} from {low} to {high}"


def value_bounds(declaration: Declaration) -> tuple[str, str]:
    """Return the bounds as a person would write them."""
    ends = (declaration.low, declaration.high)
    if declaration.type == "date":
        low, high = (date.fromordinal(end).isoformat() for end in ends)
    else:
        low, high = (format_scaled(end, declaration.decimals, trim=True) for end in ends)
    return low, high


def _read_bool(name: str, located: Located, declaration: Declaration) -> bool:
    if isinstance(located.value, bool):
        return located.value
    word = _YES_NO.get(str(located.text).lower())
    raise _wrong(name, located, describe(declaration), f"write {word}" if word else None)


def _read_enum(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if isinstance(value, str):
        known = value if value in declaration.values else declaration.otherwise
        if known is not None:
            return declaration.values.index(known)
    fix = suggest(value[:80], declaration.values) if isinstance(value, str) else None
    raise _wrong(
        name, located, describe(declaration), fix or _in_quotes(located, declaration.values)
    )


def _in_quotes(located: Located, allowed: Collection[str]) -> str | None:
    """Return the fix for a number or another plain value that is allowed as a text: 010."""
    plain = not isinstance(located.value, str) and located.text in allowed
    return f'write it in quotes: "{located.text}"' if plain else None


def _read_number(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if declaration.type == "decimal" or to_scaled(value, 0) == value:
            return to_scaled(value, declaration.decimals)
        raise _wrong(name, located, describe(declaration))
    raise _wrong(name, located, describe(declaration), _number_fix(value, declaration))


def _number_fix(value: object, declaration: Declaration) -> str | None:
    """Return a fix for a text that is a number in disguise; it is one that the fact allows."""
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS:
        return None
    allowed = [
        _plain(number)
        for number in _numbers_in(normalize("NFKC", value).strip(), declaration)
        if declaration.low <= to_scaled(number, declaration.decimals) <= declaration.high
        and (declaration.type == "decimal" or number == number.to_integral_value())
    ]
    if not allowed:
        return None
    if allowed == [value]:
        return f"write {value} without quotes"
    return f"write {' or '.join(allowed)}"


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _numbers_in(text: str, declaration: Declaration) -> list[Decimal]:
    """Return the numbers that a text may mean: `95%`, `1,234`, `0,95`, `1_000`."""
    percent = text.endswith("%")
    text = text.removesuffix("%").rstrip()
    grouped = _GROUPED.match(text)
    readings = [text.replace(grouped[1], "")] if grouped else [text]
    if _COMMA_POINT.match(text) and declaration.type == "decimal":  # 1,234 may be 1.234
        readings = [*readings[: 1 if grouped else 0], text.replace(",", ".")]
    try:
        numbers = [parse_decimal(reading) for reading in readings]
    except NumberError:
        return []
    is_share = percent and declaration.unit not in _PERCENT
    return [number.scaleb(-2) for number in numbers] if is_share else numbers


def _read_date(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if not isinstance(value, str):
        raise _wrong(name, located, describe(declaration), _day_fix(located.text))
    day = read_day(value)
    if day is not None:
        return day.toordinal()
    what = f"{name} is {describe_located(located)}"
    if len(value) > len("2026-06-01") and read_day(value[:10]) is not None:
        fix = f"a day has no time: write the day alone, such as {value[:10]}"
    else:
        fix = _day_fix(value) if _DAY.match(value) else DAY_FIX
    raise WrongValue(Problem("SY702", what, located.place, describe(declaration), fix))


def _day_fix(text: str | None) -> str | None:
    """Return the fix for a real day that is written otherwise: 2026/6/1."""
    written = _DAY.match(text or "")
    if written is None:
        return None
    year, _, *parts = written.groups()
    month, day = [part for part in parts if part is not None]
    found = read_day(f"{year}-{month:0>2}-{day:0>2}")
    return None if found is None else f"write {found.isoformat()}"


def _wrong(name: str, located: Located, expected: str, fix: str | None = None) -> WrongValue:
    what = f"{name} is {describe_located(located)}"
    return WrongValue(Problem("SY604", what, located.place, expected, fix))


def read_records(
    located: Located, fact: FactDeclaration, problems: Problems
) -> tuple[Record, ...] | None:
    """Return the records of a fact, or None after noting every problem.

    SY604 unless it is a list of mappings; SY608 for too many records, unknown or missing fields and
    duplicate keys; the codes of `read_value` for values.
    """
    before = len(problems.found)
    if not isinstance(located.value, list):
        what = f"{fact.id} is not a list"
        expected = describe_fact(fact)
        fix = "write one record a line, each after `- `; [] if there are none"
        problems.add("SY604", what, located.place, expected=expected, fix=fix)
        return None
    if len(located.value) > fact.max_records:
        what = f"{fact.id} has {len(located.value)} records"
        problems.add(CODE, what, located.place, expected=f"at most {fact.max_records}")
        return None
    records: list[Record] = []
    first: dict[tuple[object, ...], Located] = {}
    for entry in located.value:
        record = _read_record(entry, fact, problems)
        if record is None:
            continue
        records.append(record)
        key = tuple(record.get(name) for name in fact.key)
        duplicate = first.setdefault(key, entry) if key else entry
        if duplicate is not entry:
            what = f"two records of {fact.id} have the same {' and '.join(fact.key)}; "
            what += f"the first is at {duplicate.place}"
            expected = f"records that differ in {' or '.join(fact.key)}"
            fix = f"remove one of them, or correct its {' or '.join(fact.key)}"
            problems.add(CODE, what, entry.place, expected=expected, fix=fix)
    return tuple(records) if len(problems.found) == before else None


def _read_record(entry: Located, fact: FactDeclaration, problems: Problems) -> Record | None:
    names = [field.name for field in fact.fields]
    if not isinstance(entry.value, dict):
        what = f"a record of {fact.id} is not a mapping"
        problems.add("SY604", what, entry.place, expected=f"the fields {', '.join(names)}")
        return None
    before = len(problems.found)
    for name in entry.value:
        if name not in names:
            what = f"records of {fact.id} have no field {name[:80]!r}"
            expected = f"one of {', '.join(names)}"
            fix = suggest(name[:80], names)
            problems.add(CODE, what, entry.key_place(name), expected=expected, fix=fix)
    record: Record = {}
    for field in fact.fields:
        given = entry.value.get(field.name)
        if given is None or given.value is None:
            if field.required:
                what = f"a record of {fact.id} has no {field.name}"
                expected = f"the field {field.name} ({field.title.en}, {field.title.zh})"
                problems.add(CODE, what, entry.place, expected=expected)
            continue
        try:
            record[field.name] = read_value(f"{fact.id}.{field.name}", given, field)
        except WrongValue as wrong:
            problems.extend([wrong.problem])
    return record if len(problems.found) == before else None


def read_name(given: Located | None, merchant: Located, problems: Problems) -> str | None:
    """Return the merchant's name, or None after noting a problem (SY603, SY604)."""
    if given is None or given.value is None:
        expected = "`merchant`: the merchant's name or number, as a text"
        problems.add("SY603", "the merchant has no `merchant`", merchant.place, expected=expected)
        return None
    try:
        return read_id("merchant", given)
    except WrongValue as wrong:
        problems.extend([wrong.problem])
        return None


def read_label(
    key: str,
    given: Located | None,
    merchant: Located,
    allowed: Collection[str],
    problems: Problems,
) -> str | None:
    """Return a merchant's `industry` or `shop_type`, or None after noting a problem.

    A shop type that is not given is the first one allowed.
    """
    expected = f"one of {', '.join(allowed)}"
    if given is None or given.value is None:
        if key == "shop_type":
            return next(iter(allowed), None)
        problems.add("SY603", f"the merchant has no `{key}`", merchant.place, expected=expected)
        return None
    value = given.value
    if isinstance(value, str) and value in allowed:
        return value
    if allowed:
        near = suggest(value[:80], allowed) if isinstance(value, str) else None
        near = near or _in_quotes(given, allowed)
        what = f"{key} is {describe_located(given)}"
        problems.add("SY604", what, given.place, expected=expected, fix=near)
    else:
        problems.add("SY602", f"the book has no {key}", given.place, fix=f"remove `{key}`")
    return None
