"""Impact: what a change of rules does to a population, as data.

In: scores, tiers and what they give, on both sides, counted batch by batch.
Out: `Impact`: everything that reports show and guardrails judge, in exact numbers.
Keeps: distributions instead of merchants, so that its size does not grow with the population.
Never: knows where rules or merchants come from.
"""
