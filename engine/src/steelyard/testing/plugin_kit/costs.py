"""Checks of what an item costs: nodes of its plan, time to compile it, time to evaluate it.

Times are measured against an item of the core in the same process, so that a verdict does not
depend on the machine; the limits are generous.
"""

import time
from collections.abc import Callable, Iterator

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.draws import draws_of, plans_of
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.trial import Trial, item_text
from steelyard.testing.plugin_kit.verdicts import Figure, Finding

MOST_NODES = 2_000  # of a plan with the item alone; the core's largest example has below a hundred
MOST_TIMES = 20  # as long as the core's item, to compile or to evaluate
RECORDS = 200  # of every list, for the merchant that is evaluated
_TRIES = 5

_TITLE = Text("Staff", "人员")
_PEOPLE = FactDeclaration(
    "baseline.people",
    "records",
    _TITLE,
    "",
    "the kit",
    max_records=RECORDS,
    fields=(
        FieldDeclaration("certificate", "enum", _TITLE, values=("first", "second"), high=1),
        FieldDeclaration("holder_match", "bool", _TITLE, high=1),
        FieldDeclaration("valid_from", "date", _TITLE, low=730_000, high=750_000),
        FieldDeclaration("valid_to", "date", _TITLE, low=730_000, high=750_000),
    ),
)
_ITEM = item_text(
    "core/certified-staff",
    "{records: baseline.people, certificates: [first], per_person: 0.01, max: 0.05}",
)


def plans_are_small(subject: Subject) -> Iterator[Finding]:
    """Yield item types whose plan has too many nodes."""
    for name in subject.item_types:
        nodes = max(len(plan.nodes) for plan in plans_of(subject, name))
        if nodes > MOST_NODES:
            yield f"a plan with one {name} has {nodes} nodes; the most is {MOST_NODES}"
        yield Figure(f"{name}: nodes of a plan, at most", str(nodes))


def compiling_is_quick(subject: Subject) -> Iterator[Finding]:
    """Yield item types that take much longer to compile than an item of the core."""
    baseline = _baseline(subject)
    usual = _least_time(lambda: baseline.compile(_ITEM))
    for name in subject.item_types:
        plans_of(subject, name)
        accepted = {
            draw.parameters: len(draw.made.nodes)
            for draw in draws_of(subject, name)
            if isinstance(draw.made, Plan)
        }
        # a short text can make a large plan, and a long one be slow to read
        slow = dict.fromkeys((max(accepted, key=len), max(accepted, key=accepted.__getitem__)))
        texts = [item_text(name, parameters) for parameters in slow]
        taken = max(_least_time(lambda text=text: subject.trial.compile(text)) for text in texts)
        yield from _times(name, "compile", taken, usual, 1_000, "ms")


def evaluating_is_quick(subject: Subject) -> Iterator[Finding]:
    """Yield item types that take much longer to evaluate than an item of the core."""
    usual = _evaluation(_baseline(subject).compile(_ITEM))
    for name in subject.item_types:
        largest = max(plans_of(subject, name), key=lambda plan: len(plan.nodes))
        yield from _times(name, "evaluate", _evaluation(largest), usual, 1_000_000, "µs")


def _baseline(subject: Subject) -> Trial:
    facts = {_PEOPLE.id: _PEOPLE}
    return Trial(subject.folder, subject.catalogue, facts, subject.trial.industry)


def _evaluation(plan: Plan) -> float:
    """Return the seconds that one merchant with many records takes."""
    from steelyard.evaluators import python
    from steelyard.testing.plugin_kit.merchants import full_merchant
    from steelyard.testing.plugin_kit.trial import AS_OF

    traced, facts = python.prepare(plan), full_merchant(plan.facts, RECORDS)
    return _least_time(lambda: traced(facts, AS_OF.toordinal()))


def _least_time(run: Callable[[], object]) -> float:
    """Return the processor's seconds of the quickest of some runs: other processes do not count.

    The clock is the thread's: where a process has a limit on its time, its own clock is coarse.
    """
    taken: list[float] = []
    for _ in range(_TRIES):
        start = time.thread_time()
        run()
        taken.append(time.thread_time() - start)
    return min(taken)


def _times(
    name: str, verb: str, taken: float, usual: float, scale: int, unit: str
) -> Iterator[Finding]:
    ratio = taken / max(usual, 1e-9)
    if ratio > MOST_TIMES:
        yield (
            f"to {verb} one {name} takes {ratio:.0f} times as long as an item of the core; "
            f"the most is {MOST_TIMES}"
        )
    yield Figure(f"{name}: to {verb}", f"{taken * scale:.3g}", unit)
    yield Figure(f"{name}: to {verb}, beside an item of the core", f"{ratio:.2g}", "times")
