"""Texts of the gallery page by shape number: themes, descriptions, syntax, exclusions."""

from dataclasses import dataclass

COUNT = 51

THEMES = {
    1: "From a fact to points",
    5: "Shares and small samples",
    9: "People, enrolment, coverage",
    12: "Caps and groups",
    18: "Dependencies between rules",
    21: "Deductions",
    25: "Time, stages, exemptions",
    33: "Peers, kinds of merchants, combinations",
    39: "Uses of a score, and changes of rules",
    44: "Calculations of one's own",
    46: "Calendars",
    47: "Lists of records",
}

SUMMARIES = {
    1: "One condition gives a fixed number of points, the same for every merchant.",
    2: "Bands of a value, from best to worst. The first band that matches gives the score.",
    3: "Each whole unit of a count gives the same points, up to a maximum.",
    4: "Straight lines between given points, constant beyond both ends. There are no jumps.",
    5: "With too few cases, a requirement is skipped, an item is not assessed, or a metric has a "
    "fixed score.",
    6: "With few orders and few bad events, a metric has a fixed score.",
    7: "Every merchant starts with 40 assumed sessions, 30 of them good. So a few real sessions "
    "change the share only a little.",
    8: "The merchant fails only if both the rate and the count of bad events are over the limit.",
    9: "Points per person with a valid certificate in their own name. A violation blocks the item.",
    10: "A service gives points only after some days, and only if it is used.",
    11: "Points for the share of eligible orders that a service covers, with a minimum count.",
    12: "The time window of the fact is the period. The cap of the item limits its points.",
    13: "A bonus inside a dimension, before the dimension's cap.",
    14: "The range limits the score. The report shows the points above the maximum as lost.",
    15: "Several small services add up, but only to the cap. It cuts the last item first.",
    16: "Only the best of several alternatives counts. Of equal ones, the first counts.",
    17: "Only the best N items of a group count.",
    18: "An item counts only if a score or another item is good enough.",
    19: "A badge without points, given if every condition is true.",
    20: "An event blocks items: while it lasts, for some days, or forever.",
    21: "Each violation costs points, up to a cap per kind. A severe kind costs points only once.",
    22: "Each repeated violation costs more than the one before, by severity.",
    23: "Penalty points add up until a fixed date, when they start again from zero.",
    24: "Old violations count less, and later not at all.",
    25: "Orders that are too recent to judge are left out.",
    26: "With few orders, the rule uses a longer time window.",
    27: "A merchant fails only if several of the last N months were bad.",
    28: "The result changes on one fixed day of the month only.",
    29: "During a campaign, a scene adds, overrides and removes rules.",
    30: "In given regions and on given dates, some metrics do not count.",
    31: "A new merchant has a fixed score and rules of its own.",
    32: "A guarantee shows a higher score than the computed one, for a limited time.",
    33: "Bands of the merchant's percentile among its peers, which is a fact.",
    34: "A general ruleset, and rulesets that override it by industry and shop type.",
    35: "The merchant's sales decide which of two limits applies.",
    36: "Several metrics can deduct points, but only the largest deduction counts.",
    37: "Each class of observations has its own weight.",
    38: "Decisions of staff are records. They can hide a score or limit it.",
    39: "A curve transforms the score, which is rounded up once. Tiers turn it into stars.",
    41: "The score of a service agent is a weight for assigning chats.",
    42: "A new version keeps the old rule for conduct before its first day.",
    43: "An item gets a new id and keeps the old one as an alias. Another item ends.",
    44: "A named value is calculated once, and read by a metric, a badge and people like a fact.",
    45: "A base, a metric, a bonus and a deduction that are calculated, each in a proved range.",
    46: "Time is counted in working days, by a calendar with holidays, or from the start of a "
    "quarter.",
    47: "Different values of a field are counted: technicians instead of their repairs.",
    48: "Every record of one list has records of another one that belong to it, related by an id.",
    49: "A limit for each group of records; and points for each group, with a limit, added up.",
    50: "The last records by their day, and the best ones by their value.",
    51: "The longest run of days on which something holds; the largest sum of 7 days in a row.",
}

HOW = {
    1: "`core/flat`",
    2: "a metric's `bands`",
    3: "`core/per-unit`",
    4: "a metric's `curve`",
    5: "`assessed`, `gate`, a metric's `sample`",
    6: "a metric's `small_sample`",
    7: "`core/flat`, arithmetic in its `when`",
    8: "`core/count-tolerance`",
    9: "`core/certified-staff`, a veto",
    10: "`core/enrolment`",
    11: "`core/coverage`",
    12: "`cap` of an item",
    13: "`cap` of a dimension",
    14: "`range` of the score",
    15: "a group with `cap`",
    16: "a group, `combine: best`",
    17: "a group, `combine: best_n`",
    18: "`requires`, `score.…`, `item[…].awarded`",
    19: "a badge",
    20: "`vetoes`",
    21: "`core/per-unit` with `max`, as a deduction",
    22: "`core/steps`, as a deduction",
    23: "records counted since a date",
    24: "records by their age",
    25: "records by their age",
    26: "`? :` between two facts",
    27: "records counted",
    28: "an item type of a plugin",
    29: "a scene",
    30: "`exemptions`",
    31: "`small_sample`, a gate, a badge",
    32: "`base: reported`, `core/flat`",
    33: "`bands` over a computed fact",
    34: "`selects`, `extends`",
    35: "`scope` of metrics",
    36: "a group of deductions, `combine: best`",
    37: "arithmetic in a `when`",
    38: "a gate and `core/curve` over records",
    39: "`curve`, `rounding`, `tiers`",
    41: "a score of its own, with `range`",
    42: "versions, and dates in a `when`",
    43: "`aliases`, `retire`",
    44: "`values`, `fact: value.…`",
    45: "`core/formula`, `formula` of metrics and of the base",
    46: "`working_days`, `start_of`, a calendar",
    47: "`map(…).distinct().size()`",
    48: "a test over one list inside a test over another",
    49: "`groupBy`",
    50: "`sortBy`, `last`",
    51: "`longestRun`, `windows`",
}


@dataclass(frozen=True, slots=True)
class Left:
    """A shape that the gallery does not contain, with the reason."""

    title: str
    scheme: str
    reason: str


OUT_OF_SCOPE = {
    40: Left(
        "Leaderboard",
        "Taobao 好服务榜单",
        "a score depends on one merchant only, but a leaderboard compares many at one moment. "
        "Sort the [columns of results](results.md); use a badge (shape 19) for the merchants that "
        "may enter.",
    ),
}
