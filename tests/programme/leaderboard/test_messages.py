"""Every bad case of boards and of their results is said in Chinese, too."""

import re

import pytest
from tests.cases.test_bad_books import BAD, problems_of
from tests.cases.test_bad_documents import problems_of as problems_of_document

# what a schema says is tested where schemas are
FOLDERS = [
    path
    for path in sorted(BAD.iterdir())
    if path.name.startswith(("SY35", "SY81", "SY306-boards")) and path.name != "SY350-board-shape"
]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_sentence_of_a_bad_case_has_a_translation(folder):
    is_book = (folder / "book").is_dir()
    problems = problems_of(folder) if is_book else problems_of_document(folder)
    assert problems
    for problem in problems:
        lines = problem.text("zh").splitlines()
        assert [line for line in lines if not CHINESE.search(line.partition(": ")[2])] == []
