"""Dispatch: the agent of every inquiry, by a declared policy.

In: inquiries of one day, agents, and a policy of groups, weights, min shares and waiting.
Out: for each inquiry its agent, or why it has none; shares, waiting, and a bound of the value.
Keeps: capacities, skills, languages and hours; whole numbers; one result for any order of rows.
Never: leaves out an inquiry without a reason, or draws lots.
"""

from steelyard.programme.dispatch.batch import dispatch_batch
from steelyard.programme.dispatch.online import dispatch_online
from steelyard.programme.dispatch.policy import read_policy
from steelyard.programme.dispatch.reading import read_agents, read_inquiries

__all__ = ["dispatch_batch", "dispatch_online", "read_agents", "read_inquiries", "read_policy"]
