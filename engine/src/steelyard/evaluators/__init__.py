"""Evaluators: from a plan and the facts of a merchant to the values of a trace.

In: a plan, facts as scaled integers, the date of the score as an ordinal.
Out: a trace: the value of every node that the plan's structure names, in order of index.
Keeps: one meaning. `reference` defines it; every other evaluator gives the same values.
Never: reads a ruleset, a plugin or a clock; knows another evaluator.
"""
