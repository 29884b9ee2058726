"""Laws of the core's item types, on random parameters and merchants."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plugins.core.evaluating import compiled, see

laws = settings(max_examples=150, deadline=None)
AS_OF = 739_700
counts = st.integers(0, 1_000_000)
small = st.integers(0, 60)
wholes = st.one_of(st.integers(1, 60), st.integers(1, 1_000_000))
shares = st.one_of(
    st.integers(0, 100).map(lambda n: Decimal(n).scaleb(-2)),
    st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-6)),
)
points = st.integers(0, 500).map(lambda n: Decimal(n).scaleb(-2))


def outcome(kind, parameters, facts):
    return see(*compiled(kind, parameters), facts, AS_OF)


def levels(kind):
    """Ascending pairs [x, points] whose points ascend too, as text."""
    return st.lists(
        st.tuples(kind, points), min_size=2, max_size=5, unique_by=lambda pair: pair[0]
    ).map(
        lambda pairs: list(
            zip(sorted(x for x, _ in pairs), sorted(y for _, y in pairs), strict=True)
        )
    )


def flow(pairs):
    return "[" + ", ".join(f"[{x}, {y}]" for x, y in pairs) + "]"


@laws
@given(part=counts | small, whole=wholes, limit=shares, small_enough=st.booleans())
def test_the_verdict_of_a_share_is_that_of_the_exact_fraction(part, whole, limit, small_enough):
    key = "at_most" if small_enough else "at_least"
    seen = outcome(
        "core/share",
        f"{{part: a.part, whole: a.whole, {key}: {limit}, points: 1}}",
        {"a.part": part, "a.whole": whole},
    )
    share = Fraction(part, whole)
    met = share <= Fraction(limit) if small_enough else share >= Fraction(limit)
    assert seen.outcome == ("awarded" if met else "not_met")


@laws
@given(bad=small, whole=wholes, limit=shares, tolerated=st.integers(0, 60))
def test_a_breach_of_tolerance_is_a_breach_of_both(bad, whole, limit, tolerated):
    seen = outcome(
        "core/count-tolerance",
        f"{{bad: a.part, whole: a.whole, max_share: {limit}, max_count: {tolerated}, points: 1}}",
        {"a.part": bad, "a.whole": whole},
    )
    breach = Fraction(bad, whole) > Fraction(limit) and bad > tolerated
    assert seen.outcome == ("not_met" if breach else "awarded")


@laws
@given(pairs=levels(shares), part=small, whole=wholes)
def test_steps_give_the_points_of_the_highest_level_that_the_exact_share_reaches(
    pairs, part, whole
):
    seen = outcome(
        "core/steps",
        f"{{part: a.part, whole: a.whole, steps: {flow(pairs)}}}",
        {"a.part": part, "a.whole": whole},
    )
    reached = [y for x, y in pairs if Fraction(part, whole) >= Fraction(x)]
    assert seen.outcome == ("awarded" if reached else "not_met")
    assert seen.points == (reached[-1] if reached else 0)


@laws
@given(pairs=levels(st.integers(0, 1000)), one=st.integers(0, 1000), other=st.integers(0, 1000))
def test_steps_and_curves_never_give_less_for_more_and_stay_in_their_range(pairs, one, other):
    low, high = sorted((one, other))
    for kind, key in (("core/steps", "steps"), ("core/curve", "knots")):
        graph, item = compiled(kind, f"{{fact: a.days, {key}: {flow(pairs)}}}")
        less, more = (see(graph, item, {"a.days": days}, AS_OF).points for days in (low, high))
        assert 0 <= less <= more <= pairs[-1][1]


@laws
@given(pairs=levels(st.integers(0, 1000)), days=st.integers(0, 1000))
def test_a_curve_is_the_exact_line_rounded_half_even(pairs, days):
    seen = outcome("core/curve", f"{{fact: a.days, knots: {flow(pairs)}}}", {"a.days": days})
    exact = Fraction(pairs[0][1] if days < pairs[0][0] else pairs[-1][1])
    start = exact
    for (left, low), (right, high) in pairwise(pairs):
        if left <= days <= right:
            start = Fraction(low)
            exact = start + Fraction(high - low) * (days - left) / (right - left)
    climbed = Fraction(round((exact - start) * 10**4), 10**4)  # round() is half-even on fractions
    assert Fraction(seen.points) == start + climbed
    assert seen.outcome == ("awarded" if exact > 0 else "not_met")


@laws
@given(pairs=levels(shares), covered=small, more=small, eligible=st.integers(1, 60))
def test_coverage_never_gives_less_for_more(pairs, covered, more, eligible):
    graph, item = compiled(
        "core/coverage", f"{{covered: a.part, eligible: a.whole, steps: {flow(pairs)}}}"
    )
    seen = [
        see(graph, item, {"a.part": part, "a.whole": eligible}, AS_OF).points
        for part in sorted((covered, more))
    ]
    assert 0 <= seen[0] <= seen[1] <= pairs[-1][1]


@laws
@given(
    days=st.integers(0, 1000),
    unit=st.integers(1, 400),
    free=st.integers(-50, 400),
    each=points,
    most=points,
)
def test_units_are_whole(days, unit, free, each, most):
    seen = outcome(
        "core/per-unit",
        f"{{fact: a.days, points_per_unit: {each}, units: {unit}, from: {free}, max: {most}}}",
        {"a.days": days},
    )
    units = max(0, (days - free) // unit)
    assert seen.points == min(units * each, most)
    assert seen.outcome == ("awarded" if units else "not_met")


_DAY = st.integers(AS_OF - 40, AS_OF + 40)
_PERSON = st.fixed_dictionaries(
    {},
    optional={
        "certificate": st.integers(0, 2),
        "holder_match": st.booleans(),
        "valid_from": _DAY,
        "valid_to": _DAY,
    },
)


@laws
@given(
    people=st.lists(_PERSON, max_size=8),
    grace=st.integers(0, 30),
    least=st.integers(1, 3),
    most=points,
)
def test_people_count_where_everything_shows_that_they_may(people, grace, least, most):
    seen = outcome(
        "core/certified-staff",
        "{records: staff.people, certificates: [vet, nutritionist], per_person: 0.5, "
        f"min_people: {least}, grace_days: {grace}, max: {most}}}",
        {"staff.people": tuple(people)},
    )
    valid = sum(
        len(person) == 4
        and person["certificate"] in (0, 1)
        and person["holder_match"]
        and person["valid_from"] <= AS_OF <= person["valid_to"] + grace
        for person in people
    )
    assert seen.outcome == ("awarded" if valid >= least else "not_met")
    assert seen.points == (min(valid * Decimal("0.5"), most) if valid >= least else 0)


@laws
@given(
    since=_DAY,
    until=st.none() | _DAY,
    days=st.integers(0, 40),
    used=st.integers(0, 3),
    least=st.integers(0, 3),
)
def test_enrolled_long_enough_still_and_in_use(since, until, days, used, least):
    facts = {"a.since": since, "a.part": used} | ({} if until is None else {"a.until": until})
    seen = outcome(
        "core/enrolment",
        f"{{since: a.since, until: a.until, min_days: {days}, used: a.part, min_used: {least}, points: 1}}",
        facts,
    )
    met = AS_OF - since >= days and (until is None or until > AS_OF) and used >= least
    assert seen.outcome == ("awarded" if met else "not_met")
