"""A rollout holds for the same merchants by whatever way they are scored."""

import json
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.population import AS_OF, BOOK, merchants, write
from tests.fixtures.rollouts import NAME, SALT, next_maternity, rolled_out

import steelyard
from steelyard.errors import InvalidInput
from steelyard.model.rollout import Rollout, is_member
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.codec import digest, from_json, to_json
from steelyard.report.json import scorecard_json, to_text
from steelyard.scoring.merchants import score_files
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population

ROLLOUT = Rollout(NAME, 400_000, SALT)
few = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return rolled_out(tmp_path_factory.mktemp("rollout"), "0.40")


@pytest.fixture(scope="module")
def shadow_book(tmp_path_factory):
    return rolled_out(tmp_path_factory.mktemp("shadow"), "0.40", shadow=True)


@pytest.fixture(scope="module")
def plans(book):
    return open_plans(book, as_of=AS_OF)


@pytest.fixture(scope="module")
def shadow_plans(shadow_book):
    return open_plans(shadow_book, as_of=AS_OF)


@pytest.fixture(scope="module")
def before():
    return open_plans(BOOK, as_of=AS_OF)


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """The plans of the same book once the next version holds for everybody."""
    folder = rolled_out(tmp_path_factory.mktemp("whole"), "1")
    path = folder / "industries/maternity-2026.9.yaml"
    path.write_text(next_maternity(), encoding="utf-8")
    return open_plans(folder, as_of=AS_OF)


def cards(folder, path):
    scores = score_files([path], book=folder, as_of=AS_OF)
    return [result.scorecard for result in scores.results]


def lines(path):
    return [json.loads(line, parse_float=Decimal) for line in path.read_text("utf-8").splitlines()]


def inside(row) -> bool:
    return row["industry"] == "maternity" and is_member(ROLLOUT, row["merchant"])


def test_row_column_and_api_agree_on_who_is_in_the_part(book, plans, tmp_path):
    rows = merchants(120)
    path = write(tmp_path / "m.json", rows)
    score_population([path], plans, Outputs(tmp_path / "s.jsonl"), batch=50)
    populations = lines(tmp_path / "s.jsonl")
    one_by_one = cards(book, path)
    frame = steelyard.score(rows, plans).scores
    seen = set()
    for row, card, listed, (plan, ruleset) in zip(
        rows, one_by_one, populations, frame.select("plan", "ruleset").rows(), strict=True
    ):
        alone = steelyard.score(row, plans).card
        assert alone == card
        assert card.plan == listed["plan"] == plan
        assert f"{card.ruleset.id}@{card.ruleset.version}" == listed["ruleset"] == ruleset
        assert (card.rollout is not None) == (ruleset == NAME) == inside(row)
        seen.add((row["industry"], ruleset))
    assert {("maternity", NAME), ("maternity", "maternity@2026.2")} <= seen


def test_outside_nothing_changes_and_inside_the_next_version_holds(plans, before, after):
    """Merchants outside have their old results, digest of the plan and all; inside, the new."""
    rows = merchants(80)
    got, old, new = (steelyard.score(rows, one).scores for one in (plans, before, after))
    rolled = pl.Series([row["industry"] == "maternity" for row in rows])
    assert got["rollout"].to_list() == [NAME if one else None for one in rolled]
    sides = ["inside" if inside(row) else "outside" for row in rows]
    assert got["arm"].to_list() == [
        side if one else None for side, one in zip(sides, rolled, strict=True)
    ]
    assert old["arm"].is_null().all()
    got, old, new = (one.drop("plan", "rollout", "arm") for one in (got, old, new))
    part = pl.Series([inside(row) for row in rows])
    assert 0 < part.sum() < len(rows)
    assert got.filter(~part).equals(old.filter(~part))
    assert got.filter(part).equals(new.filter(part))
    assert not got.filter(part).equals(old.filter(part))
    digests = [steelyard.score(rows, one).scores["plan"].filter(~part) for one in (plans, before)]
    assert digests[0].equals(digests[1])


@few
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1),
        max_size=9,
        unique=True,
    )
)
def test_any_name_is_in_the_same_part_by_row_and_by_column(plans, names):
    names = [name for name in names if name.strip() == name and name != "case"]
    template = next(one for one in merchants(9) if one["industry"] == "maternity")
    rows = [{**template, "merchant": name} for name in names]
    result = steelyard.score(rows, plans)
    taken = dict(result.scores.select("merchant", "ruleset").rows())
    for row in rows:
        if row["merchant"] not in taken:  # a name that no merchant may have
            with pytest.raises(InvalidInput):
                steelyard.score(row, plans)
            continue
        expected = NAME if is_member(ROLLOUT, row["merchant"]) else "maternity@2026.2"
        assert taken[row["merchant"]] == expected
        card = steelyard.score(row, plans).card
        assert f"{card.ruleset.id}@{card.ruleset.version}" == expected


@pytest.mark.parametrize(("share", "versions"), [("0", {"2026.2"}), ("1", {"2026.9"})])
def test_a_share_of_nothing_and_a_whole_share(tmp_path, share, versions):
    folder = rolled_out(tmp_path, share)
    rows = [row for row in merchants(40) if row["industry"] == "maternity"]
    scores = steelyard.score(rows, open_plans(folder, as_of=AS_OF)).scores
    assert set(scores["ruleset"]) == {f"maternity@{one}" for one in versions}


def test_before_its_first_day_a_rollout_is_not_there(book):
    day = "2026-04-30"
    rows = merchants(40)
    got = steelyard.score(rows, open_plans(book, as_of=day))
    assert got.digest == steelyard.score(rows, open_plans(BOOK, as_of=day)).digest


def test_the_plan_inside_says_so_and_comes_back_from_json(book):
    opened = open_book(book)
    outside, inner = (
        compile_plan(opened, industry="maternity", as_of=AS_OF, part=part)
        for part in ("outside", "inside")
    )
    assert outside.rollout is None
    assert inner.rollout == ROLLOUT
    assert from_json(to_json(inner)) == inner
    assert "rollout" not in to_json(outside)
    assert digest(inner) != digest(outside)
    with pytest.raises(InvalidInput, match=r"SY703 .*no version is being rolled out to petcare"):
        compile_plan(opened, industry="petcare", as_of=AS_OF, part="inside")


# --- in shadow


def test_in_shadow_the_score_is_the_live_one_and_the_other_stands_beside(
    shadow_book, shadow_plans, before, after, tmp_path
):
    rows = merchants(80)
    path = write(tmp_path / "m.json", rows)
    got, old, new = (steelyard.score(rows, one).scores for one in (shadow_plans, before, after))
    beside = ["shadow_score", "shadow_tier", "shadow_plan"]
    assert got.columns[-3:] == beside
    assert got["arm"].drop_nulls().unique(maintain_order=True).len() == 2
    sides = ["rollout", "arm"]
    assert got.drop(beside + sides).equals(old.drop(sides))
    part = pl.Series([inside(row) for row in rows])
    assert got.filter(~part).select(pl.col(beside).is_null().all()).row(0) == (True,) * 3
    assert got.filter(part)["shadow_score"].equals(new.filter(part)["score"].rename("shadow_score"))
    assert got.filter(part)["shadow_tier"].equals(new.filter(part)["tier"].rename("shadow_tier"))
    for card, row in zip(cards(shadow_book, path), got.iter_rows(named=True), strict=True):
        assert card.plan == row["plan"]
        if row["shadow_plan"] is None:
            assert card.rollout is None
            continue
        shadow = card.rollout.shadow
        assert (shadow.plan, shadow.tier) == (row["shadow_plan"], row["shadow_tier"])
        assert (shadow.score and shadow.score.decimal) == row["shadow_score"]
        assert (
            steelyard.score(
                next(r for r in rows if r["merchant"] == card.merchant), shadow_plans
            ).card
            == card
        )


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_every_file_of_results_has_the_columns_in_shadow_and_only_then(
    plans, shadow_plans, tmp_path, ending
):
    path = write(tmp_path / "m.jsonl", merchants(60))
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}[ending]
    found = {}
    for name, one in (("live", plans), ("shadow", shadow_plans)):
        out = tmp_path / f"{name}.{ending}"
        score_population([path], one, Outputs(out), batch=35)
        found[name] = read(out)
    assert not [name for name in found["live"].columns if name.startswith("shadow")]
    shadow = found["shadow"]
    assert shadow["shadow_plan"].drop_nulls().n_unique() in (1, 2)
    numbers = [Decimal(str(one)) for one in shadow["shadow_score"].drop_nulls()]
    assert numbers
    if ending == "jsonl":
        line = next(
            one
            for one in (tmp_path / "shadow.jsonl").read_text().splitlines()
            if '"shadow_score":null' not in one
        )
        assert isinstance(json.loads(line)["shadow_score"], (int, float))  # a number, not a text


def test_a_run_of_nobody_has_the_columns_in_shadow(shadow_plans, tmp_path):
    rows = merchants(1)
    rows[0]["industry"] = "cars"
    path = write(tmp_path / "m.jsonl", rows)
    score_population([path], shadow_plans, Outputs(tmp_path / "s.parquet"))
    assert pl.read_parquet(tmp_path / "s.parquet").columns[-3:] == [
        "shadow_score",
        "shadow_tier",
        "shadow_plan",
    ]


def test_a_merchant_whom_the_shadow_cannot_score_keeps_its_score(shadow_book, tmp_path):
    """What only the version in shadow needs is no reason to reject a merchant."""
    from shutil import copytree

    folder = copytree(shadow_book, tmp_path / "book")
    path = folder / "industries/maternity-2026.9.yaml"
    (folder / "facts/own.yaml").write_text(
        "facts:\n  - {id: trial.number, type: int, bounds: [0, 9], required: true, illustrative: true,"
        " title: {en: n, zh: n}, meaning: m, source: s}\n",
        encoding="utf-8",
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "    type: maternity/easy-exchange\n",
            "    type: maternity/easy-exchange\n    when: trial.number > 1\n",
        ),
        encoding="utf-8",
    )
    plans = open_plans(folder, as_of=AS_OF)
    rows = [row for row in merchants(60) if inside(row)]
    rows.sort(key=lambda row: row["orders.paid_30d"], reverse=True)  # the first has a score
    result = steelyard.score(rows, plans)
    assert result.rejected == 0
    assert result.scores["shadow_plan"].null_count() == len(rows)
    card = steelyard.score(rows[0], plans).card
    assert card.rollout.shadow.status == "rejected"
    assert card.score is not None
    rows[0]["trial.number"] = 2
    assert steelyard.score(rows[0], plans).card.rollout.shadow.status == "scored"
    assert steelyard.score(rows, plans).scores["shadow_plan"].null_count() == len(rows) - 1


# --- a kind of merchant that has rules on one side only


def test_a_kind_that_only_the_next_version_selects_is_rejected_outside(tmp_path):
    folder = rolled_out(tmp_path, "0.40")
    book_file = folder / "book.yaml"
    text = book_file.read_text(encoding="utf-8")
    book_file.write_text(
        text.replace("industries:\n", "industries:\n  - {id: toys, title: {en: Toys, zh: 玩具}}\n"),
        encoding="utf-8",
    )
    general = folder / "industries/general.yaml"
    general.write_text(
        general.read_text(encoding="utf-8").replace(
            "effective:", "selects: {industry: general}\neffective:", 1
        ),
        encoding="utf-8",
    )
    path = folder / "industries/maternity-2026.9.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "industry: maternity", "industry: [maternity, toys]"
        ),
        encoding="utf-8",
    )
    rows = [{**row, "industry": "toys"} for row in merchants(60) if row["industry"] == "maternity"]
    plans = open_plans(folder, as_of=AS_OF)
    result = steelyard.score(rows, plans)
    part = [row["merchant"] for row in rows if is_member(ROLLOUT, row["merchant"])]
    assert result.scores["merchant"].to_list() == part
    assert result.rejected == len(rows) - len(part)
    for row in rows:
        if row["merchant"] in part:
            assert steelyard.score(row, plans).card.rollout.ruleset == NAME
        else:
            with pytest.raises(InvalidInput, match="SY310"):
                steelyard.score(row, plans)


def test_json_of_a_card_says_the_rollout(book, shadow_book):
    row = next(row for row in merchants(80) if inside(row))
    for folder in (book, shadow_book):
        plans = open_plans(folder, as_of=AS_OF)
        data = json.loads(to_text(scorecard_json(steelyard.score(row, plans).card)))
        assert (data["rollout"]["ruleset"], data["rollout"]["share"]) == (NAME, 0.4)
        assert (data["rollout"]["shadow"] is None) == (folder == book)
