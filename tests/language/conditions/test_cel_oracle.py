"""Random conditions mean what Google's implementation of CEL says they mean.

Both read the same text, well typed or not, and must agree on whether it is accepted and, if so,
on its value. The generator stays inside the fragment that the two languages share. Left out,
because ours differs on purpose:

- decimals: CEL has only binary floating point, and does not mix it with integers;
- `/` and `%`: refused here, since languages disagree on their rounding;
- an order of truths or of texts, `+` on texts, a text compared with a text, a choice between two
  texts, a text alone: a text here is a value of an enum, not data;
- a count of records beside a number that counts nothing: CEL has no units;
- lists with members of several types, empty lists, lists anywhere but after `in`, members that
  may be absent;
- tests over records inside each other; a whole record as a value; fields that are not declared
  (CEL's maps have any key);
- `has`: CEL wants a field there, we allow any fact; its meaning is in the YAML cases;
- a sign twice before something of the wrong kind: CEL drops signs in pairs before it looks at types,
  so that `!!3` is 3;
- `min`, `max`, `clamp`, `div`, `days`, `date`: ours alone.

Facts and fields may be absent: where CEL gives an error, our value is missing.
"""

from dataclasses import replace

import pytest
from cel_expr_python import cel
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.conditions.world import declared

from steelyard.errors import InvalidInput, Place
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.conditions import FactScope, format_condition, lower, parse
from steelyard.language.conditions.tree import (
    Call,
    ListOf,
    Method,
    Name,
    Number,
    Operation,
    TextValue,
    Truth,
)
from steelyard.language.expressions import Graph, defined

ORIGIN = Place("rules.yaml", 1, 1)
COLOURS = ["red", "green", "self-run"]
INTEGERS, TRUTHS, TEXTS = ["i", "j", "shop.k"], ["p", "shop.q"], ["shop.colour", "hue"]
REQUIRED = {"required": True}
OPTIONAL = ["j", "shop.q", "hue"]
INT = {"type": "int", "bounds": [-9, 9]}
TRUTH = {"type": "bool"}
COLOUR = {"type": "enum", "values": COLOURS}
FIELD = {"type": "int", "bounds": [-5, 5]}
FACTS = declared(
    {
        **dict.fromkeys(INTEGERS, INT),
        **dict.fromkeys(TRUTHS, TRUTH),
        **dict.fromkeys(TEXTS, COLOUR),
        "staff": {"type": "records", "fields": {"a": FIELD, "b": {**FIELD, "required": False}}},
    }
)
FACTS = {name: replace(fact, required=name not in OPTIONAL) for name, fact in FACTS.items()}
ENVIRONMENT = cel.NewEnv(
    variables={
        **dict.fromkeys(INTEGERS, cel.Type.INT),
        **dict.fromkeys(TRUTHS, cel.Type.BOOL),
        **dict.fromkeys(TEXTS, cel.Type.STRING),
        "staff": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.INT)),
    }
)
ORDER = ["<", "<=", ">", ">="]
REFUSED, MISSING = "refused", "missing"

VALUES = {
    **dict.fromkeys(INTEGERS, st.integers(-9, 9)),
    **dict.fromkeys(TRUTHS, st.booleans()),
    **dict.fromkeys(TEXTS, st.sampled_from(COLOURS)),
}
RECORDS = st.fixed_dictionaries({"a": st.integers(-5, 5)}, optional={"b": st.integers(-5, 5)})
MERCHANTS = st.fixed_dictionaries(
    {
        **{name: value for name, value in VALUES.items() if name not in OPTIONAL},
        "staff": st.lists(RECORDS, max_size=4),
    },
    optional={name: VALUES[name] for name in OPTIONAL},
)


class Writer:
    """Draws a tree of a wanted kind; now and then of another, to make an ill-typed condition."""

    def __init__(self, draw):
        self.draw = draw

    def pick(self, *choices):
        return self.draw(st.sampled_from(choices))

    def node(self, want, depth, *, records=False):
        """Return a tree and its kind: int, bool, enum (a fact) or text (a literal)."""
        if self.draw(st.integers(0, 24)) == 0:
            want = self.pick("int", "bool", "enum", "text")
        if depth == 0 or (want != "bool" and self.draw(st.booleans())):
            return self.leaf(want, records=records), want
        return getattr(self, f"make_{want}")(depth - 1, records), want

    def leaf(self, want, *, records):
        if want == "text":
            return TextValue(self.pick(*COLOURS))
        if want == "enum":
            return Name(self.pick(*TEXTS))
        if want == "bool":
            return self.pick(Truth(value=True), *map(Name, TRUTHS))
        fields = [Name("s.a"), *[Name("s.b")] * 3] if records else []
        return self.pick(*fields, *map(Name, INTEGERS), *map(Number, (0, 1, 2, 9)))

    def make_text(self, _depth, records):
        return self.leaf("text", records=records)

    def make_int(self, depth, records):
        form = self.pick("+", "-", "*", "negate", "?:")
        if form == "negate":
            return self.signed("-", "int", depth, records)
        if form == "?:":
            return self.choice("int", depth, records)
        left, left_kind = self.node("int", depth, records=records)
        right, right_kind = self.node("int", depth, records=records)
        texts = {left_kind, right_kind} <= {"enum", "text"}
        return Operation("-" if texts and form == "+" else form, (left, right))

    def signed(self, sign, kind, depth, records):
        operand = self.node(kind, depth, records=records)[0]
        if (
            isinstance(operand, Operation)
            and operand.operator == sign
            and len(operand.operands) == 1
        ):
            operand = Operation(sign, (self.leaf(kind, records=records),))
        return Operation(sign, (operand,))

    def make_enum(self, depth, records):
        return self.choice("enum", depth, records)

    def make_bool(self, depth, records):  # noqa: PLR0911 - one return a form
        quantifiers = [] if records else ["exists", "all", "exists_one", "count"]
        form = self.pick("&&", "||", "!", "compare", "compare", "in", "?:", *quantifiers)
        if form == "count":
            counts = (self.count(depth), self.pick(Number(0), Number(2), self.count(0)))
            return Operation(self.pick("==", "!=", *ORDER), counts)
        if form in quantifiers:
            return self.over_records(form, depth)
        if form == "?:":
            return self.choice("bool", depth, records)
        if form == "!":
            return self.signed("!", "bool", depth, records)
        if form == "in":
            return self.membership(depth, records)
        if form == "compare":
            return self.comparison(depth, records)
        operands = []
        for _ in range(self.draw(st.integers(2, 3))):
            operand = self.node("bool", depth, records=records)[0]
            same = isinstance(operand, Operation) and operand.operator == form
            operands.extend(operand.operands if same else [operand])
        return Operation(form, tuple(operands))

    def count(self, depth):
        listed = self.over_records("filter", depth) if depth else Name("staff")
        size = Method(listed, "size", ())
        return Call("size", (listed,)) if self.draw(st.booleans()) else size

    def comparison(self, depth, records):
        kind = self.pick("int", "int", "bool", "enum")
        operator = self.pick("==", "!=", *(ORDER if kind == "int" else []))
        left, left_kind = self.node(kind, depth, records=records)
        beside = self.pick("enum", "text") if kind == "enum" else kind
        right, right_kind = self.node(beside, depth, records=records)
        if left_kind == right_kind == "text":
            left, left_kind = self.leaf("enum", records=records), "enum"
        texts = {left_kind, right_kind} <= {"enum", "text"}
        if operator in ORDER and (texts or left_kind == right_kind == "bool"):
            operator = "=="
        return Operation(operator, (left, right))

    def membership(self, depth, records):
        subject, kind = self.node(self.pick("int", "bool", "enum"), depth, records=records)
        if kind == "text":
            subject, kind = self.leaf("enum", records=records), "enum"
        inside = kind if self.draw(st.integers(0, 9)) else self.pick("int", "bool", "enum")
        members = []
        for _ in range(self.draw(st.integers(1, 3))):
            form = self.pick("enum", "text", "text") if inside == "enum" else inside
            member = self.leaf(form, records=records)
            # ours needs no member behind one that equals; CEL makes the whole list first
            absent = isinstance(member, Name) and member.path in (*OPTIONAL, "s.b")
            members.append(subject if absent and kind == inside else member)
        return Operation("in", (subject, ListOf(tuple(members))))

    def choice(self, kind, depth, records):
        test = self.node("bool", depth, records=records)[0]
        then, then_kind = self.node(kind, depth, records=records)
        otherwise, _ = self.node(kind, depth, records=records)
        if then_kind == "text":  # what is wanted as an enum must not turn out a text
            then, then_kind = self.leaf("enum", records=records), "enum"
        return Operation("?:", (test, then, otherwise))

    def over_records(self, method, depth):
        test = self.node("bool", depth, records=True)[0]
        return Method(Name("staff"), method, (Name("s"), test))


@st.composite
def conditions(draw):
    """Return the text of a condition of depth four at most."""
    writer = Writer(draw)
    tree, kind = writer.node(draw(st.sampled_from(["bool", "int"])), 4)
    return format_condition(tree if kind != "text" else writer.leaf("enum", records=False))


def by_cel(text, merchant):
    try:
        program = ENVIRONMENT.compile(text)
    except RuntimeError:
        return REFUSED
    value = program.eval(data=merchant)
    return MISSING if value.type() == cel.Type.ERROR else value.plain_value()


def by_us(text, merchant):
    graph = Graph(FACTS)
    try:
        value = lower(parse(text, ORIGIN), FactScope(graph), want="any")
    except InvalidInput as error:
        if {problem.code for problem in error.problems} != {"SY402"}:
            raise
        return REFUSED
    given = {
        name: COLOURS.index(found) if name in TEXTS else tuple(found) if name == "staff" else found
        for name, found in merchant.items()
    }
    known = defined(value)
    values = evaluate_nodes(graph.nodes, given, 1)
    if not values[known.index]:
        return MISSING
    found = values[value.index]
    assert found is not None
    assert value.node.low <= found <= value.node.high
    return COLOURS[found] if value.type.kind == "enum" else found


def agree(text, merchant):
    ours, theirs = by_us(text, merchant), by_cel(text, merchant)
    assert (type(ours), ours) == (type(theirs), theirs), text


@settings(max_examples=400, deadline=None)
@given(conditions(), MERCHANTS)
def test_cel_and_we_agree(text, merchant):
    agree(text, merchant)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None)
@given(conditions(), MERCHANTS)
def test_cel_and_we_agree_at_length(text, merchant):
    agree(text, merchant)


TOKEN_TEXTS = (
    "i p shop s staff while true null in has size exists min ( ) ( ) [ ] , . . ? : ! - + * / %"
    ' && || == < >= 1 2.5 0x1F .5 7u "x" \'\\x41\' r"y" { //'
)
TOKENS = st.sampled_from(TOKEN_TEXTS.split())


OF_HAS = ("invalid argument to has() macro", "has() argument must be a field selection")


def _subset_of_cel(text):
    """What we can parse, CEL can parse (but for `has` of a name that has no dot)."""
    try:
        parse(text, ORIGIN)
    except InvalidInput:
        return
    try:
        ENVIRONMENT.compile(text, disable_check=True)
    except RuntimeError as error:
        if not any(said in str(error) for said in OF_HAS):
            raise


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKENS, max_size=9).map(" ".join))
def test_what_we_parse_is_cel(text):
    _subset_of_cel(text)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None)
@given(st.lists(TOKENS, max_size=9).map("".join))
def test_what_we_parse_is_cel_at_length(text):
    _subset_of_cel(text)


def test_the_generator_makes_both_accepted_and_refused_conditions():
    verdicts = []

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(conditions(), MERCHANTS)
    def collect(text, merchant):
        verdicts.append(by_us(text, merchant) == REFUSED)

    collect()
    assert 0.1 < sum(verdicts) / len(verdicts) < 0.7
