"""The lock says what was released, whatever the layout, and refuses to see it edited."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.rollouts import rolled_out

from steelyard.book import check_lock, lock_of, read_book, update_lock
from steelyard.book.lock import FILE, write_lock
from steelyard.book.reading import book_files
from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput
from steelyard.formats import parse_yaml
from steelyard.pipeline import open_book

REFERENCE = Path("rulesets")
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
    write_lock(update_lock(read_book(tmp_path), {}), tmp_path)
    return tmp_path


def codes(folder):
    return [problem.code for problem in check_lock(read_book(folder), {})]


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_reference_book_is_locked():
    assert (REFERENCE / FILE).is_file()
    book = read_book(REFERENCE)
    plugins = open_book(book.folder).plugin_digests()
    now = lock_of(book, plugins)
    locked = json.loads((REFERENCE / FILE).read_text(encoding="utf-8"))
    assert check_lock(book, plugins) == []
    assert (locked["rulesets"], locked["facts"]) == (now.rulesets, now.facts)
    assert locked.get("plugins", plugins) == plugins


def test_a_lock_is_canonical_and_the_same_again(book):
    first = (book / FILE).read_bytes()
    data = json.loads(first)
    assert list(data) == ["format", "rulesets", "facts"]
    assert first.endswith(b"}\n")
    write_lock(update_lock(read_book(book), {}), book)
    assert (book / FILE).read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ruleset: tea\n", "# a comment\nruleset:   'tea'\n"),
        ("title: {en: Tea, zh: 茶}", "title:\n  zh: 茶\n  en: Tea"),
        ("4.50", "4.5"),
        ("5.0", "5"),
        ("base:", "rollout: {share: 0.1, salt: x}\nbase:"),
    ],
)
def test_comments_layout_and_rollout_are_free(book, old, new):
    edit(book / "tea.yaml", old, new)
    assert codes(book) == []


def test_a_share_may_be_widened(tmp_path):
    folder = rolled_out(tmp_path, "0.1")
    write_lock(update_lock(read_book(folder), {}), folder)
    edit(folder / "industries/maternity-2026.9.yaml", "share: 0.1,", "share: 0.25,")
    assert codes(folder) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("4.50", "4.51"), ("Tea", "Teas"), ("2026-01-01", "2026-01-02"), ("5.0]", "6]")],
)
def test_an_edit_in_place_is_refused(book, old, new):
    edit(book / "tea.yaml", old, new)
    problems = check_lock(read_book(book), {})
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
    lock = update_lock(read_book(book), {})
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
    assert run_arguments(["lock", str(book)]) == 1
    said = capsys.readouterr().err
    assert "SY323" in said
    assert "SY324" in said
    assert (book / FILE).read_bytes() == kept
    assert run_arguments(["check", str(book)]) == 1
    assert run_arguments(["lock", str(book), "--renew"]) == 0
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
        (b'{"format": "steelyard-lock/1", "rulesets": {"a@1": "sha256:0"}, "facts": {}}', "SY325"),
    ],
)
def test_a_broken_lock_is_bad_input(book, capsys, content, code):
    (book / FILE).write_bytes(content)
    assert code in codes(book)
    assert run_arguments(["lock", str(book)]) == 2
    assert code in capsys.readouterr().err
    assert (book / FILE).read_bytes() == content


def test_a_folder_in_the_place_of_the_lock(book):
    (book / FILE).unlink()
    (book / FILE).mkdir()
    assert codes(book) == ["SY101"]


ONE, TWO = (f"sha256:{digit * 64}" for digit in "12")


def with_plugins(folder, plugins="[tea, toys]"):
    edit(folder / "book.yaml", "industries:", f"plugins: {plugins}\nindustries:")
    return read_book(folder)


def plugin_problems(folder, plugins):
    return [(one.code, str(one.place), one.what) for one in check_lock(read_book(folder), plugins)]


def test_a_lock_without_plugins_compares_none_and_gains_them(book):
    read = with_plugins(book)
    installed = {"toys@2.0": TWO, "tea@1.0": ONE}
    assert check_lock(read, installed) == []
    lock = update_lock(read, installed)
    assert lock.new == 2
    write_lock(lock, book)
    data = json.loads((book / FILE).read_text(encoding="utf-8"))
    assert list(data["plugins"].items()) == [("tea@1.0", ONE), ("toys@2.0", TWO)]
    assert check_lock(read, installed) == []
    assert update_lock(read, installed).new == 0


def test_another_plugin_is_refused_until_renewed(book):
    read = with_plugins(book)
    write_lock(update_lock(read, {"tea@1.0": ONE, "toys@2.0": TWO}), book)
    line = (book / FILE).read_text(encoding="utf-8").splitlines().index(
        '    "tea@1.0": "' + ONE + '",'
    ) + 1
    newer = {"tea@1.1": TWO, "toys@2.0": TWO}
    (problem,) = plugin_problems(book, newer)
    assert problem == (
        "SY328",
        f"book.lock:{line}:5",
        "tea 1.1 (sha256:222222222222…) is installed, and the book is locked with tea 1.0 (sha256:111111111111…)",
    )
    with pytest.raises(InvalidInput, match="SY328"):
        update_lock(read, newer)
    write_lock(update_lock(read, newer, renew=True), book)
    assert plugin_problems(book, newer) == []
    assert "tea@1.0" not in (book / FILE).read_text(encoding="utf-8")


def test_other_files_under_one_version_are_said_plainly(book):
    write_lock(update_lock(with_plugins(book), {"tea@1.0": ONE}), book)
    (problem,) = plugin_problems(book, {"tea@1.0": TWO})
    assert problem[0] == "SY328"
    assert problem[2] == (
        "the files of the plugin tea 1.0 are not those that were locked: "
        "sha256:222222222222… is installed, sha256:111111111111… is locked"
    )


def test_a_plugin_that_the_book_drops_is_gone_and_one_not_installed_is_told_elsewhere(book):
    write_lock(update_lock(with_plugins(book), {"tea@1.0": ONE, "toys@2.0": TWO}), book)
    assert plugin_problems(book, {}) == []  # that they are not installed is SY211
    edit(book / "book.yaml", "[tea, toys]", "[tea]")
    (problem,) = plugin_problems(book, {"tea@1.0": ONE})
    assert problem[0] == "SY324"
    assert "the plugin toys" in problem[2]


def test_a_book_whose_plugins_cannot_be_used_is_not_locked(book, capsys):
    with_plugins(book, "{maternity: '<0.0.1', nosuch: '>=1'}")
    kept = (book / FILE).read_bytes()
    assert run_arguments(["lock", str(book)]) == 2
    said = capsys.readouterr().err
    assert "SY211" in said
    assert "SY326" in said
    assert (book / FILE).read_bytes() == kept


def test_the_command_locks_the_installed_plugins_and_check_compares_them(book, capsys):
    with_plugins(book, "[maternity]")
    assert run_arguments(["lock", str(book)]) == 0
    assert "1 version, 1 fact and 1 plugin, 1 of them new" in capsys.readouterr().out
    assert run_arguments(["check", str(book)]) == 0
    data = json.loads((book / FILE).read_text(encoding="utf-8"))
    data["plugins"] = dict.fromkeys(data["plugins"], ONE)
    (book / FILE).write_text(json.dumps(data), encoding="utf-8")
    capsys.readouterr()
    assert run_arguments(["check", str(book)]) == 1
    assert "SY328" in capsys.readouterr().out
    assert run_arguments(["lock", str(book)]) == 1
    assert run_arguments(["lock", str(book), "--renew"]) == 0
    assert run_arguments(["check", str(book)]) == 0


def test_a_lock_is_not_a_file_of_the_rules(book):
    assert FILE not in [path.name for path in book_files(book)]


def test_a_lock_cannot_be_written_where_nobody_may(book):
    shutil.rmtree(book / "facts")
    lock = update_lock(read_book(book), {}, renew=True)
    with pytest.raises(InvalidInput, match="SY116"):
        write_lock(lock, book / "absent")
