"""The result of a dispatch for people and programs: a report, JSON, and a file of assignments."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Language
from steelyard.programme.dispatch.model import (
    SHARE_DECIMALS,
    UNSERVED,
    Agents,
    Dispatch,
    Floor,
    Inquiries,
)
from steelyard.report.json import to_text
from steelyard.report.wording.layout import columns
from steelyard.report.wording.messages import say

_PERCENT = 10**4  # shares in hundredths of a percent, rounded down


@dataclass(frozen=True, slots=True)
class Numbers:
    """The counts of a dispatch: every row is served, unserved for a reason, or rejected."""

    rows: int
    served: int
    unserved: Mapping[str, int]
    rejected: int
    groups: tuple[int, ...]
    agents: tuple[int, ...]
    waiting: int
    minutes: int
    longest: int

    @property
    def reconciles(self) -> bool:
        """Whether every row is in exactly one place."""
        return self.rows == self.served + sum(self.unserved.values()) + self.rejected


def numbers_of(dispatch: Dispatch, inquiries: Inquiries) -> Numbers:
    """Return the counts of a dispatch; raise `RuntimeError` if they do not add up."""
    served = [one for one in dispatch.assignments if one.agent is not None]
    groups = Counter(one.agent.group for one in served if one.agent is not None)
    agents = Counter(agent.group for agent in dispatch.agents)
    reasons = Counter(one.reason for one in dispatch.assignments if one.reason is not None)
    waits = [one.waiting for one in served if one.waiting]
    size = range(len(dispatch.policy.groups))
    numbers = Numbers(
        rows=len(inquiries.inquiries) + len(inquiries.rejects),
        served=len(served),
        unserved={reason: reasons[reason] for reason in UNSERVED},
        rejected=len(inquiries.rejects),
        groups=tuple(groups[number] for number in size),
        agents=tuple(agents[number] for number in size),
        waiting=len(waits),
        minutes=sum(waits),
        longest=max(waits, default=0),
    )
    if not numbers.reconciles:
        raise RuntimeError("the inquiries do not add up")
    return numbers


def percent(part: int, total: int) -> str:
    """Return a share as a percentage with two decimals, rounded down."""
    return f"{format_scaled(part * _PERCENT // total if total else 0, 2)}%"


def report_text(
    dispatch: Dispatch, inquiries: Inquiries, agents: Agents, language: Language
) -> str:
    """Return the report for people."""
    numbers, policy = numbers_of(dispatch, inquiries), dispatch.policy
    floors = {floor.group: floor for floor in dispatch.floors}
    keys = ("group", "agents", "served", "share", "min")
    rows = [[say(f"dispatch.column.{key}", language) for key in keys]]
    for number, group in enumerate(policy.groups):
        served, least = numbers.groups[number], "—"
        if number in floors:
            least = f"{format_scaled(group.min_share, SHARE_DECIMALS - 2, trim=True)}%"
        share = percent(served, numbers.served)
        row = [group.title.of(language), str(numbers.agents[number]), str(served), share, least]
        rows.append(row)
    head = {"policy": policy.title.of(language), "day": inquiries.day.isoformat()}
    lines = [say(f"dispatch.head.{dispatch.mode}", language, **head), ""]
    lines += columns(rows, "lrrrr", head=1)
    lines += _floor_lines(dispatch, language)
    lines += ["", *_count_lines(numbers, agents, language)]
    if dispatch.bound is not None:
        parts = {"value": str(dispatch.value), "bound": str(dispatch.bound)}
        key = "optimal" if dispatch.value == dispatch.bound else "bound"
        lines.append(say(f"dispatch.{key}", language, **parts))
    else:
        lines.append(say("dispatch.value", language, value=str(dispatch.value)))
    if policy.illustrative:
        lines.append(say("dispatch.illustrative", language))
    return "".join(f"{line}\n" for line in lines)


def _floor_lines(dispatch: Dispatch, language: Language) -> Iterable[str]:
    for floor in dispatch.floors:
        if floor.served < floor.wanted:
            group = dispatch.policy.groups[floor.group].title.of(language)
            parts = {"group": group, "wanted": str(floor.wanted), "served": str(floor.served)}
            yield say(f"dispatch.short.{dispatch.mode}", language, **parts)


def _count_lines(numbers: Numbers, agents: Agents, language: Language) -> list[str]:
    unserved = sum(numbers.unserved.values())
    parts = {
        "rows": numbers.rows,
        "served": numbers.served,
        "unserved": unserved,
        "rejected": numbers.rejected,
    }
    lines = [say("dispatch.counts", language, **{key: str(n) for key, n in parts.items()})]
    for reason, count in numbers.unserved.items():
        if count:
            text = say(f"dispatch.unserved.{reason}", language)
            lines.append(f"    {count}  {text}")
    waits = {"waiting": numbers.waiting, "minutes": numbers.minutes, "longest": numbers.longest}
    lines.append(say("dispatch.waiting", language, **{key: str(n) for key, n in waits.items()}))
    if agents.rejects:
        lines.append(say("dispatch.agents.rejected", language, count=str(len(agents.rejects))))
    if agents.warnings:
        lines.append(say("dispatch.agents.expired", language, count=str(len(agents.warnings))))
    return lines


def report_json(dispatch: Dispatch, inquiries: Inquiries, agents: Agents) -> str:
    """Return the report as JSON."""
    numbers, policy = numbers_of(dispatch, inquiries), dispatch.policy
    floors = {floor.group: floor for floor in dispatch.floors}
    return to_text(
        {
            "policy": policy.id,
            "day": inquiries.day.isoformat(),
            "mode": dispatch.mode,
            "counts": {
                "rows": numbers.rows,
                "served": numbers.served,
                "unserved": dict(numbers.unserved),
                "rejected": numbers.rejected,
            },
            "groups": [
                {
                    "id": group.id,
                    "agents": numbers.agents[number],
                    "served": numbers.groups[number],
                    "floor": _floor_json(floors.get(number)),
                }
                for number, group in enumerate(policy.groups)
            ],
            "waiting": {
                "inquiries": numbers.waiting,
                "minutes": numbers.minutes,
                "longest": numbers.longest,
            },
            "agents": {"rejected": len(agents.rejects), "expired": len(agents.warnings)},
            "value": dispatch.value,
            "bound": dispatch.bound,
        }
    )


def _floor_json(floor: Floor | None) -> dict[str, Any] | None:
    if floor is None:
        return None
    return {"wanted": floor.wanted, "kept": floor.served >= floor.wanted}


def rows_of(dispatch: Dispatch, inquiries: Inquiries) -> list[dict[str, Any]]:
    """Return a row for each row of the inquiries, in the order of their ids, rejected ones last."""
    policy = dispatch.policy
    rows = [
        {
            "inquiry": one.inquiry.id,
            "status": "unserved" if one.agent is None else "served",
            "agent": None if one.agent is None else one.agent.id,
            "merchant": None if one.agent is None else one.agent.merchant,
            "group": None if one.agent is None else policy.groups[one.agent.group].id,
            "waiting_minutes": None if one.agent is None else one.waiting,
            "value": None if one.agent is None else one.value,
            "reason": one.reason,
            "row": None,
        }
        for one in dispatch.assignments
    ]
    rows.sort(key=lambda row: str(row["inquiry"]))
    empty = dict.fromkeys(("agent", "merchant", "group", "waiting_minutes", "value"))
    rejected = [
        {
            "inquiry": reject.id,
            "status": "rejected",
            **empty,
            "reason": "|".join(dict.fromkeys(problem.code for problem in reject.problems)),
            "row": reject.number,
        }
        for reject in inquiries.rejects
    ]
    return rows + rejected


def assignments_bytes(dispatch: Dispatch, inquiries: Inquiries, kind: str) -> bytes:
    """Return the assignments as `csv`, `parquet` or `jsonl`."""
    import polars as pl

    schema = {
        "inquiry": pl.String,
        "status": pl.String,
        "agent": pl.String,
        "merchant": pl.String,
        "group": pl.String,
        "waiting_minutes": pl.Int64,
        "value": pl.Int64,
        "reason": pl.String,
        "row": pl.Int64,
    }
    frame = pl.DataFrame(rows_of(dispatch, inquiries), schema=schema)
    file = BytesIO()
    if kind == "parquet":
        frame.write_parquet(file, compression="zstd")
    elif kind == "jsonl":
        frame.write_ndjson(file)
    else:
        frame.write_csv(file)
    return file.getvalue()
