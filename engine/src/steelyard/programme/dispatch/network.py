"""The flow network of a batch: its solver, and the proof that a solution is optimal.

    classes of inquiries → buckets of agents → levels of a group → groups → sink
                └──────────────────→ unserved

The solver is OR-tools, on whole numbers. The proof does not trust it: from the residual network of
the solution come prices of the nodes, and any prices give a bound that no flow can beat. The bound
equals the value of the solution if and only if the solution is optimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steelyard.errors import InvalidInput, Problem

Integers = Any  # an array of int64


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs from `tails` to `heads` with capacities and costs, and the supply of every node."""

    tails: Integers
    heads: Integers
    capacities: Integers
    costs: Integers
    supplies: Integers

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return len(self.supplies)


def _solver(module: str) -> Any:  # noqa: ANN401 - a module without types
    from importlib import import_module

    try:
        return import_module(f"ortools.graph.python.{module}")
    except ImportError:
        what = "dispatch in batches needs a solver: ortools is not installed"
        fix = 'pip install "steelyard[dispatch]", or say --online'
        raise InvalidInput([Problem("SY835", what, fix=fix)]) from None


def max_flow(network: Network, source: int, sink: int) -> int:
    """Return the greatest flow from a node to another; supplies and costs are not used."""
    solver = _solver("max_flow").SimpleMaxFlow()
    solver.add_arcs_with_capacity(network.tails, network.heads, network.capacities)
    solver.solve(source, sink)
    return int(solver.optimal_flow())


def min_cost_flow(network: Network) -> Integers | None:
    """Return the flow of every arc at the least cost, None if the supplies cannot be met."""
    solver = _solver("min_cost_flow").SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tails, network.heads, network.capacities, network.costs
    )
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), network.supplies)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the solver of flows ended with {status}")
    return solver.flows(arcs)


def prices_of(network: Network, flows: Integers) -> Integers:
    """Return a price for every node: the shortest distance in the residual network.

    Raises `RuntimeError` if there is none, because the flow is not of the least cost.
    """
    forward, back = flows < network.capacities, flows > 0
    tails = np.concatenate([network.tails[forward], network.heads[back]])
    heads = np.concatenate([network.heads[forward], network.tails[back]])
    costs = np.concatenate([network.costs[forward], -network.costs[back]])
    prices = np.zeros(network.nodes, dtype=np.int64)
    for _ in range(network.nodes + 1):
        offered = prices[tails] + costs
        shorter = offered < prices[heads]
        if not shorter.any():
            return prices
        np.minimum.at(prices, heads[shorter], offered[shorter])
    raise RuntimeError("the flow is not of the least cost")


def check_flow(network: Network, flows: Integers) -> None:
    """Raise `RuntimeError` unless a flow meets every capacity and supply."""
    balance = network.supplies.astype(np.int64).copy()
    np.subtract.at(balance, network.tails, flows)
    np.add.at(balance, network.heads, flows)
    if balance.any() or (flows < 0).any() or (flows > network.capacities).any():
        raise RuntimeError("the solver gave a flow that breaks a limit")


def cost_of(network: Network, flows: Integers) -> int:
    """Return the cost of a flow."""
    return _product(network.costs, flows)


def least_cost(network: Network, prices: Integers) -> int:
    """Return a cost that no flow can undercut, whatever the prices are (weak duality)."""
    reduced = network.costs + prices[network.tails] - prices[network.heads]
    gains = np.minimum(reduced, 0)
    return _product(network.capacities, gains) - _product(network.supplies, prices)


def _product(one: Integers, other: Integers) -> int:
    """Return the sum of the products as a Python integer, which cannot overflow."""
    return sum(int(a) * int(b) for a, b in zip(one.tolist(), other.tolist(), strict=True))


def network_of(arcs: Sequence[tuple[int, int, int, int]], supplies: Sequence[int]) -> Network:
    """Return a network from arcs of tail, head, capacity and cost."""
    table = np.array(arcs, dtype=np.int64).reshape(-1, 4)
    tails, heads, capacities, costs = table.T
    return Network(
        tails.astype(np.int32),
        heads.astype(np.int32),
        np.ascontiguousarray(capacities),
        np.ascontiguousarray(costs),
        np.array(supplies, dtype=np.int64),
    )
