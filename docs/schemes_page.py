"""Generator of the page of published schemes, from the book in docs/schemes and its texts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemes_texts import SCHEMES, Scheme

from steelyard.formats import read_yaml

FOLDER = Path(__file__).resolve().parent / "schemes"
LINK = "../schemes"
PUBLISHED = "published: "
INTRODUCTION = """\
This page shows {schemes} published schemes for the service of sellers, written in YAML alone,
without a plugin. They form one book, [`docs/schemes`](../schemes/book.yaml). Each rule names the
source of its numbers. Numbers that no publisher gives are marked *illustrative*. Schemes change, so
check the publisher's page before you quote a number.

Expected results in the cases are calculated from the sources. A case whose name starts with
“published” is an example that the publisher, or a page named in the text, gives.

```console
$ steelyard check docs/schemes
docs/schemes: no problems
$ steelyard test docs/schemes
docs/schemes: {cases} cases passed, 0 failed
```
"""
FEATURES = {
    "gates": r"^gates:",
    "bands": r"\bbands:",
    "curves": r"\bcurve:",
    "metrics by formula": r"^ {8}formula:",
    "base by formula": r"from: formula",
    "reported base": r"from: reported",
    "derived values": r"^values:",
    "records": r"\.(?:filter|map|all)\(",
    "calendar periods": r"\b(?:start_of|months)\(",
    "division with rounding": r"\bdiv\(",
    "items": r"^items:",
    "deductions": r"^deductions:",
    "tiers": r"^tiers:",
    "badges": r"^badges:",
    "exclusive badges": r"\bexclusive:",
    "layers": r"^extends:",
}


def rulesets(scheme: Scheme) -> list[str]:
    """Return the texts of the rulesets of a scheme."""
    return [(FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in scheme.rulesets]


def cases(scheme: Scheme) -> list[dict[str, Any]]:
    """Return the test cases of a scheme in the order of its files."""
    files = [read_yaml(FOLDER / f"{name}.cases.yaml").plain() for name in scheme.cases]
    return [case for file in files for case in file["cases"]]


def features(scheme: Scheme) -> list[str]:
    """Return the features of the engine that a scheme uses."""
    texts = rulesets(scheme)
    return [
        name
        for name, pattern in FEATURES.items()
        if any(re.search(pattern, text, re.MULTILINE) for text in texts)
    ]


def schemes_lines() -> Iterator[str]:
    """Yield the lines of the page below its title."""
    count = sum(len(cases(scheme)) for scheme in SCHEMES)
    yield INTRODUCTION.format(schemes=len(SCHEMES), cases=count).rstrip("\n")
    yield from ("", "## Features that the schemes use", "")
    names = [scheme.title.partition(":")[0] for scheme in SCHEMES]
    used = [features(scheme) for scheme in SCHEMES]
    yield f"| feature | {' | '.join(names)} |"
    yield "| --- |" + " --- |" * len(names)
    for feature in FEATURES:
        yield f"| {feature} | {' | '.join('✓' if feature in some else '' for some in used)} |"
    for scheme in SCHEMES:
        yield from scheme_lines(scheme)


def scheme_lines(scheme: Scheme) -> Iterator[str]:
    """Yield the section of a scheme."""
    yield from ("", f"## {scheme.title}", "", scheme.says, "")
    links = [
        *(f"[{name}]({LINK}/{name}.yaml)" for name in scheme.rulesets),
        f"[facts]({LINK}/facts/{scheme.facts}.yaml)",
        *(f"[cases of {name}]({LINK}/{name}.cases.yaml)" for name in scheme.cases),
    ]
    yield f"Files: {', '.join(links)}"
    yield from ("", f"**Example.** {scheme.example}", "")
    published = [case for case in cases(scheme) if case["name"].startswith(PUBLISHED)]
    if published:
        yield "| published example | expected result |"
        yield "| --- | --- |"
        for case in published:
            yield f"| {case['name'].removeprefix(PUBLISHED)} | {expected(case['expect'])} |"
        yield ""
    yield from ("**Not expressible in YAML, and what the rules do instead:**", "")
    yield from (f"- {limit}" for limit in scheme.limits)
    for name in scheme.shown:
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").rstrip("\n")
        yield from ("", "```yaml", text, "```")


def expected(expect: dict[str, Any]) -> str:
    """Return the score, the tier and the badges of an expected result."""
    if expect.get("status") == "no_score":
        return "no score"
    parts = [f"score {expect['score']}"]
    if "tier" in expect:
        parts.append(f"tier {expect['tier']}")
    if "badges" in expect:
        parts.append(f"badges: {', '.join(expect['badges']) or 'none'}")
    return ", ".join(parts)
