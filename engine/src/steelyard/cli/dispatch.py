"""`steelyard dispatch`."""

from pathlib import Path
from typing import Annotated

import typer

from steelyard.cli.certify import say_rejects
from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.options import Lang, TableFormat
from steelyard.cli.output import say, say_problems, write, write_to
from steelyard.errors import InvalidInput, Problem
from steelyard.model.limits import MAX_ROW_PROBLEMS

_OUT = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def dispatch(
    inquiries: Annotated[
        Path, typer.Option("--inquiries", metavar="FILE", help="The inquiries of one day.")
    ],
    agents: Annotated[Path, typer.Option("--agents", metavar="FILE", help="The agents.")],
    policy: Annotated[
        Path, typer.Option("--policy", metavar="FILE", help="The policy of dispatch, in YAML.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the assignments: FILE.csv, .parquet or .jsonl."
        ),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option("--why", metavar="INQUIRY", help="Explain one inquiry in place of a report."),
    ] = None,
    format_: TableFormat = "table",
    lang: Lang = "en",
    *,
    online: Annotated[
        bool,
        typer.Option("--online", help="Give inquiries one at a time by a hash; needs no solver."),
    ] = False,
) -> int:
    """Give each inquiry to an agent, by a policy; a batch needs the extra `dispatch`."""
    kind = "csv" if out is None else _OUT.get(out.suffix.lower())
    if kind is None:
        what = f"the name of {out} does not end in a known format"
        raise InvalidInput([Problem("SY701", what, expected=", ".join(_OUT))])
    from steelyard.programme import dispatch as programme
    from steelyard.programme.dispatch.text import assignments_bytes, report_json, report_text
    from steelyard.programme.dispatch.why import why as explain
    from steelyard.programme.dispatch.why import why_json, why_text
    from steelyard.report.json import to_text

    rules = programme.read_policy(policy)
    asked = programme.read_inquiries(inquiries, rules)
    staff = programme.read_agents(agents, rules, asked.day)
    give = programme.dispatch_online if online else programme.dispatch_batch
    given = give(asked, staff, rules)
    if why is not None:
        found = explain(given, why)
        is_json = format_ == "json"
        page = to_text(why_json(given, found)) if is_json else why_text(given, found, lang)
    elif format_ == "json":
        page = report_json(given, asked, staff)
    else:
        page = report_text(given, asked, staff, lang)
    if staff.warnings:
        say_problems(staff.warnings[:MAX_ROW_PROBLEMS])
    if more := len(staff.warnings[MAX_ROW_PROBLEMS:]):
        say(f"and {more:,} more warnings")
    say_rejects(staff.rejects)
    say_rejects(asked.rejects)
    if out is not None:
        content = assignments_bytes(given, asked, kind)
        write_to(out, content, [inquiries, agents, policy])
    write(page)
    return EXIT_FAILED if asked.rejects or staff.rejects else EXIT_OK
