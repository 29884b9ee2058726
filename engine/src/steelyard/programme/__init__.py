"""What comes after the score: leaderboards, made from the results of a run.

In: results of a run, as `steelyard score --out` writes them; declarations of the book as data.
Out: leaderboards and their reports.
Keeps: exact numbers, one total order, counts that add up.
Never: scores a merchant, reads a ruleset or a clock.
"""
