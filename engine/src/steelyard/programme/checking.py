"""The check of the parts of a book that plans do not have: certifications, policies of dispatch."""

from pathlib import Path

from steelyard.book import read_book
from steelyard.errors import InvalidInput, Problem
from steelyard.programme.certification import check_certifications
from steelyard.programme.dispatch.policy import check_policies


def check_programme(folder: Path) -> tuple[Problem, ...]:
    """Return every problem of these parts; none if the book itself cannot be read."""
    try:
        book = read_book(folder)
    except InvalidInput:
        return ()
    return (*check_certifications(book), *check_policies(book))
