"""Items and deductions by their outcomes, badges and benefits by who gets or loses them."""

from collections.abc import Iterable

from steelyard.dry_run.impact.model import Impact, PartCount, Rewarded
from steelyard.dry_run.report.page.markup import Markup, Node, data_table, folded, section, tag
from steelyard.dry_run.report.page.numbers import changed, count, exact, signed_count
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say


def parts_section(impact: Impact, language: Language) -> Markup:
    """Return the section on items: those with other outcomes first, the rest folded."""
    moved = [one for one in impact.parts if dict(one.before) != dict(one.after)]
    still = [one for one in impact.parts if one not in moved]
    caption = say("impact.page.parts.table", language)
    same = say("impact.page.parts.same", language, count=str(len(still)))
    return section(
        "items",
        say("impact.page.parts", language),
        tag("p", say("impact.page.parts.text", language)),
        _outcomes(moved, caption, language) if moved else None,
        folded(same, _outcomes(still, same, language)) if still else None,
    )


def _outcomes(parts: Iterable[PartCount], caption: str, language: Language) -> Markup:
    chosen = list(parts)
    heads = [say("impact.page.column.part", language), say("impact.page.column.kind", language)]
    outcomes = [
        one
        for one in ITEM_OUTCOMES
        if any(part.before.get(one) or part.after.get(one) for part in chosen)
    ]
    heads += [say(f"impact.page.outcome.{one}", language) for one in outcomes]
    rows = [
        (
            part.title.of(language),
            say(f"impact.page.kind.{part.kind}", language),
            *(_pair(part.before.get(one, 0), part.after.get(one, 0)) for one in outcomes),
        )
        for part in chosen
    ]
    return data_table(caption, heads, rows, texts=2)


def _pair(before: int, after: int) -> Node:
    if before == after:
        return tag("span", count(before), class_="same")
    return tag("span", count(before), tag("span", " → ", class_="arrow"), tag("b", count(after)))


def rewards_section(impact: Impact, language: Language) -> Markup | None:
    """Return the section on badges and benefits; nothing where there are none."""
    if not impact.rewards:
        return None
    heads = ("reward", "kind", "had", "have", "gained", "lost", "cost_before", "cost_after")
    return section(
        "rewards",
        say("impact.page.rewards", language),
        data_table(
            say("impact.page.rewards.table", language),
            [say(f"impact.page.column.{head}", language) for head in heads],
            [_reward(one, language) for one in impact.rewards],
            texts=2,
        ),
    )


def _reward(one: Rewarded, language: Language) -> tuple[Node, ...]:
    money = one.cost
    costs = ("—", "—")
    if money is not None:
        costs = tuple(f"{exact(side)} {money.currency}" for side in (money.before, money.after))
    return (
        one.title.of(language),
        say(f"impact.page.kind.{one.kind}", language),
        count(one.before),
        count(one.after),
        changed(one.gained, signed_count(one.gained)),
        changed(-one.lost, signed_count(-one.lost)),
        *costs,
    )
