"""Every way to be worse off, one by one: the measures show it, and the guardrails fail.

The guardrails are the defaults of the package and the examples of the documentation.
"""

import re
from pathlib import Path

import pytest
from tests.dry_run.losses import FILES, candidate, dry_run, edited, without, write, write_population

from steelyard.dry_run.guardrails import choose_guardrails, judge_run, read_guardrails
from steelyard.dry_run.guardrails.measures import NOTHING_TO_ANNOUNCE


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("worse")
    write(folder / "live", FILES)
    write_population(folder)
    return folder


def documented(page: str) -> str:
    text = Path("docs", page).read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(?:# guardrails.yaml\n)?(guardrails:\n.*?)^```$", text, re.DOTALL | re.MULTILINE)[0]  # fmt: skip


@pytest.fixture(scope="module")
def examples(tmp_path_factory) -> list:
    read = []
    for page in ("guides/dry-run-a-change.md", "reference/guardrails.md"):
        path = tmp_path_factory.mktemp("example") / "guardrails.yaml"
        path.write_text(documented(page), encoding="utf-8")
        read.append(read_guardrails(path))
    return read


WAYS = {
    "no score": (
        candidate("toys.yaml", ("orders >= 10", "orders >= 50")),
        {"no_longer_scored": 40, "tier_down": 40, "worse_off": 40, "notice_days": 30},
        {"scores-kept", "tiers-kept", "no-industry-pays"},
    ),
    "tier lost": (
        candidate("toys.yaml", ("at_least: 64", "at_least: 66")),
        {"tier_down": 20, "benefit_lost": 20, "benefit_reduced": 20, "down": 0, "worse_off": 20},
        {"tiers-kept", "benefits-kept", "benefits-worth", "no-industry-pays"},
    ),
    "badge lost": (
        candidate("toys.yaml", ("orders >= 60", "orders >= 75")),
        {"badge_lost": 20, "tier_down": 0, "down": 0, "worse_off": 20},
        {"badges-kept", "no-industry-pays"},
    ),
    "benefit lost": (
        candidate("toys.yaml", ("id: traffic", "id: other")),
        {"benefit_lost": 40, "benefit_gained": 40, "benefit_reduced": 0, "worse_off": 40},
        {"benefits-kept", "no-industry-pays"},
    ),
    "benefit reduced": (
        candidate("toys.yaml", ("amount: 2", "amount: 1")),
        {"benefit_lost": 0, "benefit_reduced": 40, "worse_off": 40},
        {"benefits-worth", "no-industry-pays"},
    ),
    "cut by a cap": (
        candidate("toys.yaml", ("cap: 20", "cap: 4.5")),
        {"down": 40, "down_by_cap": 40, "tier_down": 0, "worse_off": 40},
        {"caps", "few-lower", "no-industry-pays"},
    ),
    "score lower": (
        candidate("toys.yaml", ("points: 5", "points: 4.5")),
        {"down": 40, "down_by_cap": 0, "tier_down": 0, "worse_off": 40},
        {"few-lower", "no-industry-pays"},
    ),
    "never announced": (
        edited("toys.yaml", ("version: 1", "version: 2"), ("announced: 2026-01-01, ", ""),
               ("points: 5", "points: 4.9")),
        {"down": 40, "notice_days": 0},
        {"told-in-time", "few-lower", "no-industry-pays"},
    ),
    "announced too late": (
        candidate("toys.yaml", ("announced: 2026-04-01", "announced: 2026-04-25"),
                  ("points: 5", "points: 4.9")),
        {"down": 40, "notice_days": 6},
        {"told-in-time", "few-lower", "no-industry-pays"},
    ),
    "edited in place": (
        edited("toys.yaml", ("points: 5", "points: 4.9")),
        {"down": 40, "notice_days": 0},
        {"told-in-time", "few-lower", "no-industry-pays"},
    ),
    "retired in place by another layer": (
        edited("flagship.yaml", ("items:\n", "items:\n  - {id: busy, retire: true}\n")),
        {"down": 20, "notice_days": 0},
        {"told-in-time", "few-lower", "tiers-kept", "benefits-kept", "benefits-worth",
         "no-industry-pays"},
    ),
    "ruleset withdrawn": (
        without("flagship.yaml"),
        {"down": 40, "notice_days": 0},
        {"told-in-time", "few-lower", "no-industry-pays"},
    ),
    "rejected": (
        edited("facts/facts.yaml", ("bounds: [0, 1000]", "bounds: [0, 75]")),
        {"newly_rejected": 20, "no_longer_scored": 20, "notice_days": 0, "worse_off": 20},
        {"told-in-time", "accepted", "scores-kept", "tiers-kept", "badges-kept", "benefits-kept",
         "benefits-worth", "no-industry-pays"},
    ),
    "without rules": (
        edited("toys.yaml", ("selects: {industry: toys}", "abstract: true")),
        {"no_longer_scored": 40, "notice_days": 0},
        {"told-in-time", "accepted", "scores-kept", "tiers-kept", "badges-kept", "benefits-kept",
         "benefits-worth", "no-industry-pays"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_be_worse_off_fails(folder, examples, way):
    files, measures, failing = WAYS[way]
    found = dry_run(folder, files)
    probe = "".join(
        f"  - {{id: m-{name.replace('_', '-')}, title: {{en: M, zh: 值}}, require: {name} == {value}}}\n"
        for name, value in measures.items()
    )
    path = folder / "probe.yaml"
    path.write_text(f"guardrails:\n{probe}", encoding="utf-8")
    verdict = judge_run(read_guardrails(path), found)
    assert [one.observations for one in verdict.verdicts if one.outcome != "pass"] == []
    verdict = judge_run(choose_guardrails(()), found)
    assert {one.id for one in verdict.verdicts if one.outcome == "fail"} == failing
    assert [judge_run(example, found).outcome for example in examples] == ["fail", "fail"]


@pytest.mark.parametrize(
    ("files", "notice"),
    [
        (FILES, NOTHING_TO_ANNOUNCE),
        (edited("toys.yaml", ("en: Busy", "en: Very busy")), NOTHING_TO_ANNOUNCE),
        (candidate("toys.yaml", ("points: 5", "points: 6")), 30),
        (candidate("flagship.yaml", ("points: 2", "points: 2.5")), 30),
    ],
    ids=["the same rules", "other words", "better for some", "better for flagship shops"],
)
def test_a_good_change_passes(folder, examples, files, notice):
    found = dry_run(folder, files)
    for guardrails in (choose_guardrails(()), examples[0]):
        assert judge_run(guardrails, found).outcome == "pass"
    path = folder / "probe.yaml"
    text = "guardrails:\n  - {id: notice, title: {en: N, zh: 期}, require: notice_days == %d}\n"
    path.write_text(text % notice, encoding="utf-8")
    assert judge_run(read_guardrails(path), found).outcome == "pass"
