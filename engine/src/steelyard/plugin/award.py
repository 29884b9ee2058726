"""Awards: the return value of an item type, with its points and their conditions; and refusals."""

from dataclasses import dataclass
from typing import NoReturn

from steelyard.language.expressions import Expression, ExpressionError
from steelyard.model.texts import Text


def refuse(what: str, fix: str | None = None) -> NoReturn:
    """Refuse the parameters of an item: the ruleset's author reads `what` and `fix`.

    Name the parameter as a word of its own in `what`: the error then points at its line.
    Raises `ExpressionError` with code SY316, always.
    """
    raise ExpressionError("SY316", what, fix)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One named yes/no condition.

    Raises `ExpressionError` SY210 if the title or the remedy is not a text in both languages.

    `test` should be a comparison, or comparisons joined by & or by |: explanations then show the
    value observed and the value needed. Where `assessed` is false the requirement is skipped and
    counts as met (a sample too small to judge). `remedy` tells the merchant what would help.
    """

    id: str
    test: Expression
    title: Text
    assessed: Expression | None = None
    remedy: Text | None = None
    text: str = ""  # the condition as its author wrote it, where there is one

    def __post_init__(self) -> None:
        for name, text in (("title", self.title), ("remedy", self.remedy)):
            if not (text is None and name == "remedy") and not _in_both_languages(text):
                raise ExpressionError(
                    "SY210",
                    f"the {name} of the requirement {self.id} is not a text in both languages",
                    'write Text("English", "中文")',
                    misuse=True,
                )


def _in_both_languages(text: object) -> bool:
    """Return whether a value is a text in both languages; plugins may pass anything."""
    return isinstance(text, Text) and all(
        isinstance(part, str) and part.strip() for part in (text.en, text.zh)
    )


require = Requirement  # the word that reads well among the arguments of an award


@dataclass(frozen=True, slots=True)
class Award:
    """The award of one item.

    `points` (unit points, or a plain number) are given when every requirement is met. A merchant
    outside `scope` is out_of_scope; one that fails a gate is not_assessed (sample too small).
    """

    points: Expression
    requirements: tuple[Requirement, ...] = ()
    gates: tuple[Requirement, ...] = ()
    scope: Requirement | None = None
