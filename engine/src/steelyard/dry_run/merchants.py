"""Every merchant of a dry run as a row of a Parquet file."""

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.dry_run.calculation import Calculation
from steelyard.dry_run.impact.model import BELOW
from steelyard.dry_run.impact.tally import SCORED, STATUSES, Rows
from steelyard.dry_run.segments import Dimension
from steelyard.scoring.results.arrays import decimals, words


class MerchantFile:
    """Writes a row a merchant: both statuses, scores and tiers, the change, and each block's share.

    `share.E1` is the part of block E1 in the change: an integer over the denominator that the
    file's metadata and the report name, in steps of the last displayed decimal.
    """

    def __init__(
        self, file: BinaryIO, calculation: Calculation, dimensions: Sequence[Dimension]
    ) -> None:
        self._file = file
        self._calculation = calculation
        self._dimensions = [one for one in dimensions if one.id not in ("industry", "shop_type")]
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: Rows, names: Sequence[tuple[str, str, str | None]]) -> None:
        """Write the merchants of a batch."""
        digits = self._calculation.decimals
        merchants, industries, shop_types = zip(*names, strict=True) if names else ((), (), ())
        before, after = rows.status_before == SCORED, rows.status_after == SCORED
        labels = (*(name for name, _ in self._calculation.labels), BELOW, BELOW, BELOW)
        columns = {
            "merchant": pa.array(merchants, pa.string()),
            "industry": pa.array(industries, pa.string()).dictionary_encode(),
            "shop_type": pa.array(shop_types, pa.string()).dictionary_encode(),
            "status_before": words(rows.status_before, STATUSES),
            "status_after": words(rows.status_after, STATUSES),
            "score_before": decimals(rows.score_before, digits, before),
            "score_after": decimals(rows.score_after, digits, after),
            "change": decimals(rows.change, digits, rows.both),
            "tier_before": words(rows.label_before, labels, before),
            "tier_after": words(rows.label_after, labels, after),
            "near_miss": pa.array(rows.near_miss),
        }
        for one in self._dimensions:
            columns[f"segment.{one.id}"] = words(
                rows.segments[one.id], [value for value, _ in one.segments]
            )
        for number in range(len(self._calculation.blocks)):
            shares = rows.shares[number] if rows.shares is not None else np.zeros(0, np.int64)
            columns[f"share.E{number + 1}"] = pa.array(shares)
        table = pa.table(columns).replace_schema_metadata(
            {"denominator": str(self._calculation.denominator), "decimals": str(digits)}
        )
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None:
            self._writer.close()
