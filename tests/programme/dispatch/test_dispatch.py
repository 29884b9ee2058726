"""Dispatch: who comes first, waiting, unserved inquiries, ties, and the hash."""

import json
import random
from collections import Counter
from decimal import Decimal, getcontext
from pathlib import Path

import numpy as np
import pytest
from tests.programme.dispatch.shops import agent, agents, inquiries, inquiry, policy

from steelyard.cli.running import run_arguments
from steelyard.programme.dispatch import dispatch_batch, dispatch_online
from steelyard.programme.dispatch.online import _mixed, keys_of, times_of

VALID = Path("tests/cases/programme")


def given_to(found) -> dict[str, str | None]:
    return {
        one.inquiry.id: one.agent.id if one.agent is not None else one.reason
        for one in found.assignments
    }


def test_the_greater_value_serves_first_within_capacity():
    listed = [inquiry(f"q{n}") for n in range(3)]
    found = dispatch_batch(inquiries(*listed), agents(agent("x", 2, 5), agent("y", 0, 2)), policy())
    assert Counter(given_to(found).values()) == {"y": 2, "x": 1}
    assert found.value == found.bound == 110


def test_the_min_share_is_kept_at_the_least_loss():
    listed = [inquiry(f"q{n}") for n in range(4)]
    staff = agents(agent("x", 2, 5), agent("y", 0, 5), agent("z", 2, 5, value=15))
    found = dispatch_batch(inquiries(*listed), staff, policy(0, 0, 30))
    assert Counter(given_to(found).values()) == {"y": 2, "z": 2}


def test_serving_more_comes_before_value():
    """The certified agent alone has English, so the other one takes the inquiry in Chinese."""
    staff = agents(agent("x", 2, 1), agent("y", 0, 1, languages=("en", "zh")))
    asked = inquiries(inquiry("q1"), inquiry("q2", language="en"))
    assert given_to(dispatch_batch(asked, staff, policy())) == {"q1": "x", "q2": "y"}


def test_waiting_costs_by_started_steps():
    asked = inquiries(inquiry("q", minute=519))
    early = agent("x", 0, value=54, start=540)
    for other, chosen in ((47, "x"), (49, "y")):
        staff = agents(early, agent("y", 0, value=other, start=500))
        found = dispatch_batch(asked, staff, policy())
        assert given_to(found) == {"q": chosen}
    found = dispatch_batch(asked, agents(early), policy())
    assert [(one.waiting, one.value) for one in found.assignments] == [(21, 48)]


@pytest.mark.parametrize("give", [dispatch_batch, dispatch_online])
def test_every_unserved_inquiry_has_its_reason(give):
    staff = agents(agent("x", languages=("zh",)), agent("y", languages=("en",), skills=("b",)))
    asked = inquiries(
        inquiry("full-1"),
        inquiry("full-2"),
        inquiry("language", language="fr"),
        inquiry("skill", skill="c"),
        inquiry("both", language="en", skill="a"),
        inquiry("early", minute=509),
        inquiry("late", minute=1080),
    )
    found = given_to(give(asked, staff, policy()))
    assert sorted(map(str, (found.pop("full-1"), found.pop("full-2")))) == ["capacity", "x"]
    assert found == {
        "language": "language",
        "skill": "skill",
        "both": "both",
        "early": "hours",
        "late": "hours",
    }


def test_agents_of_equal_value_take_turns_in_the_order_of_ids():
    listed = [inquiry(f"q{n}", minute=600 + n) for n in range(5)]
    staff = agents(agent("b", 0, 3), agent("a", 0, 2), agent("c", 0, 1))
    found = given_to(dispatch_batch(inquiries(*listed), staff, policy()))
    assert found == {"q0": "a", "q1": "b", "q2": "c", "q3": "a", "q4": "b"}


def test_the_hash_serves_in_proportion_to_value():
    listed = [inquiry(f"q{n}") for n in range(4000)]
    staff = agents(agent("x", 0, 4000, value=300), agent("y", 0, 4000, value=100))
    found = Counter(given_to(dispatch_online(inquiries(*listed), staff, policy())).values())
    assert 2900 <= found["x"] <= 3100


def test_whoever_leaves_moves_no_other_inquiry():
    listed = [inquiry(f"q{n}") for n in range(500)]
    staff = [agent(name, 0, 500) for name in "uvwxyz"]
    before = given_to(dispatch_online(inquiries(*listed), agents(*staff), policy()))
    after = given_to(dispatch_online(inquiries(*listed), agents(*staff[1:]), policy()))
    moved = {name for name, one in before.items() if after[name] != one}
    assert moved == {name for name, one in before.items() if one == "u"}


def test_a_group_below_its_min_share_comes_first():
    listed = [inquiry(f"q{n}") for n in range(100)]
    staff = agents(agent("x", 0, 100, value=10_000), agent("y", 2, 100, value=1))
    found = dispatch_online(inquiries(*listed), staff, policy(0, 0, 30))
    assert Counter(given_to(found).values()) == {"x": 70, "y": 30}


def test_times_are_logarithms():
    getcontext().prec = 40
    keys = keys_of([f"k{n}" for n in range(300)], "s")
    times = times_of(0, keys)
    for key, time in zip(_mixed(keys ^ np.uint64(0)).tolist(), times.tolist(), strict=True):
        exact = 64 - Decimal(key).ln() / Decimal(2).ln()
        assert abs(Decimal(time) / 2**24 - exact) < Decimal("0.0000003")


def write(path: Path, rows: list[str], order: random.Random) -> Path:
    head, *body = rows
    order.shuffle(body)
    path.write_text("\n".join([head, *body]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("mode", [[], ["--online"]], ids=["batch", "online"])
def test_the_result_does_not_depend_on_the_order_of_rows(tmp_path, capsys, mode):
    order = random.Random(7)
    staff = ["agent,merchant,score,certification,certified_until,capacity,skills,languages,hours"]
    for n in range(30):
        badge = "tea-master,2026-12-31" if n % 3 == 0 else ","
        score = f"4.{order.randrange(10)}"
        staff.append(f"a{n},m{n},{score},{badge},{n % 4},tea|pets,zh|en,{8 + n % 3:02}:00-18:00")
    asked = ["inquiry,at,language,skill"] + [
        f"q{n},2026-06-01T{7 + n % 12:02}:{n % 60:02},zh,{'tea' if n % 2 else 'pets'}"
        for n in range(60)
    ]
    results = set()
    for _ in range(4):
        one, two = (
            write(tmp_path / f"{n}.csv", rows, order) for n, rows in enumerate((staff, asked))
        )
        out = tmp_path / "out.csv"
        arguments = ["--inquiries", two, "--agents", one, "--policy", VALID / "policy.yaml"]
        assert run_arguments(["dispatch", *map(str, arguments), *mode, "--out", str(out)]) == 0
        results.add((out.read_bytes(), capsys.readouterr().out))
    assert len(results) == 1


def test_rejected_unserved_and_served_rows_reconcile(tmp_path, capsys):
    text = (VALID / "inquiries.csv").read_text(encoding="utf-8")
    asked = tmp_path / "inquiries.csv"
    asked.write_text(f"{text}q4,2026-06-01T12:00,fr,tea\nq5,2026-06-01T12:00,zh,golf\n", "utf-8")
    out = tmp_path / "out.jsonl"
    status = run_arguments(
        ["dispatch", "--inquiries", str(asked), "--agents", str(VALID / "agents.csv"), "--policy",
         str(VALID / "policy.yaml"), "--out", str(out), "--format", "json"]
    )  # fmt: skip
    assert status == 1
    report = json.loads(capsys.readouterr().out)
    counts = report["counts"]
    assert counts["rows"] == 5 == counts["served"] + sum(counts["unserved"].values()) + 1
    assert counts["unserved"]["language"] == 1
    assert report["value"] == report["bound"]
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["inquiry"]: row["status"] for row in rows} == {
        "q1": "served", "q2": "served", "q3": "served", "q4": "unserved", "q5": "rejected",
    }  # fmt: skip
