"""Generator of the reference pages that are derived from the code.

`python docs/generate.py` writes the pages to docs/reference. With `--check` it writes nothing and
exits with 1 if a page is out of date. The pages depend only on the code and the reference book, not
on the terminal, the language, or other installed plugins.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer
from gallery_page import gallery_lines
from populations_page import population_lines
from schemes_page import schemes_lines

from steelyard.cli.app import application
from steelyard.cli.application import LoadingCommand
from steelyard.dry_run.guardrails.measures import MEASURES, NOTHING_TO_ANNOUNCE
from steelyard.dry_run.guardrails.reading import DEFAULT_FILE
from steelyard.errors.codes import CODES
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.limits import MIN_JUDGED_MERCHANTS
from steelyard.model.texts import prose_in
from steelyard.pipeline import open_book
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import discover
from steelyard.report.facts import need_text
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
    "8": "What comes after the score",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    cells = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]


def page(title: str, *lines: str) -> str:
    """Return the text of a page: the note that it is generated, its title, and its lines."""
    return "\n".join([NOTE, f"# {title}", "", *lines]) + "\n"


# --- error codes


def errors_page() -> str:
    """Return the page of error codes."""
    lines = [
        "[中文](errors.zh.md)",
        "",
        "Every problem has a code, a location `file:line:column`, a message, the expected value",
        "and, if possible, the fix. A code never changes its meaning. All problems of a file are",
        "reported at once. `tests/cases/bad/` has examples of each code with their exact text.",
    ]
    for digit, family in FAMILIES.items():
        codes = [code for code in CODES.values() if code.code[2] == digit]
        lines += ["", f"## {family}", ""]
        rows = [(code.code, code.name, code.meaning) for code in codes]
        lines += table(("code", "name", "meaning"), rows)
    return page("Error codes", *lines)


FAMILIES_ZH = {
    "1": "文件与 YAML",
    "2": "数据项、项目类型与插件",
    "3": "规则集与规则库",
    "4": "条件",
    "5": "计算方案的证明",
    "6": "商家文件",
    "7": "命令行",
}


def errors_page_zh() -> str:
    """Return the page of error codes in Chinese."""
    lines = [
        "[English](errors.md)",
        "",
        "每个问题都有编号、位置 `文件:行:列`、说明、应有的内容，以及可能的改法。",
        "编号的含义不会改变。一个文件的所有问题一次报告。",
        "",
        "命令加上 `--lang zh`，或设置环境变量 `STEELYARD_LANG=zh`，就用中文报告。",
        "`tests/golden/problems-zh.txt` 是各编号的中文示例。",
    ]
    for digit, family in FAMILIES_ZH.items():
        codes = [code for code in CODES.values() if code.code[2] == digit]
        lines += ["", f"## {family}", ""]
        lines += table(
            ("编号", "名称", "含义"), [(code.code, code.name, code.zh) for code in codes]
        )
    return page("错误编号", *lines)


# --- item types


def item_types_page(item_types: Mapping[str, ItemType]) -> str:
    """Return the page on the item types of the core."""
    core = [item_types[name] for name in sorted(item_types) if name.startswith("core/")]
    lines = [
        "An item of a ruleset has one of these types, or a type of a plugin",
        "(`steelyard plugins show NAME` lists those). A ruleset can add `scope`, `gate`, `when`,",
        "`requires` and `cap` to any item: see",
        "[Write rules in YAML](../guides/write-a-ruleset.md#4-a-ruleset-for-an-industry).",
        "The [gallery](gallery.md) shows rules of real schemes that use these types.",
        "",
        "A share of two counts has six decimals, and its rounding never changes the verdict.",
        "Deductions use the same types; their points are subtracted. The points in the examples",
        "are illustrative.",
        "",
        *table(
            ("item type", "", "description"),
            (
                (f"[`{kind.name}`](#{anchor(kind)})", kind.title.zh, kind.summary.en)
                for kind in core
            ),
        ),
    ]  # fmt: skip
    for kind in core:
        lines += ["", f"## {kind.name}", ""]
        lines += [f"**{kind.title.en} · {kind.title.zh}.** {kind.summary.en} {kind.summary.zh}", ""]
        rows = [
            (
                f"`{name}`",
                value_form(schema),
                "required" if name in kind.required else default_of(schema),
                schema.get("description", ""),
            )
            for name, schema in kind.parameters.items()
        ]
        lines += table(("parameter", "value", "", "description"), rows)
        if kind.example:
            lines += ["", "```yaml", kind.example.strip("\n"), "```"]
    return page("Item types of the core", *lines)


def anchor(kind: ItemType) -> str:
    """Return the anchor of the heading that is an item type's name."""
    return kind.name.replace("/", "")


def default_of(schema: Mapping[str, Any]) -> str:
    """Return the default of a parameter in words, or "optional"."""
    if "default" not in schema:
        return "optional"
    default = schema["default"]
    return f"default `{str(default).lower() if isinstance(default, bool) else default}`"


def value_form(schema: Mapping[str, Any]) -> str:
    """Return the kind of a parameter's value in a few words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "format" in schema:
        return {
            "fact": "a fact",
            "records": "records",
            "condition": "condition",
            "expression": "expression",
        }[schema["format"]]
    kind = schema.get("type", "")
    if kind == "array":
        return "list"
    return {"number": "number", "integer": "whole number", "string": "text"}.get(kind, str(kind))


# --- facts


def facts_page(facts: Mapping[str, FactDeclaration]) -> str:
    """Return the page on the facts of the reference book."""
    lines = [
        "A merchant file of the reference book may contain these facts. The facts of the",
        "marketplace are declared in `rulesets/facts/`, the facts of an industry in its plugin,",
        "and `industry` and `shop_type` in `book.yaml`. `steelyard facts show NAME` prints the",
        "meaning of a fact; `steelyard facts template --industry ID` writes a file to fill in.",
        "",
        "A merchant without a required fact is rejected. A merchant without a shop type has the",
        "first one of `book.yaml`. If another fact is missing, the items and",
        "metrics that need it are *no data*; it never counts as zero. *(illustrative)* marks a",
        "fact that no platform publishes.",
    ]
    families: dict[str, list[FactDeclaration]] = {}
    for name in sorted(facts, key=lambda name: ("." in name, name)):
        families.setdefault(name.partition(".")[0] if "." in name else "", []).append(facts[name])
    for family, members in families.items():
        lines += ["", f"## {family or 'Merchant'}", ""]
        rows = [fact_row(fact) for fact in members]
        lines += table(("fact", "title", "value", "window", "needed", "source"), rows)
        for fact in members:
            if fact.fields:
                lines += ["", f"Each record of `{fact.id}`:", ""]
                field_rows = [
                    (f"`{field.name}`", both(field.title), value_of(field), needed(field.required))
                    for field in fact.fields
                ]
                lines += table(("field", "title", "value", "needed"), field_rows)
    return page("Facts of the reference book", *lines)


def fact_row(fact: FactDeclaration) -> tuple[str, ...]:
    """Return the table row of a fact."""
    mark = "*(illustrative)*" if fact.illustrative else ""
    limit = f", at most `{fact.at_most}`" if fact.at_most else ""
    return (
        f"`{fact.id}`",
        both(fact.title),
        value_of(fact) + limit,
        fact.window or "",
        need_text(fact, "en"),
        " ".join(part for part in (prose_in("en", fact.source), mark) if part),
    )


def both(title: Any) -> str:  # noqa: ANN401 - a Text
    """Return a title in English and Chinese."""
    return f"{title.en} · {title.zh}"


def needed(required: bool) -> str:
    """Return "required" or "optional"."""
    return "required" if required else "optional"


def value_of(fact: FactDeclaration | FieldDeclaration) -> str:
    """Return the type, unit and bounds of a fact or field in words."""
    if isinstance(fact, FactDeclaration) and fact.type == "records":
        key = ", ".join(fact.key)
        return f"at most {fact.max_records} records" + (f", unique by {key}" if key else "")
    if fact.type == "bool":
        return "`true` or `false`"
    if fact.type == "id":
        return "text"
    if fact.type == "enum":
        return ", ".join(f"`{value}`" for value in fact.values)
    if fact.type == "date":
        return f"date, {date.fromordinal(fact.low)} … {date.fromordinal(fact.high)}"
    low, high = (f"{Decimal(end).scaleb(-fact.decimals):f}" for end in (fact.low, fact.high))
    low, high = (text.rstrip("0").rstrip(".") if "." in text else text for text in (low, high))
    places = "1 decimal" if fact.decimals == 1 else f"{fact.decimals} decimals"
    digits = places if fact.type == "decimal" else "whole number"
    unit = f" ({fact.unit})" if fact.unit else ""
    return f"{digits}{unit}, {low} … {high}"


# --- command line


def command_line_page() -> str:
    """Return the page on the command line, from the declarations of its commands."""
    lines = [
        "| exit status | name | meaning |",
        "|---|---|---|",
        "| 0 | `EXIT_OK` | success |",
        "| 1 | `EXIT_FAILED` | a check, case or guardrail failed, or merchants were rejected |",
        "| 2 | `EXIT_USAGE` | wrong input or usage, or no place to write; nothing was written |",
        "| 128 + n | `EXIT_INTERRUPTED` | signal n ended the run: 130 Ctrl-C, 143 `kill` |",
        "",
        "Results go to standard output, problems to standard error. `steelyard COMMAND --help`",
        "prints the same information as this page, and `steelyard --version` prints the version.",
        "`steelyard --debug COMMAND …` prints the traceback of an internal error.",
    ]
    app = application()
    others = [f"`{name}`" for name, _, loads_plugins in commands(app) if not loads_plugins]
    lines += [
        "",
        "`--without-plugin NAME` runs a command as if the plugin was not installed; it may be",
        f"repeated. All commands have it, except {' and '.join(others)}.",
    ]
    for name, function, _ in commands(app):
        lines += ["", f"## steelyard {name}", "", inspect.cleandoc(function.__doc__ or ""), ""]
        arguments, options = parameters(function)
        needed_rows = [*arguments, *(row for row in options if row[1] == "required")]
        words = ["steelyard", name, *(row[0].strip("`") for row in needed_rows), "[OPTIONS]"]
        lines += ["```text", " ".join(words), "```", ""]
        lines += table(("", "", "description"), [*arguments, *options])
    return page("Command line", *lines)


def commands(
    group: typer.Typer, prefix: str = ""
) -> Iterator[tuple[str, Callable[..., Any], bool]]:
    """Yield every command with its full name, and whether it loads plugins, as `--help` has them.

    Commands of groups are included.
    """
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.strip("_").replace("_", "-")
        loads_plugins = command.cls is not None and issubclass(command.cls, LoadingCommand)
        yield f"{prefix}{name}", command.callback, loads_plugins
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
        choices = f"<{'|'.join(get_args(kind))}>" if get_origin(kind) is Literal else ""
        metavar = info.metavar or choices
        if type(info).__name__ == "ArgumentInfo":
            word = metavar.strip("[]") or name.upper()
            row = (f"`{word if empty else f'[{word}]'}`", default, info.help or "")
            arguments.append(row)
        else:
            # inside Annotated the first name takes the place of the default
            flags = [flag for flag in (info.default, *info.param_decls) if isinstance(flag, str)]
            flag = next((flag for flag in flags if flag.startswith("--")), f"--{name}")
            row = (f"`{' '.join(filter(None, (flag, metavar)))}`", default, info.help or "")
            options.append(row)
    return arguments, options


def shown_default(default: object) -> str:
    """Return the text of a default in the table."""
    return "" if default in (None, False) else f"default `{default}`"


# --- results of populations


def results_page() -> str:
    """Return the page on the columns of results."""
    lines = [
        "`steelyard score … --out FILE` writes these columns for a population. Numbers are exact",
        "decimals: of the type decimal in Parquet, as numbers with all digits in JSON Lines, with",
        "all decimals in CSV. See also [Score a population](../guides/score-a-population.md).",
    ]
    sections = (
        ("One row per merchant", columns.MERCHANT),
        ("Only with a version in [shadow mode](../guides/roll-out-a-change.md)", columns.SHADOW),
        ("Each entry of `items` and `deductions`", columns.PART),
        ("Caps, in the order in which they take points", columns.CUT),
        ("The long form: one row per item (`--items FILE`)", columns.LONG),
        ("Rejects: JSON Lines next to the scores", columns.REJECT),
    )
    for title, described in sections:
        rows = [(f"`{column.name}`", column.type, column.meaning) for column in described]
        lines += ["", f"## {title}", "", *table(("column", "type", "meaning"), rows)]
        if described is columns.PART:
            lines += [
                "",
                "CSV has no lists. There, every field is a column of its own, such as",
                "`item.easy-exchange.outcome`, `deduction.counterfeit.points` or",
                "`dimension.quality`, for all items, deductions and dimensions of the book, and",
                "one for every cap that may take points of the item, such as",
                "`item.rash-return.group_cap`. A column is empty if the merchant's plan does not",
                "have that part.",
            ]
    return page("Columns of results", *lines)


# --- guardrails

UNITS = {
    "count": "merchants",
    "points": "points",
    None: "number",
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
  - id: few-lose
    title: {en: Few lose anything, zh: 利益受损的商家很少}
    require: share(worse_off) <= 0.01
  - id: level
    title: {en: The level stays, zh: 整体水平稳定}
    require: mean_after >= 0.99 * mean_before && psi <= 0.1
  - id: notice
    title: {en: Announced in time, zh: 提前公示}
    require: worse_off == 0 || notice_days >= 7
"""


def guardrails_page() -> str:
    """Return the page on guardrails: the file, its conditions and measures, the outcomes."""
    lines = [
        "A guardrail is a condition on the impact of a change of rules, measured by scoring one",
        "population under the live rules and under a candidate. Its outcome is *pass*, *fail* or",
        "*too few to judge*.",
        "",
        "```yaml",
        GUARDRAILS.rstrip(),
        "```",
        "",
        *table(
            ("key", "", "description"),
            (
                ("`id`", "required", "a stable name in kebab-case, unique in the file"),
                ("`title`", "required", "the title in English and Chinese"),
                ("`require`", "required", "a condition on measures"),
                (
                    "`by`",
                    "optional",
                    "a dimension, such as `industry`: each segment is judged separately",
                ),
                (
                    "`min_merchants`",
                    f"default `{MIN_JUDGED_MERCHANTS}`",
                    "with fewer merchants in the population or segment: too few to judge",
                ),
                ("`why`", "optional", "the purpose of the guardrail"),
            ),
        ),
        "",
        "`steelyard schema guardrails` writes the JSON Schema, so that an editor can complete and",
        "check the file. The complete file is checked before anything is measured.",
        "",
        "## Defaults",
        "",
        "Every dry run is judged by the guardrails below. A guardrail of your own file",
        "(`--guardrails FILE`) is added to them, or replaces the one with the same `id`, for",
        "example with another limit. `--guardrails none`, or `--no-guardrails`, switches the",
        "defaults off; with `--guardrails none --guardrails FILE` only your file is judged.",
        "",
        "```yaml",
        DEFAULT_FILE.read_text(encoding="utf-8").rstrip(),
        "```",
        "",
        "## Conditions",
        "",
        "`require` uses the language of [conditions](conditions.md), with measures instead of",
        "facts and one more function: `share(count)` is a count of merchants divided by all",
        "merchants of the population or segment. The argument may be a sum of counts:",
        "`share(tier_up + tier_down)`.",
        "",
        "A share has six decimals. Compared with a limit, it is rounded down for `>=` and `<`, and",
        "up for `<=` and `>`. So the verdict equals that of the unrounded share",
        "([decision 3](../decisions/0003-shares-round-away-from-the-verdict.md)), and so does the",
        "verdict of `==` and `!=`. The report shows the share that was compared. In a calculation",
        "or a list (`2 * share(up)`, `share(up) in [0, 1]`), a share is rounded half-even. Two",
        "shares cannot be compared with each other; compare the counts.",
        "",
        "Points keep the decimals of the run and may be compared with numbers of up to twelve",
        "decimals. Money has at most six decimals, in the currency of the run.",
        "",
        "## Outcomes",
        "",
        *table(
            ("outcome", "when"),
            (
                ("pass", "the condition is true"),
                ("fail", "the condition is false, or undefined because a measure is missing"),
                ("too few to judge", "there are fewer merchants than `min_merchants`"),
            ),
        ),
        "",
        "The verdict on the whole dry run heads every report: *fail* if one guardrail fails, else",
        "*pass* if one passes. If it is *fail*, the exit status is 1. With several days or scenes,",
        "each guardrail is judged in each of them; one that reads only `unexercised_edits` is",
        "judged once. If both sides compute the same numbers, the guardrails are judged with that",
        "proof: all changes are 0. One that reads a level, such as `mean_after`, has every",
        "merchant scored.",
        "",
        "Counts, `notice_days` and `unexercised_edits` are never missing. Other measures may be:",
        "means if nobody has a score, costs if no benefit has one. `has(x)` tests for it, as for",
        "facts. If the dimension in `by` has no segments, there are too few merchants.",
        "",
        "## Measures",
        "",
        "Measures of score changes cover the merchants with a score on both sides. A merchant that",
        "loses its score loses its tier, badges and benefits with it, and is counted for each.",
        "",
        "`notice_days` is 0 if a ruleset was never announced, was edited while in force, or was",
        "withdrawn; it is negative if the announcement came after the first day. A version that",
        "ends on the day that its `until` announced was not withdrawn. If nothing needs a notice,",
        f"the notice is as long as the calendar ({NOTHING_TO_ANNOUNCE:,} days).",
        "",
        *table(
            ("measure", "unit", "meaning", "含义"),
            (
                (f"`{measure.id}`", UNITS[measure.unit], measure.title.en, measure.title.zh)
                for measure in MEASURES.values()
            ),
        ),
    ]  # fmt: skip
    return page("Guardrails", *lines)


# --- checks of plugins


def plugin_checks_page() -> str:
    """Return the page on the checks of the conformance kit."""
    lines = [
        "`steelyard plugins check` and `steelyard.testing.check_plugin` run these checks in this",
        "order. An id never changes its meaning. [Check a plugin](../guides/check-a-plugin.md)",
        "explains how the checks work and how to read a failure.",
        "",
        *table(
            ("check", "condition", "reason"),
            ((f"`{check.id}`", check.title, check.why) for check in CHECKS),
        ),
    ]
    return page("Checks of the conformance kit", *lines)


def main() -> int:
    """Write the pages or check them; return the exit status."""
    plugins = ("apparel", "beauty", "core", "freshfood", "maternity", "petcare")
    catalogue = discover(plugins)
    opened = open_book(BOOK, catalogue=catalogue)
    pages = {
        "command-line.md": command_line_page(),
        "errors.md": errors_page(),
        "errors.zh.md": errors_page_zh(),
        "facts.md": facts_page(opened.facts),
        "results.md": results_page(),
        "populations.md": page("Synthetic populations", *population_lines(opened, BOOK)),
        "guardrails.md": guardrails_page(),
        "plugin-checks.md": plugin_checks_page(),
        "item-types.md": item_types_page(catalogue.item_types),
        "gallery.md": page("Gallery of rule shapes", *gallery_lines()),
        "schemes.md": page("Published schemes", *schemes_lines()),
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
    """Return True if a page exists and has this text."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
