"""Planted faults: each is one edit of the plugin in `sound/`, and the check that must catch it.

`also` names checks that see the same fault from their own side; no other check may fail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.testing.plugin_kit.planting import Edit

ITEM, INIT, FACTS = "item.py", "__init__.py", "facts.yaml"
SHIPPED = "shipped.yaml"
RULES, CASES = "example/rules.yaml", "example/rules.cases.yaml"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the edits that plant it: (old, new) by file; `said` is in the report."""

    check: str
    name: str
    edits: Mapping[str, Edit | tuple[Edit, ...]]
    said: str
    also: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.check}: {self.name}"


def at_import(lines: str) -> dict[str, tuple[str, str]]:
    """Run some lines when the plugin is imported."""
    return {INIT: ("STEELYARD_API = 1\n", f"STEELYARD_API = 1\n{lines}\n")}


def in_build(lines: str) -> dict[str, tuple[str, str]]:
    """Run some lines when an award is built."""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return {ITEM: ('    tiers = item.pairs("tiers")\n', f'    tiers = item.pairs("tiers")\n{body}')}


def before_award(lines: str) -> dict[str, tuple[str, str]]:
    """Run some lines when `share` and `every` are known."""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return {ITEM: ("    return Award(\n", f"{body}    return Award(\n")}


def title_of_soon(title: str) -> dict[str, tuple[str, str]]:
    """Give a requirement another title."""
    return item('Text("They come soon", "发货及时")', title)


def item(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {ITEM: (old, new)}


def facts(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {FACTS: (old, new)}


TAMPER = """\
import dataclasses
nodes = item.graph.nodes
"""
BLIND = (
    f"type(item.graph).fault_since = lambda *_: None\n{TAMPER}"  # no check of the engine's is left
)
BY_HAND = frozenset({"items-with-example", "example-book"})

SCAN = frozenset({"quiet-by-reading"})

FAULTS = (
    Fault("loads", "needs a module that is not there", at_import("import no_such_module"), "SY206"),
    Fault("loads", "exits on import", at_import("raise SystemExit(0)"), "SY206"),
    Fault(
        "loads", "ends the process on import",
        at_import("__import__('os')._exit(0)"), "the process ended with status 0",
    ),
    Fault(
        "loads", "is killed on import",
        at_import("system = __import__('os')\nsystem.kill(system.getpid(), 11)"), "killed by SIGSEGV",
    ),
    Fault("loads", "hangs on import", at_import("while True: pass"), "still running after"),
    Fault("loads", "calls long into C on import", at_import("x = sum(range(10**12))"), "still running after"),
    Fault("loads", "takes all memory on import", at_import("x = bytearray(10**11)"), "MemoryError"),
    Fault("loads", "ends the process in a build", in_build("__import__('os')._exit(7)"), "status 7"),
    Fault("loads", "declares a fact wrongly", facts("type: int\n    unit: count\n    bounds: [0, 100000]\n    industries: [sound]\n    title: {en: Goods,", "type: whole\n    title: {en: Goods,"), "SY201"),
    Fault(
        "quiet-by-reading", "writes a file",
        at_import('from pathlib import Path\ngetattr(Path("mark"), "write_" + "text")("x")'),
        "uses getattr with a computed name: code that cannot be read",
    ),
    Fault(
        "quiet-by-reading", "reads a file of the system in a build",
        in_build('from pathlib import Path\ngetattr(Path("/etc/passwd"), "read_" + "text")()'),
        "reads Path('/etc/passwd'): files outside the package",
    ),
    Fault(
        "quiet-by-reading", "opens a socket",
        at_import("__import__('socket').socket()"),
        "uses __import__: code that cannot be read",
    ),
    Fault(
        "quiet-by-reading", "starts a process",
        at_import("__import__('os').system('true')"), "uses __import__",
    ),
    Fault(
        "quiet-by-reading", "starts a thread",
        at_import(
            "import threading as threads\n"
            "threads.Thread(target=threads.Event().wait, daemon=True).start()"
        ),
        "imports threading: other processes or threads",
    ),
    Fault(
        "quiet-by-reading", "changes the environment",
        at_import("import os\nos.putenv('TZ', 'UTC')"),
        "uses os.putenv: the environment",
    ),
    Fault("quiet-by-reading", "prints on import", at_import('print("hello")'), "uses print: standard output is for results"),
    Fault(
        "quiet-by-reading", "reads the clock in a build",
        in_build("from datetime import date\ndate.today()"), "calls date.today: the clock",
    ),
    Fault(
        "quiet-by-reading", "asks the network in a function that nobody calls yet",
        at_import("def update():\n    from urllib.request import urlopen\n    return urlopen"),
        "imports urllib.request.urlopen: the network",
    ),
    Fault(
        "quiet-by-reading", "runs text as code",
        in_build("if not tiers:\n    eval('1')"), "uses eval: code that cannot be read",
    ),
    Fault(
        "quiet-by-reading", "opens files on other days",
        in_build("if not tiers:\n    open('x')"), "uses open: files outside the package",
    ),
    Fault(
        "same-plan-everywhere", "follows the order of a set",
        title_of_soon(
            'Text("Soon: " + "".join(sorted("abcdef", key=lambda one: one.__hash__())), "发货及时")'
        ),
        "the example of sound/good-share differs",
        also=SCAN,
    ),
    Fault(
        "same-plan-everywhere", "counts what it has built",
        {ITEM: (
            ("def build(", "from itertools import count\n\nNUMBERS = count()\n\n\ndef build("),
            ('Text("They come soon", "发货及时")', 'Text(f"They come soon {next(NUMBERS)}", "发货及时")'),
        )},
        "differs between processes",
    ),
    Fault(
        "same-plan-everywhere", "reads who runs it",
        title_of_soon('Text("Soon, " + __import__("os").environ.get("USER", ""), "发货及时")'),
        "differs between processes",
        also=SCAN,
    ),
    Fault(
        "same-plan-everywhere", "reads the time zone",
        title_of_soon('Text("Soon in " + __import__("time").tzname[0], "发货及时")'),
        "differs between processes",
        also=SCAN,
    ),
    Fault(
        "same-plan-everywhere", "reads the locale",
        title_of_soon('Text("Soon, " + __import__("os").environ["LANG"], "发货及时")'),
        "differs between processes",
        also=SCAN,
    ),
    Fault(
        "same-plan-everywhere", "reads the working directory",
        title_of_soon('Text("Soon", "发货" + __import__("pathlib").Path.cwd().name)'),
        "differs between processes",
        also=SCAN,
    ),
    Fault(
        "same-plan-everywhere", "follows the order of a set where the example has none",
        title_of_soon(
            'Text("Soon: " + "".join(sorted("abcdef"[: 6 * (item.number("max_hours") != 48)], key=lambda one: one.__hash__())), "发货及时")'
        ),
        "differs between processes",
    ),
    Fault(
        "facts-used", "a fact that nothing reads",
        facts("facts:\n", "facts:\n  - id: sound.idle\n    type: bool\n    industries: [sound]\n    title: {en: Idle, zh: 闲置}\n    meaning: Whether it is idle.\n    illustrative: true\n"),
        "sound.idle is read by no item type",
    ),
    Fault(
        "facts-used", "a field that nothing reads",
        facts("      - {name: since,", "      - {name: shy, type: bool, title: {en: Shy, zh: 害羞}}\n      - {name: since,"),
        "the field sound.people.shy is read by no item type",
    ),
    Fault(
        "facts-bounded", "bounds that bound nothing",
        facts("bounds: [0, 720]", "bounds: [0, 100000000000000000]"),
        "the bounds of sound.hours are wider than any real value",
    ),
    Fault("facts-with-unit", "a fact without a unit", facts("    unit: hours\n", ""), "sound.hours has no unit"),
    Fault(
        "facts-with-unit", "a field without a unit",
        facts("type: int, unit: count, bounds: [1, 1000]", "type: int, bounds: [1, 1000]"),
        "sound.people.number has no unit",
    ),
    Fault("facts-titled", "a Chinese title in English", facts("zh: 到货时长", "zh: Hours"), "the title of sound.hours is not Chinese"),
    Fault("facts-titled", "a field titled in Chinese twice", facts("en: Since", "en: 入职"), "the title of sound.people.since is not English"),
    Fault(
        "facts-sourced", "neither source nor illustrative",
        facts("meaning: Goods on sale.\n    illustrative: true\n", 'meaning: Goods on sale.\n    source: " "\n'),
        "sound.all has neither a source",
    ),
    Fault(
        "facts-with-industries", "one fact for everybody",
        facts("    bounds: [0, 720]\n    industries: [sound]\n", "    bounds: [0, 720]\n"),
        "sound.hours has no `industries`",
    ),
    Fault("items-documented", "a summary in one language", item('"按好货占比加分。"', '"Points."'), "the summary of sound/good-share is not Chinese"),
    Fault(
        "items-documented", "a function that says nothing",
        item('    """Return the award: the tier of the share, with the hours as a condition."""\n', ""),
        "has no docstring",
    ),
    Fault(
        "parameters-described", "a parameter that does not say what it is",
        item('            "description": "The most hours until they come.",\n', ""),
        "parameter max_hours of sound/good-share has no description",
    ),
    Fault(
        "parameters-described", "a parameter described in English only",
        item('            "description_zh": "到货时长上限（小时）。",\n', ""),
        "parameter max_hours of sound/good-share has no description_zh",
    ),
    Fault(
        "parameters-described", "a parameter that may be anything",
        item('（小时）。",\n            "type": "integer",\n', '（小时）。",\n'),
        "accepts anything",
        also=frozenset({"parameters-accepted"}),
    ),
    Fault(
        "parameters-described", "a part of a list that may be anything",
        item('{"type": "number", "minimum": 0},', "{},"),
        "the schema of parameter tiers[][1] of sound/good-share accepts anything",
        also=frozenset({"parameters-accepted"}),
    ),
    Fault(
        "parameters-described", "a description of one word",
        item("The most hours until they come.", "max_hours_until_they_come"),
        "is described by one word: 'max_hours_until_they_come'",
    ),
    Fault("items-with-example", "an example that does not compile", item("max_hours: 48}\nillustrative", "max_hours: soon}\nillustrative"), "does not compile"),
    Fault("items-with-example", "an example of another type", item("type: sound/good-share\n", "type: core/flat\n"), "is an item of the type core/flat"),
    Fault("loads", "a rule of another plugin", {SHIPPED: ("id: sound/some", "id: some")}, "SY216"),
    Fault("loads", "a rule called as an item type", {SHIPPED: ("id: sound/some", "id: sound/good-share")}, "sound/good-share is already declared"),
    Fault("rules-compile", "a title in one language", {SHIPPED: ("zh: 有商品", "zh: Goods")}, "the title of sound/some is not Chinese"),
    Fault(
        "rules-compile", "a value of two units",
        {SHIPPED: ("is: sound.all - min", "is: sound.hours - min")}, "the value sound/bad-goods does not compile",
        also=frozenset({"example-book", "values-in-bounds", "evaluators-agree", "cost"}),
    ),
    Fault("rules-compile", "no source", {SHIPPED: ("sound.all >= 1\n    illustrative: true", "sound.all >= 1")}, "sound/some has neither a source"),
    Fault("rules-shown", "no case has a veto active", {CASES: ("{sound.all: 100}\n    expect: {items: {people: {outcome: vetoed}}}", "{sound.all: 99}\n    expect: {items: {people: {outcome: no_data}}}")}, "no case of the example book has the veto sound/bad active"),
    Fault("rules-shown", "no case fails a gate", {CASES: ("{sound.all: 0, sound.good: 0}\n    expect: {status: no_score}", "{sound.all: 1, sound.good: 0}\n    expect: {status: scored}")}, "no case of the example book has the gate sound/some not met"),
    Fault("example-book", "no ruleset takes a rule", {RULES: ("gates: [{id: sound/some}]\n", ""), CASES: ("no_score", "scored")}, "takes the rule sound/some", also=frozenset({"rules-shown"})),
    Fault(
        "example-book", "no example book",
        {INIT: ('    registry.example(files(__name__) / "example")\n', "")},
        "registers no example book",
    ),
    Fault("example-book", "a case that does not hold", {CASES: ("score: 3.2", "score: 3.1")}, "'as it should be': score: expected 3.1, got 3.2"),
    Fault("example-book", "a ruleset that does not compile", {RULES: ("max_hours: 48}", "most: 48}")}, "SY316"),
    Fault(
        "items-awarded", "no case awards it",
        {CASES: ("  sound: {all: 10, good: 9, hours: 48}\ncases:\n  - name: as it should be\n    expect: {score: 3.2, items: {good-share: {outcome: awarded, points: 0.2}}}\n", "  sound: {all: 10, good: 9, hours: 48}\ncases:\n")},
        "no case of the example book has sound/good-share awarded",
    ),
    Fault(
        "requirements-refused", "no case refuses a requirement",
        {CASES: ("{sound.hours: 48.1}\n    expect: {items: {good-share: {outcome: not_met, requirements: {soon: not_met}}}}", "{sound.hours: 48}\n    expect: {score: 3.2}")},
        "has soon of sound/good-share not met",
    ),
    Fault(
        "parameters-accepted", "fails on parameters that fit the schema",
        in_build("1 / (len(tiers) - 3)"), "ZeroDivisionError",
    ),
    Fault(
        "parameters-accepted", "refuses all but its example",
        in_build("if item.number('max_hours') != 48 or len(tiers) != 2 or tiers[0][0] * 2 != 1 or tiers[1][1] * 5 != 1 or item.number('min_all') != 10:\n    refuse('parameters that are not those of the example')"),
        "write such limits into the schemas",
    ),
    Fault(
        "parameters-accepted", "ends the process on some parameters",
        in_build("if len(tiers) == 3:\n    __import__('os').abort()"), "killed by SIGABRT",
        also=SCAN,
    ),
    Fault(
        "parameters-accepted", "narrows an interval by hand",
        before_award(f"{TAMPER}nodes[every.index] = dataclasses.replace(nodes[every.index], high=50)"),
        "it changed the interval of a node",
        also=BY_HAND,
    ),
    Fault(
        "values-in-bounds", "changes the engine, and narrows an interval",
        before_award(f"{BLIND}nodes[every.index] = dataclasses.replace(nodes[every.index], high=50)"),
        "is outside the proved 0…50",
        also=frozenset({"evaluators-agree"}),
    ),
    Fault(
        "evaluators-agree", "changes the engine, and calls a comparison decided",
        before_award(
            f"{BLIND}at = (share >= tiers[0][0]).index\n"
            "nodes[at] = dataclasses.replace(nodes[at], low=1)"
        ),
        "evaluator differs with",
        also=frozenset({"values-in-bounds"}),
    ),
    Fault(
        "outcomes-complete", "a requirement that nobody can meet",
        item("share >= tiers[0][0],", "share >= tiers[0][0] + 2,"), "can never be awarded",
        also=frozenset({"example-book", "items-awarded"}),
    ),
    Fault("explained", "a title in one language", item('"好货占比达标"', '"Enough"'), "the title of requirement share is not Chinese"),
    Fault("explained", "a remedy in one language", item('"提升商品质量。"', '"Better."'), "the remedy of share is not Chinese"),
    Fault(
        "claims-of-points", "gives more than it claims",
        item('max_points=lambda item: max(points for _, points in item.pairs("tiers"))', 'max_points=lambda item: item.pairs("tiers")[0][1]'),
        "points where at most",
    ),
    Fault("claims-of-points", "a claim that fails", item('in item.pairs("tiers"))', 'in item.pairs("levels"))'), "parameter levels is needed"),
    Fault("claims-of-direction", "goes the other way", item('"sound.hours": "down"', '"sound.hours": "up"'), "monotone sound.hours: up does not hold"),
    Fault("claims-of-direction", "a claim of a fact that is not read", item('"sound.hours": "down"', '"sound.people": "up"'), "it takes a number"),
    Fault(
        "parameters-accepted", "raises what it should refuse",
        item('refuse("parameter tiers does not ascend", "sort it")', "raise ValueError(tiers)"),
        "ValueError",
    ),
    Fault("parameters-accepted", "refuses without words", item('refuse("parameter tiers does not ascend", "sort it")', 'refuse("no")'), "gives no reason"),
    Fault(
        "cost", "thousands of nodes",
        before_award("total = every\nfor n in range(2100):\n    total = total + n\nfrom steelyard.plugin import choose\nshare = choose(total > 2_250_000, 0, share)"),
        "nodes; the maximum is",
    ),
    Fault(
        "cost", "much work for every record",
        before_award(
            "from steelyard.plugin import choose\n"
            "people = item.records('sound.people')\n"
            "work = people.field('number')\n"
            "for n in range(400):\n    work = work + people.field('number') * n\n"
            "much = item.has('sound.people') & (people.sum(work) > 15 * 10**9)\n"
            "share = choose(much, 0, share)"
        ),
        "nodes for each record; the maximum is",
    ),
)  # fmt: skip
