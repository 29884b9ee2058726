"""Reader of merchant files, and of merchants in other files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import MERCHANT_LIMITS, Located, parse_document, read_document
from steelyard.merchants.rows.merchants import Duplicate, Merchant, MerchantFile, Reject, Value
from steelyard.merchants.rows.values import (
    WrongValue,
    read_label,
    read_name,
    read_records,
    read_value,
)
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_NAME_FIXES, MAX_SHOWN_NAME
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text

LIST_KEY = "merchants"
_LABEL_TITLES = {
    "merchant": Text("Merchant", "商家"),
    "industry": Text("Industry", "行业"),
    "shop_type": Text("Shop type", "店铺类型"),
}
LABELS = tuple(_LABEL_TITLES)
STANDARD_INPUT = "standard input"


@dataclass(frozen=True)
class MerchantSchema:
    """The facts, industries and shop types of a book; the first shop type is the default."""

    facts: tuple[FactDeclaration, ...]
    industries: tuple[str, ...]
    shop_types: tuple[str, ...]

    def __getstate__(self) -> dict[str, object]:
        # without the cached properties
        names = ("facts", "industries", "shop_types")
        return {name: getattr(self, name) for name in names}

    @cached_property
    def declarations(self) -> Mapping[str, FactDeclaration]:
        """The facts by name."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def sections(self) -> frozenset[str]:
        """The proper prefixes of fact names: `quality` for `quality.low_rating_share`."""
        names = self.declarations
        return frozenset(
            name[:dot] for name in names for dot in range(len(name)) if name[dot] == "."
        )

    @cached_property
    def titles(self) -> Mapping[str, tuple[str, ...]]:
        """The names that each title stands for, in either language."""
        own = {name: fact.title for name, fact in self.declarations.items()}
        found: dict[str, tuple[str, ...]] = {}
        for name, title in {**_LABEL_TITLES, **own}.items():
            for text in {title.en: None, title.zh: None}:
                found[text] = (*found.get(text, ()), name)
        return found

    def names_of(self, header: str) -> tuple[str, ...]:
        """Return the facts and labels with a title, or the text itself if it is no title."""
        if header in self.declarations or header in LABELS or header in self.sections:
            return (header,)
        return self.titles.get(header, (header,))

    def has_labels(self, headers: Iterable[str]) -> bool:
        """Return whether headers name the columns that every table of merchants has."""
        names = {name for header in headers for name in self.names_of(header)}
        return {"merchant", "industry"} <= names

    @cached_property
    def _fixes(self) -> dict[str, str | None]:
        return {}

    def fix(self, wrong: str) -> str | None:
        """Return the nearest known name, remembered: a file often repeats one mistake."""
        if wrong not in self._fixes and len(self._fixes) < MAX_NAME_FIXES:
            own = {section for section in self.sections if wrong.startswith(f"{section}.")}
            self._fixes[wrong] = suggest(wrong, {*self.declarations, *self.sections} - own)
        return self._fixes.get(wrong)


def read_merchants(
    source: Path | str, known: MerchantSchema, *, name: str | None = None
) -> MerchantFile:
    """Read every merchant of a file (`Path`) or of a text such as standard input (`str`).

    A file is one merchant, a list of merchants, or `merchants:` with a list. Raises `InvalidInput`
    (SY1xx, SY601) where the file as a whole cannot be read; a wrong row becomes a `Reject`.
    """
    if isinstance(source, Path):
        document = read_document(source, name=name, limits=MERCHANT_LIMITS)
    else:
        document = parse_document(source, name or STANDARD_INPUT, MERCHANT_LIMITS)
    listed = _rows(document)
    rows = [document] if listed is None else listed
    read = [read_row(row, located, known) for row, located in enumerate(rows, 1)]
    read = _reject_duplicates(read, rows)
    return MerchantFile(
        merchants=tuple(row for row in read if isinstance(row, Merchant)),
        rejects=tuple(row for row in read if isinstance(row, Reject)),
        several=listed is not None,
    )


def merchant_from_mapping(data: Located, known: MerchantSchema) -> Merchant:
    """Return the merchant that a mapping describes. Raises `InvalidInput` with every problem."""
    read = read_row(1, data, known)
    if isinstance(read, Reject):
        raise InvalidInput(read.problems)
    return read


def _rows(document: Located) -> list[Located] | None:
    """Return the rows of a list of merchants, or None if the document is one merchant."""
    value = document.value
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        _not_merchants("the file is neither a mapping nor a list", document)
    if LIST_KEY not in value:
        return None
    listed = value[LIST_KEY]
    if not isinstance(listed.value, list):
        _not_merchants(f"`{LIST_KEY}` is not a list", listed)
    problems = Problems()
    for key in value:
        if key != LIST_KEY:
            what = f"the key {key[:80]!r} is next to `{LIST_KEY}`"
            expected = f"`{LIST_KEY}` alone"
            fix = "move it into each merchant"
            problems.add("SY601", what, document.key_place(key), expected=expected, fix=fix)
    problems.raise_any()
    return listed.value


def _not_merchants(what: str, located: Located) -> NoReturn:
    expected = "a mapping with `merchant`, `industry` and facts, or a list of such mappings"
    raise InvalidInput([Problem("SY601", what, located.place, expected)])


def read_row(row: int, located: Located, known: MerchantSchema) -> Merchant | Reject:
    """Return the merchant of a row, or why it is rejected."""
    problems = Problems()
    if not isinstance(located.value, dict):
        expected = "a mapping with `merchant`, `industry` and facts"
        problems.add("SY601", "this is not a mapping", located.place, expected=expected)
        return Reject(None, row, tuple(problems))
    data = dict(located.value)
    name = read_name(data.pop("merchant", None), located, problems)
    industry = read_label(
        "industry", data.pop("industry", None), located, known.industries, problems
    )
    shop_type = read_label(
        "shop_type", data.pop("shop_type", None), located, known.shop_types, problems
    )
    given: dict[str, tuple[Place, Located]] = {}
    for fact, entry in _given_facts(data, located, known, problems):
        first = given.setdefault(fact, entry)
        if first is not entry:
            what, expected = f"{fact} is already given at {first[0]}", "every fact once"
            fix = "remove one of the two"
            problems.add("SY606", what, entry[0], expected=expected, fix=fix)
    facts: dict[str, Value] = {}
    declarations = known.declarations
    for key, label in (("industry", industry), ("shop_type", shop_type)):
        if label is not None and key in declarations and label in declarations[key].values:
            facts[key] = declarations[key].values.index(label)
    for fact, (_, given_value) in given.items():
        value = _value(given_value, declarations[fact], problems)
        if value is not None:
            facts[fact] = value
    for fact, (_, given_value) in given.items():
        _check_at_most(declarations[fact], facts, declarations, given_value, problems)
    if problems.found or name is None or industry is None:
        ordered = sorted(problems.found, key=lambda problem: (problem.place is None, problem.place))
        return Reject(name, row, tuple(ordered))
    return Merchant(name, industry, shop_type, facts, row, located.place)


def _given_facts(
    data: Mapping[str, Located],
    parent: Located,
    known: MerchantSchema,
    problems: Problems,
    prefix: str = "",
) -> Iterator[tuple[str, tuple[Place, Located]]]:
    """Iterate over the declared facts that the keys of a merchant spell out, in file order.

    `parent` has the places of the keys. Unknown names are noted (SY602); a mapping under a name
    that begins no fact is not entered. Depth is bounded by the loader.
    """
    for key, located in data.items():
        name, place = f"{prefix}{key}", parent.key_place(key)
        if isinstance(located.value, dict) and name in known.sections:
            yield from _given_facts(located.value, located, known, problems, f"{name}.")
        elif name in known.declarations:
            yield name, (place, located)
        elif name not in known.sections:
            shown = name[:MAX_SHOWN_NAME]
            what = f"unknown fact {shown!r}"
            expected = "the name of a declared fact"
            problems.add("SY602", what, place, expected=expected, fix=known.fix(shown))
        elif located.value is not None:  # an empty section has no facts
            what = f"{name} is not a fact but the first part of several"
            member = next(fact for fact in known.declarations if fact.startswith(f"{name}."))
            expected = f"a mapping of facts such as {member}"
            problems.add("SY602", what, place, expected=expected)


def _value(located: Located, fact: FactDeclaration, problems: Problems) -> Value | None:
    if located.value is None:
        return None
    if fact.type == "records":
        return read_records(located, fact, problems)
    try:
        value = read_value(fact.id, located, fact)
    except WrongValue as wrong:
        problems.extend([wrong.problem])
        return None
    assert not isinstance(value, str)  # only fields of records are texts
    return value


def _check_at_most(
    fact: FactDeclaration,
    facts: Mapping[str, Value],
    declarations: Mapping[str, FactDeclaration],
    located: Located,
    problems: Problems,
) -> None:
    other = declarations.get(fact.at_most or "")
    if other is None or fact.id not in facts or other.id not in facts:
        return
    value, limit = facts[fact.id], facts[other.id]
    assert isinstance(value, int)
    assert isinstance(limit, int)
    if value * 10**other.decimals > limit * 10**fact.decimals:
        what = f"{fact.id} is {format_scaled(value, fact.decimals, trim=True)}, more than "
        what += f"{other.id}, which is {format_scaled(limit, other.decimals, trim=True)}"
        problems.add("SY609", what, located.place, expected=f"at most {other.id}")


def _reject_duplicates(
    read: list[Merchant | Reject], rows: list[Located]
) -> list[Merchant | Reject]:
    """Reject every merchant whose name another row also has."""
    duplicates: dict[str, Duplicate] = {}
    for result in read:
        if result.name is not None:
            duplicates.setdefault(result.name, Duplicate()).add("", result.row)
    for index, result in enumerate(read):
        name, value = result.name, rows[result.row - 1].value
        if name is not None and duplicates[name].count > 1 and isinstance(value, dict):
            problem = duplicates[name].problem(name, value["merchant"].place)
            before = result.problems if isinstance(result, Reject) else ()
            read[index] = Reject(name, result.row, (problem, *before))
    return read
