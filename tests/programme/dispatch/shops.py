"""Small dispatches for tests: a policy, agents, inquiries, and Hypothesis strategies of them."""

from datetime import date

from hypothesis import strategies as st

from steelyard.model.texts import Text
from steelyard.programme.dispatch.model import (
    SCORE_DECIMALS,
    SHARE_DECIMALS,
    Agent,
    Agents,
    Group,
    Inquiries,
    Inquiry,
    Policy,
)

DAY = date(2026, 6, 1)
TITLE = Text("T", "题")


def policy(*shares: int, weights: tuple[int, ...] = (50, 30, 10), **changed) -> Policy:
    """Return a policy of three groups with min shares in percent."""
    percent = 10 ** (SHARE_DECIMALS - 2)
    groups = tuple(
        Group(f"g{n}", TITLE, weight, min_share=share * percent)
        for n, (weight, share) in enumerate(zip(weights, shares or (0, 0, 0), strict=True))
    )
    values = {
        "id": "p", "title": TITLE, "illustrative": False, "skills": ("a", "b"), "groups": groups,
        "score_weight": 10, "score_above": 3 * 10**SCORE_DECIMALS, "max_minutes": 30,
        "step_minutes": 10, "step_cost": 2, "salt": "s",
    } | changed  # fmt: skip
    return Policy(**values)


def agent(name: str, group: int = 0, capacity: int = 1, **changed) -> Agent:
    values = {
        "merchant": "m", "value": (50, 30, 10)[group], "skills": ("a",), "languages": ("zh",),
        "start": 540, "end": 1080,
    } | changed  # fmt: skip
    return Agent(id=name, group=group, capacity=capacity, **values)


def inquiry(name: str, minute: int = 600, language: str = "zh", skill: str = "a") -> Inquiry:
    return Inquiry(name, minute, language, skill)


def inquiries(*listed: Inquiry) -> Inquiries:
    return Inquiries(DAY, tuple(sorted(listed, key=lambda one: (one.minute, one.id))), ())


def agents(*listed: Agent) -> Agents:
    return Agents(tuple(sorted(listed, key=lambda one: one.id)), (), ())


_names = st.lists(st.sampled_from("ab"), min_size=1, max_size=2, unique=True).map(
    lambda names: tuple(sorted(names))
)
_agents = st.builds(
    lambda number, group, extra, **rest: agent(
        f"a{number}", group, value=(50, 30, 10)[group] + extra, **rest
    ),
    st.integers(0, 10**6),
    st.integers(0, 2),
    st.integers(0, 25),
    capacity=st.integers(0, 2),
    skills=_names,
    languages=st.sampled_from([("zh",), ("en",), ("en", "zh")]),
    start=st.sampled_from([540, 600, 615]),
    end=st.sampled_from([660, 720]),
)
_inquiries = st.builds(
    lambda number, *rest: inquiry(f"q{number}", *rest),
    st.integers(0, 10**6),
    st.sampled_from([500, 590, 600, 606, 659, 700, 719]),
    st.sampled_from(["zh", "en", "yue"]),
    st.sampled_from("ab"),
)


def some_agents(size: int) -> st.SearchStrategy[Agents]:
    listed = st.lists(_agents, max_size=size, unique_by=lambda one: one.id)
    return listed.map(lambda found: agents(*found))


def some_inquiries(size: int) -> st.SearchStrategy[Inquiries]:
    listed = st.lists(_inquiries, max_size=size, unique_by=lambda one: one.id)
    return listed.map(lambda found: inquiries(*found))


some_policies = st.tuples(st.integers(0, 40), st.integers(0, 30), st.integers(0, 30)).map(
    lambda shares: policy(*shares)
)
