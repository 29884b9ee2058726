"""The words of a summary: a requirement that fails is never told as if it held."""

from collections import Counter
from dataclasses import replace

import pytest
from tests.fixtures.conditions import card_of, plan_of

from steelyard.model.texts import Text
from steelyard.report.wording.reasons import requirement_lines
from steelyard.scoring.results.layout import Layout
from steelyard.scoring.results.tally import Tally
from steelyard.scoring.summary import summary_text

ENOUGH = Text("Enough orders to judge", "订单量满足计分条件")
TOO_FEW = Text("Too few orders to judge", "订单量不足")


@pytest.mark.parametrize(
    ("gate", "title_not_met", "english", "chinese"),
    [
        ("done >= 30", None, "not met: Enough orders to judge", "未满足：订单量满足计分条件"),
        ("done >= 30", TOO_FEW, "Too few orders to judge", "订单量不足"),
        # the fact may be missing: then it is not known that they are too few
        ("asked >= 30", TOO_FEW, "not met: Enough orders to judge", "未满足：订单量满足计分条件"),
    ],
)
def test_a_gate_that_fails_is_told_by_its_negative(gate, title_not_met, english, chinese):
    plan = plan_of("open", gate)
    titles = {"title": ENOUGH, "title_not_met": title_not_met}
    requirement = replace(plan.gates[0].requirement, **titles)
    plan = replace(plan, gates=(replace(plan.gates[0], requirement=requirement),))
    tally = Tally(Layout.of([plan]), rows=3, unscored=3, no_score=Counter({"gate": 3}))
    assert f"  3  {english}\n" in summary_text(tally, [plan], "en")
    assert f"  3  {chinese}\n" in summary_text(tally, [plan], "zh")
    failed = card_of(plan, {"done": 9, "asked": 9, "kind": 0}).gates[0].requirement
    name = (title_not_met or ENOUGH).en
    assert requirement_lines(failed, "en") == [f"{name}: 9, needs at least 30 (21 short)"]
    passed = card_of(plan, {"done": 30, "asked": 30, "kind": 0}).gates[0].requirement
    assert requirement_lines(passed, "en") == ["Enough orders to judge: 30, needs at least 30"]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Too few cases to judge"), ("zh", "样本量不足")]
)
def test_a_sample_that_is_too_small_is_told_by_its_negative(language, text):
    parameters = {"part": "asked", "whole": "done", "at_least": 0.9, "min_whole": 20, "points": 1}
    plan = plan_of("", None, "core/share", parameters)
    key = (f"{plan.ruleset}@{plan.version}", "item", "not_assessed", "sample")
    tally = Tally(Layout.of([plan]), rows=3, scored=3, reasons=Counter({key: 3}))
    tally.scores.update({600: 3})
    assert text in summary_text(tally, [plan], language)
    (gate,) = card_of(plan, {"done": 9, "kind": 0}).items[0].gates
    assert requirement_lines(gate, language)[0].startswith(text)
