"""Scoring merchants and populations under the plans of a book.

In: a book, a day, files of a few merchants or populations of millions.
Out: scorecards, or tables of results; rejects with every reason; a tally that adds up.
Keeps: plans compiled once; a place for every row; memory that does not grow with a population.
Never: decides what a rule means, or loses a row.
"""
