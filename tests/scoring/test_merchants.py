"""Files of merchants: every row ends in exactly one place, whatever the other rows are."""

from datetime import date
from pathlib import Path

from steelyard.scoring.merchants import WORTH_GENERATING, score_files

BOOK = Path("rulesets")
SPROUT = BOOK / "merchants" / "little-sprout.yaml"
DAY = date(2026, 6, 1)


def test_a_merchant_in_two_files_is_rejected_in_both(tmp_path):
    """Nobody can say which of the two is right; the others are scored."""
    copy = tmp_path / "copy.yaml"
    copy.write_text(SPROUT.read_text(encoding="utf-8"), encoding="utf-8")
    paws = BOOK / "merchants" / "warm-paws.yaml"
    scored = score_files([SPROUT, paws, copy], book=BOOK, as_of=DAY)
    codes = [
        [one.code for one in result.reject.problems] if result.reject else None
        for result in scored.results
    ]
    assert codes == [["SY607"], None, ["SY607"]]
    assert (scored.scored, scored.rejected) == (1, 2)


def test_one_merchant_and_many_get_the_same_scorecard(tmp_path):
    """Past some number of merchants code is generated for the plan; nothing else changes."""
    text = SPROUT.read_text(encoding="utf-8").split("\n", 1)[1]
    rows = "".join(
        "  - "
        + text.replace("merchant: little-sprout", f"merchant: shop-{number}")
        .replace("\n", "\n    ")
        .rstrip()
        + "\n"
        for number in range(WORTH_GENERATING + 1)
    )
    many = tmp_path / "many.yaml"
    many.write_text(f"merchants:\n{rows}", encoding="utf-8")
    (alone,) = score_files([SPROUT], book=BOOK, as_of=DAY).results
    together = score_files([many], book=BOOK, as_of=DAY)
    assert together.scored == WORTH_GENERATING + 1
    assert alone.scorecard is not None
    for result in together.results:
        assert result.scorecard is not None
        assert result.scorecard._replace(merchant="little-sprout") == alone.scorecard


def test_a_merchant_without_a_ruleset_is_rejected_alone():
    """On a date for which no ruleset holds, the reason is the merchant's, with its place."""
    scored = score_files([SPROUT], book=BOOK, as_of=date(2024, 1, 1))
    (result,) = scored.results
    assert result.reject is not None
    assert [(one.code, one.place is not None) for one in result.reject.problems] == [
        ("SY310", True)
    ]
