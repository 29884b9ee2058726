"""The shapes of the gallery by number: themes, what expresses each, what is left out."""

from dataclasses import dataclass

COUNT = 43

THEMES = {
    1: "From a fact to points",
    5: "Shares and small samples",
    9: "People, enrolment, coverage",
    12: "Caps and groups",
    18: "What hangs on something else",
    21: "Deductions",
    25: "Time, stages, exemptions",
    33: "Peers, kinds of merchants, combinations",
    39: "What is made of a score, and how rules change",
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
    23: "records counted from a day on",
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
}


@dataclass(frozen=True, slots=True)
class Left:
    """A shape that the gallery does not show, and why."""

    title: str
    scheme: str
    reason: str


OUT_OF_SCOPE = {
    40: Left(
        "Leaderboard",
        "Taobao 好服务榜单",
        "a score is of one merchant and never hangs on another; a list compares many, frozen at a "
        "moment, with a chain of keys for ties. Whoever reads the scores makes it: its keys are "
        "[columns of results](results.md), and who may enter is a "
        "[badge](#19-a-badge-by-all-conditions).",
    ),
}
