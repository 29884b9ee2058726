"""Reader of populations: it accepts or rejects each row as a whole, with every reason.

In: files, folders, globs, standard input, or frames of merchants; the facts that are declared.
Out: `Batch`es: facts as integer columns that the Polars evaluator reads, and rejects.
Keeps: the results of the row reader (`merchants.rows`), which reads every doubtful row.
Never: holds a whole population in memory, or reads a number through a rounding that loses it.
"""

from steelyard.merchants.columns.duplicates import Batch, without_duplicates
from steelyard.merchants.columns.frames import read_frame, read_mappings
from steelyard.merchants.columns.populations import Population, open_population

__all__ = [
    "Batch",
    "Population",
    "open_population",
    "read_frame",
    "read_mappings",
    "without_duplicates",
]
