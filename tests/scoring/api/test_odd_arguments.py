"""Odd values for the public functions: an error of ours, or a `TypeError` that names the argument."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import steelyard
from steelyard.errors import InvalidInput, Place
from steelyard.merchants.columns import open_population
from steelyard.merchants.columns.rows import read_plain
from steelyard.scoring.plans import plans_of
from steelyard.scoring.spark import score as spark_score

CYCLE: list = []
CYCLE.append(CYCLE)
LOOP: dict = {}
LOOP["merchant"] = LOOP
DEEP: list = []
for _ in range(5000):
    DEEP = [DEEP]

ODD = [
    None, True, 0, -1, 2**70, 10**5000, 1.5, float("nan"), Decimal("sNaN"), Decimal("1e999999"),
    Fraction(1, 3), "", "\0", "\ud800", "2026-W23-1", "2026-02-30", "20260601", "general", b"x",
    bytearray(b"x"), [], {}, (), set(), [None], {1: 2}, {"a": object()}, CYCLE, LOOP, DEEP, object(),
    object, len, datetime(2026, 6, 1, tzinfo=UTC), date(2026, 6, 1), date.min, date.max, Path(), np.int64(5),
    np.datetime64("2026-06-01"), np.array([1, 2]), range(3), iter([]), pl.DataFrame(),
    pl.DataFrame({"merchant": ["a"]}).lazy(), pa.table({"a": [1]}), NotImplemented, ...,
]  # fmt: skip

FILES = {
    "book.yaml": """
book: shop
title: {en: Shop, zh: 店}
industries: [{id: toys, title: {en: Toys, zh: 玩具}}]
""",
    "facts/shop.yaml": """
facts:
  - {id: shop.orders, type: int, unit: count, bounds: [0, 1000000], title: {en: O, zh: 单}, meaning: O., illustrative: true}
  - {id: shop.rate, type: decimal, decimals: 4, bounds: [0, 1], title: {en: R, zh: 率}, meaning: R., illustrative: true}
  - {id: shop.since, type: date, title: {en: S, zh: 日}, meaning: S., illustrative: true}
  - {id: shop.open, type: bool, title: {en: O, zh: 开}, meaning: O., illustrative: true}
  - {id: shop.area, type: enum, values: [a, b], title: {en: A, zh: 区}, meaning: A., illustrative: true}
  - id: shop.staff
    type: records
    max_records: 3
    fields: [{name: years, type: int, bounds: [0, 50], title: {en: Y, zh: 年}}]
    title: {en: S, zh: 员}
    meaning: S.
    illustrative: true
""",
    "toys.yaml": """
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
selects: {industry: toys}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [0, 100]}
base: {from: fixed, score: 60}
items:
  - id: busy
    type: core/flat
    title: {en: Busy, zh: 忙}
    with: {points: 1}
    when: shop.orders >= 10 && shop.staff.exists(s, s.years > 3)
""",
}
FACTS = ("orders", "rate", "since", "open", "area", "staff")
MERCHANT = {"merchant": "ann", "industry": "toys", "shop.orders": 50}
DAY = "2026-06-01"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return given_in(folder)


def given_in(folder):
    opened = steelyard.open_book(folder)
    return {
        "folder": folder,
        "plans": steelyard.open_plans(folder, as_of=DAY),
        "opened": opened,
        "plan": steelyard.compile_plan(opened, industry="toys", as_of=date(2026, 6, 1)),
    }


def calls(given):
    """Return each public function with valid arguments."""
    return {
        "score": (steelyard.score, {"merchants": MERCHANT, "book": given["plans"], "as_of": DAY, "scene": None}),
        "score_many": (steelyard.score, {"merchants": [MERCHANT], "book": given["plans"], "as_of": DAY, "scene": None}),
        "open_plans": (steelyard.open_plans, {"book": given["folder"], "as_of": DAY, "scene": None}),
        "open_book": (steelyard.open_book, {"folder": given["folder"]}),
        "load_book": (steelyard.load_book, {"folder": given["folder"]}),
        "load_catalogue": (steelyard.load_catalogue, {"names": ["core"]}),
        "compile_plan": (steelyard.compile_plan, {
            "opened": given["opened"], "industry": "toys", "as_of": date(2026, 6, 1),
            "shop_type": None, "scene": None, "part": "outside",
        }),
        "digest": (steelyard.digest, {"plan": given["plan"]}),
        "read_plan": (steelyard.read_plan, {"path": Path("no-plan.json")}),
        "write_plan": (steelyard.write_plan, {"plan": given["plan"], "path": Path("no-folder") / "plan.json"}),
        "score_files": (steelyard.score_files, {
            "paths": [Path("no-merchants.yaml")], "book": given["folder"], "as_of": date(2026, 6, 1), "scene": None,
        }),
        "explain": (steelyard.score(MERCHANT, given["plans"]).explain, {"language": "en"}),
        "page": (steelyard.score(MERCHANT, given["plans"]).page, {"language": "en"}),
        "spark": (lambda df: spark_score(df, given["plans"]), {"df": None}),
        "plans_of": (plans_of, {"book": given["plans"], "as_of": DAY, "scene": None}),
    }  # fmt: skip


def fault(function, arguments, name):
    """Return what is wrong with the error of a call, or None."""
    try:
        function(**arguments)
    except InvalidInput as error:
        [str(problem) for problem in error.problems]
        json.dumps(str(error))
    except TypeError as error:
        if name not in str(error):
            return f"TypeError without {name}: {error}"
    except BaseException as error:  # noqa: BLE001 - that is the question
        return f"{type(error).__name__}: {str(error)[:100]}"
    return None


def test_odd_arguments(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = {}
    for label, (function, arguments) in calls(given).items():
        for name in arguments:
            for number, value in enumerate(ODD):
                if said := fault(function, {**arguments, name: value}, name):
                    wrong[label, name, number] = said
    assert wrong == {}


def test_odd_facts(given):
    """Also inside merchants: a wrong value is a problem of the merchant, whatever it is."""
    wrong = {}
    names = [*(f"shop.{fact}" for fact in FACTS), "merchant", "industry", "shop_type", "odd"]
    shapes = (
        lambda name, value: {name: value},
        lambda _, value: {"shop.staff": [{"years": value}]},
    )
    for number, value in enumerate(ODD):
        for name in names:
            for shape in shapes:
                merchant = {**MERCHANT, **shape(name, value)}
                for merchants in (merchant, [merchant, MERCHANT]):
                    arguments = {"merchants": merchants, "book": given["plans"]}
                    if said := fault(steelyard.score, arguments, "merchants"):
                        wrong[name, number] = said
    assert wrong == {}


class Frame:
    """What looks like a Spark frame until its columns are read."""

    sparkSession = mapInArrow = len  # noqa: N815 - Spark's names


@pytest.mark.parametrize("other", [{"as_of": "2026-06-02"}, {"scene": "sale"}])
def test_plans_on_spark_are_for_their_day_and_scene(given, other):
    with pytest.raises(InvalidInput) as caught:
        spark_score(Frame(), given["plans"], **other)
    assert [problem.code for problem in caught.value.problems] == ["SY702"]


def frames():
    yield pa.table({"shop.rate": pa.array([Decimal("0.5")], pa.decimal256(60, 40))})
    yield pa.table({"shop.orders": pa.array([5], pa.uint64())})
    yield pa.table({"shop.orders": pa.array([2**64 - 1], pa.uint64())})
    yield pa.table({"shop.since": pa.array([0], pa.timestamp("ns", "Asia/Shanghai"))})
    yield pa.table({"shop.rate": pa.array([0.5], pa.float16())})
    yield pa.table({"shop.open": pa.array([None], pa.null())})
    yield pa.table({"shop.area": pa.array([b"a"], pa.binary())})
    yield pa.table({"shop.area": pa.array(["a"]).dictionary_encode()})
    yield pa.table({"shop.staff": pa.array([[{"years": 5}]])})
    yield pa.table({"shop.staff": pa.array([[("years", 5)]], pa.map_(pa.string(), pa.int64()))})
    yield pa.table({"shop": pa.array([{"orders": 5, "staff": [{"years": None}]}])})
    yield pa.table({"shop.orders": pa.array([5], pa.duration("s"))})
    yield pa.table({"shop.orders": pa.array([5], pa.time64("ns"))})
    yield pa.table({"shop.orders": pa.chunked_array([], pa.int64())})
    for inner in (  # inside of records, where Python holds fewer times than Arrow
        pa.array([2**62], pa.timestamp("us")),
        pa.array([-(2**62)], pa.timestamp("ms", "Asia/Shanghai")),
        pa.array([2**62], pa.duration("ms")),
        pa.ListArray.from_arrays([0, 1], pa.array([-(2**31)], pa.date32())),
        pa.array([Decimal("0.5")], pa.decimal32(9, 4)),
    ):
        struct = pa.StructArray.from_arrays([inner], ["years"])
        yield pa.table({"shop.staff": pa.ListArray.from_arrays([0, 1], struct)})


def test_odd_columns(given):
    wrong = {}
    for number, frame in enumerate(frames()):
        labels = {
            name: pa.array([MERCHANT[name]] * frame.num_rows) for name in ("merchant", "industry")
        }
        whole = frame
        for name, column in labels.items():
            whole = whole.append_column(name, column)
        arguments = {"merchants": whole, "book": given["plans"]}
        if said := fault(steelyard.score, arguments, "merchants"):
            wrong[number] = said
    assert wrong == {}


def said_of(merchants, plans):
    """The first problem of a merchant, or None."""
    try:
        result = steelyard.score(merchants, plans)
    except InvalidInput as error:
        return error.problems[0].what
    if hasattr(result, "rejects") and result.rejected:
        return result.rejects["problems"][0][0]["what"]
    return None


@pytest.mark.parametrize(
    ("fact", "value", "same"),
    [
        ("shop.rate", np.float64(0.97), 0.97),
        ("shop.rate", np.float32(0.97), 0.97),  # not 0.97000002861
        ("shop.rate", np.int8(1), 1),
        ("shop.orders", np.float32(94), 94),
        ("shop.orders", np.float64(94), 94),
        ("shop.orders", np.uint64(94), 94),
        ("shop.open", np.bool_(True), True),
        ("shop.since", np.datetime64("2026-01-02"), date(2026, 1, 2)),
        ("shop.orders", np.float16(94), None),
        ("shop.orders", np.float32(94.5), None),
        ("shop.orders", np.bool_(True), None),
        ("shop.open", np.int64(1), None),
    ],
)
def test_values_of_numpy_are_the_same_at_every_door(given, fact, value, same):
    """A scalar in a dict, in a list of dicts, and in the column of its type; None is refused."""
    plans = given["plans"]
    merchant = {**MERCHANT, fact: value}
    column = {name: np.array([one]) for name, one in merchant.items() if name != "shop.staff"}
    for merchants in (merchant, [merchant], pl.DataFrame(column)):
        assert (said_of(merchants, plans) is None) == (same is not None)
    read = read_plain(merchant, 1, Place("m"), plans.known)
    if same is None:
        # a number of numpy is no text that lacks its quotes
        assert "text" not in read.problems[0].what
        assert read.problems[0].fix is None or "quotes" not in read.problems[0].fix
    else:
        plain = read_plain({**MERCHANT, fact: same}, 1, Place("m"), plans.known)
        assert read.facts == plain.facts


def test_lists_of_numpy_are_lists_of_records(given):
    """As pandas gives the cells of a column that was read from Parquet."""
    records = {"shop.staff": np.array([{"years": np.float32(3)}], dtype=object)}
    read = read_plain({**MERCHANT, **records}, 1, Place("m"), given["plans"].known)
    plain = read_plain(
        {**MERCHANT, "shop.staff": [{"years": 3}]}, 1, Place("m"), given["plans"].known
    )
    assert read == plain


TIMES = ["2026-01-05", "2026-01-05 12:00", None]


def days_frames():
    """Days as libraries give them: times at midnight, another time, and nothing."""
    labels = {"merchant": ["a", "b", "c"], "industry": ["toys"] * 3}
    times = pd.to_datetime(TIMES, format="ISO8601")
    for unit in ("s", "ms", "us", "ns"):
        yield pd.DataFrame({**labels, "shop.since": times.as_unit(unit)})
        kind = pa.timestamp(unit)
        yield pa.table({**labels, "shop.since": pa.array(times).cast(kind)})
    yield pl.DataFrame({**labels, "shop.since": times.to_numpy()})
    yield pd.DataFrame({**labels, "shop.since": [date(2026, 1, 5), times[1], pd.NaT]}, dtype=object)
    yield pd.DataFrame({**labels, "shop.since": [times[0], "2026-01-05 12:00:00", None]})


@pytest.mark.parametrize("frame", list(days_frames()), ids=lambda frame: type(frame).__module__)
def test_a_midnight_without_a_zone_is_a_day(given, frame):
    result = steelyard.score(frame, given["plans"])
    assert result.scores["merchant"].to_list() == ["a", "c"]
    ((row, _, (problem,)),) = result.rejects.rows()
    assert (row, problem["code"]) == (2, "SY702")
    assert problem["what"] == "shop.since is the text '2026-01-05 12:00:00'"
    assert problem["fix"] == "a day has no time: write the day alone, such as 2026-01-05"


def test_days_of_pandas_in_a_file_are_days(given, tmp_path):
    pd.DataFrame(
        {
            "merchant": ["a", "b"],
            "industry": ["toys"] * 2,
            "shop.since": pd.to_datetime(TIMES[:2], format="ISO8601"),
        }
    ).to_parquet(tmp_path / "shops.parquet")
    with open_population([tmp_path / "shops.parquet"], given["plans"].known) as population:
        (batch,) = population.batches(10)
    assert batch.facts["shop.since"].to_list() == [date(2026, 1, 5).toordinal()]
    assert [problem.code for problem in batch.rejects[0].problems] == ["SY702"]


def test_times_in_a_zone_are_no_days_and_say_so(given):
    times = pd.to_datetime(["2026-01-05"]).tz_localize("Asia/Shanghai")
    frame = pd.DataFrame({"merchant": ["a"], "industry": ["toys"], "shop.since": times})
    with pytest.raises(InvalidInput) as caught:
        steelyard.score(frame, given["plans"])
    (problem,) = caught.value.problems
    assert problem.code == "SY604"
    assert problem.fix == "convert the times to days in the time zone that counts"


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        (datetime.fromisoformat("2026-06-01"), True),
        (pd.Timestamp("2026-06-01"), True),
        (np.datetime64("2026-06-01"), True),
        (np.datetime64("2026-06-01T00:00"), True),
        (datetime.fromisoformat("2026-06-01T08:00"), False),
        (pd.Timestamp(2026, 6, 1, nanosecond=1), False),
        (datetime(2026, 6, 1, tzinfo=UTC), False),
        (pd.NaT, False),
    ],
)
def test_the_day_of_a_score_may_be_a_midnight(given, day, taken):
    if taken:
        assert steelyard.score(MERCHANT, given["folder"], as_of=day).card.as_of == date(2026, 6, 1)
        return
    with pytest.raises(InvalidInput) as caught:
        steelyard.score(MERCHANT, given["folder"], as_of=day)
    (problem,) = caught.value.problems
    assert (problem.code, problem.fix) == ("SY702", "use its date()")


def test_a_mixed_column_of_pandas_is_read_row_by_row(given):
    """Each value as in a list of dicts; a wrong one rejects its row and no other."""
    frame = pd.DataFrame(
        {
            "merchant": ["a", "b", "c", "d", 5],
            "industry": ["toys"] * 5,
            "shop.orders": [1, "x", None, np.int64(3), 2**64],
            "shop.rate": [np.float32(0.97), Decimal("0.5"), float("nan"), 1, 0],
        },
        dtype=object,
    )
    result = steelyard.score(frame, given["plans"])
    assert result.scores["merchant"].to_list() == ["a", "c", "d"]
    codes = [[one["code"] for one in problems] for _, _, problems in result.rejects.rows()]
    assert codes == [["SY604"], ["SY604", "SY605"]]
    with pytest.raises(InvalidInput, match="unknown fact 'odd'"):
        steelyard.score(frame.assign(odd=1), given["plans"])


def test_a_wrong_day_says_how_to_write_it(given):
    with pytest.raises(InvalidInput) as caught:
        steelyard.score(MERCHANT, given["folder"], as_of="2026-13-01")
    assert caught.value.problems[0].fix == "write it like 2026-06-01"


def staff_of(kind, rows):
    """Merchants with records of decimals that Polars cannot read inside of others."""
    struct = pa.StructArray.from_arrays([pa.array([Decimal("0.5")] * rows, kind)], ["years"])
    records = pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), struct)
    names = [f"m{number}" for number in range(rows)]
    return pa.table({"merchant": names, "industry": ["toys"] * rows, "shop.staff": records})


WIDE = {"merchant": ["a"], "shop.rate": pa.array([1], pa.decimal256(60, 2))}
NESTED = pl.Series([], dtype=pl.List(pl.Struct({"years": pl.Object})))


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (pa.table(WIDE), "shop.rate"),
        (pa.record_batch(WIDE), "shop.rate"),
        (pd.DataFrame({"merchant": ["a"], "shop.orders": [2**64]}), "shop.orders"),
        (pd.DataFrame({"merchant": ["a"], 5: [1j]}), "5"),
        (pl.DataFrame({"merchant": [], "shop.staff": NESTED}), "shop.staff"),  # Polars would abort
        (staff_of(pa.decimal32(9, 4), 1), "shop.staff"),  # refused when it is converted
        (staff_of(pa.decimal32(9, 4), 2), "shop.staff"),  # refused when it is read
        (staff_of(pa.decimal64(18, 4), 2), "shop.staff"),
    ],
)
def test_a_column_that_cannot_be_read_is_named(given, frame, name):
    with pytest.raises(TypeError, match=f"^merchants have .* column '{name}'"):
        steelyard.score(frame, given["plans"])
