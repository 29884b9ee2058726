"""A new plugin: a distribution that installs, passes its tests and scores, with nothing to fix.

In: a name, an industry, titles and an author; the templates of this package.
Out: a folder of files that a stranger could publish.
Keeps: the templates as they will stand; `$name` and its like are all that is filled in.
Never: writes over anything, or writes before every answer has been checked.
"""

from steelyard.plugins.scaffold.answers import (
    Answers,
    check_answers,
    check_author,
    check_name,
    check_title,
    words,
)
from steelyard.plugins.scaffold.writing import check_free, check_target, write_plugin

__all__ = [
    "Answers",
    "check_answers",
    "check_author",
    "check_free",
    "check_name",
    "check_target",
    "check_title",
    "words",
    "write_plugin",
]
