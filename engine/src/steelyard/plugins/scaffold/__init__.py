"""A new plugin: a distribution that installs, passes its tests and scores, with nothing to fix.

In: a name, an industry, titles and an author; the templates of this package.
Out: a folder of files that a stranger could publish.
Keeps: the templates as they are; only `$name` and the like are filled in.
Never: overwrites a file, or writes before it has checked every answer.
"""

from steelyard.plugins.scaffold.answers import QUESTIONS, Answers, check_answers
from steelyard.plugins.scaffold.writing import check_free, check_target, write_plugin

__all__ = ["QUESTIONS", "Answers", "check_answers", "check_free", "check_target", "write_plugin"]
