"""The catalogue of Chinese sentences has every sentence, and reads well in every bad case."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable

import pytest
from tests.cases import test_bad_books, test_bad_commands, test_bad_documents, test_every_code
from tests.errors.sentences import ENGINE, VALUE, english, sentences
from tests.language.conditions import test_bad_conditions
from tests.plugins.discovery import test_bad_plugins
from tests.plugins.discovery.loading_fixtures import sources

from steelyard.cli.running import run_arguments
from steelyard.cli.speech import speak
from steelyard.errors import CODES, InvalidInput, Problem
from steelyard.errors.output import problems_text
from steelyard.errors.translation import translate
from steelyard.plugins.discovery import load_plugins

CATALOGUE = ENGINE / "errors" / "messages" / "zh.toml"
# Pieces that the source puts together in ways that are not followed, and what they become.
PIECES = {
    f"{VALUE} that are a {VALUE}, not a tuple": "gates that are a list, not a tuple",
    f"{VALUE} is a {VALUE}": "test is a int",
    f"{VALUE} is {VALUE}, not yes or no": "test is int, not yes or no",
    f"{VALUE}; it begins at {VALUE}:{VALUE}": "a quoted text is not closed; it begins at 1:2",
    f"two of the {VALUE} have one name": "two of the scenes have one name",
    f"the schema of parameter {VALUE} {VALUE}": "the schema of parameter a is 'b'",
    f"has the unknown keyword {VALUE}": "the schema of parameter a has the unknown keyword 'b'",
    f"has the unknown keyword {VALUE} ({VALUE})": "the schema of parameter a has the unknown "
    "keyword 'maxi' (did you mean 'max'?)",
    f"has {VALUE}: {VALUE}": "the schema of parameter a has minimum: 'b'",
    f"is {VALUE}: {VALUE}": "the schema of parameter a is 'b'",
    f"marks {VALUE} with @hook, which is not a hook of the API": "the plugin a (b) marks c with "
    "@hook, which is not a hook of the API",
    f"{VALUE}: {VALUE}, {VALUE} of them new": "a: 1 version, 2 facts and 3 plans, 4 of them new",
    f"{VALUE}: {VALUE} for {VALUE} of kinds of merchants": "a: 2 plans for 1 period of kinds of "
    "merchants",
    "is empty in one of the languages": "the title of a is empty in one of the languages",
    f"is not English: {VALUE}": "the summary of a is not English: 'b'",
    f"is not Chinese: {VALUE}": "the title of requirement a is not Chinese: 'b'",
    f"{VALUE} accepts {VALUE} of {VALUE} draws of parameters that fit its schemas, and refuses "
    f"{VALUE}: ; write such limits into the schemas": "a/b accepts 1 of 9 draws of parameters that "
    "fit its schemas, and refuses {c: 1}: unknown parameter 'c'; write such limits into the schemas",
    f"a plan with one {VALUE} has {VALUE} nodes{VALUE}; the maximum is {VALUE}": "a plan with one "
    "a/b has 9 nodes for each record; the maximum is 5",
    "registers nothing": "the plugin a (b) registers nothing",
}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


def test_every_sentence_of_the_source_is_translated():
    texts = {one.text: f"{one.file}:{one.line}" for one in sentences() if one.text not in PIECES}
    texts |= dict.fromkeys(PIECES.values(), "PIECES")
    missing = [
        f"{place}: {text!r}: {translate(text, 'zh')!r}"
        for text, place in texts.items()
        if english(translate(text, "zh"))
    ]
    assert not missing, "\n".join(["messages/zh.toml lacks a translation of", *missing])


def test_every_piece_is_in_the_source():
    assert set(PIECES) <= {one.text for one in sentences()}


def test_no_shape_is_there_twice(catalogue):
    shapes = Counter(shape for part in catalogue.values() for shape in part)
    assert [shape for shape, count in shapes.items() if count > 1] == []


# values that a translation leaves out: a title in English, the letters of "argument(s)"
_LEFT_OUT = {
    "{} ({}, {}) is missing": {1},
    "the field {} ({}, {})": {1},
    "got unexpected extra argument{} ({})": {0},
}


def test_every_value_is_used(catalogue):
    for name, part in catalogue.items():
        for shape, translation in part.items() if name != "joints" else ():
            plain = translation.replace("{{", "").replace("}}", "")
            used = {int(number) for number in re.findall(r"\{(\d+)(?::[a-z]+)?\}", plain)}
            assert used == set(range(shape.count("{}"))) - _LEFT_OUT.get(shape, set()), shape


def test_no_shape_takes_the_sentence_of_another(catalogue):
    for name, part in catalogue.items():
        for shape, translation in part.items() if name != "joints" else ():
            if ":known}" not in translation:
                sentence = shape.replace("(s)", "").replace("{}", VALUE)
                plain = translation.replace("{{", "{").replace("}}", "}")
                pieces = re.split(r"\{\d+(?::[a-z]+)?\}", plain)
                said = translate(sentence, "zh")
                assert all(piece.strip() in said for piece in pieces), (shape, said)


def test_the_punctuation_is_chinese(catalogue):
    wrong = re.compile(
        "[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]"
    )
    code = re.compile(r"\{\{.*\}\}|\[.*\]|git:\S+")  # where words stand for what is written
    found = [
        translation
        for name, part in catalogue.items()
        for translation in (part.values() if name != "joints" else ())
        if wrong.search(code.sub("", translation))
    ]
    assert found == []


def test_every_code_has_a_meaning_in_chinese():
    assert [code.code for code in CODES.values() if not code.zh.endswith("。")] == []


def test_every_bad_case_in_chinese(golden, monkeypatch, tmp_path, capsys):
    said: dict[str, str] = {}
    for folder in test_bad_books.FOLDERS:
        with monkeypatch.context() as patch, test_bad_books.only_plugins(folder, patch):
            said[folder.name] = _chinese(test_bad_books.problems_of(folder))
    for folder in test_bad_documents.FOLDERS:
        said[folder.name] = _chinese(test_bad_documents.problems_of(folder))
    for folder in test_bad_conditions.FOLDERS:
        said[folder.name] = _chinese(test_bad_conditions.problems_of(folder))
    for folder in test_bad_plugins.FOLDERS:
        with sources(folder) as plugins:
            said[folder.name] = _chinese(load_plugins(plugins).problems)
    for code, (act, _) in test_every_code.WITHOUT_A_CASE.items():
        (folder := tmp_path / code).mkdir()
        with pytest.raises(InvalidInput) as caught:
            act(folder)
        said[code] = _chinese(caught.value.problems).replace(str(folder), "…")
    for folder in test_bad_commands.FOLDERS:
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            said[folder.name] = test_bad_commands.said(folder, "zh")
    monkeypatch.setenv("STEELYARD_LANG", "zh")
    for code, (arguments, _) in test_every_code.ON_THE_COMMAND_LINE.items():
        assert run_arguments(arguments) == 2
        said[code] = capsys.readouterr().err
    speak("en")
    golden("problems-zh.txt", "\n".join(f"# {name}\n{text}" for name, text in sorted(said.items())))
    assert {code[:5] for code in said} == set(CODES)
    assert {
        name: found for name, text in said.items() if (found := english(_sentences(text)))
    } == {}


def _chinese(problems: Iterable[Problem]) -> str:
    return problems_text(tuple(problems), "zh")


def _sentences(text: str) -> str:
    """Return problems without their places and codes."""
    return re.sub(r"^(?:警告：)?\S* ?SY\d{3} [a-z0-9-]+: ", "", text, flags=re.MULTILINE)
