"""Diagnostics in other languages: shapes, values and lists in them, and what has no translation."""

import pytest

from steelyard.errors import translation
from steelyard.errors.translation import translate


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("1 error, 2 warnings", "1 个错误，2 个警告"),
        ("3 errors", "3 个错误"),
        ("shops.csv cannot be read: Is a directory", "无法读取 shops.csv：Is a directory"),
        ("a/b.csv cannot be read: there is no such file", "无法读取 a/b.csv：没有这个文件"),
        ("core/flat: parameter max is needed", "core/flat：缺少参数 max"),
        ("core/flat: a sentence that nobody wrote", "core/flat: a sentence that nobody wrote"),
        ("`with` is a list of 2", "`with` 是有 2 项的列表"),
        ("a number or true or false", "数字或 true 或 false"),
        ("one of a, b, …", "a、b、… 之一"),
        (
            "unknown scene 'a' (at line 2, column 3 of the condition)",
            "未知的场景 'a'（条件的第 2 行第 3 列）",
        ),
        ("a sentence that nobody wrote", "a sentence that nobody wrote"),
    ],
)
def test_a_sentence_is_translated_by_its_shape(english, chinese):
    assert translate(english, "zh") == chinese
    assert translate(english, "en") == english


def test_english_reads_no_catalogue(monkeypatch):
    monkeypatch.setattr(translation, "_catalogue", None)
    assert translate("unknown scene 'a'", "en") == "unknown scene 'a'"
