"""The page of the gallery, read from its book: rulesets, cases and facts of docs/gallery.

A file `NN-shape.yaml` is the ruleset of shape NN; its `title`, `source` (the real scheme, a colon,
its rule) and `why` (what the shape is) head the section, the rest is shown. Files `NN-shape-….yaml`
are more rulesets of the shape, `NN-shape.cases.yaml` its cases.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gallery_shapes import COUNT, HOW, OUT_OF_SCOPE, THEMES

from steelyard.formats import read_yaml
from steelyard.model.facts import FactDeclaration
from steelyard.pipeline import open_book
from steelyard.plugins.discovery import Catalogue

FOLDER = Path(__file__).resolve().parent / "gallery"
LINK = "../gallery"
INTRODUCTION = """\
The {shapes} shapes that rules of marketplaces are made of, each in its smallest form: what it is,
the real scheme it models, the YAML, and cases on its edges. Choose one, and copy it.

The sources are a book, [`docs/gallery`](../gallery/book.yaml), with an industry for each shape.
Numbers are a platform's, as its rules stood when they were read; where it publishes none they are
ours, and the ruleset says `illustrative: true`. Schemes change: look them up before you quote them.
Titles, and in most sections what selects the ruleset, are left out here; the linked files have all.
How parts work together is in [Write a ruleset](../guides/write-a-ruleset.md), and when YAML is not
enough in [YAML alone or a plugin?](../guides/yaml-or-a-plugin.md)

```console
$ steelyard check docs/gallery
docs/gallery: no problems
$ steelyard test docs/gallery
docs/gallery: {cases} cases passed, 0 failed
```
"""
# what heads a ruleset and is not shown; where there are several, what chooses one is
HEAD = ("title", "source", "why", "illustrative")
CHOICE = ("ruleset", "version", "selects", "effective")


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that is shown: its rulesets, the first one leading, and its cases."""

    number: int
    name: str
    rulesets: tuple[Path, ...]

    @property
    def cases(self) -> Path:
        """The file of its cases."""
        return FOLDER / f"{self.name}.cases.yaml"

    def head(self) -> dict[str, Any]:
        """Return the leading ruleset."""
        return read_yaml(self.rulesets[0]).plain()

    @property
    def title(self) -> str:
        """Its title in English."""
        return self.head()["title"]["en"]

    @property
    def heading(self) -> str:
        """The heading of its section, without marks."""
        return f"{self.number}. {self.title}"

    @property
    def anchor(self) -> str:
        """Where its section is on the page."""
        return re.sub(r"[^\w\- ]", "", self.heading.lower()).replace(" ", "-")


def shapes() -> list[Shape]:
    """Return the shapes that are shown, in order."""
    found: dict[int, list[Path]] = {}
    for path in sorted(FOLDER.glob("[0-9][0-9]-*.yaml"), key=lambda one: (len(one.stem), one.stem)):
        if not path.name.endswith(".cases.yaml"):
            found.setdefault(int(path.name[:2]), []).append(path)
    return [
        Shape(number, paths[0].stem, tuple(paths)) for number, paths in sorted(found.items())
    ]  # fmt: skip


def gallery_lines(catalogue: Catalogue) -> Iterator[str]:
    """Yield the lines of the page below its title."""
    shown = shapes()
    facts = open_book(FOLDER, catalogue=catalogue).facts
    count = sum(len(read_yaml(shape.cases).plain()["cases"]) for shape in shown)
    yield INTRODUCTION.format(shapes=COUNT, cases=count)
    yield from contents(shown)
    for shape in shown:
        if shape.number in THEMES:
            yield from ("", f"## {THEMES[shape.number]}")
        yield from section(shape, facts)


def contents(shown: Sequence[Shape]) -> Iterator[str]:
    """Yield the table of every shape, shown or not."""
    rows = {
        shape.number: (
            f"[{shape.title}](#{shape.anchor})",
            shape.head()["source"].partition(": ")[0].replace("|", "\\|"),
            HOW[shape.number],
        )
        for shape in shown
    }
    rows |= {
        number: (left.title, left.scheme, f"**out of scope**: {left.reason}")
        for number, left in OUT_OF_SCOPE.items()
    }
    yield "|  | shape | real scheme | how |"
    yield "| --- | --- | --- | --- |"
    for number in sorted(rows):
        yield f"| {number} | {' | '.join(rows[number])} |"


def section(shape: Shape, facts: Mapping[str, FactDeclaration]) -> Iterator[str]:
    """Yield the lines of a shape's section."""
    head = shape.head()
    yield from ("", f"### {shape.heading}", "")
    yield f"{head['why'].strip()}"
    yield ""
    ours = " *Some numbers are illustrative.*" if head.get("illustrative") else ""
    yield f"**Real scheme**: {head['source'].strip()}.{ours}"
    texts = [path.read_text(encoding="utf-8") for path in shape.rulesets]
    left_out = HEAD if len(texts) > 1 else HEAD + CHOICE
    for path, text in zip(shape.rulesets, texts, strict=True):
        yield from ("", f"[`{path.name}`]({LINK}/{path.name}):", "")
        yield from ("```yaml", without(text, left_out), "```")
    read = [
        fact
        for name, fact in facts.items()
        if "." in name and any(_names(text, name) for text in texts)
    ]
    if read:
        yield ""
        yield f"Facts: {'; '.join(_fact(fact) for fact in read)}."
    yield from ("", f"| [case]({LINK}/{shape.cases.name}) | comes out as |", "| --- | --- |")
    for case in read_yaml(shape.cases).plain()["cases"]:
        yield f"| {case['name']} | {'; '.join(outcomes(case['expect']))} |"


def without(text: str, keys: Sequence[str]) -> str:
    """Return a YAML file without these keys of its top level."""
    entries = re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)
    return "".join(one for one in entries if one.partition(":")[0] not in keys).strip("\n")


def _names(text: str, fact: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(fact)}(?![\w])", text) is not None


def _fact(fact: FactDeclaration) -> str:
    window = f", {fact.window}" if fact.window else ""
    kind = "records" if fact.type == "records" else fact.unit or fact.type
    return f"`{fact.id}` ({kind}{window})"


def outcomes(expect: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what a case expects."""
    words = {"no_score": "no score", "rejected": "rejected"}
    if "status" in expect:
        yield words.get(expect["status"], "scored")
    for key in ("ruleset", "base", "score", "tier", "bonus", "wasted_bonus", "deductions"):
        if key in expect:
            yield f"{key.replace('_', ' ')} {expect[key]}"
    for key in ("dimensions", "metrics", "groups"):
        for name, value in expect.get(key, {}).items():
            yield f"`{name}` {_word(value)}"
    for name, value in expect.get("items", {}).items():
        yield f"`{name}` {_item(value)}"
    for name in expect.get("badges", ()):
        yield f"badge `{name}`"
    if expect.get("badges") == []:
        yield "no badge"


def _item(expected: Mapping[str, Any]) -> str:
    parts = [_word(expected["outcome"])] if "outcome" in expected else []
    if "points" in expected:
        parts.append(f"{expected['points']}")
    if "earned" in expected:
        parts.append(f"of {expected['earned']} earned")
    unmet = [
        f"`{name}` {_word(status)}" for name, status in expected.get("requirements", {}).items()
    ]
    return " ".join(parts) + (f" ({', '.join(unmet)})" if unmet else "")


def _word(value: Any) -> str:  # noqa: ANN401 - a word or a number of a cases file
    return str(value).replace("_", " ")
