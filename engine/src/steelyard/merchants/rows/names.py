"""The names of facts in a merchant: nested, dotted, or both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_NAME_FIXES, MAX_SHOWN_NAME


def sections(names: Iterable[str]) -> frozenset[str]:
    """Return the proper prefixes of names at dots."""
    return frozenset(name[:dot] for name in names for dot in range(len(name)) if name[dot] == ".")


@dataclass(slots=True)
class Names:
    """The known names, prepared once for all the merchants of a file.

    `sections` are the proper prefixes of fact names: `quality` for `quality.low_rating_share`.
    """

    declarations: Mapping[str, FactDeclaration]
    sections: frozenset[str]
    _fixes: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, declarations: Mapping[str, FactDeclaration]) -> "Names":
        """Return the names of some declarations."""
        return cls(declarations, sections(declarations))

    def member(self, section: str) -> str:
        """Return the first declared fact of a section."""
        return next(name for name in self.declarations if name.startswith(f"{section}."))

    def fix(self, wrong: str) -> str | None:
        """Return the nearest known name, remembered: a file often repeats one mistake."""
        if wrong not in self._fixes and len(self._fixes) < MAX_NAME_FIXES:
            self._fixes[wrong] = suggest(wrong, self._near(wrong))
        return self._fixes.get(wrong)

    def _near(self, wrong: str) -> set[str]:
        """Return candidates for a correction: facts, and sections other than its own."""
        own = {section for section in self.sections if wrong.startswith(f"{section}.")}
        return {*self.declarations, *self.sections} - own


@dataclass(frozen=True, slots=True)
class Named:
    """One fact as given, with the place of its key."""

    name: str
    key_place: Place
    located: Located


def facts_given(data: Mapping[str, Located], places: Located, names: Names) -> Iterator[Named]:
    """Iterate over every name that the keys of a merchant spell out, in file order.

    A mapping under a name that begins no fact is not entered. Depth is bounded by the loader.
    """
    yield from _walk("", data, places, names)


def _walk(
    prefix: str, data: Mapping[str, Located], parent: Located, names: Names
) -> Iterator[Named]:
    for key, located in data.items():
        name = f"{prefix}{key}"
        if isinstance(located.value, dict) and name in names.sections:
            yield from _walk(f"{name}.", located.value, located, names)
        else:
            yield Named(name, parent.key_place(key), located)


def known_facts(given: Iterator[Named], names: Names, problems: Problems) -> dict[str, Named]:
    """Return the facts that are declared; note unknown names (SY602) and repeats (SY606)."""
    facts: dict[str, Named] = {}
    for named in given:
        if named.name in names.declarations:
            first = facts.setdefault(named.name, named)
            if first is not named:
                what = f"{named.name} is already given at {first.key_place}"
                expected = "every fact once"
                fix = "remove one of the two"
                problems.add("SY606", what, named.key_place, expected=expected, fix=fix)
        elif named.name in names.sections:
            if named.located.value is not None:  # an empty section gives nothing
                what = f"{named.name} is not a fact but the first part of several"
                expected = f"a mapping of facts such as {names.member(named.name)}"
                problems.add("SY602", what, named.key_place, expected=expected)
        else:
            shown = named.name[:MAX_SHOWN_NAME]
            what = f"no fact is called {shown!r}"
            expected = "the name of a declared fact"
            problems.add("SY602", what, named.key_place, expected=expected, fix=names.fix(shown))
    return facts
