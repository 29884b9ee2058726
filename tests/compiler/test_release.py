"""A released bundle scores as its book does, alone; rules that depend on anything are refused."""

import compileall
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.rollouts import rolled_out

import steelyard
from steelyard.cli.running import run_arguments
from steelyard.compiler.release import release_book
from steelyard.errors import InvalidInput
from steelyard.plan.bundle import read_bundle, seal
from steelyard.plan.codec import digest_bytes
from steelyard.scoring.plans import bundle_rules, open_plans

BOOK = Path("rulesets")
SPROUT = BOOK / "merchants/little-sprout.yaml"
DAYS = ("2025-06-30", "2026-03-04", "2026-06-01", "2026-11-01")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The reference book, released."""
    path = tmp_path_factory.mktemp("released") / "marketplace.bundle"
    path.write_bytes(release_book(BOOK, processes=1).content)
    return path


@pytest.mark.parametrize("scene", [None, "double-11"])
@pytest.mark.parametrize("day", DAYS)
def test_a_bundle_has_the_plans_of_its_book(bundle, day, scene):
    ours, theirs = (open_plans(rules, as_of=day, scene=scene) for rules in (bundle, BOOK))
    assert ours.known == theirs.known
    assert [(one.industry, one.shop_type, one.digest) for one in ours.plans] == [
        (one.industry, one.shop_type, one.digest) for one in theirs.plans
    ]


def test_the_commands_say_the_same_with_a_bundle(bundle, capsys):
    for command in ("score", "explain"):
        said = []
        for rules in (["--book", str(BOOK)], ["--rules", str(bundle)]):
            assert run_arguments([command, str(SPROUT), "--as-of", "2026-06-01", *rules]) == 0
            said.append(capsys.readouterr().out)
        assert said[0] == said[1]


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_bundle_needs_the_engine_alone(bundle, form):
    """No plugin, ruleset, compiler or template is imported, and nothing that is slow to start."""
    score = ["score", str(SPROUT), "--as-of", "2026-06-01", "--rules", str(bundle)]
    code = (
        "import sys; from steelyard.cli.running import run_arguments\n"
        f"assert run_arguments({[*score, '--format', form]!r}) == 0\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in ran.stderr.split() if name.count(".") < 2}
    above = {f"steelyard.{name}" for name in ("book", "compiler", "language", "plugin", "plugins")}
    heavy = {"steelyard_maternity", "lark", "jsonschema", "pluggy", "polars", "pyarrow", "jinja2"}
    slow = {"importlib.resources", "tempfile", "pydantic", "attr", "rich", "zipfile"}
    if form == "json":
        slow.add("tomllib")  # a page needs the phrases of its language
    assert loaded & (above | heavy | slow) == set()


def test_days_kinds_and_scenes_without_rules_are_told_as_for_a_book(bundle, capsys):
    for rules in (["--book", str(BOOK)], ["--rules", str(bundle)]):
        said = [
            run_arguments(["score", str(SPROUT), *rules, *more])
            for more in (
                ["--as-of", "2024-01-01"],
                ["--as-of", "2026-06-01", "--scene", "fair"],
            )
        ]
        assert said == [1, 2]
        text = capsys.readouterr().err
        assert "no ruleset applies to industry maternity and shop type flagship" in text
        assert "SY318 unknown-scene: unknown scene 'fair'" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--rules", "rulesets"], "SY101"),
        (["--rules", "nowhere"], "SY101"),
        (["--rules", "pyproject.toml"], "SY505"),
        (["--rules", "nowhere", "--book", "rulesets"], "SY701"),
    ],
)
def test_rules_that_are_no_bundle(arguments, code, capsys):
    assert run_arguments(["score", str(SPROUT), "--as-of", "2026-06-01", *arguments]) == 2
    assert code in capsys.readouterr().err


@settings(max_examples=60)
@given(st.data())
def test_a_bundle_with_another_byte_is_refused(bundle, data):
    content = bundle.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda new: new != content[at]))
    edited = bundle.with_name("edited.bundle")
    edited.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
    with pytest.raises(InvalidInput, match="SY505"):
        read_bundle(edited)


def sealed(content):
    """Return an edited bundle as somebody writes it who knows how: with the digest of its lines."""
    return content + seal(content)


EDITS = [
    ("rollout.share", -5, "the share of the rollout cannot be -5 millionths"),
    ("rollout.share", 5_000_000, "the share of the rollout cannot be 5000000 millionths"),
    ("rollout", None, "a period needs a plan, and one inside its rollout if there is one"),
    ("inside", None, "a period needs a plan, and one inside"),
    ("plan", None, "a period needs a plan"),
    ("rollout.ruleset", "\x1b[31mhello", "rollout.ruleset: .* is not allowed here"),
    ("rollout.ruleset", "toys@2: 1\nVerdict", "rollout.ruleset: .* is not allowed here"),
    ("rollout.salt", "\u202esalt", "rollout.salt: .* is not allowed here"),
    ("industry", "nobody", "unknown industry 'nobody'"),
]


@pytest.mark.parametrize(("key", "value", "said"), EDITS, ids=lambda part: str(part)[:20])
def test_a_period_that_cannot_be_is_refused(tmp_path, key, value, said):
    book = rolled_out(tmp_path / "book", "0.5")
    (book / "book.lock").unlink(missing_ok=True)
    head, *lines, _ = release_book(book, processes=1).content.splitlines(keepends=True)
    number = next(at for at, line in enumerate(lines) if b'"rollout"' in line)
    period = json.loads(lines[number])
    owner, _, last = key.rpartition(".")
    (period[owner] if owner else period)[last] = value
    if value is None:
        del period[key]
    lines[number] = json.dumps(period, sort_keys=True).encode() + b"\n"
    edited = tmp_path / "edited.bundle"
    edited.write_bytes(sealed(b"".join([head, *lines])))
    with pytest.raises(InvalidInput, match=f"edited.bundle:{number + 2}:1: SY505.*{said}"):
        read_bundle(edited)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda head: head["industries"].append(head["industries"][0]), "two of the industries"),
        (lambda head: head["size"].update(fact="none"), "the size is of an unknown fact 'none'"),
        (lambda head: head["size"]["starts"].reverse(), "the sizes do not ascend"),
        (lambda head: head.update(periods=-1, plans=94), "lines between its head and its digest"),
    ],
)
def test_a_head_that_cannot_be_is_refused(bundle, edit, said):
    first, *lines, _ = bundle.read_bytes().splitlines(keepends=True)
    head = json.loads(first)
    edit(head)
    edited = bundle.with_name("edited.bundle")
    edited.write_bytes(sealed(b"".join([json.dumps(head).encode() + b"\n", *lines])))
    with pytest.raises(InvalidInput, match=f"edited.bundle:1:1: SY505.*{said}"):
        read_bundle(edited)


@settings(max_examples=40)
@given(st.data())
def test_a_plan_that_was_edited_is_refused(bundle, data):
    """The periods name every plan by its digest, so a new last line is not enough."""
    content = bundle.read_bytes()
    lines = content.split(b"\n")
    head = json.loads(lines[0])
    start = len(b"\n".join(lines[: 1 + head["periods"]])) + 1
    end = content.rindex(b"\n", 0, -1)
    at = data.draw(st.integers(start, end))
    byte = data.draw(st.integers(0, 255).filter(lambda new: new != content[at]))
    edited = bundle.with_name("edited.bundle")
    edited.write_bytes(sealed(content[:at] + bytes([byte]) + content[at + 1 : end + 1]))
    with pytest.raises(InvalidInput, match="SY505"):
        read_bundle(edited)


def test_a_period_is_no_longer_than_its_plan(bundle):
    """Each plan is in the lines, but the head of the file is only what somebody says of them."""
    lines = bundle.read_bytes().split(b"\n")
    first = json.loads(lines[1])
    assert first["first_day"] == "2025-06-30"
    lines[1] = lines[1].replace(b'"first_day":"2025-06-30"', b'"first_day":"2025-06-29"')
    edited = bundle.with_name("edited.bundle")
    edited.write_bytes(sealed(b"\n".join(lines[:-2]) + b"\n"))
    rules = bundle_rules(read_bundle(edited))
    kind = (first["industry"], first.get("shop_type"))
    for day in (date(2025, 6, 29), date(2025, 7, 1)):
        with pytest.raises(InvalidInput, match=r"edited.bundle:2:1: SY505.*holds from 2025-06-30"):
            rules.plan_for(*kind, day, first.get("scene"))


def test_a_bundle_that_was_cut_short_is_refused(bundle):
    content = bundle.read_bytes()
    for length in (0, 1, 1000, len(content) // 2, len(content) - 1):
        short = bundle.with_name("short.bundle")
        short.write_bytes(content[:length])
        with pytest.raises(InvalidInput, match="SY505"):
            read_bundle(short)


PLUGIN = """
import toyhelper
from steelyard.plugin import Award, ItemType, Text, hook

STEELYARD_API = 1
NAMES = {NAMES}
GIFT = Text("Gift", "礼物")


def build(item):
    points = item.points(toyhelper.POINTS)
    for number, name in enumerate(NAMES):
        points = points + item.points(number) * item.constant(len(name))
    return Award(points=points)


@hook
def steelyard_register(registry):
    registry.item_type(
        ItemType("toyplug/gift", GIFT, GIFT, {{}}, build, example="{{id: gift, type: toyplug/gift}}")
    )
"""
SHOP = {
    "book.yaml": "book: shop\ntitle: {en: Shop, zh: 店铺}\nplugins: [toyplug]\n"
    "industries: [{id: toys, title: {en: Toys, zh: 玩具}}]\n",
    "toys.yaml": "ruleset: toys\nversion: 1\ntitle: {en: Toys, zh: 玩具}\n"
    "effective: {from: 2026-01-01}\nscore: {range: [0, 100]}\nbase: {from: fixed, score: 50}\n"
    "items:\n  - {id: gift, type: toyplug/gift, title: {en: Gift, zh: 礼物}}\n",
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A book whose plugin builds on a helper of another distribution; write it anew by calling."""

    def write(names='["a"]', helper="POINTS = 3\n"):
        files = {
            "toyplug.py": PLUGIN.format(NAMES=names),
            "toyhelper.py": helper,
            "toyplug-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: toyplug\nVersion: 1.0\n",
            "toyplug-1.0.dist-info/entry_points.txt": "[steelyard]\ntoyplug = toyplug\n",
            **{f"shop/{name}": text for name, text in SHOP.items()},
            "ann.yaml": "merchant: ann\nindustry: toys\n",
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        forget()
        return tmp_path / "shop"

    def forget():
        for name in ("toyplug", "toyhelper"):
            sys.modules.pop(name, None)

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield write
    forget()


def score(folder, *rules):
    return run_arguments(["score", str(folder / "ann.yaml"), "--as-of", "2026-06-01", *rules])


def test_what_a_plugin_builds_on_may_not_change_a_released_score(shop, tmp_path, capsys):
    book = str(shop())
    released = str(tmp_path / "shop.bundle")
    assert run_arguments(["lock", book, "--processes", "1"]) == 0
    assert run_arguments(["release", book, "--out", released, "--processes", "1"]) == 0
    assert score(tmp_path, "--rules", released) == score(tmp_path, "--book", book) == 0
    capsys.readouterr()
    shop(helper="POINTS = 9\n")
    for command in (["check", book], ["lock", book, "--processes", "1"]):
        assert run_arguments(command) == 1
        assert "SY328" in "".join(capsys.readouterr())
    again = str(tmp_path / "again.bundle")
    assert run_arguments(["release", book, "--out", again, "--processes", "1"]) == 1
    assert not Path(again).exists()
    assert score(tmp_path, "--book", book) == 2
    assert "SY328" in capsys.readouterr().err
    assert score(tmp_path, "--rules", released) == 0
    assert "Gift" in capsys.readouterr().out


def test_compiled_code_in_the_place_of_its_source_is_noticed(shop, tmp_path, capsys):
    book = str(shop())
    assert run_arguments(["lock", book, "--processes", "1"]) == 0
    shop(helper="POINTS = 9\n")
    compileall.compile_file(tmp_path / "toyhelper.py", legacy=True, quiet=2)
    (tmp_path / "toyhelper.py").unlink()
    assert run_arguments(["check", book]) == 1
    assert score(tmp_path, "--book", book) == 2
    assert "SY328" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("command", "names", "helper"),
    [
        ("lock", '{"orders", "shop", "visitors"}', "POINTS = 3\n"),  # the order of a set
        ("release", '["a"]', "import os\nPOINTS = len(os.environ['HOME'])\n"),
        ("release", '["a"]', "import time\nPOINTS = time.time_ns() % 1000\n"),
    ],
)
def test_rules_that_depend_on_their_process_are_refused(
    shop, tmp_path, capsys, command, names, helper
):
    book = shop(names, helper)
    options = {
        "lock": ["--processes", "8"],
        "release": ["--out", str(tmp_path / "b"), "--processes", "2"],
    }
    assert run_arguments([command, str(book), *options[command]]) == 1
    said = capsys.readouterr().err
    assert "SY329 plan-not-reproducible: the rules toys@1 give another plan" in said
    assert "in items gift" in said
    assert not (book / "book.lock").exists()
    assert not (tmp_path / "b").exists()


def test_rules_that_cannot_be_compiled_elsewhere_are_refused(shop, capsys):
    book = shop(helper="import os\nPOINTS = {'user-0': 1}.get(os.environ.get('USER'), 1) or 0\n")
    assert run_arguments(["lock", str(book), "--processes", "2"]) == 0
    book = shop(
        helper="import os\nassert not os.environ.get('USER', '').startswith('user-')\nPOINTS = 3\n"
    )
    assert run_arguments(["lock", str(book), "--processes", "2"]) == 1
    assert "SY329" in capsys.readouterr().err


def test_a_release_has_locked_rules_only(shop, tmp_path, capsys):
    book = shop()
    assert run_arguments(["lock", str(book), "--processes", "1"]) == 0
    text = SHOP["toys.yaml"].replace("version: 1", "version: 2").replace("2026-01", "2026-07")
    (book / "next.yaml").write_text(text, encoding="utf-8")
    release = ["release", str(book), "--out", str(tmp_path / "b"), "--processes", "1"]
    assert run_arguments(release) == 1
    assert "SY340 plan-not-locked: 1 of 2 plans are not locked yet" in capsys.readouterr().err
    assert run_arguments(["lock", str(book), "--processes", "1"]) == 0
    assert run_arguments(release) == 0
    periods = read_bundle(tmp_path / "b").periods
    assert [one.first_day for one in periods] == ["2026-01-01", "2026-07-01"]


def test_python_takes_a_bundle(bundle):
    merchant = {"merchant": "ann", "industry": "general", "service.refund_hours": 5}
    for rules in (bundle, str(bundle)):
        with pytest.raises(InvalidInput, match="SY603"):
            steelyard.score(merchant, rules, date(2026, 6, 1))


def test_a_plan_of_a_bundle_is_what_its_digest_says(bundle):
    read = read_bundle(bundle)
    for name, line in read.lines.items():
        assert digest_bytes(line) == name
        assert read.plan(name).selection == ()
