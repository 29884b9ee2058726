"""Every planted fault is caught by the check it is meant for, and by no other that is not named."""

import pytest
from tests.conformance.faults import FAULTS
from tests.conformance.planting import plant

from steelyard.conformance import CHECKS, Limits, check_installed
from steelyard.conformance.text import failures_text

LIMITS = Limits(seconds=20, loading=4, examples=20)


def test_the_sound_plugin_passes_every_check(tmp_path):
    plant(tmp_path, {})
    report = check_installed("sound", path=[tmp_path], limits=LIMITS)
    assert report.ok, failures_text(report)


def test_every_check_has_a_planted_fault():
    assert {fault.check for fault in FAULTS} == {check.id for check in CHECKS}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_caught(fault, tmp_path):
    plant(tmp_path, fault.edits)
    report = check_installed("sound", path=[tmp_path], limits=LIMITS)
    failed = {verdict.check for verdict in report.failed}
    assert fault.check in failed, failures_text(report)
    assert failed - {fault.check} <= fault.also, failures_text(report)
    problems = report.verdict(fault.check).problems
    assert any(fault.said in problem for problem in problems), problems
    assert all("\n" not in problem and "Traceback" not in problem for problem in problems)
