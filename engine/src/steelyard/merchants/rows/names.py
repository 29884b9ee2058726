"""The part of a book that merchants are read against, and the names of facts in a merchant.

Names are nested, dotted, or both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_NAME_FIXES, MAX_SHOWN_NAME


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
    def _fixes(self) -> dict[str, str | None]:
        return {}

    def fix(self, wrong: str) -> str | None:
        """Return the nearest known name, remembered: a file often repeats one mistake."""
        if wrong not in self._fixes and len(self._fixes) < MAX_NAME_FIXES:
            own = {section for section in self.sections if wrong.startswith(f"{section}.")}
            self._fixes[wrong] = suggest(wrong, {*self.declarations, *self.sections} - own)
        return self._fixes.get(wrong)


@dataclass(frozen=True, slots=True)
class Named:
    """One fact as given, with the place of its key."""

    name: str
    key_place: Place
    located: Located


def facts_given(
    data: Mapping[str, Located], parent: Located, known: MerchantSchema, prefix: str = ""
) -> Iterator[Named]:
    """Iterate over every name that the keys of a merchant spell out, in file order.

    `parent` has the places of the keys. A mapping under a name that begins no fact is not entered.
    Depth is bounded by the loader.
    """
    for key, located in data.items():
        name = f"{prefix}{key}"
        if isinstance(located.value, dict) and name in known.sections:
            yield from facts_given(located.value, located, known, f"{name}.")
        else:
            yield Named(name, parent.key_place(key), located)


def known_facts(
    given: Iterator[Named], known: MerchantSchema, problems: Problems
) -> dict[str, Named]:
    """Return the facts that are declared; note unknown names (SY602) and repeats (SY606)."""
    facts: dict[str, Named] = {}
    for named in given:
        if named.name in known.declarations:
            first = facts.setdefault(named.name, named)
            if first is not named:
                what = f"{named.name} is already given at {first.key_place}"
                expected = "every fact once"
                fix = "remove one of the two"
                problems.add("SY606", what, named.key_place, expected=expected, fix=fix)
        elif named.name in known.sections:
            if named.located.value is not None:  # an empty section gives nothing
                what = f"{named.name} is not a fact but the first part of several"
                section = f"{named.name}."
                member = next(name for name in known.declarations if name.startswith(section))
                expected = f"a mapping of facts such as {member}"
                problems.add("SY602", what, named.key_place, expected=expected)
        else:
            shown = named.name[:MAX_SHOWN_NAME]
            what = f"no fact is called {shown!r}"
            expected = "the name of a declared fact"
            problems.add("SY602", what, named.key_place, expected=expected, fix=known.fix(shown))
    return facts
