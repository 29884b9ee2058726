"""Synthetic populations: typed, bounded, plausible merchants that anyone can reproduce.

In: declared facts, levels of a book (typical values), a seed, a day.
Out: raw merchants in columns, batch by batch, or files of them.
Keeps: every value a function of seed, fact and row alone, in integers, on every machine.
Never: reads a clock or a random state, or claims that a level is that of a real shop.
"""

from steelyard.merchants.synthetic.levels import Level, Levels, read_levels
from steelyard.merchants.synthetic.sample import sample
from steelyard.merchants.synthetic.writing import write_sample

__all__ = ["Level", "Levels", "read_levels", "sample", "write_sample"]
