"""YAML: what a scalar means, where it stands, and what is refused."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import InvalidInput
from steelyard.formats import Limits, Located, parse_yaml, read_document, yaml_text

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]
REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("rulesets/**/*.yaml", "plugins/**/*.yaml", "tests/cases/bad/SY1*/input.yaml")
    for path in REPOSITORY.glob(pattern)
    if path.is_file()
)


def flat(located: Located) -> list[object]:
    """Everything about a value, in an order that can be compared."""
    keys = [(key, str(place)) for key, place in located.key_places.items()]
    found: list[object] = [str(located.place), located.text, located.quoted, keys]
    if isinstance(located.value, dict):
        return found + [flat(value) for value in located.value.values()]
    if isinstance(located.value, list):
        return found + [flat(value) for value in located.value]
    return [*found, type(located.value), located.value]


def outcome(text: str) -> tuple[str, object]:
    try:
        return "read", flat(parse_yaml(text, "f"))
    except InvalidInput as error:
        return "refused", [str(problem) for problem in error.problems]


def codes(text: str, limits: Limits | None = None) -> list[str]:
    with pytest.raises(InvalidInput) as raised:
        parse_yaml(text, "f", limits) if limits else parse_yaml(text, "f")
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("False", False), ("TRUE", True),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("tRue", "tRue"),
        ("null", None), ("~", None), ("", None), ("nULL", "nULL"),
        ("12", 12), ("-5", -5), ("+7", 7), ("012", 12), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
        ("1_000", "1_000"), ("1:30", "1:30"), ("2026-02-20", "2026-02-20"), ("1.2.3", "1.2.3"),
        ("0.1", Decimal("0.1")), ("1e3", Decimal("1e3")), ("-.5", Decimal("-0.5")), ("2.", Decimal(2)),
        ("123456789012345678901234567890.1", Decimal("123456789012345678901234567890.1")),
        (".", "."), ("-", [None]), ("+", "+"), ("e3", "e3"), ("0o8", "0o8"), ("٣", "٣"),
        ("'12'", "12"), ('"true"', "true"), ("'~'", "~"), ("nan", "nan"), ("!", None),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    if text == "!":
        assert codes("- !") == ["SY107"]
        return
    read = parse_yaml(f"- {text}", "f").plain()[0]
    assert (type(read), read) == (type(value), value)


def test_a_value_knows_its_place_its_text_and_whether_it_was_quoted() -> None:
    document = parse_yaml('a: "x"\n母婴: [😀, 2026.20]\nb:\n  c: |\n    long\n', "dir/f.yaml")
    top = document.value
    assert isinstance(top, dict)
    listed = top["母婴"].value
    assert isinstance(listed, list)

    assert (str(document.place), str(top["a"].place)) == ("dir/f.yaml:1:1", "dir/f.yaml:1:4")
    assert str(document.key_places["母婴"]) == "dir/f.yaml:2:1"
    assert [str(one.place) for one in listed] == ["dir/f.yaml:2:6", "dir/f.yaml:2:9"]
    assert (listed[1].text, listed[1].value) == ("2026.20", Decimal("2026.2"))
    assert (top["a"].quoted, listed[0].quoted) == (True, False)
    assert document.at(("b", "c")).value == "long\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_end_them(newline: str) -> None:
    document = parse_yaml(f"a: 1{newline}{newline}b: 2{newline}", "f")
    assert str(document.key_places["b"]) == "f:3:1"


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    document = read_document(path, name="f.yaml")
    assert (document.plain(), str(document.key_places["a"])) == ({"a": 1}, "f.yaml:1:1")


def test_an_alias_is_the_same_value() -> None:
    document = parse_yaml("a: &x [1, 2]\nb: *x\n", "f")
    assert document.at(("b",)) is document.at(("a",))


def test_all_problems_of_one_pass_are_reported() -> None:
    text = "a: 1\na: 2\n1: x\nb: !t y\nc: .nan\nd: 1e999\n<<: {}\n[x]: y\n"
    assert codes(text) == ["SY109", "SY110", "SY107", "SY113", "SY114", "SY108", "SY110"]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "text", ["[" * 10_000, "- " * 10_000, "{a: " * 10_000, "? " * 10_000, "[{" * 10_000]
)
def test_deep_nesting_stops_the_reading(monkeypatch, parser, text: str) -> None:
    monkeypatch.setattr(yaml_text, "_parser_class", lambda: parser)
    assert codes(text) == ["SY106"]


def test_an_alias_bomb_stops_the_reading() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 20)
    )
    assert codes(bomb) == ["SY108"]


def test_many_duplicates_do_not_fill_the_memory() -> None:
    assert len(codes("a: 1\n" * 50_000)) == 1_000


def test_values_are_counted() -> None:
    limits = Limits(bytes=1_000, depth=9, values=10, aliased=9)
    assert parse_yaml("[1, 2, 3, 4, 5, 6, 7, 8, 9]", "f", limits).plain()
    assert codes("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", limits) == ["SY115"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large, wide = tmp_path / "large.yaml", tmp_path / "wide.yaml"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    wide.write_bytes("a: 1\n".encode("utf-16"))

    for path, code in (
        (tmp_path / "none.yaml", "SY101"),
        (tmp_path, "SY101"),
        (tmp_path / "nul\0.yaml", "SY101"),
        (large, "SY102"),
        (wide, "SY103"),
        (Path("/dev/zero"), "SY102"),
    ):
        if path.parent == Path("/dev") and not path.exists():
            continue
        with pytest.raises(InvalidInput) as raised:
            read_document(path, name="f.yaml")
        assert [problem.code for problem in raised.value.problems] == [code]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_both_parsers_of_pyyaml_say_the_same(monkeypatch, path: Path) -> None:
    seen = []
    for parser in PARSERS:
        monkeypatch.setattr(yaml_text, "_parser_class", lambda parser=parser: parser)
        try:
            seen.append(flat(read_document(path)))
        except InvalidInput as error:
            seen.append([str(problem) for problem in error.problems])
    assert seen[0] == seen[-1]


FRAGMENTS = st.lists(
    st.sampled_from(
        ["a", "1", ": ", ":", ", ", "- ", "-", "\n", "\n  ", "\n    ", "{", "}", "[", "]", '"', "x y", "'",
         "&a ", "*a", "!t ", "? ", "|", "|\n", ">\n", "# c", "\t", "é", "😀", "\\n", "\r\n", "...", "---",
         "%", "@", "~", "<<", "\n- ", "\nk: ", "k: ", "\\u0041", "\\ud800"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(FRAGMENTS | st.text())
@settings(max_examples=300, deadline=None)
def test_whatever_both_parsers_read_they_read_alike(text: str) -> None:
    """They may differ in what they refuse: only libyaml takes tabs between words, for one."""
    seen = []
    default = yaml_text._parser_class
    for parser in PARSERS:
        yaml_text._parser_class = lambda parser=parser: parser
        try:
            seen.append(outcome(text))
        finally:
            yaml_text._parser_class = default
    if all(kind == "read" for kind, _ in seen):
        assert seen[0] == seen[-1]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def written(value: object) -> str:
    """Write plain data as YAML in flow style, every text in double quotes with escapes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(one):08X}" for one in value) + '"'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return (
        {None: "null", True: "true", False: "false"}.get(value, str(value))
        if not isinstance(value, int) or isinstance(value, bool)
        else str(value)
    )  # type: ignore[arg-type]


@given(PLAIN)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(value: object) -> None:
    if value is None:
        value = [None]  # a document that is empty is refused
    assert parse_yaml(written(value), "f").plain() == value
