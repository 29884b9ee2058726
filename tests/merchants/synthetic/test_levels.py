"""Claims about levels: what a book says is what samples show, and what is wrong is said."""

import polars as pl
import pytest
from tests.merchants.synthetic.book import BOOK, known, levels, sampled

from steelyard.errors import InvalidInput
from steelyard.merchants.rows import MerchantSchema
from steelyard.merchants.synthetic import Level, Levels, read_levels
from steelyard.merchants.synthetic.draws import DRAW_END
from steelyard.merchants.synthetic.levels import FILE
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")
ROWS = 8000


@pytest.fixture(scope="module")
def frame():
    return sampled(ROWS)


def test_every_fact_of_the_book_has_a_level():
    told = {fact.id for fact in known().facts} - {"industry", "shop_type"}
    assert set(levels().facts) == told


def test_shares_lie_where_their_level_says(frame):
    """Of facts that all shops may have; members of a scheme are better shops than others."""
    facts = known().declarations
    checked = 0
    for name, level in levels().facts.items():
        if level.scheme or level.links or level.where or facts[name].type != "decimal":
            continue
        drawn = frame[name].drop_nulls().cast(pl.Float64).sort()
        for at, value in level.quantiles[1:-1]:
            below = (drawn <= value / 10 ** facts[name].decimals).mean()
            assert abs(below - at / DRAW_END) < 0.03, name
            checked += 1
    assert checked >= 3


def test_orders_have_a_long_tail_and_many_shops_are_small(frame):
    orders = frame.filter(shop_type="ordinary")["orders.paid_30d"]
    assert 0.15 < (orders < 30).mean() < 0.25
    assert 200 < orders.median() < 330
    assert orders.mean() > 5 * orders.median()


def test_kinds_come_as_often_as_their_weights_say(frame):
    for name, weights in (("industry", levels().industries), ("shop_type", levels().shop_types)):
        for value, weight in weights.items():
            assert abs((frame[name] == value).mean() - weight / sum(weights.values())) < 0.02


def test_a_shop_outside_a_scheme_has_none_of_its_facts():
    for industry in known().industries:
        frame = sampled(1500, industries=(industry,))
        for scheme in levels().schemes:
            members = [
                frame[name].is_not_null()
                for name, level in levels().facts.items()
                if level.scheme == scheme and level.given == 1000 and name in frame.columns
                and not level.links
            ]  # fmt: skip
            for one in members:
                assert one.equals(members[0])
                assert 0.15 < one.mean() < 0.75


def test_exchanges_are_asked_for_where_they_are_offered(frame):
    offered = frame.filter(
        pl.col("maternity.exchange_eligible_skus").is_not_null() & (pl.col("orders.paid_30d") > 500)
    )
    assert offered.height > 100
    assert (offered["maternity.exchange_requests"] > 0).mean() > 0.95


def test_no_part_exceeds_its_whole_and_parts_follow_their_wholes(frame):
    pairs = [(fact.id, fact.at_most) for fact in known().facts if fact.at_most and fact.id in frame]
    assert len(pairs) > 15
    for part, whole in pairs:
        both = frame.filter(pl.col(part).is_not_null() & pl.col(whole).is_not_null())
        assert (both[part] <= both[whole]).all()
        correlation = both.select(pl.corr(part, whole, method="spearman")).item()
        assert correlation > 0.4, part


def test_facts_follow_their_factor_and_factors_the_quality_of_the_shop():
    """Service goes with service, less with logistics, and staff with orders."""
    frame = sampled(ROWS, seed=5).filter(pl.col("orders.paid_30d") > 500)

    def rank(one, other):
        return frame.select(pl.corr(one, other, method="spearman")).item()

    assert rank("service.satisfaction", "service.refund_hours") < -0.6
    assert rank("logistics.pickup_48h_share", "logistics.arrival_hours") < -0.6
    for other in ("logistics.arrival_hours", "quality.negative_feedback_share"):
        assert -0.45 < rank("service.satisfaction", other) < -0.1
    assert rank("service.staff_total", "orders.paid_30d") > 0.5
    assert abs(rank("service.satisfaction", "service.staff_total")) < 0.2


def test_shares_are_counts_divided_by_counts(frame):
    """A share agrees with its counts to its last digit, and is absent without them."""
    facts = known().declarations
    checked = 0
    for name, level in levels().facts.items():
        if level.out_of is None or name not in frame.columns:
            continue
        given = frame.filter(pl.col(name).is_not_null())
        whole = given[level.out_of].to_list()
        assert min(whole) > 0
        if level.beside is not None:
            both = given.drop_nulls(level.beside)
            assert (both[name] + both[level.beside]).max() <= 1
            continue  # it leaves room for the other, whatever its count
        scale = 10 ** facts[name].decimals
        for row, (share, of) in enumerate(zip(given[name].to_list(), whole, strict=True)):
            count = given[level.share][row] if level.share else round(share * of)
            assert int(share * scale) == (2 * count * scale + of) // (2 * of), (name, share, of)
            checked += 1
    assert checked > 3 * ROWS
    unrated = frame.filter(pl.col("service.satisfaction_ratings_30d").fill_null(0) == 0)
    assert unrated.height > 100
    assert unrated["service.satisfaction"].is_null().all()


def test_industries_and_flagships_have_their_own_levels(frame):
    facts, checked = known().declarations, 0
    for name, level in levels().facts.items():
        for kind, own in level.where.items():
            if level.links or facts[name].type not in ("int", "decimal"):
                continue
            here = frame.filter(
                (pl.col("shop_type") == kind)
                | ((pl.col("industry") == kind) & (pl.col("shop_type") == "ordinary"))
            )
            drawn = here[name].drop_nulls().cast(pl.Float64)
            for at, value in own.quantiles[1:-1]:
                below, upto = (drawn < value).mean(), (drawn <= value).mean()
                assert below - 0.05 < at / DRAW_END < upto + 0.05, (name, kind)
                checked += 1
    assert checked > 10


@pytest.mark.parametrize("name", ["maternity.advisors", "petcare.advisors", "beauty.artists"])
def test_certificates_are_told_apart_and_some_have_expired(name):
    industry = name.partition(".")[0]
    frame = sampled(1500, industries=(industry,)).select("merchant", pl.col(name)).drop_nulls(name)
    sizes = frame[name].list.len()
    assert {0, 1, 2} <= set(sizes)
    one = frame.explode(name).drop_nulls(name).unnest(name)
    assert one.select("merchant", "holder", "certificate").is_unique().all()
    expired = one.select((pl.col("valid_to") < pl.date(2026, 6, 1)).mean()).item()
    assert 0.02 < expired < 0.3


def test_months_are_told_apart():
    frame = sampled(1500, industries=("petcare",)).select("merchant", "petcare.monthly_checks")
    checks = frame.explode("petcare.monthly_checks").unnest("petcare.monthly_checks")
    checks = checks.drop_nulls("month_end")
    assert checks.height > 500
    assert checks.select("merchant", "month_end").is_unique().all()


def test_keys_without_an_id_differ_as_far_as_there_are_values():
    fields = (
        FieldDeclaration("flag", "bool", TITLE, high=1),
        FieldDeclaration("grade", "enum", TITLE, values=("a", "b", "c"), high=2),
    )
    fact = FactDeclaration(
        "a.list", "records", TITLE, "", "", fields=fields, key=("flag", "grade"), max_records=9
    )
    many = Levels({"a.list": Level(((0, 9), (DRAW_END, 9)))})
    frame = sampled(50, of=MerchantSchema((fact,), ("toys",), ()), at=many)
    for records in frame["a.list"]:
        assert sorted(records.struct["grade"]) == ["a", "b", "c"]


def test_a_yes_is_the_better_end():
    fact = FactDeclaration("a.flag", "bool", TITLE, "", "", high=1)
    grade = FactDeclaration("a.grade", "int", TITLE, "", "", high=1000)
    both = Levels(
        {
            "a.flag": Level(better="high", yes=500),
            "a.grade": Level(((0, 0), (DRAW_END, 1000)), better="high"),
        }
    )
    frame = sampled(2000, of=MerchantSchema((fact, grade), ("toys",), ()), at=both)
    means = frame.group_by("a.flag").agg(pl.col("a.grade").mean()).sort("a.flag")["a.grade"]
    assert means[1] > means[0] + 150


def test_a_book_without_levels_has_none(tmp_path):
    assert read_levels(tmp_path, {}) == Levels()


def test_everything_wrong_is_said_at_its_place(tmp_path):
    facts = [
        FactDeclaration("a.whole", "int", TITLE, "", "", high=9),
        FactDeclaration("a.other", "int", TITLE, "", "", high=9, at_most="a.whole"),
        FactDeclaration("a.needed", "int", TITLE, "", "", high=9, required=True),
        FactDeclaration("a.day", "date", TITLE, "", "", high=9),
        FactDeclaration("a.flag", "bool", TITLE, "", "", high=1),
        FactDeclaration(
            "a.list", "records", TITLE, "", "", max_records=3,
            fields=(FieldDeclaration("size", "int", TITLE, high=9),),
        ),
        FactDeclaration("a.part", "decimal", TITLE, "", "", decimals=2, high=100),
        FactDeclaration("a.rest", "decimal", TITLE, "", "", decimals=2, high=100),
        FactDeclaration(
            "a.lots", "records", TITLE, "", "", max_records=3,
            fields=(
                FieldDeclaration("size", "int", TITLE, high=9),
                FieldDeclaration("rate", "decimal", TITLE, decimals=2, high=100),
            ),
        ),
    ]  # fmt: skip
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(
        """\
industries: {toy: 1}
factors: {goods: 0.5}
schemes: {trial: 0.5}
levels:
  a.whole: {of: a.other, quantiles: [[0, 0], [1, 1]]}
  a.other: {of: a.day, quantiles: [[0, -1], [1, 1]]}
  a.needed: {scheme: trial, of: a.flog}
  a.day: {quantiles: [[0, 0], [1, 1]], scheme: trail}
  a.flag: {yes: 0.5, days_before: [[0, 0], [1, 1]]}
  a.list:
    quantiles: [[0, 0], [1, 100000000000000000000]]
    fields: {size: {scheme: trial}, sise: {}}
  a.wole: {}
  a.part: {out_of: a.flag, quantiles: [[0, 0], [1, 2]], factor: good, where: {toy: {yes: 1}}}
  a.rest: {share: a.whole, needs: a.wole}
  a.lots:
    fields: {rate: {out_of: sise}}
"""
    )
    with pytest.raises(InvalidInput) as caught:
        read_levels(tmp_path, {fact.id: fact for fact in facts}, industries=("toys",))
    found = [
        f"{one.place.line}:{one.place.column} {one.code} {one.what}"
        for one in sorted(caught.value.problems, key=lambda one: one.place)
    ]
    assert found == [
        "1:14 SY118 the book has no 'toy'",
        "5:12 SY118 a.whole is a part of itself",
        "6:12 SY118 a.other is a part of itself",
        "6:17 SY118 a.other cannot be a part of a.day, which is not a number",
        "6:35 SY118 a share of a.day is not between 0 and 1000",
        "7:22 SY118 a.needed is required, so it cannot be limited to members of a scheme",
        "7:33 SY203 `of` names the unknown fact 'a.flog'",
        "7:33 SY118 `of` needs `quantiles`",
        "8:11 SY118 `quantiles` cannot be used for the type date",
        "8:48 SY118 a.day belongs to the undeclared scheme 'trail'",
        "9:22 SY118 `days_before` cannot be used for the type bool",
        "11:5 SY118 a value of the quantiles does not fit in 64 bits",
        "12:21 SY118 `scheme` cannot be used for a field of a record",
        "12:37 SY118 records of a.list have no field 'sise'",
        "13:3 SY203 unknown fact 'a.wole'",
        "14:20 SY118 a.part cannot be a part of a.flag, which is not a number",
        "14:39 SY118 a share of a.flag is not between 0 and 1",
        "14:65 SY118 unknown factor 'good'",
        "14:79 SY118 the book has no 'toy'",
        "14:85 SY118 `yes` cannot be used for the type decimal",
        "15:19 SY118 `share` needs `out_of`",
        "15:35 SY203 `needs` names the unknown fact 'a.wole'",
        "17:29 SY118 `out_of` names 'sise', which is no whole number of a.lots",
    ]


def test_the_books_own_levels_are_sound():
    of = known()
    read_levels(BOOK, of.declarations, industries=of.industries, shop_types=of.shop_types)
