"""Which versions of its plugins a book accepts: specifiers of PEP 440 in `book.yaml`.

`plugins: {maternity: ">=0.1, <1"}`. A pre-release counts as any other version, since the installed
version is checked, not chosen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.errors import Place, Problem, Problems
from steelyard.formats import Located


@dataclass(frozen=True, slots=True)
class Accepted:
    """The versions of a plugin that a book accepts, as written, and where that is written."""

    specifier: str
    place: Place


def read_accepted(listed: Located | None, problems: Problems) -> dict[str, Accepted]:
    """Return the specifier of each plugin where `plugins` is a mapping, else none.

    Invalid specifiers are noted (SY327) and left out.
    """
    accepted: dict[str, Accepted] = {}
    if listed is None or not isinstance(listed.value, dict):
        return accepted
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import VERSION_PATTERN

    version = re.compile(VERSION_PATTERN, re.VERBOSE | re.IGNORECASE)
    for name, specifier in listed.value.items():
        text = str(specifier.value)
        try:
            SpecifierSet(text)
        except InvalidSpecifier:
            what = f"{text[:60]!r} is not a valid version specifier for the plugin {name}"
            expected = 'versions as PEP 440 writes them, such as ">=0.1, <1" or "==1.4.*"'
            fix = f'write "=={text}" for this version alone' if version.fullmatch(text) else None
            problems.add("SY327", what, specifier.place, expected=expected, fix=fix)
        else:
            accepted[name] = Accepted(text, specifier.place)
    return accepted


def refused_versions(
    accepted: Mapping[str, Accepted], installed: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    """Return a problem (SY326) for every installed plugin whose version is not accepted.

    `installed` has the distribution and version of each plugin.
    """
    problems = []
    for name, wanted in accepted.items():
        distribution, version = installed.get(name, ("", ""))
        if name in installed and not _accepts(wanted.specifier, version):
            what = f"the book accepts {name} {wanted.specifier}, and {name} "
            what += f"{version or 'without a version'} is installed"
            expected = f"a version of {distribution or name} that fits {wanted.specifier}"
            fix = "install such a version, or accept this one here"
            problems.append(Problem("SY326", what, wanted.place, expected, fix))
    return problems


def _accepts(specifier: str, version: str) -> bool:
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False  # no version of PEP 440, so it is in no range
