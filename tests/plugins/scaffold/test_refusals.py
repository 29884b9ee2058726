"""What the scaffold refuses, before it writes anything."""

from dataclasses import replace

import pytest
from tests.plugins.scaffold.generated import PLAIN

from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput
from steelyard.plugins.scaffold import write_plugin


@pytest.mark.parametrize(
    ("answer", "value", "said"),
    [
        ("name", "Pet Toys", "SY710 plugin-name-invalid: 'Pet Toys' cannot be the name of the plugin"),
        ("name", "pet_toys", "fix: did you mean 'pet-toys'?"),
        ("name", "core", "'core' cannot be the name of the plugin: the word has a meaning"),
        ("name", "score", "'score' cannot be the name of the plugin"),
        ("name", "merchant", "'merchant' cannot be the name of the plugin"),
        ("name", "in", "'in' cannot be the name of the plugin"),
        ("name", "9lives", "did you mean 'lives'?"),
        ("name", "", "'' cannot be the name of the plugin"),
        ("name", "宠物", "'宠物' cannot be the name of the plugin"),
        ("name", "pet-toys\n", "cannot be the name of the plugin"),
        ("name", "a" * 31, "it has 31"),
        ("industry", "../toys", "cannot be the name of the industry"),
        ("industry", "true", "'true' cannot be the name of the industry"),
        ("item", "class", "'class' cannot be the name of the item"),
        ("item", "example", "'example' cannot be the name of the item"),
        ("item", "null", "'null' cannot be the name of the item"),
        ("title", " ", "the title is empty"),
        ("title", "two\nlines", "the title has a character that cannot be printed"),
        ("title_zh", "\x00", "the Chinese title has a character that cannot be printed"),
        ("title", "W" * 45, "the title is 45 columns wide"),
        ("item_zh", "宽" * 23, "the Chinese title of the item is 46 columns wide"),
        ("item_zh", "\\" * 23, "the Chinese title of the item is 46 columns wide"),
        ("author", "", "the author is empty"),
        ("author", "a\u2028b", "the author has a character that cannot be printed"),
    ],
)  # fmt: skip
def test_an_answer_that_will_not_do(tmp_path, answer, value, said):
    """Each is told by SY710, and nothing is written."""
    with pytest.raises(InvalidInput) as caught:
        write_plugin(replace(PLAIN, **{answer: value}), tmp_path / "new")
    assert {one.code for one in caught.value.problems} == {"SY710"}
    assert said in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_everything_wrong_is_told_at_once(tmp_path):
    """One problem an answer."""
    bad = replace(PLAIN, name="A", industry="B", item="C", title="", title_zh="", author="")
    with pytest.raises(InvalidInput) as caught:
        write_plugin(bad, tmp_path / "new")
    assert len(caught.value.problems) == 6


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path):
    """Even a hidden file; an empty folder will do."""
    (tmp_path / ".keep").touch()
    with pytest.raises(InvalidInput, match=r"SY711 target-not-empty: the folder .* is not empty"):
        write_plugin(PLAIN, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".keep"]
    (tmp_path / "empty").mkdir()
    assert len(write_plugin(PLAIN, tmp_path / "empty")) == 16


def test_a_file_in_the_way_is_told(tmp_path):
    """A file of the folder's name, or above it."""
    (tmp_path / "new").touch()
    with pytest.raises(InvalidInput, match=r"SY711 .* exists and is not a folder"):
        write_plugin(PLAIN, tmp_path / "new")
    with pytest.raises(InvalidInput, match="SY116 file-unwritable: "):
        write_plugin(PLAIN, tmp_path / "new" / "deeper")


def test_the_name_of_an_installed_plugin_is_taken(tmp_path, monkeypatch, capsys):
    """The bundled industry is named, and its distribution."""
    monkeypatch.chdir(tmp_path)
    assert run_arguments(["plugins", "new", "beauty", "--industry", "beauty"]) == 2
    assert capsys.readouterr().err == (
        "SY711 target-not-empty: a plugin called 'beauty' is installed (steelyard-beauty)\n"
        "    expected: a name that no installed plugin has\n"
        "    fix: choose another name, or uninstall that one\n"
    )
    assert list(tmp_path.iterdir()) == []
