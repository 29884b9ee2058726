"""Three evaluators: each computes the trace of a plan from a merchant's facts.

In: a plan, facts as scaled integers, the date of the score as an ordinal.
Out: a trace: the value of every node that the plan's structure names, in order of index.
Keeps: one meaning. `reference` defines it; `python` and `polars` give the same values, faster.
Never: reads a ruleset, a plugin or a clock; imports another evaluator.
"""
