"""Texts in several languages."""

from steelyard.model.texts import Text
from steelyard.report.wording.messages import languages


def test_texts_are_equal_by_their_languages():
    assert Text("a", "b", fr="c", de="d") == Text("a", "b", de="d", fr="c") != Text("a", "b")
    assert hash(Text("a", "b")) == hash(Text("a", "b"))
    assert Text(**Text("a", "b", fr="c").by_language) == Text("a", "b", fr="c")


def test_a_language_without_a_text_reads_english():
    assert Text("a", "b").of("fr") == "a"
    assert Text("a", "b").of("zh") == "b"


def test_known_languages_are_those_with_messages():
    assert languages() == ("en", "zh")
