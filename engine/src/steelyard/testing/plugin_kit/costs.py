"""Checks of the cost of an item: nodes of its plan, time to compile it, time to evaluate it.

Times are compared with those of an item of the core in the same process, so that a verdict does not
depend on the machine; the limits are generous.
"""

import time
from collections.abc import Callable, Iterator

from steelyard.evaluators import python
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.merchants import TODAY, full_merchant
from steelyard.testing.plugin_kit.parameters import plans_of
from steelyard.testing.plugin_kit.report import Figure, Finding
from steelyard.testing.plugin_kit.subject import Subject, item_text

MAX_NODES = 2_000  # of a plan with the item alone; the core's largest example has below a hundred
MAX_RATIO = 20  # of the times of the item and of the core's item
RECORDS = 200  # of every list of the evaluated merchant
_TRIES = 5

_TITLE = Text("Staff", "人员")
_PEOPLE = FactDeclaration(
    "baseline.people", "records", _TITLE, "", "the kit", max_records=RECORDS,
    fields=(
        FieldDeclaration("certificate", "enum", _TITLE, values=("first", "second"), high=1),
        FieldDeclaration("holder_match", "bool", _TITLE, high=1),
        FieldDeclaration("valid_from", "date", _TITLE, low=730_000, high=750_000),
        FieldDeclaration("valid_to", "date", _TITLE, low=730_000, high=750_000),
    ),
)  # fmt: skip
_CORE_ITEM = item_text(
    "core/certified-staff",
    "{records: baseline.people, certificates: [first], per_person: 0.01, max: 0.05}",
)


def plans_are_small(subject: Subject) -> Iterator[Finding]:
    """Yield item types whose plan has too many nodes."""
    for name in subject.item_types:
        nodes = max(len(plan.nodes) for plan in plans_of(subject, name).values())
        if nodes > MAX_NODES:
            yield f"a plan with one {name} has {nodes} nodes; the maximum is {MAX_NODES}"
        yield Figure(f"{name}: nodes of a plan, at most", str(nodes))


def compiling_is_quick(subject: Subject) -> Iterator[Finding]:
    """Yield item types that take much longer to compile than an item of the core."""
    core = _min_time(lambda: _core_plan(subject))
    for name in subject.item_types:
        plans = plans_of(subject, name)
        # a short text can make a large plan, and a long text can be slow to read
        slowest = {max(plans, key=len), max(plans, key=lambda text: len(plans[text].nodes))}
        items = [item_text(name, text) for text in sorted(slowest)]
        taken = max(_min_time(lambda item=item: subject.compile(item)) for item in items)
        yield from _compare(name, "compile", taken, core, (1_000, "ms"))


def evaluating_is_quick(subject: Subject) -> Iterator[Finding]:
    """Yield item types that take much longer to evaluate than an item of the core."""
    core = _evaluation_time(_core_plan(subject))
    for name in subject.item_types:
        largest = max(plans_of(subject, name).values(), key=lambda plan: len(plan.nodes))
        yield from _compare(name, "evaluate", _evaluation_time(largest), core, (1_000_000, "µs"))


def _core_plan(subject: Subject) -> Plan:
    return subject.compile(_CORE_ITEM, {_PEOPLE.id: _PEOPLE})


def _evaluation_time(plan: Plan) -> float:
    """Return the seconds that a merchant with many records takes."""
    evaluate, facts = python.prepare(plan), full_merchant(plan.facts, RECORDS)
    return _min_time(lambda: evaluate(facts, TODAY))


def _min_time(run: Callable[[], object]) -> float:
    """Return the thread's processor seconds of the quickest of some runs."""
    times: list[float] = []
    for _ in range(_TRIES):
        start = time.thread_time()
        run()
        times.append(time.thread_time() - start)
    return min(times)


def _compare(
    name: str, verb: str, taken: float, core: float, unit: tuple[int, str]
) -> Iterator[Finding]:
    ratio = taken / max(core, 1e-9)
    if ratio > MAX_RATIO:
        yield (
            f"to {verb} one {name} takes {ratio:.0f} times as long as an item of the core; "
            f"the maximum is {MAX_RATIO}"
        )
    yield Figure(f"{name}: to {verb}", f"{taken * unit[0]:.3g}", unit[1])
    yield Figure(f"{name}: to {verb}, beside an item of the core", f"{ratio:.2g}", "times")
