"""Pet care advisor (爱宠顾问): a licensed person on duty, judged month by month.

A month's chat figures are judged from a day of the month after (the 20th): until then, the month
before it holds. So the month in force is the latest whose end lies at least that many days back.
"""

from collections.abc import Callable
from datetime import date

from steelyard.plugin import (
    Award,
    Claims,
    Expression,
    ItemContext,
    ItemType,
    Text,
    choose,
    days_between,
    require,
)


def build(item: ItemContext) -> Award:
    """Return the award: licensed, on duty, and the month in force good enough."""
    figure = _month_in_force(item)
    opens, closes = item.parameters["on_duty"]
    return Award(
        points=item.points(item.number("points")),
        requirements=(
            require(
                "licensed",
                _licensed_people(item) >= 1,
                Text("A licensed vet or nutritionist by real name", "有实名持证的兽医师或营养师"),
                remedy=Text("Register a valid licence.", "登记有效的执业证书。"),
            ),
            require(
                "on-duty",
                (item.fact("petcare.advice_from_hour") <= opens)
                & (item.fact("petcare.advice_to_hour") >= closes),
                Text("Online through the hours of duty", "服务时段在线"),
            ),
            require(
                "satisfaction",
                figure("satisfaction") >= item.number("min_satisfaction"),
                Text("Chat satisfaction of the month in force", "考核月旺旺满意度"),
                assessed=figure("ratings") >= item.number("min_ratings"),
            ),
            require(
                "response",
                figure("response_3min_share") >= item.number("min_response"),
                Text("Answers within 3 minutes in the month in force", "考核月3分钟人工响应率"),
                assessed=figure("turns") >= item.number("min_turns"),
            ),
        ),
    )


def _licensed_people(item: ItemContext) -> Expression:
    advisors = item.records("petcare.advisors")
    today = item.as_of()
    return advisors.count(
        advisors.field("holder_match")
        & (advisors.field("valid_from") <= today)
        & (today <= advisors.field("valid_to"))
    )


def _month_in_force(item: ItemContext) -> Callable[[str], Expression]:
    checks = item.records("petcare.monthly_checks")
    month_end = checks.field("month_end")
    judged = days_between(month_end, item.as_of()) >= item.number("check_day")
    latest = checks.maximum(choose(judged, month_end, date.min), empty=date.min.toordinal())
    in_force = judged & (month_end == latest)

    def figure(name: str) -> Expression:
        """Return a figure of the month in force; 0 where no month has been judged yet."""
        return checks.sum(choose(in_force, checks.field(name), 0))

    return figure


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}

ITEM_TYPE = ItemType(
    name="petcare/certified-advisor",
    title=Text("Pet care advisor", "爱宠顾问"),
    summary=Text(
        "Points for a licensed vet or nutritionist on duty, with a monthly check of chat figures.",
        "持证兽医师或营养师在线服务，并按月考核客服数据，达标时加分。",
    ),
    parameters={
        "min_satisfaction": {
            "description": "The least chat satisfaction of the month.",
            "description_zh": "当月旺旺满意度下限。",
            **_SHARE,
        },
        "min_ratings": {
            "description": "With fewer ratings in the month, satisfaction is not assessed.",
            "description_zh": "当月评价数少于此值时，不考核满意度。",
            "type": "integer",
            "minimum": 1,
            "default": 30,
        },
        "min_response": {
            "description": "The least share answered in 3 minutes.",
            "description_zh": "3 分钟人工响应率下限。",
            **_SHARE,
        },
        "min_turns": {
            "description": "With fewer turns in the month, answers are not assessed.",
            "description_zh": "当月咨询轮次少于此值时，不考核响应率。",
            "type": "integer",
            "minimum": 1,
            "default": 100,
        },
        "on_duty": {
            "description": "[from, to], hours of the day in which an advisor must be online.",
            "description_zh": "[开始, 结束]，每天顾问须在线的时段（整点）。",
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 24},
            "minItems": 2,
            "maxItems": 2,
        },
        "check_day": {
            "description": "The day of a month from which the month before it is judged.",
            "description_zh": "每月从几日起考核上月数据。",
            "type": "integer",
            "minimum": 1,
            "maximum": 28,
            "default": 20,
        },
        "points": {
            "description": "The points given.",
            "description_zh": "满足要求时的分值。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("min_satisfaction", "min_response", "on_duty", "points"),
    build=build,
    claims=Claims(
        max_points=lambda item: item.number("points"),
        monotone={"petcare.advice_from_hour": "down", "petcare.advice_to_hour": "up"},
    ),
    example="""\
id: certified-advisor
type: petcare/certified-advisor
title: {en: Pet care advisor, zh: 爱宠顾问}
with: {min_satisfaction: 0.80, min_response: 0.90, on_duty: [10, 20], points: 0.06}
illustrative: true
""",
)
