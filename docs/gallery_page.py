"""Generator of the gallery page: a table of rule shapes with links to the book in docs/gallery.

The file `NN-shape.yaml` is the main ruleset of shape NN. The table shows its `title`, and the part
of its `source` before the colon, which is the real scheme. Files `NN-shape-….yaml` are further
rulesets of the shape, and `NN-shape.cases.yaml` has its test cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gallery_shapes import COUNT, HOW, OUT_OF_SCOPE, SUMMARIES, THEMES

from steelyard.formats import read_yaml

FOLDER = Path(__file__).resolve().parent / "gallery"
LINK = "../gallery"
INTRODUCTION = """\
This page lists {shapes} shapes of marketplace rules. Each shape has a small ruleset that models a
real scheme, and test cases at its thresholds. Choose a shape and copy its YAML.

All shapes form one book, [`docs/gallery`](../gallery/book.yaml), with an industry for each shape.
The `source` in each ruleset describes the rule of the real scheme, as published when we read it. If
a platform publishes no number, the number is ours and the ruleset has `illustrative: true`. Schemes
change, so check the platform's page before you quote a number.

[Write rules in YAML](../guides/write-a-ruleset.md) shows how the parts work together. [YAML or a
plugin?](../guides/yaml-or-a-plugin.md) shows when YAML is not enough. [Published
schemes](schemes.md) shows eight complete schemes.

```console
$ steelyard check docs/gallery
docs/gallery: no problems
$ steelyard test docs/gallery
docs/gallery: {cases} cases passed, 0 failed
```
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of the gallery: its number, its name, and its rulesets with the main one first."""

    number: int
    name: str
    rulesets: tuple[Path, ...]

    @property
    def cases(self) -> Path:
        """The file with its test cases."""
        return FOLDER / f"{self.name}.cases.yaml"

    def head(self) -> dict[str, Any]:
        """Return the content of the main ruleset."""
        return read_yaml(self.rulesets[0]).plain()


def shapes() -> list[Shape]:
    """Return the shapes of the gallery in the order of their numbers."""
    rulesets: dict[int, list[Path]] = {}
    for path in sorted(
        FOLDER.glob("[0-9][0-9]-*.yaml"), key=lambda path: (len(path.stem), path.stem)
    ):
        if not path.name.endswith(".cases.yaml"):
            rulesets.setdefault(int(path.name[:2]), []).append(path)
    return [
        Shape(number, paths[0].stem, tuple(paths)) for number, paths in sorted(rulesets.items())
    ]


def gallery_lines() -> Iterator[str]:
    """Yield the lines of the page below its title."""
    listed = {shape.number: shape for shape in shapes()}
    count = sum(len(read_yaml(shape.cases).plain()["cases"]) for shape in listed.values())
    yield INTRODUCTION.format(shapes=COUNT, cases=count).rstrip("\n")
    for number in range(1, COUNT + 1):
        if number in THEMES:
            yield from ("", f"## {THEMES[number]}", "")
            yield "|  | shape | description | real scheme | written with | files |"
            yield "| --- | --- | --- | --- | --- | --- |"
        cells = shape_cells(listed[number]) if number in listed else left_out_cells(number)
        yield f"| {number} | {' | '.join(cells)} |"


def shape_cells(shape: Shape) -> tuple[str, ...]:
    """Return the cells of a shape's row after its number."""
    head = shape.head()
    files = [f"[YAML]({LINK}/{path.name})" for path in shape.rulesets]
    return (
        head["title"]["en"],
        SUMMARIES[shape.number],
        head["source"].partition(": ")[0].replace("|", "\\|"),
        HOW[shape.number],
        ", ".join([*files, f"[cases]({LINK}/{shape.cases.name})"]),
    )


def left_out_cells(number: int) -> tuple[str, ...]:
    """Return the cells of the row of a shape that the gallery does not contain."""
    shape = OUT_OF_SCOPE[number]
    return (shape.title, f"**Out of scope**: {shape.reason}", shape.scheme, "", "")
