"""A reader of a book's folder, which checks each file against the schema of its kind.

A book may say which versions of its plugins it accepts, with specifiers of PEP 440:
`plugins: {maternity: ">=0.1, <1"}`. A pre-release counts as any other version, since the installed
version is checked, not chosen.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path, PurePosixPath

from steelyard.book.boards import BOARDS, add_board, check_boards, tiers_of
from steelyard.book.calendars import CALENDARS, add_calendar
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import Located, read_yaml
from steelyard.formats.scalars import read_date
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.arguments import given_path
from steelyard.model.boards import Board
from steelyard.model.calendars import Calendar
from steelyard.model.numbers import decimals_of, to_scaled
from steelyard.model.rollout import SHARE_DECIMALS, Reach, Rollout, RolloutSchedule, RolloutStep
from steelyard.model.texts import Text
from steelyard.plan.structure import LAST_DAY
from steelyard.plugins.discovery.shipped import Shipped

EXAMPLES = "merchants"  # a folder of example merchants inside a book
FACTS = "facts"
CERTIFICATIONS = "certifications"  # of staff; no part of a plan
POLICIES = "dispatch"  # how inquiries are given to agents; no part of a plan
_DATES = ("announced", "from", "enforced", "until")  # in the order that they must have
_LISTS = {"industry": "industries", "shop_type": "shop_types", "scene": "scenes"}


def read_accepted(listed: Located | None, problems: Problems) -> dict[str, Located]:
    """Return the specifier of each plugin; none if `plugins` is not a mapping.

    Note a problem for each invalid specifier (SY327) and leave it out.
    """
    accepted: dict[str, Located] = {}
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
            accepted[name] = specifier
    return accepted


def refused_versions(
    accepted: Mapping[str, Located], installed: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    """Return a problem (SY326) for every installed plugin whose version is not accepted.

    `installed` has the distribution and version of each plugin.
    """
    problems = []
    for name, wanted in accepted.items():
        distribution, version = installed.get(name, ("", ""))
        specifier = str(wanted.value)
        if name in installed and not _accepts(specifier, version):
            what = f"the book accepts {name} {specifier}, and {name} "
            what += f"{version or 'without a version'} is installed"
            expected = f"a version of {distribution or name} that fits {specifier}"
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


@dataclass(frozen=True, slots=True)
class Label:
    """An industry, shop type or scene that a book knows."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class RulesetFile:
    """A ruleset file that fits the schema; its meaning is not yet checked."""

    id: str
    version: str
    file: str
    digest: str
    document: Located
    extends: str | None
    abstract: bool
    industries: tuple[str, ...]
    shop_types: tuple[str, ...]
    scene: str | None
    announced: date | None
    start: date
    enforced: date | None
    until: date | None
    rollout: RolloutSchedule | None = None

    @property
    def name(self) -> str:
        """The ruleset's id and version: `maternity@2026.2`."""
        return f"{self.id}@{self.version}"

    @property
    def place(self) -> Place:
        """The place of the ruleset's name in its file."""
        return self.part("ruleset").place

    def part(self, key: str) -> Located:
        """Return a top-level value of the file."""
        return self.document.mapping[key]

    def holds_on(self, day: date) -> bool:
        """Return whether the dates of this version include a day."""
        return self.start <= day <= self.last_day

    def reach_on(self, day: date) -> Reach:
        """Return whether the version reaches nobody, some or all of its merchants on a day."""
        return "everybody" if self.rollout is None else self.rollout.reach_on(day)

    def rollout_on(self, day: date) -> Rollout:
        """Return the rollout of a version that reaches some merchants on a day."""
        step = None if self.rollout is None else self.rollout.step_on(day)
        assert self.rollout is not None
        assert step is not None
        return Rollout(self.name, step.share, self.rollout.salt, step.shadow)

    @property
    def last_day(self) -> date:
        """The last day on which this version can hold; plans reach no further than `LAST_DAY`."""
        return LAST_DAY if self.until is None else self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Book:
    """A folder of rulesets that all fit the schema."""

    id: str
    folder: Path
    title: Text
    industries: tuple[Label, ...]
    shop_types: tuple[Label, ...]
    scenes: tuple[Label, ...]
    rulesets: tuple[RulesetFile, ...]
    plugins: tuple[str, ...]
    facts_files: Mapping[str, Located]
    cases_files: tuple[Path, ...]
    places: Mapping[str, Place]  # the key in book.yaml and its entry: industries.general
    size: tuple[str, tuple[int, ...]] | None = None  # a fact, and where each larger size begins
    accepted: Mapping[str, Located] = field(default_factory=dict)  # versions of plugins
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    shipped: Shipped | None = field(default=None, compare=False, repr=False)  # rules of plugins
    boards: Mapping[str, Board] = field(default_factory=dict)
    certifications: Mapping[str, Located] = field(default_factory=dict)  # documents by file
    policies: Mapping[str, Located] = field(default_factory=dict)  # the same

    @property
    def industry_ids(self) -> tuple[str, ...]:
        """The industries in declared order."""
        return tuple(label.id for label in self.industries)

    @property
    def shop_type_ids(self) -> tuple[str, ...]:
        """The shop types in declared order; the first is the default."""
        return tuple(label.id for label in self.shop_types)

    @property
    def scene_ids(self) -> tuple[str, ...]:
        """The scenes in declared order."""
        return tuple(label.id for label in self.scenes)


def is_book_file(name: str) -> bool:
    """Return whether a path inside a book's folder names one of its YAML files.

    Hidden files and folders are no part of a book, nor are example merchants. Every reader of a
    book asks this function, whether the files are in a folder or in a revision of a repository.
    """
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith((".", "__")) or part == EXAMPLES for part in parts)
    return not hidden and name.endswith((".yaml", ".yml"))


def book_files(folder: Path) -> list[Path]:
    """Return every YAML file that makes up a book, in a fixed order.

    Raises `InvalidInput` SY317 for a link that leads out of the folder, or to nothing.
    """
    found: list[tuple[str, Path]] = []
    problems = Problems()
    root = folder.resolve()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not is_book_file(name) or path.is_dir():
            continue
        if not (path.is_file() and path.resolve().is_relative_to(root)):
            what = "the file is a link to a file outside the book, or to no file"
            expected = "files of the book itself, so that a copy of its folder is the same book"
            problems.add("SY317", what, Place(name), expected=expected, fix="copy the file here")
            continue
        found.append((name, path))
    problems.raise_any()
    return [path for _, path in sorted(found)]


def read_book(folder: Path) -> Book:
    """Read a book's folder.

    Raises `InvalidInput` with every problem of form in all of its files.
    """
    problems = Problems()
    folder = given_path(folder, "folder")
    if not (folder / "book.yaml").is_file():
        what = "has no book.yaml" if folder.is_dir() else "is not a folder"
        fix = "name the folder that holds book.yaml"
        problems.add("SY317", f"{folder.name or folder} {what}", fix=fix)
        problems.raise_any()
    files = _Files()
    for path in book_files(folder):
        files.add(path, path.relative_to(folder).as_posix(), problems)
    _check_names(files.rulesets, problems)
    if files.head is None:
        raise InvalidInput(problems)
    book = replace(
        _book(folder, files.head, files.rulesets, files.parts[FACTS], files.cases, problems),
        calendars=files.calendars,
        boards=files.boards,
        certifications=files.parts[CERTIFICATIONS],
        policies=files.parts[POLICIES],
    )
    _check_selects(book, problems)
    check_boards(files.board_documents, _known(book), problems)
    problems.raise_any()
    return book


@dataclass(slots=True)
class _Files:
    """The files of a book by kind, as far as they are sound; `head` is that of `book.yaml`."""

    head: Located | None = None
    rulesets: list[RulesetFile] = field(default_factory=list)
    parts: dict[str, dict[str, Located]] = field(
        default_factory=lambda: {FACTS: {}, CERTIFICATIONS: {}, POLICIES: {}}
    )  # documents by folder and file
    cases: list[Path] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    board_documents: list[Located] = field(default_factory=list)

    def add(self, path: Path, name: str, problems: Problems) -> None:
        """Add a file by its name in the book's folder, or note its problems."""
        if name.endswith((".cases.yaml", ".cases.yml")):
            self.cases.append(path)
            return
        document = _read(path, name, problems)
        if document is None:
            return
        kind = name.partition("/")[0]
        if name == "book.yaml":
            fits = validate(document, load_schema("book"), "SY317", problems)
            self.head = document if fits else None
        elif kind in self.parts:
            self.parts[kind][name] = document
        elif kind == CALENDARS:
            add_calendar(document, self.calendars, problems)
        elif kind == BOARDS:
            if add_board(document, self.boards, problems) is not None:
                self.board_documents.append(document)
        else:
            ruleset = _ruleset(document, path, name, problems)
            if ruleset is not None:
                self.rulesets.append(ruleset)


def _known(book: Book) -> dict[str, tuple[str, ...]]:
    """Return the names that boards may use, by the key that lists them."""
    tiers = tiers_of([ruleset.document for ruleset in book.rulesets])
    lists = {"industries": book.industry_ids, "shop_types": book.shop_type_ids}
    return {**lists, "scenes": book.scene_ids, "tiers": tiers}


def read_ruleset(path: Path, name: str) -> RulesetFile:
    """Read one ruleset file by itself; places call it `name`.

    Raises `InvalidInput` with every problem of its form.
    """
    problems = Problems()
    document = _read(path, name, problems)
    ruleset = _ruleset(document, path, name, problems) if document is not None else None
    problems.raise_any()
    assert ruleset is not None
    return ruleset


def _read(path: Path, name: str, problems: Problems) -> Located | None:
    try:
        return read_yaml(path, name=name)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None


def _ruleset(document: Located, path: Path, name: str, problems: Problems) -> RulesetFile | None:
    """Return a ruleset file; note a problem and return None if it does not fit the schema."""
    if not isinstance(document.value, dict) or not {"ruleset", "effective"} & set(document.value):
        what = "this is not a ruleset"
        expected = "a mapping with `ruleset`, `version`, `title` and `effective`"
        fix = f"put facts in {FACTS}/, calendars in {CALENDARS}/, boards in {BOARDS}/, "
        fix += f"certifications in {CERTIFICATIONS}/, policies in {POLICIES}/, example merchants "
        fix += f"in {EXAMPLES}/, cases in *.cases.yaml"
        problems.add("SY301", what, document.place, expected=expected, fix=fix)
        return None
    if not validate(document, load_schema("ruleset"), "SY301", problems):
        return None
    top = document.mapping
    dates = _dates(top["effective"], problems)
    if dates is None:
        return None
    selects = top["selects"].plain() if "selects" in top else {}
    version = top["version"].text or str(top["version"].value)
    ruleset = RulesetFile(
        id=top["ruleset"].plain(),
        version=version,
        file=name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        document=document,
        extends=top["extends"].plain() if "extends" in top else None,
        abstract="abstract" in top and top["abstract"].plain(),
        industries=_several(selects.get("industry")),
        shop_types=_several(selects.get("shop_type")),
        scene=selects.get("scene"),
        announced=dates.get("announced"),
        start=dates["from"],
        enforced=dates.get("enforced"),
        until=dates.get("until"),
        rollout=_rollout(top, dates, problems),
    )
    if ruleset.scene and ruleset.extends:
        what = "a ruleset of a scene cannot extend another"
        expected = "no `extends`; the engine adds a scene on top of the chosen ruleset"
        problems.add("SY315", what, top["extends"].place, expected=expected, fix="remove `extends`")
    return ruleset


def _rollout(
    top: Mapping[str, Located], dates: Mapping[str, date], problems: Problems
) -> RolloutSchedule | None:
    """Return the schedule of a rollout; its first step begins with the version itself."""
    if "rollout" not in top:
        return None
    rollout = top["rollout"].mapping
    changes = rollout["changes"].sequence if "changes" in rollout else ()
    steps = [_step(rollout, dates["from"], problems)]
    for change in changes:
        day = read_date(change.mapping["from"], problems)
        until = dates.get("until")
        if day is not None and (day < dates["from"] or (until is not None and day >= until)):
            what = f"a change of the rollout on {day} is outside the dates of the version"
            expected = f"a day from {dates['from']} on{f' and before {until}' if until else ''}"
            problems.add("SY309", what, change.mapping["from"].place, expected=expected)
        steps.append(_step(change.mapping, day or dates["from"], problems))
    return RolloutSchedule(rollout["salt"].plain(), tuple(steps))


def _step(entry: Mapping[str, Located], start: date, problems: Problems) -> RolloutStep:
    share = entry["share"].plain()
    if decimals_of(share) > SHARE_DECIMALS:
        what = f"the share {share} has more than {SHARE_DECIMALS} decimals"
        expected = "a share counted in millionths"
        problems.add("SY301", what, entry["share"].place, expected=expected, fix="shorten it")
        return RolloutStep(start, 0)
    shadow = "shadow" in entry and bool(entry["shadow"].plain())
    return RolloutStep(start, to_scaled(share, SHARE_DECIMALS), shadow)


def _several(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _dates(effective: Located, problems: Problems) -> dict[str, date] | None:
    """Return the dates of a version by name, or None after noting a problem."""
    before = len(problems.found)
    given = {key: read_date(located, problems) for key, located in effective.mapping.items()}
    dates = {key: day for key in _DATES if (day := given.get(key)) is not None}
    for (earlier, first), (later, second) in pairwise(dates.items()):
        if first > second or (later == "until" and first == second):
            relation = "not after" if later == "until" else "before"
            what = f"{later} {second} is {relation} {earlier} {first}"
            place = effective.at((later,)).place
            problems.add("SY309", what, place, expected="announced ≤ from ≤ enforced < until")
    return dates if len(problems.found) == before else None


def _check_names(rulesets: list[RulesetFile], problems: Problems) -> None:
    """Report rulesets of one name, and versions that take effect on one day."""
    names: dict[str, RulesetFile] = {}
    starts: dict[tuple[str, date], RulesetFile] = {}
    for ruleset in rulesets:
        duplicate = names.setdefault(ruleset.name, ruleset)
        if duplicate is not ruleset:
            what = f"{ruleset.name} is declared here and at {duplicate.place}"
            fix = "give one of the two another id or version"
            problems.add("SY302", what, ruleset.place, fix=fix)
            continue
        other = starts.setdefault((ruleset.id, ruleset.start), ruleset)
        if other is not ruleset:
            what = f"{other.name} and {ruleset.name} both take effect on {ruleset.start}"
            expected = "versions of one ruleset that start on different days"
            fix = f"change `from` here or at {other.part('effective').place}"
            problems.add("SY307", what, ruleset.part("effective").place, expected=expected, fix=fix)


def _check_selects(book: Book, problems: Problems) -> None:
    """Report industries, shop types and scenes that a ruleset selects and book.yaml lacks."""
    for ruleset in book.rulesets:
        scenes = (ruleset.scene,) if ruleset.scene else ()
        for key, names, ids in (
            ("industry", ruleset.industries, book.industry_ids),
            ("shop_type", ruleset.shop_types, book.shop_type_ids),
            ("scene", scenes, book.scene_ids),
        ):
            for name in names:
                if name not in ids:
                    problems.add(
                        "SY306",
                        f"unknown {key.replace('_', ' ')} {name!r}",
                        _place_in_selects(ruleset, key, name),
                        expected=f"one of {', '.join(ids)}" if ids else None,
                        fix=suggest(name, ids) or f"list it in book.yaml, under `{_LISTS[key]}`",
                    )


def _place_in_selects(ruleset: RulesetFile, key: str, name: str) -> Place:
    selected = ruleset.part("selects").mapping[key]
    names = selected.sequence if isinstance(selected.value, list) else ()
    return next((located.place for located in names if located.value == name), selected.place)


def _book(
    folder: Path,
    head: Located,
    rulesets: list[RulesetFile],
    facts: dict[str, Located],
    cases: list[Path],
    problems: Problems,
) -> Book:
    plain, top = head.plain(), head.mapping
    places = {key: located.place for key, located in top.items()}
    for key in (*_LISTS.values(), "plugins"):
        for place, name in _names_in(top.get(key)):
            first = places.setdefault(f"{key}.{name}", place)
            if first is not place:
                what = f"`{key}` lists {name} twice"
                problems.add("SY317", what, place, fix=f"remove it here or at {first}")

    def labels(key: str) -> tuple[Label, ...]:
        return tuple(Label(entry["id"], Text(**entry["title"])) for entry in plain.get(key, []))

    return Book(
        id=plain["book"],
        folder=folder,
        title=Text(**plain["title"]),
        industries=labels("industries"),
        shop_types=labels("shop_types"),
        scenes=labels("scenes"),
        rulesets=tuple(rulesets),
        plugins=tuple(plain.get("plugins", ())),
        facts_files=facts,
        cases_files=tuple(cases),
        places=places,
        size=_size(top.get("size"), problems),
        accepted=read_accepted(top.get("plugins"), problems),
    )


def _size(located: Located | None, problems: Problems) -> tuple[str, tuple[int, ...]] | None:
    if located is None:
        return None
    size = located.plain()
    starts = tuple(size["from"])
    if any(low >= high for low, high in pairwise(starts)):
        what = f"the sizes begin at {', '.join(map(str, starts))}, which is not in ascending order"
        expected = "each number larger than the one before it"
        problems.add("SY317", what, located.place, expected=expected)
    return size["fact"], starts


def _names_in(located: Located | None) -> Iterator[tuple[Place, str]]:
    """Iterate over the names that a list or mapping of book.yaml gives, with their places."""
    if located is None:
        return
    if isinstance(located.value, dict):
        yield from ((located.key_place(name), name) for name in located.value)
        return
    for entry in located.sequence:
        name = entry.value["id"] if isinstance(entry.value, dict) else entry
        yield name.place, str(name.value)
