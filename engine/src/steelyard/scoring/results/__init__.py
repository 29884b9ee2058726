"""Columns of a trace to rows of results: for files, and for counting.

In: plans, facts in columns, the Polars evaluator's traces; rejects.
Out: tables with a row a merchant (nested or flat), the long form with a row an item, a tally.
Keeps: every number exact, every item's outcome, points and reasons; the order of the input.
Never: scores; runs Python for a merchant; leaves half a file under its final name.
"""
