"""The pytest plugin: every case of a `*.cases.yaml` that belongs to a book is a test.

It is loaded in every run of pytest where steelyard is installed, so nothing of steelyard is
imported before the first such file is found.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steelyard.testing.cases import Case, CaseResult
    from steelyard.testing.running import CaseBook

SUFFIXES = (".cases.yaml", ".cases.yml")


_BOOKS: pytest.StashKey[dict[Path, CaseBook]] = pytest.StashKey()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a cases file if its folder or a folder above is a book."""
    if not file_path.name.endswith(SUFFIXES):
        return None
    folder = next((one for one in file_path.parents if (one / "book.yaml").is_file()), None)
    if folder is None:
        return None
    from steelyard.book.reading import EXAMPLES

    if EXAMPLES in file_path.relative_to(folder).parts:
        return None  # example merchants are no part of a book
    made: CasesFile = CasesFile.from_parent(parent, path=file_path)
    made.folder = folder
    return made


class CasesFile(pytest.File):
    """A cases file of a book, whose folder is `folder`."""

    folder: Path

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each case; an invalid book or file is an error of collection."""
        from steelyard.errors import InvalidInput
        from steelyard.errors.output import problems_text
        from steelyard.testing.cases import read_cases
        from steelyard.testing.running import CaseBook

        books = self.session.stash.setdefault(_BOOKS, {})
        try:
            if self.folder not in books:
                books[self.folder] = CaseBook(self.folder)
            book = books[self.folder]
            cases = read_cases(book.opened.book, [self.path])
        except InvalidInput as error:
            raise self.CollectError(problems_text(error.problems)) from None
        names: set[str] = set()
        for case in cases:
            name = case.name if case.name not in names else f"{case.name} (line {case.place.line})"
            names.add(name)
            item: CaseItem = CaseItem.from_parent(self, name=name)
            item.case, item.book = case, book
            yield item


class CaseFailedError(Exception):
    """A case whose result is not as expected."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.name)
        self.result = result


class CaseItem(pytest.Item):
    """One case."""

    case: Case
    book: CaseBook

    def runtest(self) -> None:
        """Score the case's merchant; raises `CaseFailedError` where the result differs."""
        result = self.book.judge(self.case)
        if not result.passed:
            raise CaseFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # a text is one of the allowed types
        """Return the case's place and every difference, rather than where Python noticed."""
        if not isinstance(excinfo.value, CaseFailedError):
            return str(super().repr_failure(excinfo))
        file, line, _ = self.reportinfo()
        lines = [f"{file}:{line + 1}: {self.case.name}"]
        lines += [f"    {difference}" for difference in excinfo.value.result.differences]
        return "\n".join(lines)

    def reportinfo(self) -> tuple[str, int, str]:
        """Return the file, as seen from where pytest was started, the line, and the name."""
        start = self.config.invocation_params.dir
        path = self.path
        shown = path.relative_to(start) if path.is_relative_to(start) else path
        return shown.as_posix(), self.case.place.line - 1, self.name
