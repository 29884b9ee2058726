"""The lock says what was released, whatever the layout, and refuses to see it edited."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.rollouts import rolled_out

from steelyard.book import check_lock, lock_of, read_book, update_lock
from steelyard.book.lock import FILE, write_lock
from steelyard.book.reading import book_files
from steelyard.cli.running import run_arguments
from steelyard.compiler.release import compile_all
from steelyard.errors import InvalidInput
from steelyard.formats import parse_yaml
from steelyard.pipeline import open_book
from steelyard.plan.codec import meaning_digest

REFERENCE = Path("rulesets")
ONCE = ("--processes", "1")
PARTS = ("rulesets", "facts", "rollouts", "periods", "plans", "plugins")
TEA = """
ruleset: tea
version: 1
title: {en: Tea, zh: 茶}
effective: {from: 2026-01-01}
score: {range: [0, 5.0]}
base: {from: fixed, score: 4.50}
"""
BOOK = """
book: shop
title: {en: Shop, zh: 店铺}
industries: [{id: tea, title: {en: Tea, zh: 茶}}]
"""
LOCKED = '{"format": "steelyard-lock/2", "rulesets": %s, "facts": {}, "rollouts": {}, "plans": {}}'
FACTS = """
facts:
  - {id: orders, type: int, bounds: [0, 9], title: {en: o, zh: o}, illustrative: true, meaning: m, source: s}
"""


@pytest.fixture
def book(tmp_path):
    """A locked book of one version and one fact."""
    (tmp_path / "facts").mkdir()
    for name, text in (("book", BOOK), ("tea", TEA), ("facts/own", FACTS)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    write_lock(update_lock(read_book(tmp_path), {}, {}), tmp_path)
    return tmp_path


def codes(folder):
    return [problem.code for problem in check_lock(read_book(folder))]


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_reference_book_is_locked():
    opened = open_book(REFERENCE)
    plans = {name: meaning_digest(plan) for name, plan in compile_all(opened).items()}
    now = lock_of(opened.book, plans, opened.plugin_versions)
    locked = json.loads((REFERENCE / FILE).read_text(encoding="utf-8"))
    assert {part: locked[part] for part in PARTS} == {part: getattr(now, part) for part in PARTS}


def test_a_lock_is_canonical_and_the_same_again(book):
    first = (book / FILE).read_bytes()
    data = json.loads(first)
    assert list(data) == ["format", "default_shop_type", *PARTS]
    assert first.endswith(b"}\n")
    write_lock(update_lock(read_book(book), {}, {}), book)
    assert (book / FILE).read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ruleset: tea\n", "# a comment\nruleset:   'tea'\n"),
        ("title: {en: Tea, zh: 茶}", "title:\n  zh: 茶\n  en: Tea"),
        ("4.50", "4.5"),
        ("5.0", "5"),
    ],
)
def test_comments_and_layout_are_free(book, old, new):
    edit(book / "tea.yaml", old, new)
    assert codes(book) == []


SAID = "{share: 0.1, salt: next}"


@pytest.mark.parametrize(
    ("old", "new", "edited"),
    [
        (SAID, "{share: 0.10, salt: next}", False),
        (SAID, "{share: 0.1, salt: next, changes: [{from: 2026-06-01, share: 0.5}]}", False),
        (SAID, "{share: 0.1, salt: next, changes: [{from: 2026-06-01, share: 0}]}", False),
        (SAID, "{share: 0.2, salt: next}", True),
        (SAID, "{share: 0.05, salt: next}", True),
        (SAID, "{share: 0.1, salt: other}", True),
        (SAID, "{share: 0.1, salt: next, shadow: true}", True),
        (f"rollout: {SAID}\n", "", True),
        ("version: 2026.2\n", "version: 2026.2\nrollout: {share: 0.5, salt: s}\n", True),
    ],
)
def test_who_gets_a_released_version_changes_by_dated_entries_only(tmp_path, old, new, edited):
    folder = rolled_out(tmp_path, "0.1")
    write_lock(update_lock(read_book(folder), {}, {}), folder)
    version = "2026.9" if SAID in old else "2026.2"
    edit(folder / f"industries/maternity{'-2026.9' * (SAID in old)}.yaml", old, new)
    assert codes(folder) == ["SY323"] * edited
    if edited:
        (problem,) = check_lock(read_book(folder))
        assert f"the rollout of the released version maternity@{version} was edited" in problem.what


def test_a_step_that_was_locked_stays(tmp_path):
    """A later entry replaces it: so the rollout stops, and the lock accepts that."""
    folder = rolled_out(tmp_path, "0.1, changes: [{from: 2026-07-01, share: 1}]")
    file = folder / "industries/maternity-2026.9.yaml"
    write_lock(update_lock(read_book(folder), {}, {}), folder)
    edit(file, "share: 1}]", "share: 1}, {from: 2026-06-20, share: 0.1}]")
    assert codes(folder) == []
    edit(file, "{from: 2026-07-01, share: 1}, ", "")
    assert codes(folder) == ["SY323"]


@pytest.mark.parametrize(
    ("start", "through", "refused"),
    [
        ("2025-12-31", None, False),  # nobody said which days are past
        ("2025-12-31", "2026-06-01", True),
        ("2026-05-31", "2026-06-01", True),
        ("2026-06-01", "2026-06-01", True),
        ("2026-06-02", "2026-06-01", False),
    ],
)
@pytest.mark.parametrize("name", ["tea", "green"])
def test_no_version_begins_on_a_locked_day(book, name, start, through, refused):
    """Also a ruleset of another name that is more specific."""
    day = through and date.fromisoformat(through)
    write_lock(update_lock(read_book(book), {}, {}, through=day), book)
    text = TEA.replace("version: 1", "version: 2").replace("2026-01-01", start)
    text = text.replace("ruleset: tea", f"ruleset: {name}\nselects: {{industry: tea}}")
    if name == "tea":
        text = text.replace("selects: {industry: tea}\n", "")
    (book / "new.yaml").write_text(text, encoding="utf-8")
    problems = check_lock(read_book(book))
    assert [problem.code for problem in problems] == ["SY323"] * refused
    if refused:
        assert f"merchants of tea have other rules on {start}, which is locked" in problems[0].what
        assert f"begin after {through}" in str(problems[0].fix)
        with pytest.raises(InvalidInput, match="SY323"):
            update_lock(read_book(book), {}, {})
        assert check_lock(read_book(book))


def test_the_day_of_the_lock_never_goes_back(book):
    days = [date(2026, 6, 1), date(2026, 5, 31), date(2026, 7, 1)]
    locks = []
    for day, renew in ((days[0], False), (None, False), (days[2], False), (days[1], True)):
        locks.append(update_lock(read_book(book), {}, {}, through=day, renew=renew))
        write_lock(locks[-1], book)
    assert [lock.through for lock in locks] == [days[0], days[0], days[2], days[1]]
    with pytest.raises(InvalidInput, match=r"SY701.*through 2026-05-31 are locked"):
        update_lock(read_book(book), {}, {}, through=date(2026, 5, 30))


TYPES = "shop_types: [{id: stall, title: {en: Stall, zh: 摊}}, {id: house, title: {en: House, zh: 馆}}]\n"


def test_the_kinds_of_merchants_stay(book):
    """A merchant that gives no shop type has the first one."""
    edit(
        book / "book.yaml", "title: {en: Shop, zh: 店铺}\n", "title: {en: Shop, zh: 店铺}\n" + TYPES
    )
    assert codes(book) == ["SY323", "SY323"]  # the default, and the kind without a shop type
    write_lock(update_lock(read_book(book), {}, {}, renew=True), book)
    text = (book / "book.yaml").read_text(encoding="utf-8")
    more = "{id: cart, title: {en: Cart, zh: 车}}"
    edit(book / "book.yaml", "zh: 馆}}]", f"zh: 馆}}}}, {more}]")
    assert codes(book) == []
    (book / "book.yaml").write_text(text.replace("id: stall", "id: other"), encoding="utf-8")
    assert codes(book) == ["SY323", "SY323"]
    swapped = text.replace("id: stall", "id: x").replace("id: house", "id: stall")
    (book / "book.yaml").write_text(swapped.replace("id: x", "id: house"), encoding="utf-8")
    (problem,) = check_lock(read_book(book))
    assert problem.what == (
        "merchants that give no shop type have house now, and had stall when the book was locked"
    )
    edit(book / "tea.yaml", "4.50", "4.51")
    assert codes(book) == ["SY323", "SY323"]  # the edited version does not hide the other one


def test_no_step_of_a_rollout_changes_a_locked_day(tmp_path):
    folder = rolled_out(tmp_path, "0.1")
    file = folder / "industries/maternity-2026.9.yaml"
    lock = update_lock(read_book(folder), {}, {}, through=date(2026, 7, 1))
    write_lock(lock, folder)
    edit(file, SAID, SAID[:-1] + ", changes: [{from: 2026-07-02, share: 0.5}]}")
    assert codes(folder) == []
    edit(file, "2026-07-02", "2026-07-01")
    (problem,) = check_lock(read_book(folder))
    assert str(problem.place) == "book.lock:153:5"
    assert problem.what.startswith(
        "merchants of maternity · flagship; maternity · flagship · double-11; maternity · ordinary; … "
        "have other rules on 2026-07-01, which is locked: "
    )
    assert str(problem.expected).endswith("; 0.1 get marketplace-base@2026.2 + maternity@2026.9")


@pytest.mark.parametrize(
    ("old", "new"),
    [("4.50", "4.51"), ("Tea", "Teas"), ("2026-01-01", "2026-01-02"), ("5.0]", "6]")],
)
def test_an_edit_in_place_is_refused(book, old, new):
    edit(book / "tea.yaml", old, new)
    problems = check_lock(read_book(book))
    assert [(one.code, str(one.place)) for one in problems] == [("SY323", "tea.yaml:3:10")]


@given(st.sampled_from(["4.5", "4.50", "4.500", "45e-1"]), st.sampled_from(["4.05", "-4.5", "45"]))
def test_numbers_count_by_what_they_are(same, other):
    from steelyard.book.lock import _digest

    said = {text: _digest(parse_yaml(f"{{a: {text}}}", "a")) for text in ("4.5", same, other)}
    assert said["4.5"] == said[same] != said[other]


def test_a_new_version_is_free_and_locking_adds_it(book):
    text = TEA.replace("version: 1", "version: 2").replace("2026-01-01", "2026-02-01")
    (book / "tea2.yaml").write_text(text, encoding="utf-8")
    edit(
        book / "facts/own.yaml",
        "facts:\n",
        "facts:\n" + FACTS.splitlines()[2].replace("orders", "visits") + "\n",
    )
    assert codes(book) == []
    before = json.loads((book / FILE).read_text(encoding="utf-8"))
    lock = update_lock(read_book(book), {}, {})
    assert lock.new == 2
    assert {**before["rulesets"], "tea@2": lock.rulesets["tea@2"]} == lock.rulesets
    assert set(lock.facts) == {"orders", "visits"}


def test_every_problem_is_said_at_once_and_renewed_on_demand(book, capsys):
    edit(book / "facts/own.yaml", "[0, 9]", "[0, 99]")
    (book / "tea.yaml").rename(book / "moved.yaml")
    assert codes(book) == ["SY323"]  # a file may move
    edit(book / "moved.yaml", "version: 1", "version: 3")
    assert codes(book) == ["SY324", "SY323"]
    kept = (book / FILE).read_bytes()
    assert run_arguments(["lock", str(book), *ONCE]) == 1
    said = capsys.readouterr().err
    assert "SY323" in said
    assert "SY324" in said
    assert (book / FILE).read_bytes() == kept
    assert run_arguments(["check", str(book)]) == 1
    assert run_arguments(["lock", str(book), "--renew", *ONCE]) == 0
    assert codes(book) == []
    assert run_arguments(["check", str(book)]) == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SY104"),
        (b"{", "SY112"),
        (b"\xff\xfe{", "SY103"),
        (b"[]", "SY325"),
        (b'{"format": 1}', "SY325"),
        (b'{"format": "steelyard-lock/1"}', "SY325"),
        (b'{"format": "steelyard-lock/2"}', "SY325"),
        (LOCKED.encode() % b'{"a@1": "sha256:0"}', "SY325"),
    ],
)
def test_a_broken_lock_is_bad_input(book, capsys, content, code):
    (book / FILE).write_bytes(content)
    assert code in codes(book)
    assert run_arguments(["lock", str(book), *ONCE]) == 2
    assert code in capsys.readouterr().err
    assert (book / FILE).read_bytes() == content


def test_a_folder_in_the_place_of_the_lock(book):
    (book / FILE).unlink()
    (book / FILE).mkdir()
    assert codes(book) == ["SY101"]


ONE, TWO = (f"sha256:{digit * 64}" for digit in "12")


def test_another_plan_is_refused_with_the_plugins_that_may_explain_it(book):
    write_lock(update_lock(read_book(book), {"tea@1": ONE}, {"toys": "1.0"}), book)
    read = read_book(book)
    assert check_lock(read, {"tea@1": ONE}, {"toys": "1.1"}) == []  # the same plan
    (problem,) = check_lock(read, {"tea@1": TWO}, {"toys": "1.1"})
    assert (problem.code, str(problem.place)) == ("SY328", "book.lock:17:5")
    assert problem.what == (
        "the rules tea@1 give another plan than the one that was locked: "
        "sha256:222222222222… now, sha256:111111111111… locked (toys 1.1, locked with 1.0)"
    )
    with pytest.raises(InvalidInput, match="SY328"):
        update_lock(read, {"tea@1": TWO}, {})
    write_lock(update_lock(read, {"tea@2": TWO}, {}), book)
    (problem,) = check_lock(read, {"tea@1": TWO, "tea@2": TWO}, {})  # it was not forgotten
    assert problem.what.startswith("the rules tea@1 give another plan")
    write_lock(update_lock(read, {"tea@1": TWO}, {}, renew=True), book)
    assert check_lock(read, {"tea@1": TWO}, {}) == []


def test_a_book_whose_plugins_cannot_be_used_is_not_locked(book, capsys):
    edit(
        book / "book.yaml",
        "industries:",
        "plugins: {maternity: '<0.0.1', nosuch: '>=1'}\nindustries:",
    )
    kept = (book / FILE).read_bytes()
    assert run_arguments(["lock", str(book), *ONCE]) == 2
    said = capsys.readouterr().err
    assert "SY211" in said
    assert "SY326" in said
    assert (book / FILE).read_bytes() == kept


def test_the_command_locks_the_plans_and_check_and_score_compare_them(book, tmp_path, capsys):
    assert run_arguments(["lock", str(book), *ONCE]) == 0
    assert "1 version, 1 fact and 1 plan, 1 of them new" in capsys.readouterr().out
    merchant = tmp_path.parent / "shop.yaml"
    merchant.write_text("merchant: ann\nindustry: tea\n", encoding="utf-8")
    score = ["score", str(merchant), "--book", str(book), "--as-of", "2026-02-01"]
    assert run_arguments(["check", str(book)]) == run_arguments(score) == 0
    data = json.loads((book / FILE).read_text(encoding="utf-8"))
    data["plans"] = dict.fromkeys(data["plans"], ONE)
    (book / FILE).write_text(json.dumps(data), encoding="utf-8")
    capsys.readouterr()
    assert run_arguments(["check", str(book)]) == 1
    assert "SY328" in capsys.readouterr().out
    assert run_arguments(score) == 2
    assert "SY328" in capsys.readouterr().err
    assert run_arguments(["lock", str(book), *ONCE]) == 1
    assert run_arguments(["lock", str(book), "--renew", *ONCE]) == 0
    assert run_arguments(["check", str(book)]) == run_arguments(score) == 0


def test_a_lock_is_not_a_file_of_the_rules(book):
    assert FILE not in [path.name for path in book_files(book)]


def test_a_lock_cannot_be_written_where_nobody_may(book):
    shutil.rmtree(book / "facts")
    lock = update_lock(read_book(book), {}, {}, renew=True)
    with pytest.raises(InvalidInput, match="SY116"):
        write_lock(lock, book / "absent")
