"""Diagnostics in other languages: shapes, values and lists in them, and what has no translation."""

import pytest

from steelyard.errors.translation import translate


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("1 error, 2 warnings", "1 个错误，2 个警告"),
        ("3 errors", "3 个错误"),
        ("shops.csv cannot be read: Is a directory", "无法读取 shops.csv：Is a directory"),
        ("a sentence that nobody wrote", "a sentence that nobody wrote"),
    ],
)
def test_a_sentence_is_translated_by_its_shape(english, chinese):
    assert translate(english, "zh") == chinese
    assert translate(english, "en") == english
