"""`steelyard.score`: the same results from Python as from files, for one merchant or a frame."""

import ast
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from tests.fixtures.population import (
    AS_OF,
    BOOK,
    examples,
    frame,
    merchants,
    typed,
    with_faults,
    write,
)

import steelyard
from steelyard import InvalidInput
from steelyard.report.json import scorecard_json, to_text
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=AS_OF)


def sprout():
    return next(one for one in examples() if one["merchant"] == "little-sprout")


def test_a_dict_gives_a_scorecard(plans):
    """The bundled example scores 4.90, with the reasons that the command line shows."""
    result = steelyard.score(sprout(), "rulesets", as_of="2026-06-01")
    assert (result.score, result.tier, result.status) == (Decimal("4.90"), "high", "scored")
    assert "Nappy rash return" in str(result)
    assert "cut by the cap of the group" in result.explain()
    assert "红屁屁包退" in result.explain("zh")
    assert result == steelyard.score(sprout(), plans)


def test_values_may_be_what_python_has(plans):
    """A float is its shortest decimal, a date is its day."""
    data = sprout()
    data["quality"]["negative_feedback_share"] = 0.0025
    data["service"]["freight_insurance_since"] = date(2025, 11, 1)
    assert steelyard.score(data, plans) == steelyard.score(sprout(), plans)


def test_a_dict_that_is_wrong_raises_every_problem(plans):
    data = sprout()
    data["quality"]["positive_rating_share"] = 1.5
    data["quality"]["low_rating_share"] = float("nan")
    del data["orders"]["paid_30d"]
    data["typo"] = 1
    with pytest.raises(InvalidInput) as caught:
        steelyard.score(data, plans)
    assert sorted(one.code for one in caught.value.problems) == ["SY113", "SY602", "SY605"]
    del data["typo"], data["quality"]["low_rating_share"], data["quality"]["positive_rating_share"]
    with pytest.raises(InvalidInput, match=r"SY603.*orders\.paid_30d"):
        steelyard.score(data, plans)


def frames(rows):
    """The same merchants as every kind of frame."""
    decimals = frame(rows, lambda values: typed(values, "decimal"))
    doubles = frame(rows, lambda values: typed(values, "double"))
    return {
        "list of dicts": rows,
        "Polars, decimals": decimals,
        "Polars, doubles": doubles,
        "Polars, lazy": doubles.lazy(),
        "Arrow": decimals.to_arrow(),
        "Arrow, batches": decimals.to_arrow().to_reader(),
        "pandas": doubles.to_pandas(),
        "pandas, Arrow types": decimals.to_pandas(use_pyarrow_extension_array=True),
    }


def test_every_frame_gives_the_results_of_a_file(plans, tmp_path):
    """Scores digest by digest, and rejections by row and code."""
    rows = with_faults(merchants(50))
    score_population([write(tmp_path / "m.jsonl", rows)], plans, Outputs(tmp_path / "scores.jsonl"))
    expected = sorted((tmp_path / "scores.jsonl").read_bytes().splitlines())
    from hashlib import sha256

    digest = "sha256:" + sha256(b"".join(line + b"\n" for line in expected)).hexdigest()
    for name, given in frames(rows).items():
        result = steelyard.score(given, plans)
        assert isinstance(result.scores, pl.DataFrame)
        assert result.digest == digest, name
        assert (result.rows, result.rejected) == (50, 5), name
        assert result.scored + result.unscored == 45
        codes = {row: [one["code"] for one in listed] for row, _, listed in result.rejects.rows()}
        assert codes == {2: ["SY607"], 3: ["SY605"], 4: ["SY604"], 5: ["SY603"], 7: ["SY607"]}


def test_the_order_of_merchants_does_not_reach_the_digest(plans):
    rows = merchants(20)
    assert steelyard.score(rows, plans).digest == steelyard.score(rows[::-1], plans).digest
    assert steelyard.score(rows, plans).digest != steelyard.score(rows[1:], plans).digest


def test_the_long_form_and_pandas(plans):
    result = steelyard.score(merchants(10), plans)
    assert result.items.height == sum(
        len(row["items"]) + len(row["deductions"]) for row in result.scores.to_dicts()
    )
    assert isinstance(result.to_pandas(), pd.DataFrame)
    assert "10 merchants" in str(result)
    assert "共 10 家" in result.summary("zh")


def test_an_empty_frame_gives_empty_results(plans):
    result = steelyard.score([], plans)
    assert (result.rows, result.scores.height, result.rejects.height) == (0, 0, 0)


@pytest.mark.parametrize("wrong", [3, "text", None, [1, 2], object()])
def test_anything_else_is_a_type_error_that_says_what_is_taken(plans, wrong):
    with pytest.raises(TypeError, match="a dict, a list of dicts, or a Polars"):
        steelyard.score(wrong, plans)


def test_columns_that_are_wrong_are_said_once(plans):
    rows = frame(merchants(5), lambda values: typed(values, "decimal"))
    wrong = rows.rename({"orders.paid_30d": "orders.payd_30d"}).with_columns(
        pl.lit("many").alias("orders.signed_30d")
    )
    with pytest.raises(InvalidInput) as caught:
        steelyard.score(wrong, plans)
    assert [one.code for one in caught.value.problems] == ["SY602", "SY604"]
    assert caught.value.problems[0].fix == "did you mean 'orders.paid_30d'?"


def test_plans_for_another_day_are_not_used(plans):
    with pytest.raises(InvalidInput, match="SY702"):
        steelyard.score(sprout(), plans, as_of="2026-06-02")
    with pytest.raises(TypeError, match="as_of"):
        steelyard.score(sprout(), "rulesets")


def _leaves(data):
    if isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from _leaves(part)
    else:
        yield data


def test_results_have_a_short_form_and_give_data(plans):
    one, many = steelyard.score(sprout(), plans), steelyard.score(merchants(10), plans)
    assert repr(one) == "<MerchantScore 'little-sprout': score=4.90, tier='high'>"
    assert repr(many) == (
        f"<PopulationScore of 10 merchants: {many.scored} scored, "
        f"{many.unscored} without a score, 0 rejected>"
    )
    assert one.to_dict()["score"] == Decimal("4.90")
    assert many.to_dict()["rows"] == 10
    assert isinstance(many.to_dict()["scores"]["mean"], Decimal)
    for data, written in ((one.to_dict(), scorecard_json(one.card)), (many.to_dict(), None)):
        assert set(map(type, _leaves(data))) <= {str, int, Decimal, bool, type(None)}
        assert written is None or data == json.loads(to_text(written), parse_float=Decimal)
    parts = one.to_polars()
    assert parts.columns == ["item", "outcome", "points"]
    assert parts["points"].to_list() == [
        part.points.decimal for part in (*one.card.items, *one.card.deductions)
    ]
    assert many.to_polars() is many.scores
    unscored = next(row for row in examples() if row["merchant"] == "first-light")
    assert repr(steelyard.score(unscored, plans)) == "<MerchantScore 'first-light': no_score>"


def test_checkers_of_types_see_every_public_name():
    stub = ast.parse(Path(steelyard.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [one for one in stub.body if isinstance(one, ast.ImportFrom)]
    names = [name.asname for one in imports for name in one.names]
    assert sorted(names) == sorted(steelyard._PUBLIC)


def test_notebooks_show_cards_and_tables_that_need_nothing(plans):
    """HTML is escaped, fetches nothing and takes its colours from the page around it."""
    data = sprout()
    data["merchant"] = "<script>alert(1)</script>"
    for result in (steelyard.score(data, plans), steelyard.score([data, *merchants(3)], plans)):
        html = result._repr_html_()
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert not re.search(r"https?:|src=|url\(", html)
        assert not re.search(r"(?<!-)color:\s*(#|rgb|black|white)", html)
    assert "4.90" in steelyard.score(data, plans)._repr_html_()
    assert (
        "No score"
        in steelyard.score(
            next(one for one in examples() if one["merchant"] == "first-light"), plans
        )._repr_html_()
    )
