"""Writes the reference pages from the code, or checks that they have not drifted.

`python docs/generate.py` writes pages in docs/reference; with `--check` it writes nothing and exits
1 if a page differs. What is written depends on the code and the reference book only: not on the
terminal, the language, or other plugins that happen to be installed.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import EnumMeta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer
from gallery_page import gallery_lines

from steelyard.cli.app import app
from steelyard.dry_run.guardrails.file import LEAST
from steelyard.dry_run.guardrails.measures import MEASURES
from steelyard.errors.codes import CODES
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.pipeline import open_book
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import discover
from steelyard.scoring.results import columns
from steelyard.testing.plugin_kit import CHECKS

ROOT = Path(__file__).resolve().parent
PAGES = ROOT / "reference"
BOOK = ROOT.parent / "rulesets"
NOTE = "<!-- written by docs/generate.py; do not edit -->\n"

FAMILIES = {
    "1": "Files and YAML",
    "2": "Facts, item types, plugins",
    "3": "Rulesets and books",
    "4": "Conditions",
    "5": "Proofs on the plan",
    "6": "Merchant files",
    "7": "Command line",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    cells = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]


def page(title: str, *lines: str) -> str:
    """Return a page: the note that it is written, its title, its lines."""
    return "\n".join([NOTE, f"# {title}", "", *lines]) + "\n"


# --- error codes


def errors_page() -> str:
    """Return the page of error codes."""
    lines = [
        "Every problem has a code that keeps its meaning, a place `file:line:column`, what is",
        "wrong, what was expected and, where there is one, the fix. All problems of a file are",
        "reported at once. Each code has examples with their exact text in `tests/cases/bad/`.",
    ]
    for digit, family in FAMILIES.items():
        codes = [code for code in CODES.values() if code.code[2] == digit]
        lines += ["", f"## {family}", ""]
        rows = [(code.code, code.name, code.meaning) for code in codes]
        lines += table(("code", "name", "meaning"), rows)
    return page("Error codes", *lines)


# --- item types


def item_types_page(item_types: Mapping[str, ItemType]) -> str:
    """Return the page of the core's item types."""
    core = [item_types[name] for name in sorted(item_types) if name.startswith("core/")]
    lines = [
        "The shapes that rulesets are made of. What a ruleset may put around any of them",
        "(`scope`, `gate`, `when`, `requires`, `cap`) is in",
        "[Write a ruleset](../guides/write-a-ruleset.md#4-an-industry-laid-over-the-base).",
        "The types of a plugin are shown by `steelyard plugins show NAME`; the",
        "[gallery](gallery.md) has rules of real schemes that are made of these.",
        "",
        "Shares of two counts have six decimals and never contradict the exact rule. A deduction",
        "uses the same types; its points are taken away. The examples' points are illustrative.",
        "",
        *table(
            ("item type", "", "what it does"),
            (
                (f"[`{one.name}`](#{anchor(one)})", one.title.zh, one.summary.en)
                for one in core
            ),
        ),
    ]  # fmt: skip
    for one in core:
        lines += ["", f"## {one.name}", ""]
        lines += [f"**{one.title.en} · {one.title.zh}.** {one.summary.en} {one.summary.zh}", ""]
        rows = [
            (
                f"`{name}`",
                value_form(schema),
                "required" if name in one.required else default_of(schema),
                schema.get("description", ""),
            )
            for name, schema in one.parameters.items()
        ]
        lines += table(("parameter", "value", "", "what it is"), rows)
        if one.example:
            lines += ["", "```yaml", one.example.strip("\n"), "```"]
    return page("Item types of the core", *lines)


def anchor(one: ItemType) -> str:
    """Return the anchor that a heading with the type's name has."""
    return one.name.replace("/", "")


def default_of(schema: Mapping[str, Any]) -> str:
    """Return what a parameter is if it is left out."""
    if "default" not in schema:
        return "optional"
    default = schema["default"]
    return f"default `{str(default).lower() if isinstance(default, bool) else default}`"


def value_form(schema: Mapping[str, Any]) -> str:
    """Return what a parameter's value may be, in a word or two."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "format" in schema:
        return {"fact": "a fact", "records": "records", "condition": "condition"}[schema["format"]]
    kind = schema.get("type", "")
    if kind == "array":
        return "list"
    return {"number": "number", "integer": "whole number", "string": "text"}.get(kind, str(kind))


# --- facts


def facts_page(facts: Mapping[str, FactDeclaration]) -> str:
    """Return the page of what may be known about a merchant of the reference book."""
    lines = [
        "What a merchant file of the reference book may say. The marketplace's facts are declared",
        "in `rulesets/facts/`, an industry's by its plugin, `industry` and `shop_type` by",
        "`book.yaml`. `steelyard facts show NAME` tells the meaning of each;",
        "`steelyard facts template --industry ID` writes a file to fill in.",
        "",
        "A required fact that is missing rejects the merchant; any other that is missing is",
        "*no data* where it is needed, never zero. *(illustrative)* marks a fact that no platform",
        "publishes.",
    ]
    families: dict[str, list[FactDeclaration]] = {}
    for name in sorted(facts, key=lambda one: ("." in one, one)):
        families.setdefault(name.partition(".")[0] if "." in name else "", []).append(facts[name])
    for family, members in families.items():
        lines += ["", f"## {family or 'Merchant'}", ""]
        rows = [fact_row(fact) for fact in members]
        lines += table(("fact", "title", "value", "window", "needed", "source"), rows)
        for fact in members:
            if fact.fields:
                lines += ["", f"Each record of `{fact.id}`:", ""]
                field_rows = [
                    (f"`{one.name}`", both(one.title), value_of(one), needed(one.required))
                    for one in fact.fields
                ]
                lines += table(("field", "title", "value", "needed"), field_rows)
    return page("Facts of the reference book", *lines)


def fact_row(fact: FactDeclaration) -> tuple[str, ...]:
    """Return a row of the table of facts."""
    mark = "*(illustrative)*" if fact.illustrative else ""
    limit = f", at most `{fact.at_most}`" if fact.at_most else ""
    return (
        f"`{fact.id}`",
        both(fact.title),
        value_of(fact) + limit,
        fact.window or "",
        needed(fact.required),
        " ".join(part for part in (fact.source, mark) if part),
    )


def both(title: Any) -> str:  # noqa: ANN401 - a Text
    """Return a title in English and Chinese."""
    return f"{title.en} · {title.zh}"


def needed(required: bool) -> str:
    """Return whether something must be given."""
    return "required" if required else "optional"


def value_of(one: FactDeclaration | FieldDeclaration) -> str:
    """Return type, unit and bounds of a fact or field."""
    if isinstance(one, FactDeclaration) and one.type == "records":
        return f"at most {one.max_records} records, told apart by {', '.join(one.key) or 'nothing'}"
    if one.type == "bool":
        return "`true` or `false`"
    if one.type == "id":
        return "text"
    if one.type == "enum":
        return ", ".join(f"`{value}`" for value in one.values)
    if one.type == "date":
        return f"date, {date.fromordinal(one.low)} … {date.fromordinal(one.high)}"
    low, high = (f"{Decimal(end).scaleb(-one.decimals):f}" for end in (one.low, one.high))
    low, high = (text.rstrip("0").rstrip(".") if "." in text else text for text in (low, high))
    digits = f"{one.decimals} decimals" if one.type == "decimal" else "whole number"
    unit = f" ({one.unit})" if one.unit else ""
    return f"{digits}{unit}, {low} … {high}"


# --- command line


def command_line_page() -> str:
    """Return the page of the command line, read from the declarations of its commands."""
    lines = [
        "| exit status | |",
        "|---|---|",
        "| 0 | fine |",
        "| 1 | the answer is no: a check or case failed, or some merchants were rejected |",
        "| 2 | the input or the usage is wrong, and nothing was written |",
        "",
        "Results go to standard output, problems to standard error. `steelyard COMMAND --help`",
        "shows the same as this page, `steelyard --version` the version, and",
        "`steelyard --debug COMMAND …` where an internal error happened.",
    ]
    for name, function in commands(app):
        lines += ["", f"## steelyard {name}", "", inspect.cleandoc(function.__doc__ or ""), ""]
        arguments, options = parameters(function)
        needed_rows = [*arguments, *(row for row in options if row[1] == "required")]
        words = ["steelyard", name, *(row[0].strip("`") for row in needed_rows), "[OPTIONS]"]
        lines += ["```text", " ".join(words), "```", ""]
        lines += table(("", "", "what it is"), [*arguments, *options])
    return page("Command line", *lines)


def commands(group: typer.Typer, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every command with its full name, groups included, in the order of `--help`."""
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.strip("_").replace("_", "-")
        yield f"{prefix}{name}", command.callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{prefix}{inner.name} ")


Rows = list[tuple[str, str, str]]


def parameters(function: Callable[..., Any]) -> tuple[Rows, Rows]:
    """Return a row (name, default, help) for every argument and every option of a command."""
    arguments: Rows = []
    options: Rows = []
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind, info = get_args(hints[name])[:2]
        empty = parameter.default is inspect.Parameter.empty
        default = "required" if empty else shown_default(parameter.default)
        choices = f"<{'|'.join(kind.__members__)}>" if isinstance(kind, EnumMeta) else ""
        metavar = info.metavar or choices
        if type(info).__name__ == "ArgumentInfo":
            word = metavar.strip("[]") or name.upper()
            row = (f"`{word if empty else f'[{word}]'}`", default, info.help or "")
            arguments.append(row)
        else:
            # inside Annotated the first name stands where a default would
            names = [one for one in (info.default, *info.param_decls) if isinstance(one, str)]
            flag = next((one for one in names if one.startswith("--")), f"--{name}")
            row = (f"`{' '.join(filter(None, (flag, metavar)))}`", default, info.help or "")
            options.append(row)
    return arguments, options


def shown_default(default: object) -> str:
    """Return a default as the table shows it."""
    return "" if default in (None, False) else f"default `{getattr(default, 'value', default)}`"


# --- results of populations


def results_page() -> str:
    """Return the page of the columns of results."""
    lines = [
        "What `steelyard score … --out FILE` writes for a population. Numbers are exact decimals:",
        "in Parquet of the type decimal, in JSON Lines numbers with their digits, in CSV with all",
        "their decimals. [Score a population](../guides/score-a-population.md) shows how they are",
        "made.",
    ]
    sections = (
        ("A row a merchant", columns.MERCHANT),
        ("Only while a version is [in shadow](../guides/roll-out-a-change.md)", columns.SHADOW),
        ("Each of `items` and `deductions`", columns.PART),
        ("The long form: a row an item (`--items FILE`)", columns.LONG),
        ("Rejects: JSON Lines beside the file of scores", columns.REJECT),
    )
    for title, described in sections:
        rows = [(f"`{one.name}`", one.type, one.meaning) for one in described]
        lines += ["", f"## {title}", "", *table(("column", "type", "meaning"), rows)]
        if described is columns.PART:
            lines += [
                "",
                "CSV has no lists: there a part is as many columns as it has fields,",
                "`item.easy-exchange.outcome`, `deduction.counterfeit.points`,",
                "`dimension.quality`, for the parts of every plan of the book; they are empty",
                "where a merchant's plan does not have the part.",
            ]
    return page("Columns of results", *lines)


# --- guardrails

KINDS = {
    "count": "merchants",
    "points": "points",
    "rise": "points",
    "index": "number, 6 decimals",
    "money": "money",
    "days": "whole days",
}
GUARDRAILS = """\
guardrails:
  - id: few-fall
    title: {en: Few fall a tier, zh: 掉级商家很少}
    require: share(tier_down) <= 0.02
    by: industry
    min_merchants: 100
    why: Shops plan their campaigns by the tier they have.
  - id: no-cliff
    title: {en: Nobody drops far, zh: 没有商家大幅下跌}
    require: max_drop <= 0.10
  - id: level
    title: {en: The level stays, zh: 整体水平稳定}
    require: mean_after >= 0.99 * mean_before && psi <= 0.1
  - id: notice
    title: {en: Announced in time, zh: 提前公示}
    require: "!has(notice_days) || notice_days >= 15"
"""


def guardrails_page() -> str:
    """Return the page of guardrails: the file, its measures, what is judged."""
    lines = [
        "A guardrail is a condition over the measured impact of a change of rules: of the live",
        "rules, a candidate and one population. It is judged *pass*, *fail* or *too few to judge*.",
        "",
        "```yaml",
        GUARDRAILS.rstrip(),
        "```",
        "",
        *table(
            ("key", "", "what it is"),
            (
                ("`id`", "required", "a stable name in kebab-case, once in the file"),
                ("`title`", "required", "what it guards, in English and Chinese"),
                ("`require`", "required", "a condition over measures"),
                (
                    "`by`",
                    "optional",
                    "a dimension of segments, such as `industry`: each is judged on its own",
                ),
                (
                    "`min_merchants`",
                    f"default `{LEAST}`",
                    "with fewer merchants, in the population or the segment, there are too few",
                ),
                ("`why`", "optional", "the purpose of the guardrail"),
            ),
        ),
        "",
        "`steelyard schema guardrails` writes the JSON Schema, by which an editor completes and",
        "checks the file. The file is checked whole before anything is measured.",
        "",
        "## Conditions",
        "",
        "`require` is written in the language of [conditions](conditions.md), over measures in",
        "place of facts, with one function more: `share(count)` is that count of merchants over",
        "all merchants of the population or segment. Sums of counts have a share too:",
        "`share(tier_up + tier_down)`.",
        "",
        "A share has six decimals. Beside a limit it is rounded away from the verdict, down for",
        "`>=` and `<`, up for `<=` and `>`, so that the verdict is exactly that of the unrounded",
        "share ([decision 3](../decisions/0003-shares-round-away-from-the-verdict.md)), and so is",
        "that of `==` and `!=`; the share that is shown is the one that was compared. In a",
        "calculation or a list (`2 * share(up)`, `share(up) in [0, 1]`) it is rounded half-even.",
        "Two shares are not compared with each other: compare the counts.",
        "",
        "Points may be compared with numbers of up to twelve decimals, and keep those of the run.",
        "Money has at most six decimals, in the currency of the run.",
        "",
        "## Outcomes",
        "",
        *table(
            ("outcome", "when"),
            (
                ("pass", "the condition holds"),
                (
                    "fail",
                    "it does not hold, or has no answer since it reads a measure that is missing",
                ),
                ("too few to judge", "there are fewer than `min_merchants`, whatever else is true"),
            ),
        ),
        "",
        "Counts are always there. Any other measure may be missing: means where nobody has a",
        "score, notice where no ruleset was announced. `has(x)` guards, as it does for facts. A",
        "guardrail by a dimension in which there is no segment has too few merchants.",
        "",
        "## Measures",
        "",
        "Changes of scores are among the merchants with a score under both.",
        "",
        *table(
            ("measure", "is", "meaning", "含义"),
            (
                (f"`{one.name}`", KINDS[one.kind], one.meaning.en, one.meaning.zh)
                for one in MEASURES.values()
            ),
        ),
    ]  # fmt: skip
    return page("Guardrails", *lines)


# --- checks of plugins


def plugin_checks_page() -> str:
    """Return the page of the conformance kit's checks."""
    lines = [
        "What `steelyard plugins check` and `steelyard.testing.check_plugin` check, in this order.",
        "An id keeps its meaning for ever. How the checks are made, and how to read a failure, is",
        "in [Check a plugin](../guides/check-a-plugin.md).",
        "",
        *table(
            ("check", "what holds", "why"),
            ((f"`{one.id}`", one.title, one.explanation) for one in CHECKS),
        ),
    ]
    return page("Checks of plugins", *lines)


def main() -> int:
    """Write the pages, or check them."""
    plugins = ("apparel", "beauty", "core", "freshfood", "maternity", "petcare")
    catalogue = discover(plugins)
    pages = {
        "command-line.md": command_line_page(),
        "errors.md": errors_page(),
        "facts.md": facts_page(open_book(BOOK, catalogue=catalogue).facts),
        "results.md": results_page(),
        "guardrails.md": guardrails_page(),
        "plugin-checks.md": plugin_checks_page(),
        "item-types.md": item_types_page(catalogue.item_types),
        "gallery.md": page("Gallery of shapes", *gallery_lines(catalogue)),
    }
    if "--check" in sys.argv[1:]:
        drifted = [name for name, text in pages.items() if not agrees(PAGES / name, text)]
        if drifted:
            print(f"out of date: {', '.join(drifted)}; run python docs/generate.py")
        return 1 if drifted else 0
    PAGES.mkdir(exist_ok=True)
    for name, text in pages.items():
        (PAGES / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def agrees(path: Path, text: str) -> bool:
    """Return whether a page is there and says the same."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
