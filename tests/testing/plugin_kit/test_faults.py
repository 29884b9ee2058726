"""Every planted fault is caught by the check it is meant for, and by no other that is not named."""

from dataclasses import replace

import pytest
from tests.testing.plugin_kit.faults import FAULTS, Fault
from tests.testing.plugin_kit.planting import plant

from steelyard.testing.plugin_kit import CHECKS, Limits, Report, check_installed
from steelyard.testing.plugin_kit.report import failures_text

LIMITS = Limits(seconds=600, loading=60, examples=40)
IMPATIENT = replace(LIMITS, loading=4)  # for what would never end
FIRST = {fault.check: fault for fault in reversed(FAULTS)}


def report_on(fault: Fault, folder, checks=None) -> Report:
    plant(folder, fault.edits)
    limits = IMPATIENT if "still running" in fault.said else LIMITS
    return check_installed("sound", path=[folder], checks=checks, limits=limits)


def caught(fault: Fault, report: Report) -> None:
    """Assert that the check it is meant for says what is wrong, each thing in one line."""
    verdict = report.verdict(fault.check)
    assert verdict.status == "failed", failures_text(report)
    assert any(fault.said in problem for problem in verdict.problems), verdict.problems
    assert all("\n" not in problem and "Traceback" not in problem for problem in verdict.problems)


def test_the_sound_plugin_passes_every_check(tmp_path):
    plant(tmp_path, {})
    report = check_installed("sound", path=[tmp_path], limits=LIMITS)
    assert report.ok, failures_text(report)


def test_every_check_has_a_planted_fault():
    assert {fault.check for fault in FAULTS} == {check.id for check in CHECKS}


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_a_check_catches_the_first_of_its_faults(check, tmp_path):
    fault = FIRST[check]
    caught(fault, report_on(fault, tmp_path, {"loads", check}))


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_caught_by_the_check_it_is_meant_for(fault, tmp_path):
    """Of each check one fault, and all that others may see, are shown to the other checks.

    Others than the one meant then fail only where the fault says that they may. The check in many
    processes takes longest; it looks at its own faults only.
    """
    others = {check.id for check in CHECKS if check.id != "same-plan-everywhere"}
    to_all = fault.also or fault is FIRST[fault.check]
    report = report_on(fault, tmp_path, {"loads", fault.check} | (others if to_all else set()))
    caught(fault, report)
    failed = {verdict.check for verdict in report.failed}
    assert failed - {fault.check} <= fault.also, failures_text(report)
