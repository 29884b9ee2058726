"""Dispatch of 100,000 inquiries to 5,000 agents: limits, the bound, the time, and shuffled input.

    python tests/benchmarks/dispatch.py [INQUIRIES AGENTS [batch]]

In the quiet scenario there are certified agents enough, so the min share of the others decides; in
the busy one there are too few agents, so capacities do. Every result is checked by code of its own:
capacities, skills, languages, hours, counts and min shares. The value must equal the bound, and
the same files with their rows in another order must give the same bytes. Times are seconds of CPU;
`batch` leaves out one inquiry at a time, which takes longer.
"""

import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from steelyard.programme.dispatch import (
    dispatch_batch,
    dispatch_online,
    read_agents,
    read_inquiries,
    read_policy,
)
from steelyard.programme.dispatch.text import assignments_bytes, numbers_of

POLICY = Path(__file__).parents[2] / "rulesets/dispatch/certified-first.yaml"
SKILLS = ("general", "maternity", "petcare", "beauty", "pharmacy", "appliances")
SHIFTS = (0, 6, 8, 8, 9, 9, 10, 12, 13, 14, 16)
AGENT_HEAD = "agent,merchant,score,certification,certified_until,capacity,skills,languages,hours"
SCENARIOS = {"quiet": (70, 60), "busy": (35, 17)}  # share of certified in percent, mean capacity


def agent_rows(count: int, certified: int, capacity: int) -> list[str]:
    """Return agents as rows of CSV, the same for the same numbers."""
    draw = random.Random(f"agents {count} {certified} {capacity}")
    rows = []
    for number in range(count):
        badge = "pet-advisor,2026-12-31" if draw.randrange(100) < certified else ","
        score = f"{draw.randint(300, 500) / 100:.2f}"
        skills = "|".join(draw.sample(SKILLS, draw.choice((1, 1, 2))))
        spoken = ["zh", *draw.sample(("en", "yue", "ug"), draw.choice((0, 0, 0, 1)))]
        start = draw.choice(SHIFTS)
        hours = f"{start:02}:00-{start + 8:02}:00"
        room = draw.randint(0, 2 * capacity)
        rows.append(
            f"a{number},m{number % 900},{score},{badge},{room},{skills},{'|'.join(spoken)},{hours}"
        )
    return rows


def inquiry_rows(count: int) -> list[str]:
    """Return inquiries as rows of CSV, the same for the same number."""
    draw = random.Random(f"inquiries {count}")
    rows = []
    for number in range(count):
        minute = min(1439, max(0, int(draw.gauss(15 * 60, 4 * 60))))
        spoken = draw.choices(("zh", "en", "yue", "ug", "fr"), (880, 60, 40, 19, 1))[0]
        at = f"2026-06-01T{minute // 60:02}:{minute % 60:02}"
        rows.append(f"q{number},{at},{spoken},{draw.choice(SKILLS)}")
    return rows


def write(path: Path, head: str, rows: list[str], seed: int) -> Path:
    """Write rows in the order of a seed; 0 is the order as given."""
    rows = list(rows)
    if seed:
        random.Random(seed).shuffle(rows)
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def check(found, staff, floors: bool) -> list[str]:
    """Raise `AssertionError` if a limit is broken; return a line for each group."""
    policy = found.policy
    load = Counter(one.agent.id for one in found.assignments if one.agent is not None)
    assert all(load[one.id] <= one.capacity for one in staff.agents)
    for one in found.assignments:
        if one.agent is not None:
            agent, inquiry = one.agent, one.inquiry
            assert inquiry.skill in agent.skills
            assert inquiry.language in agent.languages
            assert agent.start - policy.max_minutes <= inquiry.minute < agent.end
    counts = Counter(one.agent.group for one in found.assignments if one.agent is not None)
    lines = []
    for number, group in enumerate(policy.groups):
        share = counts[number] / found.served
        least = group.min_share / 10**6
        assert not floors or counts[number] * 10**6 >= group.min_share * found.served, group.id
        lines.append(f"    {group.id:15} {counts[number]:7,}  {share:7.2%}  min {least:.0%}")
    return lines


def main() -> None:
    inquiries_count, agents_count = map(int, sys.argv[1:3] or (100_000, 5_000))
    policy = read_policy(POLICY)
    head = "inquiry,at,language,skill"
    for name, (certified, capacity) in SCENARIOS.items():
        agents, asked = agent_rows(agents_count, certified, capacity), inquiry_rows(inquiries_count)
        digests: dict[str, set[str]] = {"batch": set(), "online": set()}
        for turn, seed in enumerate((0, 0, 1, 2)):
            with tempfile.TemporaryDirectory() as folder:
                one = write(Path(folder) / "inquiries.csv", head, asked, seed)
                two = write(Path(folder) / "agents.csv", AGENT_HEAD, agents, seed)
                start = time.process_time()
                inquiries = read_inquiries(one, policy)
                staff = read_agents(two, policy, inquiries.day)
                read = time.process_time() - start
            for mode, give in (("batch", dispatch_batch), ("online", dispatch_online)):
                if mode == "online" and (turn in (0, 3) or "batch" in sys.argv):
                    continue
                start = time.process_time()
                found = give(inquiries, staff, policy)
                seconds = time.process_time() - start
                content = assignments_bytes(found, inquiries, "csv")
                digests[mode].add(hashlib.sha256(content).hexdigest())
                lines = check(found, staff, floors=mode == "batch")
                assert mode == "online" or found.value == found.bound
                print(f"{name} {mode}, order {seed}: read {read:.2f} s, dispatch {seconds:.2f} s")
                if seed == 1:
                    numbers = numbers_of(found, inquiries)
                    print(
                        f"    rows {numbers.rows:,}, served {numbers.served:,}, unserved", end=" "
                    )
                    print({key: n for key, n in numbers.unserved.items() if n}, end=", ")
                    print(f"value {found.value:,}, bound {found.bound}")
                    print("\n".join(lines), flush=True)
        assert all(len(one) <= 1 for one in digests.values())
        for mode, one in digests.items():
            if not one:
                continue
            print(f"{name} {mode}: the same bytes for every order, sha256 {min(one)[:16]}")


if __name__ == "__main__":
    main()
