"""Leaderboards: the places of merchants in a declared order, each with its reasons.

In: results of a run, a `Board`, and the previous leaderboard if there is one.
Out: `Leaderboard`, as data, text, table or page; a digest that names it.
Keeps: the same bytes for the same results, whatever the order of their rows and files.
Never: holds all merchants in memory.
"""
