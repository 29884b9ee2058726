"""Values that are easily lost on the way into columns: each is what the row reader says it is."""

import json
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.errors import InvalidInput
from steelyard.merchants.columns import open_population, read_frame, read_mappings
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.rows import MerchantSchema, read_merchants
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")


def fact(name, kind, **more):
    return FactDeclaration(name, kind, TITLE, "", "", **more)


KNOWN = MerchantSchema(
    (
        fact("a.whole", "int", low=-(2**62), high=2**62),
        fact("a.number", "decimal", low=-(10**12), high=10**12, decimals=2),
        fact("a.yes", "bool", high=1),
        fact("a.day", "date", low=730_000, high=745_000),
        fact("a.colour", "enum", high=1, values=("red", "blue")),
        fact(
            "a.list",
            "records",
            max_records=3,
            fields=(
                FieldDeclaration("n", "int", TITLE, low=0, high=9),
                FieldDeclaration(
                    "x", "decimal", TITLE, low=0, high=10**6, decimals=2, required=False
                ),
            ),
        ),
    ),
    ("toys",),
    ("ordinary",),
)
HEAD = '"merchant": "m", "industry": "toys"'


def of_batch(batch):
    """The facts of the only merchant, or the codes of its rejection."""
    assert batch.rows == 1
    if batch.rejects:
        return sorted(problem.code for problem in batch.rejects[0].problems)
    (row,) = batch.facts.to_dicts()
    labels = ("row", "merchant", "industry", "shop_type")
    return {key: part for key, part in row.items() if part is not None and key not in labels}


def of_file(path):
    with open_population([path], KNOWN) as population:
        (batch,) = population.batches(10)
        return of_batch(batch)


def of_row_reader(path):
    try:
        merchant_file = read_merchants(path, KNOWN)
    except InvalidInput as error:
        return sorted(problem.code for problem in error.problems)
    if merchant_file.rejects:
        return sorted(problem.code for problem in merchant_file.rejects[0].problems)
    facts = merchant_file.merchants[0].facts
    return {key: list(part) if isinstance(part, tuple) else part for key, part in facts.items()}


def without_nulls(facts):
    """Records without the fields that they lack."""
    if not isinstance(facts, dict) or "a.list" not in facts:
        return facts
    records = [{k: v for k, v in one.items() if v is not None} for one in facts["a.list"]]
    return facts | {"a.list": records}


digits = st.text("0123456789", min_size=1, max_size=42).map(lambda text: text.lstrip("0") or "0")
number_texts = st.one_of(
    st.builds(
        lambda sign, whole, part, power: sign + whole + part + power,
        st.sampled_from(["", "-"]),
        digits,
        st.one_of(st.just(""), digits.map(lambda text: f".{text}")),
        st.sampled_from(["", "", "e0", "E+2", "e-3", "e9", "e10", "e-41", "e400"]),
    ),
    st.sampled_from([str(2**power + more) for power in (53, 62, 63, 64) for more in (-1, 0, 1)]),
    st.builds("5.{}1".format, st.integers(0, 36).map(lambda count: "0" * count)),
    st.builds("0.{}5".format, st.integers(0, 40).map(lambda count: "0" * count)),
)
values = st.one_of(
    number_texts, st.sampled_from(["null", "true", '"5"', "[]", "{}", "NaN", "[[]]", "[null]"])
)


@st.composite
def merchants(draw):
    """A merchant in JSON whose facts are dotted, nested, or both, with numbers of any length."""
    parts = []
    for name in ("whole", "number"):
        for form in draw(st.sampled_from([(), ("dotted",), ("nested",), ("dotted", "nested")])):
            value = draw(values)
            parts.append(
                f'"a.{name}": {value}' if form == "dotted" else f'"a": {{"{name}": {value}}}'
            )
    if draw(st.booleans()):
        fields = ", ".join(
            f'"{name}": {draw(values)}' for name in draw(st.sampled_from(["n", "nx", "nn"]))
        )
        parts.append(f'"a.list": [{{{fields}}}]')
    return f"{{{', '.join([HEAD, *parts])}}}"


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(merchants())
def test_a_line_says_what_the_row_reader_says(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("door")
    (folder / "m.json").write_text(text, encoding="utf-8")
    (folder / "m.jsonl").write_text(f"{text}\n", encoding="utf-8")
    found = without_nulls(of_file(folder / "m.jsonl"))
    assert found == of_row_reader(folder / "m.json"), text


@pytest.mark.parametrize(
    ("line", "codes"),
    [(" \t", []), ("\r", []), ("\u3000", ["SY104"]), ("\x0b", ["SY104"]), ("\x85", ["SY104"])],
)
def test_only_a_line_of_json_blanks_is_no_row(tmp_path, line, codes):
    path = tmp_path / "m.jsonl"
    path.write_text(f"{{{HEAD}}}\n{line}\n", encoding="utf-8", newline="")
    with open_population([path], KNOWN) as population:
        (batch,) = population.batches(10)
        assert (population.rows, batch.rows) == (1 + len(codes), 1 + len(codes))
    assert [problem.code for one in batch.rejects for problem in one.problems] == codes


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_whole_numbers_past_64_bits_are_not_absent(tmp_path, number):
    path = tmp_path / "m.jsonl"
    path.write_text(f'{{{HEAD}, "a.whole": {number}}}\n', encoding="utf-8")
    assert of_file(path) == ["SY605"]


@pytest.mark.parametrize(
    "facts",
    ['"a.whole": null, "a": {"whole": 5}', '"a": {"whole": null}, "a.whole": 5'],
)
def test_a_fact_given_twice_is_seen_even_if_one_is_null(tmp_path, facts):
    path = tmp_path / "m.jsonl"
    path.write_text(f"{{{HEAD}, {facts}}}\n", encoding="utf-8")
    assert of_file(path) == ["SY606"]


@pytest.mark.parametrize("depth", [40, 900, 1000, 2000])
@pytest.mark.parametrize("shape", ['{"x":', '[{"x":', "["])
def test_a_line_of_any_depth_is_rejected(tmp_path, shape, depth):
    path = tmp_path / "m.jsonl"
    close = "".join({"{": "}", "[": "]"}[one] for one in reversed(shape) if one in "{[")
    path.write_text(f'{{{HEAD}, "a": {shape * depth}1{close * depth}}}\n', encoding="utf-8")
    assert of_file(path) == ["SY106"]


def cell(path, name, text):
    quoted = text.replace('"', '""')
    path.write_text(f'merchant,industry,{name}\nm,toys,"{quoted}"\n', encoding="utf-8")
    return of_file(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"n": 1, "x": 0.5}]', {"a.list": [{"n": 1, "x": 50}]}),
        # the double nearest to it is 1.005, which would be rounded down
        ('[{"n": 1, "x": 1.00500000000000000001}]', {"a.list": [{"n": 1, "x": 101}]}),
        ('[{"n": 1.00000000000000000001}]', ["SY604"]),
        ('[{"n": 1, "n": 2}]', ["SY109"]),
        (f'[{{"n": {"9" * 60}}}]', ["SY114"]),
        ('[{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]', ["SY608"]),
        ("[" * 100 + "]" * 100, ["SY106"]),
        ('{"n": 1}', ["SY604"]),
        ("soon", ["SY604"]),
        ("[]", {"a.list": []}),
        ("null", {}),
        ("", {}),
    ],
)
def test_a_cell_of_records_is_read_as_json_is(tmp_path, text, expected):
    assert without_nulls(cell(tmp_path / "m.csv", "a.list", text)) == expected


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "false", "False", "FALSE"])
def test_booleans_may_be_written_as_in_yaml(tmp_path, text):
    assert cell(tmp_path / "m.csv", "a.yes", text) == {"a.yes": text.lower() == "true"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1e3", 100_000), ("1E-05", 0), ("+5", 500), (".5", 50), ("05", 500), ("0x10", 1600)],
)
def test_numbers_in_cells_are_those_of_yaml(tmp_path, text, expected):
    assert cell(tmp_path / "m.csv", "a.number", text) == {"a.number": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-30", 0),
        ("1.5e-39", 0),
        (f"0.{'0' * 50}1", 0),
        ("0.0050000000000000000000000000000001", 1),
        (f"0.5{'0' * 60}", 50),
        ("0e-90", 0),
        ("1e-81", None),
        ("1e41", None),
        (f"1{'0' * 41}", None),
        (f"0.{'123456789' * 5}", None),
    ],
)
def test_a_number_is_the_same_through_every_door(tmp_path, text, expected):
    """The limits are of the number, not of the way it is written: 1e-39 is 0.00…01."""
    line = f'{{{HEAD}, "a.number": {text}, "a.list": [{{"n": 1, "x": {text}}}]}}'
    (tmp_path / "m.json").write_text(line, encoding="utf-8")
    (tmp_path / "m.jsonl").write_text(f"{line}\n", encoding="utf-8")
    merchant = {**json.loads(f"{{{HEAD}}}"), "a.number": Decimal(text)}
    merchant["a.list"] = [{"n": 1, "x": Decimal(text)}]
    found = [
        of_row_reader(tmp_path / "m.json"),
        of_file(tmp_path / "m.jsonl"),
        of_batch(read_mappings([merchant], KNOWN, source="list")),
    ]
    wanted = {"a.number": expected, "a.list": [{"n": 1, "x": expected}]}
    for one in found:
        assert ("SY114" in one) if expected is None else one == wanted
    in_cell = cell(tmp_path / "m.csv", "a.number", text)
    assert in_cell == (["SY114"] if expected is None else {"a.number": expected})


@pytest.mark.parametrize("text", ["1_000", " 5", "5 ", "5%", "NaN", "५", "1,5"])
def test_what_yaml_does_not_read_as_a_number_is_none(tmp_path, text):
    assert cell(tmp_path / "m.csv", "a.number", text) == ["SY604"]


def frame(**columns):
    columns = {name.replace("__", "."): values for name, values in columns.items()}
    return pl.DataFrame({"merchant": ["m"], "industry": ["toys"]} | columns)


def read(given):
    return of_batch(read_frame(given, KNOWN, origins=(Origin("frame"),)))


def test_numbers_of_merchants_are_names_in_doubtful_rows_too():
    """A tie sends the row to the row reader, where a name must be a text."""
    batch = read_frame(
        pl.DataFrame({"merchant": [7, 8], "industry": ["toys", "cars"], "a.number": [2.675, 1.0]}),
        KNOWN,
        origins=(Origin("frame"),),
    )
    assert batch.facts.select("merchant", "a.number").rows() == [("7", 268)]
    assert [one.name for one in batch.rejects] == ["8"]


def test_a_single_precision_number_is_its_own_shortest_decimal():
    """2.675 in single precision is 2.6749999…; it is written 2.675, a tie, which rounds to even."""
    values = pl.Series("a.number", [2.675], dtype=pl.Float32)
    assert read(frame().with_columns(values)) == {"a.number": 268}
    records = pl.List(pl.Struct({"n": pl.Int64, "x": pl.Float32}))
    lists = pl.Series("a.list", [[{"n": 1, "x": 2.675}]], dtype=records)
    assert read(frame().with_columns(lists)) == {"a.list": [{"n": 1, "x": 268}]}


def test_half_precision_is_refused_as_a_column():
    halves = pl.Series("a.number", [2.5], dtype=pl.Float32).cast(pl.Float16)
    with pytest.raises(InvalidInput, match=r"SY604.*a\.number has values of the type Float16"):
        read(frame().with_columns(halves))


@pytest.mark.parametrize("day", [3_000_000, -800_000, 2**31 - 1, -(2**31)])
def test_days_that_python_cannot_name_are_rejected(day):
    days = pl.Series("a.day", [day], dtype=pl.Int32).cast(pl.Date)
    assert read(frame().with_columns(days)) == ["SY702"]


@pytest.mark.parametrize("scale", range(0, 39, 2))
@pytest.mark.parametrize("text", ["-0.5", "0.125", "0.135", "-3", "99999999.995", "12345678.25"])
def test_decimals_of_any_scale_are_exact(scale, text):
    value = Decimal(text)
    if -value.as_tuple().exponent > scale or len(value.as_tuple().digits) + scale > 38:
        return
    values = pl.Series("a.number", [value], dtype=pl.Decimal(38, scale))
    expected = int((value * 100).to_integral_value(rounding="ROUND_HALF_EVEN"))
    assert read(frame().with_columns(values)) == {"a.number": expected}
    # beside something wrong, the row reader agrees that the number is right
    beside = frame(a__colour=["pink"]).with_columns(values)
    assert read(beside) == ["SY604"]


def test_a_decimal_is_shown_with_all_its_digits():
    digits = "12345678901234567890123456789012345.67"
    values = pl.Series("a.number", [Decimal(digits)], dtype=pl.Decimal(38, 2))
    batch = read_frame(frame().with_columns(values), KNOWN, origins=(Origin("frame"),))
    assert digits in batch.rejects[0].problems[0].what


@pytest.mark.parametrize(
    "kind", [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Int128, pl.UInt8, pl.UInt32, pl.UInt64]
)
def test_whole_numbers_of_any_width_are_exact(kind):
    for value in (5, pl.select(kind.min()).item(), pl.select(kind.max()).item()):
        for name, factor, bound in (("a.whole", 1, 2**62), ("a.number", 100, 10**12)):
            values = pl.Series(name, [value], dtype=kind)
            scaled = value * factor
            expected = {name: scaled} if abs(scaled) <= bound else ["SY605"]
            assert read(frame().with_columns(values)) == expected


def test_a_null_field_of_records_is_not_given():
    """A column's records all have the same fields; null says that one is not given."""
    kind = pl.List(pl.Struct({"n": pl.Int64, "other": pl.Int64}))
    for beside, expected in (("red", {"a.list": [{"n": 1}], "a.colour": 0}), ("pink", ["SY604"])):
        lists = pl.Series("a.list", [[{"n": 1, "other": None}]], dtype=kind)
        found = read(frame(a__colour=[beside]).with_columns(lists))
        assert without_nulls(found) == expected


def test_a_map_inside_of_records_is_rejected():
    """Whatever it holds: Python has no duration of so many days."""
    spans = pa.array([[("y", 2**62)]], pa.map_(pa.string(), pa.duration("ms")))
    records = pa.ListArray.from_arrays([0, 1], pa.StructArray.from_arrays([spans], ["n"]))
    lists = pl.DataFrame(pl.from_arrow(pa.table({"a.list": records})))["a.list"]
    assert read(frame().with_columns(lists)) == ["SY604"]


def test_a_name_that_is_missing_or_empty_is_rejected():
    assert read(frame().with_columns(merchant=pl.lit(None, pl.String))) == ["SY603"]
    assert read(frame().with_columns(merchant=pl.lit(""))) == ["SY604"]
    assert read(frame().with_columns(merchant=pl.lit("x" * 201))) == ["SY604"]


def test_lines_with_escapes_have_names_too(tmp_path):
    """Twins are found whatever the name is written with."""
    path = tmp_path / "m.jsonl"
    lines = [json.dumps({"merchant": "店\t", "industry": "toys"}), HEAD.join("{}")]
    lines += ['{"\\u006derchant": "\\u006d", "industry": "toys"}', '{"merchant": "n"}']
    lines += ['{"shop": {"merchant": "n"}, "industry": "toys"}']  # no name of this merchant
    path.write_text("\n".join(lines), encoding="utf-8")
    with open_population([path], KNOWN) as population:
        assert list(population.duplicates) == ["m"]
