"""A claim of direction that a condition among the parameters breaks is found, fact by fact."""

import shutil
from pathlib import Path

from steelyard.testing.plugin_kit import Limits, check_installed

FACTS = ("freshfood.thaw_claims", "freshfood.thaw_claims_paid", "freshfood.frozen_orders_30d")
WAYS = dict(zip(FACTS, ("down", "up", "up"), strict=True))


def test_a_season_that_reads_a_claimed_fact_breaks_every_claim(tmp_path):
    """The thaw guarantee once claimed all three; its season may be a condition on any of them."""
    source = Path("plugins/freshfood/src/steelyard_freshfood")
    package = tmp_path / "steelyard_freshfood"
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    module = package / "thaw_guarantee.py"
    text = module.read_text(encoding="utf-8")
    assert "monotone=" not in text
    head, mark, rest = text.rpartition('item.number("season_factor")')
    edited = f"{head}{mark}, monotone={WAYS!r}{rest}"
    module.write_text(edited, encoding="utf-8")
    info = tmp_path / "steelyard_freshfood-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: steelyard-freshfood\nVersion: 0.1.0\n"
    )
    (info / "entry_points.txt").write_text("[steelyard]\nfreshfood = steelyard_freshfood\n")
    report = check_installed(
        "freshfood", path=[tmp_path], checks={"loads", "claims-of-direction"}, limits=Limits()
    )
    problems = report.verdict("claims-of-direction").problems
    for fact, way in WAYS.items():
        assert any(f"monotone {fact}: {way} does not hold" in one for one in problems), problems
