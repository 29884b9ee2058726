"""One 20-item scorecard, written once for every engine that the benchmarks compare.

Ten shares `s0`…`s9` and ten counts `c0`…`c9`; eight flat awards with two conditions, six with three
steps, four shares of counts with a minimum sample, two curves; two groups with caps, a total cap,
a range, one rounding.
"""

import json
import random
from pathlib import Path

FLAT = [(n, n, 0.60 + n / 50, 20 + n, 0.02 + n / 100) for n in range(8)]  # s, c, share, count, pts
STEPS = [(n, (0.5, 0.01), (0.7 + n / 50, 0.03), (0.9, 0.05 + n / 100)) for n in range(6)]
SHARES = [(2 * n, 2 * n + 1, 0.5 + n / 10, 20, 0.03 + n / 100) for n in range(4)]  # part, whole
CURVES = [(8, 0.9, 1.0, 0.03), (9, 0.5, 0.9, 0.06)]
GROUP_CAP, BEST_OF, TOTAL_CAP = 0.12, ("share-0", "share-1", "share-2"), 0.30
LOW, HIGH = 3, 5


def number(value: float) -> str:
    """Write a parameter with its exact two decimals."""
    return f"{value:.2f}"


def write_book(folder: Path) -> Path:
    """Write the scorecard as a Steelyard book."""
    facts = []
    for n in range(10):
        for name, kind, unit, bounds in (
            (f"s{n}", "decimal", "share", "[0, 1]"),
            (f"c{n}", "int", "count", "[0, 1000000]"),
        ):
            decimals = ", decimals: 4" if kind == "decimal" else ""
            facts.append(
                f"  - {{id: b.{name}, type: {kind}, unit: {unit}, bounds: {bounds}{decimals}, "
                f"required: true, title: {{en: {name}, zh: {name}}}, meaning: m, source: none}}"
            )
    facts.append(
        "  - {id: b.base, type: decimal, decimals: 2, bounds: [3, 5], required: true, "
        "title: {en: base, zh: base}, meaning: m, source: none}"
    )
    items = []

    def item(name: str, kind: str, parameters: str) -> None:
        items.append(
            f"  - {{id: {name}, type: core/{kind}, title: {{en: {name}, zh: {name}}}, "
            f"with: {{{parameters}}}}}"
        )

    for n, (s, c, share, count, points) in enumerate(FLAT):
        when = f"b.s{s} >= {number(share)} && b.c{c} >= {count}"
        item(f"flat-{n}", "flat", f"points: {number(points)}, when: '{when}'")
    for n, (s, *steps) in enumerate(STEPS):
        listed = ", ".join(f"[{number(at)}, {number(points)}]" for at, points in steps)
        item(f"step-{n}", "steps", f"fact: b.s{s}, steps: [{listed}]")
    for n, (part, whole, share, sample, points) in enumerate(SHARES):
        item(
            f"share-{n}",
            "share",
            f"part: b.c{part}, whole: b.c{whole}, at_least: {number(share)}, "
            f"min_whole: {sample}, points: {number(points)}",
        )
    for n, (s, low, high, points) in enumerate(CURVES):
        knots = f"[[{number(low)}, 0], [{number(high)}, {number(points)}]]"
        item(f"curve-{n}", "curve", f"fact: b.s{s}, knots: {knots}")
    flats = ", ".join(f"flat-{n}" for n in range(len(FLAT)))
    (folder / "facts").mkdir(parents=True)
    (folder / "facts" / "facts.yaml").write_text("facts:\n" + "\n".join(facts) + "\n")
    (folder / "book.yaml").write_text(
        "book: bench\ntitle: {en: b, zh: b}\nindustries: [{id: any, title: {en: any, zh: any}}]\n"
    )
    (folder / "rules.yaml").write_text(
        "ruleset: bench\nversion: '1'\ntitle: {en: b, zh: b}\neffective: {from: 2026-01-01}\n"
        f"score: {{range: [{LOW}, {HIGH}], decimals: 2}}\n"
        "base: {from: reported, reported: b.base}\n"
        "items:\n" + "\n".join(items) + "\n"
        "groups:\n"
        f"  - {{id: promises, title: {{en: p, zh: p}}, items: [{flats}], combine: sum, "
        f"cap: {number(GROUP_CAP)}}}\n"
        f"  - {{id: best, title: {{en: p, zh: p}}, items: [{', '.join(BEST_OF)}], combine: best}}\n"
        f"bonus: {{cap: {number(TOTAL_CAP)}}}\n"
    )
    return folder


def merchants(count: int, seed: int = 7) -> list[dict]:
    """Return merchants as plain numbers: shares with four decimals, whole counts, a base."""
    source = random.Random(seed)
    made = []
    for _ in range(count):
        one: dict = {f"s{n}": source.randint(3000, 10000) / 10000 for n in range(10)}
        one |= {f"c{n}": source.randint(0, 200) for n in range(10)}
        one["base"] = source.randint(300, 500) / 100
        made.append(one)
    return made


def scaled(merchant: dict) -> dict[str, int]:
    """Return a merchant as Steelyard's facts: integers."""
    facts = {f"b.s{n}": round(merchant[f"s{n}"] * 10000) for n in range(10)}
    facts |= {f"b.c{n}": merchant[f"c{n}"] for n in range(10)}
    facts["b.base"] = round(merchant["base"] * 100)
    return facts | {"industry": 0}


def by_hand(m: dict) -> float:
    """The scorecard as one would write it by hand: floats, no reasons, nothing checked."""
    flat = 0.0
    if m["s0"] >= 0.60 and m["c0"] >= 20:
        flat += 0.02
    if m["s1"] >= 0.62 and m["c1"] >= 21:
        flat += 0.03
    if m["s2"] >= 0.64 and m["c2"] >= 22:
        flat += 0.04
    if m["s3"] >= 0.66 and m["c3"] >= 23:
        flat += 0.05
    if m["s4"] >= 0.68 and m["c4"] >= 24:
        flat += 0.06
    if m["s5"] >= 0.70 and m["c5"] >= 25:
        flat += 0.07
    if m["s6"] >= 0.72 and m["c6"] >= 26:
        flat += 0.08
    if m["s7"] >= 0.74 and m["c7"] >= 27:
        flat += 0.09
    bonus = min(flat, 0.12)
    s = m["s0"]
    bonus += 0.05 if s >= 0.9 else 0.03 if s >= 0.70 else 0.01 if s >= 0.5 else 0.0
    s = m["s1"]
    bonus += 0.06 if s >= 0.9 else 0.03 if s >= 0.72 else 0.01 if s >= 0.5 else 0.0
    s = m["s2"]
    bonus += 0.07 if s >= 0.9 else 0.03 if s >= 0.74 else 0.01 if s >= 0.5 else 0.0
    s = m["s3"]
    bonus += 0.08 if s >= 0.9 else 0.03 if s >= 0.76 else 0.01 if s >= 0.5 else 0.0
    s = m["s4"]
    bonus += 0.09 if s >= 0.9 else 0.03 if s >= 0.78 else 0.01 if s >= 0.5 else 0.0
    s = m["s5"]
    bonus += 0.10 if s >= 0.9 else 0.03 if s >= 0.80 else 0.01 if s >= 0.5 else 0.0
    best = 0.0
    if m["c1"] >= 20 and m["c0"] / m["c1"] >= 0.5:
        best = 0.03
    if m["c3"] >= 20 and m["c2"] / m["c3"] >= 0.6:
        best = max(best, 0.04)
    if m["c5"] >= 20 and m["c4"] / m["c5"] >= 0.7:
        best = max(best, 0.05)
    bonus += best
    if m["c7"] >= 20 and m["c6"] / m["c7"] >= 0.8:
        bonus += 0.06
    bonus += min(max((m["s8"] - 0.9) / 0.1, 0.0), 1.0) * 0.03
    bonus += min(max((m["s9"] - 0.5) / 0.4, 0.0), 1.0) * 0.06
    return round(min(max(m["base"] + min(bonus, 0.30), 3.0), 5.0), 2)


def expressions(*, conjunction: str, ternary: str) -> dict[str, str]:
    """Return each item's points as an expression in another engine's language."""

    def choose(test: str, then: str, otherwise: str) -> str:
        return "(" + ternary.format(test=test, then=then, otherwise=otherwise) + ")"

    made = {}
    for n, (s, c, share, count, points) in enumerate(FLAT):
        test = f"s{s} >= {share:.2f} {conjunction} c{c} >= {count}"
        made[f"flat{n}"] = choose(test, number(points), "0")
    for n, (s, *steps) in enumerate(STEPS):
        text = "0"
        for at, points in steps:
            text = choose(f"s{s} >= {number(at)}", number(points), text)
        made[f"step{n}"] = text
    for n, (part, whole, share, sample, points) in enumerate(SHARES):
        test = f"c{whole} >= {sample} {conjunction} c{part} >= {number(share)} * c{whole}"
        made[f"share{n}"] = choose(test, number(points), "0")
    for n, (s, low, high, points) in enumerate(CURVES):
        rise = f"(s{s} - {number(low)}) / {number(high - low)} * {number(points)}"
        inner = choose(f"s{s} >= {number(high)}", number(points), rise)
        made[f"curve{n}"] = choose(f"s{s} <= {number(low)}", "0", inner)
    return made


def zen_graph() -> str:
    """Return the scorecard as a decision graph for zen-engine."""
    items = expressions(conjunction="and", ternary="{test} ? {then} : {otherwise}")
    listed = [{"id": name, "key": name, "value": text} for name, text in items.items()]
    flats = ", ".join(f"$.flat{n}" for n in range(len(FLAT)))
    rest = [
        f"$.{name}"
        for name in items
        if not name.startswith("flat") and name not in ("share0", "share1", "share2")
    ]
    listed += [
        {"id": "g1", "key": "promises", "value": f"min([sum([{flats}]), {GROUP_CAP}])"},
        {"id": "g2", "key": "best", "value": "max([$.share0, $.share1, $.share2])"},
        {
            "id": "t",
            "key": "bonus",
            "value": f"min([sum([$.promises, $.best, {', '.join(rest)}]), {TOTAL_CAP}])",
        },
        {
            "id": "s",
            "key": "score",
            "value": f"round(min([max([base + $.bonus, {LOW}]), {HIGH}]), 2)",
        },
    ]
    nodes = [
        {"id": "i", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {
            "id": "e",
            "type": "expressionNode",
            "name": "e",
            "position": {"x": 1, "y": 0},
            "content": {"expressions": listed},
        },
        {"id": "o", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "1", "sourceId": "i", "targetId": "e", "type": "edge"},
        {"id": "2", "sourceId": "e", "targetId": "o", "type": "edge"},
    ]
    return json.dumps(
        {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    )
