"""Random fact declarations, and random facts that fit them."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")
FIRST_DAY, LAST_DAY = 738000, 740000  # 2021-07-28 to 2027-01-17

UNITS = (None, "share", "hours", "points", "count")


@st.composite
def _bounds(draw, widest: int = 10**6) -> tuple[int, int]:
    low = draw(st.one_of(st.just(0), st.just(1), st.integers(-widest, widest)))
    return low, low + draw(st.one_of(st.integers(0, 20), st.integers(0, widest)))


@st.composite
def _shape(draw, kinds: Sequence[str]) -> dict:
    """The parts that facts and fields share."""
    kind = draw(st.sampled_from(kinds))
    if kind in ("bool", "id"):
        return {"type": kind, "high": 1 if kind == "bool" else 0}
    if kind == "enum":
        values = ("red", "green", "blue", "black")[: draw(st.integers(1, 4))]
        return {"type": kind, "values": values, "high": len(values) - 1}
    if kind == "date":
        return {"type": kind, "low": FIRST_DAY, "high": LAST_DAY}
    low, high = draw(_bounds())
    decimals = draw(st.integers(0, 3)) if kind == "decimal" else 0
    unit = draw(st.sampled_from(UNITS))
    return {"type": kind, "low": low, "high": high, "decimals": decimals, "unit": unit}


_SCALARS = ("bool", "int", "decimal", "date", "enum")


@st.composite
def declarations(draw) -> dict[str, FactDeclaration]:
    """A few declared facts of all kinds, by name; at least one number and one list of records."""
    shapes = [draw(_shape(("int", "decimal"))), {"type": "records"}]
    shapes += draw(st.lists(_shape((*_SCALARS, "records")), min_size=2, max_size=6))
    facts = [draw(_fact(f"part.fact_{index}", shape)) for index, shape in enumerate(shapes)]
    return {fact.id: fact for fact in facts}


@st.composite
def _fact(draw, name: str, shape: dict) -> FactDeclaration:
    if shape["type"] == "records":
        fields = draw(st.lists(_shape((*_SCALARS, "int", "id")), min_size=1, max_size=4))
        shape = {
            "type": "records",
            "max_records": draw(st.integers(0, 4)),
            "fields": tuple(
                FieldDeclaration(
                    f"field_{index}", title=TITLE, required=draw(st.booleans()), **field
                )
                for index, field in enumerate(fields)
            ),
        }
    required = draw(st.booleans())
    return FactDeclaration(name, title=TITLE, meaning="", source="", required=required, **shape)


def _value(shape: FactDeclaration | FieldDeclaration) -> st.SearchStrategy:
    if shape.type == "bool":
        return st.booleans()
    if shape.type == "id":
        return st.sampled_from(["a", "b", "c"])
    ends = st.sampled_from([shape.low, shape.high])
    return st.one_of(ends, st.integers(shape.low, shape.high))


def _record(fact: FactDeclaration) -> st.SearchStrategy[dict]:
    needed = {field.name: _value(field) for field in fact.fields if field.required}
    optional = {field.name: _value(field) for field in fact.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=optional)


def merchant_facts(facts: Mapping[str, FactDeclaration]) -> st.SearchStrategy[dict]:
    """The facts of a merchant: all required ones, some optional ones, all inside their bounds."""

    def one(fact: FactDeclaration) -> st.SearchStrategy:
        if fact.type == "records":
            return st.lists(_record(fact), max_size=fact.max_records).map(tuple)
        return _value(fact)

    return st.fixed_dictionaries(
        {name: one(fact) for name, fact in facts.items() if fact.required},
        optional={name: one(fact) for name, fact in facts.items() if not fact.required},
    )


def dates() -> st.SearchStrategy[int]:
    """Dates of scoring, as ordinals."""
    return st.integers(FIRST_DAY, LAST_DAY)
