"""Texts without the characters that steer a terminal or reverse a line."""

from unicodedata import category

_JOINERS = "\u200c\u200d"  # which some scripts and emoji need


def visible(text: str, keep: str = "\n") -> str:
    """Return a text with controls replaced, but not spaces, joiners and the characters to `keep`.

    HTML cannot hold some controls, others reverse the line or steer a terminal, and halves of
    surrogate pairs, as in file names that are not UTF-8, cannot be written.
    """
    if text.isprintable():
        return text
    keep += _JOINERS
    others = text
    for character in keep:
        others = others.replace(character, "")
    if others.isprintable():
        return text
    return "".join(
        character
        # category Zs: spaces of other widths, as in Chinese
        if character.isprintable() or character in keep or category(character) == "Zs"
        else "\ufffd"
        for character in text
    )


def one_line(text: str) -> str:
    """Return a visible text with spaces for its line breaks, which could forge another line."""
    return text if text.isprintable() else visible(" ".join(text.splitlines()), keep="")
