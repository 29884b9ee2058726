"""One digest of the results of a population, whatever the order in which they came."""

from hashlib import sha256

import pyarrow as pa

from steelyard.scoring.results.writing import json_lines


def digest_results(table: pa.Table) -> str:
    """Return the SHA-256 of the JSON Lines of a table of merchants, sorted by merchant.

    The same as `sort`ing the file that `--out FILE.jsonl` writes by its first field.
    """
    return f"sha256:{sha256(json_lines(table.sort_by('merchant'))).hexdigest()}"
