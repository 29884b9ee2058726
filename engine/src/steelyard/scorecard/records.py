"""Tests over records, for each record of one merchant by itself."""

from steelyard.plan.structure import Plan
from steelyard.plan.trace import Facts
from steelyard.scorecard.alternatives import Evaluate, Prepare


class RecordTests:
    """An evaluator of the tests over records of one plan.

    A test holds for a record if it holds for the list that has this record alone, so the ordinary
    evaluators compute it; `prepare` is the `prepare_nodes` of one of them.
    """

    def __init__(self, plan: Plan, prepare: Prepare) -> None:
        self._plan = plan
        self._prepare = prepare
        self._prepared: dict[tuple[int, ...], Evaluate] = {}

    def test(
        self, facts: Facts, as_of: int, index: int, known: int | None
    ) -> tuple[bool | None, ...]:
        """Return for each record whether the test of a node holds; None where a field is missing.

        `known` is the node that tells whether the node has a value, None if it always has one.
        """
        name = self._plan.nodes[index].name
        records = facts[name]
        assert isinstance(records, tuple)
        wanted = (index,) if known is None else (index, known)
        if wanted not in self._prepared:
            self._prepared[wanted] = self._prepare(self._plan.nodes, self._plan.facts, wanted)
        evaluate = self._prepared[wanted]
        results: list[bool | None] = []
        for record in records:
            holds, *is_known = evaluate({**facts, name: (record,)}, as_of)
            results.append(bool(holds) if all(is_known) else None)
        return tuple(results)
