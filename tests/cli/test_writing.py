"""Commands never write onto what they read, and write nothing with status 2."""

import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from tests.dry_run.books import NEW, OLD, write_book
from tests.dry_run.populations import write_population
from tests.dry_run.test_attribution import ROWS

from steelyard.cli.running import run_arguments

DAY = ("--as-of", "2026-06-01")
BAD = '{"merchant": "a", "industry": "x"}\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("writing")
    write_book(folder / "live", OLD)
    write_book(folder / "candidate", NEW)
    write_population(folder / "shops.jsonl", ROWS)
    (folder / "none.csv").write_text("merchant,industry\n")
    (folder / "bad.jsonl").write_text(BAD)
    (folder / "old.rejects.jsonl").write_text(BAD)
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch) -> Path:
    subprocess.run(["cp", "-r", f"{made}/.", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


SCORE = ("score", "shops.jsonl", "--book", "live", *DAY)
DRY_RUN = (
    *("dry-run", "--live", "live", "--candidate", "candidate", "--merchants", "shops.jsonl"),
    *("--no-attribution", "--guardrails", "none", *DAY),
)
SPARK = ("score", "kept.parquet", "--engine", "spark", "--book", "live", *DAY)
NEW_PLUGIN = ("plugins", "new", "toys", "--industry", "toys")
SAME = ("dry-run", "--live", "live", "--candidate", "live", *DAY)
COMPILE = ("compile", "live", "--industry", "general", *DAY)
SAMPLE = ("facts", "sample", "--book", "live", "--n", "3", *DAY)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*SCORE, "--out", "shops.jsonl"), "SY701"),
        ((*SCORE, "--out", "./live/../shops.jsonl"), "SY701"),
        ((*SCORE, "--out", "SHOPS.jsonl"), "SY701"),
        ((*SCORE, "--items", "shops.jsonl", "--out", "a.csv"), "SY701"),
        ((*SCORE, "--out", "a.csv", "--items", "a.csv"), "SY701"),
        ((*SCORE, "--out", "a.csv", "--items", "A.csv"), "SY701"),
        ((*SCORE, "--out", "-", "--items", "-"), "SY701"),
        ((*SCORE, "--out", "a.parquet", "--items", "a.rejects.jsonl"), "SY701"),
        ((*SCORE, "bad.jsonl", "none.csv", "--out", "live/general.csv"), "SY701"),  # a link
        (("score", "old.rejects.jsonl", "--book", "live", *DAY, "--out", "old.csv"), "SY701"),
        (("score", "none.csv", "--book", "live", *DAY, "--out", "bad.jsonl"), "SY601"),
        (("score", "none.csv", "--book", "live", *DAY, "--out", "new.csv"), "SY601"),
        ((*SCORE, "--out", "absent/a.csv"), "SY116"),
        ((*COMPILE, "--out", "live/general.yaml"), "SY701"),
        ((*COMPILE, "--out", "live/../live/BOOK.yaml"), "SY701"),
        ((*COMPILE, "--out", "live/book.lock"), "SY701"),
        ((*COMPILE, "--out", "live"), "SY116"),
        (("release", "live", "--out", "live/general.yaml"), "SY701"),
        ((*SAMPLE, "--out", "live/general.csv"), "SY701"),  # a link
        ((*DRY_RUN, "--out", "links"), "SY701"),
        ((*DRY_RUN, "--out", "live"), "SY701"),
        ((*DRY_RUN, "--out", "candidate/reports/new"), "SY701"),
        ((*SAME, "--merchants", "shops.jsonl", "--out", "./candidate"), "SY701"),  # not read
        ((*DRY_RUN, "--out", "shops.jsonl"), "SY116"),
        # nothing is measured, and the merchants of an earlier run would be removed
        ((*SAME, "--merchants", "pop/merchants.parquet", "--out", "pop"), "SY701"),
        ((*SAME, "--merchants", "p?p", "--out", "pop"), "SY701"),
        ((*DRY_RUN, "--out", "new", "--by", "nobody"), "SY703"),
        (("plugins", "docs", "petcare", "--book", "live", "--out", "links"), "SY701"),
        (("plugins", "new", "toys", "--industry", "toys", "--dir", "shops.jsonl/x"), "SY116"),
        (("lock", "linked", "--processes", "1"), "SY116"),
        ((*SPARK, "--out", "kept.parquet"), "SY701"),
        ((*SPARK, "--out", "kept.parquet/new.parquet"), "SY701"),
        ((*SPARK[:1], "kept.parquet/a.parquet", *SPARK[2:], "--out", "kept.parquet"), "SY701"),
        ((*SPARK, "--out", "live.parquet"), "SY701"),  # a folder with files of somebody else
    ],
)  # fmt: skip
def test_no_command_writes_onto_what_it_reads_or_writes(folder, capsys, arguments, code):
    """Also through a link, a hard link and a rejects file beside; status 2 leaves everything."""
    (folder / "live" / "general.csv").symlink_to("general.yaml")
    (folder / "links").mkdir()
    (folder / "links" / "merchants.parquet").hardlink_to(folder / "live" / "general.yaml")
    (folder / "links" / "petcare.md").hardlink_to(folder / "live" / "general.yaml")
    subprocess.run(["cp", "-r", "candidate", "linked"], check=True)
    (folder / "linked" / "book.lock").symlink_to("../planted")
    for name in ("kept.parquet/a.parquet", "live.parquet/notes.txt", "pop/merchants.parquet"):
        (folder / name).parent.mkdir()
        (folder / name).touch()
    if code == "SY601":
        (folder / "bad.jsonl").write_text("yesterday")
    before, names = contents(folder), sorted(map(str, folder.rglob("*")))
    assert run_arguments(arguments) == 2
    assert code in capsys.readouterr().err
    assert contents(folder) == before
    assert sorted(map(str, folder.rglob("*"))) == names


ADDRESS = "s3://bucket/a.parquet"


@pytest.mark.parametrize(
    "arguments",
    [
        (*SCORE, "--out", ADDRESS),
        (*SCORE, "--items", ADDRESS),
        (*SPARK, "--out", ADDRESS),
        (*SAMPLE, "--out", ADDRESS),
        (*COMPILE, "--out", ADDRESS),
        (*DRY_RUN, "--out", ADDRESS),
        ("release", "live", "--out", ADDRESS),
        ("schema", "--out", ADDRESS),
        ("plugins", "docs", "core", "--out", ADDRESS),
        (*NEW_PLUGIN, "--dir", ADDRESS),
    ],
)
def test_an_address_of_a_network_is_no_output(folder, capsys, arguments):
    """No folder `s3:` is made either; but where there is one, it is a folder like others."""
    (folder / "kept.parquet").mkdir()
    before = sorted(map(str, folder.rglob("*")))
    assert run_arguments(arguments) == 2
    said = capsys.readouterr().err
    assert f"SY701 usage: {ADDRESS}" in said
    assert "is an address of a network, and only files are written\n" in said
    assert "    fix: write a file, and copy it there\n" in said
    assert sorted(map(str, folder.rglob("*"))) == before
    if arguments == (*SCORE, "--out", ADDRESS):
        (folder / "s3:" / "bucket").mkdir(parents=True)
        assert run_arguments(arguments) == 1  # one is rejected
        assert (folder / "s3:" / "bucket" / "a.parquet").is_file()


BUCKET = "s3://bucket/a"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", BUCKET),
        ("test", BUCKET),
        ("lock", BUCKET),
        ("diff", BUCKET, "live"),
        ("explain", f"{BUCKET}.yaml", "--book", "live", *DAY),
        ("score", f"{BUCKET}.yaml", "--book", "live", *DAY),
        ("score", f"{BUCKET}.csv", "--book", "live", *DAY),
        ("score", "shops.jsonl", "--book", BUCKET, *DAY),
        ("score", "shops.jsonl", "--rules", BUCKET, *DAY),
        ("dry-run", "--live", "live", "--candidate", BUCKET, "--merchants", "shops.jsonl", *DAY),
        (*DRY_RUN, "--merchants", f"{BUCKET}.csv"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_address_of_a_network_is_no_input(capsys, arguments):
    assert run_arguments(arguments) == 2
    said = capsys.readouterr().err
    assert "s3://bucket/a" in said
    assert "is an address of a network" in said
    assert "    fix: " in said


def test_rejects_alone_are_the_answer_no(folder, capsys):
    for arguments in (
        ("score", "bad.jsonl", "--book", "live", *DAY, "--out", "a.csv"),
        ("score", "bad.jsonl", "--book", "live", *DAY),
        ("dry-run", "--live", "live", "--candidate", "candidate", "--merchants", "bad.jsonl", *DAY),
    ):
        assert run_arguments(arguments) == 1
        assert "1  SY604" in capsys.readouterr().out
    assert len((folder / "a.rejects.jsonl").read_text().splitlines()) == 1
    assert len((folder / "a.csv").read_text().splitlines()) == 1  # the names of its columns


def test_reports_of_nobody_leave_no_merchants_of_yesterday(folder):
    assert run_arguments((*DRY_RUN, "--out", "new")) == 0
    assert len(list((folder / "new").iterdir())) == 4
    same = [*DRY_RUN, "--out", "new"]
    same[4] = "live"
    assert run_arguments(same) == 0
    names = {path.name for path in (folder / "new").iterdir()}
    assert names == {"report.html", "report.md", "impact.json"}


def steelyard(*arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([sys.executable, "-m", "steelyard", *arguments], **options)


FULL = "standard output cannot be written: No space left"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*SCORE, "--out", "a.csv"), FULL),
        ((*SCORE, "--out", "-"), FULL),
        (("lock", "candidate", "--processes", "1"), FULL),
        ((*NEW_PLUGIN, "--dir", "new"), FULL),
        ((*SCORE, "--out", "a.parquet"), "a.parquet cannot be written: File too large"),
        ((*SCORE, "--out", "a.csv"), "a.csv cannot be written: File too large"),
        ((*SAMPLE, "--out", "a.csv"), "a.csv cannot be written: File too large"),
        ((*COMPILE, "--out", "a.txt"), "a.txt cannot be written: File too large"),
    ],
)
def test_a_full_disk_is_status_2_and_nothing_is_written(
    folder, capsys, monkeypatch, arguments, said
):
    before = set(folder.rglob("*"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Path("/dev/full").open("w", encoding="utf-8") as full, monkeypatch.context() as patch:
        if said is FULL:
            patch.setattr(sys, "stdout", full)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
        try:
            status = run_arguments(arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    error = capsys.readouterr().err
    assert (status, "bug" in error) == (2, False)
    assert said in error
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "closed", "said"),
    [
        ((*SCORE, "--out", "a.csv"), 1, b"standard output cannot be written: Bad file"),
        (("score", "-", "--book", "live", *DAY), 0, b"standard input cannot be read: Bad file"),
        ((*SCORE, "--out", "-"), None, b"standard output cannot be written: File too large"),
    ],
)
def test_streams_that_are_closed_or_stop_halfway_are_status_2(folder, arguments, closed, said):
    """Without a buffer, a write could stop halfway and nobody would notice."""
    before = set(folder.iterdir())

    def prepare():
        if closed is None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        else:
            os.close(closed)

    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with (folder.parent / "out").open("wb") as out:
        stream = out if closed is None else None
        with steelyard(*arguments, stdout=stream, preexec_fn=prepare, env=environment) as process:
            _, error = process.communicate(timeout=100)
    assert (process.returncode, b"bug" in error) == (2, False)
    assert said in error
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("arguments", [("--help",), ("score", "--help"), (*SCORE, "--out", "-")])
@pytest.mark.parametrize("is_full", [True, False])
@pytest.mark.usefixtures("folder")
def test_a_lost_standard_output_is_told_once(arguments, is_full):
    with Path("/dev/full").open("wb") as full:
        streams = {"stdout": full} if is_full else {"preexec_fn": partial(os.close, 1)}
        with steelyard(*arguments, **streams) as process:
            _, error = process.communicate(timeout=100)
    reason = "No space left on device" if is_full else "Bad file descriptor"
    problems = [line for line in error.decode().splitlines() if line.startswith("SY")]
    assert problems == [f"SY116 file-unwritable: standard output cannot be written: {reason}"]
    assert process.returncode == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_neither_copies_nor_half_files(folder, number):
    """Standard input is copied; whatever asks the process to end, the copy goes too."""
    kept = folder / "kept"
    kept.mkdir()
    with steelyard(
        *("score", "-", "--book", "live", *DAY, "--out", "a.csv"),
        stdin=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(kept)},
    ) as process:
        process.stdin.write(b"{}\n" * 1_000_000)
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while sum(path.stat().st_size for path in kept.rglob("*/standard-input")) < 2_000_000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(number)
        process.send_signal(number)  # an impatient one
        assert process.wait(timeout=60) == 128 + number
        assert process.stderr.read() == b""
    assert list(kept.iterdir()) == []
    assert not (folder / "a.csv").exists()


def test_names_are_no_formulas_in_a_spreadsheet(folder, capsys):
    names = ["=1+1", "+1", "-1", "@sum", "＝1", "a=1", "'x"]
    facts = '"industry": "general", "orders": 50, "reply_share": 0.9, "good_share": 0.9, "late": 0'
    lines = "".join(f'{{"merchant": "{name}", {facts}}}\n' for name in names)
    (folder / "names.jsonl").write_text(lines, encoding="utf-8")
    command = ("score", "names.jsonl", "--book", "live", *DAY)
    outputs = ("--out", "a.csv", "--items", "b.csv")
    assert run_arguments((*command, *outputs)) == 0
    exact = {name: (folder / name).read_bytes().decode() for name in ("a.csv", "b.csv")}
    assert run_arguments((*command, *outputs, "--spreadsheet")) == 0
    for name, before in exact.items():
        text = (folder / name).read_bytes().decode()
        assert text[0] == "\ufeff"
        rows = [line.split(",") for line in text[1:].splitlines()[1:]]
        assert list(dict.fromkeys(row[0] for row in rows)) == [
            *("'=1+1", "'+1", "'-1", "'@sum", "'＝1", "a=1", "'x")
        ]
        # everything else stays, negative numbers too
        same = [line.split(",")[1:] for line in before.splitlines()]
        assert [line.split(",")[1:] for line in text.splitlines()] == same
        assert list(dict.fromkeys(line.split(",")[0] for line in before.splitlines()))[1:] == names
    assert run_arguments((*command, "--out", "a.parquet", "--spreadsheet")) == 2
    assert "SY701" in capsys.readouterr().err
