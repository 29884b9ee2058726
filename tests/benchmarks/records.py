"""The cost of items over lists of records, as multiples of core items, on every evaluator.

    python tests/benchmarks/records.py --rounds 7

Each rule is the only item of a ruleset; what the ruleset costs without any item is subtracted. The
rules take turns, several rounds; what counts is the median of each round's ratio. Two core items are
the measure: `core/certified-staff` over as many records, and `core/share` of two counts.
"""

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.strategies.columns import facts_in_columns

from steelyard.evaluators import polars, python, reference
from steelyard.pipeline import compile_plan, open_book

TODAY = date(2026, 6, 15)
MERCHANTS, SCALAR_PART = 4000, 200
STORES, STAFF, JOBS, DAYS, CERTIFIED = 12, 36, 200, 60, 36

FACTS = """facts:
  - {id: a.part, type: int, bounds: [0, 1000], unit: count, required: true, TEXTS}
  - {id: a.whole, type: int, bounds: [0, 1000], unit: count, required: true, TEXTS}
  - id: a.stores
    type: records
    required: true
    max_records: 12
    key: [id]
    fields: [{name: id, type: id, TITLE}]
    TEXT
  - id: a.staff
    type: records
    required: true
    max_records: 36
    key: [person]
    fields:
      - {name: person, type: id, TITLE}
      - {name: store, type: id, TITLE}
      - {name: role, type: enum, values: [pharmacist, clerk], TITLE}
      - {name: certificate, type: enum, values: [advisor, nurse], TITLE}
      - {name: valid_to, type: date, bounds: [2026-01-01, 2027-12-31], TITLE}
    TEXT
  - id: a.jobs
    type: records
    required: true
    max_records: 200
    key: [job]
    fields:
      - {name: job, type: id, TITLE}
      - {name: technician, type: id, TITLE}
      - {name: store, type: id, TITLE}
      - {name: start, type: date, bounds: [2026-01-01, 2026-12-31], TITLE}
      - {name: end, type: date, bounds: [2026-01-01, 2026-12-31], TITLE}
      - {name: late, type: bool, required: false, TITLE}
    TEXT
  - id: a.days
    type: records
    required: true
    max_records: 60
    key: [day]
    fields:
      - {name: day, type: date, bounds: [2026-01-01, 2026-12-31], TITLE}
      - {name: late, type: int, unit: count, bounds: [0, 100], TITLE}
    TEXT
"""
RULES = {
    "core/share": "type: core/share, with: {part: a.part, whole: a.whole, at_least: 0.5, "
    "min_whole: 20, points: 1}",
    "core/flat over 36 records": 'a.staff.exists(p, p.certificate == "advisor")',
    "core/flat over 200 records": "a.jobs.all(j, j.start <= j.end)",
    "pharmacist in 12 stores": (
        'a.stores.all(s, a.staff.exists(p, p.store == s.id && p.role == "pharmacist"))'
    ),
    "working days of 200 jobs": 'a.jobs.all(j, working_days(j.start, j.end, "cn") <= 3)',
    "worst 7 of 60 days": "a.days.windows(d, d.day, 7).map(w, w.map(d, d.late).sum()).max(0) < 90",
    "run of 60 days": "a.days.filter(d, d.late > 5).map(d, d.day).longestRun() < 9",
    "technicians of 200 jobs": "a.jobs.map(j, j.technician).distinct().size() >= 3",
    "jobs by store, of 200": "a.jobs.groupBy(j, j.store).all(g, g.size() <= 30)",
    "late jobs by store, of 200, optional": (
        "a.jobs.groupBy(j, j.store).all(g, g.filter(j, has(j.late) && j.late).size() <= 30)"
    ),
    "last 3 of 60 days": "a.days.sortBy(d, d.day).last(3).map(d, d.late).sum() < 20",
}
BASES = ("core/share", "core/flat over 36 records", "core/flat over 200 records")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    plans = {name: plan_of(rule) for name, rule in {"none": None, **RULES}.items()}
    facts = {fact.id: fact for plan in plans.values() for fact in plan.facts}
    people = [merchant(random.Random(number)) for number in range(MERCHANTS)]
    frame = facts_in_columns(facts, people)
    print(f"Polars {pl.__version__} on {pl.thread_pool_size()} threads; {rounds} rounds\n")
    for evaluator, run in (  # each takes the merchants in its own form
        ("reference", lambda plan: by_row(reference.prepare(plan), people[:SCALAR_PART])),
        ("python", lambda plan: by_row(python.prepare(plan), people[:SCALAR_PART])),
        ("polars", lambda plan: by_columns(polars.prepare(plan), frame)),
    ):
        report(evaluator, measure({name: run(plan) for name, plan in plans.items()}, rounds))


def plan_of(rule: str | None):
    """Return the plan of a ruleset that has one item, or none."""
    items = ""
    if rule is not None:
        item = (
            rule
            if rule.startswith("type")
            else f"type: core/flat, with: {{points: 1}}, when: '{rule}'"
        )
        items = f"items:\n  - {{id: it, title: {{en: i, zh: i}}, {item}}}\n"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "facts").mkdir()
        (root / "calendars").mkdir()
        title = "title: {en: t, zh: t}"
        texts = f"{title}, meaning: m, source: none"
        text = f"{title}\n    meaning: m\n    source: none"
        written = FACTS.replace("TEXTS", texts).replace("TEXT", text).replace("TITLE", title)
        (root / "facts" / "facts.yaml").write_text(written)
        (root / "calendars" / "cn.yaml").write_text(
            "calendar: cn\ntitle: {en: c, zh: c}\nweekend: [saturday, sunday]\nperiods:\n"
            "  - {from: 2026-01-01, to: 2026-12-31, source: none, holidays: [2026-05-01]}\n"
        )
        (root / "book.yaml").write_text(
            "book: b\ntitle: {en: b, zh: b}\nindustries: [{id: any, title: {en: a, zh: a}}]\n"
        )
        (root / "rules.yaml").write_text(
            "ruleset: r\nversion: '1'\ntitle: {en: r, zh: r}\neffective: {from: 2026-01-01}\n"
            f"score: {{range: [0, 5], decimals: 0}}\nbase: {{from: fixed, score: 0}}\n{items}"
        )
        return compile_plan(open_book(root), industry="any", as_of=TODAY)


def merchant(source: random.Random) -> dict:
    """Return the facts of a random merchant, with full lists."""
    first = date(2026, 4, 1).toordinal()
    stores = [f"store-{number}" for number in range(STORES)]
    jobs = []
    for number in range(JOBS):
        start = first + source.randrange(60)
        job = {"job": f"job-{number}", "technician": f"t-{source.randrange(20)}"}
        job |= {"store": source.choice(stores), "start": start, "end": start + source.randrange(4)}
        jobs.append(job | ({"late": source.random() < 0.1} if source.random() < 0.9 else {}))
    staff = [
        {
            "person": f"person-{number}",
            "store": stores[number % STORES] if number < STORES else source.choice(stores),
            "role": 0 if number < STORES else 1,
            "certificate": source.randrange(2),
            "valid_to": first + source.randrange(300),
        }
        for number in range(STAFF)
    ]
    days = [{"day": first + number, "late": source.randrange(12)} for number in range(DAYS)]
    return {
        "a.part": source.randrange(100), "a.whole": 100 + source.randrange(100),
        "a.stores": tuple({"id": store} for store in stores),
        "a.staff": tuple(staff), "a.jobs": tuple(jobs), "a.days": tuple(days),
    }  # fmt: skip


def by_row(evaluate: Callable, people: list[dict]) -> Callable[[], None]:
    day = TODAY.toordinal()

    def run() -> None:
        for one in people:
            evaluate(one, day)

    return run


def by_columns(evaluate: Callable, frame: pl.DataFrame) -> Callable[[], None]:
    day = TODAY.toordinal()
    return lambda: evaluate(frame, day)


def measure(runs: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Return the times of every run, in rounds."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    gc.disable()
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    gc.enable()
    return times


def report(evaluator: str, times: dict[str, list[float]]) -> None:
    """Print the cost of each rule as multiples of core items."""
    own = {
        name: [max(cost - none, 1e-9) for cost, none in zip(costs, times["none"], strict=True)]
        for name, costs in times.items()
    }
    print(f"{evaluator:38}" + "".join(f"{base:>28}" for base in BASES))
    for name in RULES:
        ratios = (
            statistics.median(a / b for a, b in zip(own[name], own[base], strict=True))
            for base in BASES
        )
        print(f"  {name:36}" + "".join(f"{ratio:27.1f}x" for ratio in ratios))
    print()


if __name__ == "__main__":
    main()
