"""Scoring millions in memory: the Polars evaluator against its peers, in one run.

    pip install zen-engine rule-engine
    python tests/benchmarks/columnar.py --rows 1000000,5000000 --rounds 5

Every contender scores the same merchants with the same 20-item scorecard (`scorecard.py`), and all
must agree. Contenders take turns, several rounds; what counts is the median of each round's ratio.

- steelyard, full trace: every value that the plan's structure names: each item's outcome, points
  before and after every cap, every requirement, groups, caps, score
- steelyard, items: each item's outcome, points and points before caps, and the score
- Polars by hand: the same outcomes and points for this one scorecard, as a skilled person writes
  it: integers, one lazy query, streaming or in memory, whichever is faster here
- Polars by hand, light: points before caps and the score, no outcomes, no cuts
- NumPy, in OpenFisca's style: a formula per variable over whole arrays, in doubles, cached by name
- zen-engine and rule-engine: merchant by merchant on a sample; their cost is extrapolated
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import scorecard
from tests.benchmarks.scalar import rule_engine_contender, zen_contender

from steelyard.evaluators import polars
from steelyard.pipeline import compile_plan, open_book

TODAY = date(2026, 6, 15)
SAMPLE = 2000
AWARDED, NOT_MET, NOT_ASSESSED, SUPERSEDED = 0, 1, 3, 6
UNIT = 10**6  # points have six decimals here
FLATS = [f"flat-{n}" for n in range(len(scorecard.FLAT))]
ITEMS = [*FLATS, *(f"step-{n}" for n in range(len(scorecard.STEPS))),
         *(f"share-{n}" for n in range(len(scorecard.SHARES))),
         *(f"curve-{n}" for n in range(len(scorecard.CURVES)))]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1000000,5000000")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    plan = bench_plan()
    print(
        f"Polars {pl.__version__} on {pl.thread_pool_size()} threads, NumPy {np.__version__}; "
        f"20 items, {len(plan.nodes)} nodes, {given.rounds} rounds\n"
    )
    slow = by_row()
    for rows in map(int, given.rows.split(",")):
        run(plan, rows, given.rounds, slow)


def bench_plan():
    with tempfile.TemporaryDirectory() as folder:
        opened = open_book(scorecard.write_book(Path(folder) / "book"))
        return compile_plan(opened, industry="any", as_of=TODAY)


def population(rows: int) -> pl.DataFrame:
    """Integers as a plan reads them, in the distribution of `scorecard.merchants`."""
    source = np.random.default_rng(7)
    columns = {f"b.s{n}": source.integers(3000, 10001, rows, dtype=np.int32) for n in range(10)}
    columns |= {f"b.c{n}": source.integers(0, 201, rows, dtype=np.int32) for n in range(10)}
    columns["b.base"] = source.integers(300, 501, rows, dtype=np.int32)
    return pl.DataFrame(columns)


def run(plan, rows: int, rounds: int, slow: dict[str, float]) -> None:
    facts = population(rows)
    doubles = {
        name[2:]: column.to_numpy() / (1 if name[2] == "c" else 100 if name == "b.base" else 10**4)
        for name, column in zip(facts.columns, facts.get_columns(), strict=True)
    }
    day = TODAY.toordinal()
    items = sorted(
        {one for item in plan.items for one in (item.outcome, item.points, item.earned)}
        | {plan.total.score}
    )
    trace, parts = polars.prepare(plan), polars.prepare(plan, items)
    engine = faster_engine(facts)
    contenders: dict[str, Callable[[], object]] = {
        "steelyard, full trace": lambda: trace(facts, day),
        "steelyard, items": lambda: parts(facts, day),
        f"Polars by hand ({engine})": lambda: by_hand(facts.lazy()).collect(engine=engine),
        "Polars by hand, light": lambda: light(facts.lazy()).collect(engine=engine),
        "NumPy, OpenFisca's style": lambda: Simulation(doubles).all(),
    }
    check(plan, contenders)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, function in contenders.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    hand = times[f"Polars by hand ({engine})"]
    ours = times["steelyard, full trace"]
    print(
        f"{rows:,} merchants{'':13}{'ns each':>10}{'M a second':>12}{'vs by hand':>12}{'vs ours':>10}"
    )
    for name, found in times.items():
        each = statistics.median(found) / rows
        print(
            f"{name:32}{each * 1e9:10.1f}{1e-6 / each:12.2f}"
            f"{ratio(found, hand):12.2f}{ratio(found, ours):10.2f}"
        )
    our_cost = statistics.median(ours) / rows
    for name, each in slow.items():
        print(
            f"{name:32}{each * 1e9:10.0f}{'':24}{each / our_cost:10,.0f}  (from {SAMPLE} merchants)"
        )
    print()


def ratio(times: list[float], base: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(times, base, strict=True))


def by_row() -> dict[str, float]:
    """Seconds a merchant of the engines that take one merchant at a time."""
    people = scorecard.merchants(SAMPLE)
    found = {}
    for name, function in (
        ("zen-engine", zen_contender()),
        ("rule-engine", rule_engine_contender()),
    ):
        function(people[0])
        start = time.perf_counter()
        for one in people:
            function(one)
        found[name] = (time.perf_counter() - start) / SAMPLE
    return found


def check(plan, contenders: dict[str, Callable[[], object]]) -> None:
    """By hand and ours agree on every outcome and point; doubles on all but ties of the score."""
    trace = contenders["steelyard, full trace"]()
    name = next(one for one in contenders if one.startswith("Polars by hand ("))
    hand = contenders[name]()
    for item in plan.items:
        for field, node in (
            ("outcome", item.outcome),
            ("points", item.points),
            ("earned", item.earned),
        ):
            ours, theirs = trace[f"v{node}"], hand[f"{item.id}:{field}"]
            assert (ours == theirs).all(), (item.id, field)
    assert (trace[f"v{plan.total.score}"] == hand["score"]).all()
    score = trace[f"v{plan.total.score}"].to_numpy()
    floats = contenders["NumPy, OpenFisca's style"]()["score"]
    far = np.abs(score / 100 - floats) > 0.0101
    assert not far.any()
    different = int((np.abs(score / 100 - floats) > 0.001).sum())
    print(f"NumPy: {different:,} of {len(score):,} scores differ by 0.01 (binary floats)")


def points(value: float) -> pl.Expr:
    return pl.lit(round(value * UNIT), pl.Int32)


def earned_by_hand() -> tuple[list[pl.Expr], list[pl.Expr]]:
    """Points before caps, and outcomes, of the 20 items."""
    nothing = pl.lit(0, pl.Int32)
    earned: list[pl.Expr] = []
    outcomes: list[pl.Expr] = []

    def outcome(met: pl.Expr) -> pl.Expr:
        return pl.when(met).then(pl.lit(AWARDED, pl.Int32)).otherwise(pl.lit(NOT_MET, pl.Int32))

    for n, (s, c, share, count, worth) in enumerate(scorecard.FLAT):
        met = (pl.col(f"b.s{s}") >= round(share * 10**4)) & (pl.col(f"b.c{c}") >= count)
        earned.append(pl.when(met).then(points(worth)).otherwise(nothing).alias(f"flat-{n}:earned"))
        outcomes.append(outcome(met).alias(f"flat-{n}:outcome"))
    for n, (s, *steps) in enumerate(scorecard.STEPS):
        value = pl.col(f"b.s{s}")
        (low, a), (middle, b), (high, c) = [(round(at * 10**4), worth) for at, worth in steps]
        earned.append(
            pl.when(value >= high).then(points(c)).when(value >= middle).then(points(b))
            .when(value >= low).then(points(a)).otherwise(nothing).alias(f"step-{n}:earned")
        )  # fmt: skip
        outcomes.append(outcome(value >= low).alias(f"step-{n}:outcome"))
    for n, (part, whole, share, sample, worth) in enumerate(scorecard.SHARES):
        enough = pl.col(f"b.c{whole}") >= sample
        met = pl.col(f"b.c{part}") * 100 >= pl.col(f"b.c{whole}") * round(share * 100)
        earned.append(
            pl.when(enough & met).then(points(worth)).otherwise(nothing).alias(f"share-{n}:earned")
        )
        outcomes.append(
            pl.when(enough).then(outcome(met)).otherwise(pl.lit(NOT_ASSESSED, pl.Int32))
            .alias(f"share-{n}:outcome")
        )  # fmt: skip
    for n, (s, low, high, worth) in enumerate(scorecard.CURVES):
        start, end = round(low * 10**4), round(high * 10**4)
        slope = round(worth * UNIT) // (end - start)  # divides evenly here
        value = (pl.col(f"b.s{s}").clip(start, end) - start) * slope
        earned.append(value.cast(pl.Int32).alias(f"curve-{n}:earned"))
        outcomes.append(outcome(pl.col(f"b.s{s}") > start).alias(f"curve-{n}:outcome"))
    return earned, outcomes


def kept(cap: pl.Expr, names: list[str], field: str, result: str) -> tuple[list[pl.Expr], pl.Expr]:
    """What a cap leaves of each item, taking from the last first; and their sum before it."""
    before: pl.Expr = pl.lit(0, pl.Int32)
    left: list[pl.Expr] = []
    for name in names:
        own = pl.col(f"{name}:{field}")
        room = pl.max_horizontal(cap - before, pl.lit(0, pl.Int32))
        left.append(pl.min_horizontal(own, room).alias(f"{name}:{result}"))
        before = before + own
    return left, before


def by_hand(lazy: pl.LazyFrame) -> pl.LazyFrame:
    """Outcomes and points of every item, and the score."""
    earned, outcomes = earned_by_hand()
    lazy = lazy.with_columns(earned + outcomes)
    best = list(scorecard.BEST_OF)
    top = pl.max_horizontal(f"{name}:earned" for name in best)
    # the first of the best counts
    chosen = []
    taken: pl.Expr = pl.lit(False)
    for name in best:
        awarded = pl.col(f"{name}:outcome") == AWARDED
        wins = awarded & (pl.col(f"{name}:earned") == pl.col("top")) & ~taken
        chosen += [
            pl.when(wins).then(f"{name}:earned").otherwise(pl.lit(0, pl.Int32)).alias(f"{name}:kept"),
            pl.when(awarded & ~wins).then(pl.lit(SUPERSEDED, pl.Int32)).otherwise(f"{name}:outcome")
            .alias(f"{name}:outcome"),
        ]  # fmt: skip
        taken = taken | wins
    group_cap, total_cap = points(scorecard.GROUP_CAP), points(scorecard.TOTAL_CAP)
    flats, _ = kept(group_cap, FLATS, "earned", "kept")
    rest = [name for name in ITEMS if name not in FLATS and name not in best]
    lazy = lazy.with_columns(top.alias("top")).with_columns(
        *chosen, *flats, *(pl.col(f"{name}:earned").alias(f"{name}:kept") for name in rest)
    )
    capped, total = kept(total_cap, ITEMS, "kept", "capped")
    bonus = pl.min_horizontal(total, total_cap).alias("bonus")
    lazy = lazy.with_columns(*capped, bonus)
    # scores have two decimals, points six; a base inside the range needs only the ceiling
    room = (scorecard.HIGH * 100 - pl.col("b.base")) * 10**4
    left, _ = kept(room, ITEMS, "capped", "points")
    score = (pl.col("b.base") * 10**4 + pl.min_horizontal("bonus", room) + 5000) // 10**4
    return lazy.select(
        score.cast(pl.Int32).alias("score"),
        *left,
        *(f"{name}:earned" for name in ITEMS),
        *(f"{name}:outcome" for name in ITEMS),
    )


def light(lazy: pl.LazyFrame) -> pl.LazyFrame:
    """Points before caps, and the score; no outcomes, nobody's cuts."""
    earned, _ = earned_by_hand()
    rest = [n for n in ITEMS if n not in FLATS and n not in scorecard.BEST_OF]
    bonus = pl.min_horizontal(
        pl.min_horizontal(
            pl.sum_horizontal(f"{name}:earned" for name in FLATS), points(scorecard.GROUP_CAP)
        )
        + pl.max_horizontal(f"{name}:earned" for name in scorecard.BEST_OF)
        + pl.sum_horizontal(f"{name}:earned" for name in rest),
        points(scorecard.TOTAL_CAP),
    )
    whole = (pl.col("b.base") * 10**4 + bonus).clip(scorecard.LOW * UNIT, scorecard.HIGH * UNIT)
    return lazy.with_columns(earned).select(
        *(f"{name}:earned" for name in ITEMS), ((whole + 5000) // 10**4).alias("score")
    )


def faster_engine(facts: pl.DataFrame) -> str:
    """Return the engine that runs the query by hand faster here."""
    found = {}
    for engine in ("in-memory", "streaming"):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            by_hand(facts.lazy()).collect(engine=engine)
            times.append(time.perf_counter() - start)
        found[engine] = min(times)
    return min(found, key=found.__getitem__)


class Simulation:
    """Variables with a formula each over whole arrays of doubles, kept once computed."""

    def __init__(self, inputs: dict[str, np.ndarray]) -> None:
        self._known = dict(inputs)

    def get(self, name: str) -> np.ndarray:
        if name not in self._known:
            kind, _, number = name.partition("-")
            formula = getattr(self, f"_{kind}")
            self._known[name] = formula(int(number)) if number else formula()
        return self._known[name]

    def all(self) -> dict[str, np.ndarray]:
        for name in (*ITEMS, "score"):
            self.get(name)
            if name != "score":
                self._known[f"{name}:outcome"] = np.where(self.get(name) > 0, AWARDED, NOT_MET)
        return self._known

    def _flat(self, n: int) -> np.ndarray:
        s, c, share, count, worth = scorecard.FLAT[n]
        return np.where((self.get(f"s{s}") >= share) & (self.get(f"c{c}") >= count), worth, 0.0)

    def _step(self, n: int) -> np.ndarray:
        s, *steps = scorecard.STEPS[n]
        value = self.get(f"s{s}")
        return np.select(
            [value >= at for at, _ in reversed(steps)], [w for _, w in reversed(steps)], 0.0
        )

    def _share(self, n: int) -> np.ndarray:
        part, whole, share, sample, worth = scorecard.SHARES[n]
        of = self.get(f"c{whole}")
        ratio = np.divide(
            self.get(f"c{part}"), of, out=np.zeros_like(of, dtype=float), where=of > 0
        )
        return np.where((of >= sample) & (ratio >= share), worth, 0.0)

    def _curve(self, n: int) -> np.ndarray:
        s, low, high, worth = scorecard.CURVES[n]
        return np.interp(self.get(f"s{s}"), [low, high], [0.0, worth])

    def _score(self) -> np.ndarray:
        flats = np.minimum(sum(self.get(name) for name in FLATS), scorecard.GROUP_CAP)
        best = np.maximum.reduce([self.get(name) for name in scorecard.BEST_OF])
        rest = sum(
            self.get(name) for name in ITEMS if name not in FLATS and name not in scorecard.BEST_OF
        )
        bonus = np.minimum(flats + best + rest, scorecard.TOTAL_CAP)
        whole = np.clip(self.get("base") + bonus, scorecard.LOW, scorecard.HIGH)
        return np.round(whole, 2)


if __name__ == "__main__":
    main()
