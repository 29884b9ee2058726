"""A list of records of a merchant, such as certificates."""

from steelyard.errors import Problems, suggest
from steelyard.formats import Located
from steelyard.merchants.rows.merchants import Record, describe_fact
from steelyard.merchants.rows.values import WrongValue, read_value
from steelyard.model.facts import FactDeclaration

CODE = "SY608"


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
            problems.add(CODE, what, entry.place, expected=expected)
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
