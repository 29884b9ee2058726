"""The states of holders for people and programs: sentences, a table, JSON, CSV and Parquet."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from steelyard.model.texts import Language, Text
from steelyard.programme.certification.model import Holders, HolderState, Reason
from steelyard.report.json import to_text
from steelyard.report.wording.layout import cell, columns
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed, show

if TYPE_CHECKING:
    import polars as pl


def reason_text(reason: Reason, language: Language) -> str:
    """Return a reason as a sentence without a full stop."""
    parts = {name: _part(value, language) for name, value in reason.parts.items()}
    return say(f"certify.{reason.key}", language, **parts)


def _part(value: Any, language: Language) -> str:  # noqa: ANN401 - any part of a reason
    if isinstance(value, Text):
        return value.of(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return listed((_one(part, language) for part in value), language)
    return str(value)


def _one(part: Any, language: Language) -> str:  # noqa: ANN401 - a text, or a title and its value
    if isinstance(part, tuple):
        title, value = part
        return say("named", language, name=title.of(language), value=show(value, language))
    return part.of(language) if isinstance(part, Text) else str(part)


def state_text(state: HolderState, language: Language) -> str:
    """Return every reason of a state, as one text."""
    return say("sentences", language).join(reason_text(one, language) for one in state.reasons)


def states_table(states: Sequence[HolderState], holders: Holders, language: Language) -> str:
    """Return the states as a table, each with its reasons below, and the numbers of rows."""
    head = [say(f"certify.column.{key}", language) for key in ("holder", "kind", "state", "until")]
    rows = [
        [
            state.holder.id,
            state.certification.title.of(language),
            say(f"certify.status.{state.status}", language),
            _until(state, language),
        ]
        for state in states
    ]
    lines = columns([head, *([cell(text) for text in row] for row in rows)], "llll", head=1)
    page = [lines[0]]
    for line, state in zip(lines[1:], states, strict=True):
        page.append(line)
        page += [f"    {cell(reason_text(one, language))}" for one in state.reasons]
    page += ["", counts_text(states, holders, language)]
    if any(state.certification.illustrative for state in states):
        page.append(say("certify.illustrative", language))
    return "".join(f"{line}\n" for line in page)


def _until(state: HolderState, language: Language) -> str:
    if state.again_from is not None:
        return say("certify.again", language, day=state.again_from.isoformat())
    return "—" if state.until is None else state.until.isoformat()


def counts_text(states: Sequence[HolderState], holders: Holders, language: Language) -> str:
    """Return the numbers of rows: read, holding, not holding, rejected."""
    holding = sum(state.holds for state in states)
    numbers = {
        "rows": len(states) + len(holders.rejects),
        "holding": holding,
        "others": len(states) - holding,
        "rejected": len(holders.rejects),
    }
    parts = {name: str(number) for name, number in numbers.items()}
    return say("certify.counts", language, **parts)


def states_json(states: Sequence[HolderState], holders: Holders, as_of: date) -> str:
    """Return the states as JSON, with rejects and the numbers of rows."""
    from steelyard.errors.output import problem_json

    holding = sum(state.holds for state in states)
    return to_text(
        {
            "as_of": as_of.isoformat(),
            "holders": [_row(state) for state in states],
            "rejects": [
                {
                    "row": reject.number,
                    "id": reject.id,
                    "problems": [problem_json(problem) for problem in reject.problems],
                }
                for reject in holders.rejects
            ],
            "counts": {
                "rows": len(states) + len(holders.rejects),
                "holding": holding,
                "not_holding": len(states) - holding,
                "rejected": len(holders.rejects),
            },
        }
    )


def _row(state: HolderState) -> dict[str, Any]:
    return {
        "holder": state.holder.id,
        "certification": state.certification.id,
        "merchant": state.holder.merchant,
        "holds": state.holds,
        "status": state.status,
        "until": _iso(state.until),
        "again_from": _iso(state.again_from),
        "reasons": [reason.key for reason in state.reasons],
        "text_en": state_text(state, "en"),
        "text_zh": state_text(state, "zh"),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def states_bytes(states: Iterable[HolderState], kind: str) -> bytes:
    """Return the states as CSV or Parquet, one row a holder; lists of reasons join with `|`."""
    file = BytesIO()
    frame = _frame(states)
    if kind == "parquet":
        frame.write_parquet(file, compression="zstd")
    else:
        frame.write_csv(file)
    return file.getvalue()


def _frame(states: Iterable[HolderState]) -> "pl.DataFrame":
    import polars as pl

    rows = [{**_row(state), "reasons": "|".join(_row(state)["reasons"])} for state in states]
    schema = {
        "holder": pl.String,
        "certification": pl.String,
        "merchant": pl.String,
        "holds": pl.Boolean,
        "status": pl.String,
        "until": pl.String,
        "again_from": pl.String,
        "reasons": pl.String,
        "text_en": pl.String,
        "text_zh": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema)
    return frame.with_columns(pl.col("until", "again_from").str.to_date("%Y-%m-%d"))
