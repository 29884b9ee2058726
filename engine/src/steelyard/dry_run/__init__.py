"""Dry runs: the effect of a change of rules on a population, before the change is released.

In: live rules and candidate rules, each with a date; a population; dimensions of segments.
Out: `Impact`: counts, moves between tiers, the exact contribution of each edit.
Keeps: the sum of all counts; memory that does not grow with the population.
Never: estimates from a sample, or scores merchants if the rules are equal.
"""
