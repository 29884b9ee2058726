"""The page on guardrails: its example is read, every measure has a row, a schema is published."""

import re
from pathlib import Path

from jsonschema import Draft202012Validator
from tests.dry_run.guardrails.measuring import population

from steelyard.dry_run.guardrails import MEASURES, judge, read_guardrails
from steelyard.dry_run.guardrails.reading import DEFAULT_FILE
from steelyard.formats.schemas import load_schema
from steelyard.model.json_schema import SCHEMA_NAMES
from steelyard.model.texts import Text

TEXT = Path("docs/reference/guardrails.md").read_text(encoding="utf-8")


def test_the_example_is_accepted(tmp_path):
    example, default = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert default == DEFAULT_FILE.read_text(encoding="utf-8")
    path = tmp_path / "guardrails.yaml"
    path.write_text(example, encoding="utf-8")
    read = read_guardrails(path)
    assert [one.id for one in read.listed] == [
        "few-fall",
        "no-cliff",
        "few-lose",
        "level",
        "notice",
    ]
    assert read.listed[0].title == Text("Few fall a tier", "掉级商家很少")
    assert len(judge(read, [population()], ("industry",))) == 5


def test_every_measure_has_a_row_in_both_languages():
    for name, one in MEASURES.items():
        assert re.search(
            rf"^\| `{name}` \| .* \| {re.escape(one.title.en)} \| .+ \|$", TEXT, re.MULTILINE
        )
        assert one.title.zh in TEXT


def test_the_schema_is_published():
    assert "guardrails" in SCHEMA_NAMES
    Draft202012Validator.check_schema(load_schema("guardrails"))
