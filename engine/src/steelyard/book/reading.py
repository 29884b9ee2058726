"""Reading a book's folder: which files are what, and whether each fits its schema."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from steelyard.book.versions import Accepted, read_accepted
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import Located, read_yaml
from steelyard.formats.scalars import read_date
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.numbers import decimals_of, to_scaled
from steelyard.model.rollout import SHARE_DECIMALS, Rollout
from steelyard.model.texts import Text
from steelyard.plan.structure import LAST_DAY

EXAMPLES = "merchants"  # a folder of example merchants inside a book
FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Label:
    """An industry, shop type or scene that a book knows."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class RulesetFile:
    """One ruleset file, read and of the right shape; its meaning is not yet checked."""

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
    rollout: Rollout | None = None

    @property
    def name(self) -> str:
        """The ruleset's id and version: `maternity@2026.2`."""
        return f"{self.id}@{self.version}"

    @property
    def place(self) -> Place:
        """Where the ruleset is named in its file."""
        return self.part("ruleset").place

    def part(self, key: str) -> Located:
        """Return a top-level value of the file."""
        assert isinstance(self.document.value, dict)
        return self.document.value[key]

    def holds_on(self, day: date) -> bool:
        """Return whether the dates of this version include a day."""
        return self.start <= day <= self.last_day

    @property
    def last_day(self) -> date:
        """The last day on which this version can hold; plans reach no further than `LAST_DAY`."""
        return LAST_DAY if self.until is None else self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Book:
    """A folder of rulesets, all of the right shape."""

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
    places: Mapping[
        str, Place
    ]  # of each key of book.yaml, and of what it lists: industries.general
    size: tuple[str, tuple[int, ...]] | None = None  # a fact, and where each larger size begins
    accepted: Mapping[str, Accepted] = field(default_factory=dict)  # versions of plugins

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


def book_files(folder: Path) -> list[Path]:
    """Return every YAML file that makes up a book, in a fixed order."""
    files = (
        path
        for pattern in ("*.yaml", "*.yml")
        for path in folder.rglob(pattern)
        if EXAMPLES not in path.relative_to(folder).parts
    )
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def read_book(folder: Path) -> Book:
    """Read a book's folder.

    Raises `InvalidInput` with every problem of form in all of its files.
    """
    problems = Problems()
    if not (folder / "book.yaml").is_file():
        what = "has no book.yaml" if folder.is_dir() else "is not a folder"
        problems.add(
            "SY317",
            f"{folder.name or folder} {what}",
            fix="name the folder that holds book.yaml",
        )
        problems.raise_any()
    head: Located | None = None
    rulesets: list[RulesetFile] = []
    facts: dict[str, Located] = {}
    cases: list[Path] = []
    for path in book_files(folder):
        name = path.relative_to(folder).as_posix()
        if name.endswith((".cases.yaml", ".cases.yml")):
            cases.append(path)
            continue
        document = _read(path, name, problems)
        if document is None:
            continue
        if name == "book.yaml":
            head = document if _fits(document, "book", "SY317", problems) else None
        elif name.split("/")[0] == FACTS:
            facts[name] = document
        elif _is_ruleset(document, problems) and _fits(document, "ruleset", "SY301", problems):
            ruleset = _ruleset(document, path, name, problems)
            if ruleset is not None:
                rulesets.append(ruleset)
    _check_names(rulesets, problems)
    if head is None:
        raise InvalidInput(problems)
    book = _book(folder, head, rulesets, facts, cases, problems)
    _check_selects(book, problems)
    problems.raise_any()
    return book


def read_ruleset(path: Path, name: str) -> RulesetFile:
    """Read one ruleset file by itself; places call it `name`.

    Raises `InvalidInput` with every problem of its form.
    """
    problems = Problems()
    document = _read(path, name, problems)
    if (
        document is not None
        and _is_ruleset(document, problems)
        and _fits(document, "ruleset", "SY301", problems)
    ):
        ruleset = _ruleset(document, path, name, problems)
        problems.raise_any()
        if ruleset is not None:
            return ruleset
    raise InvalidInput(problems)


def _read(path: Path, name: str, problems: Problems) -> Located | None:
    try:
        return read_yaml(path, name=name)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None


def _is_ruleset(document: Located, problems: Problems) -> bool:
    """Return whether a file looks like a ruleset at all; note it if not."""
    if isinstance(document.value, dict) and {"ruleset", "effective"} & set(document.value):
        return True
    problems.add(
        "SY301",
        "this is not a ruleset",
        document.place,
        expected="a mapping with `ruleset`, `version`, `title` and `effective`",
        fix=f"facts stand in {FACTS}/, example merchants in {EXAMPLES}/, cases in *.cases.yaml",
    )
    return False


def _fits(document: Located, schema: str, code: str, problems: Problems) -> bool:
    before = len(problems.found)
    validate(document, load_schema(schema), code, problems)  # type: ignore[arg-type]  # a literal
    return len(problems.found) == before


def _ruleset(document: Located, path: Path, name: str, problems: Problems) -> RulesetFile | None:
    top = document.value
    assert isinstance(top, dict)
    dates = _dates(top["effective"], problems)
    if dates is None:
        return None
    selects = top["selects"].plain() if "selects" in top else {}
    ruleset = RulesetFile(
        id=top["ruleset"].plain(),
        version=top["version"].text or str(top["version"].value),
        file=name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        document=document,
        extends=top["extends"].plain() if "extends" in top else None,
        abstract=bool(top["abstract"].value) if "abstract" in top else False,
        industries=_several(selects.get("industry")),
        shop_types=_several(selects.get("shop_type")),
        scene=selects.get("scene"),
        announced=dates.get("announced"),
        start=dates["from"],
        enforced=dates.get("enforced"),
        until=dates.get("until"),
        rollout=_rollout(top, problems),
    )
    if ruleset.scene and ruleset.extends:
        problems.add(
            "SY315",
            "a ruleset of a scene cannot extend another",
            top["extends"].place,
            expected="a scene is laid over whichever ruleset is chosen for the merchant",
            fix="remove `extends`",
        )
    return ruleset


def _rollout(top: Mapping[str, Located], problems: Problems) -> Rollout | None:
    if "rollout" not in top:
        return None
    said = top["rollout"].plain()
    if decimals_of(said["share"]) > SHARE_DECIMALS:
        problems.add(
            "SY301",
            f"the share {said['share']} has more than {SHARE_DECIMALS} decimals",
            top["rollout"].at(("share",)).place,
            expected="a share counted in millionths",
            fix="shorten it",
        )
        return None
    version = top["version"].text or str(top["version"].value)
    return Rollout(
        ruleset=f"{top['ruleset'].value}@{version}",
        share=to_scaled(said["share"], SHARE_DECIMALS),
        salt=said["salt"],
        shadow=said.get("shadow", False),
    )


def _several(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _dates(effective: Located, problems: Problems) -> dict[str, date] | None:
    assert isinstance(effective.value, dict)
    dates: dict[str, date] = {}
    for key, located in effective.value.items():
        day = read_date(located, problems)
        if day is not None:
            dates[key] = day
    if len(dates) < len(effective.value):
        return None
    order = [key for key in ("announced", "from", "enforced", "until") if key in dates]
    in_order = True
    for earlier, later in pairwise(order):
        if dates[earlier] > dates[later] or (later == "until" and dates[earlier] == dates[later]):
            in_order = False
            relation = "not after" if later == "until" else "before"
            problems.add(
                "SY309",
                f"{later} {dates[later]} is {relation} {earlier} {dates[earlier]}",
                effective.value[later].place,
                expected="announced ≤ from ≤ enforced < until",
            )
    return dates if in_order else None


def _check_names(rulesets: list[RulesetFile], problems: Problems) -> None:
    seen: dict[str, RulesetFile] = {}
    starts: dict[tuple[str, date], RulesetFile] = {}
    for ruleset in rulesets:
        duplicate = seen.setdefault(ruleset.name, ruleset)
        if duplicate is not ruleset:
            problems.add(
                "SY302",
                f"{ruleset.name} is declared here and at {duplicate.place}",
                ruleset.place,
                fix="give one of the two another id or version",
            )
            continue
        other = starts.setdefault((ruleset.id, ruleset.start), ruleset)
        if other is not ruleset:
            problems.add(
                "SY307",
                f"{other.name} and {ruleset.name} both take effect on {ruleset.start}",
                ruleset.part("effective").place,
                expected="versions of one ruleset that start on different days",
                fix=f"change `from` here or at {other.part('effective').place}",
            )


def _check_selects(book: Book, problems: Problems) -> None:
    from steelyard.errors import suggest

    for ruleset in book.rulesets:
        known = {
            "industry": (ruleset.industries, book.industry_ids),
            "shop_type": (ruleset.shop_types, book.shop_type_ids),
            "scene": ((ruleset.scene,) if ruleset.scene else (), book.scene_ids),
        }
        for key, (named, ids) in known.items():
            for name in named:
                if name not in ids:
                    problems.add(
                        "SY306",
                        f"book.yaml lists no {key.replace('_', ' ')} called {name!r}",
                        _place_in_selects(ruleset, key, name),
                        expected=f"one of {', '.join(ids)}" if ids else None,
                        fix=suggest(name, ids) or f"list it in book.yaml, under `{_LISTS[key]}`",
                    )


_LISTS = {"industry": "industries", "shop_type": "shop_types", "scene": "scenes"}


def _place_in_selects(ruleset: RulesetFile, key: str, name: str) -> Place:
    selects = ruleset.part("selects").value
    assert isinstance(selects, dict)
    listed = selects[key].value
    several = listed if isinstance(listed, list) else ()
    return next((one.place for one in several if one.value == name), selects[key].place)


def _book(
    folder: Path,
    head: Located,
    rulesets: list[RulesetFile],
    facts: dict[str, Located],
    cases: list[Path],
    problems: Problems,
) -> Book:
    plain = head.plain()
    top = head.value
    assert isinstance(top, dict)
    places = {key: top[key].place for key in top}
    for key in (*_LISTS.values(), "plugins"):
        for place, name in _listed(top.get(key)):
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
    edges = tuple(size["from"])
    if any(low >= high for low, high in pairwise(edges)):
        problems.add(
            "SY317",
            f"the sizes begin at {', '.join(map(str, edges))}, which does not ascend",
            located.place,
            expected="each number larger than the one before it",
        )
    return size["fact"], edges


def _listed(located: Located | None) -> Iterator[tuple[Place, str]]:
    """Iterate over the names that a list or mapping of book.yaml gives, with their places."""
    if located is not None and isinstance(located.value, dict):
        yield from ((located.key_place(name), name) for name in located.value)
        return
    for entry in located.value if located and isinstance(located.value, list) else ():
        name = entry.value["id"] if isinstance(entry.value, dict) else entry
        yield name.place, str(name.value)
