"""Who is in the part of a rollout: everybody who hashes below the share, and nobody else."""

from hashlib import sha256
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.model.rollout import MILLION, Rollout, is_member, members

names = st.text(max_size=20)
salts = st.text(min_size=1, max_size=12)
shares = st.integers(0, MILLION)
MANY = [f"shop-{number:06}" for number in range(100_000)]


def rollout(share: int, salt: str = "2026-upgrade") -> Rollout:
    return Rollout("tea@2", share, salt)


@given(st.lists(names, max_size=30), salts, shares)
def test_many_names_are_members_as_each_of_them_is(merchants, salt, share):
    one = rollout(share, salt)
    assert members(one, merchants) == [is_member(one, name) for name in merchants]


@given(names, salts, shares)
def test_the_definition_is_in_whole_numbers(name, salt, share):
    first = sha256(salt.encode() + b"\0" + name.encode()).digest()[:8]
    assert is_member(rollout(share, salt), name) == (
        int.from_bytes(first, "big") * 10**6 < share * 2**64
    )


@given(names, salts, shares, shares)
def test_a_wider_share_only_adds_merchants(name, salt, one, other):
    least, most = sorted((one, other))
    assert is_member(rollout(least, salt), name) <= is_member(rollout(most, salt), name)


@given(st.lists(names, max_size=30), salts)
def test_a_share_of_nothing_is_nobody_and_a_whole_share_is_everybody(merchants, salt):
    assert not any(members(rollout(0, salt), merchants))
    assert all(members(rollout(MILLION, salt), merchants))


@given(salts, shares, st.booleans())
def test_neither_shadow_nor_version_moves_a_merchant(salt, share, shadow):
    few = MANY[:50]
    other = Rollout("petcare@9", share, salt, shadow)
    assert members(rollout(share, salt), few) == members(other, few)


@pytest.mark.parametrize(
    ("share", "salt", "count"),
    [
        (0, "2026-upgrade", 0),
        (1, "2026-upgrade", 0),
        (10_000, "2026-upgrade", 1033),
        (100_000, "2026-upgrade", 10_099),
        (100_000, "another", 9969),
        (500_000, "2026-upgrade", 50_088),
        (999_999, "2026-upgrade", 100_000),
        (MILLION, "2026-upgrade", 100_000),
    ],
)
def test_the_part_is_close_to_the_share(share, salt, count):
    """The exact counts are pinned, as the hash is for ever; each is within four deviations."""
    assert sum(members(rollout(share, salt), MANY)) == count
    expected = share / 10
    deviation = (expected * (1 - share / MILLION)) ** 0.5
    assert abs(count - expected) <= 4 * deviation


def test_known_members():
    """Pinned one by one, for whoever writes the hash in another language."""
    one = rollout(100_000)
    assert [name for name in MANY[:40] if is_member(one, name)] == [
        "shop-000002",
        "shop-000005",
        "shop-000007",
        "shop-000011",
        "shop-000013",
        "shop-000014",
        "shop-000017",
        "shop-000019",
        "shop-000030",
        "shop-000032",
        "shop-000038",
    ]
    assert [
        name for name in ("随心", "小树苗", "café", "") if is_member(rollout(500_000), name)
    ] == ["随心", "café", ""]


def test_a_million_names_take_a_second_or_two():
    started = perf_counter()
    members(rollout(100_000), MANY * 10)
    assert perf_counter() - started < 10  # a slow machine, with other work; usually below one
