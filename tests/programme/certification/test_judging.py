"""The state of a holder: certificate, monthly check, grace, appeal, end, cooldown.

Golden values of the published rule: satisfaction of at least 80 % not assessed under 30 ratings,
answers in 3 minutes of at least 90 % not assessed under 100 turns, checked on the 20th.
"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.book import read_book
from steelyard.programme.certification import judge, read_certifications
from steelyard.programme.certification.model import Holder
from steelyard.programme.certification.text import state_text

BOOK = read_certifications(read_book(Path("rulesets")))
GOOD = {
    "chat.ratings": 64,
    "chat.satisfaction": 8000,
    "chat.turns": 800,
    "chat.response_3min_share": 9000,
    "training.hours": 8,
}
VET = Holder(
    id="li",
    certification="pet-advisor",
    industry="petcare",
    merchant="warm-paws",
    certificate_type="licensed-veterinarian",
    identity_match=True,
    valid_from=date(2024, 1, 1),
    valid_to=date(2027, 12, 31),
    since=date(2026, 2, 3),
    measured_to=date(2026, 5, 31),
    failed_checks=0,
    appeal="none",
    appealed_on=None,
    ended_on=None,
    facts=GOOD,
)
NURSE = replace(
    VET,
    certification="maternity-advisor",
    industry="maternity",
    certificate_type="maternal-nurse",
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def state(holder: Holder, on: str) -> tuple[str, str, str]:
    """Return the status, the last sure day, and the day from which it may hold again."""
    found = judge(holder, BOOK, day(on))
    return found.status, str(found.until or "—"), str(found.again_from or "—")


def facts(**changed: int | None) -> dict[str, int]:
    names = {name.replace(".", "_"): name for name in GOOD}
    found = {**GOOD, **{names[key]: value for key, value in changed.items()}}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, "holds"),
        ({"chat_satisfaction": 7999}, "suspended"),
        ({"chat_satisfaction": 7999, "chat_ratings": 30}, "suspended"),
        ({"chat_satisfaction": 7999, "chat_ratings": 29}, "holds"),
        ({"chat_response_3min_share": 8999, "chat_turns": 100}, "suspended"),
        ({"chat_response_3min_share": 0, "chat_turns": 99}, "holds"),
        ({"chat_satisfaction": None}, "suspended"),
        ({"chat_ratings": None}, "suspended"),
        ({"chat_satisfaction": None, "chat_ratings": 29}, "holds"),
    ],
)
def test_the_check_of_the_published_rule(changed, status):
    holder = replace(VET, facts=facts(**changed))
    assert judge(holder, BOOK, day("2026-06-20")).status == status


def test_last_months_failure_loses_the_badge_on_the_20th():
    holder = replace(VET, facts=facts(chat_satisfaction=7900))
    assert state(holder, "2026-06-01") == ("holds", "2026-06-19", "—")
    assert state(holder, "2026-06-19") == ("holds", "2026-06-19", "—")
    assert state(holder, "2026-06-20") == ("suspended", "2026-07-19", "2026-07-20")
    assert state(holder, "2026-07-19") == ("suspended", "2026-07-19", "2026-07-20")
    assert state(holder, "2026-07-20") == ("not_measured", "—", "—")


def test_a_pass_holds_until_the_check_after_the_next():
    assert state(VET, "2026-06-01") == ("holds", "2026-07-19", "—")
    assert state(VET, "2026-06-20") == ("holds", "2026-07-19", "—")
    assert state(VET, "2026-07-20") == ("not_measured", "—", "—")


def test_the_check_of_january_judges_december():
    holder = replace(VET, measured_to=day("2026-12-31"))
    assert state(holder, "2027-01-20") == ("holds", "2027-02-19", "—")
    assert state(holder, "2026-12-31") == ("holds", "2027-02-19", "—")


def test_a_certificate_ends_with_and_without_grace():
    vet, nurse = (replace(one, valid_to=day("2026-06-30")) for one in (VET, NURSE))
    assert state(vet, "2026-06-30") == ("holds", "2026-06-30", "—")
    assert state(vet, "2026-07-01") == ("expired", "—", "—")
    assert state(nurse, "2026-06-30") == ("holds", "2026-07-19", "—")
    assert state(nurse, "2026-07-01") == ("grace", "2026-07-19", "—")
    late = replace(nurse, measured_to=day("2026-06-30"))
    assert state(late, "2026-07-30") == ("grace", "2026-07-30", "—")
    assert state(late, "2026-07-31") == ("expired", "—", "—")


def test_a_failed_check_has_its_grace():
    holder = replace(NURSE, facts=facts(training_hours=7))
    assert state(holder, "2026-06-19") == ("holds", "2026-06-24", "—")
    assert state(holder, "2026-06-24") == ("grace", "2026-06-24", "—")
    assert state(holder, "2026-06-25") == ("suspended", "2026-07-19", "2026-07-20")


@pytest.mark.parametrize(
    ("kind", "appeal", "appealed", "status"),
    [
        (VET, "pending", "2026-06-21", "suspended"),
        (NURSE, "pending", "2026-06-21", "appealing"),
        (NURSE, "pending", "2026-06-27", "appealing"),
        (NURSE, "pending", "2026-06-28", "suspended"),
        (VET, "upheld", "2026-06-21", "holds"),
        (VET, "upheld", "2026-06-28", "suspended"),
        (VET, "rejected", "2026-06-21", "suspended"),
        (VET, "upheld", "2026-07-01", "suspended"),
    ],
)
def test_an_appeal_in_time_counts(kind, appeal, appealed, status):
    holder = replace(
        kind, facts=facts(chat_satisfaction=0), appeal=appeal, appealed_on=day(appealed)
    )
    assert judge(holder, BOOK, day("2026-06-28")).status == status


def test_the_third_failed_check_ends_the_certification():
    holder = replace(VET, facts=facts(chat_satisfaction=0))
    assert state(replace(holder, failed_checks=1), "2026-06-20")[0] == "suspended"
    ended = state(replace(holder, failed_checks=2), "2026-06-20")
    assert ended == ("ended", "—", "2026-09-18")


def test_an_ended_certification_can_be_given_again_after_its_cooldown():
    holder = replace(VET, ended_on=day("2026-03-01"), measured_to=day("2026-05-31"))
    assert state(holder, "2026-06-20") == ("ended", "—", "2026-05-30")
    assert state(replace(holder, since=day("2026-05-29")), "2026-06-20")[0] == "ended"
    assert state(replace(holder, since=day("2026-05-30")), "2026-06-20")[0] == "holds"
    assert state(holder, "2026-02-28")[0] == "holds"


@pytest.mark.parametrize(
    "changed",
    [{"industry": "beauty"}, {"certificate_type": "driver"}, {"identity_match": False}],
)
def test_who_may_not_hold_it(changed):
    assert state(replace(VET, **changed), "2026-06-20") == ("not_eligible", "—", "—")


def test_a_newcomer_waits_for_the_first_full_month():
    holder = replace(VET, since=day("2026-05-02"), measured_to=None, facts={})
    assert state(replace(holder, since=day("2026-06-25")), "2026-06-20")[0] == "not_yet"
    assert state(holder, "2026-06-20") == ("holds", "2026-07-19", "—")
    assert state(replace(holder, since=day("2026-05-01")), "2026-06-20")[0] == "not_measured"


def test_a_failure_before_these_values_holds_until_they_are_checked():
    holder = replace(VET, failed_checks=1)
    assert state(holder, "2026-06-19") == ("suspended", "2026-06-19", "2026-06-20")
    assert state(holder, "2026-06-20") == ("holds", "2026-07-19", "—")


def test_earlier_names_are_known():
    found = BOOK.find("pet-consultation")
    assert found is not None
    assert found.id == "pet-advisor"


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
holders = st.builds(
    replace,
    st.sampled_from([VET, NURSE]),
    since=days,
    valid_to=days,
    measured_to=st.none() | days,
    failed_checks=st.integers(0, 3),
    appeal=st.sampled_from(["none", "pending", "upheld", "rejected"]),
    appealed_on=days,
    ended_on=st.none() | days,
    facts=st.fixed_dictionaries({}, optional={
        "chat.ratings": st.integers(0, 60), "chat.satisfaction": st.integers(0, 10000),
        "chat.turns": st.integers(0, 200), "chat.response_3min_share": st.integers(0, 10000),
        "training.hours": st.integers(0, 16),
    }),
)  # fmt: skip


@given(holders, days)
def test_every_holder_has_a_state_with_reasons_in_both_languages(holder, on):
    found = judge(holder, BOOK, on)
    for language in ("en", "zh"):
        assert state_text(found, language)
        assert "{" not in state_text(found, language)
    if found.holds:
        assert found.until is not None
        assert found.until >= on


@given(holders, days, st.integers(0, 40))
def test_a_state_that_holds_does_so_until_its_last_sure_day(holder, on, later):
    """Nothing but the passing of days ends it before; an appeal of a later day is not known yet."""
    found = judge(replace(holder, appeal="none", ended_on=None), BOOK, on)
    if found.holds and found.until is not None:
        last = min(found.until, on + timedelta(days=later))
        assert judge(found.holder, BOOK, last).holds


@given(holders, days, st.sampled_from(sorted(GOOD)))
def test_a_fact_that_is_left_out_never_makes_it_hold(holder, on, name):
    without = {key: value for key, value in holder.facts.items() if key != name}
    if judge(replace(holder, facts=without), BOOK, on).holds:
        assert judge(holder, BOOK, on).holds
