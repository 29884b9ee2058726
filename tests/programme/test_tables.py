"""Tables: every row is read or rejected, and a broken file is an input error."""

from pathlib import Path

import pytest

from steelyard.errors import InvalidInput
from steelyard.programme.tables import identity, read_table

COLUMNS = [identity("id"), identity("name")]


def table(folder: Path, text: str, name: str = "rows.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_table(path, COLUMNS, noun="agent")


def test_rows_keep_their_lines_after_cells_of_several_lines(tmp_path):
    found = table(tmp_path, 'id,name\na,x\n\nb,"y z"\nc,\n')
    assert [(row.id, row.place.line) for row in found.rows] == [("a", 2), ("b", 4)]
    assert [(row.id, row.number) for row in found.rejects] == [("c", 3)]
    assert found.size == 3


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("rows.csv", "id,name\na\n", "SY117"),
        ("rows.csv", f"id,name\na,{'x' * 200_000}\n", "SY117"),
        ("rows.csv", "id,id,name\na,b,c\n", "SY840"),
        ("rows.csv", "", "SY104"),
        ("rows.txt", "id,name\n", "SY117"),
        ("rows.parquet", "id,name\n", "SY117"),
        ("rows.jsonl", "[1]\n", "SY112"),
        ("rows.json", "{}\n", "SY840"),
        ("rows.yaml", "- 1\n", "SY840"),
    ],
)
def test_a_broken_file_is_an_input_error(tmp_path, name, text, code):
    with pytest.raises(InvalidInput) as caught:
        table(tmp_path, text, name)
    assert code in {problem.code for problem in caught.value.problems}
