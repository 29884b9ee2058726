"""A text in the languages that people read."""

from collections.abc import Mapping
from dataclasses import dataclass

Language = str  # a code such as `en`; the files of `report/wording/messages` are the known ones

LANGUAGE_CODE = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A title or message in English, in Chinese, and in any further languages."""

    en: str
    zh: str
    further: tuple[tuple[str, str], ...]

    def __init__(self, en: str, zh: str, **further: str) -> None:
        """Make a text; `further` has the other languages by their codes: `fr="Titre"`."""
        object.__setattr__(self, "en", en)
        object.__setattr__(self, "zh", zh)
        object.__setattr__(self, "further", tuple(sorted(further.items())))

    @property
    def by_language(self) -> Mapping[str, str]:
        """The text by language code, as JSON and rulesets write it."""
        return {"en": self.en, "zh": self.zh, **dict(self.further)}

    def before(self, other: "Text") -> "Text":
        """Return both texts in one, with a colon between them, in every language of this text."""
        further = {code: f"{text}: {other.of(code)}" for code, text in self.further}
        return Text(f"{self.en}: {other.en}", f"{self.zh}：{other.zh}", **further)

    def of(self, language: Language) -> str:
        """Return the text in one language, else in English."""
        if language == "zh":
            return self.zh
        return dict(self.further).get(language, self.en) if self.further else self.en


Prose = str | Text  # what authors say of a rule: in one language, or in several


def read_prose(given: "str | Mapping[str, str]") -> Prose:
    """Return prose as a file gives it: a text, or texts by language."""
    return given if isinstance(given, str) else Text(**given)


def prose_in(language: Language, prose: Prose) -> str:
    """Return prose in one language if it has several."""
    return prose if isinstance(prose, str) else prose.of(language)
