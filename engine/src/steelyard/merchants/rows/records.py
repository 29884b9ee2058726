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
    """Return the records of a fact, or None after noting everything that is wrong with them.

    SY604 for what is no list of mappings; SY608 for too many, unknown or missing fields, and
    repeated keys; the codes of `read_value` for values.
    """
    before = len(problems.found)
    if not isinstance(located.value, list):
        problems.add(
            "SY604",
            f"{fact.id} is not a list",
            located.place,
            expected=describe_fact(fact),
            fix="write one record a line, each after `- `; [] if there are none",
        )
        return None
    if len(located.value) > fact.max_records:
        problems.add(
            CODE,
            f"{fact.id} has {len(located.value)} records",
            located.place,
            expected=f"at most {fact.max_records}",
        )
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
            problems.add(
                CODE,
                f"two records of {fact.id} have the same {' and '.join(fact.key)}; the first is at "
                f"{duplicate.place}",
                entry.place,
                expected=f"records that differ in {' or '.join(fact.key)}",
            )
    return tuple(records) if len(problems.found) == before else None


def _read_record(entry: Located, fact: FactDeclaration, problems: Problems) -> Record | None:
    if not isinstance(entry.value, dict):
        problems.add(
            "SY604",
            f"a record of {fact.id} is not a mapping",
            entry.place,
            expected=f"the fields {', '.join(field.name for field in fact.fields)}",
        )
        return None
    before = len(problems.found)
    names = [field.name for field in fact.fields]
    for name in entry.value:
        if name not in names:
            problems.add(
                CODE,
                f"records of {fact.id} have no field {name[:80]!r}",
                entry.key_place(name),
                expected=f"one of {', '.join(names)}",
                fix=suggest(name[:80], names),
            )
    record: Record = {}
    for field in fact.fields:
        given = entry.value.get(field.name)
        if given is None or given.value is None:
            if field.required:
                problems.add(
                    CODE,
                    f"a record of {fact.id} has no {field.name}",
                    entry.place,
                    expected=f"the field {field.name} ({field.title.en}, {field.title.zh})",
                )
            continue
        try:
            record[field.name] = read_value(f"{fact.id}.{field.name}", given, field)
        except WrongValue as wrong:
            problems.extend([wrong.problem])
    return record if len(problems.found) == before else None
