"""Dry runs: one population under two states of the rules, before anybody feels the change.

In: live rules and a candidate, each at a day; a population; what to tell apart.
Out: `Impact`: counts, moves between tiers, what each edit is to blame for, exactly.
Keeps: every merchant in one place on each side; memory that does not grow with the population.
Never: samples where it says exact, or scores anybody when nothing changes.
"""
