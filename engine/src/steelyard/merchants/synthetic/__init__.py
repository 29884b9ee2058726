"""Synthetic populations: typed, bounded, plausible merchants that anybody can make again.

In: declared facts, levels of a book (what is usual), a seed, a day.
Out: raw merchants in columns, batch by batch, or files of them.
Keeps: every value a function of seed, fact and row alone, in integers, on every machine.
Never: reads a clock or a library's random numbers, or claims that a level is a real shop's.
"""

from steelyard.merchants.synthetic.levels import Level, Levels
from steelyard.merchants.synthetic.reading import read_levels
from steelyard.merchants.synthetic.sample import sample
from steelyard.merchants.synthetic.writing import write_sample

__all__ = ["Level", "Levels", "read_levels", "sample", "write_sample"]
