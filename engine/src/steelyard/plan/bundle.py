"""A bundle: every plan that a released book gives, in one file, with its merchants and days.

The file is JSON Lines. Line 1 is the head: the book, and what reading its merchants needs. Then
follows one line for each period of a kind of merchant, and one line for each plan. A plan's line is
its canonical JSON, whose SHA-256 digest the periods name. The last line is the digest of the rest.
So two bundles are compared line by line, an edited one is noticed, and a reader decodes only the
plans that it needs. Scoring needs no plugin then, and no ruleset.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model.addresses import address_fix
from steelyard.model.facts import FactDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_BUNDLE_BYTES, MAX_PLAN_BYTES, MAX_PLAN_FAULTS
from steelyard.model.rollout import MILLION, Rollout
from steelyard.model.texts import Text
from steelyard.plan.codec import (
    MalformedError,
    canonical_bytes,
    digest_bytes,
    form_of,
    from_json,
)
from steelyard.plan.structure import Plan, PluginUsed
from steelyard.plan.wellformed import fact_faults

FORMAT = "steelyard-bundle/1"

Key = tuple[str, str | None, str | None]
"""An industry, a shop type and a scene."""


@frozen
class BundleLabel:
    """An industry, shop type or scene."""

    id: str
    title: Text


@frozen
class BundleSize:
    """The fact that orders merchants by size, and where each larger size begins."""

    fact: str
    starts: tuple[int, ...]


@frozen
class BundleHead:
    """The book of a bundle: what reading merchants needs, and how many lines follow."""

    format: str
    book: str
    title: Text
    industries: tuple[BundleLabel, ...]
    shop_types: tuple[BundleLabel, ...]
    scenes: tuple[BundleLabel, ...]
    plugins: tuple[PluginUsed, ...]
    periods: int
    plans: int
    facts: tuple[FactDeclaration, ...]
    size: BundleSize | None = None


@frozen
class BundlePeriod:
    """The plan of a kind of merchant from one day to another, both included.

    `plan` is the digest of a plan's line. During a rollout, `inside` is the digest of the plan for
    the merchants of the share. A bundle that was not released may lack rules, and so a digest.
    """

    industry: str
    first_day: str
    last_day: str
    shop_type: str | None = None
    scene: str | None = None
    plan: str | None = None
    rollout: Rollout | None = None
    inside: str | None = None

    @property
    def key(self) -> Key:
        """The kind of merchant and the scene."""
        return self.industry, self.shop_type, self.scene

    def holds_on(self, day: date) -> bool:
        """Return whether the period includes a day."""
        return self.first_day <= day.isoformat() <= self.last_day


def for_kind(
    plan: Plan,
    industry: str,
    shop_type: str | None,
    scene: str | None,
    rollout: Rollout | None,
) -> Plan:
    """Return a plan that names what it was selected for; nothing else in it depends on that."""
    labels = (("industry", industry), ("shop_type", shop_type))
    chosen = tuple((key, value) for key, value in labels if value)
    return replace(plan, selection=chosen, scene=scene, rollout=rollout)


def for_anybody(plan: Plan) -> Plan:
    """Return a plan without what it was selected for."""
    return replace(plan, selection=(), scene=None, rollout=None)


@dataclass(frozen=True)
class Bundle:
    """The head, the periods, and the line of every plan by its digest."""

    name: str
    head: BundleHead
    periods: tuple[BundlePeriod, ...]
    lines: Mapping[str, bytes]

    @cached_property
    def _periods(self) -> Mapping[Key, list[BundlePeriod]]:
        periods: dict[Key, list[BundlePeriod]] = {}
        for period in self.periods:
            periods.setdefault(period.key, []).append(period)
        return periods

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        return {}

    def period_of(
        self, industry: str, shop_type: str | None, scene: str | None, day: date
    ) -> BundlePeriod | None:
        """Return the period of a kind of merchant that includes a day, None without rules."""
        periods = self._periods.get((industry, shop_type, scene), ())
        return next((period for period in periods if period.holds_on(day)), None)

    def plan_in(self, period: BundlePeriod, name: str) -> Plan:
        """Return a plan of a period.

        Raises `InvalidInput` as `plan`, and SY505 if the plan ends or begins within the period.
        """
        plan = self.plan(name)
        first, last = plan.dates.first_day.isoformat(), plan.dates.last_day.isoformat()
        if not first <= period.first_day <= period.last_day <= last:
            place = Place(self.name, 2 + self.periods.index(period))
            what = f"the period's plan holds from {first} to {last}"
            expected = f"from {period.first_day} to {period.last_day}; it was edited"
            raise _refused(place, what, expected)
        rollout = period.rollout if name == period.inside else None
        if rollout is not None and rollout.ruleset not in {layer.name for layer in plan.layers}:
            what = f"the rollout is that of {rollout.ruleset[:60]!r}, which its plan does not have"
            raise _refused(Place(self.name, 2 + self.periods.index(period)), what)
        return plan

    def plan(self, name: str) -> Plan:
        """Return the plan with a digest. Raises `InvalidInput` SY505 if its line is not a plan."""
        if name not in self._plans:
            line = 2 + len(self.periods) + list(self.lines).index(name)
            place = Place(self.name, line)
            try:
                plan = from_json(orjson.loads(self.lines[name]))
            except InvalidInput as error:
                raise InvalidInput(
                    replace(problem, code="SY505", place=place) for problem in error.problems
                ) from None
            except orjson.JSONDecodeError as error:
                raise _refused(place, f"the line is not JSON: {error.msg}") from None
            declared = {fact.id: fact for fact in self.head.facts}
            for fact in plan.facts:
                if declared.get(fact.id) != fact:
                    what = f"the head declares {fact.id} otherwise than the plan in line {line}"
                    raise _refused(Place(self.name, 1), what, "one declaration; it was edited")
            self._plans[name] = plan
        return self._plans[name]


def bundle_bytes(head: BundleHead, periods: tuple[BundlePeriod, ...], plans: list[Plan]) -> bytes:
    """Return the content of a bundle; `plans` are those that the periods name, without a kind."""
    encode = form_of(BundlePeriod).encode
    encode_head = form_of(BundleHead).encode
    assert encode is not None
    assert encode_head is not None
    lines = [_line(encode_head(head)), *(_line(encode(period)) for period in periods)]
    content = b"".join(b"%s\n" % line for line in [*lines, *map(canonical_bytes, plans)])
    return content + seal(content)


def seal(content: bytes) -> bytes:
    """Return the last line of a bundle: the digest of all lines before it."""
    return b"%s\n" % _line({"digest": digest_bytes(content)})


def _line(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def is_bundle(path: Path) -> bool:
    """Return whether the head of a file says that it is a bundle, of whichever format."""
    try:
        with path.open("rb") as file:
            head = orjson.loads(file.readline(MAX_PLAN_BYTES))
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(head, dict) and str(head.get("format")).startswith("steelyard-bundle/")


def read_bundle(path: Path) -> Bundle:
    """Read a bundle; its plans are decoded and checked when they are asked for.

    Raises `InvalidInput`: SY101, SY102, or SY505 for a file that is not a bundle.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BUNDLE_BYTES + 1)
    except (OSError, ValueError) as error:
        what = f"the bundle cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InvalidInput([Problem("SY101", what, Place(name), fix=address_fix(path))]) from None
    if len(content) > MAX_BUNDLE_BYTES:
        what = f"the bundle has more than {MAX_BUNDLE_BYTES} bytes"
        raise InvalidInput([Problem("SY102", what, Place(name))])
    lines = content.split(b"\n")
    head = _decoded(lines[0], BundleHead, Place(name, 1))
    body = content[: content.rfind(b"\n", 0, -1) + 1]
    if content[len(body) :] != seal(body):
        what = "the bundle was edited or cut short"
        expected = "the digest of all lines before it in the last line"
        raise _refused(Place(name, max(1, len(lines) - 1)), what, expected)
    rest = lines[1:-2]
    if min(head.periods, head.plans) < 0 or len(rest) != head.periods + head.plans:
        what = f"the bundle has {len(rest)} lines between its head and its digest"
        expected = f"{head.periods} periods and {head.plans} plans, each a line"
        raise _refused(Place(name, 1), what, expected)
    periods = tuple(
        _decoded(line, BundlePeriod, Place(name, number))
        for number, line in enumerate(rest[: head.periods], 2)
    )
    plans = {digest_bytes(line): line for line in rest[head.periods :]}
    problems = [_problem(Place(name, 1), what) for what in _head_faults(head)]
    problems.extend(_period_faults(name, head, periods, plans))
    if problems:
        raise InvalidInput(problems[:MAX_PLAN_FAULTS])
    return Bundle(name, head, periods, plans)


def _decoded(line: bytes, kind: type, place: Place) -> Any:  # noqa: ANN401 - an object of `kind`
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _refused(place, f"the line is not JSON: {error.msg}") from None
    if kind is BundleHead and (not isinstance(data, dict) or data.get("format") != FORMAT):
        given = data.get("format") if isinstance(data, dict) else None
        what = f"the file's format is {str(given)[:60]!r}" if given else "the file is not a bundle"
        raise _refused(place, what, f"a file with format {FORMAT!r}, as `steelyard release` writes")
    try:
        return form_of(kind).decode(data)
    except MalformedError as wrong:
        where = ".".join(reversed(wrong.path))
        what = f"{where}: {wrong.what}" if where else wrong.what
        raise _refused(place, what, wrong.expected) from None


def _head_faults(head: BundleHead) -> Iterator[str]:
    """Yield what is wrong with the head, in words."""
    yield from fact_faults(head.facts)
    for word, labels in (
        ("industries", head.industries), ("shop types", head.shop_types), ("scenes", head.scenes)
    ):  # fmt: skip
        names = [label.id for label in labels]
        if len(set(names)) < len(names):
            yield f"two of the {word} have one name"
    if head.size is not None:
        starts = head.size.starts
        if head.size.fact not in {fact.id for fact in head.facts}:
            yield f"the size is of an unknown fact {head.size.fact[:60]!r}"
        if list(starts) != sorted(set(starts)):
            yield "the sizes do not ascend"


def _period_faults(
    name: str,
    head: BundleHead,
    periods: tuple[BundlePeriod, ...],
    plans: Mapping[str, bytes],
) -> Iterator[Problem]:
    """Yield what is wrong with the periods: a plan that is not there, or two for one day."""
    known = {
        "industry": {label.id for label in head.industries},
        "shop_type": {label.id for label in head.shop_types} or {None},
        "scene": {None, *(label.id for label in head.scenes)},
    }
    last: dict[Key, str] = {}
    for number, period in enumerate(periods, 2):
        place = Place(name, number)
        for key, names in known.items():
            if getattr(period, key) not in names:
                yield _problem(place, f"unknown {key} {str(getattr(period, key))[:60]!r}")
        for plan in (period.plan, period.inside):
            if plan is not None and plan not in plans:
                what = f"the bundle has no plan whose digest is {plan[:80]}"
                expected = "a line of the file with this SHA-256 digest; it was edited"
                yield _problem(place, what, expected)
        share = 0 if period.rollout is None else period.rollout.share
        if not 0 <= share <= MILLION:
            yield _problem(place, f"the share of the rollout cannot be {share} millionths")
        if period.plan is None or (period.inside is None) is not (period.rollout is None):
            what = "a period needs a plan, and one inside its rollout if there is one"
            yield _problem(place, what)
        if not (_is_day(period.first_day) and _is_day(period.last_day)):
            yield _problem(place, "a day is not written YYYY-MM-DD")
        elif period.first_day > period.last_day or period.first_day <= last.get(period.key, ""):
            yield _problem(place, "the period overlaps the one before it, or ends before it begins")
        last[period.key] = period.last_day


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _problem(place: Place, what: str, expected: str | None = None) -> Problem:
    return Problem("SY505", what, place, expected)


def _refused(place: Place, what: str, expected: str | None = None) -> InvalidInput:
    return InvalidInput([_problem(place, what, expected)])
