"""A bundle with a changed head or period is refused, or scores with the plans that were released."""

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.budget import search
from tests.fuzz.shop import attempt, book_in, merchants, mutated

import steelyard
from steelyard.compiler.release import release_book
from steelyard.errors import InvalidInput
from steelyard.plan.bundle import read_bundle, seal

DAYS = ("2025-12-31", "2026-01-01", "2026-06-01", "2026-11-11", "2030-01-01")
SALE = """
ruleset: sale
version: 1
title: {en: Sale, zh: 促销}
selects: {scene: sale}
effective: {from: 2026-11-01, until: 2026-11-12}
illustrative: true
items:
  - {id: open, type: core/flat, title: {en: Open, zh: 营业}, with: {points: 2}, when: shop.open}
"""
MORE = """
  - {id: good, type: core/flat, title: {en: Good, zh: 好}, with: {points: 4}, when: shop.rate > 0.5}
  - {id: near, type: core/flat, title: {en: Near, zh: 近}, with: {points: 8}, when: 'shop.area == "a"'}
  - {id: old, type: core/flat, title: {en: Old, zh: 久}, with: {points: 16}, when: 'days(shop.since, as_of) > 100'}
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The bundle of the shop book with a rollout and a scene, and its digests of plans."""
    folder = tmp_path_factory.mktemp("bundles")
    book = book_in(folder / "book")
    head = (book / "book.yaml").read_text(encoding="utf-8")
    scenes = "scenes: [{id: sale, title: {en: Sale, zh: 促销}}]\nsize: {fact: shop.orders, from: [20, 100]}\n"
    (book / "book.yaml").write_text(head + scenes, encoding="utf-8")
    (book / "sale.yaml").write_text(SALE, encoding="utf-8")
    rules = (book / "toys.yaml").read_text(encoding="utf-8")
    rules += MORE
    (book / "toys.yaml").write_text(rules, encoding="utf-8")
    later = rules.replace("version: 1", "version: 2").replace("points: 1", "points: 3")
    later = later.replace(
        "effective: {from: 2026-01-01}",
        "effective: {from: 2026-03-01}\nrollout: {share: 0.5, salt: toys}",
    )
    (book / "toys-2.yaml").write_text(later, encoding="utf-8")
    path = folder / "shops.bundle"
    path.write_bytes(release_book(book, processes=1).content)
    return path, set(read_bundle(path).lines)


_DIGIT = re.compile(rb"(?<![0-9a-f])[0-9]+(?![0-9a-f])")


def changed(source, head):
    """Return the lines with numbers changed, or with any bytes changed."""
    if source.random() < 0.4:
        return mutated(source, head)
    for _ in range(source.randint(1, 2)):
        one = source.choice(list(_DIGIT.finditer(head)))
        number = source.choice([int(one[0]) + 1, abs(int(one[0]) - 1), 0, 9, 10**19])
        head = head[: one.start()] + b"%d" % number + head[one.end() :]
    if source.random() < 0.3:
        a, b = source.sample(re.findall(rb'"[a-z_.0-9-]+"', head), 2)
        head = head.replace(a, b, 1)
    return head


def outcome(path, day, scene, rows):
    """Score one by one and as a population, which must agree; return the names of plans and scores."""
    plans = steelyard.open_plans(path, as_of=day, scene=scene)
    result = steelyard.score(rows, plans)
    assert result.rows == len(rows) == result.scores.height + result.rejects.height
    assert str(result)
    many = dict(result.scores.select("merchant", "score").iter_rows())
    found = {}
    for row in rows:
        try:
            one = steelyard.score(row, plans)
        except InvalidInput:
            assert row["merchant"] not in many
            continue
        assert one.explain()
        assert one.score == many[row["merchant"]]
        found[row["merchant"]] = (one.card.plan, one.score)
    return found


@search(2.0)
@given(seed=st.integers(0, 2**64))
def test_a_changed_bundle_is_refused_or_scores_with_the_plans_of_the_release(released, seed):
    path, digests = released
    source = random.Random(seed)
    lines = path.read_bytes().split(b"\n")[:-2]  # without the digest of all lines
    part = 1 + json.loads(lines[0])["periods"]
    head = b"\n".join(lines[:part])
    edited = path.with_name("edited.bundle")
    content = b"\n".join([changed(source, head), *lines[part:], b""])
    edited.write_bytes(content + seal(content))
    bundle, codes = attempt(lambda: read_bundle(edited))
    if bundle is None:
        assert codes == {"SY505"}
        return
    assert set(bundle.lines) == digests
    rows = merchants(source, 5)
    day, scene = source.choice(DAYS), source.choice([None, "sale"])
    now, before = (
        attempt(lambda file=file: outcome(file, day, scene, rows))[0] or {}
        for file in (edited, path)
    )
    for merchant, (digest, score) in now.items():
        if merchant in before and before[merchant][0] == digest:
            assert before[merchant][1] == score


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"decimals":4', b'"decimals":3', "declares shop.rate otherwise than the plan in line"),
        (b'"values":["a","b"]', b'"values":["b","a"]', "declares shop.area otherwise than"),
        (b'"low":"693596"', b'"low":"0"', "the bounds of .* cannot be 0 and 803168"),
        (b'"decimals":4', b'"decimals":99', "the decimals of shop.rate cannot be 99"),
    ],
)
def test_the_head_declares_facts_as_the_plans_do(released, old, new, said):
    """Otherwise merchants would be read at another scale than the plan computes with."""
    head, *lines, _ = released[0].read_bytes().splitlines(keepends=True)
    assert old in head
    edited = released[0].with_name("edited.bundle")
    content = b"".join([head.replace(old, new), *lines])
    edited.write_bytes(content + seal(content))
    with pytest.raises(InvalidInput, match=f"SY505.*{said}"):
        steelyard.open_plans(edited, as_of="2026-06-01")
