"""Random conditions: trees for the printer, and texts that both languages may read."""

from decimal import Decimal

from hypothesis import strategies as st

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

WORDS = st.sampled_from(["a", "quality", "score", "in_stock", "x1", "_hidden"])
SEGMENTS = st.sampled_from(["b", "easy-exchange", "awarded", "9-days", "while", "in", "true_x"])
PATHS = st.builds(
    lambda first, rest: ".".join([first, *rest]), WORDS, st.lists(SEGMENTS, max_size=3)
)
DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(0, 10**9),
    st.integers(1, 12),
)
LEAVES = st.one_of(
    st.integers(0, 10**20).map(Number),
    DECIMALS.map(Number),
    st.booleans().map(Truth),
    PATHS.map(Name),
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8).map(TextValue)


def _extend(inner):
    pair = st.tuples(inner, inner)

    def connected(operator):
        def flat(operands):
            whole = []
            for operand in operands:
                same = isinstance(operand, Operation) and operand.operator == operator
                whole.extend(operand.operands if same else [operand])
            return Operation(operator, tuple(whole))

        return st.lists(inner, min_size=2, max_size=4).map(flat)

    binary = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "+", "-", "*"])
    return st.one_of(
        connected("&&"),
        connected("||"),
        st.builds(lambda sign, one: Operation(sign, (one,)), st.sampled_from(["!", "-"]), inner),
        st.builds(Operation, binary, pair),
        st.builds(lambda one, text: Operation("==", (one, text)), inner, TEXTS),
        st.builds(lambda *three: Operation("?:", three), inner, inner, inner),
        st.builds(
            lambda one, members: Operation("in", (one, ListOf(tuple(members)))),
            inner,
            st.lists(st.one_of(inner, TEXTS), min_size=1, max_size=3),
        ),
        st.builds(Call, st.sampled_from(["min", "max", "days"]), pair),
        st.builds(lambda path: Call("has", (Name(path),)), PATHS),
        st.builds(
            lambda top, mode: Call("div", (*top, Number(2), TextValue(mode))),
            pair,
            st.sampled_from(["half_even", "floor"]),
        ),
        st.builds(lambda path: Method(Name(path), "size", ()), PATHS),
        st.builds(_about_records, PATHS, LEAVES, st.sampled_from(["exists", "all", "filter"])),
    )


def _about_records(path, test, method):
    found = Method(Name(path), method, (Name("s"), test))
    return Method(found, "size", ()) if method == "filter" else found


TREES = st.recursive(LEAVES, _extend, max_leaves=25)
