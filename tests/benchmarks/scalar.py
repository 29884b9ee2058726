"""Scoring one merchant at a time: the scalar evaluator against its peers, in one run.

    pip install zen-engine rule-engine
    python tests/benchmarks/scalar.py

Every contender scores the same merchants with the same 20-item scorecard; each is run in turn,
several rounds, and the median of each round's ratio is what counts: machines are noisy, ratios
in one round much less so. zen-engine and rule-engine run on a part of the merchants.
"""

import gc
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import scorecard

from steelyard.evaluators import python, reference
from steelyard.pipeline import compile_plan, open_book

ROUNDS = 7
MERCHANTS = 4000
SLOW_PART = 200
TODAY = date(2026, 6, 15)


def main() -> None:
    people = scorecard.merchants(MERCHANTS)
    exact = [scorecard.scaled(one) for one in people]
    with tempfile.TemporaryDirectory() as folder:
        opened = open_book(scorecard.write_book(Path(folder) / "book"))
        plan = compile_plan(opened, industry="any", as_of=TODAY)
    day = TODAY.toordinal()
    score_only, traced = python.prepare_score(plan), python.prepare(plan)
    contenders = {
        "hand-written Python": (people, scorecard.by_hand),
        "scalar, score only": (exact, lambda facts: score_only(facts, day)),
        "scalar, full trace": (exact, lambda facts: traced(facts, day)),
        "reference": (exact[:SLOW_PART], lambda facts: reference.evaluate(plan, facts, day)),
        "zen-engine": (people[:SLOW_PART], zen_contender()),
        "rule-engine": (people[:SLOW_PART], rule_engine_contender()),
    }
    check_agreement(people, exact, contenders)
    rounds: dict[str, list[float]] = {name: [] for name in contenders}
    gc.disable()
    for _ in range(ROUNDS):
        for name, (inputs, function) in contenders.items():
            start = time.perf_counter()
            for one in inputs:
                function(one)
            rounds[name].append((time.perf_counter() - start) / len(inputs))
    report(rounds, len(plan.nodes))


def check_agreement(people, exact, contenders) -> None:
    """All must give the same score; floats may differ by the last digit on a tie, and are counted."""
    ours = [contenders["scalar, score only"][1](one) / 100 for one in exact]
    for name in ("hand-written Python", "zen-engine", "rule-engine"):
        function = contenders[name][1]
        theirs = [round(float(function(one)), 2) for one in people[:SLOW_PART]]
        far = [pair for pair in zip(ours, theirs, strict=False) if abs(pair[0] - pair[1]) > 0.0101]
        assert not far, (name, far[:3])
        different = sum(left != right for left, right in zip(ours, theirs, strict=False))
        print(f"{name}: {different} of {SLOW_PART} scores differ by 0.01 (binary floats)")


def zen_contender():
    import zen

    decision = zen.ZenEngine().create_decision(scorecard.zen_graph())
    return lambda one: decision.evaluate(one)["result"]["score"]


def rule_engine_contender():
    import rule_engine

    items = scorecard.expressions(conjunction="and", ternary="{test} ? {then} : {otherwise}")
    rules = {name: rule_engine.Rule(text) for name, text in items.items()}
    best = ("share0", "share1", "share2")

    def score(one):
        points = {name: rule.evaluate(one) for name, rule in rules.items()}
        flat = sum(points[f"flat{n}"] for n in range(8))
        rest = sum(
            value
            for name, value in points.items()
            if not name.startswith("flat") and name not in best
        )
        bonus = (
            min(float(flat), scorecard.GROUP_CAP)
            + float(rest)
            + float(max(points[name] for name in best))
        )
        return min(
            max(one["base"] + min(bonus, scorecard.TOTAL_CAP), scorecard.LOW), scorecard.HIGH
        )

    return score


def report(rounds: dict[str, list[float]], nodes: int) -> None:
    print(f"\n20 items, {nodes} nodes, {MERCHANTS} merchants, {ROUNDS} rounds\n")
    print(f"{'':22}{'µs each':>10}{'vs hand':>10}{'vs score only':>15}")
    for name, times in rounds.items():
        hand = [a / b for a, b in zip(times, rounds["hand-written Python"], strict=True)]
        fast = [a / b for a, b in zip(times, rounds["scalar, score only"], strict=True)]
        print(
            f"{name:22}{statistics.median(times) * 1e6:10.2f}"
            f"{statistics.median(hand):10.2f}{statistics.median(fast):15.2f}"
        )


if __name__ == "__main__":
    main()
