"""Merchants as input: row by row, in columns, and synthetic ones.

In: merchant files (YAML, JSON, JSON Lines, CSV, Parquet), data frames, a seed.
Out: exact facts for each merchant, or a reject with every reason.
Keeps: every input row; each ends as a merchant or as a reject.
Never: computes a score.
"""
