"""Plans as JSON: nothing is lost, nothing foreign is let in, the same plan is the same bytes."""

import json
import os
import subprocess
import sys
from dataclasses import is_dataclass, replace
from hashlib import sha256

import orjson
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.plans import changed, grafted, objects, tiny_plan
from tests.strategies.graphs import graphs

from steelyard.errors import InvalidInput
from steelyard.evaluators.reference import evaluate
from steelyard.formats.plans import write_plan
from steelyard.model.numbers import INT64_HIGH, INT64_LOW
from steelyard.plan import structure
from steelyard.plan.codec import (
    canonical_bytes,
    canonical_json,
    digest,
    from_json,
    read_plan,
    to_json,
)
from steelyard.plan.nodes import Node
from steelyard.plan.trace import trace_nodes

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_tiny_plan_has_every_class_of_the_structure():
    used = {type(value) for value in objects(tiny_plan())}
    declared = {one for one in vars(structure).values() if is_dataclass(one)}
    assert declared <= used


def test_a_plan_comes_back_from_json_as_it_was():
    assert from_json(to_json(tiny_plan())) == tiny_plan()
    assert from_json(orjson.loads(canonical_bytes(tiny_plan()))) == tiny_plan()


@few
@given(graphs())
def test_whatever_the_expression_builder_makes_comes_back_from_json(graph):
    plan = grafted(graph)
    assert from_json(orjson.loads(canonical_bytes(plan))) == plan


@few
@given(graphs())
def test_canonical_bytes_are_those_of_rfc_8785(graph):
    plan = grafted(graph)
    assert canonical_bytes(plan) == rfc8785.dumps(to_json(plan))


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.text(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_is_that_of_rfc_8785(data):
    assert canonical_json(data) == rfc8785.dumps(data)


@pytest.mark.parametrize("value", [INT64_LOW, INT64_HIGH, 2**53, -1, 0])
def test_wide_integers_are_kept_exactly(value):
    number = Node("constant", tiny_plan().nodes[0].type, low=value, high=value, value=value)
    number = replace(number, type=tiny_plan().nodes[tiny_plan().total.score].type)
    plan = replace(tiny_plan(), nodes=(*tiny_plan().nodes, number))
    # through a reader that turns every number into a double
    data = json.loads(canonical_bytes(plan), parse_int=lambda text: int(float(text)))
    assert from_json(data).nodes[-1].value == value


def test_a_plan_file_is_named_by_the_sha256_of_its_bytes(tmp_path):
    path = tmp_path / "plan.json"
    write_plan(tiny_plan(), path)
    assert digest(tiny_plan()) == "sha256:" + sha256(path.read_bytes()).hexdigest()
    assert read_plan(path) == tiny_plan()


def test_layout_and_order_of_keys_in_a_file_do_not_matter(tmp_path):
    path = tmp_path / "plan.json"
    data = dict(reversed(to_json(tiny_plan()).items()))
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")
    assert digest(read_plan(path)) == digest(tiny_plan())


def test_any_change_changes_the_digest():
    tiny = tiny_plan()
    assert digest(tiny) != digest(replace(tiny, scene=None))
    assert digest(tiny) != digest(replace(tiny, display_decimals=3))


READ_ONLY = """
import sys
from pathlib import Path
from steelyard.plan.codec import read_plan
from steelyard.plan.codec import digest
from steelyard.evaluators.reference import evaluate
from steelyard.evaluators.python import prepare, prepare_score
plan = read_plan(Path(sys.argv[1]))
facts = {"orders.paid": 100, "industry": 0, "service.reply_share": 9500}
trace = evaluate(plan, facts, 739700)
assert prepare(plan)(facts, 739700) == trace
print(digest(plan), prepare_score(plan)(facts, 739700), list(trace))
makers = ("steelyard.compiler", "steelyard.formats", "steelyard.book.checker", "steelyard.book",
          "steelyard.plugins.discovery", "steelyard.plugin", "steelyard.language.conditions",
          "steelyard.language.expressions", "yaml", "jsonschema", "lark", "pluggy", "polars")
print([name for name in makers if name in sys.modules])
"""


def test_a_plan_is_read_and_evaluated_without_anything_that_makes_plans(tmp_path):
    path = tmp_path / "plan.json"
    write_plan(tiny_plan(), path)
    printed = set()
    for seed in ("0", "1", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(path)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        printed.add(done.stdout)
    facts = {"orders.paid": 100, "industry": 0, "service.reply_share": 9500}
    trace = evaluate(tiny_plan(), facts, 739700)
    score = trace[trace_nodes(tiny_plan()).index(tiny_plan().total.score)]
    assert printed == {f"{digest(tiny_plan())} {score} {list(trace)}\n[]\n"}


# --- what is not a plan


def refused(data) -> str:
    with pytest.raises(InvalidInput) as error:
        from_json(data)
    assert {problem.code for problem in error.value.problems} == {"SY504"}
    return str(error.value)


@pytest.mark.parametrize("data", [None, [], "plan", 4, {}, {"format": None}, {"format": "other/2"}])
def test_foreign_data_is_refused(data):
    assert "format" in refused(data)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["title"], ..., "the key 'title' is missing"),
        (["surprise"], 1, "the key 'surprise' is unknown"),
        (["decimals"], True, "decimals: True is not allowed here"),
        (["decimals"], 4.0, "decimals: 4.0 is not allowed here"),
        (["decimals"], 2**53, "whole number below 2**53"),
        (["title", "en"], 5, "title.en: 5 is not allowed here"),
        (["items"], {}, "items: an object is not allowed here"),
        (["items", 0, "outcome"], "x", "items.0.outcome: 'x' is not allowed here"),
        (["items", 0, "outcome"], 10**6, "the structure names node 1000000"),
        (["items", 0, "outcome"], -1, "the structure names node -1"),
        (["items", 0, "met"], tiny_plan().total.score, "is not of type bool"),
        (["selection", 0], ["industry"], "selection.0: the list has 1 entries"),
        (["base", "source"], "guessed", "base.source: 'guessed' is not known here"),
        (["nodes", 0, "op"], "eval", "nodes.0.op: 'eval' is not known here"),
        (["nodes", 0, "low"], 1, "nodes.0.low: 1 is not allowed here"),
        (["nodes", 0, "low"], "01", "nodes.0.low: '01' is not allowed here"),
        (["nodes", 0, "low"], str(2**63), "an integer of 64 bits"),
        (["nodes", 0, "low"], "٣", "an integer of 64 bits"),
        (["nodes", 0, "type"], {"kind": "number", "decimals": True}, "type.decimals: True"),
        (["nodes", 0, "args"], [0], "an argument is not an earlier node"),
        (["facts", 0, "illustrative"], 0, "facts.0.illustrative: 0 is not allowed here"),
        (["facts"], [], "as the plan declares it"),
    ],
)
def test_a_damaged_plan_is_refused_with_the_place(path, value, said):
    assert said in refused(changed(path, value))


def node_of(op: str) -> int:
    return next(index for index, node in enumerate(tiny_plan().nodes) if node.op == op)


@pytest.mark.parametrize(
    ("op", "key", "value"),
    [
        ("divide", "mode", "up"),
        ("divide", "shift", 10**6),
        ("scale_up", "shift", -1),
        ("less_or_equal", "args", [0]),
        ("less_or_equal", "scope", "maternity.certificates"),
        ("fact", "name", "orders.unknown"),
        ("fact", "name", "maternity.certificates"),
        ("field", "field", "holder"),
        ("field", "scope", ...),
        ("count_records", "name", "orders.paid"),
        ("constant", "high", str(10**15)),
        ("has", "high", "2"),
    ],
)
def test_nodes_that_the_compiler_could_not_have_made_are_refused(op, key, value):
    refused(changed(["nodes", node_of(op), key], value))


def test_a_divisor_that_may_be_zero_is_refused():
    divide = node_of("divide")
    divisor = tiny_plan().nodes[divide].args[1]
    refused(changed(["nodes", divisor, "low"], "0"))


@pytest.mark.parametrize("decimals", [-1, -(2**52), 2**52])
def test_decimals_that_no_number_has_are_refused_before_they_are_used(decimals):
    divide = node_of("divide")
    for node in (divide, tiny_plan().nodes[divide].args[0]):
        said = refused(changed(["nodes", node, "type"], {"kind": "number", "decimals": decimals}))
        assert f"a number cannot have {decimals} decimals" in said


def paths_in(data, path=()):
    yield path
    if isinstance(data, dict):
        for key in data:
            yield from paths_in(data[key], (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from paths_in(value, (*path, index))


PATHS = [path for path in paths_in(to_json(tiny_plan())) if path]


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(PATHS),
    st.one_of(
        st.just(...),
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=3),
        st.floats(),
        st.integers().map(str),
        st.just([]),
        st.just({}),
        st.just([[]]),
        st.just({"kind": "bool"}),
    ),
)
def test_no_damage_ends_in_anything_but_a_problem(path, value):
    data = changed(path, value)
    try:
        plan = from_json(data)
    except InvalidInput as error:
        codes = {problem.code for problem in error.problems}
    else:
        codes = {"SY504"} if from_json(to_json(plan)) == plan else set()
    assert codes == {"SY504"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SY504"),
        (b"{", "SY504"),
        (b"\xff\xfe", "SY504"),
        (b"NaN", "SY504"),
        (b"[" * 100_000, "SY504"),
        (b'{"format": "steelyard-plan/2"}', "SY504"),
    ],
)
def test_unreadable_files_are_problems(tmp_path, content, code):
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as error:
        read_plan(path)
    assert {problem.code for problem in error.value.problems} == {code}
    assert all(problem.place.file == str(path) for problem in error.value.problems)


def test_missing_and_unwritable_files_are_problems(tmp_path):
    with pytest.raises(InvalidInput, match="SY101"):
        read_plan(tmp_path / "absent.json")
    with pytest.raises(InvalidInput, match="SY101"):
        read_plan(tmp_path)
    with pytest.raises(InvalidInput, match="SY116"):
        write_plan(tiny_plan(), tmp_path / "absent" / "plan.json")


def test_a_file_past_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("steelyard.plan.codec.MAX_PLAN_BYTES", 100)
    write_plan(tiny_plan(), tmp_path / "plan.json")
    with pytest.raises(InvalidInput, match="SY102"):
        read_plan(tmp_path / "plan.json")


@pytest.mark.parametrize("key", ["announced", "start", "enforced", "until"])
@pytest.mark.parametrize("day", ["2026-13-01", "today", "20260101", "0001-01-01"])
def test_days_of_a_plan_are_days(key, day):
    data = {**to_json(tiny_plan()), "dates": {**to_json(tiny_plan())["dates"], key: day}}
    with pytest.raises(InvalidInput, match=rf"SY504 .*: dates\.{key} is not a day"):
        from_json(data)
