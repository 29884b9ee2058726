"""Reports: scorecards and problems as text for people and as data for programs.

In: scorecards, rejects and problems.
Out: a table, JSON under a published schema, SARIF.
Keeps: exact numbers; the same bytes for the same input.
Never: computes a score, or writes to a terminal.
"""
