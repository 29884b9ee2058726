"""The language-neutral cases in tests/cases/conditions: what a condition means, or its error."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from tests.language.conditions.evaluating import ORIGIN, value_of
from tests.language.conditions.world import calendar, declared, scaled

from steelyard.errors import InvalidInput

FOLDER = Path(__file__).parents[2] / "cases" / "conditions"
AS_OF = date(2026, 3, 5)


def _cases():
    for file in sorted(FOLDER.glob("*.yaml")):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        facts = declared(document["facts"])
        calendars = {
            name: calendar(name, days) for name, days in document.get("calendars", {}).items()
        }
        for case in document["cases"]:
            yield pytest.param(
                facts, calendars, document.get("given", {}), case, id=f"{file.stem}: {case['note']}"
            )


@pytest.mark.parametrize(("facts", "calendars", "common", "case"), list(_cases()))
def test_case(facts, calendars, common, case):
    given = {**common, **case.get("given", {})}
    values = {
        name: scaled(value, facts[name]) for name, value in given.items() if value is not None
    }
    as_of = date.fromisoformat(str(case.get("as_of", AS_OF))).toordinal()

    def found():
        return value_of(case["condition"], facts, values, as_of, calendars)

    if "error" in case:
        with pytest.raises(InvalidInput) as caught:
            found()
        problems = [
            {"code": one.code, "column": one.place.column - ORIGIN.column + 1}
            for one in caught.value.problems
        ]
        expected = case["error"]
        assert problems == (expected if isinstance(expected, list) else [expected])
    else:
        expected = case["expect"]
        exact = isinstance(expected, int | float) and not isinstance(expected, bool)
        result = found()
        assert result == (Decimal(str(expected)) if exact else expected)
        assert isinstance(result, bool) == isinstance(expected, bool)
